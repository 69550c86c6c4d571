"""Statements as the interface shows them, and their items among a contract's charges."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api.contracts.view import moment
from models.messages.contract.contract import ContractState
from models.tables.contract.billing import Payment, Statement, StatementItem
from rules.calendar import Month
from rules.charges.billing import due_with_statement, is_overdue, outstanding
from rules.money import Money
from store.billing.owed import no_longer_owed

_RUNNING = ("monthly_basic", "line_pass_through")
"""Codes that no decision of a contract raises: the monthly run does."""


def statements(session: Session, state: ContractState, today: date) -> list[dict[str, Any]]:
    """A contract's statements, earliest month first, each with its state as of today."""
    query = select(Statement).where(col(Statement.contract_id) == state.contract_id).order_by(col(Statement.month))
    items = defaultdict(list)
    for item in _items(session, state.contract_id):
        items[item.statement_id].append(item)
    paid = _paid(session, state.contract_id)
    rows = session.execute(query).scalars().all()
    open_ones = any(row.settled_on is None for row in rows)
    gone = no_longer_owed(session, [state.contract_id], Month.of(today)) if open_ones else {}
    return [
        show(
            row,
            items[row.statement_id],
            paid.get(row.statement_id, 0),
            today,
            suspended=_suspended(state),
            gone=gone.get(row.statement_id, 0),
        )
        for row in rows
    ]


def show(
    row: Statement, items: list[StatementItem], paid: int, today: date, *, suspended: bool = False, gone: int = 0
) -> dict[str, Any]:
    """One statement; what has passed its due date unpaid is overdue whether or not the run has been there.

    Args:
        row: the statement.
        items: its items.
        paid: yen paid for it so far.
        today: the Japan day of the read.
        suspended: a waiver is asked for.
        gone: yen of it that are owed no more; the next statement takes them back.
    """
    money = Money(row.amount, row.tax, row.total)
    owed = 0 if row.settled_on else max(0, outstanding(money, [paid]) - gone)
    late = is_overdue(row.due_on, today, owed) and not (suspended and any(item.charge_id for item in items))
    return {
        "statement_id": row.statement_id,
        "month": row.month,
        "issued_at": moment(row.issued_at),
        "due_on": row.due_on.isoformat(),
        "state": "paid" if row.settled_on else "overdue" if late or row.state == "overdue" else "issued",
        "money": money.as_json(),
        "total": row.total,
        "paid": paid,
        "owed": owed,
        "settled_on": row.settled_on.isoformat() if row.settled_on else None,
        "items": [_item(item) for item in items],
    }


def charge_items(session: Session, contract_id: str, *, voided: bool) -> list[dict[str, Any]]:
    """Monthly fees and passed-through charges as charges, due or paid; what was taken back only with `voided`."""
    query = select(Statement).where(col(Statement.contract_id) == contract_id)
    by_id = {row.statement_id: row for row in session.execute(query).scalars()}
    items = _items(session, contract_id)
    gone = {item.reverses for item in items if item.reverses}
    return [
        {
            "charge_id": item.item_id,
            "code": item.code,
            "money": Money(item.amount, item.tax, item.total).as_json(),
            "state": "paid" if by_id[item.statement_id].settled_on else "due",
            "due_on": by_id[item.statement_id].due_on.isoformat(),
            "articles": item.articles,
            "month": item.month,
            "statement_id": item.statement_id,
            **({"voided": True} if item.item_id in gone else {}),
        }
        for item in items
        if item.code in _RUNNING and item.reverses is None and (voided or item.item_id not in gone)
    ]


def with_due_days(
    session: Session, contract_id: str, charges: list[dict[str, Any]], today: date
) -> list[dict[str, Any]]:
    """Charges, each due with the statement that carries it or, where none does yet, will carry it (W-12.3c).

    A fee that came out after its own due day was never due before it was known. One that was paid, was given back and
    is owed after all is due with the next statement, also before that has been issued.
    """
    found = _items(session, contract_id)
    gone = {item.reverses for item in found if item.reverses}
    query = select(col(Statement.statement_id), col(Statement.due_on)).where(col(Statement.contract_id) == contract_id)
    due = {row.statement_id: row.due_on for row in session.execute(query)}
    bills = [item for item in found if item.charge_id and item.reverses is None]
    carried = {item.charge_id: due[item.statement_id] for item in bills if item.item_id not in gone}
    given_back = {item.charge_id for item in bills} - carried.keys()
    told = []
    for each in charges:
        on = date.fromisoformat(each["due_on"]) if each["due_on"] else None
        key, state, stands = each["charge_id"], each["state"], not each.get("voided")
        if stands and state == "paid" and key in given_back:
            state = "due"
        if stands and key in carried:
            on = carried[key]
        elif stands and on is not None and state in {"due", "planned"}:
            on = due_with_statement(on, today)
        told.append({**each, "state": state, "due_on": on.isoformat() if on else None})
    return told


def _items(session: Session, contract_id: str) -> list[StatementItem]:
    query = select(StatementItem).where(col(StatementItem.contract_id) == contract_id)
    return sorted(session.execute(query).scalars(), key=lambda item: (item.statement_id, _line(item)))


def _line(item: StatementItem) -> int:
    return int(item.item_id.rpartition("-")[2])


def _paid(session: Session, contract_id: str) -> dict[str, int]:
    query = (
        select(col(Payment.statement_id), func.sum(Payment.amount))
        .where(col(Payment.contract_id) == contract_id)
        .group_by(col(Payment.statement_id))
    )
    return {statement_id: int(yen) for statement_id, yen in session.execute(query)}


def _suspended(state: ContractState) -> bool:
    """Whether dunning rests because a waiver is asked for (A-36)."""
    return any(each.state == "pending" for each in state.waiver_requests.values())


def _item(item: StatementItem) -> dict[str, Any]:
    optional = {
        "reverses": item.reverses,
        "charge_id": item.charge_id,
        "course": item.course,
        "price_status": item.price_status,
    }
    if item.line_charge_id is not None:
        optional |= {"course": None, "price_status": None, "line_code": item.price_status}
    return {
        "item_id": item.item_id,
        "code": item.code,
        "month": item.month,
        "money": Money(item.amount, item.tax, item.total).as_json(),
        "taxable": item.taxable,
        "articles": item.articles,
        **{name: value for name, value in optional.items() if value is not None},
    }
