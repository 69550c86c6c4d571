"""One contract's part of a rollout: a merger, a discontinuation, changed terms (W-C1.x, W-14.1, W-26.1)."""

from __future__ import annotations

from datetime import date

from decisions.contract.beginning.imports import taken_over_on
from decisions.contract.changed import Values, patch
from decisions.contract.course.consequences import moved_term
from decisions.contract.facts import ContractStanding
from decisions.contract.ids import DISCONTINUED
from decisions.contract.line import choice, grounds
from decisions.contract.parts import Parts
from decisions.domain import Context, Shared, Step, operator_task
from models.machines.contract import OVER
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import ChoiceGround, TermsChange
from models.messages.contract.rollout import NAME, LeftBehind, RolloutStep
from rules.calendar import japan_day
from rules.citation import Decision
from rules.courses import rollout

LEFT_BEHIND = "LEFT_ON_MERGED_COURSE"
"""The task of a contract that a merger passed over and that went on."""


def carry_out_rollout(state: ContractState, command: RolloutStep, context: Context) -> list[Step]:
    """Carry out an announced change; a contract that it no longer reaches is skipped, and that is recorded.

    Raises:
        Refusal: those of `rules.courses.rollout.plan`.
    """
    why = _not_reached(state, command)
    if why is not None:
        articles = ("W-26.1",) if state.chapter == 2 else ("W-14.1",)
        decision = Decision("skipped", articles, command.effective_on, None, why, _data(state, command))
        return [Step(command.kind, decision)]
    # Planned for this contract's own course, the decision names the rows of its own merger.
    ruling = rollout.plan(command.kind, [state.course], command.to_course, command.announced_on, command.effective_on)
    decide = {"course_merge": _merged, "discontinue": _discontinued, "terms_change": _terms_changed}[command.kind]
    return [decide(state, command, context, ruling)]


def reaches(state: ContractState, command: RolloutStep) -> bool:
    """Whether an announced change reaches a contract as it stood before the first day of the change (W-14.1).

    An import tells the contract as it is on its own day: what was carried out by then is in it.
    """
    if state.seq == 0 or (taken_over_on(state) or date.min) >= command.effective_on:
        return False
    return _not_reached(state, command) is None


def _not_reached(state: ContractState, command: RolloutStep) -> str | None:
    if state.state in OVER:
        return f"The contract is {state.state}."
    if state.end_on is not None and state.end_on < command.effective_on:
        return f"The contract ends on {state.end_on}, before the change."
    if state.course not in command.courses:
        return f"The contract is on {state.course}, which the change does not reach."
    return None


def _data(state: ContractState, command: RolloutStep) -> dict[str, object]:
    return {"rollout_id": command.rollout_id, "from_course": state.course}


def _merged(state: ContractState, command: RolloutStep, context: Context, ruling: Decision) -> Step:
    """The course moves, and nothing else: the minimum term runs on (a dated parameter) and no fee arises (A-41)."""
    _ = context
    term = state.minimum_term.model_dump(mode="json") if state.minimum_term else None
    moved = moved_term(state, command.effective_on)
    decision = Decision(
        "moved",
        ruling.articles,
        command.effective_on,
        ruling.edition,
        ruling.detail,
        {
            **_data(state, command),
            "to_course": command.to_course,
            "minimum_term": term,
            "minimum_term_unchanged": not moved,
            **moved,
            "fee": {"amount": 0, "tax": 0, "total": 0},
        },
    )
    # A merger that names no course has been refused by its rule.
    values: Values = {"course": str(command.to_course), **moved}
    return Step(command.kind, decision, patch(values), state_from=command.effective_on)


def _terms_changed(state: ContractState, command: RolloutStep, context: Context, ruling: Decision) -> Step:
    """The contract goes on under the changed terms; which notice it rests on is kept."""
    _ = context
    told = TermsChange(
        rollout_id=command.rollout_id,
        announced_on=command.announced_on,
        effective_on=command.effective_on,
        edition=ruling.edition,
    )
    decision = Decision(
        "terms_changed",
        ruling.articles,
        command.effective_on,
        ruling.edition,
        f"Changed terms apply from {command.effective_on}.",
        _data(state, command),
    )
    change = patch(put={"terms_changes": {command.rollout_id: told}})
    return Step(command.kind, decision, change, state_from=command.effective_on)


def _discontinued(state: ContractState, command: RolloutStep, context: Context, ruling: Decision) -> Step:
    """The text gives no consequence (W-14.1): an operator decides, and a running contract may choose meanwhile."""
    tasks = operator_task(DISCONTINUED, context.moment, *ruling.articles)
    told = _data(state, command)
    ground = ChoiceGround(
        kind="discontinued",
        reason="discontinued",
        effective_on=command.effective_on,
        articles=list(ruling.articles),
        offered=["course_change", "cancel"],
    )
    if state.state == "choosing":
        before = grounds.of(state)
        after = grounds.with_ground(before, ground)
        told["offered"] = grounds.offered(after)
        parts = choice.regrounded(state, after, told=grounds.effect(before, after) != "nothing")
        detail = "The course is discontinued while a choice is open; an operator sees to it."
        decision = Decision("needs_operator", ruling.articles, command.effective_on, ruling.edition, detail, told)
        parts = parts + Parts(put={"tasks": tasks})
        return Step(command.kind, decision, parts.patch(), outgoing=parts.outgoing)
    if state.state != "active":
        detail = "The course is discontinued; an operator decides what becomes of this contract."
        decision = Decision("needs_operator", ruling.articles, command.effective_on, ruling.edition, detail, told)
        return Step(command.kind, decision, patch(put={"tasks": tasks}))
    parts = choice.opening(state, ground, context) + Parts(put={"tasks": tasks})
    decision = Decision(
        "choice_opened",
        ruling.articles,
        command.effective_on,
        ruling.edition,
        "The course is discontinued: the contractor chooses another course or cancels; an operator sees to it.",
        {**told, "offered": ["course_change", "cancel"]},
    )
    return Step(command.kind, decision, parts.patch(), move=parts.move, outgoing=parts.outgoing)


def left_behind(state: ContractState, command: LeftBehind, context: Context) -> list[Step]:
    """A merger whose day is past has had no part in the contract, which is on a course that is none: a task (W-C1.x).

    An earlier release passed such a contract over; this one moves it with whatever revises its life from before the
    day, and nothing moves it by itself. Once it is on another course the task goes.
    """
    day, articles = japan_day(context.moment), ("W-14.1", "X-05")
    data = {"rollout_id": command.rollout_id, "from_course": state.course}
    if command.moved:
        decision = Decision("moved", articles, day, None, f"It is on {state.course} now.", data)
        return [Step("no_longer_left_behind", decision, patch(drop={"tasks": [LEFT_BEHIND]}))]
    detail = f"The contract is on {state.course} still, after rollout {command.rollout_id}: an operator moves it."
    decision = Decision("needs_operator", articles, day, None, detail, data)
    return [Step("left_behind", decision, patch(put={"tasks": operator_task(LEFT_BEHIND, context.moment, *articles)}))]


ROLLOUTS: Shared[ContractState, ContractStanding, RolloutStep] = Shared(
    name=NAME, carried_out=lambda asked: asked.rollouts(), reaches=reaches
)
"""A contract that a rollout passed over as ended, or that was not known yet, takes part once it turns out that it went
on: no contract stays on a course that no longer exists (W-C1.x)."""
