"""Which contracts a rollout reaches, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlmodel import Session, col

from decisions.contract.facts import CourseEnd
from models.machines.contract import OVER
from models.messages.contract.rollout import RolloutStep, operation_id
from models.tables.contract.contract import Contract
from models.tables.rollout import Rollout, RolloutTarget
from store.locks import lock_key


def reached(courses: Sequence[str], effective_on: date) -> ColumnElement[bool]:
    """Contracts on the courses that are not over before the first day of the change, as their rows stand (W-14.1)."""
    return and_(
        col(Contract.course).in_(courses),
        col(Contract.state).not_in(sorted(OVER)),
        or_(col(Contract.end_on).is_(None), col(Contract.end_on) >= effective_on),
    )


def step_of(row: Rollout, at: datetime | None = None) -> RolloutStep:
    """One contract's part of a rollout; the same operation whoever sends it, so that it is carried out once."""
    return RolloutStep(
        op=operation_id(row.rollout_id),
        at=at,
        actor="rollout",
        rollout_id=row.rollout_id,
        kind=row.kind,
        courses=row.courses,
        to_course=row.to_course,
        announced_on=row.announced_on,
        effective_on=row.effective_on,
    )


_BEGINNING = lock_key("'a rollout begins'")
"""Of the lock that keeps the beginning of a rollout and the recording of a life over its day one after the other."""


def begin_alone(session: Session) -> None:
    """Before a rollout begins: whatever is being recorded by what had begun before is there, and is looked at.

    Held until the transaction ends; whoever records a life meanwhile waits, and finds that the rollout has begun.
    """
    session.execute(text(f"select pg_advisory_xact_lock({_BEGINNING})"))


def begin_none(session: Session) -> None:
    """Before a life is recorded by what has begun: nothing more begins until the transaction ends."""
    session.execute(text(f"select pg_advisory_xact_lock_shared({_BEGINNING})"))


def begun(session: Session, contract_id: str) -> list[RolloutStep]:
    """Rollouts that have begun, a contract's part of each, by their days (W-14.1).

    Not one whose own pages are still to record it, nor one that failed for this contract: that is an operator's.
    """
    open_ = exists().where(
        col(RolloutTarget.rollout_id) == col(Rollout.rollout_id),
        col(RolloutTarget.contract_id) == contract_id,
        col(RolloutTarget.state).in_(("planned", "failed")),
    )
    query = (
        select(Rollout)
        .where(col(Rollout.begun_at).is_not(None), ~open_)
        .order_by(col(Rollout.effective_on), col(Rollout.rollout_id))
    )
    return [step_of(row) for row in session.execute(query).scalars()]


def ended_courses(session: Session, on: date) -> dict[str, CourseEnd]:
    """Courses that a rollout has ended by a day, that day included, by code: what a new contract cannot be on."""
    query = (
        select(Rollout)
        .where(
            col(Rollout.kind).in_(("course_merge", "discontinue")),
            col(Rollout.begun_at).is_not(None),
            col(Rollout.effective_on) <= on,
        )
        .order_by(col(Rollout.effective_on), col(Rollout.rollout_id))
    )
    return {
        code: CourseEnd(rollout_id=row.rollout_id, on=row.effective_on, to_course=row.to_course)
        for row in session.execute(query).scalars()
        for code in row.courses
    }


def counts(session: Session, rollout_id: str) -> dict[str, int]:
    """Contracts of a rollout by state."""
    query = (
        select(col(RolloutTarget.state), func.count())
        .where(col(RolloutTarget.rollout_id) == rollout_id)
        .group_by(col(RolloutTarget.state))
    )
    return dict(session.execute(query).tuples().all())


def to_wake(session: Session, rollout_id: str) -> int:
    """How many workflows have not been told yet what was recorded for them."""
    query = select(func.count()).where(col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.wake))
    return int(session.execute(query).scalar_one())


def unnoticed(session: Session, rollout_id: str) -> int:
    """How many contractors have not been told yet."""
    query = select(func.count()).where(
        col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.noticed_at).is_(None)
    )
    return int(session.execute(query).scalar_one())
