"""What a notice of NTT about its line does to one contract (articles 9, 11, 13, 21, 23, 25).

Notices repeat and overtake each other. A repeated one has the operation id of the first, so it changes nothing. An
older one of a kind (by the day NTT says it holds from, not by arrival) is kept in the log and changes nothing that a
newer one of that kind has said; `line_types` plans the moves of the course by the same days. Facts of the line are
taken over when the notice arrives, also for a day still ahead; what follows from them happens on its own day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile

from decisions.contract.changed import Values
from decisions.contract.line import choice, grounds, line_types, relocation
from decisions.contract.lines import rule_line
from decisions.contract.money import billing
from decisions.contract.money.watch import OPEN
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Step, operator_task
from models.machines.contract import BEFORE_SERVICE, OVER
from models.messages.contract.billing import TakeLineCharges
from models.messages.contract.contract import ContractState, LineFacts
from models.messages.contract.earlier import FACTS, OWED_CHOICE
from models.messages.contract.notices import TakeLineNotice
from models.messages.contract.parts import (
    ChoiceGround,
    LineChargeItem,
    OwedChoice,
    TakenStatement,
    ToldNotice,
    TypeChange,
)
from models.messages.entity import AgendaItem
from rules.calendar import Month, japan_day
from rules.citation import Decision, edition
from rules.courses.course import chapter_of
from rules.dated import DatedError
from rules.line.choice_grounds import LINE, group_of
from rules.line.line_notice import (
    Subject,
    asked_besides,
    effect_of,
    line_after,
    tested_chapter,
    told_also_by,
    unfit_rows,
)
from rules.refusal import Refusal

EVENT = "line_notice"
STATEMENT = "line_statement"

_TASKS = {
    "service_type_changed": "LINE_TYPE_CHANGED",
    "name_changed": "LINE_HOLDER_CHANGED",
    "unusable": "LINE_UNUSABLE",
    "moved_operator": "MOVED_ACROSS_AREAS",
    "brand_changed": "LINE_BRAND_CHANGED",
}
_ASKED_OF_THE_TYPE = ("service_type_changed", "brand_changed")
"""Kinds whose question to an operator names a course, where there is one to name."""

_ASKED_OF_WHAT_IT_IS = (*_ASKED_OF_THE_TYPE, "moved_operator", "unusable")
"""Kinds whose question to an operator the next notice of that kind may answer."""

_GROUNDS_OF_A_WAIVER = {"end_notified": "W-12.6b", "unusable": "W-12.6c"}
"""Kinds on which an operator may waive a fee → the case."""

_TASK_BEFORE_SERVICE = "LINE_NOTICE_BEFORE_SERVICE"
_TASK_OUTSIDE = "LINE_NOTICE_OUTSIDE_TERMS"

_REPLACES_FACTS = frozenset({"excluded", "moved_operator", "brand_changed", "discounts_changed", "tax_status_changed"})
"""Kinds that say what the line is; of one day the last to arrive stands. The others say what happened to it."""

_OF_THE_LINE = _REPLACES_FACTS | {"service_type_changed"}
"""Kinds after which the line is another one."""


def take(state: ContractState, command: TakeLineNotice, context: Context) -> list[Step]:
    """Decide a notice (W-09.3, W-09.4, W-11.1, W-11.2, W-21.2, W-21.3, W-23.1, W-23.2, W-25.1f, A-46)."""
    if state.seq == 0 or state.line is None:
        message = "There is no contract on this line yet."
        raise NotAllowedError(message, articles=("W-13.1b",))
    if command.kind == STATEMENT:
        return _statement(state, command, context)
    if state.state in OVER and not _is_of_the_fee(state, command):
        return [_kept(state, command, context, f"The contract is {state.state}: the notice is only kept.")]
    if _is_old(state, command, context):
        return [_kept(state, command, context, "A notice of a later day has been taken already: nothing changes.")]
    if state.state in OVER:
        return [_of_the_fee(state, command, context)]
    if chapter_of(state.course) is None:
        late = _is_of_the_fee(state, command)
        return [_of_the_fee(state, command, context) if late else _noted(state, command, context)]
    return [_decided(state, command, context)]


def _is_of_the_fee(state: ContractState, command: TakeLineNotice) -> bool:
    """Whether a notice told after the end, or after a change out of this book, bears on what that costs (W-12.6).

    It does where it is about the line as it was while the contract still rested on it.
    """
    until = _on_the_line_until(state)
    return until is not None and command.effective_on <= until and command.kind in _GROUNDS_OF_A_WAIVER


def _on_the_line_until(state: ContractState) -> date | None:
    """The last day, inclusive, on which a contract that is over or has left this book rested on its line.

    None: it never did, or does still.
    """
    days = [state.end_on] if state.state == "ended" and state.end_on is not None else []
    if chapter_of(state.course) is None:
        outside = list(takewhile(lambda each: chapter_of(each.course) is None, reversed(state.course_history)))
        if not outside or len(outside) == len(state.course_history):
            return None
        days.append(outside[-1].from_on - timedelta(days=1))
    return min(days, default=None)


def _of_the_fee(state: ContractState, command: TakeLineNotice, context: Context) -> Step:
    """Nothing is left to choose; the waiver of an open fee may rest on it, and for a lost line a person looks."""
    on, articles = japan_day(context.moment), (_GROUNDS_OF_A_WAIVER[command.kind], _consent(state))
    asks = _asks_about_the_fee(state, command)
    if state.state in OVER:
        detail = "The contract has ended: what it says of the line until then is kept for a waiver of the fee."
    else:
        detail = f"On {state.course} since: what it says of the line until then is kept for a waiver of the fee."
    decision = Decision("needs_operator" if asks else "nothing", articles, command.effective_on, edition(on), detail)
    if asks:
        asked = Parts(put={"tasks": operator_task(_TASKS["unusable"], context.moment, *articles)})
    else:
        asked = _no_longer_asked(state, command) if command.kind == "unusable" else Parts()
    return _step(EVENT, decision, command, _remembered(command) + asked)


def _asks_about_the_fee(state: ContractState, command: TakeLineNotice) -> bool:
    """Whether somebody has to look: at a loss nobody can blame on the contractor, for a fee that is not waived yet."""
    lost = command.kind == "unusable" and not command.details.get("attributable")
    return lost and any(each.state in OPEN and each.state != "watched" for each in state.charges.values())


def _noted(state: ContractState, command: TakeLineNotice, context: Context) -> Step:
    """What the line is counts in every course, for a later change into this book; nothing else follows (W-09.2)."""
    detail = f"{state.course} does not depend on the line: what the line is now is kept."
    decision = Decision("nothing", (_consent(state),), command.effective_on, edition(japan_day(context.moment)), detail)
    if command.kind not in _OF_THE_LINE:
        return _step(EVENT, decision, command, Parts())
    parts = _remembered(command) + _line_facts(state, command, context)
    if command.kind == "service_type_changed":
        parts = parts + line_types.remembered(_type_change(command, context))
    return _step(EVENT, decision, command, parts)


def _decided(state: ContractState, command: TakeLineNotice, context: Context) -> Step:
    today = japan_day(context.moment)
    try:
        ruling = effect_of(
            command.kind, command.details, command.effective_on, _subject(state, command), notified_on=today
        )
    except (DatedError, Refusal) as error:
        ruling = Decision("needs_operator", ("W-99.1", _consent(state)), command.effective_on, None, str(error))
        parts = Parts(put={"tasks": operator_task(_TASK_OUTSIDE, context.moment, *ruling.articles)})
        return _step(EVENT, ruling, command, parts)
    asks = _asks(state, command, ruling, context)
    if not _is_now(state, command, context) and ruling.outcome != "course_moves":
        ruling = replace(ruling, outcome="nothing", detail=f"{ruling.detail} It is not so any more.", data={})
    ruling, chosen = _on_choice(state, command, ruling, context)
    facts = _line_facts(state, command, context)
    told = _remembered(command) + (_moved(state) if command.kind == "moved_operator" else Parts())
    parts = told + facts + chosen + _owed(state, command, context)
    if command.kind in _ASKED_OF_WHAT_IT_IS and _is_now(state, command, context):
        parts = parts + _no_longer_asked(state, command)
    parts = parts + (_ask(command, asks, context) if asks is not None else Parts())
    if _fits_before_service(state, command, facts):
        parts = parts + Parts(drop={"tasks": [_TASK_BEFORE_SERVICE]})
    parts = parts + _moves(state, command, facts, ruling, context)
    if parts.values.get("pending_course_change", state.pending_course_change) is None:
        parts = parts + relocation.asked_again(state, context)
    return _step(EVENT, ruling, command, parts)


def _asks(state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context) -> Decision | None:
    """What an operator is asked; a notice that no longer says what the line is asks nothing."""
    if not _is_now(state, command, context):
        return None
    if ruling.outcome == "needs_operator":
        return ruling
    subject, today = _subject(state, command), japan_day(context.moment)
    return asked_besides(command.kind, command.details, command.effective_on, subject, notified_on=today)


def _moved(state: ContractState) -> Parts:
    """NTT tells the move that the contractor may have told before; the contract stays for the area it was for."""
    return Parts({"relocation": None, "with_flets_area": relocation.home_of(state)})


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
    return Subject(
        chapter=chapter,
        course=course,
        state=state.state,
        line=rule_line(state.line),
        choice_opened_by=_fits_again(state),
        applied_for=relocation.is_applied_for(state),
        area=state.with_flets_area,
        kept=_kept_fields(state, command),
    )


def _kept_fields(state: ContractState, command: TakeLineNotice) -> frozenset[str]:
    """What another kind of notice tells too, where that has told of a later day."""
    other = told_also_by(command.kind)
    last = state.told_notices.get(other[0]) if other is not None else None
    return other[1] if other is not None and last and last.effective_on > command.effective_on else frozenset()


def _fits_again(state: ContractState) -> str | None:
    """What a line that fits again would end; None where no open choice rests on the line."""
    found = grounds.of_the_line(grounds.of(state))
    return found.kind if found is not None else None


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
    """The line as the notice leaves it, fields that differ only, under the names a document has (W-13.1b)."""
    if state.line is None or not _is_now(state, command, context):
        return Parts()
    before = rule_line(state.line)
    after = line_after(command.kind, command.details, before, kept=_kept_fields(state, command))
    changed = {
        field.alias or name: list(value) if isinstance(value, tuple) else value
        for name, field in LineFacts.model_fields.items()
        if (value := getattr(after, name)) != getattr(before, name)
    }
    return Parts(put={"line": changed})


# What follows


def _ground(command: TakeLineNotice, ruling: Decision) -> ChoiceGround:
    return ChoiceGround(
        kind=command.kind,
        reason=choice.reason_of(command.kind, command.details),
        effective_on=command.effective_on,
        articles=list(dict.fromkeys(ruling.articles)),
        offered=list(ruling.data["offered"]),
    )


def _with_ground(
    state: ContractState, before: grounds.Grounds, command: TakeLineNotice, ruling: Decision, *, told_before: bool
) -> grounds.Grounds:
    """With the ground the notice brings; one that leaves the line as unfit as it was brings none (A-46)."""
    ground = _ground(command, ruling)
    if state.line is None or group_of(command.kind) != LINE:
        return grounds.with_ground(before, ground)
    line, on = rule_line(state.line), command.effective_on
    after = line_after(command.kind, command.details, line, kept=_kept_fields(state, command))
    home = relocation.home_of(state) or line.carrier_area
    was_by, now_by = (tested_chapter(state.chapter, each.carrier_area, home) for each in (line, after))
    # What the line was before a notice told long ago is not known any more: all of it is the notice's own.
    was = () if told_before else unfit_rows(was_by, line, on)
    return grounds.with_unfit_line(before, ground, was=was, rows=unfit_rows(now_by, after, on))


def _on_choice(
    state: ContractState, command: TakeLineNotice, ruling: Decision, context: Context, *, told_before: bool = False
) -> tuple[Decision, Parts]:
    """What the ruling does to the grounds of the choice, whatever the order they came in (W-11.1, W-11.2, A-46)."""
    before = grounds.of(state)
    after: grounds.Grounds = before
    if ruling.outcome == "choice_opened":
        after = _with_ground(state, before, command, ruling, told_before=told_before)
    elif ruling.outcome == "ends_choice" or (ruling.outcome == "course_moves" and _is_now(state, command, context)):
        after = grounds.fitting_again(before)
    effect = grounds.effect(before, after)
    if ruling.outcome in {"choice_opened", "ends_choice"}:
        data = {**ruling.data, "offered": grounds.offered(after)} if after else dict(ruling.data)
        stays = f"{ruling.detail} A choice is open already." if effect == "nothing" else ruling.detail
        ruling = replace(ruling, outcome=effect, detail=stays, data=data if effect != "nothing" else {})
    if effect == "choice_opened":
        return ruling, choice.opening(state, grounds.leading(after), context)
    if effect == "ends_choice":
        return ruling, choice.lapsing(state, japan_day(context.moment))
    if after == before:
        return ruling, Parts()
    return ruling, choice.regrounded(state, after, told=effect != "nothing")


def _ask(command: TakeLineNotice, ruling: Decision, context: Context) -> Parts:
    why = _TASKS.get(command.kind)
    if command.kind in _ASKED_OF_THE_TYPE and "to_course" not in ruling.data:
        why = None
    told = command.details.get("service_type") if why == "LINE_TYPE_CHANGED" else None
    task = operator_task(why or _TASK_BEFORE_SERVICE, context.moment, *ruling.articles)
    return Parts({"ntt_service_type": str(told)} if told else {}, {"tasks": task})


def _no_longer_asked(state: ContractState, command: TakeLineNotice) -> Parts:
    """What the line is now asks nothing of an operator: what was asked for an earlier type has lost its ground."""
    task = _TASKS[command.kind]
    of_the_type = command.kind in _ASKED_OF_THE_TYPE and state.ntt_service_type is not None
    values: Values = {"ntt_service_type": None} if of_the_type else {}
    return Parts(values, drop={"tasks": [task]} if task in state.tasks else {})


def _fits_before_service(state: ContractState, command: TakeLineNotice, facts: Parts) -> bool:
    """Whether the line of an application fits again: what was asked because it did not has lost its ground (A-46)."""
    if _TASK_BEFORE_SERVICE not in state.tasks or command.kind not in _OF_THE_LINE or state.line is None:
        return False
    line = LineFacts.model_validate({**state.line.model_dump(by_alias=True), **facts.put.get("line", {})})
    lost = any(group_of(kind) != LINE for kind in state.told_notices)
    return not lost and not unfit_rows(state.chapter or 1, rule_line(line), command.effective_on)


def _is_now(state: ContractState, command: TakeLineNotice, context: Context) -> bool:
    """Whether a notice of type says what the line is now; every other kind does."""
    return command.kind != "service_type_changed" or line_types.is_newest(state, _type_change(command, context))


def _moves(state: ContractState, command: TakeLineNotice, facts: Parts, ruling: Decision, context: Context) -> Parts:
    """The moves ahead, planned anew from what the line is now (W-09.3, W-21.2)."""
    if state.line is None or command.kind not in _OF_THE_LINE:
        return Parts()
    line = LineFacts.model_validate({**state.line.model_dump(by_alias=True), **facts.put.get("line", {})})
    if command.kind != "service_type_changed":
        return line_types.plan(state, japan_day(context.moment), line=line)
    change = _type_change(command, context, moves=state.state not in BEFORE_SERVICE)
    parts = line_types.remembered(change)
    if state.state in BEFORE_SERVICE:
        return parts
    parts = parts + line_types.plan(state, japan_day(context.moment), line=line, told=change)
    fits = ruling.outcome in {"course_moves", "nothing", "ends_choice", "choice_widened"}
    # A notice of an earlier day moves the course of its time at most: what the line is now is still asked about.
    fits = fits and (_is_now(state, command, context) or ruling.outcome == "course_moves")
    if fits and _TASKS["service_type_changed"] in state.tasks:
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
    ruling, chosen = _on_choice(state, command, ruling, context, told_before=True)
    asked = _ask(command, ruling, context) if ruling.outcome == "needs_operator" else Parts()
    return [_step(EVENT, ruling, command, drop + chosen + asked)]


# Statements of line charges


def _statement(state: ContractState, command: TakeLineNotice, context: Context) -> list[Step]:
    """Taken only where payment on behalf was in force in its month (W-25.1f); the last one may follow the end.

    NTT's statement of a month is whole: told again it counts once, and one that says otherwise replaces it.
    """
    items = [LineChargeItem.model_validate(each) for each in command.details["items"]]
    charges = TakeLineCharges(month=str(command.details["month"]), items=items)
    try:
        step = billing.taken(state, charges, context)
    except Refusal as refusal:
        decision = Decision("nothing", refusal.articles, command.effective_on, None, refusal.detail)
        return [_step(EVENT, decision, command, Parts())]
    before = state.line_statements.get(charges.month)
    replaced = [*before.replaced, before.seq] if before is not None else []
    same = billing.taken_before(state, charges.month, items)
    if same is not None:
        detail = f"NTT's statement of {charges.month} has been taken already: it counts once."
        decision = Decision("nothing", step.decision.articles, command.effective_on, None, detail)
        is_told = before is not None and same == before.seq
        # Keyed in before NTT told it: it is NTT's statement from now on, which a later one replaces.
        keyed = TakenStatement(seq=same, items=items, replaced=replaced)
        adopted = Parts(put={} if is_told else {"line_statements": {charges.month: keyed}})
        return [_step(EVENT, decision, command, adopted)]
    taken = TakenStatement(seq=state.seq + 1, items=items, replaced=replaced)
    data = {**step.decision.data, "kind": command.kind, "notice_id": command.notice_id, "replaces": replaced}
    beside = None
    if billing.passed_through(state, charges.month, items):
        beside = billing.keyed_beside(state, charges.month, told=taken.seq, replaced=replaced)
    change = Parts(put={"line_statements": {charges.month: taken}}).patch()
    taken_in = replace(step, decision=replace(step.decision, data=data), patch=change)
    return [taken_in, *billing.compared(charges.month, beside, context)]
