"""Refunds and reversed payments, kept with the decision about them; the ledger of payments only ever grows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from decisions.contract.money.refund import REFUNDED, REVERSED
from decisions.engine import Outcome
from models.messages.contract.contract import ContractState
from models.messages.entity import Entry
from models.tables.contract.billing import Payment, Statement
from rules.calendar import japan_day
from store.billing.accounts import balance
from store.database import recorded_at


def write_refunds(session: Session, state: ContractState, outcome: Outcome) -> None:
    """Follow the log: a refund is a row of its own, a reversal a row that takes another one back.

    What a payment had paid is owed again, or paid by what the contractor is owed, at once.
    """
    for entry in outcome.entries:
        if entry.event == REFUNDED:
            _refund(session, state, entry)
        elif entry.event == REVERSED:
            _reverse(session, entry)


def _refund(session: Session, state: ContractState, entry: Entry) -> None:
    query = (
        select(col(Statement.statement_id))
        .where(col(Statement.contract_id) == state.contract_id, col(Statement.total) < 0)
        .order_by(col(Statement.month).desc())
        .limit(1)
    )
    row = {
        "payment_id": f"refund/{entry.op}",
        "statement_id": session.execute(query).scalar_one(),
        "contract_id": state.contract_id,
        "paid_on": date.fromisoformat(str(entry.decision["paid_on"])),
        "amount": int(entry.decision["amount"]),
        "kind": "refund",
        **_keyed(entry, recorded_at(session)),
    }
    session.execute(insert(Payment).values(row).on_conflict_do_nothing())


def _reverse(session: Session, entry: Entry) -> None:
    taken = session.get_one(Payment, str(entry.decision["payment_id"]))
    row = {
        "payment_id": f"reversal/{taken.payment_id}",
        "statement_id": taken.statement_id,
        "contract_id": taken.contract_id,
        # As of its own day it never counted.
        "paid_on": taken.paid_on,
        "amount": -taken.amount,
        "kind": taken.kind,
        **_keyed(entry, recorded_at(session)),
    }
    session.execute(insert(Payment).values(row).on_conflict_do_nothing())
    session.flush()
    balance(session, [taken.contract_id], japan_day(entry.at))


def _keyed(entry: Entry, at: datetime) -> dict[str, object]:
    return {
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "reason_code": entry.reason_code,
        "note_id": entry.note_id,
        "recorded_at": at,
    }
