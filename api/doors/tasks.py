"""What waits for an operator, as reads show it."""

from __future__ import annotations

from typing import Any

from models.messages.entity import EntityState
from rules.calendar import JST


def tasks_of(state: EntityState) -> list[dict[str, Any]]:
    """Each task with its code, since when, and the articles; a defect with the id that the log explains."""
    return [
        {
            "why": task.why,
            "since": task.since.astimezone(JST).isoformat(),
            "articles": task.articles,
            **({"error_id": task.error_id} if task.error_id else {}),
        }
        for task in state.tasks.values()
    ]
