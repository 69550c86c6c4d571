"""A course change that was applied for and has not taken effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from decisions.contract.changed import Values
from decisions.domain import Drop
from models.messages.contract.contract import ContractState
from models.messages.contract.earlier import FACTS, fee_day
from models.messages.contract.parts import AppliedChange
from rules.calendar import japan_day

ITEM = "course_change"
"""Its item on the agenda, and the event that carries it out."""

HOLDER_TASK = "COURSE_CHANGE_NOT_LINE_HOLDER"
FEE_TASK = "FEE_DECISION"


def applied_for(state: ContractState) -> AppliedChange | None:
    """The pending change that was applied for; None without one, or for a move with the line (W-09.3)."""
    pending = state.pending_course_change
    return pending if isinstance(pending, AppliedChange) else None


def change_on(state: ContractState) -> date | None:
    """The day of the pending change; None without one, or while an operator has not accepted it."""
    pending = applied_for(state)
    if pending is None or ITEM not in state.agenda:
        return None
    return pending.change_on


def answers_choice(state: ContractState) -> bool:
    """Whether the pending change is what the contractor answered a choice with (W-11.1, W-11.2, W-23.x)."""
    waiting, choice = applied_for(state), state.choice
    if waiting is None or choice is None or choice.state != "course_change":
        return False
    made = state.last_change
    on = japan_day(waiting.received_at)
    return choice.chosen_on == on and not (made is not None and made.received_on == on)


def without(state: ContractState) -> tuple[Values, Drop]:
    """The fields and the keys to drop that take the pending change away, with what it planned."""
    pending = applied_for(state)
    if pending is None:
        return {}, {}
    charges = [key for key in pending.charges if key in state.charges]
    waiting = {key for key, each in state.charges.items() if each.state == "needs_operator"} - set(charges)
    tasks = [HOLDER_TASK, *([] if waiting else [FEE_TASK])]
    drop: Drop = {
        "agenda": [ITEM] if ITEM in state.agenda else [],
        "charges": charges,
        **forgotten_days(charges),
        "tasks": [key for key in tasks if key in state.tasks],
    }
    return {"pending_course_change": None}, {name: keys for name, keys in drop.items() if keys}


def dropped_by_end(state: ContractState, end_on: date) -> tuple[Values, Drop]:
    """What an end on that last day takes with it: a change of a later day, or one nobody has accepted yet.

    A change on the last day or before still happens: the contract then ends in its new course.
    """
    on = change_on(state)
    if on is not None and on <= end_on:
        return {}, {}
    return without(state)


def forgotten_days(charge_ids: Sequence[str]) -> Drop:
    """The keys to drop with fees of a change that is gone; an earlier release kept their days elsewhere."""
    return {"fee_days": list(charge_ids), FACTS: [fee_day(key) for key in charge_ids]}
