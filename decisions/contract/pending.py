"""A course change that was applied for and has not taken effect."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.messages.contract import ContractState

ITEM = "course_change"
"""Its item on the agenda, and the event that carries it out."""

LINE_TYPE = "line_type"
"""The `cause` of a pending change that is a move with the line; it is none that was applied for (W-09.3)."""

HOLDER_TASK = "COURSE_CHANGE_NOT_LINE_HOLDER"
FEE_TASK = "FEE_DECISION"

Values = dict[str, Any]
Drop = dict[str, list[str]]


def applied_for(state: ContractState) -> dict[str, Any] | None:
    """The pending change that was applied for; None without one."""
    pending = state.pending_course_change
    return None if pending is None or pending.get("cause") == LINE_TYPE else pending


def change_on(state: ContractState) -> date | None:
    """The day of the pending change; None without one, or while an operator has not accepted it."""
    pending = applied_for(state)
    if pending is None or ITEM not in state.agenda:
        return None
    return date.fromisoformat(pending["change_on"])


def without(state: ContractState) -> tuple[Values, Drop]:
    """The fields and the keys to drop that take the pending change away, with what it planned."""
    pending = applied_for(state)
    if pending is None:
        return {}, {}
    charges = [key for key in pending.get("charges", []) if key in state.charges]
    waiting = {key for key, each in state.charges.items() if each.state == "needs_operator"} - set(charges)
    tasks = [HOLDER_TASK, *([] if waiting else [FEE_TASK])]
    drop: Drop = {
        "agenda": [ITEM] if ITEM in state.agenda else [],
        "charges": charges,
        "facts": [ended_on_key(key) for key in charges],
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


def ended_on_key(charge_id: str) -> str:
    """Where `facts` keep the day a waiting fee belongs to."""
    return f"ended_on/{charge_id}"


def merged(*drops: Drop) -> Drop:
    """Several drops as one."""
    found: Drop = {}
    for drop in drops:
        for name, keys in drop.items():
            found[name] = [*found.get(name, []), *(key for key in keys if key not in found.get(name, []))]
    return found
