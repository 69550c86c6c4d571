"""Who is on a line: one notice of NTT serves every contract and membership there (W-13.1b)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from api.problems import Problem
from api.send import update
from api.services import Services
from models.messages.carrier import LineNotice
from models.messages.contract import workflow_id
from models.messages.contract_notices import TakeLineNotice
from models.tables.contract import Contract

KEPT = "kept"
"""The outcome of a notice that reaches somebody for whom nothing can change any more."""

Finder = Callable[[Session, str, LineNotice], list[str]]
"""(session, line key, notice) → ids of those it is for, in a stable order."""

Sender = Callable[[Services, str, LineNotice, datetime], Awaitable[str]]
"""(services, id, notice, business moment it was first taken) → the outcome; safe to repeat."""


@dataclass(frozen=True)
class LineSubscriber:
    """One kind of thing that lives on lines."""

    kind: str
    finder: Finder
    sender: Sender


def operation_id(notice: LineNotice) -> str:
    """The operation id of a notice for everyone it serves: a repeated notice changes nothing."""
    return f"notice/{notice.notice_id}"


def contracts_on(session: Session, line_key: str, notice: LineNotice) -> list[str]:
    """Contracts in force or before service, oldest first; a statement of charges also follows an ended one."""
    over = ["declined", "withdrawn"] if notice.kind == "line_statement" else ["declined", "withdrawn", "ended"]
    query = (
        select(col(Contract.contract_id))
        .where(col(Contract.line_key) == line_key, col(Contract.state).not_in(over))
        .order_by(col(Contract.created_at), col(Contract.contract_id))
    )
    return [str(each) for each in session.execute(query).scalars()]


async def tell_contract(house: Services, contract_id: str, notice: LineNotice, at: datetime) -> str:
    """Send the notice as an update; a contract that is over keeps it out of its log.

    Raises:
        Problem: 503, nobody answered; NTT sends the notice again.
    """
    command = TakeLineNotice(
        op=operation_id(notice),
        at=at,
        actor="carrier",
        notice_id=notice.notice_id,
        kind=notice.kind,
        effective_on=notice.effective_on,
        details=notice.typed_details().model_dump(mode="json"),
    )
    try:
        answer = await update(house, workflow_id(contract_id), "line_notice", command)
    except Problem as problem:
        if problem.status not in {404, 409, 422}:
            raise
        return KEPT
    return str(answer.decision.get("outcome", "taken"))


LINE_SUBSCRIBERS: list[LineSubscriber] = [LineSubscriber("contract", contracts_on, tell_contract)]
"""Served in this order. Other kinds add themselves where their doors are made."""
