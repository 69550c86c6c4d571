"""The rollout's public messages: input, state, updates and ids. No personal data anywhere here."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from models.messages.contract.rollout import Kind
from models.messages.entity import Command, EntityState, Message

WORKFLOW = "RolloutWorkflow"

SEND_NOTICES = "send_rollout_notices"
MOVE_CONTRACTS = "move_rollout_contracts"
WAKE_CONTRACTS = "wake_rollout_contracts"
"""Activities, one page each, on the queue of runs."""

NOTICES_PER_PAGE = 1_000
CONTRACTS_PER_PAGE = 250
WAKES_PER_PAGE = 2_000
"""A pause takes effect after the present page."""


def workflow_id(rollout_id: str) -> str:
    """`rollout/{rollout_id}`."""
    return f"rollout/{rollout_id}"


class Announce(Command):
    """A change is announced; the text lies in the database under `note_id` (W-14.1, W-26.1)."""

    rollout_id: str = ""
    kind: Kind
    courses: list[str]
    to_course: str | None = None
    announced_on: date
    effective_on: date


class ResumeRollout(Command):
    """Goes on; contracts that failed are tried again, unless their failure is accepted as their outcome."""

    accept_failed: bool = False


class RolloutInput(Message):
    """Starts a rollout's workflow, or continues it."""

    rollout_id: str
    announce: Announce | None = None
    offset_s: float | None = None
    """Business time minus this execution's clock, in seconds; None: asked of the database."""
    state: dict[str, Any] | None = None
    """Carried over by continue-as-new."""
    done: list[str] = Field(default_factory=list)


class RolloutState(EntityState):
    """The folded state of one rollout; what became of each contract is a table, not a part of it."""

    rollout_id: str = ""
    state: str = "announced"
    kind: Kind = "course_merge"
    courses: list[str] = Field(default_factory=list)
    to_course: str | None = None
    announced_on: date | None = None
    effective_on: date | None = None
    text_id: str | None = None
    """Where the announced text lies in the database."""
    articles: list[str] = Field(default_factory=list)
    begun: bool = False
    """Whether the effective day has come."""
    notified: bool = False
    """Whether the day of the announcement has come."""
    accept_failed: bool = False
    """Whether an operator takes failures as final outcomes."""
    page: int = 0
    """Pages asked for so far."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Contracts by state, as of the last page."""
