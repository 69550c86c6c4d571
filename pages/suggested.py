"""Which input of an update is suggested for copying: one that is true of this entity now, or none.

A page is written when something is decided and read long after. So nothing is suggested that time makes false: no day,
no moment, and nothing that only the record knows, such as which entry is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from models.operations.operation import Operation
from models.tasks import SETTLE, TASKS

Values = Mapping[str, Any]

_WHO = frozenset({"actor", "reason_code"})


def suggested(operation: Operation, state: Any) -> Values | None:
    """An input to copy; None where it has to be filled in by whoever sends it.

    Args:
        operation: that the state allows.
        state: of an entity of the operation's kind.
    """
    who = {name: value for name, value in operation.example.items() if name in _WHO}
    tell = _OF_STATE.get(operation.name)
    more: Values | None = {} if operation.example.keys() <= _WHO else None
    if tell is not None:
        more = tell(state)
    return {**who, **more} if more is not None else None


def _first(values: Any) -> Any:
    return next(iter(values), None)


def _fee(state: Any) -> Values | None:
    waiting = _first(key for key, each in state.charges.items() if each.state == "needs_operator")
    return {"charge_id": waiting, "due": True} if waiting is not None else None


def _task(state: Any) -> Values | None:
    """A task that saying so settles, and that no other update decides."""
    found = _first(
        each.why for each in state.tasks.values() if each.why in TASKS and TASKS[each.why].settled_by == SETTLE
    )
    return {"why": found} if found is not None else None


def _revision(state: Any) -> Values | None:
    held = _first(state.awaiting)
    return {"held_id": held, "accept": True} if held is not None else None


def _holder(state: Any) -> Values | None:
    waits = getattr(state.pending_course_change, "status", None) == "needs_operator"
    return {"accept": True} if waits else None


def _cancellable_change(state: Any) -> Values | None:
    change = state.pending_course_change
    return {} if change is not None and getattr(change, "cancellable", True) else None


def _undoable_end(state: Any) -> Values | None:
    return {} if any(item.event == "end" and item.undo_until is not None for item in state.agenda.values()) else None


def _waiver(state: Any) -> Values | None:
    asked = any(each.state == "pending" and each.case == "death" for each in state.waiver_requests.values())
    return {"case": "death", "reason_code": "evidence_accepted"} if asked else None


def _fields(state: Any) -> Values | None:
    named = sorted({each.partition("_")[0].lower() for each in state.defects})
    return {"fields": named} if named else None


_OF_STATE: Mapping[str, Callable[[Any], Values | None]] = MappingProxyType(
    {
        "decide_fee": _fee,
        "settle_task": _task,
        "decide_revision": _revision,
        "decide_course_change": _holder,
        "undo_course_change": _cancellable_change,
        "undo_cancellation": _undoable_end,
        "waive": _waiver,
        "request_waiver": lambda _: {"case": "death"},
        "inquire": lambda _: {"topic": "CONSTRUCTION_DATE"},
        "set_mail_consents": lambda state: {"club": state.mail_club, "ntt_east": state.mail_ntt_east},
        "correct_filing": _fields,
        "resume": lambda state: {"accept_failed": False} if hasattr(state, "rollout_id") else {},
    }
)
"""Operation → what is true of a state beside who sends it; None: nothing."""
