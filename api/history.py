"""The log of any long-lived entity as the interface shows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from api.contracts.view import moment
from models.tables.log import Transition
from models.tables.people import Note


def history_of(session: Session, entity_id: str) -> list[dict[str, Any]]:
    """Transitions in ascending order, voided ones included; empty for an entity that is not there."""
    query = (
        select(Transition, Note)
        .join(Note, col(Note.note_id) == col(Transition.note_id), isouter=True)
        .where(col(Transition.entity_id) == entity_id)
        .order_by(col(Transition.seq))
    )
    rows = session.execute(query).all()
    gone = {seq for row, _ in rows for seq in row.voids}
    return [
        {
            "seq": row.seq,
            "event": row.event,
            "from": row.from_state,
            "to": row.to_state,
            "received_at": moment(row.received_at),
            "recorded_at": moment(row.recorded_at),
            "effective_on": row.effective_on.isoformat(),
            "actor": row.actor,
            "on_behalf_of": row.on_behalf_of,
            "reason": note.text if note else row.reason_code,
            "reason_code": row.reason_code,
            "articles": row.articles,
            "edition": row.edition,
            "voids": row.voids,
            "voided": row.seq in gone,
            "because": row.because,
            "decision": row.decision,
        }
        for row, note in rows
    ]
