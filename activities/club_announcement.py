"""The announcement of the wind-down: lots re-dated in sets, every open membership told one by one, and by letter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, bindparam, select, text, update
from sqlmodel import Session, col
from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.club_letters import Letters
from activities.membership_start import start_of
from models.messages.entity import CONTRACTS_QUEUE, Answer
from models.messages.membership import PLAN_ANNOUNCED, WORKFLOW, PlanAnnounced, workflow_id
from models.messages.program import FLETS_CLUB
from models.tables.club import Member
from models.tables.club_programme import WindDownTarget
from models.tables.database import business_now
from models.tables.log import Entity
from models.tables.people import Person
from rules import storage
from rules.points import expiry
from rules.programme import Plan

log = logging.getLogger(__name__)

MEMBERS_PER_PAGE = 500
"""Memberships told before a pause takes effect."""

AT_ONCE = 24
"""Updates under way at once: interactive commands must keep their room."""

ANSWER_S = 20
"""A membership that does not answer so long counts as failed; an operator has it tried again, under the same id."""

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
        "reverts_on": storage.reverts_on(plan.ends_on).isoformat(),
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
            letters.write(stem, "club_closure", target.member_id, people.get(person_id), said)
        target.noticed_at = at
    letters.store(session)
    return len(rows)


class Announcer:
    """Tells memberships of the plan, a few at once, each once."""

    def __init__(self, engine: Engine, client: Client) -> None:
        """Bind the database and Temporal."""
        self._engine = engine
        self._client = client

    async def tell_page(self, announced_on: date, size: int = MEMBERS_PER_PAGE) -> int:
        """Tell the next page of memberships; gives how many there were.

        Raises:
            RPCError: Temporal is away; the page is tried again.
        """
        at, ids = await asyncio.to_thread(self._page, announced_on, size)
        command = PlanAnnounced(
            op=f"{PLAN_ANNOUNCED}/{announced_on}", at=at, actor="program", announced_on=announced_on
        )
        waiting, outcomes = iter(ids), list[Outcome]()
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(ids))):
                group.create_task(self._some(waiting, command, outcomes))
        await self._keep(announced_on, outcomes)
        return len(ids)

    def _page(self, announced_on: date, size: int) -> tuple[datetime, list[str]]:
        with Session(self._engine) as session:
            ids = session.execute(
                select(col(WindDownTarget.member_id))
                .where(
                    col(WindDownTarget.code) == FLETS_CLUB,
                    col(WindDownTarget.period) == announced_on.isoformat(),
                    col(WindDownTarget.state) == "planned",
                )
                .order_by(col(WindDownTarget.member_id))
                .limit(size)
            ).scalars()
            return business_now(session), list(ids)

    async def _some(self, waiting: Iterator[str], command: PlanAnnounced, outcomes: list[Outcome]) -> None:
        for member_id in waiting:
            outcomes.append(await self._tell(member_id, command))
            if len(outcomes) >= KEEP_EVERY:
                full = outcomes[:]
                outcomes.clear()
                if activity.in_activity():
                    activity.heartbeat()
                await self._keep(command.announced_on, full)

    async def _tell(self, member_id: str, command: PlanAnnounced) -> Outcome:
        """One membership's update and what came of it; an import not started yet is started first."""
        handle = self._client.get_workflow_handle(workflow_id(member_id))
        for _ in range(2):
            try:
                async with asyncio.timeout(ANSWER_S):
                    answer = await handle.execute_update(
                        PLAN_ANNOUNCED, command, id=str(command.op), result_type=Answer
                    )
            except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
                return Outcome(member_id, "failed", "NOT_ANSWERING", f"No answer within {ANSWER_S} seconds.")
            except WorkflowUpdateFailedError as error:
                return _refused(member_id, error.cause)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                if not await self._start(member_id):
                    break
            else:
                told = answer.decision
                return Outcome(member_id, "told", told["outcome"], told["detail"], told["articles"])
        return await asyncio.to_thread(self._gone, member_id)

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

    def _gone(self, member_id: str) -> Outcome:
        with Session(self._engine) as session:
            entity = session.get(Entity, workflow_id(member_id))
        if entity is not None and entity.closed:
            return Outcome(member_id, "skipped", "skipped", "The membership is closed.")
        return Outcome(member_id, "failed", "NO_WORKFLOW", "Temporal does not run this membership.")

    async def _keep(self, announced_on: date, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
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
                    "new_told_at": at,
                }
                for each in outcomes
            ]
            connection.execute(statement, rows)


def _refused(member_id: str, cause: BaseException) -> Outcome:
    """A refusal: a membership that is over needs no news; anything else is for an operator."""
    details: dict[str, Any] = {}
    if isinstance(cause, ApplicationError) and cause.details and isinstance(cause.details[0], dict):
        details = cause.details[0]
    code = str(details.get("code") or getattr(cause, "type", None) or "FAILED")
    detail = str(details.get("detail") or cause)
    articles = [str(each) for each in details.get("articles") or ()]
    if details.get("status") == 409:
        return Outcome(member_id, "skipped", code, detail, articles)
    log.warning("membership %s did not take the announcement: %s", member_id, code)
    return Outcome(member_id, "failed", code, detail, articles)
