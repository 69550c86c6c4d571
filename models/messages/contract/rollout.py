"""What a rollout asks of one contract, and what it is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from models.messages.entity import Command
from rules.calendar import start_of

NAME = "rollout"
"""The contract's update."""

Kind = Literal["course_merge", "discontinue", "terms_change"]


class RolloutStep(Command):
    """One contract's part of an announced change (W-14.1, W-26.1)."""

    rollout_id: str
    kind: Kind
    courses: list[str]
    to_course: str | None = None
    announced_on: date
    effective_on: date

    def happened_at(self) -> datetime | None:
        """The beginning of the day it takes effect, also for a page that comes later."""
        return start_of(self.effective_on)


class LeftBehind(Command):
    """A contract is on a course that a rollout merged, or is so no longer; what the recorder notes of it."""

    rollout_id: str
    moved: bool = False
    """Whether it has left that course since."""


_OPERATION = "rollout/"


def operation_id(rollout_id: str) -> str:
    """`rollout/{rollout_id}`: a contract carries out a rollout once, however often it is sent."""
    return f"{_OPERATION}{rollout_id}"


def rollout_of(operation: str) -> str | None:
    """The rollout whose operation it is; None for any other operation."""
    return operation.removeprefix(_OPERATION) if operation.startswith(_OPERATION) else None
