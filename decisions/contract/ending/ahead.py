"""The contract as it will be on its last day, once the change that comes before the end has happened (W-12.3)."""

from __future__ import annotations

from datetime import date

from decisions.contract.course import pending
from decisions.contract.course.consequences import consequences_of
from decisions.contract.course.course_change import chapter_of
from decisions.contract.money.fee import fee_data, fee_decision, planned_charges
from decisions.contract.parts import Parts
from decisions.domain import Outgoing
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import MinimumTerm
from rules.calendar import japan_day
from rules.charges import fee


def on_last_day(state: ContractState, end_on: date) -> ContractState:
    """Course, chapter and term of the last day, inclusive; the contract itself where nothing changes before."""
    waiting, on = pending.applied_for(state), pending.change_on(state)
    if waiting is None or on is None or on > end_on or waiting.to_course == state.course:
        return state
    chapter = chapter_of(waiting.to_course)
    if state.chapter == chapter == 1:
        return state
    after = consequences_of(state, waiting.to_course, on, japan_day(waiting.received_at))
    term = after.term
    return state.model_copy(
        update={
            "course": waiting.to_course,
            "chapter": chapter,
            "carried_term": after.carries,
            "minimum_term": MinimumTerm(start_on=term.start_on, end_on=term.end_on, source=term.source)
            if term is not None
            else None,
        }
    )


def planned_again(state: ContractState) -> Parts:
    """An end that is ahead, planned once more: the change that was to come before it comes no more (W-12.3c).

    Fees that a change raised stay as they are; where the fee of the end is another one now, that is told again.
    """
    if state.state != "ending" or state.end_on is None:
        return Parts()
    end_on = state.end_on
    cause: fee.Cause = "termination" if state.end_reason == "termination" else "cancellation"
    alone = state.model_copy(update={"pending_course_change": None})
    money = fee_decision(alone, end_on, cause)
    planned = [key for key, each in state.charges.items() if each.state == "planned" and key not in state.fee_days]
    told = fee_data(money, alone)
    before = on_last_day(state, end_on)
    kind = "termination" if cause == "termination" else "cancellation_accepted"
    letter = Outgoing("notice", kind, {"end_on": end_on.isoformat(), **told})
    same = told == fee_data(fee_decision(before, end_on, cause), before)
    return Parts(
        put={"charges": planned_charges(alone, money, end_on, cause)},
        drop={"charges": planned},
        outgoing=() if same else (letter,),
    )
