"""A programme: set-based runs by the calendar. Its messages and its id."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from models.messages.entity import Command, EntityState, Message

WORKFLOW = "ProgramWorkflow"

WAKWAK_BILLING = "wakwak-billing"
"""Monthly statements of WAKWAK contracts, and what follows when one is not paid."""

ISSUE_STATEMENTS = "issue_statements"
"""The run, and the activity, that issues the statements of a month."""
CHECK_OVERDUE = "check_overdue"
"""The run, and the activity, that looks at due dates that have passed."""


def workflow_id(code: str) -> str:
    """`program/{code}`."""
    return f"program/{code}"


class BeginProgram(Command):
    """The programme's first moment: its first run is the one of the month it lies in."""

    code: str = ""
    plan: dict[str, Any] = Field(default_factory=dict)
    """What a programme's runs are parametrised by; read by its schedule."""


class ProgramInput(Message):
    """Starts a programme, or continues it."""

    code: str
    begin: BeginProgram | None = None
    offset_s: float | None = None
    """Business time minus this execution's clock, in seconds; None: asked of the database."""
    state: dict[str, Any] | None = None
    """Carried over by continue-as-new."""
    done: list[str] = Field(default_factory=list)
    """Operation ids answered by earlier runs, the latest last."""


class RunDone(Message):
    """What one run did."""

    period: str
    """What it was for: a month, or the day of a check."""
    counts: dict[str, int] = Field(default_factory=dict)


class ProgramState(EntityState):
    """The folded state of one programme."""

    state: str = "running"
    code: str = ""
    plan: dict[str, Any] = Field(default_factory=dict)
    runs: dict[str, RunDone] = Field(default_factory=dict)
    """Event → the latest run of it; the earlier ones are in the log."""
    held: list[dict[str, Any]] = Field(default_factory=list)
    """While paused: the scheduled items, put back on resuming."""
