"""What a month of use earns, and until when points are booked (マンスリーポイント, M-02; A-03, A-09)."""

from __future__ import annotations

from datetime import date

from rules import terms
from rules.calendar import Month
from rules.citation import Decision
from rules.club import points_table
from rules.club.booking import bonus_booking_month, booking_month
from rules.club.program import Plan, notice_plan
from rules.refusal import Refusal


def monthly_points(
    usage_month: Month,
    service_type: str,
    *,
    years_of_use: int | None = None,
    in_use_through: date | None = None,
    in_use_since: date | None = None,
    registered_on: date | None = None,
    plan: Plan | None = None,
) -> Decision:
    """What a line earns for one month of use (マンスリーポイント, M-02.1 to M-02.4).

    Args:
        usage_month: the month of use.
        service_type: code of the points table.
        years_of_use: the running year of use, 1 for the first; None counts as the first.
        in_use_through: the last day of use (the day before an abolition takes effect); None while in use.
        in_use_since: the first day of use; in that month only the last day counts. None: before the month.
        registered_on: the day of club registration, on time by the month's last day. None: before the month.
        plan: the plan in force; the one of the notice when None.

    Returns:
        `granted` or `none`, with `points`, `booking_month` and a `reason` code when there are none.

    Raises:
        Refusal: `UNKNOWN_SERVICE_TYPE`.
        ValueError: a year of use below 1.
    """
    plan = plan or notice_plan()
    last_day, booked = usage_month.last_day, booking_month(usage_month)
    points = points_table.points_of(service_type, years_of_use, last_day)
    reason, detail = "", f"{points} points, booked in {booked}."
    articles: tuple[str, ...] = ("M-02.2", "M-02.3", "M-02.1")
    if usage_month > plan.last_usage_month:
        reason, articles = "GRANTS_ENDED", ("M-02.4", "M-02.5")
        detail = f"The last month that earns points is {plan.last_usage_month}."
    elif in_use_through is not None and in_use_through < last_day:
        reason, articles = "NOT_IN_USE", ("M-02.3",)
        detail = f"The line was in use through {in_use_through} only, not through {last_day}."
    elif in_use_since is not None and in_use_since > last_day:
        reason, articles = "NOT_IN_USE", ("M-02.3", "M-02.1")
        detail = f"The line was in use from {in_use_since} only, after {last_day}."
    elif registered_on is not None and registered_on > last_day:
        reason, articles, detail = "NOT_REGISTERED", ("M-02.1",), f"Registered on {registered_on}, after {last_day}."
    return Decision(
        outcome="none" if reason else "granted",
        articles=articles,
        edition=plan.edition(last_day),
        detail=detail,
        data={"points": 0 if reason else points, "booking_month": str(booked), "reason": reason or None},
    )


def check_booking(booked_on: date, plan: Plan | None = None) -> None:
    """Whether a normal grant may still be booked on a day (M-02.5).

    Raises:
        Refusal: `GRANTS_ENDED` after the last day of the last grant month.
    """
    plan = plan or notice_plan()
    if booked_on > plan.last_booking_on:
        raise Refusal(
            "GRANTS_ENDED",
            f"No points are granted after {plan.last_booking_on}; a missed grant needs an adjustment.",
            ("M-02.5",),
            values={"last": plan.last_booking_on},
        )


def check_adjustment(
    points: int,
    granted_on: date,
    *,
    usage_month: Month | None = None,
    term_end_month: Month | None = None,
    plan: Plan | None = None,
) -> None:
    """Whether a correction points to an original entitlement and carries its original grant day (M-02.5, A-09).

    Args:
        points: points to add, at least 1 and at most what the entitlement could have been.
        granted_on: the day on which the grant should have been booked: inside its booking month.
        usage_month: the month of use it corrects, or
        term_end_month: the term end month of the renewal it corrects; exactly one of both.
        plan: the plan in force.

    Raises:
        Refusal: `NO_ENTITLEMENT` or `GRANT_DAY_OUTSIDE_BOOKING`, `GRANTS_ENDED` for a grant day after the last.
    """
    plan = plan or notice_plan()
    if usage_month is not None and term_end_month is None:
        booked, late, rows = booking_month(usage_month), usage_month > plan.last_usage_month, ("M-02.4", "M-02.1")
        most = terms.constant("club.monthly_points_range", dict[str, int])["max"]
    elif term_end_month is not None and usage_month is None:
        booked, late, rows = (
            bonus_booking_month(term_end_month),
            term_end_month > plan.last_term_end_month,
            ("M-03.8", "M-03.4"),
        )
        most = terms.dated("club.renewal_bonus", int).on(booked.last_day)
    else:
        raise Refusal(
            "NO_ENTITLEMENT",
            "Name one usage month or one term end month.",
            ("M-02.5",),
        )
    if late:
        raise Refusal("NO_ENTITLEMENT", "Nothing is earned for a month after the last one.", (rows[0], "M-02.5"))
    if not 1 <= points <= most:
        detail = f"This entitlement is 1 to {most} points, not {points}."
        raise Refusal("NO_ENTITLEMENT", detail, ("M-02.5",), values={"most": most, "points": points})
    check_booking(granted_on, plan)
    if Month.of(granted_on) != booked:
        raise Refusal(
            "GRANT_DAY_OUTSIDE_BOOKING",
            f"An adjustment carries the original grant day, in {booked}, not {granted_on}.",
            ("M-02.5", rows[1]),
            values={"booked": str(booked), "on": granted_on},
        )
