"""Statements: dates, whole months, tax lines, reversals and what is still owed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Month
from rules.charges.billing import (
    billed_months,
    charge,
    course_of_month,
    due_with_statement,
    is_overdue,
    is_taxable,
    outstanding,
    settled_on,
    statement_dates,
)
from rules.dated import DatedError
from rules.money import Money

D = date.fromisoformat
DAYS = st.dates(D("2010-02-01"), D("2040-12-31"))
MONEY = st.integers(0, 100_000).map(lambda amount: Money(amount, amount // 10, amount + amount // 10))


@pytest.mark.parametrize(
    ("month", "issued", "due"),
    [
        ("2019-04", "2019-05-05", "2019-05-31"),
        ("2019-12", "2020-01-05", "2020-01-31"),
        ("2024-01", "2024-02-05", "2024-02-29"),
    ],
)
def test_issued_on_the_fifth_and_due_at_month_end(month: str, issued: str, due: str) -> None:
    """The statement of a month is issued on the 5th of the next one and due on its last day (parameters)."""
    dates = statement_dates(Month.parse(month))
    assert (dates.issued_on, dates.due_on) == (D(issued), D(due))


@pytest.mark.parametrize(
    ("start", "end", "billed"),
    [
        ("2019-04-30", None, True),
        ("2019-05-01", None, False),
        ("2019-01-01", "2019-03-31", False),
        ("2019-01-01", "2019-04-01", True),
        ("2019-01-01", "2019-04-30", True),
    ],
)
def test_any_day_in_force_bears_the_whole_month(start: str, end: str | None, *, billed: bool) -> None:
    """One day in force in April makes April a full month; the day before or after does not (W-10.7)."""
    months = billed_months(D(start), D(end) if end else None, Month(2019, 6))
    assert (Month(2019, 4) in months) is billed


def test_last_month_is_billed_in_full() -> None:
    """Ends 2019-04-30: April is billed, May is not (W-10.7)."""
    months = billed_months(D("2019-02-12"), D("2019-04-30"), Month(2019, 12))
    assert months == (Month(2019, 2), Month(2019, 3), Month(2019, 4))
    assert billed_months(D("2019-02-12"), None, Month(2019, 3)) == (Month(2019, 2), Month(2019, 3))
    assert billed_months(D("2019-02-12"), None, Month(2019, 1)) == ()
    assert billed_months(D("2019-02-12"), D("2019-02-11"), Month(2019, 3)) == ()


def test_course_of_a_month() -> None:
    """A month bears the fee of the course on its first day in force; nothing before the start (W-10.7)."""
    history = [(D("2018-05-12"), "W2_MANSION_H"), (D("2018-06-01"), "W2_MANSION"), (D("2018-07-10"), "W2_FAMILY")]
    assert course_of_month(history, Month(2018, 4)) is None
    assert course_of_month(history, Month(2018, 5)) == "W2_MANSION_H"
    assert course_of_month(history, Month(2018, 6)) == "W2_MANSION"
    assert course_of_month(history, Month(2018, 7)) == "W2_MANSION"
    assert course_of_month(history, Month(2018, 8)) == "W2_FAMILY"


def test_tax_by_code_and_day() -> None:
    """Our fees carry the rate of their month; passed-through charges carry no tax of ours (W-99.4, W-24.1)."""
    assert charge("monthly_basic", 950, D("2019-09-30")) == Money(950, 76, 1026)
    assert charge("monthly_basic", 950, D("2019-10-01")) == Money(950, 95, 1045)
    assert charge("line_pass_through", 5000, D("2019-10-01")) == Money(5000, 0, 5000)
    assert is_taxable("monthly_basic")
    assert not is_taxable("line_pass_through")
    with pytest.raises(DatedError):
        charge("monthly_basic", 950, D("1989-03-31"))


def test_what_is_owed() -> None:
    """Part payments lower what is owed; too much never makes it negative (W-11.3)."""
    billed = Money(950, 76, 1026)
    assert outstanding(billed, []) == 1026
    assert outstanding(billed, [1000]) == 26
    assert outstanding(billed, [1000, 26]) == 0
    assert outstanding(billed, [2000]) == 0


def test_a_payment_taken_back_on_its_own_day_leaves_the_day_of_the_others() -> None:
    """Keyed in for February 3, taken back, keyed in for January 20: covered on January 20 (W-24.3)."""
    billed, wrong, right = Money(1000, 100, 1100), D("2020-02-03"), D("2020-01-20")
    assert settled_on(billed, [(wrong, 1100), (wrong, -1100), (right, 1100)]) == right
    assert settled_on(billed, [(wrong, 1100), (wrong, -1100)]) is None


def test_settled_on_the_day_the_last_yen_came() -> None:
    """A statement is settled on the day its payments first cover it, in whatever order they are keyed in (W-24.3)."""
    billed = Money(950, 76, 1026)
    late, early = (D("2019-06-02"), 26), (D("2019-05-20"), 1000)
    assert settled_on(billed, [late, early]) == D("2019-06-02")
    assert settled_on(billed, [early]) is None
    assert settled_on(billed, []) is None


def test_overdue_from_the_day_after() -> None:
    """On the due date nothing is overdue, the day after what is owed is (W-24.3)."""
    due = D("2012-07-31")
    assert not is_overdue(due, due, 100)
    assert is_overdue(due, D("2012-08-01"), 100)
    assert not is_overdue(due, D("2012-08-01"), 0)


@given(start=DAYS, length=st.integers(0, 2000), through=DAYS)
def test_billed_months_agree_with_each_month(start: date, length: int, through: date) -> None:
    """The list holds exactly the months in force, once each, in order."""
    end = start + timedelta(days=length)
    last = Month.of(through)
    months = billed_months(start, end, last)
    first = min(Month.of(start), last)
    every = [first.plus(index) for index in range(first.months_until(last) + 1)]
    assert list(months) == [month for month in every if start <= month.last_day and month.first_day <= end]


@given(billed=MONEY, paid=st.lists(st.integers(0, 50_000)))
def test_what_is_owed_and_what_was_paid_cover_the_bill(billed: Money, paid: list[int]) -> None:
    """Whatever was paid, and nothing is owed below 0."""
    assert outstanding(billed, paid) + sum(paid) >= billed.total


@pytest.mark.parametrize(
    ("due_on", "known_on", "told"),
    [
        ("2018-08-31", "2018-07-20", "2018-08-31"),
        ("2018-08-31", "2018-08-04", "2018-08-31"),
        ("2018-08-31", "2018-08-05", "2018-09-30"),
        ("2018-08-31", "2018-09-04", "2018-09-30"),
        ("2018-08-31", "2018-09-05", "2018-10-31"),
        ("2018-08-31", "2018-12-31", "2019-01-31"),
        ("2018-12-31", "2018-08-05", "2018-12-31"),
    ],
)
def test_a_fee_is_never_due_before_it_was_known(due_on: str, known_on: str, told: str) -> None:
    """Known by the 4th it stands on the statement of the 5th; from the 5th on, on the next one (W-12.3c)."""
    assert due_with_statement(D(due_on), D(known_on)) == D(told)
