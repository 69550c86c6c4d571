"""Memberships of the club, their points, and the member's own site."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime

from api.wire.shapes.common import Ahead, Awaiting, Begun, DecisionShown, Shown, Task


class MembershipBegun(Begun):
    """What a registration began; a dry run has no ids and answers 200."""

    member_id: str | None
    workflow_id: str | None
    decision: DecisionShown


class Membership(Shown):
    """One membership."""

    member_id: str
    workflow_id: str
    state: str
    registered_on: date
    ended_on: date | None
    end_reason: str | None
    line_id: str | None
    mail_consents: dict[str, bool]
    storage: dict[str, Any]
    renewal: list[dict[str, Any]]
    agenda: list[Ahead]
    needs_operator: list[Task]
    awaiting: list[Awaiting]
    allowed: list[str]


class Lot(Shown):
    """Points granted on one day."""

    lot_id: str
    granted_on: date
    kind: str
    points: int
    left: int
    expires_on: date
    original_expires_on: date


class Expiring(Shown):
    """Points that expire together."""

    expires_on: date
    points: int


class Points(Shown):
    """A balance."""

    on: date
    balance: int
    lots: list[Lot]
    expiring: list[Expiring]


class LedgerEntry(Shown):
    """One booking of points."""

    entry_id: str
    lot_id: str
    kind: str
    points: int
    on: date
    articles: list[str]


class LedgerPage(Shown):
    """Every booking, in the order it was written."""

    items: list[LedgerEntry]
    next_cursor: str | None


class Storage(Shown):
    """A member's storage in GB."""

    state: str
    plan_gb: float
    capacity_gb: float
    deletions: list[dict[str, Any]]


class Session(Shown):
    """A member's session."""

    token: str
    expires_at: AwareDatetime


class SessionShown(Shown):
    """The member, the balance, the line."""

    member: dict[str, Any]
    balance: int
    lots: list[Lot]
    expires_at: AwareDatetime


class Exchange(Shown):
    """A request of a member."""

    exchange_id: str
    state: str
    item_id: str
    kind: str
    quantity: int
    points: int
    email: str
    phone: str
    sent_at: AwareDatetime | None
    allowed: list[str]


class ExchangeListed(Shown):
    """A request of a member, as the back office lists it."""

    exchange_id: str
    workflow_id: str | None
    """Of its execution; None: it was not sent."""
    member_id: str
    state: str
    name: str | None
    kind: str
    quantity: int
    points: int
    sent_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    billing_month: str | None
    """The month whose bill a fee payment lowers."""
    failure: str | None
    told_by_hand: bool
    """An operator keyed in what NTT said."""
    usable_again: int | None
    """Of the points that a failure gave back, those that could be used again."""
    needs_operator: list[Task]


class ExchangePage(Shown):
    """A member's requests, the latest first."""

    items: list[ExchangeListed]
    next_cursor: str | None


class OpenSession(Shown):
    """A session of a member that still opens the site."""

    session_id: str
    opened_at: AwareDatetime
    expires_at: AwareDatetime
    current: bool


class OpenSessions(Shown):
    """The open sessions of the member who asks, the latest first."""

    items: list[OpenSession]
    next_cursor: str | None


class LoggedOut(Shown):
    """A session that opens nothing any more."""

    ended_at: str | None
