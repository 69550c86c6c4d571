"""Monthly points that others got and a member lacks, and those booked by what turned out otherwise (M-02.1, M-02.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from decisions.domain import Context, Outgoing, RaisedTask, operator_task
from decisions.membership.facts import asking
from decisions.membership.parts import ledger, may_use_points, plan_of
from models.messages.club.membership import MembershipState, ServiceStep
from rules.calendar import Month, japan_day
from rules.citation import Decision
from rules.club import club_runs, grants, points_table
from rules.club.program import Plan

NOT_BOOKED = "POINTS_NOT_BOOKED"
"""Months that had been earned became known after the last day of booking: they need adjustments (M-02.5)."""


def owed(state: MembershipState, context: Context) -> tuple[tuple[Outgoing, ...], dict[str, RaisedTask]]:
    """Orders for the months that were earned and not booked though their day of booking has come (M-02.1, A-03, A-14).

    Such are those before a registration was keyed in, and those whose day of booking came while the membership was
    wrongly over, however often its end was told otherwise: what the ledger lacks says which. Each has the day on which
    it was booked for everybody else; after the last day of booking there is a task instead (M-02.5).

    Args:
        state: the membership, by all that is known; one that goes on.
        context: of the command.
    """
    plan, today = plan_of(context), japan_day(context.moment)
    booked = _booked(state, context)
    ruled = [(month, due(state, month, plan)) for month in _months(state, today, plan) if str(month) not in booked]
    earned = [(month, each) for month, each in ruled if each is not None and each.outcome == "granted"]
    if earned and today > plan.last_booking_on:
        waits = may_use_points(state, context)
        return (), operator_task(NOT_BOOKED, context.moment, "M-02.5", "M-02.1") if waits else {}
    return tuple(_order(month, each) for month, each in earned), {}


def booked_otherwise(state: MembershipState, context: Context) -> frozenset[str]:
    """Usage months of which other points were booked than the line earns, by all that is known (M-02.2, M-02.5).

    Points given may be spent, so nothing is taken back by itself; what is missing is made good by an adjustment, which
    counts as booked. What another system booked it booked by NTT's own table (A-02): of such a month the type that came
    with the import is compared with the type as known now, and not its points with ours.
    """
    plan, booked = plan_of(context), _booked(state, context)
    elsewhere = _booked_elsewhere(state, context)
    ours = {month for month, points in booked.items() if points != _points(state, Month.parse(month), plan)}
    as_entered = state.model_copy(update={"service": _service_as_entered(state, context)})
    theirs = {
        month
        for month, imported in elsewhere.items()
        if _differs(
            _points(as_entered, Month.parse(month), plan),
            imported,
            booked.get(month, 0) - imported,
            _points(state, Month.parse(month), plan),
        )
    }
    return frozenset((ours - elsewhere.keys()) | theirs)


def _booked_elsewhere(state: MembershipState, context: Context) -> dict[str, int]:
    """Usage months that another system had to book or did, with the points of the lots that came along, 0 for none."""
    entered_on = _entered_on(state)
    if entered_on is None:
        return {}
    standing = asking(context)
    until = min(entered_on, japan_day(context.moment))
    before = club_runs.booked_by(state.registered_on or entered_on, until, plan_of(context))
    return {**dict.fromkeys(map(str, before), 0), **standing.imported_months(state.member_id)}


def _differs(by_entered_type: int, imported: int, made_good: int, by_type: int) -> bool:
    """Whether a month that another system booked asks for a look.

    Args:
        by_entered_type: points, by our table, of the type that came with the import.
        imported: points of its lot; 0 where none came along.
        made_good: points adjusted here.
        by_type: points, by our table, of the type as known now.
    """
    booked = imported + made_good
    if by_entered_type == by_type:
        # Nobody knows of another type; only what was made good here for one that is taken back may be too much.
        return made_good > 0 and booked > by_type
    return by_type not in {by_entered_type + made_good, booked}


def due(state: MembershipState, month: Month, plan: Plan) -> Decision | None:
    """The rule on this member's month (M-02.1 to M-02.4); None where the line is not of the programme then."""
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


def _points(state: MembershipState, month: Month, plan: Plan) -> int:
    ruled = due(state, month, plan)
    return int(ruled.data["points"]) if ruled is not None else 0


def _booked(state: MembershipState, context: Context) -> Mapping[str, int]:
    standing = asking(context)
    return standing.booked_months(state.member_id)


def _entered_on(state: MembershipState) -> date | None:
    """The day on which an imported membership entered."""
    return state.imported.on if state.imported is not None else None


def _service_as_entered(state: MembershipState, context: Context) -> list[ServiceStep]:
    """The type of the line as the import told it; as known now where the log does not say."""
    first = next((entry for entry in context.log if entry.seq == 1), None)
    said = first.patch.set.get("service") if first is not None else None
    return [ServiceStep.model_validate(each) for each in said] if said else state.service


def _months(state: MembershipState, today: date, plan: Plan) -> tuple[Month, ...]:
    return club_runs.booked_by(state.registered_on or today, today, plan, entered_on=_entered_on(state))


def _order(month: Month, ruled: Decision) -> Outgoing:
    return ledger(
        "grant",
        points=int(ruled.data["points"]),
        granted_on=club_runs.books_on(month),
        usage_month=str(month),
        articles=list(ruled.articles),
    )
