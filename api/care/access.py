"""Every look at personal data is recorded: who, when, whose; never what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.paging import Page
from api.notes import FULL_ROLES, outline
from api.services import Caller
from models.tables.people import AccessLog, Person
from rules.calendar import Month, end_of, start_of
from store.database import now


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
        values = {name: outline(value) for name, value in values.items()}
    return {**values, "erased_at": moment(row.erased_at)}


@dataclass(frozen=True)
class Wanted:
    """Which looks are asked for."""

    person_id: str | None = None
    actor: str | None = None
    month: Month | None = None
    """Of business time."""
    newest_first: bool = False


def looks(session: Session, page: Page, wanted: Wanted) -> dict[str, Any]:
    """A page of looks in the order they were written, or the other way round.

    Raises:
        Problem: 400, the cursor is not one of ours.
    """
    number = col(AccessLog.access_id)
    query = select(AccessLog)
    if page.position:
        query = query.where(number < page.position if wanted.newest_first else number > page.position)
    if wanted.person_id is not None:
        person_id = wanted.person_id
        query = query.where((col(AccessLog.person_id) == person_id) | col(AccessLog.shown).contains([person_id]))
    if wanted.actor is not None:
        query = query.where(col(AccessLog.actor) == wanted.actor)
    if wanted.month is not None:
        at = col(AccessLog.at)
        query = query.where(at >= start_of(wanted.month.first_day), at < end_of(wanted.month.last_day))
    order = number.desc() if wanted.newest_first else number
    rows = session.execute(query.order_by(order).limit(page.limit + 1)).scalars().all()
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
