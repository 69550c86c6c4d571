"""What an entry may change of an exchange's state: its fields by name and type, its collections by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from decisions import domain
from decisions.domain import Patching, Put
from models.messages.club.exchange import Kind, Use


class Values(TypedDict, total=False):
    """Fields of an exchange's state that take a new value."""

    exchange_id: str
    member_id: str
    line_key: str | None
    operator: str
    """`ExchangeState.carrier_area`, by the name under which it is stored."""
    item_id: str
    kind: Kind
    quantity: int
    points: int
    uses: Sequence[Use]
    billing_month: str | None
    sent_at: datetime | None
    failure: str | None
    told_by_hand: bool
    usable_again: int
    taking: int
    closed: bool


patch: Patching[Values, Put] = domain.patch
