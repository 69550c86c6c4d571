"""Reading statements and what was paid for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, text
from sqlmodel import Session, col

from models.tables.contract.billing import Payment, Statement, StatementItem
from store.billing.accounts import RECEIVED, accounts


def statement_facts(session: Session, statement_id: str) -> dict[str, Any] | None:
    """What a decision about a statement needs to know; the row stays as it is until the transaction ends."""
    statement = session.get(Statement, statement_id, with_for_update={"read": True})
    if statement is None:
        return None
    charges = select(col(StatementItem.charge_id)).where(
        col(StatementItem.statement_id) == statement_id,
        col(StatementItem.charge_id).is_not(None),
        col(StatementItem.reverses).is_(None),
        col(StatementItem.item_id).not_in(_taken_back(statement.contract_id)),
    )
    return {
        "contract_id": statement.contract_id,
        "due_on": statement.due_on,
        "settled_on": statement.settled_on,
        "combined": statement.combined,
        "charges": list(session.execute(charges).scalars()),
        "credit": credit(session, statement.contract_id),
    }


def owed_statements(session: Session, contract_id: str) -> list[str]:
    """Statements still to be paid; they outlive the contract (W-11.3, W-23.3)."""
    return list(accounts(session, [contract_id]).of(contract_id).owed)


def credit(session: Session, contract_id: str) -> int:
    """Yen a contractor is owed, that no statement uses: what was received less what is billed and was paid out.

    An account never holds something owed and a credit at once (`rules.charges.account`), so the sum tells.
    """
    return max(0, int(session.execute(_RECEIVED, {"contract_id": contract_id}).scalar_one()))


_RECEIVED = text(f"""
select coalesce((
  select {RECEIVED} from payment where contract_id = :contract_id
), 0) - coalesce((select sum(total) from statement where contract_id = :contract_id), 0)
""")


def billed_months(session: Session, contract_id: str) -> dict[str, str]:
    """The monthly basic fees on statements that nothing has taken back: item id by month."""
    query = select(col(StatementItem.month), col(StatementItem.item_id)).where(
        col(StatementItem.contract_id) == contract_id,
        col(StatementItem.code) == "monthly_basic",
        col(StatementItem.reverses).is_(None),
        col(StatementItem.item_id).not_in(_taken_back(contract_id)),
    )
    return {str(row.month): row.item_id for row in session.execute(query.order_by(col(StatementItem.month)))}


def _taken_back(contract_id: str) -> Select[str | None]:
    """Items that a later statement took back."""
    return select(col(StatementItem.reverses)).where(
        col(StatementItem.contract_id) == contract_id, col(StatementItem.reverses).is_not(None)
    )


def payment_facts(session: Session, payment_id: str) -> dict[str, Any] | None:
    """What a decision about a payment needs to know; the statements' rows stay as they are until the transaction ends.

    What the contractor owes and is owed is told as it would be had the payment never been made.
    """
    found = session.get(Payment, payment_id)
    if found is None or found.amount < 0:
        return None
    read = accounts(session, [found.contract_id], lock=True)
    after = read.of(found.contract_id, without=found.statement_id, amount=found.amount, kind=found.kind)
    about = statement_facts(session, found.statement_id) or {"charges": []}
    opened = [statement_facts(session, each) or {"charges": []} for each in after.owed]
    return {
        "contract_id": found.contract_id,
        "statement_id": found.statement_id,
        "kind": found.kind,
        "amount": found.amount,
        "reversed": session.get(Payment, f"reversal/{payment_id}") is not None,
        "charges": about["charges"],
        "uncovered": [charge for each in opened for charge in each["charges"]],
        "credit": after.credit,
        "owed_statements": list(after.owed),
    }
