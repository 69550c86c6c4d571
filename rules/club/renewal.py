"""The one-off bonus for a renewed にねん割 term (にねん割更新ポイント, M-03; A-01, A-04, A-16)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from rules import terms
from rules.calendar import Month
from rules.citation import Decision
from rules.club.booking import bonus_booking_month, book_by, window
from rules.club.program import Plan, notice_plan


class ServiceClass(StrEnum):
    """The class of a line's service type."""

    FAMILY = "FAMILY"
    MANSION = "MANSION"


def first_term_starts_on(opened_on: date) -> date:
    """The first day of a にねん割 term: the 1st of the month after the opening (M-03.8, F-13)."""
    return Month.of(opened_on).plus(1).first_day


def term_end_month(started_on: date, renewals: int = 0) -> Month:
    """The term end month (満了月) of a two-year term and its renewals (M-03.1, F-13).

    Args:
        started_on: the first day of the first term.
        renewals: how many times the term has been renewed.
    """
    months = terms.constant("club.ninen_wari_term_months", int)
    return Month.of(started_on).plus(months * (renewals + 1) - 1)


def decided_on(end_month: Month) -> date:
    """The day on which a bonus is decided and booked: the first of its booking month (M-03.4, A-04)."""
    return bonus_booking_month(end_month).first_day


def lost_until(end_month: Month) -> date:
    """The last day on which a cancellation of にねん割 costs the bonus: the window's last one (M-03.6, A-16)."""
    if terms.dated("club.bonus_lost_until", str).on(end_month.first_day) == "booking_deadline":
        return max(window(end_month).to_on, book_by(end_month))
    return window(end_month).to_on


def _grounds(
    end_month: Month,
    service_class: ServiceClass,
    registered_on: date,
    ninen_wari_cancelled_on: date | None,
    in_use_through: date | None,
) -> list[tuple[str, str]]:
    """Every ground against the bonus, as reason code and row."""
    last = window(end_month).to_on
    found: list[tuple[str, str]] = []
    if service_class is ServiceClass.MANSION:
        found.append(("MANSION_TYPE", "M-03.5"))
    if ninen_wari_cancelled_on is not None and ninen_wari_cancelled_on <= lost_until(end_month):
        found.append(("NINEN_WARI_CANCELLED", "M-03.6"))
    if registered_on > last:
        found.append(("REGISTERED_TOO_LATE", "M-03.7"))
    if in_use_through is not None and in_use_through < last:
        found.append(("NOT_IN_USE", "M-03.8"))
    return found


def renewal_bonus(
    end_month: Month,
    service_class: ServiceClass,
    registered_on: date,
    *,
    ninen_wari_cancelled_on: date | None = None,
    in_use_through: date | None = None,
    plan: Plan | None = None,
) -> Decision:
    """Whether a renewal earns the bonus (M-03.1 to M-03.8).

    Args:
        end_month: the term end month.
        service_class: the class on the last day of the window (M-03.5).
        registered_on: the day of club registration, on time by the last day of the window (M-03.7).
        ninen_wari_cancelled_on: にねん割 ended on that day; on or before the window's last day there is no bonus, later
            the entitlement stands (M-03.6, A-16).
        in_use_through: the line's last day of use; it must reach the window's last day. None while in use.
        plan: the plan in force.

    Returns:
        `due`, `disqualified` or, before all else, `after_last_cohort`; with `points`, `window`, `book_by`, `reasons`.
    """
    plan = plan or notice_plan()
    months, deadline = window(end_month), book_by(end_month)
    grounds = _grounds(end_month, service_class, registered_on, ninen_wari_cancelled_on, in_use_through)
    points = 0
    articles: tuple[str, ...]
    if end_month > plan.last_term_end_month:
        outcome, articles, reasons = "after_last_cohort", ("M-03.8", "M-02.5"), ["AFTER_LAST_COHORT"]
        detail = f"The last term end month with a bonus is {plan.last_term_end_month}."
    elif grounds:
        outcome, reasons = "disqualified", [code for code, _ in grounds]
        articles = (*(row for _, row in grounds), "M-03.3")
        detail = f"No bonus for the renewal months {months.from_on} to {months.to_on}."
    else:
        points = terms.dated("club.renewal_bonus", int).on(months.to_on)
        outcome, articles, reasons = "due", ("M-03.2", "M-03.4", "M-03.3", "M-03.1"), []
        detail = f"{points} points, to be booked by {deadline}."
    return Decision(
        outcome=outcome,
        articles=articles,
        edition=plan.edition(months.to_on),
        detail=detail,
        data={
            "points": points,
            "window": {"from": months.from_on.isoformat(), "to": months.to_on.isoformat()},
            "book_by": deadline.isoformat(),
            "reasons": reasons,
        },
    )
