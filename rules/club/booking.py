"""In which month points are booked, and what was earned when (M-02.4, M-03.3, M-03.4; A-03, A-04)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rules import terms
from rules.calendar import Month
from rules.dated import DatedError

_MONTHS_MAX = 24
"""How far a booking month may lie from what it books."""


@dataclass(frozen=True)
class Window:
    """The renewal months (更新月), both days inclusive (M-03.3)."""

    from_on: date
    to_on: date


def booking_month(usage_month: Month) -> Month:
    """The month in which a usage month is booked: the next one (A-03, a dated parameter)."""
    return usage_month.plus(terms.dated("club.monthly_booking_months", int).on(usage_month.first_day))


def usage_month_booked_in(month: Month) -> Month:
    """The last usage month that has been booked by the end of a month (M-02.4, A-03)."""
    return _last_booked(month, booking_month)


def window(end_month: Month) -> Window:
    """The three consecutive renewal months: the term end month and the two after it (M-03.3)."""
    months = terms.constant("club.renewal_window_months", int)
    return Window(end_month.first_day, end_month.plus(months - 1).last_day)


def counted_from(end_month: Month) -> Month:
    """The renewal month which the booking month follows: the last one (M-03.4, A-04, a dated parameter)."""
    if terms.dated("club.bonus_booked_after", str).on(end_month.first_day) == "first_renewal_month":
        return end_month
    return Month.of(window(end_month).to_on)


def bonus_booking_month(end_month: Month) -> Month:
    """The month in which the bonus of a renewal is booked; its last day is the deadline (M-03.4, A-04)."""
    return counted_from(end_month).plus(1)


def book_by(end_month: Month) -> date:
    """The last day for booking: the end of the month after the last renewal month (M-03.4, A-04)."""
    return bonus_booking_month(end_month).last_day


def term_end_month_booked_in(month: Month) -> Month:
    """The last term end month whose bonus has been booked by the end of a month (M-03.8, A-04)."""
    return _last_booked(month, bonus_booking_month)


def _last_booked(month: Month, booked_in: Callable[[Month], Month]) -> Month:
    for back in range(_MONTHS_MAX):
        earned = month.plus(-back)
        if booked_in(earned) <= month:
            return earned
    message = f"nothing of the {_MONTHS_MAX} months before {month} is booked by its end"
    raise DatedError(message)
