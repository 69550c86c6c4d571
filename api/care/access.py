"""Every look at personal data is recorded: who, when, whose; never what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.paging import Page
from api.services import Caller
from models.tables.people import AccessLog, Person
from store.database import now

FULL_ROLES = frozenset({"backoffice", "operator"})
"""Who needs personal data to do the work. An auditor checks decisions and sees who somebody is only in outline."""


def record(
    session: Session, who: Caller, action: str, *, person_id: str | None = None, shown: Sequence[str] = ()
) -> None:
    """Keep one look, in the transaction that reads."""
    moment = now(session)
    session.add(
        AccessLog(
            at=moment.business,
            recorded_at=moment.real,
            actor=who.name,
            role=who.role,
            action=action,
            person_id=person_id,
            shown=list(shown),
        )
    )


def personal(who: Caller, row: Person) -> dict[str, Any]:
    """A person's data as this caller may see it: whole, or in outline."""
    values = {
        "name": row.name,
        "name_kana": row.name_kana,
        "email": row.email,
        "phone": row.phone,
        "postal_code": row.postal_code,
        "address": row.address,
    }
    if who.role not in FULL_ROLES:
        values = {name: _outline(value) for name, value in values.items()}
    return {**values, "erased_at": moment(row.erased_at)}


def _outline(value: str) -> str:
    """The first character and how much is left out, so that two people can still be told apart."""
    return value[:1] + "＊" * min(len(value) - 1, 8) if value else ""


def looks(session: Session, page: Page, *, person_id: str | None, actor: str | None) -> dict[str, Any]:
    """A page of looks in the order they were written.

    Raises:
        Problem: 400, the cursor is not one of ours.
    """
    query = select(AccessLog).where(col(AccessLog.access_id) > page.position)
    if person_id is not None:
        query = query.where((col(AccessLog.person_id) == person_id) | col(AccessLog.shown).contains([person_id]))
    if actor is not None:
        query = query.where(col(AccessLog.actor) == actor)
    rows = session.execute(query.order_by(col(AccessLog.access_id)).limit(page.limit + 1)).scalars().all()
    return page.cut(rows, lambda row: (str(row.access_id),), _shown)


def _shown(row: AccessLog) -> dict[str, Any]:
    return {
        "access_id": str(row.access_id),
        "at": moment(row.at),
        "recorded_at": moment(row.recorded_at),
        "actor": row.actor,
        "role": row.role,
        "action": row.action,
        "person_id": row.person_id,
        "shown": row.shown,
    }
