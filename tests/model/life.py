"""What is looked at in a contract's life: plain values, with nothing of how they came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


class RefusedError(Exception):
    """The rules, or the state of the life, do not let a fact count."""


@dataclass(frozen=True)
class Term:
    """最低利用期間, both ends inclusive."""

    start: date
    end: date


@dataclass
class Charge:
    """A fee of the contract (`about` None) or of a benefit; yen."""

    about: str | None
    amount: int
    tax: int
    state: str
    """`planned`, `due`, `waived`, `watched` or `needs_operator`."""
    of_change: date | None = None
    """The day of the course change that raised it; None for an end."""
    broke: date | None = None
    """The last day of the term that was broken."""
    watch_until: date | None = None


@dataclass
class Benefit:
    """A benefit's own term and fee."""

    benefit_id: str
    fee: int
    term: Term
    over: bool = False


@dataclass
class Pending:
    """A course change that was applied for and has not happened."""

    to_course: str
    received_on: date
    change_on: date | None
    agreed_on: date | None = None
    waits_for_operator: bool = False
    charges: list[Charge] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """A course change by application that has happened; its papers can cancel it."""

    from_course: str
    to_course: str
    received_on: date
    on: date
    answered: frozenset[str] = frozenset()
    """Grounds of the choice that it answered."""


@dataclass
class Choice:
    """The choice of articles 11 and 23."""

    opened_on: date
    grounds: set[str]
    state: str = "open"


OFFERED = {
    "lost": frozenset({"course_change", "cancel"}),
    "excluded": frozenset({"course_change", "cancel"}),
    "type": frozenset({"course_change", "cancel"}),
    "end_notice": frozenset({"continue", "course_change", "cancel"}),
}
"""What each ground leaves to choose from (W-11.1, W-11.2, W-09.4, A-46)."""


def offered(grounds: set[str]) -> frozenset[str]:
    """What may be chosen while these grounds stand together."""
    return frozenset.intersection(*(OFFERED[each] for each in grounds))


@dataclass(frozen=True)
class Life:
    """A contract's life as it is read on a day."""

    state: str
    course: str
    courses: tuple[tuple[str, date], ...]
    term: Term | None
    start_on: date | None
    end_on: date | None
    end_reason: str | None
    agency: tuple[str, date] | None
    passed_on: tuple[date, ...]
    """First days of the months whose line charges were taken for our statement."""
    pending: tuple[str, date | None] | None
    choice: tuple[str, tuple[str, ...], date] | None
    """State, what is offered, the day it was opened; None unless one is open."""
    charges: tuple[tuple[str, int, str], ...]
    """About, total in yen, state; waived ones are left out, for nobody pays them."""
    planned: tuple[tuple[str, int], ...]
    """About, total in yen, of what the end ahead will cost as things stand; empty unless it is `ending`."""
    agenda: tuple[tuple[str, date], ...]
    unbilled: tuple[date | None, date] | None
    """First days of the first and last month of W2 that are not billed (W-12.5); None: from the start."""
    refused: tuple[int, ...] = ()
    """Places of the facts, in legal order, that did not count."""
