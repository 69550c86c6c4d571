"""What decisions about a membership are told besides its state and the command."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol, TypeGuard, runtime_checkable

from pydantic import BaseModel, ConfigDict

from decisions.domain import Context
from rules.club.program import Plan


@runtime_checkable
class MembershipStanding(Protocol):
    """What any decision may ask, a timer's too."""

    def plan(self) -> Plan:
        """The plan of the programme in force."""

    def booked_months(self, member_id: str) -> Mapping[str, int]:
        """Points the ledger granted a member for months of use, adjustments included, by month (`YYYY-MM`)."""

    def imported_months(self, member_id: str) -> Mapping[str, int]:
        """Of these, the points that another system had booked and an import brought along."""

    def spent_on(self, member_id: str) -> Collection[date]:
        """The Japan days on which points were spent that did not come back."""


def asking(context: Context) -> MembershipStanding:
    """What a decision may ask.

    Raises:
        TypeError: nothing can be looked up where it is decided.
    """
    if not _answers(context.standing):
        message = f"a membership's decision was given {type(context.standing).__name__} to ask"
        raise TypeError(message)
    return context.standing


def _answers(standing: object) -> TypeGuard[MembershipStanding]:
    # Of the class, which is asked once: of an instance Python asks each method by name, every time.
    return issubclass(type(standing), MembershipStanding)


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True)


class EntryKnown(_Known):
    """About a membership that begins."""

    line_known: bool
    line_taken: bool
    """The line has a membership on its first day or later."""
    former_member: bool
    """The line had one before (M-06.2)."""
    booked_renewals: tuple[str, ...] = ()
    """Term end months whose bonus an import brings along as booked."""


class BalanceKnown(_Known):
    """What a leaving member would forfeit."""

    balance: int
    """Points usable on the day of leaving."""
    forfeited: int | None = None
    """Points that go by leaving, where that day is past: those granted since then included; None: today's balance."""


class GrantedKnown(_Known):
    """Points that were granted for a month already."""

    granted: int


class LineKnown(_Known):
    """About the line of a membership."""

    line_taken: bool
    """Another membership has it on this one's first day or later (M-02.1)."""
