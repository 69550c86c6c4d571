"""Statutory initial cancellation (初期契約解除): articles 12-4, 12-5 and 21-4 (A-30, A-31, A-50, A-54)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from decisions.checks import not_in_future
from decisions.contract.course import pending
from decisions.contract.course.course_change import chapter_of
from decisions.contract.ending.termination import leaving
from decisions.contract.ids import CLOSE, close_item, fee_id
from decisions.contract.money import benefit, watch
from decisions.contract.money.agency import agency_ended
from decisions.contract.money.charges import charge_of
from decisions.contract.money.fee import fee_data, fee_decision
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, patch
from models.messages.contract import ContractState
from models.messages.contract_changes import InitialCancellation
from models.messages.contract_parts import CourseStep, VoidedMonths
from rules import cancellation, course, fee
from rules.calendar import Month
from rules.citation import Decision
from rules.refusal import Refusal

TOO_LATE = "INITIAL_CANCELLATION_TOO_LATE"


def cancel_initially(state: ContractState, command: InitialCancellation, context: Context) -> list[Step]:
    """Cancel inside the window, on the day of dispatch (W-10.7, W-12.4, W-12.5, W-21.4).

    Raises:
        Refusal: `INITIAL_CANCELLATION_TOO_LATE`, `INITIAL_CANCELLATION_UNKNOWN`, `IN_THE_FUTURE`,
            `BEFORE_APPLICATION`, or as `rules.course.course_after_initial_cancellation`.
        NotAllowedError: it shall go on in with フレッツ II and is ending or choosing.
    """
    not_in_future("papers_received_on", command.papers_received_on, context.keyed_at)
    not_in_future("dispatched_on", command.dispatched_on, context.keyed_at)
    on = command.dispatched_on
    window = cancellation.initial_cancellation(command.papers_received_on, on)
    if window.outcome != "in_time":
        raise Refusal(TOO_LATE, f"{window.detail}.", window.articles)
    if state.applied_on is not None and on < state.applied_on:
        raise Refusal("BEFORE_APPLICATION", f"The application is of {state.applied_on}.", ("W-12.4",))
    changed = last_change(state)
    previous = changed[0].course if changed else None
    ruling = course.course_after_initial_cancellation(previous, state.course, command.then, on)
    ruling = replace(ruling, articles=tuple(dict.fromkeys((*window.articles, *ruling.articles))))
    if ruling.outcome == "ends":
        return [_ended(state, ruling, command)]
    if state.state != "active":
        message = "The contract is to go on: take its cancellation back, or answer its choice, first."
        raise NotAllowedError(message, articles=("W-21.4",))
    return [_becomes(state, ruling, command)]


def last_change(state: ContractState) -> tuple[CourseStep, CourseStep] | None:
    """The last change by application: the course before it and the one it led to; None without one."""
    steps = state.course_history
    for before, after in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        if after.reason == "course_change":
            return before, after
    return None


def _voids(state: ContractState, command: InitialCancellation) -> tuple[VoidedMonths | None, list[str]]:
    """The months and charges of with フレッツ II that are not billed, from the contract now cancelled (W-12.5).

    Only with フレッツ II is named; a course outside it bills under its own rules.
    """
    if state.chapter != 1:
        return None, []
    changed = last_change(state)
    first = str(Month.of(changed[1].from_on)) if changed else None
    months = VoidedMonths(first=first, last=str(Month.of(command.dispatched_on)))
    return months, [key for key, each in state.charges.items() if each.code == "monthly_basic"]


def _kept(months: VoidedMonths | None) -> dict[str, Any]:
    return {"voided_months": months} if months else {}


def _told(
    state: ContractState, ruling: Decision, money: Decision, command: InitialCancellation, voided: list[str]
) -> Decision:
    months, _ = _voids(state, command)
    data = {
        **fee_data(money, state),
        "course": ruling.data["course"],
        "voided_charges": voided,
        "voided_months": {"from": months.first, "through": months.last} if months else None,
        "papers_received_on": command.papers_received_on.isoformat(),
        "dispatched_on": command.dispatched_on.isoformat(),
    }
    articles = (*ruling.articles, *money.articles, *(("W-12.5",) if months else ()))
    detail = f"{ruling.detail}. {money.detail}"
    return replace(ruling, articles=tuple(dict.fromkeys(articles)), detail=detail, data=data)


def _notice(decision: Decision, command: InitialCancellation) -> Outgoing:
    data = {name: decision.data[name] for name in ("fee", "fee_outcome", "fee_due_on")}
    end_on = command.dispatched_on.isoformat()
    return Outgoing("notice", "initial_cancellation_accepted", {**data, "end_on": end_on, "then": command.then})


def _ended(state: ContractState, ruling: Decision, command: InitialCancellation) -> Step:
    """The end, at once: a fee that exists is reduced and due (A-30); the fees of benefits stay whole (A-49)."""
    on = command.dispatched_on
    money = fee_decision(state, on, "cancellation", initial_cancellation=True)
    months, voided = _voids(state, command)
    charges = {
        key: each.model_copy(update={"state": "due"}) if each.state == "planned" else each
        for key, each in benefit.planned(state, on, "cancellation").items()
    }
    if money.outcome in {"due", "reduced"}:
        own = charge_of(money, charge_id=fee_id(state), code="termination_fee", state="due")
        charges[own.charge_id] = own
    agency, told, agency_articles = agency_ended(state, on)
    decision = _told(state, ruling, money, command, voided)
    decision = replace(decision, articles=tuple(dict.fromkeys((*decision.articles, *agency_articles))))
    free, gone = pending.without(state)
    values = {"end_on": on, "end_reason": "initial_cancellation", **_kept(months), **free, **agency}
    put: dict[str, dict[str, Any]] = {"agenda": {CLOSE: close_item(on)}, "charges": charges}
    drop = {"agenda": [key for key in state.agenda if not key.startswith(watch.WATCH_END)], "charges": voided}
    broken, watch_articles = watch.broken(state, on)
    decision = replace(decision, articles=tuple(dict.fromkeys((*decision.articles, *watch_articles))))
    parts = (
        leaving(state, on) + Parts(drop=gone) + broken + Parts(values, put, drop, (_notice(decision, command), *told))
    )
    return Step(
        "initial_cancellation",
        decision,
        parts.patch(),
        move="initial_cancellation",
        # It takes effect on the day of dispatch itself, not after it (W-10.7).
        state_from=on,
        outgoing=parts.outgoing,
    )


def _becomes(state: ContractState, ruling: Decision, command: InitialCancellation) -> Step:
    """Never back to with フレッツ: it is, or stays, with フレッツ II without a term (W-21.4, W-12.1a, A-50)."""
    on = command.dispatched_on
    detail = "The contract goes on: no fee."
    money = Decision("none", ("W-21.4",), on, ruling.edition, detail, {"fee": fee.NOTHING.as_json()})
    months, voided = _voids(state, command)
    to_course = str(ruling.data["course"])
    free, gone = pending.without(state)
    drop = pending.merged(gone, {"charges": voided})
    values = {"course": to_course, "chapter": chapter_of(to_course), "minimum_term": None, **_kept(months), **free}
    decision = _told(state.model_copy(update={"minimum_term": None}), ruling, money, command, voided)
    return Step(
        "initial_cancellation",
        decision,
        patch(values, drop=drop),
        state_from=on,
        outgoing=(_notice(decision, command),),
    )
