"""The figures of the whole house, counted once for every process that shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment


class HouseFigures(SQLModel, table=True):
    """What was counted last; one row."""

    __tablename__ = "house_figures"

    id: int = Field(primary_key=True)
    """Always 1."""
    counted_at: datetime = moment()
    """Real time."""
    took_s: float
    """Seconds that the counting took; a house that takes long is counted less often."""
    figures: dict[str, Any] = document()
    """Name → rows of `[labels…, value]`."""
