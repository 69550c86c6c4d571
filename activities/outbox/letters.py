"""Letters to many people at once: rendered in the run, written with their outbox rows as sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from activities.notices import render
from models.tables.clock import WHEN_WRITTEN
from models.tables.contract.contract import Notice
from models.tables.log import Outbox
from models.tables.people import Person
from store.outbox import by_email, email_row, notice_row


class Letters:
    """Letters of one page; one that an earlier attempt has written stays as it is."""

    def __init__(self, at: datetime) -> None:
        """Collect letters of a business moment."""
        self._at = at
        self._notices: list[dict[str, Any]] = []
        self._outbox: list[dict[str, Any]] = []

    def __len__(self) -> int:
        """How many letters."""
        return len(self._notices)

    def write(self, notice_id: str, kind: str, entity_id: str, person: Person | None, data: Mapping[str, Any]) -> None:
        """One letter, by e-mail where there is an address, and on the portal.

        Args:
            notice_id: the same for every attempt.
            kind: of `activities.notices`.
            entity_id: the workflow id of the contract or membership it is about.
            person: whom it addresses.
            data: what the template needs, besides the reference, which is the entity's own id.
        """
        letter = render(kind, {**data, "reference": entity_id.partition("/")[2]}, person)
        written = notice_row(
            notice_id,
            entity_id,
            person.person_id if person else None,
            kind,
            subject=letter.subject,
            body=letter.body,
            at=self._at,
        )
        self._notices.append({**written, "portal_posted_at": self._at})
        if by_email(person):
            self._outbox.append({**email_row(notice_id, entity_id, notice_id, self._at), "attempts": 0})

    def leave_told(self, session: Session) -> None:
        """Leave out letters that say, word for word, what their reader was sent before under another id."""
        ids = [each["entity_id"] for each in self._notices]
        query = select(col(Notice.entity_id), col(Notice.kind), col(Notice.body)).where(col(Notice.entity_id).in_(ids))
        told = {tuple(row) for row in session.execute(query)}
        again = {each["notice_id"] for each in self._notices if (each["entity_id"], each["kind"], each["body"]) in told}
        self._notices = [each for each in self._notices if each["notice_id"] not in again]
        self._outbox = [each for each in self._outbox if each["payload"]["notice_id"] not in again]

    def store(self, session: Session) -> None:
        """Write the rows of the page."""
        if self._notices:
            session.execute(insert(Notice).on_conflict_do_nothing(), self._notices)
        if self._outbox:
            written = {"created_at": WHEN_WRITTEN, "next_attempt_at": WHEN_WRITTEN}
            session.execute(insert(Outbox).values(written).on_conflict_do_nothing(), self._outbox)
