"""What was let go because its time was over: how much of what, never whose."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import moment


class RetentionRun(SQLModel, table=True):
    """One kind of rows on one day. Rows are added only."""

    __tablename__ = "retention_run"

    day: date = Field(primary_key=True)
    """Japan day of the run, in real time."""
    kind: str = Field(primary_key=True)
    """As in `rules.retention`."""
    kept_from: date
    """The first Japan day that was kept."""
    gone: int
    """Rows let go."""
    recorded_at: datetime = moment()
