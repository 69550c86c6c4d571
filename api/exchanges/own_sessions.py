"""A member's open sessions: which there are, and ending one that is not wanted any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import literal, select, tuple_
from sqlmodel import Session, col

from api.doors.auth import House, MemberOnly
from api.doors.idempotency import key_of
from api.doors.paging import Paging
from api.doors.problems import Problem
from api.exchanges import view
from api.exchanges.member_sessions import LiveSession, end
from models.tables.club.club import MemberCredential
from models.tables.club.exchange import MemberSession
from store.database import business_now

router = APIRouter(prefix="/v1", tags=["sessions"])

_LATEST = (col(MemberSession.opened_at), col(MemberSession.session_id))


@router.get("/sessions", summary="The member's own open sessions")
async def open_sessions(house: House, who: MemberOnly, page: Paging) -> dict[str, Any]:
    """The latest first, `current` being the one that asks; what opens nothing any more is left out (M-09.10)."""
    told = page.after_moment

    def load(session: Session) -> dict[str, Any]:
        rows = _open(session, who, page.limit + 1, told)
        return page.cut(rows, lambda row: (row["opened_at"], row["session_id"]))

    return await house.read(load)


@router.delete("/sessions/{session_id}", summary="End one of the member's own sessions")
async def end_one(session_id: str, request: Request, house: House, who: MemberOnly) -> dict[str, Any]:
    """Its token opens nothing from now on; one that is over already keeps the moment of its end."""
    key_of(request)
    ended_at = await house.read(lambda session: _end_own(session, who.member_id, session_id))
    return {"ended_at": view.moment(ended_at)}


def _open(session: Session, who: LiveSession, limit: int, told: tuple[datetime, str] | None) -> list[dict[str, Any]]:
    query = (
        select(MemberSession)
        .join(MemberCredential, col(MemberCredential.member_id) == col(MemberSession.member_id))
        .where(
            col(MemberSession.member_id) == who.member_id,
            col(MemberSession.ended_at).is_(None),
            col(MemberSession.expires_at) > business_now(session),
            col(MemberSession.opened_at) >= col(MemberCredential.changed_at),
        )
        .order_by(*(each.desc() for each in _LATEST))
        .limit(limit)
    )
    if told is not None:
        query = query.where(tuple_(*_LATEST) < tuple_(*map(literal, told)))
    return [
        {
            "session_id": row.session_id,
            "opened_at": view.moment(row.opened_at),
            "expires_at": view.moment(row.expires_at),
            "current": row.session_id == who.session_id,
        }
        for row in session.execute(query).scalars()
    ]


def _end_own(session: Session, member_id: str, session_id: str) -> datetime:
    """End a session of the member.

    Raises:
        Problem: 404, the member has no such session; another member's is not told from none.
    """
    query = select(MemberSession).where(
        col(MemberSession.session_id) == session_id, col(MemberSession.member_id) == member_id
    )
    row = session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise Problem(404, "NOT_FOUND", "You have no session under this id.", ("M-09.10",))
    return end(session, row)
