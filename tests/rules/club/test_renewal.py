"""The にねん割 renewal bonus, sentence by sentence (M-03)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import terms
from rules.calendar import Month
from rules.citation import Decision
from rules.club.booking import book_by, window
from rules.club.renewal import ServiceClass, first_term_starts_on, renewal_bonus, term_end_month

LONG_AGO = date(2015, 1, 1)


def ask(end_month: str, registered_on: date = LONG_AGO, **facts: Any) -> Decision:
    """The bonus of a family line."""
    return renewal_bonus(Month.parse(end_month), ServiceClass.FAMILY, registered_on, **facts)


@pytest.mark.parametrize(
    ("end_month", "from_on", "to_on", "deadline"),
    [
        ("2023-09", date(2023, 9, 1), date(2023, 11, 30), date(2023, 12, 31)),
        ("2022-12", date(2022, 12, 1), date(2023, 2, 28), date(2023, 3, 31)),
        ("2023-12", date(2023, 12, 1), date(2024, 2, 29), date(2024, 3, 31)),
        ("2023-01", date(2023, 1, 1), date(2023, 3, 31), date(2023, 4, 30)),
        ("2023-07", date(2023, 7, 1), date(2023, 9, 30), date(2023, 10, 31)),
    ],
)
def test_three_renewal_months_then_one_to_book(end_month: str, from_on: date, to_on: date, deadline: date) -> None:
    """The end month and the next two, booked by the end of the month after the last (M-03.3, M-03.4, A-04)."""
    months = window(Month.parse(end_month))
    assert (months.from_on, months.to_on) == (from_on, to_on)
    assert book_by(Month.parse(end_month)) == deadline


def test_the_bonus_is_1000_points() -> None:
    """The rule sentence counts; the lone 100 is the other value an owner may set (M-03.1, M-03.2, A-01)."""
    decision = ask("2023-09")
    assert (decision.outcome, decision.data["points"]) == ("due", 1000)
    assert decision.articles[0] == "M-03.2"
    assert decision.as_json()["window"] == {"from": "2023-09-01", "to": "2023-11-30"}
    assert decision.as_json()["book_by"] == "2023-12-31"
    assert terms.catalogue()["club.renewal_bonus"].options == (1000, 100)


def test_mansion_lines_earn_none() -> None:
    """Only family-type lines qualify (M-03.5)."""
    decision = renewal_bonus(Month(2023, 6), ServiceClass.MANSION, LONG_AGO)
    assert (decision.outcome, decision.data["points"], decision.articles[0]) == ("disqualified", 0, "M-03.5")


@pytest.mark.parametrize(
    ("cancelled_on", "outcome"),
    [
        (date(2023, 6, 30), "disqualified"),
        (date(2023, 7, 1), "disqualified"),
        (date(2023, 9, 30), "disqualified"),
        (date(2023, 10, 1), "due"),
    ],
)
def test_cancelling_by_the_end_of_the_window_forfeits(cancelled_on: date, outcome: str) -> None:
    """A cancellation before or in the window disqualifies, one after it leaves the bonus standing (M-03.6, A-16)."""
    decision = ask("2023-07", ninen_wari_cancelled_on=cancelled_on)
    assert decision.outcome == outcome
    assert decision.articles[0] == ("M-03.2" if outcome == "due" else "M-03.6")


@pytest.mark.parametrize(
    ("end_month", "registered_on", "outcome"),
    [
        ("2023-07", date(2023, 9, 30), "due"),
        ("2023-06", date(2023, 8, 31), "due"),
        ("2023-06", date(2023, 9, 1), "disqualified"),
    ],
)
def test_registration_by_the_end_of_the_window(end_month: str, registered_on: date, outcome: str) -> None:
    """Who registers after the renewal months gets no bonus for that renewal (M-03.7)."""
    decision = ask(end_month, registered_on)
    assert decision.outcome == outcome
    assert decision.articles[0] == ("M-03.2" if outcome == "due" else "M-03.7")


@pytest.mark.parametrize(
    ("through", "outcome"), [(date(2023, 11, 29), "disqualified"), (date(2023, 11, 30), "due"), (None, "due")]
)
def test_use_must_reach_the_end_of_the_window(through: date | None, outcome: str) -> None:
    """The last cohort proves continued use to 2023-11-30 (M-03.8)."""
    assert ask("2023-09", in_use_through=through).outcome == outcome


def test_every_ground_is_named_once_in_order() -> None:
    """A line can fail on several grounds at once; all are cited (M-03.5 to M-03.8)."""
    decision = renewal_bonus(
        Month(2023, 7),
        ServiceClass.MANSION,
        date(2023, 10, 1),
        ninen_wari_cancelled_on=date(2023, 7, 1),
        in_use_through=date(2023, 7, 1),
    )
    assert decision.data["reasons"] == ["MANSION_TYPE", "NINEN_WARI_CANCELLED", "REGISTERED_TOO_LATE", "NOT_IN_USE"]
    assert decision.articles == ("M-03.5", "M-03.6", "M-03.7", "M-03.8", "M-03.3")


def test_the_last_cohort_ends_in_september_2023() -> None:
    """End month 2023-09 may qualify, 2023-10 never, and that is said before any other ground (M-03.8)."""
    assert ask("2023-09").outcome == "due"
    late = renewal_bonus(
        Month(2023, 10), ServiceClass.MANSION, date(2024, 5, 1), ninen_wari_cancelled_on=date(2023, 10, 1)
    )
    assert (late.outcome, late.data["points"], late.articles[0]) == ("after_last_cohort", 0, "M-03.8")


@pytest.mark.parametrize(
    ("opened_on", "starts_on", "end_month", "outcome"),
    [
        (date(2021, 9, 15), date(2021, 10, 1), "2023-09", "due"),
        (date(2021, 9, 30), date(2021, 10, 1), "2023-09", "due"),
        (date(2021, 10, 1), date(2021, 11, 1), "2023-10", "after_last_cohort"),
    ],
)
def test_the_term_starts_the_month_after_opening(
    opened_on: date, starts_on: date, end_month: str, outcome: str
) -> None:
    """A line opened on 2021-09-15 ends its term in 2023-09, one opened on 2021-10-01 too late (M-03.8, F-13)."""
    assert first_term_starts_on(opened_on) == starts_on
    assert str(term_end_month(starts_on)) == end_month
    assert ask(end_month).outcome == outcome


def test_terms_renew_every_two_years() -> None:
    """Each renewal moves the term end month by 24 months (M-03.1, F-14)."""
    assert [str(term_end_month(date(2019, 10, 1), renewals)) for renewals in range(3)] == [
        "2021-09",
        "2023-09",
        "2025-09",
    ]


@given(st.integers(2010, 2030), st.integers(1, 12), st.sampled_from(ServiceClass), st.dates(date(2010, 1, 1)))
def test_points_are_owed_exactly_when_due(year: int, month: int, kind: ServiceClass, registered_on: date) -> None:
    """There are 1,000 points when due, 0 otherwise, and the window always spans three whole months."""
    decision = renewal_bonus(Month(year, month), kind, registered_on)
    assert decision.data["points"] == (1000 if decision.outcome == "due" else 0)
    months = window(Month(year, month))
    assert Month.of(months.from_on).months_until(Month.of(months.to_on)) == 2
    assert Month.of(months.to_on).months_until(Month.of(book_by(Month(year, month)))) == 1
