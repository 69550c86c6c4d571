"""One line carries one with フレッツ contract at a time (W-03.1, W-17.1)."""

from __future__ import annotations

from datetime import date

import pytest

from rules.line.line_hold import Course, held

IN = date(2018, 5, 20)
W2, COLLABO, BACK = (
    Course("W2_FAMILY", IN),
    Course("COLLABO", date(2019, 1, 1)),
    Course("W2_FAMILY", date(2019, 6, 1)),
)


@pytest.mark.parametrize(
    ("courses", "ended", "ahead", "expected"),
    [
        ([W2], None, None, (IN, None)),
        ([W2], None, COLLABO, (IN, None)),
        ([W2, COLLABO], None, None, (IN, date(2019, 1, 1))),
        ([W2, COLLABO], None, BACK, (date(2019, 6, 1), None)),
        ([W2, COLLABO, BACK], None, None, (date(2019, 6, 1), None)),
        ([W2], date(2018, 12, 1), None, (IN, date(2018, 12, 1))),
        ([W2, COLLABO], date(2018, 12, 1), None, (IN, date(2018, 12, 1))),
        ([Course("OTHER", IN)], None, None, None),
        ([Course("OTHER", IN)], None, BACK, (date(2019, 6, 1), None)),
    ],
)
def test_a_line_is_held_only_on_courses_of_this_book(
    courses: list[Course], ended: date | None, ahead: Course | None, expected: tuple[date, date | None] | None
) -> None:
    """From the day it came in or back to the day it leaves or ends; a change back holds the line beforehand."""
    assert held(IN, courses, ended, ahead) == expected
