"""What a month earns and the table behind it, sentence by sentence (M-02)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import terms
from rules.calendar import Month
from rules.club.grants import check_adjustment, check_booking, monthly_points
from rules.club.points_table import in_program, load_table, points_of, table, year_of_use
from rules.dated import DatedError
from rules.refusal import Refusal

NOVEMBER = Month(2023, 11)


@pytest.mark.parametrize(
    ("month", "outcome", "points", "booked", "row"),
    [
        (Month(2023, 5), "granted", 300, "2023-06", "M-02.2"),
        (Month(2023, 11), "granted", 300, "2023-12", "M-02.2"),
        (Month(2023, 12), "none", 0, "2024-01", "M-02.4"),
    ],
)
def test_november_2023_is_the_last_month(month: Month, outcome: str, points: int, booked: str, row: str) -> None:
    """Use in November 2023 is booked in December, use in December earns nothing (M-02.4, A-03)."""
    decision = monthly_points(month, "NEXT_FAMILY", years_of_use=3)
    assert (decision.outcome, decision.data["points"], decision.data["booking_month"], decision.articles[0]) == (
        outcome,
        points,
        booked,
        row,
    )


@pytest.mark.parametrize(
    ("in_use_through", "points"), [(date(2023, 11, 30), 100), (date(2023, 11, 29), 0), (None, 100)]
)
def test_use_must_reach_the_last_day(in_use_through: date | None, points: int) -> None:
    """An abolition on 2023-12-01 keeps November, one on 2023-11-30 loses it (M-02.3)."""
    decision = monthly_points(NOVEMBER, "FAMILY", in_use_through=in_use_through)
    assert decision.data["points"] == points
    assert decision.data["reason"] == (None if points else "NOT_IN_USE")


@pytest.mark.parametrize(("since", "points"), [(date(2023, 11, 30), 100), (date(2023, 12, 1), 0)])
def test_in_the_first_month_only_its_last_day_counts(since: date, points: int) -> None:
    """A line opened on the last day earns that month, one opened the day after does not (M-02.1)."""
    assert monthly_points(NOVEMBER, "FAMILY", in_use_since=since).data["points"] == points


@pytest.mark.parametrize(
    ("registered_on", "reason"), [(date(2023, 9, 30), None), (date(2023, 10, 1), "NOT_REGISTERED")]
)
def test_registration_by_the_last_day_counts(registered_on: date, reason: str | None) -> None:
    """A month counts for who registered by its last day (M-02.1)."""
    assert monthly_points(Month(2023, 9), "FAMILY", registered_on=registered_on).data["reason"] == reason


@pytest.mark.parametrize(
    ("year", "points"), [(1, 100), (2, 200), (3, 300), (4, 400), (5, 500), (6, 500), (30, 500), (None, 100)]
)
def test_points_grow_with_the_running_year(year: int | None, points: int) -> None:
    """Family type on ネクスト: 100 in year 1 up to 500 from year 5; an unknown year counts as the first (F-05)."""
    assert points_of("NEXT_FAMILY", year, date(2023, 5, 31)) == points


@pytest.mark.parametrize(("alias", "type_"), [("FAMILY", "NEXT_FAMILY"), ("MANSION", "NEXT_MANSION")])
def test_short_names_stand_for_next(alias: str, type_: str) -> None:
    """`FAMILY` and `MANSION` are the types of ネクスト."""
    for year in range(1, 7):
        assert points_of(alias, year, date(2023, 5, 31)) == points_of(type_, year, date(2023, 5, 31))


def test_an_unknown_type_is_refused() -> None:
    """A type outside the table earns nothing and is named as such (M-02.2, M-05.3)."""
    with pytest.raises(Refusal) as refused:
        monthly_points(NOVEMBER, "BUSINESS")
    assert (refused.value.code, refused.value.articles) == ("UNKNOWN_SERVICE_TYPE", ("M-02.2", "M-05.3"))
    assert not in_program("BUSINESS", date(2023, 5, 1))
    assert in_program("MANSION", date(2023, 5, 1))


def test_year_zero_is_an_error() -> None:
    """The running year starts at 1."""
    with pytest.raises(ValueError, match="starts at 1"):
        points_of("FAMILY", 0, date(2023, 5, 31))


@pytest.mark.parametrize(
    ("since", "month", "year"),
    [
        (date(2020, 5, 31), Month(2020, 5), 1),
        (date(2020, 5, 31), Month(2021, 4), 1),
        (date(2020, 5, 31), Month(2021, 5), 2),
        (date(2020, 5, 1), Month(2024, 5), 5),
    ],
)
def test_a_year_of_use_is_twelve_months(since: date, month: Month, year: int) -> None:
    """The month of opening is the first of twelve (F-05)."""
    assert year_of_use(since, month) == year


def test_no_year_of_use_before_the_opening() -> None:
    """A month before the opening has no year of use."""
    with pytest.raises(ValueError, match="after 2020-04"):
        year_of_use(date(2020, 5, 1), Month(2020, 4))


def row(values: str) -> dict[str, terms.Term]:
    """A terms file with one row of the table."""
    return terms.load(
        f"X:\n  unit: points\n  values:\n    - {{value: {values}, from: 2000-01-01, articles: [M-02.2]}}", "points"
    )


@pytest.mark.parametrize("values", ["[50]", "[500]", "[50, 500]"])
def test_the_table_takes_50_to_500(values: str) -> None:
    """Both ends of the published range are values (M-02.2, A-02)."""
    assert set(load_table(row(values))) == {"X"}


@pytest.mark.parametrize("values", ["[49]", "[501]", "[600]", "[100, 0]", "[]", "100", "[100.5]", "[true]", "['100']"])
def test_the_table_refuses_anything_else(values: str) -> None:
    """A value outside 50..500, or no whole number, is a configuration error (M-02.2)."""
    with pytest.raises(DatedError):
        load_table(row(values))


def test_a_row_must_be_dated() -> None:
    """A constant is no row of the table (X-04)."""
    with pytest.raises(DatedError, match="dated"):
        load_table(terms.load("X: {unit: points, articles: [M-02.2], constant: [100]}", "points"))


def test_the_programme_and_the_table_name_the_same_types() -> None:
    """Every type inside the programme has a row, and every row is inside the programme (M-05.3)."""
    for period in terms.dated("club.service_types", list[str]).periods:
        assert set(period.value) == set(table())
    assert set(terms.constant("club.service_type_aliases", dict[str, str]).values()) <= set(table())


@given(st.sampled_from(sorted(table())), st.integers(1, 60), st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_every_type_year_and_day_has_a_value_in_range(service_type: str, year: int, on: date) -> None:
    """The table resolves everywhere, between 50 and 500 (M-02.2)."""
    assert 50 <= points_of(service_type, year, on) <= 500


def test_booking_stops_after_december_2023() -> None:
    """A batch of 2023-12-31 books, one of 2024-01-02 or 2024-01-01 does not (M-02.5)."""
    check_booking(date(2023, 12, 31))
    for late in (date(2024, 1, 1), date(2024, 1, 2)):
        with pytest.raises(Refusal) as refused:
            check_booking(late)
        assert (refused.value.code, refused.value.articles) == ("GRANTS_ENDED", ("M-02.5",))


@pytest.mark.parametrize(
    ("points", "granted_on", "usage", "term_end"),
    [
        (500, date(2023, 12, 31), NOVEMBER, None),
        (1, date(2023, 12, 1), NOVEMBER, None),
        (1000, date(2023, 12, 31), None, Month(2023, 9)),
    ],
)
def test_an_adjustment_carries_its_original_day(
    points: int, granted_on: date, usage: Month | None, term_end: Month | None
) -> None:
    """A correction inside the booking month of its entitlement is allowed (M-02.5, A-09)."""
    check_adjustment(points, granted_on, usage_month=usage, term_end_month=term_end)


@pytest.mark.parametrize(
    ("points", "granted_on", "usage", "term_end", "code"),
    [
        (100, date(2023, 12, 1), None, None, "NO_ENTITLEMENT"),
        (100, date(2023, 12, 1), NOVEMBER, Month(2023, 9), "NO_ENTITLEMENT"),
        (100, date(2024, 1, 1), Month(2023, 12), None, "NO_ENTITLEMENT"),
        (100, date(2024, 1, 1), None, Month(2023, 10), "NO_ENTITLEMENT"),
        (0, date(2023, 12, 1), NOVEMBER, None, "NO_ENTITLEMENT"),
        (501, date(2023, 12, 1), NOVEMBER, None, "NO_ENTITLEMENT"),
        (1001, date(2023, 12, 1), None, Month(2023, 9), "NO_ENTITLEMENT"),
        (100, date(2024, 1, 1), NOVEMBER, None, "GRANTS_ENDED"),
        (100, date(2023, 11, 30), NOVEMBER, None, "GRANT_DAY_OUTSIDE_BOOKING"),
        (1000, date(2023, 11, 30), None, Month(2023, 9), "GRANT_DAY_OUTSIDE_BOOKING"),
    ],
)
def test_an_adjustment_without_entitlement_is_refused(
    points: int, granted_on: date, usage: Month | None, term_end: Month | None, code: str
) -> None:
    """No second entitlement, none after the last cohort, no more than it was, no other day (M-02.5, A-09)."""
    with pytest.raises(Refusal) as refused:
        check_adjustment(points, granted_on, usage_month=usage, term_end_month=term_end)
    assert refused.value.code == code
