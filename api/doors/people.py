"""The door writes people, lines and notes before anything reaches Temporal; ids stand for them from then on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.tables.people import Line, Note, Person
from store.people.line_key import new_line_key


def keep_person(session: Session, person_id: str, values: dict[str, Any], at: datetime) -> str:
    """Write a person once; a repeat of the same request finds it there."""
    session.execute(insert(Person).values(person_id=person_id, created_at=at, **values).on_conflict_do_nothing())
    return person_id


def keep_line(session: Session, line_id: str, carrier_area: str, at: datetime) -> str:
    """The key of a line number, made when it is seen first."""
    made = new_line_key()
    session.execute(
        insert(Line)
        .values(line_key=made, line_id=line_id, operator=carrier_area, created_at=at)
        .on_conflict_do_nothing()
    )
    return str(session.execute(select(col(Line.line_key)).where(col(Line.line_id) == line_id)).scalar_one())


def find_line(session: Session, line_id: str) -> str | None:
    """The key of a line number that is known, None otherwise."""
    return session.execute(select(col(Line.line_key)).where(col(Line.line_id) == line_id)).scalar_one_or_none()


def keep_note(
    session: Session, note_id: str, text: str | None, at: datetime, entity_id: str | None = None
) -> str | None:
    """Keep free text in the database, as an entity's; None for none."""
    if text is None:
        return None
    session.execute(
        insert(Note).values(note_id=note_id, entity_id=entity_id, text=text, created_at=at).on_conflict_do_nothing()
    )
    return note_id
