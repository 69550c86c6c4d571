"""The list of memberships, by effective dates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, literal, or_, select
from sqlmodel import Session, col

from api.doors.paging import Page
from models.messages.club.membership import workflow_id
from models.tables.club.club import Member
from models.tables.people import Line
from rules.calendar import japan_day
from store.club.plan import plan_in_force
from store.database import business_now


def find(session: Session, line_id: str | None, state: str | None, page: Page) -> dict[str, Any]:
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
    after = page.after_moment
    if after is not None:
        began, last = after
        later = and_(col(Member.created_at) == began, col(Member.member_id) > last)
        query = query.where(or_(col(Member.created_at) > began, later))
    found = query.order_by(col(Member.created_at), col(Member.member_id)).limit(page.limit + 1)
    rows = session.execute(found).all()
    return page.cut(rows, lambda row: (row[0].created_at.isoformat(), row[0].member_id), lambda row: _row(*row))


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
