"""Over which days a contract holds its line: one line carries one with フレッツ contract at a time (W-03.1, W-17.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.courses.course import chapter_of


@dataclass(frozen=True)
class Course:
    """A course and the first day on it."""

    code: str
    from_on: date


def held(
    held_from: date, courses: Sequence[Course], ended_before: date | None, ahead: Course | None
) -> tuple[date, date | None] | None:
    """The days a line is held, the end exclusive; None where it is not held (articles 3 and 17).

    A contract outside chapters 1 and 2 has no line of this book: it holds none until it comes back by a change.

    Args:
        held_from: the legal day of the application, or the business day of the import.
        courses: the courses it has been on, in order, the present one last.
        ended_before: the day after its last one; None while no end is known.
        ahead: a change of course that was applied for, with its day or the earliest it can have.
    """
    if courses and not _is_inside(courses[-1]):
        if ahead is not None and _is_inside(ahead):
            return _cut(max(ahead.from_on, held_from), None, ended_before)
        inside = [index for index, each in enumerate(courses) if _is_inside(each)]
        if not inside:
            return None
        return _cut(_begin(held_from, courses, inside[-1]), courses[inside[-1] + 1].from_on, ended_before)
    return _cut(_begin(held_from, courses, len(courses) - 1), None, ended_before)


def _is_inside(course: Course) -> bool:
    return chapter_of(course.code) is not None


def _begin(held_from: date, courses: Sequence[Course], last: int) -> date:
    """The first day of the run of courses of this book that the last one belongs to."""
    first = last
    while first > 0 and _is_inside(courses[first - 1]):
        first -= 1
    return held_from if first <= 0 else max(courses[first].from_on, held_from)


def _cut(start: date, left_on: date | None, ended_before: date | None) -> tuple[date, date | None]:
    ends = [max(each, start) for each in (left_on, ended_before) if each is not None]
    return start, min(ends, default=None)
