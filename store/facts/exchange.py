"""What is read of a member, a request and the stock; locked where points are about to move.

Locks are taken in one order: the request, the member, the member's lots by id, the item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session, col

from decisions.exchange.facts import OutcomeKnown, SendKnown
from models.messages.club.exchange import Kind, SendExchange
from models.messages.club.exchange_facts import OpenSession, Purse, Request
from models.messages.club.membership import workflow_id
from models.messages.entity import Command
from models.tables.club.club import Member, PointLot
from models.tables.club.exchange import CodeStock, Exchange, ExchangeItem, MemberSession
from models.tables.log import Entity
from models.tables.people import Line
from rules.calendar import japan_day
from rules.club.points import Loss, Lot
from store.club import ledger
from store.club.plan import plan_in_force
from store.facts.shape import LookUps
from store.locks import lock_entity


@dataclass(frozen=True)
class Standing:
    """Whether a member may use points, and on which line."""

    line_key: str
    line_id: str
    carrier_area: str
    loss: Loss | None
    has_line: bool


def standing(session: Session, member_id: str, on: date, *, lock: bool = False) -> Standing:
    """A member's right of use on a Japan day.

    Raises:
        LookupError: there is no such member.
    """
    query = select(Member).where(col(Member.member_id) == member_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    member = session.execute(query).scalar_one_or_none()
    if member is None:
        message = f"there is no member {member_id}"
        raise LookupError(message)
    line = session.get_one(Line, member.line_key)
    loss = ledger.loss_of(member)
    # A line that is gone without a reason that costs the points is a former customer's all the same (M-05.4).
    has_line = loss is not None or member.in_use_through is None or on <= member.in_use_through
    return Standing(member.line_key, line.line_id, line.operator, loss, has_line)


def lots(session: Session, member_id: str, *, lock: bool = False) -> list[Lot]:
    """A member's lots in the order of their ids; with `lock` they stay as they are until the transaction ends."""
    query = select(PointLot).where(col(PointLot.member_id) == member_id).order_by(col(PointLot.lot_id))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return ledger.as_rule_lots(session.execute(query).scalars())


def request(session: Session, exchange_id: str, *, lock: bool = False) -> Exchange | None:
    """One request."""
    query = select(Exchange).where(col(Exchange.exchange_id) == exchange_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Exchange | None = session.execute(query).scalar_one_or_none()
    return found


def free_codes(session: Session, item_id: str, *, lock: bool = False) -> int:
    """Codes of an item that nobody has.

    With `lock` whoever wants the same item waits: skipping rows that another sender holds would refuse a member for
    want of codes that the other then does not take.
    """
    if lock:
        session.execute(
            select(col(ExchangeItem.item_id))
            .where(col(ExchangeItem.item_id) == item_id)
            .with_for_update(key_share=True)
        )
    query = select(func.count()).where(col(CodeStock.item_id) == item_id, col(CodeStock.exchange_id).is_(None))
    return int(session.execute(query).scalar_one())


def send_facts(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> SendKnown:
    """For `send`: the request, its session, the member's points, the stock; all locked, but not for a dry run."""
    _ = state
    plan = plan_in_force(session)
    lock = command.op != "dry-run"
    row = request(session, command.exchange_id, lock=lock) if isinstance(command, SendExchange) else None
    if row is None or not isinstance(command, SendExchange):
        return SendKnown(plan)
    item = session.get_one(ExchangeItem, row.item_id)
    kind = cast("Kind", row.kind)
    held = purse(session, row.member_id, japan_day(moment), lock=lock)
    return SendKnown(
        plan,
        Request(row.member_id, row.item_id, item.name, kind, row.quantity, row.points, row.state),
        _session(session, command.session_id),
        held,
        free_codes(session, row.item_id, lock=lock) if kind == "gift_code" else None,
    )


def outcome_facts(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> OutcomeKnown:
    """For NTT's answer: the lots, locked but for a dry run, since they may get their points back.

    The membership is locked first, as whoever decides about it does: what is asked about it now was decided by points
    that are still spent, and what is decided next sees them returned.
    """
    lock = command.op != "dry-run"
    asked = _asked_of_member(session, str(state["member_id"]), lock=lock)
    item = session.get(ExchangeItem, str(state["item_id"]))
    return OutcomeKnown(
        plan=plan_in_force(session),
        item_name=item.name if item else None,
        purse=purse(session, str(state["member_id"]), japan_day(moment), lock=lock),
        asked_of_member=asked,
    )


def _asked_of_member(session: Session, member_id: str, *, lock: bool) -> frozenset[str]:
    """Codes of what an operator is asked about a membership; it stays as it is until the transaction ends."""
    entity_id = workflow_id(member_id)
    if lock:
        lock_entity(session, entity_id)
    asked = session.execute(
        select(Entity.state["tasks"]).where(col(Entity.entity_id) == entity_id)
    ).scalar_one_or_none()
    return frozenset(asked or {})


def purse(session: Session, member_id: str, on: date, *, lock: bool) -> Purse:
    """A member's points and right of use."""
    found = standing(session, member_id, on, lock=lock)
    held = lots(session, member_id, lock=lock)
    return Purse(held, found.line_key, found.carrier_area, found.loss, found.has_line)


def _session(session: Session, session_id: str) -> OpenSession | None:
    query = select(MemberSession).where(col(MemberSession.session_id) == session_id)
    row: MemberSession | None = session.execute(query).scalar_one_or_none()
    return OpenSession(row.member_id, row.line_key, row.expires_at) if row else None


LOOK_UPS: LookUps = {SendKnown: send_facts, OutcomeKnown: outcome_facts}
"""What decisions about an exchange name, and what looks it up."""
