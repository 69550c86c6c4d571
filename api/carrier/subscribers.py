"""Who is on a line: one notice of NTT serves every contract and membership there (W-13.1b)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, true
from sqlmodel import Session, col

from api.carrier.webhooks import is_undecided
from api.contracts.kinds import CONTRACT
from api.doors.commands import deliver
from api.doors.kinds import Kind
from api.doors.problems import Problem
from api.memberships.starting import MEMBERSHIP
from api.services import Services
from decisions.membership.line import KINDS
from models.messages.carrier import LineNotice
from models.messages.club.membership import LineChange
from models.messages.contract.notices import TakeLineNotice
from models.tables.club.club import Member
from models.tables.contract.contract import Contract

KEPT = "kept"
"""The outcome of a notice that reaches somebody for whom nothing can change any more."""


@dataclass(frozen=True)
class LineSubscriber:
    """One kind of entity that lives on lines."""

    kind: Kind
    find: Callable[[Session, str, LineNotice], list[str]]
    """(session, line key, notice) → ids of those it is for, in a stable order."""
    shape: type[TakeLineNotice | LineChange]
    """The message that its workflow takes."""


def operation_id(notice: LineNotice) -> str:
    """The operation id of a notice for everyone it serves: a repeated notice changes nothing."""
    return f"notice/{notice.notice_id}"


def contracts_on(session: Session, line_key: str, notice: LineNotice) -> list[str]:
    """Contracts in force or before service, and ended ones that lasted to the notice's day, oldest first.

    A statement of charges follows an ended one whenever it ended.
    """
    lasted = or_(col(Contract.state) != "ended", col(Contract.end_on) >= notice.effective_on)
    query = (
        select(col(Contract.contract_id))
        .where(col(Contract.line_key) == line_key, col(Contract.state).not_in(["declined", "withdrawn"]))
        .where(true() if notice.kind == "line_statement" else lasted)
        .order_by(col(Contract.created_at), col(Contract.contract_id))
    )
    return [str(each) for each in session.execute(query).scalars()]


def members_on(session: Session, line_key: str, notice: LineNotice) -> list[str]:
    """The last membership of the line, also when it is over, and earlier ones that lasted to the notice's day.

    Oldest first; none for what changes nothing of a membership.
    """
    if notice.kind not in KINDS:
        return []
    query = (
        select(col(Member.member_id), col(Member.ended_on))
        .where(col(Member.line_key) == line_key)
        .order_by(col(Member.created_at), col(Member.member_id))
    )
    rows = session.execute(query).all()
    return [
        str(row.member_id)
        for row in rows
        if row is rows[-1] or (row.ended_on is not None and row.ended_on >= notice.effective_on)
    ]


async def tell(services: Services, whom: LineSubscriber, entity: str, notice: LineNotice, at: datetime) -> str:
    """Send the notice as a command, safe to repeat; one that is over keeps it out of its log.

    Args:
        services: what the doors use.
        whom: the kind that is told.
        entity: its id.
        notice: what NTT told.
        at: the business moment at which it was first taken.

    Returns:
        The outcome.

    Raises:
        Problem: 503, nobody answered, or 409 `DECISION_FAILED`, a defect of ours; NTT sends the notice again.
    """
    command = whom.shape(
        op=operation_id(notice),
        at=at,
        actor="carrier",
        notice_id=notice.notice_id,
        kind=notice.kind,
        effective_on=notice.effective_on,
        details=notice.typed_details().model_dump(mode="json"),
    )
    try:
        answer = await deliver(services, whom.kind, entity, "line_notice", command)
    except Problem as problem:
        if problem.status not in {404, 409, 422} or is_undecided(problem):
            raise
        return KEPT
    return str(answer.decision["outcome"])


LINE_SUBSCRIBERS = (
    LineSubscriber(CONTRACT, contracts_on, TakeLineNotice),
    LineSubscriber(MEMBERSHIP, members_on, LineChange),
)
"""Served in this order."""
