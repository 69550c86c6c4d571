"""Rollouts, and what became of each contract they reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, and_, func, or_, select, text
from sqlmodel import Field, Session, SQLModel, col

from models.tables.columns import document, moment
from models.tables.contract import Contract


class Rollout(SQLModel, table=True):
    """The current row of one rollout."""

    __tablename__ = "rollout"

    rollout_id: str = Field(primary_key=True)
    kind: str
    state: str = Field(index=True)
    courses: list[str] = document()
    to_course: str | None = None
    announced_on: date
    effective_on: date
    text_id: str | None = Field(default=None, foreign_key="note.note_id")
    articles: list[str] = document()
    needs_operator: bool = False
    created_at: datetime = moment()
    begun_at: datetime | None = moment(nullable=True, default=None)
    finished_at: datetime | None = moment(nullable=True, default=None)


class RolloutTarget(SQLModel, table=True):
    """One contract that a rollout reaches; `planned` until it has an outcome."""

    __tablename__ = "rollout_target"
    __table_args__ = (
        Index("ix_rollout_target_state", "rollout_id", "state", "contract_id"),
        Index("ix_rollout_target_unnoticed", "rollout_id", "contract_id", postgresql_where=text("noticed_at IS NULL")),
        Index("ix_rollout_target_wake", "rollout_id", "contract_id", postgresql_where=text("wake")),
    )

    rollout_id: str = Field(primary_key=True, foreign_key="rollout.rollout_id")
    contract_id: str = Field(primary_key=True, foreign_key="contract.contract_id")
    from_course: str
    """The course when it was selected."""
    state: str = "planned"
    """`planned`, `done`, `failed` or `skipped`."""
    outcome: str | None = None
    detail: str | None = None
    articles: list[str] | None = document(default=None, nullable=True)
    done_at: datetime | None = moment(nullable=True, default=None)
    """The business moment of the outcome."""
    noticed_at: datetime | None = moment(nullable=True, default=None)
    """The business moment at which the announcement was put out to its contractor."""
    wake: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Recorded, and its workflow is still to be told so."""


def reached(courses: Sequence[str], effective_on: date) -> ColumnElement[bool]:
    """Contracts on the courses that are not over before the first day of the change, as their rows stand (W-14.1)."""
    return and_(
        col(Contract.course).in_(courses),
        col(Contract.state).not_in(("ended", "declined", "withdrawn")),
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
