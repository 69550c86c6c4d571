"""Rollouts: their read row, and the contracts they reach, selected by set-based statements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from decisions.engine import Outcome
from models.machines.contract import OVER
from models.messages.rollout import RolloutState
from models.tables.contract.contract import Contract
from models.tables.rollout import Rollout, RolloutTarget
from store.database import business_now
from store.rollouts import begin_alone, reached

SELECTS = {"announce", "notify", "start"}
"""Entries with which contracts are selected: who joined a course meanwhile is reached too."""


class RolloutRows:
    """The read side of rollouts."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """The row, and what an entry means for all of its contracts at once."""
        _ = entity_id
        state = RolloutState.model_validate(outcome.state)
        if state.announced_on is None or state.effective_on is None:
            message = f"{entity_id}: a rollout without its days"
            raise ValueError(message)
        row = session.get(Rollout, state.rollout_id)
        if row is None:
            row = Rollout(
                rollout_id=state.rollout_id,
                kind=state.kind,
                state="",
                courses=state.courses,
                to_course=state.to_course,
                announced_on=state.announced_on,
                effective_on=state.effective_on,
                text_id=state.text_id,
                articles=state.articles,
                created_at=moment,
            )
            session.add(row)
        events = {entry.event for entry in outcome.entries}
        if "start" in events:
            begin_alone(session)
        row.state = state.state
        row.needs_operator = bool(state.tasks)
        now = business_now(session)  # later than the agenda's moment where a page took its time
        row.begun_at = now if "start" in events else row.begun_at
        row.finished_at = now if "finish" in events else row.finished_at
        session.flush()
        if events & SELECTS:
            _select(session, state.rollout_id, state.courses, state.effective_on)
        if "start" in events:
            _leave_out(session, state.rollout_id, state.effective_on, now)
        if "resume" in events:
            _plan_again(session, state.rollout_id)


def _select(session: Session, rollout_id: str, courses: list[str], effective_on: date) -> None:
    chosen = select(literal(rollout_id), col(Contract.contract_id), col(Contract.course), literal("planned")).where(
        reached(courses, effective_on)
    )
    columns = ["rollout_id", "contract_id", "from_course", "state"]
    statement = insert(RolloutTarget).from_select(columns, chosen, include_defaults=False).on_conflict_do_nothing()
    session.execute(statement)


def _leave_out(session: Session, rollout_id: str, effective_on: date, moment: datetime) -> None:
    """Contracts that are over before the change are not sent anything (W-14.1)."""
    over = select(col(Contract.contract_id)).where(
        or_(
            col(Contract.state).in_(sorted(OVER)),
            col(Contract.end_on) < effective_on,
        )
    )
    session.execute(
        update(RolloutTarget)
        .where(
            col(RolloutTarget.rollout_id) == rollout_id,
            col(RolloutTarget.state) == "planned",
            col(RolloutTarget.contract_id).in_(over),
        )
        .values(state="skipped", outcome="skipped", detail="The contract is over before the change.", done_at=moment)
        .execution_options(synchronize_session=False)
    )


def _plan_again(session: Session, rollout_id: str) -> None:
    session.execute(
        update(RolloutTarget)
        .where(col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.state) == "failed")
        .values(state="planned")
        .execution_options(synchronize_session=False)
    )
