"""Statements, payments and line charges: append-only ledgers beside the contracts' log (W-10.7, W-24.1, X-07)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select, text
from sqlmodel import Field, Session, SQLModel, col

from models.tables.columns import document, moment
from rules.billing import settled_on
from rules.money import Money


class Statement(SQLModel, table=True):
    """What one contract owes for one month, yen; amounts and items never change, only whether it is paid."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("contract_id", "month"),
        CheckConstraint("amount + tax = total", name="statement_adds_up"),
        Index("ix_statement_month", "month"),
        Index("ix_statement_open", "statement_id", postgresql_where=text("settled_on IS NULL")),
        Index("ix_statement_credit", "contract_id", postgresql_where=text("total < 0")),
    )

    statement_id: str = Field(primary_key=True)
    """The contract's id and the month: the natural key."""
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    month: str
    """`YYYY-MM`, the month billed."""
    issued_at: datetime = moment()
    """Business moment of issue."""
    due_on: date
    """Last Japan day to pay, inclusive."""
    state: str = "issued"
    """`issued`, `paid` or `overdue`."""
    amount: int
    tax: int
    total: int
    """Tax included; negative where more is taken back than billed."""
    combined: bool = False
    """Payment on behalf was in force in the month: W-24.3 looks at it."""
    seq: int
    """The last entry of the contract's log that the run had seen; a later one means its months are compared again."""
    settled_on: date | None = None
    """The Japan day on which payments first covered it; None while they do not."""


class StatementItem(SQLModel, table=True):
    """One line of a statement, yen. A correction is a further item that names the one it takes back."""

    __tablename__ = "statement_item"
    __table_args__ = (
        CheckConstraint("amount + tax = total", name="statement_item_adds_up"),
        Index(
            "ix_statement_item_charge",
            "charge_id",
            postgresql_where=text("charge_id IS NOT NULL"),
        ),
        Index(
            "uq_statement_item_line_charge",
            "line_charge_id",
            unique=True,
            postgresql_where=text("line_charge_id IS NOT NULL AND reverses IS NULL"),
        ),
    )

    item_id: str = Field(primary_key=True)
    statement_id: str = Field(index=True, foreign_key="statement.statement_id")
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    subject: str
    """What is billed, as a natural key: `monthly_basic:2018-07`, `charge:…`, `line:…`."""
    code: str
    month: str | None
    """`YYYY-MM` of supply; None for a charge."""
    amount: int
    tax: int
    total: int
    taxable: bool
    reverses: str | None = Field(default=None, unique=True, foreign_key="statement_item.item_id")
    """The item taken back; each at most once."""
    charge_id: str | None = Field(default=None, foreign_key="charge.charge_id")
    line_charge_id: str | None = None
    course: str | None = None
    price_status: str | None = None
    """Where a monthly fee comes from: `source`, an F- fact, or `sample` until the owner names the price."""
    articles: list[str] = document()


class Payment(SQLModel, table=True):
    """Yen received for a statement, or the credit of a negative one used for it."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount > 0", name="payment_is_positive"),)

    payment_id: str = Field(primary_key=True)
    """The operation that brought it: the same one counts once."""
    statement_id: str = Field(index=True, foreign_key="statement.statement_id")
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    paid_on: date
    amount: int
    kind: str = "payment"
    """`payment` or `credit`."""
    actor: str
    on_behalf_of: str | None = None
    reason_code: str | None = None
    note_id: str | None = None
    recorded_at: datetime = moment()


class LineCharge(SQLModel, table=True):
    """One item of NTT's charges for a line with payment on behalf, yen as NTT bills it (W-24.1, W-25.1f)."""

    __tablename__ = "line_charge"

    line_charge_id: str = Field(primary_key=True)
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    month: str
    """`YYYY-MM` it belongs to."""
    code: str
    amount: int
    direct: bool
    """NTT bills it to the service user; it is on no statement of ours (W-24.2a, W-24.4)."""
    articles: list[str] = document()
    source: str
    """Who told us: the name of a key, or NTT."""
    seq: int | None = None
    """The log entry that brought it."""
    voided: bool = False
    at: datetime = moment()


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
