"""A contract's messages about its line and what follows: NTT's notices, the choice, waivers, inquiries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from models.messages.carrier import LineNoticeKind
from models.messages.entity import Command
from rules.calendar import start_of

WaiverCase = Literal["death", "line_name_change", "line_unusable"]
"""The three cases of article 12 paragraph 6 (W-12.6a to c)."""

Choice = Literal["continue", "course_change", "cancel"]
"""What a contractor may choose from after the line's end or NTT's notice (W-11.1, W-11.2)."""


class TakeLineNotice(Command):
    """One notice of NTT about the contract's line (W-13.1b, W-25.1); the line itself is not named."""

    notice_id: str
    kind: LineNoticeKind
    effective_on: date
    """The Japan day from which NTT says it holds; past or ahead."""
    details: dict[str, Any] = Field(default_factory=dict)

    def happened_at(self) -> datetime | None:
        """The day of a change of type that the course follows by itself; any other notice counts from its arrival.

        What a notice asks of the contractor or of an operator cannot be asked before it has reached us.
        """
        follows = self.kind == "service_type_changed" and self.details.get("by") == "customer"
        listed = self.details.get("service_type") in {"FAMILY", "MANSION"}
        return start_of(self.effective_on) if follows and listed else None


class Choose(Command):
    """The contractor's choice (W-11.1, W-11.2, W-23.1, W-23.2)."""

    choice: Choice
    to_course: str | None = None
    """Demanded by `course_change`, read only there."""
    holder_is_applicant: bool | None = None
    """Whether the line is the contractor's again; read by `continue` (A-47)."""
    received_at: datetime
    change_on: date | None = None
    """An agreed day of the course change."""

    def happened_at(self) -> datetime | None:
        """Its arrival."""
        return self.received_at


class Waive(Command):
    """An operator grants a waiver; the evidence is in the note (W-12.6, A-36)."""

    case: WaiverCase


class RequestWaiver(Command):
    """Evidence for a waiver came in; an operator decides (W-12.6, A-36)."""

    case: WaiverCase


class Inquire(Command):
    """A question or a dispute about the line; its text is in the note (W-08.2, W-08.4, W-20.2)."""

    topic: str = Field(pattern=r"^[A-Z0-9][A-Z0-9_]{0,39}$")
    attributable: bool = False
    """Whether the dispute was caused by NTT-ME (W-08.4)."""


class SettleTask(Command):
    """An operator has dealt with something that waited and that no other update settles (X-05)."""

    why: str = Field(pattern=r"^[A-Z0-9][A-Z0-9_]{0,59}$")
