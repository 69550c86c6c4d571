"""Entering the club: registration, re-registration, and memberships that exist already (M-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from decisions.common.checks import not_in_future
from decisions.domain import Context, NotAllowedError, Outgoing, Step, known
from decisions.membership.changed import Put, Values, patch
from decisions.membership.facts import EntryKnown
from decisions.membership.parts import END, end_item, plan_of, planned_end
from decisions.membership.points import monthly, renewal
from models.messages.club.membership import (
    Imported,
    ImportMember,
    MemberLine,
    MembershipState,
    NinenWariTold,
    Register,
    ServiceStep,
)
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club import points_table
from rules.club.program import Plan
from rules.club.registration import CarrierArea, Customer
from rules.club.registration import registration as rule
from rules.refusal import Refusal


def register(state: MembershipState, command: Register, context: Context) -> list[Step]:
    """An application for membership, judged on its own day (M-06.1, M-06.2, A-13, A-14); it begins with 0 points."""
    _check_new(state)
    not_in_future("applied_at", command.applied_at, context.keyed_at)
    plan = plan_of(context)
    former = known(context, EntryKnown).former_member
    decision = rule(
        command.applied_at,
        CarrierArea(command.line.carrier_area),
        Customer(command.customer),
        former_member=former,
        processed_on=japan_day(context.moment),
        plan=plan,
    )
    if decision.outcome == "refused":
        raise Refusal(decision.data["reason"], decision.detail, decision.articles, tuple(decision.data["reasons"]))
    day = japan_day(command.applied_at)
    _check_line(command.line, day, context)
    values: Values = {
        **_ids(command),
        **_line_values(command.line, day),
        "former_member": former,
        "registered_on": day,
        "mail_club": command.mail_magazine,
    }
    put = _ahead(values, context)
    orders, task = monthly.owed(MembershipState.model_validate(values), context)
    if task:
        put["tasks"] = {**put.get("tasks", {}), **task}
    event = str(decision.data["event"])
    change = patch(values, put=put)
    decision = replace(decision, effective_on=day)
    letter = _welcome(command, day, plan, former=former)
    return [Step(event, decision, change, received_at=command.applied_at, outgoing=(*orders, letter))]


def _welcome(command: Register, day: date, plan: Plan, *, former: bool) -> Outgoing:
    """That the registration is done; a re-registration begins with no points (M-06.2)."""
    data: dict[str, object] = {"registered_on": day, "member_id": command.member_id, "again": former}
    if plan.known_on(day):
        data["ends_on"] = plan.ends_on
    return Outgoing("notice", "registration_done", data)


def enter(state: MembershipState, command: ImportMember, context: Context) -> list[Step]:
    """A membership that exists already enters as it is; its cut-off was another system's to judge (M-06.3)."""
    _check_new(state)
    plan, today = plan_of(context), japan_day(context.keyed_at)
    not_in_future("registered_on", command.registered_on, context.keyed_at)
    if command.registered_on > plan.registration_ends_on:
        detail = f"Nobody registered after {plan.registration_ends_on}."
        raise Refusal("REGISTRATION_CLOSED", detail, ("M-06.1",), values={"last": plan.registration_ends_on})
    if command.line.carrier_area != "EAST":
        raise Refusal("NOT_EAST_LINE", "The club is for NTT East lines.", ("M-12.1", "M-01.1"))
    _check_line(command.line, command.registered_on, context)
    values: Values = {
        **_ids(command),
        **_line_values(command.line, command.registered_on),
        "registered_on": command.registered_on,
        "mail_club": command.mail_magazine,
        "storage": {"plan_gb": command.storage_plan_gb},
        "imported": Imported(on=today, booked_before=sorted(known(context, EntryKnown).booked_renewals)),
    }
    put = _ahead(values, context)
    decision = Decision(
        "imported", ("M-06.3", "M-01.1"), today, plan.edition(today), f"Member since {command.registered_on}."
    )
    # Known to have been a member since the registration: reads as of earlier days answer from then on.
    began = command.registered_on
    return [Step("import", decision, patch(values, put=put), received_at=context.moment, state_from=began)]


def _check_new(state: MembershipState) -> None:
    if state.seq:
        message = "The membership exists already."
        raise NotAllowedError(message, articles=("M-06.2",))


def _check_line(line: MemberLine, day: date, context: Context) -> None:
    if not known(context, EntryKnown).line_known:
        raise Refusal("UNKNOWN_LINE", "No line is kept under this line_key.", ("M-05.4", "M-09.2"))
    if known(context, EntryKnown).line_taken:
        detail = "The line has a membership already; a line earns its points once."
        raise Refusal("LINE_TAKEN", detail, ("M-02.1", "M-09.2"))
    # Asks the table as well: a type without points is outside the programme (F-03).
    points_table.points_of(line.service_type, None, day)


def _ids(command: Register | ImportMember) -> Values:
    return {"member_id": command.member_id, "person_id": command.person_id, "line_key": command.line_key}


def _line_values(line: MemberLine, day: date) -> Values:
    step = ServiceStep(
        service_type=line.service_type,
        service_class=line.service_class or points_table.service_class(line.service_type),
        from_on=min(line.in_use_since, day),
    )
    started_on = line.ninen_wari_started_on
    told = [NinenWariTold(started=True, on=started_on)] if started_on is not None else []
    return {
        "service": [step],
        "in_use_since": line.in_use_since,
        **renewal.values_of(MembershipState(ninen_wari=told)),
    }


def _ahead(values: Values, context: Context) -> Put:
    """The end of the programme, and the renewals that can still earn their bonus (M-06.3, M-03.7).

    A window that was over before the registration is not the member's; one that was over before an import counts
    while its booking is still due and its lot did not come with it. What is due already is decided at once, with the
    day on which it was due.
    """
    plan = plan_of(context)
    made = MembershipState.model_validate(values)
    planned = renewal.plan(made, context)
    put = planned.put()
    put["agenda"] = {END: end_item(made, planned_end(made, plan), context), **put.get("agenda", {})}
    return put
