"""What reaches many: programmes and rollouts."""

from __future__ import annotations

from datetime import date

from api.wire.shapes.common import Shown


class Program(Shown):
    """A programme."""

    code: str
    state: str


class Rollout(Shown):
    """A change of many contracts."""

    rollout_id: str
    workflow_id: str
    kind: str
    state: str
    courses: list[str]
    to_course: str | None
    announced_on: date
    effective_on: date
    planned: int
    remaining: int
    done: int
    skipped: int
    failed: int


class RolloutPage(Shown):
    """Rollouts, the latest first."""

    items: list[Rollout]
    next_cursor: str | None
