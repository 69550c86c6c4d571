"""A value by date: raises outside its range, refuses gaps and overlaps when made (X-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


class DatedError(ValueError):
    """The periods of a dated value do not join, or a day lies outside them."""


@dataclass(frozen=True)
class Period(Generic[T]):
    """One value from a day to a day, both inclusive; `to_on` None is open."""

    value: T
    from_on: date
    to_on: date | None
    articles: tuple[str, ...]
    """Requirement ids the value rests on."""
    status: str = "source"
    """`source` (in the documents), an F- fact, `choice` (ours, owner may change) or `sample`."""

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class Dated(Generic[T]):
    """Periods that join without gap or overlap, earliest first."""

    def __init__(self, name: str, periods: list[Period[T]]) -> None:
        """Join the periods.

        Raises:
            DatedError: no period, a period that ends before it starts, a gap, an overlap, or an open one in the middle.
        """
        if not periods:
            message = f"{name}: no period at all"
            raise DatedError(message)
        ordered = sorted(periods, key=lambda period: period.from_on)
        for period in ordered:
            if period.to_on is not None and period.to_on < period.from_on:
                message = f"{name}: a period from {period.from_on} ends before it starts, on {period.to_on}"
                raise DatedError(message)
        for earlier, later in pairwise(ordered):
            if earlier.to_on is None or earlier.to_on >= later.from_on:
                message = f"{name}: the period from {earlier.from_on} overlaps the one from {later.from_on}"
                raise DatedError(message)
            if earlier.to_on + timedelta(days=1) != later.from_on:
                message = f"{name}: nothing holds between {earlier.to_on} and {later.from_on}"
                raise DatedError(message)
        self.name = name
        self.periods: tuple[Period[T], ...] = tuple(ordered)

    def period(self, day: date) -> Period[T]:
        """The period that covers `day`.

        Raises:
            DatedError: none does.
        """
        for period in self.periods:
            if period.covers(day):
                return period
        message = f"{self.name}: no value is known for {day}"
        raise DatedError(message)

    def on(self, day: date) -> T:
        """The value on `day`.

        Raises:
            DatedError: the day lies outside every period.
        """
        return self.period(day).value
