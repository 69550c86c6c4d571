"""The runs of the club's programme, as activities on the queue of set-based work."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.client import Client

from activities.club import advice as club_advice
from activities.club import announcement as club_announcement
from activities.club import ending as club_ending
from activities.club import grants as club_grants
from activities.club.announcement import Announcer
from activities.defects import note_of_run
from activities.mass.change import KEEP_EVERY
from activities.mass.command import MassCommand
from activities.record import Recorder
from activities.runs import Failed, LeftOut, Page, noted, run_pages, sparing
from decisions.program.schedule import MORE, page_of
from models.messages.club.membership import workflow_id
from models.messages.entity import AgendaItem
from models.messages.program import (
    ADVISE_END,
    ADVISE_REVERSION,
    ANNOUNCE_WIND_DOWN,
    BOOK_MONTHLY_POINTS,
    END_MEMBERSHIPS,
    EXPIRE_POINTS,
    REMIND_EXPIRING,
    WAKE_ENDED,
    WAKE_MEMBERSHIPS,
)
from rules.calendar import Month, japan_day
from rules.club.program import Plan
from store.club import ledger_runs
from store.club.plan import plan_in_force
from store.database import business_now

T = TypeVar("T")

LOTS_PER_PAGE = 5_000
"""Lots of one transaction."""

LETTERS_PER_EFFECT = 2_000
"""Letters before a pause takes effect."""


class ClubRuns:
    """Each may run more than once and has one effect: natural keys say what is done."""

    def __init__(
        self,
        engine: Engine,
        client: Client,
        mass: MassCommand,
        recorder: Recorder,
        *,
        wakes_per_s: float | None = None,
        webhooks: bool = False,
    ) -> None:
        """Bind the database, and Temporal for the memberships that have to be told.

        Args:
            engine: the database.
            client: of Temporal.
            mass: how many workflows are told.
            recorder: notes a member whom a run cannot do.
            wakes_per_s: workflows a second that are told of the programme's end; None: as fast as it goes.
            webhooks: whether somebody listens to what is recorded.
        """
        self._engine = engine
        self._mass = mass
        self._recorder = recorder
        self._wakes_per_s = wakes_per_s
        self._webhooks = webhooks
        self._announcer = Announcer(engine, client, mass)

    @activity.defn(name=BOOK_MONTHLY_POINTS)
    async def book_monthly_points(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Book the item's usage month on the present business day (M-02.1); too late, count who was missed (M-02.5)."""
        _ = program_id
        month = Month.parse(_period(item))
        on, plan = await self._in_transaction(lambda session: (_today(session), plan_in_force(session)))
        if club_grants.is_over(on, plan):
            missed = await self._in_transaction(lambda session: club_grants.missed(session, month, on))
            return {"rejected": missed}

        def page(session: Session, after: str, size: int) -> Page:
            return club_grants.grant_page(session, month, on, plan, after, size)

        failed = LeftOut(self._note(BOOK_MONTHLY_POINTS, month))
        work = sparing(page, club_grants.PAGE_SIZE, club_grants.next_member, failed)
        return {**await run_pages(self._engine, work), **failed.counts()}

    @activity.defn(name=EXPIRE_POINTS)
    async def expire_points(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Lapse what was usable through the item's day (M-04.1, M-04.5); entries carry the day after it.

        Re-dates first, so that a late run of the announcement lapses no lot on a day that no longer holds.
        """
        _ = program_id
        on, plan = item.on, await self._in_transaction(plan_in_force)
        undated = LeftOut(self._note(EXPIRE_POINTS, f"redate/{plan.announced_on}", of_lots=True))
        await self._redate(on, plan, undated)

        def page(session: Session, after: str, size: int) -> Page:
            return _of_lots(ledger_runs.expire(session, on, after, plan=plan, size=size))

        def next_lot(session: Session, after: str) -> str | None:
            return ledger_runs.next_to_expire(session, on, after, plan=plan)

        failed = LeftOut(self._note(EXPIRE_POINTS, on, of_lots=True))
        counts = await run_pages(self._engine, sparing(page, LOTS_PER_PAGE, next_lot, failed))
        unnoted = Counter(undated.counts()) + Counter(failed.counts())
        return {"lots": 0, **counts, **unnoted}

    @activity.defn(name=REMIND_EXPIRING)
    async def remind_expiring(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Remind members with consent of points whose last usable day is the item's (M-04.1)."""
        _ = program_id
        expires_on = date.fromisoformat(_period(item))
        on, plan = await self._in_transaction(lambda session: (_today(session), plan_in_force(session)))
        if on > expires_on:
            return {"too_late": 1}
        return await self._letters(REMIND_EXPIRING, club_advice.reminder(expires_on, plan))

    @activity.defn(name=ADVISE_END)
    async def advise_end(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Ask members to save their data by the programme end (M-07.6)."""
        _ = (program_id, item)
        on, plan = await self._in_transaction(lambda session: (_today(session), plan_in_force(session)))
        if on > plan.ends_on:
            return {"too_late": 1}
        return await self._letters(ADVISE_END, club_advice.before_end(plan))

    @activity.defn(name=ADVISE_REVERSION)
    async def advise_reversion(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Warn those whose capacity reverts at the end of the item's month (M-07.6)."""
        _ = program_id
        month = Month.parse(_period(item))
        counts = await self._letters(ADVISE_REVERSION, club_advice.before_reversion(month))
        if not counts.get(MORE):
            counts["kept"] = await self._in_transaction(lambda session: club_advice.kept(session, month))
        return counts

    @activity.defn(name=ANNOUNCE_WIND_DOWN)
    async def announce_wind_down(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """One page of the announcement: lots first, then memberships, then letters (M-04.4, M-08.4)."""
        _ = program_id
        announced_on = date.fromisoformat(_period(item))
        counts: Counter[str] = Counter()
        undated = LeftOut(self._note(ANNOUNCE_WIND_DOWN, f"redate/{announced_on}", of_lots=True))
        if page_of(item) == 1:
            retry = bool(item.data.get("retry"))
            await self._in_transaction(
                lambda session: club_announcement.select_targets(session, announced_on, retry=retry)
            )
            on, plan = await self._in_transaction(lambda session: (_today(session), plan_in_force(session)))
            counts["lots"] = await self._redate(on, plan, undated)
        await self._announcer.tell_page(announced_on)
        activity.heartbeat()
        await self._closing_letters()
        left, told = await self._in_transaction(lambda session: club_announcement.progress(session, announced_on))
        counts.update(undated.counts())
        # Said once, from the rows: what a page cut off by a dying worker did is in them too.
        return {**counts, MORE: 1} if left else {**counts, **told}

    @activity.defn(name=WAKE_MEMBERSHIPS)
    async def wake_memberships(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Tell workflows what the announcement recorded for them.

        All of them, whatever an operator holds meanwhile: their timers still stand for the former plan.
        """
        _ = program_id
        return {"woken": await self._announcer.wake(date.fromisoformat(_period(item)))}

    @activity.defn(name=END_MEMBERSHIPS)
    async def end_memberships(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """End every plain membership; whoever is left to the own timer is counted (M-07.1, M-06.3)."""
        _ = (program_id, item)
        plan = await self._in_transaction(plan_in_force)
        return await run_pages(self._engine, club_ending.ClubEnd(plan, webhooks=self._webhooks).page)

    @activity.defn(name=WAKE_ENDED)
    async def wake_ended(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Tell the workflows of ended memberships, at a steady pace; one that was left out ends itself then.

        Nothing is kept of who was told but the heartbeat's place: told twice is as good as told once.
        """
        _ = (program_id, item)
        plan = await self._in_transaction(plan_in_force)
        after, woken = club_ending.resumed()
        began, before = time.monotonic(), woken
        while ids := await asyncio.to_thread(self._to_wake, plan, after):
            await self._mass.wake(ids)
            after, woken = ids[-1], woken + len(ids)
            activity.heartbeat(after, woken)
            if self._wakes_per_s is not None:
                await asyncio.sleep(max(0.0, began + (woken - before) / self._wakes_per_s - time.monotonic()))
        return {"woken": woken}

    def _to_wake(self, plan: Plan, after: str) -> list[str]:
        return self._transact(lambda session: club_ending.to_wake(session, plan, after, KEEP_EVERY))

    async def _closing_letters(self) -> None:
        plan = await self._in_transaction(plan_in_force)
        note = self._note(ANNOUNCE_WIND_DOWN, plan.announced_on)

        def page(session: Session, after: str, size: int) -> Page:
            return club_announcement.letters_page(session, plan, after, size)

        def next_member(session: Session, after: str) -> str | None:
            return club_announcement.next_unwritten(session, plan, after)

        def failed(member_id: str, error: Exception) -> None:
            known = noted(note, member_id, error)
            self._transact(lambda session: club_announcement.give_up_letter(session, plan, member_id, noted=known))

        work = sparing(page, club_advice.LETTERS_PER_WRITE, next_member, failed)
        await run_pages(self._engine, work, _written(club_announcement.MEMBERS_PER_PAGE), resumes=False)

    async def _letters(self, what: str, advice: club_advice.Advice | None) -> dict[str, int]:
        """Letters up to the limit of one effect, each page a transaction of its own."""
        if advice is None:
            return {"letters": 0}
        failed = LeftOut(self._note(what, advice.stem))
        work = sparing(advice.page, club_advice.LETTERS_PER_WRITE, advice.next, failed)
        counts = await run_pages(self._engine, work, _written(LETTERS_PER_EFFECT), resumes=False)
        return {"letters": 0, **counts, **failed.counts()}

    async def _redate(self, on: date, plan: Plan, failed: LeftOut) -> int:
        """Give every lot the day of the announced plan; gives how many lots."""

        def page(session: Session, after: str, size: int) -> Page:
            return _of_lots(ledger_runs.redate(session, on, after, plan=plan, size=size))

        def next_lot(session: Session, after: str) -> str | None:
            return ledger_runs.next_to_redate(session, on, after, plan=plan)

        work = sparing(page, LOTS_PER_PAGE, next_lot, failed)
        return (await run_pages(self._engine, work, resumes=False)).get("lots", 0)

    def _note(self, what: str, of: object, *, of_lots: bool = False) -> Failed:
        """A member whom a run cannot do has an operator's task of it; the others go on."""

        def note(key: str, error: Exception) -> None:
            member_id = self._transact(lambda session: ledger_runs.owner_of(session, key)) if of_lots else key
            note_of_run(self._recorder, workflow_id(member_id), what, f"{what}/{of}/{key}", error)

        return note

    async def _in_transaction(self, work: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self._transact, work)

    def _transact(self, work: Callable[[Session], T]) -> T:
        with Session(self._engine) as session, session.begin():
            return work(session)


def _period(item: AgendaItem) -> str:
    return str(item.data["period"])


def _today(session: Session) -> date:
    return japan_day(business_now(session))


def _written(most: int) -> Callable[[Mapping[str, int]], bool]:
    """Whether so many letters have been written."""
    return lambda counts: counts.get("letters", 0) >= most


def _of_lots(lots: ledger_runs.Lots) -> Page:
    return Page(lots.last, {"lots": lots.done})
