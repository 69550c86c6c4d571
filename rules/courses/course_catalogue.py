"""The catalogue of courses: what exists, what is sold, what became what; linted when loaded (W-C1.1 to W-C1.5)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from rules import terms
from rules.dated import Dated, DatedError

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """One course code."""

    code: str
    chapter: int | None
    """1, 2, or None for a course outside this book."""
    name: str
    """The display name; not unique, several codes were shown as ファミリー."""
    service_type: str | None
    """The line type it matches, `FAMILY` or `MANSION`; None outside this book."""
    operators: tuple[str, ...]
    """Areas it exists in, of `EAST` and `WEST` (W-15.1)."""
    exists_from: date | None
    """First day, None for before the first edition."""
    sold: bool
    """False: never offered to new applicants."""
    sale_from: date | None
    sale_to: date | None
    """Last day of sale, inclusive; None is open."""
    articles: tuple[str, ...]

    def open_for_sale(self, day: date) -> bool:
        """Whether a new application of that day may name the course."""
        return (
            self.sold
            and (self.sale_from is None or self.sale_from <= day)
            and (self.sale_to is None or day <= self.sale_to)
        )


@dataclass(frozen=True)
class Change:
    """A merger or a rename: from its first day contracts of `source` are on `target`."""

    on: date
    source: str
    target: str
    how: str
    """`merged` or `renamed`."""
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """All courses, the one change each may meet, and what matches and costs what."""

    courses: Mapping[str, Course]
    changes: Mapping[str, Change]
    """By source code."""
    matching: Dated[dict[str, str]]
    """The chapter 1 course by service type."""
    prices: Mapping[str, Dated[int]]
    """Yen a month, tax-exclusive, by course."""

    def begun(self, code: str, day: date) -> bool:
        """Whether the course exists on the day or existed before it."""
        start = self.courses[code].exists_from
        return start is None or start <= day

    def alive(self, code: str, day: date) -> bool:
        """Whether a contract can be on the course on that day."""
        change = self.changes.get(code)
        return self.begun(code, day) and (change is None or day < change.on)

    def resolve(self, code: str, day: date) -> tuple[str, tuple[Change, ...]]:
        """The code a contract of `code` is on that day, and the changes met on the way, earliest first."""
        met: list[Change] = []
        while (change := self.changes.get(code)) is not None and change.on <= day:
            met.append(change)
            code = change.target
        return code, tuple(met)


def _course(code: str, row: dict[str, Any]) -> Course:
    sale: dict[str, date] | None = row.get("sale")
    window = sale or {}
    return Course(
        code=code,
        chapter=row["chapter"],
        name=row["name"],
        service_type=row["service_type"],
        operators=tuple(row["operators"]),
        exists_from=row.get("exists_from"),
        sold=sale is not None,
        sale_from=window.get("from"),
        sale_to=window.get("to"),
        articles=tuple(row["articles"]),
    )


def _changes(rows: Iterable[dict[str, Any]], courses: Mapping[str, Course]) -> dict[str, Change]:
    """Read the changes, earliest first; one source can be changed only once, later it exists no more."""
    found: dict[str, Change] = {}
    for row in sorted(rows, key=lambda each: each["effective_on"]):
        for source in row["from"]:
            for code in (source, row["to"]):
                if code not in courses:
                    raise DatedError(f"the change of {row['effective_on']} names {code!r}, which is no course")
            if source in found:
                raise DatedError(
                    f"the change of {source} on {row['effective_on']} can never apply: "
                    f"it became {found[source].target} on {found[source].on}"
                )
            found[source] = Change(row["effective_on"], source, row["to"], row["how"], tuple(row["articles"]))
    return found


def _lint_changes(catalogue: Catalogue) -> None:
    for change in catalogue.changes.values():
        if not catalogue.begun(change.source, change.on - _DAY):
            raise DatedError(f"the change of {change.source} on {change.on} can never apply: it did not exist before")
        if not catalogue.alive(change.target, change.on):
            raise DatedError(f"{change.source} becomes {change.target} on {change.on}, which does not exist that day")
        if catalogue.courses[change.source].chapter != catalogue.courses[change.target].chapter:
            raise DatedError(f"the change of {change.source} on {change.on} would move it to another chapter")


def _lint_sales(catalogue: Catalogue) -> None:
    for course in catalogue.courses.values():
        if not course.sold:
            continue
        if course.sale_from is not None and course.sale_to is not None and course.sale_to < course.sale_from:
            raise DatedError(f"the sale of {course.code} ends before it starts")
        if course.exists_from is not None and (course.sale_from is None or course.sale_from < course.exists_from):
            raise DatedError(f"{course.code} is sold before it exists")
        change = catalogue.changes.get(course.code)
        if change is not None and (course.sale_to is None or course.sale_to >= change.on):
            raise DatedError(f"{course.code} is still sold when it has become {change.target}, overlapping it")


def _lint_matching(catalogue: Catalogue) -> None:
    for period in catalogue.matching.periods:
        for service_type, code in period.value.items():
            course = catalogue.courses.get(code)
            if course is None or course.service_type != service_type or course.chapter != 1:
                raise DatedError(f"{code!r} is no chapter 1 course of {service_type}")
            edges = (period.from_on, period.to_on or date.max)
            if not all(catalogue.alive(code, day) and course.open_for_sale(day) for day in edges):
                raise DatedError(f"{code} matches {service_type} from {period.from_on} on days it is not sold")


def _lint_prices(catalogue: Catalogue, first_day: date) -> None:
    for course in catalogue.courses.values():
        if course.chapter is None:
            continue
        price = catalogue.prices.get(course.code)
        if price is None:
            raise DatedError(f"{course.code} has no monthly basic fee")
        change = catalogue.changes.get(course.code)
        end = None if change is None else change.on - _DAY
        begin = first_day if course.exists_from is None else max(first_day, course.exists_from)
        if (price.periods[0].from_on, price.periods[-1].to_on) != (begin, end):
            raise DatedError(f"the monthly basic fee of {course.code} does not run from {begin} to {end or 'open'}")
        if any(period.from_on.day != 1 for period in price.periods):
            raise DatedError(f"the monthly basic fee of {course.code} changes inside a month")


def build(
    courses: Mapping[str, dict[str, Any]],
    changes: Iterable[dict[str, Any]],
    matching: Dated[dict[str, str]],
    prices: Mapping[str, Dated[int]],
    first_day: date,
) -> Catalogue:
    """Put a catalogue together and lint it.

    Args:
        courses: rows by code, as in the terms file.
        changes: mergers and renames, as in the terms file.
        matching: the chapter 1 course by service type.
        prices: yen a month, tax-exclusive, by course.
        first_day: from when on prices must be known.

    Raises:
        DatedError: a change that can never apply or leads nowhere, a sale outside a course's life, a matching course
            that is not sold, a price with a gap at its ends.
    """
    known = {code: _course(code, row) for code, row in courses.items()}
    catalogue = Catalogue(known, _changes(changes, known), matching, prices)
    _lint_changes(catalogue)
    _lint_sales(catalogue)
    _lint_matching(catalogue)
    _lint_prices(catalogue, first_day)
    return catalogue


def rows() -> dict[str, dict[str, Any]]:
    """What is written of each course, by code."""
    return terms.constant("course.catalogue", dict[str, dict[str, Any]])


def own_name(code: str, language: Literal["ja", "en"] = "ja") -> str:
    """The name of a course without that of its chapter; a code that no edition knows is given back as it is.

    A proper name is the same in every language; one that describes is said in the reader's.
    """
    row = rows().get(code)
    if row is None:
        return code
    return str(row["name_en"] if language == "en" and "name_en" in row else row["name"])


def full_name(code: str, language: Literal["ja", "en"] = "ja") -> str:
    """The name of a course behind that of its chapter: `WAKWAK 光 with フレッツ ファミリー` (W-01.1, W-15.1).

    A course outside this book has its own name only; a code that no edition knows is given back as it is.
    """
    row = rows().get(code)
    if row is None:
        return code
    series = terms.constant("course.series", dict[int, str]).get(row["chapter"])
    name = own_name(code, language)
    return f"{series} {name}" if series else name


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue of the packaged terms (W-04.1, W-18.1).

    Raises:
        DatedError: it does not pass the lint.
    """
    names = {code: f"course.monthly_basic_{code}" for code in rows()}
    return build(
        rows(),
        terms.constant("course.changes", list[dict[str, Any]]),
        terms.dated("course.matching", dict[str, str]),
        {code: terms.dated(name, int) for code, name in names.items() if name in terms.catalogue()},
        min(terms.constant("wakwak.editions", list[date])),
    )
