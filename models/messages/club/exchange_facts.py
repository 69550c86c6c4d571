"""What a decision about an exchange is told besides its state; read in the transaction that decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.messages.club.exchange import Kind
from rules.club.points import Loss, Lot


@dataclass(frozen=True)
class Request:
    """A request as its row says."""

    member_id: str
    item_id: str
    item_name: str
    kind: Kind
    quantity: int
    points: int
    state: str


@dataclass(frozen=True)
class OpenSession:
    """The session that sends, and the line it was opened from."""

    member_id: str
    line_key: str
    expires_at: datetime


@dataclass(frozen=True)
class Purse:
    """The member's points, and what decides whether they may be used."""

    lots: Sequence[Lot]
    line_key: str
    carrier_area: str
    loss: Loss | None = None
    has_line: bool = True
