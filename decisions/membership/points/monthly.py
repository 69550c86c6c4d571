"""Monthly points of a registration keyed in, or an end taken back, after others got theirs (M-02.1; A-03, A-14)."""

from __future__ import annotations

from datetime import date
from typing import Any

from decisions.domain import Context, Outgoing, operator_task
from decisions.membership.parts import ledger, plan_of
from models.messages.club.membership import MembershipState
from rules.calendar import Month, japan_day
from rules.citation import Decision
from rules.club import club_runs, grants, points_table
from rules.club.program import Plan

NOT_BOOKED = "POINTS_NOT_BOOKED"
"""Months that had been earned became known after the last day of booking: they need adjustments (M-02.5)."""

BY_ANOTHER_TYPE = "POINTS_BY_ANOTHER_TYPE"
"""The line was of another type in months booked already: an operator compares what was granted (M-02.2, M-02.5)."""


def owed(
    state: MembershipState, context: Context, *, since: date | None = None
) -> tuple[tuple[Outgoing, ...], dict[str, Any]]:
    """Orders for the months whose day of booking has passed, with that day; after the last one, a task (M-02.5).

    Args:
        state: the membership.
        context: of the command.
        since: the Japan day from which days of booking were missed; None: its registration.
    """
    plan, today = plan_of(context), japan_day(context.moment)
    months = club_runs.booked_since(since or state.registered_on or today, today, plan)
    ruled = [(month, _ruling(state, month, plan)) for month in months]
    earned = [(month, each) for month, each in ruled if each is not None and each.outcome == "granted"]
    if earned and today > plan.last_booking_on:
        return (), operator_task(NOT_BOOKED, context.moment, "M-02.5", "M-02.1")
    return tuple(_order(month, each) for month, each in earned), {}


def booked_otherwise(before: MembershipState, after: MembershipState, context: Context) -> dict[str, Any]:
    """A task where months booked already would have earned other points by the types as they are known now (M-02.2).

    Points given may be spent, so nothing is taken back by itself; what is missing is made good by an adjustment.
    """
    if before.service == after.service or after.state != "active":
        return {}
    plan, today = plan_of(context), japan_day(context.moment)
    months = club_runs.booked_since(after.registered_on or today, today, plan)
    if all(_points(before, month, plan) == _points(after, month, plan) for month in months):
        return {}
    return operator_task(BY_ANOTHER_TYPE, context.moment, "M-02.2", "M-02.5")


def _points(state: MembershipState, month: Month, plan: Plan) -> int:
    ruled = _ruling(state, month, plan)
    return int(ruled.data["points"]) if ruled is not None else 0


def _ruling(state: MembershipState, month: Month, plan: Plan) -> Decision | None:
    """The rule on this member's month; None where the line or its type is not of the programme then."""
    service = state.service_on(month.last_day)
    if service is None or state.in_use_since is None or state.in_use_since > month.last_day:
        return None
    return grants.monthly_points(
        month,
        points_table.canonical(service.service_type),
        years_of_use=points_table.year_of_use(state.in_use_since, month),
        in_use_through=state.in_use_through,
        in_use_since=state.in_use_since,
        registered_on=state.registered_on,
        plan=plan,
    )


def _order(month: Month, ruled: Decision) -> Outgoing:
    return ledger(
        "grant",
        points=int(ruled.data["points"]),
        granted_on=club_runs.books_on(month),
        usage_month=str(month),
        articles=list(ruled.articles),
    )
