"""What a notice of NTT about its line does to one contract (articles 9, 11, 13, 21, 23, 25).

Notices repeat and overtake each other. A repeated one has the operation id of the first, so it changes nothing. An
older one of a kind (by the day NTT says it holds from, not by arrival) is kept in the log and changes nothing that a
newer one of that kind has said; `line_types` plans the moves of the course by the same days. Facts of the line are
taken over when the notice arrives, also for a day still ahead; what follows from them happens on its own day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from decisions.contract.application import rule_line
from decisions.contract.line import choice, line_types
from decisions.contract.money import billing
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Step, operator_task
from models.machines.contract import BEFORE_SERVICE, OVER
from models.messages.billing import LineChargeItem, TakeLineCharges
from models.messages.contract import ContractState, LineFacts
from models.messages.contract_earlier import FACTS, OWED_CHOICE
from models.messages.contract_notices import TakeLineNotice
from models.messages.contract_parts import OwedChoice, ToldNotice, TypeChange
from models.messages.entity import AgendaItem
from rules.calendar import Month, japan_day
from rules.citation import Decision, edition
from rules.course import chapter_of
from rules.dated import DatedError
from rules.line_notice import Subject, effect_of, line_after
from rules.refusal import Refusal

EVENT = "line_notice"
STATEMENT = "line_statement"

_LOST = frozenset({"terminated", "conversion", "end_notified"})
"""Kinds that a line which fits again does not take back."""

_TASKS = {
    "service_type_changed": "LINE_TYPE_CHANGED",
    "name_changed": "LINE_HOLDER_CHANGED",
    "unusable": "LINE_UNUSABLE",
    "moved_operator": "MOVED_ACROSS_AREAS",
}
_TASK_BEFORE_SERVICE = "LINE_NOTICE_BEFORE_SERVICE"
_TASK_OUTSIDE = "LINE_NOTICE_OUTSIDE_TERMS"

_REPLACES_FACTS = frozenset({"excluded", "moved_operator"})
"""Kinds that say what the line is; of one day the last to arrive stands. The others say what happened to it."""


def take(state: ContractState, command: TakeLineNotice, context: Context) -> list[Step]:
    """Decide a notice (W-09.3, W-09.4, W-11.1, W-11.2, W-21.2, W-21.3, W-23.1, W-23.2, W-25.1f, A-46)."""
    if state.seq == 0 or state.line is None:
        message = "There is no contract on this line yet."
        raise NotAllowedError(message, articles=("W-13.1b",))
    if command.kind == STATEMENT:
        return [_statement(state, command, context)]
    if chapter_of(state.course) is None:
        return [_kept(state, command, context, f"{state.course} does not depend on the line: the notice is only kept.")]
    if state.state in OVER:
        return [_kept(state, command, context, f"The contract is {state.state}: the notice is only kept.")]
    if _is_old(state, command, context):
        return [_kept(state, command, context, "A notice of a later day has been taken already: nothing changes.")]
    return [_decided(state, command, context)]


def _decided(state: ContractState, command: TakeLineNotice, context: Context) -> Step:
    try:
        ruling = effect_of(
            command.kind,
            command.details,
            command.effective_on,
            _subject(state, command),
            notified_on=japan_day(context.moment),
        )
    except (DatedError, Refusal) as error:
        ruling = Decision("needs_operator", ("W-99.1", _consent(state)), command.effective_on, None, str(error))
        parts = Parts(put={"tasks": operator_task(_TASK_OUTSIDE, context.moment, *ruling.articles)})
        return _step(EVENT, ruling, command, parts)
    moved = ruling.outcome in {"course_moves", "nothing", "ends_choice"}
    if not _is_now(state, command, context) and ruling.outcome != "course_moves":
        ruling = replace(ruling, outcome="nothing", detail=f"{ruling.detail} It is not so any more.", data={})
    parts = _remembered(command) + _line_facts(state, command, context)
    parts = parts + _FOLLOWS[ruling.outcome](state, command, ruling, context) + _owed(state, command, context)
    if command.kind == "service_type_changed":
        parts = parts + _with_the_line(state, _type_change(command, context, moves=moved), ruling, context)
    return _step(EVENT, ruling, command, parts)


def _step(event: str, ruling: Decision, command: TakeLineNotice, parts: Parts) -> Step:
    data = {**ruling.data, "kind": command.kind, "notice_id": command.notice_id}
    decision = replace(ruling, articles=tuple(dict.fromkeys(ruling.articles)), data=data)
    return Step(event, decision, parts.patch(), move=parts.move, outgoing=parts.outgoing)


def _kept(state: ContractState, command: TakeLineNotice, context: Context, detail: str) -> Step:
    decision = Decision("nothing", (_consent(state),), command.effective_on, edition(japan_day(context.moment)), detail)
    parts = Parts()
    if command.kind == "service_type_changed" and state.state not in OVER:
        change = _type_change(command, context, moves=False)
        known = {each.key for each in line_types.known(state)}
        parts = line_types.remembered(change) if change.key not in known else parts
    return _step(EVENT, decision, command, parts)


def _consent(state: ContractState) -> str:
    return "W-25.1" if state.chapter == 2 else "W-13.1b"


def _subject(state: ContractState, command: TakeLineNotice) -> Subject:
    if state.line is None:
        message = "a contract without a line meets no notice"
        raise ValueError(message)
    course = state.course
    if command.kind == "service_type_changed":
        course = line_types.course_before(state, Month.of(command.effective_on).plus(1).first_day)
    chapter = chapter_of(course)
    if chapter is None:
        message = f"a contract on {course} does not depend on the line"
        raise ValueError(message)
    open_choice = state.choice if state.state == "choosing" else None
    return Subject(
        chapter=chapter,
        course=course,
        state=state.state,
        line=rule_line(state.line),
        offered=tuple(open_choice.offered) if open_choice else (),
        choice_opened_by=open_choice.opened_by if open_choice else None,
    )


# Order of arrival


def _is_old(state: ContractState, command: TakeLineNotice, context: Context) -> bool:
    """Whether what NTT said of a later day stands already."""
    if command.kind == "service_type_changed":
        change = _type_change(command, context)
        if line_types.is_newest(state, change):
            return False
        return line_types.is_overtaken(state, change, japan_day(context.moment))
    last = state.told_notices.get(_told_as(command))
    if last is None:
        return False
    if command.effective_on == last.effective_on and command.kind not in _REPLACES_FACTS:
        return last.details == command.details
    return command.effective_on < last.effective_on


def _told_as(command: TakeLineNotice) -> str:
    """Under which kind the latest notice stands; a conversion is a termination told in another word."""
    return "terminated" if command.kind == "conversion" else command.kind


def _remembered(command: TakeLineNotice) -> Parts:
    """The latest notice of each kind by its day; waivers rest on some of them (W-12.6b, W-12.6c)."""
    told = ToldNotice(effective_on=command.effective_on, notice_id=command.notice_id, details=dict(command.details))
    return Parts(put={"told_notices": {_told_as(command): told}})


def _type_change(command: TakeLineNotice, context: Context, *, moves: bool = True) -> TypeChange:
    return TypeChange(
        effective_on=command.effective_on,
        service_type=str(command.details["service_type"]),
        by=str(command.details["by"]),
        notice_id=command.notice_id,
        notified_on=japan_day(context.moment),
        moves=moves,
    )


def _line_facts(state: ContractState, command: TakeLineNotice, context: Context) -> Parts:
    """The line as the notice leaves it, fields that differ only (W-13.1b)."""
    if state.line is None or not _is_now(state, command, context):
        return Parts()
    before = rule_line(state.line)
    after = line_after(command.kind, command.details, before)
    changed = {
        name: list(value) if isinstance(value, tuple) else value
        for name in LineFacts.model_fields
        if (value := getattr(after, name)) != getattr(before, name)
    }
    return Parts(put={"line": changed})


# What follows


def _ground(command: TakeLineNotice, ruling: Decision) -> choice.Ground:
    reason = choice.reason_of(command.kind, command.details)
    return choice.Ground(command.kind, reason, command.effective_on, tuple(dict.fromkeys(ruling.articles)))


def _open(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    return choice.opening(state, list(ruling.data["offered"]), _ground(command, ruling), context)


def _narrow(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    _ = context
    return choice.narrowing(state, list(ruling.data["offered"]), _ground(command, ruling))


def _end_choice(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    _ = (command, ruling, context)
    return choice.lapsing(state)


def _ask(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    _ = state
    why = _TASKS.get(command.kind)
    if command.kind == "service_type_changed" and "to_course" not in ruling.data:
        why = None
    told = command.details.get("service_type") if why == "LINE_TYPE_CHANGED" else None
    task = operator_task(why or _TASK_BEFORE_SERVICE, context.moment, *ruling.articles)
    return Parts({"ntt_service_type": str(told)} if told else {}, {"tasks": task})


def _note(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    """Nothing follows; yet a lost line is a stronger ground for the open choice than an exclusion."""
    _ = context
    weaker = state.state == "choosing" and state.choice is not None and state.choice.opened_by not in _LOST
    return choice.regrounding(state, _ground(command, ruling)) if weaker and command.kind in _LOST else Parts()


def _move(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    """The course moves by itself; a choice that only the former type had opened is over (A-46)."""
    _ = ruling
    opened_by = state.choice.opened_by if state.choice else None
    if state.state == "choosing" and opened_by not in _LOST and _is_now(state, command, context):
        return choice.lapsing(state)
    return Parts()


_FOLLOWS: dict[str, Callable[[ContractState, TakeLineNotice, Decision, Context], Parts]] = {
    "nothing": _note,
    "course_moves": _move,
    "choice_opened": _open,
    "choice_narrowed": _narrow,
    "ends_choice": _end_choice,
    "needs_operator": _ask,
}


def _is_now(state: ContractState, command: TakeLineNotice, context: Context) -> bool:
    """Whether a notice of type says what the line is now; every other kind does."""
    return command.kind != "service_type_changed" or line_types.is_newest(state, _type_change(command, context))


def _with_the_line(state: ContractState, change: TypeChange, ruling: Decision, context: Context) -> Parts:
    """The moves ahead, planned anew; the operator's task goes once the line fits or moves by itself."""
    if state.state in BEFORE_SERVICE:
        return line_types.remembered(change.model_copy(update={"moves": False}))
    parts = line_types.remembered(change) + line_types.plan(state, change, japan_day(context.moment))
    if ruling.outcome in {"course_moves", "nothing"} and _TASKS["service_type_changed"] in state.tasks:
        parts = parts + Parts(drop={"tasks": [_TASKS["service_type_changed"]]})
    return parts


# A choice owed


def _owed(state: ContractState, command: TakeLineNotice, context: Context) -> Parts:
    """A line lost while `ending` stays ending; were the cancellation taken back, the choice would be owed."""
    if state.state != "ending":
        return Parts()
    subject = replace(_subject(state, command), state="active")
    as_active = effect_of(
        command.kind, command.details, command.effective_on, subject, notified_on=japan_day(context.moment)
    )
    if as_active.outcome != "choice_opened":
        return Parts()
    owed = OwedChoice(
        kind=command.kind,
        effective_on=command.effective_on,
        notice_id=command.notice_id,
        details=dict(command.details),
    )
    return Parts({"owed_choice": owed})


def carry_out_owed(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """Decide the notice again, now that the contract is not ending any more (W-11.1, W-11.2)."""
    command = TakeLineNotice.model_validate(item.data)
    drop = Parts({"owed_choice": None}, drop={"agenda": [choice.OWED], FACTS: [OWED_CHOICE]})
    if state.state not in {"active", "choosing"} or chapter_of(state.course) is None:
        detail = f"The contract is {state.state} on {state.course}: nothing is to choose."
        decision = Decision("nothing", (_consent(state),), item.on, edition(item.on), detail)
        return [_step(EVENT, decision, command, drop)]
    ruling = effect_of(
        command.kind, command.details, command.effective_on, _subject(state, command), notified_on=item.on
    )
    parts = drop + _FOLLOWS[ruling.outcome](state, command, ruling, context)
    return [_step(EVENT, ruling, command, parts)]


# Statements of line charges


def _statement(state: ContractState, command: TakeLineNotice, context: Context) -> Step:
    """Taken only where payment on behalf was in force in its month (W-25.1f); the last one may follow the end."""
    items = [LineChargeItem.model_validate(each) for each in command.details["items"]]
    charges = TakeLineCharges(month=str(command.details["month"]), items=items)
    try:
        step = billing.take_line_charges(state, charges, context)[0]
    except Refusal as refusal:
        decision = Decision("nothing", refusal.articles, command.effective_on, None, refusal.detail)
        return _step(EVENT, decision, command, Parts())
    data = {**step.decision.data, "kind": command.kind, "notice_id": command.notice_id}
    return replace(step, decision=replace(step.decision, data=data))
