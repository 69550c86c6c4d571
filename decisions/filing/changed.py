"""What an entry may change of a filing's state: its fields by name and type, its collections by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from decisions import domain
from decisions.domain import Patching, Put


class Values(TypedDict, total=False):
    """Fields of a filing's state that take a new value."""

    filing_id: str
    contract_id: str
    operator: str
    """`FilingState.carrier_area`, by the name under which it is stored."""
    brand: str
    service_type: str
    wished_dates: Sequence[date]
    filed_at: datetime | None
    sequence: int
    work_on: date | None
    opened_on: date | None
    line_key: str | None
    defects: Sequence[str]
    jeopardy: Sequence[str]
    closed: bool


patch: Patching[Values, Put] = domain.patch
