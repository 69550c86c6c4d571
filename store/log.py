"""Reading and writing an entity's log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.messages.entity import Entry
from models.tables.log import Transition

_DOCUMENTS = {"patch", "fact", "told", "known"}


def entries(session: Session, entity_id: str) -> list[Entry]:
    """An entity's whole log, by number."""
    query = select(Transition).where(col(Transition.entity_id) == entity_id).order_by(col(Transition.seq))
    return [Entry.model_validate(row.model_dump()) for row in session.execute(query).scalars()]


def row_of(entity_id: str, entry: Entry, recorded_at: datetime) -> dict[str, Any]:
    """An entry as a row of the log."""
    values = entry.model_dump(mode="python", exclude=_DOCUMENTS)
    documents = entry.model_dump(mode="json", include=_DOCUMENTS)
    return {"entity_id": entity_id, "recorded_at": recorded_at, **values, **documents}
