"""The model's own numbers and lists, read from the catalogue; nothing here is shared with the service."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tests.model.facts import Line

FEE = 4500
"""Yen, tax-exclusive (W-12.3c)."""
REDUCED_FEE = 3000
"""Yen, tax-exclusive (W-12.4)."""
LAST_DAY_WITH_TERM = date(2018, 5, 31)
"""The last application day with a minimum term (W-12.1)."""
TERM_MONTHS = 24
CUTOFF_DAY = 25
INITIAL_DAYS = 8
INITIAL_LAW_FROM = date(2016, 5, 21)
"""F-19."""
PAPERS_LATEST_DAYS = 60
"""Papers that arrive later after the start or the change are no papers of it; never generated near this."""
REMINDER_DAYS = (10, 20)
ESCALATION_DAYS = 30
CLOSE_MONTHS = 12
RULES_FROM = date(2010, 2, 1)

FEE_FREE = frozenset({"DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A"})
"""W-12.3a."""
CARRYING = frozenset({"COLLABO", "HIKARI_PLUS"})
"""W-12.3b."""


@dataclass(frozen=True)
class Course:
    """One course: chapter 1 or 2, 0 outside the book; days of sale, inclusive."""

    chapter: int
    service_type: str | None = None
    sold_from: date = date(2010, 2, 1)
    sold_to: date = date.max
    areas: tuple[str, ...] = ("EAST", "WEST")


_M = date(2017, 6, 1)
_W1_END = date(2010, 1, 31)
COURSES = {
    "W2_FAMILY": Course(1, "FAMILY", _M),
    "W2_MANSION": Course(1, "MANSION", _M),
    "W2_GIGA_FAMILY": Course(1, "FAMILY", sold_to=date(2017, 5, 31)),
    "W2_FAMILY_OLD": Course(1, "FAMILY", sold_to=date(2017, 5, 31)),
    "W2_FAMILY_LIGHT": Course(1, "FAMILY", sold_to=date(2017, 5, 31)),
    "W2_GIGA_MANSION": Course(1, "MANSION", sold_to=date(2017, 5, 31)),
    "W2_MANSION_OLD": Course(1, "MANSION", sold_to=date(2017, 5, 31)),
    "W2_MANSION_LIGHT": Course(1, "MANSION", sold_to=date(2017, 5, 31)),
    "W2_MANSION_H": Course(1, "MANSION", date.max, date.min),
    "W1_FAMILY": Course(2, "FAMILY", date.min, _W1_END),
    "W1_MANSION_MINI": Course(2, "MANSION", date.min, _W1_END),
    "W1_MANSION_1": Course(2, "MANSION", date.min, _W1_END),
    "W1_MANSION_2": Course(2, "MANSION", date.min, _W1_END),
    "W1_WIRELESS_FAMILY": Course(2, "FAMILY", date.min, _W1_END, ("WEST",)),
    **{code: Course(0) for code in ("COLLABO", "HIKARI_PLUS", "OTHER", *sorted(FEE_FREE))},
}

MERGERS = (
    (_M, ("W2_GIGA_FAMILY", "W2_FAMILY_OLD", "W2_FAMILY_LIGHT"), "W2_FAMILY"),
    (_M, ("W2_MANSION_OLD", "W2_MANSION_LIGHT"), "W2_MANSION_H"),
    (_M, ("W2_GIGA_MANSION",), "W2_MANSION"),
    (date(2018, 6, 1), ("W2_MANSION_H",), "W2_MANSION"),
)
"""W-C1.1, W-C1.2, W-C1.4, W-C1.5."""


def chapter(code: str) -> int:
    """1 with フレッツ II, 2 with フレッツ, 0 any other WAKWAK course."""
    return COURSES[code].chapter


def on_sale(code: str, day: date) -> bool:
    """Whether an application of that day may name the course (W-C1.3, W-C2.1, A-40)."""
    return COURSES[code].sold_from <= day <= COURSES[code].sold_to


def merged(code: str, day: date) -> str:
    """What a course is on that day (W-C1.x)."""
    for on, courses, to_course in MERGERS:
        if on <= day and code in courses:
            code = to_course
    return code


def matching(service_type: str, day: date) -> str | None:
    """The with フレッツ II course of a line type (W-04.1, W-09.3)."""
    old = {"FAMILY": "W2_FAMILY_OLD", "MANSION": "W2_MANSION_OLD"}
    new = {"FAMILY": "W2_FAMILY", "MANSION": "W2_MANSION"}
    return (old if day < _M else new).get(service_type)


def eligible(of_chapter: int, line: Line, day: date) -> bool:
    """Articles 6 and 19."""
    brands = {"B", "PREMIUM", "NEXT", *(("LIGHT",) if day < date(2025, 4, 1) else ())}
    if line.brand not in brands or line.service_type not in {"FAMILY", "MANSION"} or line.tax_exempt_embassy:
        return False
    if line.operator == "WEST":
        if {"GROUP_LUMP", "MY_BILLING"} & set(line.billing) or "SCHOOL" in line.discounts:
            return False
        long_enough = "ZUTTO" in line.discounts and (line.zutto_months or 0) > 24
        return of_chapter == 1 or "ATTO" in line.discounts or long_enough
    return of_chapter == 1 or not ({"GROUP_LUMP", "AT_BILLING"} & set(line.billing) or "SCHOOL" in line.discounts)


def tax_on(amount: int, day: date) -> int:
    """Consumption tax of a supply of that day, rounded down (X-07)."""
    rate = 10 if day >= date(2019, 10, 1) else 8 if day >= date(2014, 4, 1) else 5
    return amount * rate // 100


def first_of(day: date, months: int = 0) -> date:
    """The first day of the month `months` after that day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def last_of(day: date, months: int = 0) -> date:
    """The last day of the month `months` after that day's (X-02)."""
    return first_of(day, months + 1) - timedelta(days=1)


def same_day(day: date, months: int) -> date:
    """The same day some months later, or the last one of that month."""
    first = first_of(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def cancelled_to(day: date, wanted: tuple[int, int] | None) -> date:
    """The last day of a contract whose cancellation arrived that day (W-10.2 to W-10.6)."""
    earliest = last_of(day) if day.day <= CUTOFF_DAY else last_of(day, 1)
    return earliest if wanted is None else max(earliest, last_of(date(*wanted, 1)))
