"""Letters of the club, each with its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from activities.notices.letter import ClubLetter, Day, Gigabytes, MonthOf, Points, Redated, RedatedLot


class ClubClosure(ClubLetter):
    """The closing schedule (M-01.2, M-06.1, M-02.5, M-07.1, M-08.4)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "registration_ends_on": "2023-09-30",
        "last_grant_month": "2023-12",
        "ends_on": "2025-03-31",
        "points_redated": {
            "granted_from": "2023-04-01",
            "granted_to": "2023-12-31",
            "expires_on": "2025-03-31",
            "original_expires_on": "2026-03-31",
        },
        "reverts_on": "2025-04-30",
    }

    registration_ends_on: Day
    last_grant_month: MonthOf
    ends_on: Day
    announced_on: Day | None = None
    points_redated: Redated | None = None
    reverts_on: Day | None = None


class PointsExpiring(ClubLetter):
    """Points about to lapse (M-04.1, M-04.5)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"points": 1200, "expires_on": "2024-03-31"}

    points: Points
    expires_on: Day


class ExpiryChanged(ClubLetter):
    """Points whose expiry was moved, old and new (M-04.4, M-04.7)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "expires_on": "2025-03-31",
        "original_expires_on": "2026-03-31",
        "points": 700,
        "granted_from": "2023-04-01",
        "granted_to": "2023-12-31",
        "lots": [
            {"granted_on": "2023-05-10", "points": 700, "original_expires_on": "2026-03-31", "expires_on": "2025-03-31"}
        ],
    }

    expires_on: Day
    original_expires_on: Day | None = None
    points: Points | None = None
    granted_from: Day | None = None
    granted_to: Day | None = None
    lots: list[RedatedLot] = Field(default_factory=list)


class StorageAdvice(ClubLetter):
    """Advice to change the plan or save data before the reversion (M-07.4 to M-07.7)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "advise_by": "2025-03-31",
        "reverts_on": "2025-04-30",
        "ended_on": "2025-03-31",
        "perk_gb": 5,
        "capacity_gb": 5,
        "used_gb": 8.3,
    }

    advise_by: Day
    reverts_on: Day
    ended_on: Day | None = None
    perk_gb: Gigabytes = 5
    capacity_gb: Gigabytes | None = None
    used_gb: Gigabytes | None = None


class RegistrationDone(ClubLetter):
    """A registration was accepted (M-06.1, M-06.2); `again`: a re-registration, which starts at 0 points."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "registered_on": "2023-09-30",
        "member_id": "m1",
        "again": True,
        "ends_on": "2025-03-31",
    }

    registered_on: Day
    member_id: str | None = None
    again: bool = False
    ends_on: Day | None = None


class Left(ClubLetter):
    """A member left (M-05.7, M-07.3, M-07.4)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"ended_on": "2024-10-15", "points": 300, "reverts_on": "2024-11-30"}

    ended_on: Day
    points: Points | None = None
    forfeited: Points | None = None
    """Points gone already, where the notice was keyed in after its day."""
    reverts_on: Day | None = None


class MembershipEnded(ClubLetter):
    """A membership ended with its line (M-05.1 to M-05.4, M-06.3); the programme's own end is announced to all."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "ended_on": "2024-06-01",
        "usable_through": "2024-05-31",
        "reason": "conversion",
        "reverts_on": "2024-07-31",
    }

    ended_on: Day
    usable_through: Day
    reason: str | None = None
    """`conversion`, `abolition` or `ineligible_type`."""
    reverts_on: Day | None = None


class ClubToldAgain(ClubLetter):
    """What was written before no longer holds, since the end was made again (X-05, M-06.3)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "withdrawn": ["membership_ended", "storage_advice"],
        "state": "active",
        "usable_through": "2024-06-30",
    }

    withdrawn: list[str]
    """Kinds of letters."""
    state: str | None = None
    """Of the membership; None where the letter is about one exchange."""
    usable_through: Day | None = None
    """The last day on which points may be used, where an end is known."""
    exchange_id: str | None = None
    """Of what an operator had keyed in of NTT's answer (M-09.6)."""
    points: Points | None = None
    """What had come back of it and is taken once more."""


class ExchangeDone(ClubLetter):
    """An exchange was fulfilled (M-09.5, M-09.7)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "points": 500,
        "item": "ギフトコード",
        "quantity": 2,
        "exchange_id": "x1",
        "balance_after": 0,
        "exchanged_on": "2024-12-01T10:15:00+09:00",
        "list_until": "2025-03-31",
    }

    points: Points
    item: str | None = None
    quantity: int | None = None
    exchange_id: str | None = None
    balance_after: Points | None = None
    exchanged_on: Day | None = None
    list_until: Day | None = None


class ExchangeFailed(ClubLetter):
    """An exchange failed; its points went back to their own lots (M-09.5)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"points": 500, "item": "ギフトコード", "exchange_id": "x1"}

    points: Points
    item: str | None = None
    exchange_id: str | None = None


LETTERS: Mapping[str, type[ClubLetter]] = {
    "club_closure": ClubClosure,
    "points_expiring": PointsExpiring,
    "expiry_changed": ExpiryChanged,
    "storage_advice": StorageAdvice,
    "registration_done": RegistrationDone,
    "left": Left,
    "membership_ended": MembershipEnded,
    "club_told_again": ClubToldAgain,
    "exchange_done": ExchangeDone,
    "exchange_failed": ExchangeFailed,
}
"""By the name of the template."""
