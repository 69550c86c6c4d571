"""What waits for an operator, as reads show it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from api.notes import labelled
from models.messages.entity import KEYING, EntityState
from models.tables.people import Note
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


def awaiting_of(session: Session, state: EntityState) -> list[dict[str, Any]]:
    """Each revision that waits for approval: what it is, against whom, who keyed it in and why."""
    return [
        {
            "held_id": key,
            "event": held.event,
            "against": held.against,
            "since": held.keyed_at.astimezone(JST).isoformat(),
            "actor": held.actor,
            "on_behalf_of": held.on_behalf_of,
            "reason": _note(session, held.note_id),
            "said": _said(held.fact.command) if held.fact is not None else None,
        }
        for key, held in state.awaiting.items()
    ]


def _said(command: dict[str, Any]) -> dict[str, Any]:
    """What happened, without what tells of its keying in: earlier releases kept the seal beside it."""
    return {name: value for name, value in command.items() if name not in KEYING}


def _note(session: Session, note_id: str | None) -> str | None:
    """What whoever keyed it in wrote beside it."""
    note = session.get(Note, note_id) if note_id else None
    return (labelled(note.text) or None) if note is not None else None
