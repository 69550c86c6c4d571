"""Statements: dates, whole months, tax lines, reversals, what is still owed (W-10.7, W-11.3, W-23.3, W-99.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules import terms
from rules.calendar import Month
from rules.money import Money, untaxed, with_tax


@dataclass(frozen=True)
class StatementDates:
    """The dates of the statement of one month."""

    issued_on: date
    due_on: date
    """Last day to pay, inclusive."""


def statement_dates(month: Month) -> StatementDates:
    """When the statement of a month is issued and due: the 5th and the last day of the next month by default."""
    issue_day = terms.dated("billing.issue_day", int).on(month.first_day)
    months = terms.dated("billing.due_months_after", int).on(month.first_day)
    return StatementDates(month.plus(1).first_day.replace(day=issue_day), month.plus(months).last_day)


def due_with_statement(due_on: date, known_on: date) -> date:
    """By when a fee is to be paid that became known on a day: never before the statement that carries it (W-12.3c).

    A fee is due by its own day where it was known in time. One that comes out later, by a letter that is keyed in
    late or by a correction, stands on the next statement, and is due with that.

    Args:
        due_on: the day by its own rule, such as that of `rules.charges.fee.fee_due_on`, inclusive.
        known_on: the Japan day on which it was decided; a statement issued on that day or earlier does not carry it.

    Returns:
        The last day to pay, inclusive.
    """
    month = Month.of(known_on).plus(-1)
    while statement_dates(month).issued_on <= known_on:
        month = month.plus(1)
    return max(due_on, statement_dates(month).due_on)


def pauses_while_choosing(opened_on: date) -> bool:
    """Whether months that begin while a choice is open bear no fee; they do, unless the owner reads it so (A-28)."""
    return not terms.dated("line_notice.billed_while_choosing", bool).on(opened_on)


def is_paused(month: Month, opened_on: date, closed_on: date | None) -> bool:
    """Whether a month bears no monthly basic fee for a choice that was open when it began (A-28, W-10.7).

    Args:
        month: the month asked about.
        opened_on: the day the choice was opened, of one that pauses the fees (`pauses_while_choosing`).
        closed_on: the day it was closed; a month that begins on it still bears no fee. None while it is open.
    """
    return opened_on < month.first_day and (closed_on is None or month.first_day <= closed_on)


def billed_months(service_start_on: date, ended_on: date | None, through: Month) -> tuple[Month, ...]:
    """Every month with a full monthly basic fee (月額基本料金): in force on any day of it (W-10.7, F-34).

    Args:
        service_start_on: first day in force.
        ended_on: last day in force, inclusive; None while it runs.
        through: the last month asked about, inclusive.

    Returns:
        the months, earliest first.
    """
    last = through if ended_on is None else min(through, Month.of(ended_on))
    first = Month.of(service_start_on)
    if ended_on is not None and ended_on < service_start_on:
        return ()
    return tuple(first.plus(index) for index in range(first.months_until(last) + 1))


def course_of_month(history: Sequence[tuple[date, str]], month: Month) -> str | None:
    """The course whose fee a month bears: the one of its first day in force (our choice; no proration, W-10.7).

    Args:
        history: first day and course code of each stretch, earliest first.
        month: the month asked about.

    Returns:
        None for a month that ends before the history begins.
    """
    earlier = [code for from_on, code in history if from_on <= month.first_day]
    inside = [code for from_on, code in history if month.first_day < from_on <= month.last_day]
    if earlier:
        return earlier[-1]
    return inside[0] if inside else None


def charge(code: str, amount: int, supplied_on: date) -> Money:
    """An amount with the tax its code bears (W-24.1, W-99.4, X-07).

    Args:
        code: charge code.
        amount: yen; tax-exclusive, or for a passed-through charge what NTT billed.
        supplied_on: Japan day of supply; for a monthly fee any day of its month, since rates change on a first.

    Raises:
        DatedError: no tax rate is known for that day.
    """
    return with_tax(amount, supplied_on) if is_taxable(code) else untaxed(amount)


def is_taxable(code: str) -> bool:
    """Whether we add consumption tax to a charge of that code (W-24.1, W-99.4)."""
    return code not in terms.constant("billing.untaxed_codes", list[str])


def outstanding(billed: Money, paid: Iterable[int]) -> int:
    """Yen still owed, tax included, never below 0; an ended contract still owes it (W-11.3, W-23.3)."""
    return max(0, billed.total - sum(paid))


def settled_on(billed: Money, payments: Iterable[tuple[date, int]]) -> date | None:
    """The day from which on payments cover a statement; None while they do not (W-24.3).

    Args:
        billed: the statement's total; one that owes nothing is settled by its first payment or never asked.
        payments: day and yen of each payment, any order; what is taken back of them is negative. Of one day their sum
            counts: a payment that was keyed in wrongly is taken back on its own day.
    """
    left, covered_on = billed.total, None
    days: Counter[date] = Counter()
    for paid_on, amount in payments:
        days[paid_on] += amount
    for paid_on, amount in sorted(days.items()):
        left -= amount
        # A credit may cover it for a while and be needed elsewhere later.
        covered_on = None if left > 0 else covered_on or paid_on
    return covered_on


def is_overdue(due_on: date, on: date, owed: int) -> bool:
    """Whether the due date has passed with yen still owed; on the due date itself it has not (W-24.3)."""
    return owed > 0 and on > due_on
