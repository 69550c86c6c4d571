"""The list of memberships, by effective dates."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import and_, case, literal, or_, select
from sqlmodel import Session, col

from api.problems import Problem
from models.messages.membership import workflow_id
from models.tables.club import Member
from models.tables.people import Line
from rules.calendar import japan_day
from store.database import business_now
from store.plan import plan_in_force

Limit = Annotated[int, Query(ge=1, le=500)]


def find(session: Session, line_id: str | None, state: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of memberships.

    Raises:
        Problem: 400 for a cursor that is not ours.
    """
    today = japan_day(business_now(session))
    ended = plan_in_force(session).ends_on < today
    current = case(
        (col(Member.state) != "active", col(Member.state)),
        (col(Member.usable_through) < today, col(Member.end_state)),
        (literal(ended), "ended_programme"),
        else_="active",
    )
    query = select(Member, current, col(Line.line_id)).join(Line, col(Line.line_key) == col(Member.line_key))
    if line_id is not None:
        query = query.where(col(Line.line_id) == line_id)
    if state is not None:
        query = query.where(current == state)
    if cursor is not None:
        began, last = _parse(cursor)
        later = and_(col(Member.created_at) == began, col(Member.member_id) > last)
        query = query.where(or_(col(Member.created_at) > began, later))
    found = query.order_by(col(Member.created_at), col(Member.member_id)).limit(limit + 1)
    rows = session.execute(found).all()
    more = rows[limit - 1][0] if len(rows) > limit else None
    return {
        "items": [_row(member, now, line) for member, now, line in rows[:limit]],
        "next_cursor": _cursor(more) if more else None,
    }


def _row(row: Member, state: str, line_id: str) -> dict[str, Any]:
    return {
        "member_id": row.member_id,
        "workflow_id": workflow_id(row.member_id),
        "external_id": row.external_id,
        "state": state,
        "line_id": line_id,
        "registered_on": row.registered_on.isoformat(),
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "end_reason": row.end_cause,
        "service_type": row.service_type,
        "service_class": row.service_class,
        "needs_operator": row.needs_operator,
    }


def _cursor(row: Member) -> str:
    return base64.urlsafe_b64encode(f"{row.created_at.isoformat()}|{row.member_id}".encode()).decode()


def _parse(cursor: str) -> tuple[datetime, str]:
    try:
        began, _, last = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromisoformat(began), last
    except (ValueError, binascii.Error):
        raise Problem(400, "MALFORMED", "This cursor is not one of ours; take `next_cursor` as it is.") from None
