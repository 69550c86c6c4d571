"""What NTT tells of a member's line: the end of its use, its type, にねん割 (M-02.3, M-03.6, M-05, A-11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from decisions.domain import Context, Step, operator_task, patch
from decisions.membership import renewal
from decisions.membership.ending import lose
from decisions.membership.parts import END, now_at, plan_of
from models.messages.membership import LineChange, LossNotice, MembershipState, ServiceStep
from rules import points_table
from rules.calendar import japan_day
from rules.citation import Decision

BOOKED_IN_ERROR = "RENEWAL_BOOKED_IN_ERROR"
"""A cancellation inside the window became known after the bonus was booked: an operator decides (M-03.6)."""


def line_notice(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    """One notice about the line; a kind that changes nothing of a membership is kept in the log."""
    decide = _KINDS.get(command.kind, _nothing)
    return decide(state, command, context)


def _conversion(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    return _lost(state, command, context, LossNotice(cause="conversion", effective_on=command.effective_on), "M-05.1")


def _terminated(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    return _lost(state, command, context, LossNotice(cause="abolition", effective_on=command.effective_on), "M-05.2")


def _moved(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    """A line that goes to NTT West is abolished at NTT East, and the western club is another one (M-12.1)."""
    if command.details.get("operator") != "WEST":
        return _nothing(state, command, context)
    notice = LossNotice(cause="abolition", effective_on=command.effective_on)
    return _lost(state, command, context, notice, "M-12.1", "M-05.2")


def _type_changed(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    service_type = str(command.details.get("service_type", ""))
    if not points_table.in_programme(service_type, command.effective_on):
        notice = LossNotice(cause="ineligible_type", effective_on=command.effective_on)
        return _lost(state, command, context, notice, "M-05.3")
    family = not points_table.canonical(service_type).endswith("MANSION")
    step = ServiceStep(
        service_type=service_type,
        service_class="FAMILY" if family else "MANSION",
        from_on=command.effective_on,
    )
    kept = [each for each in state.service if each.from_on != step.from_on]
    service = sorted([*kept, step], key=lambda each: each.from_on)
    decision = _decision("service_changed", command, context, ("M-02.2", "M-03.5"), f"Now {service_type}.")
    put: dict[str, dict[str, Any]] = {}
    if command.effective_on > japan_day(context.moment):
        key = f"service_type_{command.effective_on}"
        item = now_at(context, command.effective_on, key, "service_type", ["M-02.2"], f"タイプ変更 {step.from_on}")
        put = {"agenda": {key: item}}
    return [Step("service_type_changed", decision, patch({"service": service}, put=put))]


def service_type_begins(state: MembershipState, item: Any, context: Context) -> list[Step]:
    """A type that NTT told ahead begins: the row behind every list follows (M-02.2)."""
    service = state.service_on(item.on)
    decision = Decision(
        "service_changed",
        ("M-02.2", "M-03.5"),
        item.on,
        plan_of(context).edition(item.on),
        f"{service.service_type if service else 'No type'} from {item.on} on.",
    )
    return [Step("service_type", decision, patch(drop={"agenda": [item.item_id]}), received_at=item.at)]


def _ninen_wari_started(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    started_on = command.effective_on
    today = japan_day(context.moment)
    month = renewal.next_end_month(started_on, max(state.registered_on or started_on, started_on))
    while month is not None and str(month) in state.renewals and state.renewals[str(month)].state == "booked":
        month = renewal.next_end_month(started_on, today, month)
    put = renewal.opened(month, context.moment, plan_of(context)) if month is not None else {}
    gone = [key for key in state.agenda if key.startswith("renewal_")]
    closed = renewal.replaced(state, today)
    put["renewals"] = {**closed, **put.get("renewals", {})}
    values = {"ninen_wari_started_on": started_on, "ninen_wari_cancelled_on": None}
    drop = {"agenda": [key for key in gone if key not in put.get("agenda", {})]}
    decision = _decision("ninen_wari_started", command, context, ("M-03.1", "M-03.8"), f"A term from {started_on} on.")
    return [Step("ninen_wari_started", decision, patch(values, put=put, drop=drop))]


def _ninen_wari_cancelled(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    on, today = command.effective_on, japan_day(context.moment)
    ended = renewal.disqualified_by_cancellation(state, on, today)
    drop = {"agenda": [renewal.item_id(key) for key in ended if renewal.item_id(key) in state.agenda]}
    wrong = [key for key, each in state.renewals.items() if each.state == "booked" and on <= each.window_to]
    put: dict[str, dict[str, Any]] = {"renewals": dict(ended)}
    if wrong:
        put["tasks"] = operator_task(BOOKED_IN_ERROR, context.moment, "M-03.6", "X-05")
    decision = _decision(
        "ninen_wari_cancelled",
        command,
        context,
        ("M-03.6",),
        f"にねん割 ended on {on}.",
        disqualified=sorted(ended),
        booked_in_error=wrong,
    )
    return [Step("ninen_wari_cancelled", decision, patch({"ninen_wari_cancelled_on": on}, put=put, drop=drop))]


def _nothing(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    _ = state
    decision = _decision("kept", command, context, ("M-06.3",), f"{command.kind} changes nothing of a membership.")
    return [Step("line_notice", decision)]


def _lost(
    state: MembershipState, command: LineChange, context: Context, notice: LossNotice, *articles: str
) -> list[Step]:
    values, item, end = lose(state, notice, context)
    decision = _decision(
        "line_lost",
        command,
        context,
        (*articles, "M-06.3", "M-07.3"),
        f"Points are usable through {end.usable_through}.",
        usable_through=end.usable_through.isoformat(),
    )
    return [Step(command.kind, decision, patch(values, put={"agenda": {END: item}}))]


def _decision(
    outcome: str, command: LineChange, context: Context, articles: tuple[str, ...], detail: str, **more: Any
) -> Decision:
    on = command.effective_on
    data = {"notice_id": command.notice_id, **more}
    return Decision(outcome, articles, on, plan_of(context).edition(japan_day(context.moment)), detail, data)


_KINDS: dict[str, Callable[[MembershipState, LineChange, Context], list[Step]]] = {
    "conversion": _conversion,
    "terminated": _terminated,
    "moved_operator": _moved,
    "service_type_changed": _type_changed,
    "ninen_wari_started": _ninen_wari_started,
    "ninen_wari_cancelled": _ninen_wari_cancelled,
}

KINDS = frozenset(_KINDS)
"""Kinds of line notices a membership listens to."""
