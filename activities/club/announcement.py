"""The announcement of the wind-down: lots re-dated in sets, every open membership told one by one, and by letter."""

from __future__ import annotations

import asyncio
import logging
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select, text
from sqlmodel import Session, col
from temporalio.client import Client

from activities.club.starter import SUMMARY, start_of
from activities.mass.change import KEEP_EVERY, MassChange, Outcome, Targets, own_id
from activities.mass.command import MassCommand, Told
from activities.outbox.letters import Letters
from activities.runs import FIRST, Page
from activities.starting import start_once
from models.messages.club.membership import PLAN_ANNOUNCED, WORKFLOW, PlanAnnounced, workflow_id
from models.messages.entity import REFRESH, Answer
from models.messages.program import FLETS_CLUB
from models.tables.club.club import Member
from models.tables.club.program import WindDownTarget
from models.tables.log import Entity
from models.tables.people import Person
from rules.club import reversion
from rules.club.points import expiry
from rules.club.program import Plan
from store.database import business_now

log = logging.getLogger(__name__)

MEMBERS_PER_PAGE = 500
"""Memberships told before a pause takes effect."""

_SELECT = """
insert into wind_down_target (code, period, member_id, state)
select :code, :period, member_id, 'planned' from member where state = 'active'
on conflict do nothing
"""

_RETRY = """
update wind_down_target t set state = 'planned', noticed_at = case when exists (
  select from notice n where n.notice_id = 'club_closure.' || t.period || '.' || t.member_id) then t.noticed_at end
where t.code = :code and t.period = :period and t.state = 'failed'
"""

_PROGRESS = """
select state, count(*) as members, count(*) filter (where state = 'planned' or noticed_at is null) as waiting
from wind_down_target where code = :code and period = :period group by state
"""


def select_targets(session: Session, announced_on: date, *, retry: bool = False) -> None:
    """Note every membership that is open; those noted before keep what became of them (M-08.4)."""
    values = {"code": FLETS_CLUB, "period": announced_on.isoformat()}
    session.execute(text(_SELECT), values)
    if retry:
        session.execute(text(_RETRY), values)


def progress(session: Session, announced_on: date) -> tuple[int, dict[str, int]]:
    """Memberships that still have to be told or written to, and all of them by state."""
    values = {"code": FLETS_CLUB, "period": announced_on.isoformat()}
    rows = session.execute(text(_PROGRESS), values).all()
    return sum(row.waiting for row in rows), {row.state: row.members for row in rows}


def closure(plan: Plan) -> dict[str, Any]:
    """What the closing notice says (M-01.2, M-04.4, M-04.7, M-07.4)."""
    redated = plan.points_redated
    return {
        **plan.as_json(),
        "points_redated": {
            **plan.as_json()["points_redated"],
            "original_expires_on": expiry(redated.granted_from, plan=plan).original_expires_on.isoformat(),
        },
        "reverts_on": reversion.reverts_on(plan.ends_on).isoformat(),
    }


def letters_page(session: Session, plan: Plan, after: str, size: int) -> Page:
    """The closing notice to the next members who have no letter yet (M-08.4, F-02). Counts `letters`."""
    targets = list(session.execute(_unwritten(plan, after).limit(size).with_for_update(of=WindDownTarget)).scalars())
    found = select(col(Member.member_id), Person).join(Person, col(Person.person_id) == col(Member.person_id))
    ids = [target.member_id for target in targets]
    people = {row[0]: row[1] for row in session.execute(found.where(col(Member.member_id).in_(ids)))}
    at, said = business_now(session), closure(plan)
    letters = Letters(at)
    for target in targets:
        if target.state != "skipped":
            stem = f"club_closure.{target.period}.{target.member_id}"
            letters.write(stem, "club_closure", workflow_id(target.member_id), people.get(target.member_id), said)
        target.noticed_at = at
    letters.store(session)
    return Page(targets[-1].member_id if len(targets) == size else None, {"letters": len(targets)})


def next_unwritten(session: Session, plan: Plan, after: str) -> str | None:
    """The member that a page of letters after another one begins with."""
    target = session.execute(_unwritten(plan, after).limit(1)).scalar_one_or_none()
    return target.member_id if target is not None else None


def give_up_letter(session: Session, plan: Plan, member_id: str, *, noted: bool) -> None:
    """Count a member as written to whose letter cannot be made: an operator has the task, and the others go on.

    Args:
        session: an open transaction.
        plan: of the announcement.
        member_id: whose letter.
        noted: whether the membership has the task; otherwise the programme has it, as of those who were not told.
    """
    target = session.execute(_unwritten(plan, FIRST).where(col(WindDownTarget.member_id) == member_id)).scalar_one()
    target.noticed_at = business_now(session)
    if not noted:
        target.state = "failed"


def _unwritten(plan: Plan, after: str) -> Any:
    return (
        select(WindDownTarget)
        .where(
            col(WindDownTarget.code) == FLETS_CLUB,
            col(WindDownTarget.period) == plan.announced_on.isoformat(),
            col(WindDownTarget.noticed_at).is_(None),
            col(WindDownTarget.member_id) > after,
        )
        .order_by(col(WindDownTarget.member_id))
    )


class Announcer:
    """Records the plan for every open membership, each once, and tells their workflows."""

    def __init__(self, engine: Engine, client: Client, mass: MassCommand) -> None:
        """Bind the database, Temporal, and the way many memberships are told."""
        self._engine = engine
        self._client = client
        self._mass = mass

    async def tell_page(self, announced_on: date, size: int = MEMBERS_PER_PAGE) -> None:
        """Record the plan for the next page of memberships.

        Raises:
            RPCError: Temporal is away; the page is tried again.
        """
        at, ids = await asyncio.to_thread(self._page, announced_on, size)
        op = f"{PLAN_ANNOUNCED}/{announced_on}"
        command = PlanAnnounced(op=op, at=at, actor="program", announced_on=announced_on)
        await self._change(announced_on).record(ids, PLAN_ANNOUNCED, command)

    async def wake(self, announced_on: date) -> int:
        """Tell every workflow that does not know yet what was recorded; gives how many.

        Raises:
            RPCError: Temporal is away; told twice does no harm.
        """
        woken = 0
        while some := await self._change(announced_on).wake(KEEP_EVERY):
            woken += some
        return woken

    def _change(self, announced_on: date) -> MassChange:
        return MassChange(self._engine, self._mass, self._targets(announced_on))

    def _targets(self, announced_on: date) -> Targets:
        return Targets(
            kind="membership",
            table=WindDownTarget,
            key="member_id",
            within={"code": FLETS_CLUB, "period": announced_on.isoformat()},
            told_at="told_at",
            outcome=_outcome,
            lost="The plan is recorded, but Temporal does not run this membership: nothing further happens by itself.",
            start=self._start,
        )

    def _page(self, announced_on: date, size: int) -> tuple[datetime, list[str]]:
        with Session(self._engine) as session:
            return business_now(session), self._targets(announced_on).planned(session, size)

    async def _start(self, member_id: str) -> bool:
        """Start the workflow of an import that has none yet; false where there is nothing to start."""
        start = await asyncio.to_thread(self._unstarted, member_id)
        if start is None:
            return False
        # The signal is for one that was started meanwhile, with what was known before.
        return await start_once(
            self._client,
            WORKFLOW,
            start,
            workflow_id=workflow_id(member_id),
            summary=SUMMARY,
            start_signal=REFRESH,
        )

    def _unstarted(self, member_id: str) -> Any:
        with Session(self._engine) as session:
            row, entity = session.get(Member, member_id), session.get(Entity, workflow_id(member_id))
            if row is None or entity is None or row.workflow_started:
                return None
            return start_of(row, entity)


def _outcome(told: Told) -> Outcome:
    """What became of one membership: one that is over needs no news; any other refusal is for an operator."""
    member_id = own_id(told.entity_id)
    answer = told.answer
    if isinstance(answer, Answer):
        decided = answer.decision
        return Outcome(member_id, "told", decided["outcome"], decided["detail"], decided["articles"], wake=told.wake)
    if answer.status == 409:
        return Outcome(member_id, "skipped", answer.code, answer.detail, answer.articles)
    log.warning("membership %s did not take the announcement: %s", member_id, answer.code)
    return Outcome(member_id, "failed", answer.code, answer.detail, answer.articles)
