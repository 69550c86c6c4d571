"""Rollouts, and what became of each contract they reach."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment


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
