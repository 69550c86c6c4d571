"""The log of any long-lived entity as the interface shows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.paging import Page
from api.notes import labelled
from api.wire.spoken import details
from models.tables.log import Transition
from models.tables.people import Note
from rules.explain.articles import Language


def page_of(session: Session, entity_id: str, page: Page, language: Language) -> dict[str, Any]:
    """One page of `history_of`, read by itself; a page without items is of an entity that is not there, or past it.

    What a decision says in a sentence is worded when it is read: the log keeps its figures and its English.
    """
    found = history_of(session, entity_id, skip=page.position, at_most=page.limit + 1, language=language)
    part = page.cut(found, lambda _: (str(page.position + page.limit),))
    said = details(session, entity_id, [item["seq"] for item in part["items"]], language)
    for item in part["items"]:
        if item["seq"] in said:
            item["decision"] = {**item["decision"], "detail": said[item["seq"]]}
    return part


def history_of(
    session: Session, entity_id: str, *, skip: int = 0, at_most: int | None = None, language: Language = "ja"
) -> list[dict[str, Any]]:
    """Transitions in ascending order, voided ones included; empty for an entity that is not there.

    Args:
        session: an open session.
        entity_id: whose log.
        skip: entries left out at the beginning.
        at_most: entries given; None: all.
        language: of our own words in a note.
    """
    query = (
        select(Transition, Note)
        .join(Note, col(Note.note_id) == col(Transition.note_id), isouter=True)
        .where(col(Transition.entity_id) == entity_id)
        .order_by(col(Transition.seq))
        .offset(skip)
        .limit(at_most)
    )
    revising = select(col(Transition.voids)).where(
        col(Transition.entity_id) == entity_id, func.jsonb_array_length(col(Transition.voids)) > 0
    )
    gone = {seq for voids in session.execute(revising).scalars() for seq in voids}
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
            "reason": labelled(note.text, language) if note else row.reason_code,
            "reason_code": row.reason_code,
            "articles": row.articles,
            "edition": row.edition,
            "voids": row.voids,
            "voided": row.seq in gone,
            "because": row.because,
            "decision": row.decision,
        }
        for row, note in session.execute(query).all()
    ]
