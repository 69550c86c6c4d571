"""What decisions about a contract are told besides its state and the command; read in the transaction that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict


class ContractStanding(Protocol):
    """What any decision may ask, a timer's too; looked up only where it is asked."""

    def owed_statements(self) -> Sequence[str]:
        """Ids of the statements still to be paid: they outlive the contract (W-11.3, W-23.3)."""

    def credit(self) -> int:
        """Yen the contractor is owed back: what statements gave back and nothing has used or paid out."""

    def billed_months(self) -> Mapping[str, str]:
        """The monthly basic fees on statements that stand: charge id by month `YYYY-MM` (W-12.5)."""

    def line_taken(self, line_key: str, first: date, until: date | None) -> bool:
        """Whether another contract holds a line on any of these days, the end exclusive (W-03.1, W-17.1)."""


class AskedStanding:
    """The standing as one decision asks it: the answers are kept with its entry, and given again in a revision."""

    def __init__(self, standing: ContractStanding, known: Mapping[str, Any]) -> None:
        """Ask `standing` for what is not `known` yet."""
        self._standing = standing
        self.asked = dict(known)

    def owed_statements(self) -> Sequence[str]:
        """As `ContractStanding`."""
        if "owed_statements" not in self.asked:
            self.asked["owed_statements"] = list(self._standing.owed_statements())
        found: list[str] = self.asked["owed_statements"]
        return found

    def credit(self) -> int:
        """As `ContractStanding`."""
        if "credit" not in self.asked:
            self.asked["credit"] = self._standing.credit()
        return int(self.asked["credit"])

    def billed_months(self) -> Mapping[str, str]:
        """As `ContractStanding`."""
        if "billed_months" not in self.asked:
            self.asked["billed_months"] = dict(self._standing.billed_months())
        found: dict[str, str] = self.asked["billed_months"]
        return found

    def line_taken(self, line_key: str, first: date, until: date | None) -> bool:
        """As `ContractStanding`; never kept: who holds a line is asked when something is to be recorded."""
        return self._standing.line_taken(line_key, first, until)


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True)


class LineKnown(_Known):
    """About the line a contract wants."""

    line_taken: bool = False
    """Another contract holds it (W-03.1, W-17.1); False where a log keeps no answer, since nobody asked."""
    from_on: date | None = None
    """The first day that was asked about; None in logs that asked about the day of keying in."""


class WorkDayKnown(_Known):
    """About the order with NTT."""

    filing_work_on: date | None
    """The construction day, from which the order cannot be taken back (W-08.1); None: not set."""


class StatementKnown(_Known):
    """One statement, as its row says."""

    contract_id: str
    due_on: date
    """The last day to pay, inclusive."""
    settled_on: date | None
    """The day on which payments first covered it."""
    combined: bool
    """Payment on behalf was in force in its month."""
    charges: tuple[str, ...]
    """Ids of the contract's charges on it."""
    credit: int | None = None
    """Yen the contractor is owed, that no statement uses; None in logs of earlier releases."""


class StatementsKnown(_Known):
    """The statement a command is about; None: there is none of that id."""

    statement: StatementKnown | None


class PaymentKnown(_Known):
    """One payment, as its row says."""

    contract_id: str
    statement_id: str
    kind: str
    """`payment`, `credit` or `refund`."""
    amount: int
    reversed: bool
    """Whether it was taken back already."""
    charges: tuple[str, ...]
    """Ids of the contract's charges on its statement."""
    uncovered: tuple[str, ...] | None = None
    """Ids of the charges that nothing covers once it does not count; None in logs of earlier releases."""
    credit: int = 0
    """Yen the contractor is owed, that no statement uses, once it does not count."""
    owed_statements: tuple[str, ...] = ()
    """Ids of the statements still to be paid once it does not count."""


class PaymentsKnown(_Known):
    """The payment a command is about; None: there is none of that id."""

    payment: PaymentKnown | None


class FilingKnown(_Known):
    """What an order with NTT tells a customer who asks (W-08.2)."""

    filing_state: str
    work_on: date | None
    opened_on: date | None


class InquiryKnown(_Known):
    """What answers an inquiry, or goes to NTT with it."""

    filing: FilingKnown | None
    note: str | None
    """Its text; never kept in the log."""
