"""The wind-down of the club: what became of each membership that had to be told, and what storage was deleted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment


class WindDownTarget(SQLModel, table=True):
    """One membership that an announcement reaches; `planned` until it has an outcome."""

    __tablename__ = "wind_down_target"
    __table_args__ = (
        CheckConstraint("state in ('planned', 'told', 'skipped', 'failed')", name="wind_down_state"),
        Index("ix_wind_down_state", "code", "period", "state", "member_id"),
        Index("ix_wind_down_unnoticed", "code", "period", "member_id", postgresql_where=text("noticed_at IS NULL")),
        Index("ix_wind_down_wake", "code", "period", "member_id", postgresql_where=text("wake")),
    )

    code: str = Field(primary_key=True)
    """The programme's."""
    period: str = Field(primary_key=True)
    """The day of the announcement."""
    member_id: str = Field(primary_key=True, foreign_key="member.member_id")
    state: str = "planned"
    outcome: str | None = None
    """A code, such as `replanned`."""
    detail: str | None = None
    articles: list[str] | None = document(default=None, nullable=True)
    told_at: datetime | None = moment(nullable=True, default=None)
    """The business moment of the outcome."""
    noticed_at: datetime | None = moment(nullable=True, default=None)
    """The business moment at which the closing notice was put out to the member."""
    wake: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Recorded, and its workflow is still to be told so."""


class StorageDeletion(SQLModel, table=True):
    """One file of a member deleted because it did not fit any more (M-07.5): decided first, then carried out."""

    __tablename__ = "storage_deletion"

    member_id: str = Field(primary_key=True, foreign_key="member.member_id")
    file_id: str = Field(primary_key=True)
    stored_at: str
    """As the storage service says it: a moment or a day."""
    gb: Decimal
    reason: str
    articles: list[str] = document()
    decided_at: datetime = moment()
    """The business moment of the reversion."""
    deleted_at: datetime | None = moment(nullable=True, default=None)
    """When the storage service had deleted it; None: not yet."""
