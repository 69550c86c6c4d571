"""Statements, payments and line charges: append-only ledgers beside the contracts' log (W-10.7, W-24.1, X-07)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from models.tables.columns import document, moment


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
    """Yen received for a statement, the credit of a negative one used for it, or a refund of one.

    A row is never edited: what was keyed in wrongly is taken back by one of the opposite amount and the same day.
    """

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount <> 0", name="payment_is_something"),)

    payment_id: str = Field(primary_key=True)
    """The operation that brought it: the same one counts once."""
    statement_id: str = Field(index=True, foreign_key="statement.statement_id")
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    paid_on: date
    amount: int
    kind: str = "payment"
    """`payment`, `credit` or `refund`."""
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


class NttPayable(SQLModel, table=True):
    """What is owed to NTT East or West for line charges paid on behalf, yen with NTT's tax: a ledger (W-24.1).

    Rows are appended, never changed (a trigger refuses it): what NTT's statement no longer says is taken back by a
    row of the opposite amount, so that the sum is always what NTT bills us.
    """

    __tablename__ = "ntt_payable"
    __table_args__ = (
        UniqueConstraint("line_charge_id", "turn"),
        CheckConstraint("amount <> 0", name="ntt_payable_is_something"),
        Index("ix_ntt_payable_month", "operator", "month"),
    )

    entry_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, nullable=False)
    )
    line_charge_id: str = Field(foreign_key="line_charge.line_charge_id")
    turn: int
    """1 for the charge itself, 2 where it is taken back, 3 where it counts again."""
    operator: str
    """`EAST` or `WEST`, to whom it is owed; a reversal has that of the row it takes back."""
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    month: str
    """`YYYY-MM` the charge belongs to."""
    code: str
    amount: int
    reverses: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, unique=True))
    """The row taken back."""
    articles: list[str] = document()
    at: datetime = moment()
    """Business moment."""
    recorded_at: datetime = moment()
