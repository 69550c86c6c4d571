"""The announcement of the wind-down: lots re-dated in sets, every open membership told one by one, and by letter."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, bindparam, select, text, update
from sqlmodel import Session, col
from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.letters import Letters
from activities.mass_command import MassCommand, Told
from activities.membership_start import start_of
from models.messages.entity import CONTRACTS_QUEUE, REFRESH, Answer
from models.messages.membership import PLAN_ANNOUNCED, WORKFLOW, PlanAnnounced, workflow_id
from models.messages.program import FLETS_CLUB
from models.tables.club import Member
from models.tables.club_programme import WindDownTarget
from models.tables.database import business_now
from models.tables.log import Entity
from models.tables.people import Person
from rules import reversion
from rules.points import expiry
from rules.programme import Plan

log = logging.getLogger(__name__)

MEMBERS_PER_PAGE = 500
"""Memberships told before a pause takes effect."""

KEEP_EVERY = 50
"""Outcomes written in one statement; what was not written when a worker died is asked again and done once."""

_SELECT = """
insert into wind_down_target (code, period, member_id, state)
select :code, :period, member_id, 'planned' from member where state = 'active'
on conflict do nothing
"""

_RETRY = """
update wind_down_target set state = 'planned' where code = :code and period = :period and state = 'failed'
"""

_PROGRESS = """
select state, count(*) as members, count(*) filter (where state = 'planned' or noticed_at is null) as waiting
from wind_down_target where code = :code and period = :period group by state
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one membership."""

    member_id: str
    state: str
    """`told`, `skipped` or `failed`."""
    outcome: str
    detail: str
    articles: Sequence[str] = ()
    wake: bool = False
    """Whether its workflow is still to be told."""


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


def letters_page(session: Session, plan: Plan, size: int) -> int:
    """The closing notice to the next members who have no letter yet; gives how many (M-08.4, F-02)."""
    period = plan.announced_on.isoformat()
    rows = session.execute(
        select(WindDownTarget, col(Member.person_id))
        .join(Member, col(Member.member_id) == col(WindDownTarget.member_id))
        .where(
            col(WindDownTarget.code) == FLETS_CLUB,
            col(WindDownTarget.period) == period,
            col(WindDownTarget.noticed_at).is_(None),
        )
        .order_by(col(WindDownTarget.member_id))
        .limit(size)
        .with_for_update(of=WindDownTarget)
    ).all()
    ids = [person_id for _, person_id in rows if person_id]
    known = session.execute(select(Person).where(col(Person.person_id).in_(ids))).scalars()
    people = {person.person_id: person for person in known}
    at, said = business_now(session), closure(plan)
    letters = Letters(at)
    for target, person_id in rows:
        if target.state != "skipped":
            stem = f"club_closure.{period}.{target.member_id}"
            letters.write(stem, "club_closure", workflow_id(target.member_id), people.get(person_id), said)
        target.noticed_at = at
    letters.store(session)
    return len(rows)


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
        workflows = [workflow_id(each) for each in ids]
        some: list[Told] = []
        telling = self._mass.record("membership", workflows, PLAN_ANNOUNCED, command)
        async with contextlib.aclosing(telling) as recorded:
            async for told in recorded:
                _beat()
                some.append(told)
                if len(some) >= KEEP_EVERY:
                    await self._keep(announced_on, some)
                    some = []
        await self._keep(announced_on, some)

    async def wake(self, announced_on: date) -> int:
        """Tell every workflow that does not know yet what was recorded; gives how many.

        Raises:
            RPCError: Temporal is away; told twice does no harm.
        """
        woken = 0
        while some := await asyncio.to_thread(self._asleep, announced_on):
            await self._mass.wake([workflow_id(each) for each in some])
            _beat()
            await asyncio.to_thread(self._woken, announced_on, some)
            woken += len(some)
        return woken

    def _asleep(self, announced_on: date) -> list[str]:
        query = (
            select(col(WindDownTarget.member_id))
            .where(*_of(announced_on), col(WindDownTarget.wake))
            .order_by(col(WindDownTarget.member_id))
            .limit(KEEP_EVERY)
        )
        with Session(self._engine) as session:
            return list(session.execute(query).scalars())

    def _woken(self, announced_on: date, member_ids: Sequence[str]) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(WindDownTarget)
                .where(*_of(announced_on), col(WindDownTarget.member_id).in_(member_ids))
                .values(wake=False)
            )

    def _page(self, announced_on: date, size: int) -> tuple[datetime, list[str]]:
        with Session(self._engine) as session:
            ids = session.execute(
                select(col(WindDownTarget.member_id))
                .where(*_of(announced_on), col(WindDownTarget.state) == "planned")
                .order_by(col(WindDownTarget.member_id))
                .limit(size)
            ).scalars()
            return business_now(session), list(ids)

    async def _start(self, member_id: str) -> bool:
        """Start the workflow of an import that has none yet; false where there is nothing to start."""
        start = await asyncio.to_thread(self._unstarted, member_id)
        if start is None:
            return False
        try:
            await self._client.start_workflow(
                WORKFLOW,
                start,
                id=workflow_id(member_id),
                task_queue=CONTRACTS_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary="メンバーズクラブ 会員",
                # In case it was started meanwhile, with what was known before.
                start_signal=REFRESH,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    def _unstarted(self, member_id: str) -> Any:
        with Session(self._engine) as session:
            row, entity = session.get(Member, member_id), session.get(Entity, workflow_id(member_id))
            if row is None or entity is None or row.workflow_started:
                return None
            return start_of(row, entity)

    async def _keep(self, announced_on: date, some: Sequence[Told]) -> None:
        """Write what became of some; a membership that Temporal lost is recorded, and left to an operator."""
        if not some:
            return
        absent = await self._mass.missing([told.entity_id for told in some if isinstance(told.answer, Answer)])
        # An import not started yet is started, with what has just been recorded.
        lost = {each for each in absent if not await self._start(each.partition("/")[2])}
        outcomes = [_lost(told) if told.entity_id in lost else _outcome(told) for told in some]
        await asyncio.to_thread(self._write, announced_on, outcomes)

    def _write(self, announced_on: date, outcomes: Sequence[Outcome]) -> None:
        table = WindDownTarget.__table__  # type: ignore[attr-defined]  # SQLModel gives every table one
        statement = (
            update(table)
            .where(
                table.c.code == FLETS_CLUB,
                table.c.period == announced_on.isoformat(),
                table.c.member_id == bindparam("of_member"),
            )
            .values(
                state=bindparam("new_state"),
                outcome=bindparam("new_outcome"),
                detail=bindparam("new_detail"),
                articles=bindparam("new_articles"),
                wake=bindparam("new_wake"),
                told_at=bindparam("new_told_at"),
            )
        )
        with self._engine.begin() as connection:
            with Session(connection) as session:
                at = business_now(session)
            rows = [
                {
                    "of_member": each.member_id,
                    "new_state": each.state,
                    "new_outcome": each.outcome,
                    "new_detail": each.detail,
                    "new_articles": list(each.articles),
                    "new_wake": each.wake,
                    "new_told_at": at,
                }
                for each in outcomes
            ]
            connection.execute(statement, rows)


def _outcome(told: Told) -> Outcome:
    """What became of one membership: one that is over needs no news; any other refusal is for an operator."""
    member_id = told.entity_id.partition("/")[2]
    answer = told.answer
    if isinstance(answer, Answer):
        decided = answer.decision
        return Outcome(member_id, "told", decided["outcome"], decided["detail"], decided["articles"], wake=told.wake)
    if answer.status == 409:
        return Outcome(member_id, "skipped", answer.code, answer.detail, answer.articles)
    log.warning("membership %s did not take the announcement: %s", member_id, answer.code)
    return Outcome(member_id, "failed", answer.code, answer.detail, answer.articles)


def _lost(told: Told) -> Outcome:
    detail = "The plan is recorded, but Temporal does not run this membership: nothing further happens by itself."
    return Outcome(told.entity_id.partition("/")[2], "failed", "NO_WORKFLOW", detail)


def _of(announced_on: date) -> tuple[ColumnElement[bool], ...]:
    """The targets of one announcement."""
    return col(WindDownTarget.code) == FLETS_CLUB, col(WindDownTarget.period) == announced_on.isoformat()


def _beat() -> None:
    if activity.in_activity():
        activity.heartbeat()
