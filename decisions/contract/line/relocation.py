"""A contractor moves house (W-21.3)."""

from __future__ import annotations

from dataclasses import replace

from decisions.common.checks import not_in_future
from decisions.contract.changed import patch
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, operator_task
from models.messages.contract.changes import Relocate
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import AppliedChange, Relocation
from rules.calendar import japan_day
from rules.courses import course
from rules.courses.course import chapter_of
from rules.line.eligibility import Line

CROSSED = "MOVED_ACROSS_AREAS"
"""The task of a contract that needs an application after its move; it goes with the application."""


def is_applied_for(state: ContractState) -> bool:
    """Whether the contract is on its way to with フレッツ II already, applied for or with its line (W-21.2, W-21.3)."""
    ahead = state.pending_course_change
    if ahead is None or (isinstance(ahead, AppliedChange) and ahead.status == "needs_operator"):
        return False
    return chapter_of(ahead.to_course) == 1


def home_of(state: ContractState) -> str | None:
    """The area the contract is for; None without a line."""
    return state.with_flets_area or (state.line.carrier_area if state.line is not None else None)


def has_crossed(state: ContractState) -> bool:
    """Whether the line of a with フレッツ contract lies outside the area the contract is for (W-15.1, W-21.3)."""
    return state.line is not None and state.chapter == WITH_FLETS and state.line.carrier_area != home_of(state)


def asked_again(state: ContractState, context: Context) -> Parts:
    """The application after a move has fallen: another one is needed (W-21.3). Nothing where none was needed."""
    said = state.relocation is not None and state.relocation.outcome in _CROSSES
    # A contract of an earlier release that has moved knows no area of its own.
    moved = has_crossed(state) or (state.with_flets_area is None and "moved_operator" in state.told_notices)
    crossed = said or (state.relocation is None and moved)
    if state.chapter != WITH_FLETS or not crossed or not is_applied_for(state):
        return Parts()
    return Parts(put={"tasks": operator_task(CROSSED, context.moment, "W-21.3")})


_CROSSES = frozenset({"application_required", "applied_for"})

WITH_FLETS = 2
"""The chapter of with フレッツ, which no move across the areas leaves as it is."""


def relocated(state: ContractState, line: Line) -> Line:
    """The line as the next change of course meets it: in the area the contractor said they move to (W-21.3)."""
    return replace(line, carrier_area=state.relocation.to_carrier_area) if state.relocation is not None else line


def relocate(state: ContractState, command: Relocate, context: Context) -> list[Step]:
    """The contractor moves house: with フレッツ cannot cross the areas (W-21.3); nothing else changes here.

    Until an application for with フレッツ II comes, an operator sees to it.

    Raises:
        NotAllowedError: the contract has no line.
        Refusal: `NOT_IN_THIS_BOOK`, `IN_THE_FUTURE`.
    """
    not_in_future("received_at", command.received_at, context.keyed_at)
    if state.line is None:
        message = "The contract has no line yet."
        raise NotAllowedError(message, articles=("W-21.3",))
    day = japan_day(command.received_at)
    home = home_of(state) or state.line.carrier_area
    ruling = course.relocation(state.course, home, command.to_carrier_area, day, applied=is_applied_for(state))
    data = {**ruling.data, "from_operator": state.line.carrier_area, "required": None}
    if ruling.outcome == "application_required":
        data["required"] = {
            "operation": "course-changes",
            "to_course": course.matching_course(state.line.service_type, day),
            "articles": ["W-21.3", "W-21.1"],
        }
    task = operator_task(CROSSED, context.moment, "W-21.3") if ruling.outcome == "application_required" else {}
    told = Relocation(to_carrier_area=command.to_carrier_area, received_on=day, outcome=ruling.outcome)
    decision = replace(ruling, effective_on=day, data=data)
    change = patch(
        {"relocation": told},
        put={"tasks": task} if task else {},
        drop={"tasks": [CROSSED]} if not task and CROSSED in state.tasks else {},
    )
    facts = {"change": "relocation", "to_operator": command.to_carrier_area, "received_on": day.isoformat()}
    to_ntt = Outgoing("carrier", "LINE_CHANGE", facts)
    return [Step("relocate", decision, change, received_at=command.received_at, outgoing=(to_ntt,))]
