"""Members' sessions, what points can be exchanged for, and the requests: the only rows a member's own hand writes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment


class MemberSession(SQLModel, table=True):
    """One login of a member from the member's own line (M-09.1, M-09.2)."""

    __tablename__ = "member_session"
    __table_args__ = (
        Index("uq_member_session", "session_id", unique=True),
        Index("uq_member_session_request", "request_id", unique=True),
    )

    token_hash: str = Field(primary_key=True)
    """SHA-256 of the bearer token, which is random and stands nowhere as it is."""
    session_id: str
    """Names the session where the token must not stand; opens nothing."""
    request_id: str | None = None
    """Whose request under which `Idempotency-Key` opened it, hashed with the doors' secret."""
    request_mac: str
    """Of what was typed, keyed by the doors' secret: tells a repeat from another request, and no password."""
    sealed_token: str | None = None
    """The token for a repeat of the same request: sealed with the doors' secret and what was typed."""
    member_id: str = Field(index=True, foreign_key="member.member_id")
    line_key: str = Field(foreign_key="line.line_key")
    """The line from which it was opened, as NTT confirmed; compared with the member's when points leave (A-17)."""
    line_token_hash: str | None = None
    """SHA-256 of what NTT's network handed to the browser."""
    opened_at: datetime = moment()
    """Business moment."""
    expires_at: datetime = moment()
    """Business moment from which it opens nothing."""
    ended_at: datetime | None = moment(nullable=True, default=None)
    """Business moment at which the member logged out."""
    created_at: datetime = moment()


class LoginHold(SQLModel, table=True):
    """Wrong logins of one kind in a row, and how long the next one waits (M-09.1)."""

    __tablename__ = "login_hold"

    bucket: str = Field(primary_key=True)
    """SHA-256 of who is held: a member on the own line, a member from elsewhere, or a line. People type other things
    than ids, so nothing typed stands here."""
    failures: int
    last_at: datetime = moment(index=True)
    """Business moment of the last one."""
    until: datetime = moment()
    """Business moment until which no login of this kind is looked at."""


class ExchangeItem(SQLModel, table=True):
    """Something that points can be exchanged for (M-01.4)."""

    __tablename__ = "exchange_item"
    __table_args__ = (
        CheckConstraint("kind in ('gift_code', 'fee_payment')", name="item_kind"),
        CheckConstraint("points > 0", name="item_points"),
    )

    item_id: str = Field(primary_key=True)
    name: str
    kind: str
    points: int
    """Of one piece; of a fee payment the unit, one point (F-09)."""
    position: int = 0
    """Where it stands in the list."""
    on_offer: bool = True


class Exchange(SQLModel, table=True):
    """One request for an item: a row while the member fills it in, a workflow from `send` on.

    E-mail and telephone are for this request only and never leave the database (M-09.4).
    """

    __tablename__ = "exchange"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'confirmed', 'sent', 'fulfilled', 'failed')", name="exchange_state"),
        CheckConstraint("points > 0 and quantity > 0", name="exchange_points"),
        CheckConstraint("(state in ('draft', 'confirmed')) = (sent_at is null)", name="exchange_sent"),
        Index("ix_exchange_member", "member_id", "created_at"),
    )

    exchange_id: str = Field(primary_key=True)
    member_id: str = Field(foreign_key="member.member_id")
    item_id: str = Field(foreign_key="exchange_item.item_id")
    kind: str
    quantity: int
    points: int
    """What the whole request costs, as the member confirmed it."""
    state: str
    email: str
    phone: str
    created_at: datetime = moment()
    """Business moment."""
    confirmed_at: datetime | None = moment(nullable=True, default=None)
    sent_at: datetime | None = moment(nullable=True, default=None)
    """Business moment of the sending; it alone decides whether the request was in time (A-18)."""
    closed_at: datetime | None = moment(nullable=True, default=None)
    uses: list[dict[str, Any]] = document(default_factory=list)
    """`{"lot_id", "points"}`: the lots that paid, to which a failure returns them."""
    balance_after: int | None = None


class CodeStock(SQLModel, table=True):
    """One gift code, free or handed over; a code is handed over once."""

    __tablename__ = "code_stock"
    __table_args__ = (
        CheckConstraint("(exchange_id is null) = (issued_at is null)", name="code_issued"),
        CheckConstraint("(exchange_id is null) = (expires_on is null)", name="code_expiry"),
        Index("ix_code_free", "item_id", "code_id", postgresql_where=text("exchange_id IS NULL")),
        Index("ix_code_exchange", "exchange_id"),
    )

    code_id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="exchange_item.item_id")
    code: str = Field(unique=True)
    """Worth points: it stands here and in the answer to its owner only."""
    url: str
    exchange_id: str | None = Field(default=None, foreign_key="exchange.exchange_id")
    issued_at: datetime | None = moment(nullable=True, default=None)
    expires_on: date | None = None
    """The last day on which it is good; it may lie after the programme end (A-18)."""
