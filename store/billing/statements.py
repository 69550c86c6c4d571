"""Reading statements and what was paid for them, and marking them paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.contract.billing import Payment, Statement, StatementItem
from rules.charges.billing import settled_on
from rules.charges.refund import owed_back
from rules.money import Money


def billed(session: Session, statement_id: str) -> tuple[Statement, list[tuple[date, int]]] | None:
    """A statement and what was paid for it so far, by day; None for an unknown id."""
    statement = session.get(Statement, statement_id)
    if statement is None:
        return None
    query = select(col(Payment.paid_on), col(Payment.amount)).where(col(Payment.statement_id) == statement_id)
    return statement, [(row.paid_on, row.amount) for row in session.execute(query)]


def settle(session: Session, statement: Statement, payments: list[tuple[date, int]]) -> bool:
    """Mark a statement paid where the payments cover it; gives whether it is."""
    money = Money(statement.amount, statement.tax, statement.total)
    day = settled_on(money, payments) if statement.total > 0 else statement.settled_on
    if day is not None and statement.settled_on != day:
        statement.settled_on, statement.state = day, "paid"
        session.flush()
    return statement.settled_on is not None


def statement_facts(session: Session, statement_id: str) -> dict[str, Any] | None:
    """What a decision about a statement needs to know; the row stays as it is until the transaction ends."""
    statement = session.get(Statement, statement_id, with_for_update={"read": True})
    if statement is None:
        return None
    charges = select(col(StatementItem.charge_id)).where(
        col(StatementItem.statement_id) == statement_id,
        col(StatementItem.charge_id).is_not(None),
        col(StatementItem.reverses).is_(None),
    )
    return {
        "contract_id": statement.contract_id,
        "due_on": statement.due_on,
        "settled_on": statement.settled_on,
        "combined": statement.combined,
        "charges": list(session.execute(charges).scalars()),
    }


def owed_statements(session: Session, contract_id: str) -> list[str]:
    """Statements still to be paid; they outlive the contract (W-11.3, W-23.3)."""
    query = select(col(Statement.statement_id)).where(
        col(Statement.contract_id) == contract_id, col(Statement.settled_on).is_(None), col(Statement.total) > 0
    )
    return list(session.execute(query.order_by(col(Statement.month))).scalars())


def credit(session: Session, contract_id: str) -> int:
    """Yen a contractor is owed back: what negative statements gave, less what was set off or paid out."""
    gave = select(func.coalesce(func.sum(-col(Statement.total)), 0)).where(
        col(Statement.contract_id) == contract_id, col(Statement.total) < 0
    )
    used = select(func.coalesce(func.sum(col(Payment.amount)), 0)).where(
        col(Payment.contract_id) == contract_id, col(Payment.kind).in_(("credit", "refund"))
    )
    return owed_back(int(session.execute(gave).scalar_one()), int(session.execute(used).scalar_one()))


def billed_months(session: Session, contract_id: str) -> dict[str, str]:
    """The monthly basic fees on statements that nothing has taken back: item id by month."""
    taken_back = select(col(StatementItem.reverses)).where(
        col(StatementItem.contract_id) == contract_id, col(StatementItem.reverses).is_not(None)
    )
    query = select(col(StatementItem.month), col(StatementItem.item_id)).where(
        col(StatementItem.contract_id) == contract_id,
        col(StatementItem.code) == "monthly_basic",
        col(StatementItem.reverses).is_(None),
        col(StatementItem.item_id).not_in(taken_back),
    )
    return {str(row.month): row.item_id for row in session.execute(query.order_by(col(StatementItem.month)))}


def payment_facts(session: Session, payment_id: str) -> dict[str, Any] | None:
    """What a decision about a payment needs to know; its statement's row stays as it is until the transaction ends."""
    found = session.get(Payment, payment_id)
    if found is None or found.amount < 0:
        return None
    about = statement_facts(session, found.statement_id) or {"charges": []}
    return {
        "contract_id": found.contract_id,
        "statement_id": found.statement_id,
        "kind": found.kind,
        "amount": found.amount,
        "reversed": session.get(Payment, f"reversal/{payment_id}") is not None,
        "charges": about["charges"],
    }


def unsettle(session: Session, statement: Statement, payments: list[tuple[date, int]]) -> None:
    """Mark a statement unpaid where its payments no longer cover it; the run marks it overdue where it is."""
    money = Money(statement.amount, statement.tax, statement.total)
    if statement.total > 0 and settled_on(money, payments) is None and statement.settled_on is not None:
        statement.settled_on, statement.state = None, "issued"
        session.flush()
