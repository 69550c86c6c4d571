"""What decisions about an exchange are told besides its state; read, and locked, in the transaction that decides."""

from __future__ import annotations

from dataclasses import dataclass

from models.messages.club.exchange_facts import OpenSession, Purse, Request
from rules.club.program import Plan


@dataclass(frozen=True)
class SendKnown:
    """For sending: the request, its session, the member's points, the stock."""

    plan: Plan
    request: Request | None = None
    """None: there is no such request, and nothing else is known."""
    session: OpenSession | None = None
    purse: Purse | None = None
    stock: int | None = None
    """Codes that nobody has; None for what needs none."""


@dataclass(frozen=True)
class OutcomeKnown:
    """For NTT East's answer: the lots, since they may get their points back."""

    plan: Plan
    item_name: str | None
    purse: Purse
    asked_of_member: frozenset[str] = frozenset()
    """Codes of what an operator is asked about the membership."""
