"""Reading and writing an entity's log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.messages.entity import Entry
from models.tables.log import Transition

_COLUMNS = [getattr(Transition, name) for name in Entry.model_fields]
_DOCUMENTS = {"patch", "fact", "told", "known"}


def entries(session: Session, entity_id: str) -> list[Entry]:
    """An entity's whole log, by number."""
    # Columns, not rows as objects: a long log is read while its entity is locked.
    query = select(*_COLUMNS).where(col(Transition.entity_id) == entity_id).order_by(col(Transition.seq))
    return [Entry.model_validate(dict(row)) for row in session.execute(query).mappings()]


def row_of(entity_id: str, entry: Entry, recorded_at: datetime) -> dict[str, Any]:
    """An entry as a row of the log."""
    values = entry.model_dump(mode="python", exclude=_DOCUMENTS)
    documents = entry.model_dump(mode="json", include=_DOCUMENTS)
    return {"entity_id": entity_id, "recorded_at": recorded_at, **values, **documents}
