"""Statutory initial cancellation (初期契約解除): articles 12-4, 12-5 and 21-4 (A-30, A-31, A-50, A-54)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from decisions.common.checks import not_in_future
from decisions.common.closing import CLOSE, close_item
from decisions.contract.changed import Put, Values
from decisions.contract.course import pending
from decisions.contract.course.course_change import chapter_of
from decisions.contract.ending.ahead import planned_again
from decisions.contract.ending.termination import leaving
from decisions.contract.facts import Asking, asking
from decisions.contract.ids import fee_id
from decisions.contract.line import choice, contents
from decisions.contract.line.relocation import asked_again
from decisions.contract.money import benefit, watch
from decisions.contract.money.agency import agency_ended
from decisions.contract.money.charges import charge_of
from decisions.contract.money.fee import fee_data, fee_decision
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step
from models.messages.contract.changes import InitialCancellation
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import MadeChange, VoidedMonths
from rules.calendar import Month, japan_day
from rules.charges import fee
from rules.citation import Decision
from rules.contract import cancellation
from rules.contract import initial_cancellation as rule
from rules.courses import course
from rules.refusal import Refusal

TOO_LATE = "INITIAL_CANCELLATION_TOO_LATE"


def cancel_initially(state: ContractState, command: InitialCancellation, context: Context) -> list[Step]:
    """Cancel inside the window, on the day of dispatch, what the papers were for (W-10.7, W-12.4, W-12.5, W-21.4).

    Papers of a change that is still ahead cancel that change alone; the contract goes on as before.

    Raises:
        Refusal: `INITIAL_CANCELLATION_TOO_LATE`, `INITIAL_CANCELLATION_UNKNOWN`, `IN_THE_FUTURE`,
            `BEFORE_APPLICATION`, `NOT_OF_THIS_CONTRACT`, or as `course_after_initial_cancellation`.
        NotAllowedError: it shall go on in with フレッツ II and is ending or choosing.
    """
    not_in_future("papers_received_on", command.papers_received_on, context.keyed_at)
    not_in_future("dispatched_on", command.dispatched_on, context.keyed_at)
    on = command.dispatched_on
    window = cancellation.initial_cancellation(command.papers_received_on, on)
    if window.outcome != "in_time":
        raise Refusal(TOO_LATE, f"{window.detail}.", window.articles, values={"last": window.data["last_day"]})
    if state.applied_on is not None and on < state.applied_on:
        raise Refusal(
            "BEFORE_APPLICATION",
            f"The application is of {state.applied_on}.",
            ("W-12.4",),
            values={"applied_on": state.applied_on},
        )
    of = _subject(state, command)
    if of.outcome == "change_ahead":
        return [_change_falls(state, window, of, command, context)]
    standing = asking(context)
    changed = last_change(state) if of.outcome == "change" else None
    previous = changed.from_course if changed else None
    then = command.then or rule.becomes(previous, state.course, _service_type(state), on)
    ruling = course.course_after_initial_cancellation(previous, state.course, then, on)
    ruling = replace(ruling, articles=tuple(dict.fromkeys((*window.articles, *ruling.articles))))
    cancelled = _Cancelled(command, then, changed, standing)
    if ruling.outcome == "ends":
        return [_ended(state, ruling, cancelled)]
    if state.state != "active":
        message = "The contract is to go on: take its cancellation back, or answer its choice, first."
        raise NotAllowedError(message, articles=("W-21.4",))
    return [_becomes(state, ruling, cancelled, context)]


@dataclass(frozen=True)
class _Cancelled:
    """What is cancelled, and what shall follow."""

    command: InitialCancellation
    then: str
    changed: MadeChange | None
    """The change that is cancelled; None where the contract itself is."""
    standing: Asking
    """Knows what has been billed."""

    @property
    def on(self) -> date:
        return self.command.dispatched_on


def _service_type(state: ContractState) -> str:
    return state.line.service_type if state.line is not None else ""


def _subject(state: ContractState, command: InitialCancellation) -> Decision:
    ahead, changed = pending.applied_for(state), last_change(state)
    return rule.subject(
        command.papers_received_on,
        command.dispatched_on,
        ahead=rule.Concluded(japan_day(ahead.received_at), ahead.change_on) if ahead is not None else None,
        changed=rule.Concluded(changed.received_on, changed.change_on) if changed is not None else None,
        contract=rule.Concluded(state.applied_on, state.service_start_on) if state.applied_on is not None else None,
    )


def last_change(state: ContractState) -> MadeChange | None:
    """The last change by application that took effect; None without one.

    One that an earlier release made is known by its day only: default changes are applied for in the month before.
    """
    if state.last_change is not None:
        return state.last_change
    steps = state.course_history
    for before, after in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        if after.reason == "course_change":
            received_on = Month.of(after.from_on).plus(-1).first_day
            return MadeChange(
                from_course=before.course, to_course=after.course, received_on=received_on, change_on=after.from_on
            )
    return None


def _change_falls(
    state: ContractState, window: Decision, of: Decision, command: InitialCancellation, context: Context
) -> Step:
    """Only the change that is ahead is cancelled, with its waiting fees; what `then` says has no object (W-21.4).

    What it had answered is asked again: the choice (W-11.1, W-23.x), the application after a move (W-21.3).
    """
    values, drop = pending.without(state)
    parts = Parts(values, drop=drop) + watch.lifted(state, drop.get("charges", ())) + planned_again(state)
    parts = parts + _asked_again(state, context, state.chapter) + asked_again(state, context)
    ahead = pending.applied_for(state)
    data: dict[str, object] = {
        "course": state.course,
        "cancelled_change": ahead.to_course if ahead is not None else None,
        "fee": fee.NOTHING.as_json(),
        "fee_outcome": "none",
        "fee_due_on": None,
        "voided_charges": list(drop.get("charges", ())),
        "voided_months": None,
        "papers_received_on": command.papers_received_on.isoformat(),
        "dispatched_on": command.dispatched_on.isoformat(),
    }
    articles = tuple(dict.fromkeys((*window.articles, *of.articles)))
    detail = "The change of course that was ahead is cancelled; the contract is as before."
    on = command.dispatched_on
    decision = Decision("change_cancelled", articles, on, window.edition, detail, data)
    told = {"fee": data["fee"], "fee_outcome": "none", "fee_due_on": None, "end_on": on.isoformat()}
    told |= {"then": state.course, "unbilled": False}
    notice = Outgoing("notice", "initial_cancellation_accepted", told)
    outgoing = (notice, *parts.outgoing)
    return Step("initial_cancellation", decision, parts.patch(), move=parts.move, state_from=on, outgoing=outgoing)


def _asked_again(state: ContractState, context: Context, chapter: int) -> Parts:
    """The choice that the pending change had answered; nothing where it answered none, or the contract is ending."""
    if state.state not in {"active", "choosing"}:
        return Parts()
    answers = pending.answers_choice(state) or (state.choice is not None and state.choice.answered is not None)
    return choice.reopened(state, context, chapter=chapter) if answers else Parts()


def _voids(state: ContractState, cancelled: _Cancelled) -> tuple[VoidedMonths | None, list[str]]:
    """The months of with フレッツ II that are not billed, from the contract now cancelled, and their charges (W-12.5).

    The next statement takes back what is on one already.

    Only with フレッツ II is named; a course outside it bills under its own rules.
    """
    changed_on = cancelled.changed.change_on if cancelled.changed else None
    found = rule.unbilled(state.chapter, changed_on, cancelled.on)
    if found is None:
        return None, []
    first, last = found
    months = VoidedMonths(first=str(first) if first else None, last=str(last))
    billed = cancelled.standing.billed_months()
    return months, [key for month, key in billed.items() if (months.first or "") <= month <= months.last]


def _kept(months: VoidedMonths | None) -> Values:
    return {"voided_months": months} if months else {}


def _told(
    state: ContractState, ruling: Decision, money: Decision, cancelled: _Cancelled, voided: list[str]
) -> Decision:
    months, _ = _voids(state, cancelled)
    command = cancelled.command
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


def _notice(decision: Decision, cancelled: _Cancelled) -> Outgoing:
    data = {name: decision.data[name] for name in ("fee", "fee_outcome", "fee_due_on")}
    unbilled = decision.data["voided_months"] is not None
    told = {**data, "end_on": cancelled.on.isoformat(), "then": cancelled.then, "unbilled": unbilled}
    return Outgoing("notice", "initial_cancellation_accepted", told)


def _ended(state: ContractState, ruling: Decision, cancelled: _Cancelled) -> Step:
    """The end, at once: a fee that exists is reduced and due (A-30); the fees of benefits stay whole (A-49)."""
    on = cancelled.on
    money = fee_decision(state, on, "cancellation", initial_cancellation=True)
    months, voided = _voids(state, cancelled)
    charges = {
        key: each.model_copy(update={"state": "due"}) if each.state == "planned" else each
        for key, each in benefit.planned(state, on, "cancellation").items()
    }
    if money.outcome in {"due", "reduced"}:
        own = charge_of(money, charge_id=fee_id(state), code="termination_fee", state="due")
        charges[own.charge_id] = own
    agency, told, agency_articles = agency_ended(state, on)
    decision = _told(state, ruling, money, cancelled, voided)
    decision = replace(decision, articles=tuple(dict.fromkeys((*decision.articles, *agency_articles))))
    free, gone = pending.without(state)
    values: Values = {"end_on": on, "end_reason": "initial_cancellation", **_kept(months), **free, **agency}
    put: Put = {"agenda": {CLOSE: close_item(on)}, "charges": charges}
    drop = {"agenda": [key for key in state.agenda if not key.startswith(watch.WATCH_END)]}
    broken, watch_articles = watch.broken(state, on)
    decision = replace(decision, articles=tuple(dict.fromkeys((*decision.articles, *watch_articles))))
    parts = (
        leaving(state, on) + Parts(drop=gone) + broken + Parts(values, put, drop, (_notice(decision, cancelled), *told))
    )
    return Step(
        "initial_cancellation",
        decision,
        parts.patch(),
        move="initial_cancellation",
        # It takes effect on the day of dispatch itself, not after it (W-10.7).
        state_from=on,
        outgoing=(*parts.outgoing, *contents.told(state, "ended", on)),
    )


def _becomes(state: ContractState, ruling: Decision, cancelled: _Cancelled, context: Context) -> Step:
    """Never back to with フレッツ: it is, or stays, with フレッツ II without a term (W-21.4, W-12.1a, A-50).

    A choice that the change had answered by leaving the line is open again: the contract is back on it (W-11.1).
    """
    on = cancelled.on
    detail = "The contract goes on: no fee."
    money = Decision("none", ("W-21.4",), on, ruling.edition, detail, {"fee": fee.NOTHING.as_json()})
    months, voided = _voids(state, cancelled)
    to_course = str(ruling.data["course"])
    free, gone = pending.without(state)
    chapter = chapter_of(to_course)
    values: Values = {"course": to_course, "chapter": chapter, "minimum_term": None, **_kept(months), **free}
    asked = _asked_again(state, context, chapter)
    if to_course != state.course and _answered_choice(state, cancelled.changed):
        asked = choice.reopened(state, context, chapter=chapter)
    parts = Parts(values, drop=gone) + asked
    decision = _told(state.model_copy(update={"minimum_term": None}), ruling, money, cancelled, voided)
    outgoing = [_notice(decision, cancelled)]
    if to_course != state.course:
        outgoing += contents.told(state, "course_changed", on, chapter=chapter, to_course=to_course)
    return Step(
        "initial_cancellation",
        decision,
        parts.patch(),
        move=parts.move,
        state_from=on,
        outgoing=(*outgoing, *parts.outgoing),
    )


def _answered_choice(state: ContractState, changed: MadeChange | None) -> bool:
    chosen = state.choice
    return (
        changed is not None
        and chosen is not None
        and chosen.state == "course_change"
        and chosen.chosen_on == changed.received_on
    )
