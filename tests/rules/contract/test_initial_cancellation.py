"""Papers and what they cancel (W-12.4, W-12.5, W-21.4, A-50, A-54)."""

from __future__ import annotations

from datetime import date

import pytest

from rules.calendar import Month
from rules.contract import initial_cancellation as rule
from rules.refusal import Refusal

CONTRACT = rule.Concluded(date(2018, 5, 20), date(2018, 6, 12))
CHANGE = rule.Concluded(date(2019, 9, 1), date(2019, 10, 1))
AHEAD = rule.Concluded(date(2020, 3, 5), date(2020, 4, 1))


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        (date(2018, 5, 20), "contract"),
        (date(2018, 8, 11), "contract"),
        (date(2019, 9, 1), "change"),
        (date(2019, 11, 30), "change"),
        (date(2020, 3, 5), "change_ahead"),
        (date(2018, 5, 19), None),
        (date(2018, 8, 12), None),
        (date(2019, 12, 1), None),
    ],
)
def test_papers_belong_to_the_last_thing_asked_for(papers: date, expected: str | None) -> None:
    """The application, the change, the change ahead, from their day on; 60 days after they began nothing is left."""
    if expected is None:
        with pytest.raises(Refusal, match=r"belong|conclusion"):
            rule.subject(papers, papers, ahead=AHEAD, changed=CHANGE, contract=CONTRACT)
        return
    assert rule.subject(papers, papers, ahead=AHEAD, changed=CHANGE, contract=CONTRACT).outcome == expected


@pytest.mark.parametrize(
    ("changed_on", "dispatched_on", "expected"),
    [
        (None, date(2018, 6, 19), (None, Month(2018, 6))),
        (date(2018, 6, 1), date(2018, 6, 5), (Month(2018, 6), Month(2018, 6))),
        (date(2018, 5, 31), date(2018, 6, 1), (Month(2018, 6), Month(2018, 6))),
        (date(2018, 5, 10), date(2018, 5, 17), None),
    ],
)
def test_months_that_began_on_another_course_stay_billed(
    changed_on: date | None, dispatched_on: date, expected: tuple[Month | None, Month] | None
) -> None:
    """Months of with フレッツ II only; outside it none (W-12.5)."""
    assert rule.unbilled(1, changed_on, dispatched_on) == expected
    assert rule.unbilled(0, changed_on, dispatched_on) is None


@pytest.mark.parametrize(
    ("previous", "now", "expected"),
    [
        ("W1_FAMILY", "COLLABO", "W2_FAMILY"),
        ("W1_FAMILY", "W2_FAMILY", "end"),
        ("W2_FAMILY", "COLLABO", "end"),
        (None, "W2_FAMILY", "end"),
    ],
)
def test_what_follows_by_itself(previous: str | None, now: str, expected: str) -> None:
    """Who left with フレッツ for another course is with フレッツ II; every other contract ends (W-21.4, A-50)."""
    assert rule.becomes(previous, now, "FAMILY", date(2018, 4, 15)) == expected
