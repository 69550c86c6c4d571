"""The movable clock of a rehearsal environment; no row means real time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, func
from sqlmodel import Field, SQLModel

from models.tables.columns import moment

MOVED_NOW = "coalesce(frozen_at, clock_timestamp() + make_interval(secs => offset_s))"
"""The business moment as the `clock` row says it, as SQL over that row."""

BUSINESS_NOW = f"coalesce((select {MOVED_NOW} from clock where id = 1), clock_timestamp())"
"""The business moment as SQL, for a statement that writes it without asking before."""

WHEN_WRITTEN: Any = func.clock_timestamp(type_=DateTime(timezone=True))
"""Real time at which a row is written, as a value of that row: PostgreSQL says it, no process."""


class Clock(SQLModel, table=True):
    """Business now = real time (PostgreSQL's) + offset; frozen at a step's moment during an advance."""

    __tablename__ = "clock"

    id: int = Field(primary_key=True)
    """Always 1."""
    offset_s: float
    frozen_at: datetime | None = moment(nullable=True, default=None)
    advance_to: datetime | None = moment(nullable=True, default=None)
    """Where a running advance is going; a restarted service finishes it."""
