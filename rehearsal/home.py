"""A new rehearsal home."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func
from sqlalchemy.dialects.postgresql import insert

from models.tables.clock import WHEN_WRITTEN, Clock


def begin(engine: Engine, at: datetime) -> None:
    """Begin business time at a moment; a home that has a clock keeps it."""
    offset_s = func.extract("epoch", at - WHEN_WRITTEN)
    with engine.begin() as connection:
        connection.execute(insert(Clock).values(id=1, offset_s=offset_s).on_conflict_do_nothing())
