"""What a member's session shows: the member, the items, the requests and the codes handed over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.problems import Problem
from api.memberships import view as membership
from decisions.exchange.form import steps
from models.messages.club.exchange import workflow_id
from models.tables.club.exchange import CodeStock, Exchange, ExchangeItem
from models.tables.people import Person
from rules import terms
from rules.calendar import japan_day

__all__ = ["codes", "issued", "items", "member", "moment", "request"]


def member(session: Session, member_id: str, now: datetime) -> dict[str, Any]:
    """Member, line, services in use and balance by lot (M-08.1, M-09.12, M-04.6, M-04.7).

    Raises:
        Problem: 404.
    """
    state = membership.load(session, member_id, now)
    shown = membership.show(session, state, now)
    person = session.get(Person, state.person_id) if state.person_id else None
    points = membership.points(session, member_id, japan_day(now))
    names = ("member_id", "state", "registered_on", "line_id", "service_type", "service_class", "in_use_since")
    return {
        "member": {
            "member_id": member_id,
            "name": person.name if person else None,
            "email": person.email if person else None,
            "phone": person.phone if person else None,
            "state": shown["state"],
            "registered_on": shown["registered_on"],
        },
        **{name: shown[name] for name in names},
        "line": {name: shown[name] for name in ("line_id", "service_type", "service_class", "in_use_since")},
        "services": _services(shown),
        "mail_consents": shown["mail_consents"],
        "storage": shown["storage"],
        "balance": points["balance"],
        "lots": points["lots"],
        "expiring": points["expiring"],
    }


def _services(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """What is in use on the line: its type, にねん割, the storage plan, support services."""
    found: list[dict[str, Any]] = [{"service": shown["service_type"], "since": shown["in_use_since"]}]
    ninen = shown["ninen_wari"]
    if ninen["started_on"] is not None and ninen["cancelled_on"] is None:
        found.append({"service": "NINEN_WARI", "since": ninen["started_on"]})
    plan = shown["storage"]["plan_gb"]
    found.append({"service": "STORAGE", "plan_gb": plan or str(terms.constant("club.storage_plan_default", int))})
    support = shown["storage"]["support"]
    found += [{"service": name, "since": each["since"]} for name, each in support.items() if each["active"]]
    return found


def items(session: Session, on: date) -> list[dict[str, Any]]:
    """What is on offer; `available` is how many pieces can be had, of a fee payment the most units in one request."""
    free: dict[str, int] = {
        item_id: int(count)
        for item_id, count in session.execute(
            select(col(CodeStock.item_id), func.count())
            .where(col(CodeStock.exchange_id).is_(None))
            .group_by(col(CodeStock.item_id))
        )
    }
    units = terms.dated("club.fee_payment", dict[str, int]).on(on)["max"]
    query = select(ExchangeItem).where(col(ExchangeItem.on_offer)).order_by(col(ExchangeItem.position))
    return [
        {
            "item_id": item.item_id,
            "name": item.name,
            "kind": item.kind,
            "points": item.points,
            "available": free.get(item.item_id, 0) if item.kind == "gift_code" else units,
        }
        for item in session.execute(query).scalars()
    ]


def request(session: Session, row: Exchange) -> dict[str, Any]:
    """One request as its member sees it; from the sending on with the codes (M-09.3 to M-09.5)."""
    handed = codes(session, row.exchange_id)
    item = session.get(ExchangeItem, row.item_id)
    shown: dict[str, Any] = {
        "exchange_id": row.exchange_id,
        "workflow_id": workflow_id(row.exchange_id) if row.sent_at else None,
        "state": row.state,
        "item_id": row.item_id,
        "name": item.name if item else None,
        "kind": row.kind,
        "quantity": row.quantity,
        "points": row.points,
        "email": row.email,
        "phone": row.phone,
        "sent_at": moment(row.sent_at),
        "uses": row.uses,
        "balance_after": row.balance_after,
        "allowed": steps(row.state),
    }
    if handed:
        shown |= {name: handed[0][name] for name in ("code", "url", "exchanged_at", "expires_on")}
        shown["codes"] = handed
    return shown


def codes(session: Session, exchange_id: str) -> list[dict[str, Any]]:
    """The codes that a request was given."""
    query = select(CodeStock).where(col(CodeStock.exchange_id) == exchange_id).order_by(col(CodeStock.code_id))
    return [_code(row) for row in session.execute(query).scalars()]


def issued(session: Session, member_id: str, size: int, after: int) -> list[dict[str, Any]]:
    """ポイント交換済みコード一覧: the latest first, after so many (M-09.7)."""
    query = (
        select(CodeStock, Exchange, ExchangeItem)
        .join(Exchange, col(Exchange.exchange_id) == col(CodeStock.exchange_id))
        .join(ExchangeItem, col(ExchangeItem.item_id) == col(CodeStock.item_id))
        .where(col(Exchange.member_id) == member_id)
        .order_by(col(CodeStock.issued_at).desc(), col(CodeStock.code_id))
        .offset(after)
        .limit(size)
    )
    rows = session.execute(query).all()
    return [
        {
            "exchange_id": row.exchange_id,
            "item_id": item.item_id,
            "name": item.name,
            "points": item.points,
            **_code(code),
        }
        for code, row, item in rows
    ]


def _code(row: CodeStock) -> dict[str, Any]:
    return {
        "code": row.code,
        "exchanged_at": moment(row.issued_at),
        "url": row.url,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
    }


def not_found() -> Problem:
    """No such request of this member."""
    return Problem(404, "NOT_FOUND", "There is no exchange under this id.")
