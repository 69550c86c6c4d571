"""The contractor chooses: to continue, to change the course, or to cancel (articles 11 and 23)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from decisions.common.checks import not_in_future
from decisions.contract.course import pending
from decisions.contract.course.course_change import plan_change
from decisions.contract.ending import cancellation
from decisions.contract.line import choice, relocation
from decisions.contract.money import waiver
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Step, operator_task
from models.messages.contract.contract import Cancel, ContractState
from models.messages.contract.notices import Choose
from rules.calendar import japan_day
from rules.citation import Decision
from rules.line.line_notice import decide_choice
from rules.refusal import Refusal


def choose(state: ContractState, command: Choose, context: Context) -> list[Step]:
    """The choice sent, also after its escalation (W-11.1, W-11.2, W-11.4, W-23.1, W-23.2, A-28, A-47).

    Raises:
        NotAllowedError: no choice is open.
        Refusal: `CHOICE_NOT_OFFERED`, `TO_COURSE_MISSING`, `IN_THE_FUTURE`, or what articles 9 and 10 refuse.
    """
    if state.state != "choosing" or state.choice is None:
        message = "No choice is open."
        raise NotAllowedError(message, articles=("W-11.1", "W-11.2"))
    not_in_future("received_at", command.received_at, context.keyed_at)
    ruling = decide_choice(
        command.choice,
        chapter=state.chapter,
        offered=tuple(state.choice.offered),
        received_on=japan_day(command.received_at),
        holder_is_applicant=_holds_the_line(state, command),
    )
    return [_CHOSEN[ruling.outcome](state, command, ruling, context)]


def _holds_the_line(state: ContractState, command: Choose) -> bool | None:
    """What is known of the holder (W-07.1): said now, or as before where the name did not change (A-47)."""
    if command.holder_is_applicant is not None or state.line is None:
        return command.holder_is_applicant
    renamed = state.choice is not None and state.choice.reason == "name_change"
    return None if renamed else state.line.holder_is_applicant


def _continue(state: ContractState, command: Choose, ruling: Decision, context: Context) -> Step:
    """The contract goes on: the minimum term is unchanged and no fee arises (A-47)."""
    values, drop = pending.without(state)
    held = Parts(values, {"line": {"holder_is_applicant": True}}, drop) + waiver.end_notice_answered(state)
    held = held + relocation.asked_again(state, context)
    again = choice.continued(state, context)
    closed = again if again.values else choice.closing(state, "continue", japan_day(command.received_at))
    parts = closed + held
    term = state.minimum_term.model_dump(mode="json") if state.minimum_term else None
    decision = replace(ruling, data={**ruling.data, "choice": "continue", "minimum_term": term})
    return Step(
        "choose",
        decision,
        parts.patch(),
        move=None if again.values else "choose_continue",
        received_at=command.received_at,
        outgoing=parts.outgoing,
    )


def _ask_operator(state: ContractState, command: Choose, ruling: Decision, context: Context) -> Step:
    """The line is someone else's: it stays open until the contract is taken over or something else is chosen."""
    _ = state
    task = operator_task(choice.HOLDER_TASK, context.moment, *ruling.articles)
    decision = replace(ruling, data={**ruling.data, "choice": "continue"})
    return Step("choose", decision, Parts(put={"tasks": task}).patch(), received_at=command.received_at)


def _change_course(state: ContractState, command: Choose, ruling: Decision, context: Context) -> Step:
    """A course change applied for on the day the choice was received (W-09.1, W-21.1).

    While an operator tests the holder (W-07.1) the choice stays open; accepted, the change itself closes it.
    """
    if command.to_course is None:
        raise Refusal("TO_COURSE_MISSING", "A course change needs the course it leads to.", ruling.articles)
    step = plan_change(state, command.to_course, command.received_at, context, change_on=command.change_on)
    if step.decision.outcome == "needs_operator":
        return _with(step, ruling, Parts(), "course_change", move=None)
    closed = choice.closing(state, "course_change", japan_day(command.received_at))
    return _with(step, ruling, closed, "course_change", move="choose_course_change")


def _cancel(state: ContractState, command: Choose, ruling: Decision, context: Context) -> Step:
    """A cancellation dated by the day it was received; letter and form give the same day (W-10.2 to W-10.5, W-11.4)."""
    notice = Cancel(**command.model_dump(include=_CARRIED), channel="online", received_at=command.received_at)
    step = cancellation.cancel(state, notice, context)[0]
    return _with(step, ruling, Parts(), "cancel", move=step.move)


_CARRIED = {"op", "at", "actor", "on_behalf_of", "reason_code", "note_id"}


def _with(step: Step, ruling: Decision, parts: Parts, chosen: str, *, move: str | None) -> Step:
    """The step of another rule, resting on the choice as well."""
    articles = tuple(dict.fromkeys((*ruling.articles, *step.decision.articles)))
    decision = replace(step.decision, articles=articles, data={**step.decision.data, "choice": chosen})
    return replace(step, decision=decision, patch=(Parts.of(step.patch) + parts).patch(), move=move)


_CHOSEN: dict[str, Callable[[ContractState, Choose, Decision, Context], Step]] = {
    "continue": _continue,
    "needs_operator": _ask_operator,
    "course_change": _change_course,
    "cancel": _cancel,
}
