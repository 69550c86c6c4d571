"""Letters to people, as the interface lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api.contracts.view import moment
from models.messages.club.exchange import workflow_id as exchange_workflow_id
from models.messages.club.membership import workflow_id
from models.tables.club.exchange import Exchange
from models.tables.contract.contract import Notice
from models.tables.log import Outbox
from models.tables.people import NoticeResend
from rules.calendar import japan_day
from rules.contract.minimum_term import announced_at


def letters(session: Session, about: Sequence[str]) -> list[dict[str, Any]]:
    """Every letter about any of these, such as `contract/K1`, the first one first; with when each was sent again."""
    query = (
        select(Notice)
        .where(col(Notice.entity_id).in_(list(about)))
        # Of entries 9 and 12 of one moment, as they were written before letters of one moment were told apart.
        .order_by(col(Notice.created_at), func.length(col(Notice.notice_id)), col(Notice.notice_id))
    )
    rows = list(session.execute(query).scalars())
    again = resends(session, [row.notice_id for row in rows])
    return [shown(row, again.get(row.notice_id, [])) for row in rows]


def listed_with(session: Session, about: Iterable[str]) -> dict[str, str]:
    """Whose list of letters one about each of these is in: of an exchange its membership, otherwise itself."""
    ids = {each: each for each in about}
    names = [name for kind, _, name in (each.partition("/") for each in ids) if kind == "exchange"]
    query = select(col(Exchange.exchange_id), col(Exchange.member_id)).where(col(Exchange.exchange_id).in_(names))
    whose = session.execute(query).all() if names else ()
    return ids | {exchange_workflow_id(row.exchange_id): workflow_id(row.member_id) for row in whose}


def shown(row: Notice, again: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A letter as it was sent, with when each channel delivered, and when the day it tells counted as announced.

    Args:
        row: the letter.
        again: when it was sent again, as `resends` has it.
    """
    return {
        "notice_id": row.notice_id,
        "entity_id": row.entity_id,
        "kind": row.kind,
        "subject": row.subject,
        "body": row.body,
        "sent": {"email": moment(row.email_sent_at), "portal": moment(row.portal_posted_at)},
        "announced_at": moment(_announced(row)),
        "resent": list(again),
    }


def _announced(row: Notice) -> datetime | None:
    """When the start or change day of a letter counted as announced (A-52); None while not, and for other letters."""
    if row.kind not in _ANNOUNCING:
        return None
    return announced_at(row.email_sent_at, row.portal_posted_at, japan_day(row.created_at))


_ANNOUNCING = frozenset({"service_start", "course_change_date"})
"""Letters that announce a day (W-12.1n, W-12.1c)."""


def resends(session: Session, notice_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Notice → when it was sent again, by whom, and whether it has gone."""
    # What was delivered long ago is no row of the outbox any more.
    query = (
        select(NoticeResend, col(Outbox.id), col(Outbox.delivered_at), col(Outbox.failed_at))
        .outerjoin(Outbox, col(Outbox.message_id) == col(NoticeResend.resend_id) + "-email")
        .where(col(NoticeResend.notice_id).in_(notice_ids))
        .order_by(col(NoticeResend.at))
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row, waiting_as, delivered_at, failed_at in session.execute(query).all():
        found.setdefault(row.notice_id, []).append(
            {
                "at": moment(row.at),
                "actor": row.actor,
                "state": "sent" if delivered_at or waiting_as is None else "failed" if failed_at else "waiting",
            }
        )
    return found
