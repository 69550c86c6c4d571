"""Commands about money, sent to a contract by the doors and by the billing programme. No personal data."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from models.messages.contract.parts import LineChargeItem
from models.messages.entity import Command
from rules.calendar import start_of

LINE_STATEMENT = "line_statement"
"""The event under which NTT's charges of a line enter a contract's log."""


class TakeLineCharges(Command):
    """NTT's charges of a line for one month (W-24.1, W-25.1f)."""

    month: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")
    items: list[LineChargeItem]


class AboutStatement(Command):
    """Something about one statement; its facts are read in the transaction that decides."""

    statement_id: str


class WithdrawPaymentAgency(AboutStatement):
    """A combined statement was not paid by its due date (W-24.3)."""

    decided_on: date | None = None
    """The first day after the last one to pay; None in logs of earlier releases, where it counts from its run."""

    def happened_at(self) -> datetime | None:
        """The beginning of that day, also where a payment that had been keyed in turns out to be none."""
        return start_of(self.decided_on) if self.decided_on is not None else None


class CreditLeft(AboutStatement):
    """A statement gave money back that nothing of the contract's uses any more (W-11.3)."""


class RecordRefund(Command):
    """Money was paid out to the contractor."""

    amount: int = Field(ge=1, le=100_000_000)
    """Yen."""
    paid_on: date


class ReversePayment(Command):
    """A payment or a refund was keyed in wrongly (X-05)."""

    payment_id: str = Field(min_length=1, max_length=200)


class ChargeOwed(AboutStatement):
    """A statement bills again what was paid once and given back (W-12.3c)."""


class ChargePaid(AboutStatement):
    """A statement has been paid in full, and with it the charges on it."""
