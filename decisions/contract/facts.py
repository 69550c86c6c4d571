"""What decisions about a contract are told besides its state and the command; read in the transaction that decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeGuard, runtime_checkable

from pydantic import BaseModel, ConfigDict

from decisions.domain import Context
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import Entry
from rules.charges.billing import due_with_statement
from rules.money import Money

KNOWN_ON = "known_on"
"""Where an entry keeps the day on which what it says became known."""

DUE_DAYS = "due_days"
"""Where an entry keeps due days told later than by the rule of the fee itself: by that day, the day told."""


@dataclass(frozen=True, kw_only=True)
class BilledItem:
    """An item on a statement, as it stands there."""

    item_id: str
    code: str
    """`monthly_basic` or `line_pass_through`."""
    month: str
    """`YYYY-MM`."""
    line_code: str | None
    """NTT's own code of a charge that passes through."""
    amount: int
    """Yen, tax-exclusive."""
    tax: int
    total: int
    paid: bool
    """Whether its statement is paid in full."""
    due_on: date
    """The last day to pay its statement, inclusive."""

    @property
    def money(self) -> Money:
        """What it asks for."""
        return Money(self.amount, self.tax, self.total)


@runtime_checkable
class Asking(Protocol):
    """What any decision may ask, a timer's too; looked up only where it is asked."""

    def owed_statements(self) -> Sequence[str]:
        """Ids of the statements still to be paid: they outlive the contract (W-11.3, W-23.3)."""

    def credit(self) -> int:
        """Yen the contractor is owed back: what statements gave back and nothing has used or paid out."""

    def refundable(self) -> int:
        """Yen the contractor is owed back and the next statement will not use either: to be paid out."""

    def unbilled(self) -> bool:
        """Whether the next statement bills something or takes something back (W-11.3)."""

    def billed_months(self) -> Mapping[str, str]:
        """The monthly basic fees on statements that stand: charge id by month `YYYY-MM` (W-12.5)."""

    def line_taken(self, line_key: str, first: date, until: date | None) -> bool:
        """Whether another contract holds a line on any of these days, the end exclusive (W-03.1, W-17.1)."""


class ContractStanding(Asking, Protocol):
    """What is looked up about a contract: what its decisions ask, and what a life as a whole is compared with."""

    def billed_items(self) -> Sequence[BilledItem]:
        """Monthly fees and NTT's charges on statements that nothing has taken back."""

    def rollouts(self) -> Sequence[RolloutStep]:
        """Rollouts that have begun, this contract's part of each (W-14.1, W-26.1).

        None whose own pages are still to record it, nor one that failed for it: that is an operator's.
        """


def asking(context: Context) -> Asking:
    """What a decision may ask.

    Raises:
        TypeError: nothing can be looked up where it is decided.
    """
    if not _answers(context.standing):
        message = f"a contract's decision was given {type(context.standing).__name__} to ask"
        raise TypeError(message)
    return context.standing


def _answers(standing: object) -> TypeGuard[Asking]:
    # Of the class, which is asked once: of an instance Python asks each method by name, every time.
    return issubclass(type(standing), Asking)


class AskedStanding:
    """The standing as one decision asks it: the answers are kept with its entry, and given again in a revision."""

    def __init__(
        self,
        standing: ContractStanding | None,
        own: Entry | None = None,
        recorded: Sequence[Entry] = (),
        known_on: date | None = None,
    ) -> None:
        """Ask `standing` for what `own` did not know yet.

        Args:
            standing: what may be asked.
            own: what recorded this very decision before, with the answers it was given then.
            recorded: what was decided before about the part of the life that is decided again.
            known_on: the Japan day on which it is decided; None: nobody asks.
        """
        self._standing = standing
        self._own = own
        self._recorded = recorded
        self._known_on = known_on
        self.asked: dict[str, Any] = dict(own.known) if own is not None else {}

    def payable_on(self, due_on: date) -> date:
        """By when a fee is to be paid that its own rule makes due on a day: see `rules.charges.billing` (W-12.3c).

        What the contractor was told before stays so, whenever the life is decided again: a fee that stands on a
        statement by then is due with that one. Releases before this one told the day by the fee's own rule.
        """
        day = due_on.isoformat()
        if day in self.asked.get(DUE_DAYS, {}):
            return date.fromisoformat(self.asked[DUE_DAYS][day])
        if self._own is not None and day in told_days([self._own]):
            return due_on
        found = next((told for each in self._recorded if (told := each.known.get(DUE_DAYS, {}).get(day))), None)
        if found is None and (self._known_on is None or day in told_days(self._recorded)):
            return due_on
        payable = date.fromisoformat(found) if found else due_with_statement(due_on, self._known_on or due_on)
        if payable != due_on:
            self.asked[DUE_DAYS] = {**self.asked.get(DUE_DAYS, {}), day: payable.isoformat()}
        return payable

    def known_late(self, on: date) -> date | None:
        """The Japan day on which what happens on one became known, where that is later; kept with the entry.

        None where it was known by then, also in logs of earlier releases, which did not ask.
        """
        if KNOWN_ON in self.asked:
            return date.fromisoformat(self.asked[KNOWN_ON])
        if self._own is not None or self._known_on is None or self._known_on <= on:
            return None
        self.asked[KNOWN_ON] = self._known_on.isoformat()
        return self._known_on

    def was_closed(self) -> bool:
        """Whether an earlier release closed the record, which asked neither what is unbilled nor who is asked."""
        own = self._own
        return own is not None and own.decision["outcome"] == "closed" and "unbilled" not in own.known

    def owed_statements(self) -> Sequence[str]:
        """As `ContractStanding`."""
        if "owed_statements" not in self.asked:
            self.asked["owed_statements"] = list(self._world.owed_statements())
        found: list[str] = self.asked["owed_statements"]
        return found

    def credit(self) -> int:
        """As `ContractStanding`."""
        if "credit" not in self.asked:
            self.asked["credit"] = self._world.credit()
        return int(self.asked["credit"])

    def refundable(self) -> int:
        """What can be paid out; an entry of an earlier release knew the credit alone."""
        if "refundable" not in self.asked:
            known = self.asked.get("credit")
            self.asked["refundable"] = self._world.refundable() if known is None else known
        return int(self.asked["refundable"])

    def unbilled(self) -> bool:
        """As `ContractStanding`."""
        if "unbilled" not in self.asked:
            self.asked["unbilled"] = self._world.unbilled()
        return bool(self.asked["unbilled"])

    def billed_months(self) -> Mapping[str, str]:
        """As `ContractStanding`."""
        if "billed_months" not in self.asked:
            self.asked["billed_months"] = dict(self._world.billed_months())
        found: dict[str, str] = self.asked["billed_months"]
        return found

    def line_taken(self, line_key: str, first: date, until: date | None) -> bool:
        """As `ContractStanding`; never kept: who holds a line is asked when something is to be recorded."""
        return self._world.line_taken(line_key, first, until)

    @property
    def _world(self) -> ContractStanding:
        if self._standing is None:
            message = "nothing can be looked up about a contract here"
            raise TypeError(message)
        return self._standing


def told_days(entries: Sequence[Entry]) -> Iterator[str]:
    """Every due day of a fee that recorded entries name, in their answers and charges."""
    for entry in entries:
        yield from _named(entry.decision)
        for charge in entry.patch.put.get("charges", {}).values():
            if charge.get("due_on"):
                yield str(charge["due_on"])


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "fee" in value and value.get("due_on"):
            yield str(value["due_on"])
        for key, each in value.items():
            if key == "fee_due_on" and each is not None:
                yield str(each)
            else:
                yield from _named(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each)


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True)


class LineKnown(_Known):
    """About the line a contract wants."""

    line_taken: bool = False
    """Another contract holds it (W-03.1, W-17.1); False where a log keeps no answer, since nobody asked."""
    from_on: date | None = None
    """The first day that was asked about; None in logs that asked about the day of keying in."""


class CourseEnd(_Known):
    """A course that a rollout of ours has ended."""

    rollout_id: str
    on: date
    """The first Japan day without it."""
    to_course: str | None = None
    """What a merger made of it; None: it was discontinued."""


class ImportKnown(LineKnown):
    """About the line and the course of a contract that is taken over."""

    ended: CourseEnd | None = None
    """By the day of the import; None where it goes on, and in logs of earlier releases, which did not ask."""


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
