"""Messages of what changes a running contract: course, house, end and obligations. No personal data anywhere here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import Field

from models.messages.carrier import CarrierArea
from models.messages.contract.contract import Channel
from models.messages.entity import Command
from rules.calendar import start_of


class RequestCourseChange(Command):
    """An application for another course (W-09.1, W-21.1)."""

    to_course: str
    channel: Channel
    received_at: datetime
    change_on: date | None = None
    """The agreed day of the change; None: the first day of the month after acceptance."""

    def happened_at(self) -> datetime | None:
        """Its arrival."""
        return self.received_at


class UndoCourseChange(Command):
    """Takes a course change back before it takes effect."""


class DecideCourseChange(Command):
    """An operator decides on a change whose applicant does not hold the line (W-07.1, W-09.2)."""

    accept: bool


class Relocate(Command):
    """The contractor moves house (W-21.3)."""

    to_carrier_area: CarrierArea = Field(alias="to_operator")
    received_at: datetime

    def happened_at(self) -> datetime | None:
        """Its arrival."""
        return self.received_at


class InitialCancellation(Command):
    """初期契約解除 (W-12.4, W-12.5, W-21.4)."""

    papers_received_on: date
    dispatched_on: date
    then: str | None = None
    """`end`, or the chapter 1 course the contract goes on in; None: what article 21 paragraph 4 says (A-50)."""

    def happened_at(self) -> datetime | None:
        """The day of dispatch, on which it takes effect (F-19)."""
        return start_of(self.dispatched_on)


class Terminate(Command):
    """NTT-ME ends the contract (解除)."""

    effective_on: date
    """The last day in force."""

    def happened_at(self) -> datetime | None:
        """The end of the last day in force; one that is ahead counts from its keying in, as every fact does."""
        return start_of(self.effective_on + timedelta(days=1)) - timedelta(microseconds=1)


class AddBenefit(Command):
    """A benefit with a term and a fee of its own (W-12.2p)."""

    benefit_id: str
    minimum_months: int = Field(ge=1, le=600)
    fee: int = Field(ge=0, le=10_000_000)
    """Yen, tax-exclusive."""
    from_on: date


class DecideFee(Command):
    """An operator decides whether a fee that waited is due (W-12.3d)."""

    charge_id: str
    due: bool
