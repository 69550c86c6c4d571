"""Two-year discounts by what was told of them, in any order (M-03)."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Month
from rules.club.ninen_wari import Discount, Told, discounts, first_day_of_term, of_end_month, renewals

D = date.fromisoformat
LONG_AGO = D("2015-01-01")
LAST = Month(2023, 9)


def started(on: str) -> Told:
    return Told(started=True, on=D(on))


def cancelled(on: str) -> Told:
    return Told(started=False, on=D(on))


@pytest.mark.parametrize(
    ("told", "first"), [("2021-09-01", "2021-09-01"), ("2021-09-02", "2021-10-01"), ("2021-12-31", "2022-01-01")]
)
def test_a_term_begins_on_the_first_of_a_month(told: str, first: str) -> None:
    """Told for a day inside a month, the term begins on the first of the next one (M-03.8)."""
    assert first_day_of_term(D(told)) == D(first)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([started("2021-09-15")], [Discount(D("2021-10-01"))]),
        ([started("2021-10-01"), cancelled("2021-09-15")], [Discount(D("2021-10-01"))]),
        ([started("2019-10-01"), cancelled("2021-09-30")], [Discount(D("2019-10-01"), D("2021-09-30"))]),
        (
            [started("2019-10-01"), cancelled("2021-10-01"), started("2021-10-01")],
            [Discount(D("2019-10-01"), D("2021-10-01")), Discount(D("2021-10-01"))],
        ),
        (
            [started("2019-10-01"), started("2021-10-01")],
            [Discount(D("2019-10-01"), D("2021-10-01"), replaced=True), Discount(D("2021-10-01"))],
        ),
        ([started("2021-09-15"), cancelled("2021-09-20")], [Discount(D("2021-10-01"), D("2021-09-20"))]),
        ([started("2021-10-01"), cancelled("2021-10-01")], [Discount(D("2021-10-01"), D("2021-10-01"))]),
        ([cancelled("2021-10-01")], []),
    ],
)
def test_the_order_of_telling_does_not_matter(facts: list[Told], expected: list[Discount]) -> None:
    """A cancellation ends the discount that ran on its day, whichever notice came first (M-03.6)."""
    for order in permutations(facts):
        assert discounts(order) == tuple(expected)


@given(st.lists(st.builds(Told, st.booleans(), st.dates(D("2015-01-01"), D("2023-12-31"))), max_size=6), st.randoms())
def test_any_order_gives_the_same_renewals(facts: list[Told], random: object) -> None:
    """Whatever is told: shuffled, and told twice, the same discounts and renewals come out."""
    shuffled = [*facts, *facts]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = discounts(facts)
    assert discounts(shuffled) == found
    assert all(each.started_on.day == 1 for each in found)
    assert renewals(discounts(shuffled), LONG_AGO, D("2024-02-01"), LAST) == renewals(
        found, LONG_AGO, D("2024-02-01"), LAST
    )


def test_the_renewals_of_a_membership() -> None:
    """Those decided so far and the next one; none whose window was over by the registration (M-03.7, M-03.8)."""
    found = discounts([started("2017-10-01")])
    ask = lambda registered, today: sorted(  # noqa: E731 - asked four times
        str(month) for month in renewals(found, D(registered), D(today), LAST)
    )
    assert ask("2018-01-01", "2018-02-01") == ["2019-09"]
    assert ask("2018-01-01", "2022-02-01") == ["2019-09", "2021-09", "2023-09"]
    assert ask("2021-11-30", "2022-02-01") == ["2021-09", "2023-09"]
    assert ask("2021-12-01", "2022-02-01") == ["2023-09"]


def test_the_discount_that_renewed_goes_first() -> None:
    """Of two whose terms end in one month the one that still ran after the window earns the bonus (M-03.6)."""
    found = discounts([started("2019-10-01"), cancelled("2020-05-10"), started("2021-10-01")])
    assert of_end_month(found, Month(2023, 9)) == Discount(D("2021-10-01"))
    assert of_end_month(found, Month(2021, 9)) == Discount(D("2019-10-01"), D("2020-05-10"))
    assert of_end_month(found, Month(2022, 9)) is None
