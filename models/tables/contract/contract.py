"""Read rows of contracts: lists, holds on lines, charges and notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, func
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment

ONE_CONTRACT_PER_LINE = "one_contract_per_line"


class Contract(SQLModel, table=True):
    """The current row of one contract, behind every list."""

    __tablename__ = "contract"
    __table_args__ = (
        Index("ix_contract_list", "created_at", "contract_id"),
        Index("ix_contract_person", "person_id"),
    )

    contract_id: str = Field(primary_key=True)
    person_id: str | None = Field(default=None, foreign_key="person.person_id")
    line_key: str | None = Field(default=None, index=True, foreign_key="line.line_key")
    external_id: str | None = Field(default=None, unique=True)
    state: str = Field(index=True)
    chapter: int
    course: str = Field(index=True)
    operator: str | None = None
    applied_on: date | None = None
    service_start_on: date | None = None
    end_on: date | None = Field(default=None, index=True)
    needs_operator: bool = False
    next_action_at: datetime | None = moment(nullable=True, default=None)
    payment_agency: str | None = None
    filing_id: str | None = None
    created_at: datetime = moment()


class LineHold(SQLModel, table=True):
    """A contract holds its line over a range of business days: at most one contract a line and day (W-03.1)."""

    __tablename__ = "line_hold"

    contract_id: str = Field(primary_key=True, foreign_key="contract.contract_id")
    line_no: int = Field(sa_column=Column(BigInteger, nullable=False))
    held: Any = Field(sa_column=Column(DATERANGE, nullable=False))

    __table_args__ = (
        ExcludeConstraint(
            (func.int8range(Column("line_no", BigInteger), Column("line_no", BigInteger), "[]"), "&&"),
            (Column("held", DATERANGE), "&&"),
            name=ONE_CONTRACT_PER_LINE,
            using="gist",
        ),
    )


class ChargeRow(SQLModel, table=True):
    """A charge decided for a contract, yen; a voided one stays."""

    __tablename__ = "charge"

    charge_id: str = Field(primary_key=True)
    contract_id: str = Field(index=True, foreign_key="contract.contract_id")
    code: str
    amount: int
    tax: int
    total: int
    state: str
    due_on: date | None
    articles: list[str] = document()
    voided: bool = False
    created_at: datetime = moment()


class Notice(SQLModel, table=True):
    """A notice to a person, rendered once from one stored value, sent by e-mail and posted to the portal (A-52)."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person", "person_id"),)

    notice_id: str = Field(primary_key=True)
    entity_id: str = Field(index=True)
    person_id: str | None = Field(default=None, foreign_key="person.person_id")
    kind: str
    subject: str
    body: str
    created_at: datetime = moment()
    email_sent_at: datetime | None = moment(nullable=True, default=None)
    portal_posted_at: datetime | None = moment(nullable=True, default=None)
