"""Which contracts a rollout reaches, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from models.machines.contract import OVER
from models.tables.contract.contract import Contract
from models.tables.rollout import RolloutTarget


def reached(courses: Sequence[str], effective_on: date) -> ColumnElement[bool]:
    """Contracts on the courses that are not over before the first day of the change, as their rows stand (W-14.1)."""
    return and_(
        col(Contract.course).in_(courses),
        col(Contract.state).not_in(sorted(OVER)),
        or_(col(Contract.end_on).is_(None), col(Contract.end_on) >= effective_on),
    )


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
