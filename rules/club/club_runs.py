"""The days of the programme's runs: booking, expiry, reminders, advice (M-02.4, M-04, M-07.6; A-03, A-05)."""

from __future__ import annotations

from datetime import date, timedelta

from rules import terms
from rules.calendar import Month, fiscal_year
from rules.club.booking import booking_month, usage_month_booked_in
from rules.club.program import Plan
from rules.club.reversion import reverts_on


def books_on(usage_month: Month) -> date:
    """The day on which a usage month is booked, inside the month after it (M-02.1, A-03)."""
    month = booking_month(usage_month)
    return month.first_day.replace(day=min(terms.constant("club_runs.monthly_booking_day", int), month.last_day.day))


def next_booking(on: date, plan: Plan) -> Month | None:
    """The first usage month booked on a day or after it; None when the last one is over (M-02.4, M-02.5)."""
    month = usage_month_booked_in(Month.of(on))
    if books_on(month) < on:
        month = month.plus(1)
    return month if month <= plan.last_usage_month else None


def booked_by(registered_on: date, on: date, plan: Plan, *, entered_on: date | None = None) -> tuple[Month, ...]:
    """The usage months of a member whose day of booking has come by a day, earliest first (M-02.1, M-02.4, A-03).

    What of these a member lacks is owed at once, with the day each was booked for everybody else.

    Args:
        registered_on: the day of registration; its month is the first.
        on: the day asked about, inclusive.
        plan: the plan in force.
        entered_on: the day on which a membership entered that another system had kept: what was booked by then,
            inclusive, was that system's to book. None: it began with us.
    """
    last = min(usage_month_booked_in(Month.of(on)), plan.last_usage_month)
    months = (Month.of(registered_on).plus(index) for index in range(Month.of(registered_on).months_until(last) + 1))
    since = entered_on or date.min
    return tuple(month for month in months if since < books_on(month) <= on)


def next_expiry(on: date, plan: Plan) -> date | None:
    """The first last-usable day, on a day or after it, on which some lot can expire (M-04.1, M-04.4, M-04.5).

    Every March 31, the new day of re-dated lots and the programme end itself; None after that one.
    """
    ends = [date(fiscal_year(on) + 1, 3, 31), plan.points_redated.expires_on, plan.ends_on]
    ahead = [day for day in ends if on <= day <= plan.ends_on]
    return min(ahead, default=None)


def reminds_on(expires_on: date) -> date:
    """The day on which members are reminded of points whose last usable day is `expires_on` (M-04.1)."""
    return expires_on - timedelta(days=terms.constant("club_runs.expiry_reminder_days", int))


def advises_end_on(plan: Plan) -> date:
    """The day on which members are told to save their data by the programme end (M-07.6, A-05)."""
    return plan.ends_on - timedelta(days=terms.constant("club_runs.storage_advice_days", dict[str, int])["before_end"])


def advises_reversion_on(month: Month) -> date:
    """The day on which those are warned whose capacity reverts at the end of a month (M-07.4, M-07.6)."""
    return month.last_day - timedelta(
        days=terms.constant("club_runs.storage_advice_days", dict[str, int])["before_reversion"]
    )


def next_reversion(on: date) -> Month:
    """The first month whose warning falls on a day or after it (M-07.6)."""
    month = Month.of(on)
    return month if advises_reversion_on(month) >= on else month.plus(1)


def last_reversion(plan: Plan) -> Month:
    """The month at whose end the capacity of members of the last day reverts (M-07.4)."""
    return Month.of(reverts_on(plan.ends_on))
