"""Japan days, month ends and fiscal years (X-01, X-02, X-03)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.refusal import Refusal

JST = ZoneInfo("Asia/Tokyo")
"""Every date of the documents is a calendar day here (X-01)."""

# Not `\d`: it takes the digits of every script, so that one month could be written in many ways.
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

YEAR_MIN = 1990
"""No line, contract or membership of the documents is older; the calendar before it is nobody's to ask for."""
YEAR_MAX = 2100
"""The last year in which anything can be dated; far enough from the end of the calendar for all arithmetic here."""


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; written `YYYY-MM`."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that contains `day`."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM` in ASCII digits.

        Raises:
            ValueError: anything else.
        """
        if not _MONTH.fullmatch(text) or text.startswith("0000"):
            message = f"{text!r} is not a month written YYYY-MM"
            raise ValueError(message)
        return cls(int(text[:4]), int(text[5:]))

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The real last day, 28 to 31 (X-02)."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def months_until(self, other: Month) -> int:
        """How many months `other` lies after this one; 0 for the same month."""
        return (other.year - self.year) * 12 + other.month - self.month

    def __str__(self) -> str:
        """`YYYY-MM`."""
        return f"{self.year:04d}-{self.month:02d}"


def japan_day(moment: datetime) -> date:
    """The Japan calendar day of an aware moment (X-01).

    Raises:
        ValueError: the moment has no offset.
    """
    if moment.tzinfo is None:
        message = "a moment needs an offset to have a Japan day"
        raise ValueError(message)
    return moment.astimezone(JST).date()


def start_of(day: date) -> datetime:
    """00:00 JST of the day: the first moment at which it is that day."""
    return datetime(day.year, day.month, day.day, tzinfo=JST).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last one where it has none (X-02)."""
    month = Month.of(day).plus(months)
    return month.first_day.replace(day=min(day.day, month.last_day.day))


def end_of(day: date) -> datetime:
    """00:00 JST of the next day: the first moment at which the day is over (exclusive end, X-01)."""
    return start_of(day + timedelta(days=1))


def fiscal_year(day: date) -> int:
    """Fiscal year N runs from April 1 of N to March 31 of N+1, both inclusive (X-03)."""
    return day.year if day.month >= 4 else day.year - 1


def check_plausible(name: str, value: date | datetime) -> None:
    """Pass when a date can belong to a line, a contract or a membership; arithmetic on it then never overflows (X-01).

    Args:
        name: of the field, for the one who is told.
        value: a Japan day, or a moment.

    Raises:
        Refusal: `DATE_OUT_OF_RANGE`, a year before 1990 or after 2100.
    """
    if not YEAR_MIN <= value.year <= YEAR_MAX:
        detail = f"{name} is {value.isoformat()}; the year must lie from {YEAR_MIN} to {YEAR_MAX}."
        raise Refusal(
            "DATE_OUT_OF_RANGE", detail, ("X-01",), values={"day": value, "first": str(YEAR_MIN), "last": str(YEAR_MAX)}
        )
