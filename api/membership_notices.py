"""Memberships listen to what NTT tells of their lines (W-13.1b, M-05, M-03.6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from api.line_subscribers import KEPT, LINE_SUBSCRIBERS, LineSubscriber, operation_id
from api.membership_commands import ensure_started, send
from api.problems import Problem
from api.services import Services
from decisions.membership.line import KINDS
from models.messages.carrier import LineNotice
from models.messages.membership import LineChange
from models.tables.club import Member


def members_on(session: Session, line_key: str, notice: LineNotice) -> list[str]:
    """Memberships of the line that are not over, oldest first; none for what changes nothing of a membership."""
    if notice.kind not in KINDS:
        return []
    query = (
        select(col(Member.member_id))
        .where(col(Member.line_key) == line_key, col(Member.state) == "active")
        .order_by(col(Member.created_at), col(Member.member_id))
    )
    return [str(each) for each in session.execute(query).scalars()]


async def tell_member(house: Services, member_id: str, notice: LineNotice, at: datetime) -> str:
    """Send the notice as an update; a membership that is over keeps it out of its log.

    Raises:
        Problem: 503, nobody answered; NTT sends the notice again.
    """
    command = LineChange(
        op=operation_id(notice),
        at=at,
        actor="carrier",
        notice_id=notice.notice_id,
        kind=notice.kind,
        effective_on=notice.effective_on,
        details=notice.typed_details().model_dump(mode="json"),
    )
    await ensure_started(house, member_id)
    try:
        answer = await send(house, member_id, "line_notice", command)
    except Problem as problem:
        if problem.status not in {404, 409, 422}:
            raise
        return KEPT
    return str(answer.decision.get("outcome", "taken"))


SUBSCRIBER = LineSubscriber("membership", members_on, tell_member)


def subscribe() -> None:
    """Join the subscribers, once."""
    if SUBSCRIBER not in LINE_SUBSCRIBERS:
        LINE_SUBSCRIBERS.append(SUBSCRIBER)
