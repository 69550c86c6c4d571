"""The movable clock of a rehearsal environment; no row means real time."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import moment

BUSINESS_NOW = """coalesce(
    (select coalesce(frozen_at, clock_timestamp() + make_interval(secs => offset_s)) from clock where id = 1),
    clock_timestamp())"""
"""The business moment as SQL, for a statement that writes it without asking before."""


class Clock(SQLModel, table=True):
    """Business now = wall clock + offset; frozen at a step's moment during an advance."""

    __tablename__ = "clock"

    id: int = Field(primary_key=True)
    """Always 1."""
    offset_s: float
    frozen_at: datetime | None = moment(nullable=True, default=None)
    advance_to: datetime | None = moment(nullable=True, default=None)
    """Where a running advance is going; a restarted service finishes it."""
