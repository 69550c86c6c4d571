"""The course follows the line's type: what NTT told about it, by effective day, and the moves ahead (W-09.3, W-21.2).

The plan is made anew from everything known, by effective days, so notices may arrive in any order: in each month the
last change decides, and a change that a later one has already overtaken moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from decisions.contract.changed import Values
from decisions.contract.course.consequences import moved_term
from decisions.contract.line import contents, no_longer_so
from decisions.contract.lines import rule_line
from decisions.contract.money.agency import agency_ended
from decisions.contract.parts import Parts
from decisions.domain import Context, Outgoing, Step
from models.machines.contract import OVER
from models.messages.contract.contract import ContractState, LineFacts
from models.messages.contract.parts import AppliedChange, MoveWithLine, TypeChange
from models.messages.entity import AgendaItem, Message
from rules.calendar import japan_day, start_of
from rules.citation import Decision, edition
from rules.courses.course import chapter_of, course_after_type_change
from rules.line.eligibility import eligibility

MOVE = "course_moved"
CAUSE: Literal["line_type"] = "line_type"
"""Marks what moves with the line, in the pending change and in the letter (W-09.3)."""

_ITEM = "course_move_"


class _Move(Message):
    """What a move on the agenda keeps."""

    from_course: str
    to_course: str
    service_type: str
    by: str
    changed_on: date
    notified_on: date


def known(state: ContractState) -> list[TypeChange]:
    """Every change told so far, by effective day."""
    return sorted(state.type_changes.values(), key=lambda each: each.effective_on)


def is_newest(state: ContractState, change: TypeChange) -> bool:
    """Whether nothing is known of a later day: only then it says what the line is now."""
    return all(each.effective_on <= change.effective_on for each in known(state))


def is_overtaken(state: ContractState, change: TypeChange, today: date) -> bool:
    """Whether a change of a later day decides the same month, or has moved the course already."""
    later = [each.moves_on for each in known(state) if each.effective_on > change.effective_on]
    return any(moves_on == change.moves_on or moves_on <= today for moves_on in later)


def remembered(change: TypeChange) -> Parts:
    """The change among those told."""
    return Parts(put={"type_changes": {change.key: change}})


def course_before(state: ContractState, moves_on: date) -> str:
    """The course the contract will be on the day before, after the moves planned so far."""
    ahead = [item for item in _moves(state) if item.on < moves_on]
    return _Move.model_validate(ahead[-1].data).to_course if ahead else state.course


def plan(
    state: ContractState,
    today: date,
    *,
    line: LineFacts | None = None,
    course: str | None = None,
    told: TypeChange | None = None,
    begins: bool = False,
) -> Parts:
    """The moves ahead from everything known (W-09.3, W-21.2): put, replaced or dropped on the agenda.

    On the first of a month the course follows the last change of the month before, if the line carries with フレッツ II
    that day, in whatever order that was told.

    Args:
        state: the contract.
        today: moves of later days are ahead.
        line: the line as it is now; None: as the state has it.
        course: the course it is on now; None: as the state has it.
        told: a change told just now.
        begins: the day has only begun: moves of today are ahead too.
    """
    facts, now = line or state.line, course or state.course
    if facts is None or not state.service_start_on:
        return Parts()
    changes = [each for each in known(state) if told is None or each.effective_on != told.effective_on]
    changes = [*changes, *([told] if told is not None else [])]
    months = {each.moves_on for each in changes if each.moves_on > today or (begins and each.moves_on == today)}
    items = dict[str, AgendaItem]()
    for moves_on in sorted(months | ({told.moves_on} if told is not None else set())):
        last = max((each for each in changes if each.moves_on == moves_on), key=lambda each: each.effective_on)
        ruling = _ruling(now, last, facts, moves_on) if last.moves else None
        if ruling is not None and ruling.outcome == "moved":
            items[f"{_ITEM}{moves_on}"] = _item(last, now, str(ruling.data["course"]), ruling.articles)
            now = str(ruling.data["course"])
    present = {item.item_id: item for item in _moves(state)}
    new = {key: item for key, item in items.items() if key not in present or present[key].data != item.data}
    gone = [key for key in present if key not in items]
    ahead = sorted(items.values(), key=lambda item: item.on)
    letters = (*_taken_back(state, items, course), *_letters(state, list(new.values())))
    return Parts(_pending(state, ahead), {"agenda": new}, {"agenda": gone}, letters)


def _ruling(course: str, change: TypeChange, line: LineFacts, moves_on: date) -> Decision | None:
    """The rule on a move; None where the course, or the line of that day, lets nothing move (W-06.1, W-09.3)."""
    if chapter_of(course) is None or eligibility(1, rule_line(line), moves_on).outcome != "eligible":
        return None
    return course_after_type_change(course, change.service_type, change.notified_on, change.effective_on, change.by)


def _item(change: TypeChange, from_course: str, to_course: str, articles: tuple[str, ...]) -> AgendaItem:
    on = change.moves_on
    key = f"{_ITEM}{on}"
    move = _Move(
        from_course=from_course,
        to_course=to_course,
        service_type=change.service_type,
        by=change.by,
        changed_on=change.effective_on,
        notified_on=change.notified_on,
    )
    data = move.model_dump(mode="json")
    label = f"回線タイプ変更によるコース変更 {on}"
    return AgendaItem(item_id=key, event=MOVE, at=start_of(on), on=on, articles=list(articles), label=label, data=data)


def _moves(state: ContractState) -> list[AgendaItem]:
    found = [item for key, item in state.agenda.items() if key.startswith(_ITEM)]
    return sorted(found, key=lambda item: item.on)


def _pending(state: ContractState, ahead: list[AgendaItem]) -> Values:
    """What is shown as pending: the next move, unless a change the customer applied for stands there."""
    shown = state.pending_course_change
    if isinstance(shown, AppliedChange):
        return {}
    if not ahead:
        return {"pending_course_change": None} if shown is not None else {}
    item = ahead[0]
    move = _Move.model_validate(item.data)
    pending = MoveWithLine(
        to_course=move.to_course, change_on=item.on, cause=CAUSE, cancellable=False, articles=item.articles
    )
    return {"pending_course_change": pending}


def _letters(state: ContractState, items: list[AgendaItem]) -> tuple[Outgoing, ...]:
    return tuple(
        Outgoing(
            "notice",
            "course_moved",
            {
                "course": item.data["to_course"],
                "from_course": item.data["from_course"],
                "on": item.on,
                "cause": CAUSE,
                "chapter_left": state.chapter == 2,
                "articles": item.articles,
            },
        )
        for item in items
        # After its last day nothing moves, so nobody is told.
        if state.state != "ending" or state.end_on is None or item.on <= state.end_on
    )


def _taken_back(state: ContractState, items: Mapping[str, AgendaItem], course: str | None) -> tuple[Outgoing, ...]:
    """That a move which was told does not come, and none on its day in its stead."""
    told = _letters(state, [item for item in _moves(state) if item.item_id not in items])
    return (no_longer_so.letter(told, state, course=course),) if told else ()


def carry_out(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """The course moves with the line on the first day of the month (W-09.3, W-21.2, W-24.4); the term stays (A-41)."""
    _ = context
    rest = [each for each in _moves(state) if each.item_id != item.item_id]
    common = Parts(_pending(state, rest), drop={"agenda": [item.item_id]})
    move = _Move.model_validate(item.data)
    chapter = chapter_of(state.course)
    ends_before = state.state == "ending" and state.end_on is not None and state.end_on < item.on
    if state.state in OVER or ends_before or state.line is None:
        return [_nothing(state, item, common)]
    change = TypeChange(
        effective_on=move.changed_on,
        service_type=move.service_type,
        by=move.by,
        notice_id="",
        notified_on=move.notified_on,
    )
    ruling = _ruling(state.course, change, state.line, item.on)
    if ruling is None or ruling.outcome != "moved":
        return [_nothing(state, item, common)]
    to_course = str(ruling.data["course"])
    ended, told, articles = agency_ended(state, item.on - timedelta(days=1))
    moved = moved_term(state, item.on)
    values: Values = {"course": to_course, "chapter": 1, **ended, **moved}
    no_term = ("W-12.1a",) if chapter == 2 else ()
    decision = Decision(
        outcome="moved",
        articles=tuple(dict.fromkeys((*ruling.articles, *no_term, *articles))),
        effective_on=item.on,
        edition=ruling.edition,
        detail=ruling.detail,
        data={"from_course": state.course, "course": to_course, "minimum_term": _term(state), **moved},
    )
    parts = common + Parts(values, outgoing=told)
    outgoing = (*parts.outgoing, *contents.told(state, "course_changed", item.on, chapter=1, to_course=to_course))
    return [Step(MOVE, decision, parts.patch(), received_at=item.at, state_from=item.on, outgoing=outgoing)]


def _term(state: ContractState) -> dict[str, object] | None:
    return state.minimum_term.model_dump(mode="json") if state.minimum_term else None


def _nothing(state: ContractState, item: AgendaItem, common: Parts) -> Step:
    detail = f"The contract is {state.state} on {state.course}: nothing moves with the line."
    decision = Decision("nothing", tuple(item.articles), item.on, edition(japan_day(item.at)), detail)
    return Step(MOVE, decision, common.patch(), received_at=item.at)
