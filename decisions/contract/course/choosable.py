"""Which courses a contract could be moved to now: by the same decisions that move it, and none of them recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from decisions.contract.beginning import application
from decisions.contract.course import course_change
from decisions.contract.facts import LineKnown
from decisions.domain import Context, NotAllowedError, Step
from models.messages.contract.changes import RequestCourseChange
from models.messages.contract.contract import ContractState, SwitchCourse
from rules.courses.course_catalogue import catalogue
from rules.dated import DatedError
from rules.refusal import Refusal

ASKED_BY = "nobody"

_MOVES: Mapping[str, Callable[[ContractState, str, Context], list[Step]]] = MappingProxyType(
    {
        "request_course_change": lambda state, to_course, context: course_change.request(
            state,
            RequestCourseChange(actor=ASKED_BY, to_course=to_course, channel="paper", received_at=context.moment),
            context,
        ),
        "switch_course": lambda state, to_course, context: application.switch_course(
            state, SwitchCourse(actor=ASKED_BY, to_course=to_course), context
        ),
    }
)


def courses(state: ContractState, allowed: list[str], moment: datetime, line: LineKnown) -> dict[str, list[str]]:
    """Command → the courses it would be granted for, asked now; only commands that the state allows.

    Args:
        state: the contract as it stands now, with what is due carried out.
        allowed: the commands its state allows.
        moment: the business moment.
        line: whether its line is free.
    """
    context = Context(moment, moment, facts=line)
    return {
        name: [code for code in catalogue().courses if _granted(move, state, code, context)]
        for name, move in _MOVES.items()
        if name in allowed
    }


def _granted(
    move: Callable[[ContractState, str, Context], list[Step]], state: ContractState, code: str, context: Context
) -> bool:
    try:
        move(state, code, context)
    except (Refusal, NotAllowedError, DatedError):
        return False
    return True
