"""The contract as it will be on its last day, once the change that comes before the end has happened (W-12.3)."""

from __future__ import annotations

from datetime import date

from decisions.contract.course import pending
from decisions.contract.course.consequences import consequences_of
from decisions.contract.course.course_change import chapter_of
from models.messages.contract import ContractState
from models.messages.contract_parts import MinimumTerm
from rules.calendar import japan_day


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
