"""Read rows of filings, and every message that crossed between NTT and us."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment


class Filing(SQLModel, table=True):
    """The current row of one agency filing."""

    __tablename__ = "filing"

    filing_id: str = Field(primary_key=True)
    contract_id: str = Field(index=True)
    operator: str
    state: str = Field(index=True)
    sequence: int
    work_on: date | None = None
    opened_on: date | None = None
    needs_operator: bool = False
    next_action_at: datetime | None = moment(nullable=True, default=None)
    created_at: datetime = moment()


class CarrierMessage(SQLModel, table=True):
    """One message between NTT and us, either way; personal data may stand in the body."""

    __tablename__ = "carrier_message"

    message_id: str = Field(primary_key=True)
    """`in/` and NTT's webhook id, `notice/` and its notice id, or our own."""
    direction: str
    """`in` or `out`."""
    kind: str
    """One of the kinds of information of W-13.1 and W-25.1."""
    entity_id: str | None = Field(default=None, index=True)
    line_key: str | None = Field(default=None, index=True)
    body: dict[str, Any] = document()
    at: datetime = moment()
    recorded_at: datetime = moment()
    body_hash: str | None = None
    """SHA-256 of an incoming body as it was taken: tells a repeat from another message. None: of an earlier release."""
    done: bool = False
    """Whether an incoming message has had its effect."""
