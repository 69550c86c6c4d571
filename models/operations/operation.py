"""One thing that can be asked of an entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models import place
from models.messages.contract.notices import SettleTask
from models.messages.entity import SETTLE_DEFECT, Command, EntityState


@dataclass(frozen=True)
class Operation:
    """An update: its name in Temporal, when it is allowed, and what the operator is shown."""

    name: str
    states: frozenset[str] | None
    """States in which it may be sent; None: in any."""
    description: str
    """Japanese, one line."""
    command: type[Command] = Command
    """What the update takes: one object."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """An input of its shape; the Web UI is shown one that is true of the entity (`pages.suggested`). Empty: the update
    is not sent straight through Temporal."""
    needs_reason: bool = False
    """Discretionary: actor and reason are demanded (X-05)."""
    late: frozenset[str] = frozenset()
    """Further states in which what arrived before it was keyed in is decided: the rule says if it came in time."""
    requires: str | None = None
    """A field of the state that must hold something, such as `pending_course_change`."""

    def possible(self, state: EntityState) -> bool:
        """Whether the state allows it."""
        here = self.states is None or state.state in self.states
        return here and (self.requires is None or bool(getattr(state, self.requires)))


Operations = Mapping[str, Operation]

SETTLE = Operation(
    SETTLE_DEFECT,
    None,
    "不具合・配信不能を処理済みにし、保留中の処理をやり直す",
    example={"actor": "operator"},
    requires="has_service_task",
)
"""Of every kind of entity."""

SETTLE_TASK = Operation(
    "settle_task",
    None,
    "担当者の判断待ちを処理済みにする",
    SettleTask,
    {"actor": "operator", "reason_code": "other", "why": "EFFECT_REFUSED"},
    needs_reason=True,
    requires="tasks",
)
"""Of every kind of entity but contracts, which have one of their own states."""


def table(*operations: Operation) -> Operations:
    """Operations by name."""
    return {operation.name: operation for operation in operations}


def allowed(operations: Operations, state: EntityState) -> list[str]:
    """Names allowed in a state, in the order of the table."""
    if state.closed:
        return []
    return [operation.name for operation in operations.values() if operation.possible(state)]


def refused_at_once(operations: Operations, name: str, state: EntityState, command: Command, moment: datetime) -> bool:
    """Whether what is asked now is refused without a look at the record.

    Not where due items may change the answer first, and not what belongs before what was decided last: the record
    knows what was possible there.
    """
    if state.seq == 0 or state.due(moment) is not None:
        return False
    happened_at = command.happened_at()
    if happened_at is not None and place.is_late(happened_at, state.latest):
        return False
    return name not in allowed(operations, state)


def impossible(kind: str, name: str, state: EntityState) -> str:
    """What is said to a command that the state does not allow."""
    return f"{name!r} is not possible while the {kind} is {state.state}."
