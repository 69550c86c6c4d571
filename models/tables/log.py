"""The append-only log of decisions, the current state, the agenda and the outbox of every entity."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from models.tables.columns import document, moment

_WAITING = text("delivered_at IS NULL AND failed_at IS NULL")
"""Rows still to be delivered: what the relay's queries look at."""


class Entity(SQLModel, table=True):
    """One long-lived entity; the row is locked while something is decided about it."""

    __tablename__ = "entity"
    __table_args__ = (
        # What waits for an operator, of every kind: few among many.
        Index("ix_entity_waiting", "entity_id", postgresql_where=text("state -> 'tasks' <> '{}'::jsonb")),
    )

    entity_id: str = Field(primary_key=True)
    """Its workflow id."""
    kind: str = Field(index=True)
    seq: int
    state: dict[str, Any] = document()
    """The folded state, as the workflow holds it."""
    offset_s: float
    """Business time minus the execution's clock, in seconds; 0 in production."""
    closed: bool = False
    created_at: datetime = moment()
    recorded_at: datetime = moment()


class Transition(SQLModel, table=True):
    """One recorded decision. Rows are appended, never changed or deleted (a trigger refuses it)."""

    __tablename__ = "transition"
    __table_args__ = (
        UniqueConstraint("entity_id", "op"),
        Index("ix_transition_recorded", "recorded_at", "entity_id", "seq"),
    )

    entity_id: str = Field(primary_key=True, foreign_key="entity.entity_id")
    seq: int = Field(primary_key=True)
    op: str
    event: str
    from_state: str | None
    to_state: str | None
    received_at: datetime = moment()
    at: datetime = moment()
    recorded_at: datetime = moment()
    effective_on: date
    state_from: date
    actor: str
    on_behalf_of: str | None = None
    reason_code: str | None = None
    note_id: str | None = None
    articles: list[str] = document()
    edition: str | None = None
    voids: list[int] = document()
    caused_by: int | None = None
    patch: dict[str, Any] = document()
    decision: dict[str, Any] = document()
    place: str | None = None
    """Where it stands in the life, sorting by legal moment; None: of a release that folded by number."""
    fact: dict[str, Any] | None = document(nullable=True)
    """The command it follows from, to be decided again."""
    because: int | None = None
    """The entry that caused the revision by which it came."""
    told: list[dict[str, Any]] = document(default_factory=list)
    """What it sent to the outside."""
    known: dict[str, Any] = document(default_factory=dict)
    """What was asked of the world outside the log when it was decided."""
    hash: str | None = None
    """SHA-256 of the entry and of the hash before it; set by the database (`models.tables.ddl.log`)."""


class PastState(SQLModel, table=True):
    """A long life folded up to a point: what happened lately is decided again from there (`decisions.past`).

    Made of the log and no more: it is let go, and made anew later, as soon as something comes to stand before it.
    """

    __tablename__ = "past_state"

    entity_id: str = Field(primary_key=True, foreign_key="entity.entity_id")
    seq: int = Field(primary_key=True)
    """The last number that is in it."""
    place: str
    """The last place that is in it."""
    state: dict[str, Any] = document()


class LogAnchor(SQLModel, table=True):
    """What the whole log said at the end of a day: published elsewhere, it proves that nothing was rewritten since."""

    __tablename__ = "log_anchor"

    day: date = Field(primary_key=True)
    """Japan day of its making, in real time."""
    until: datetime = moment()
    """Entries recorded up to here count, the end inclusive; real time."""
    entities: int
    previous: str | None = None
    """The hash of the anchor before it."""
    hash: str
    """SHA-256 of the previous anchor's and of every entity's last hash."""


class Agenda(SQLModel, table=True):
    """One dated thing ahead; the row gone is the proof that it was carried out."""

    __tablename__ = "agenda"

    entity_id: str = Field(primary_key=True, foreign_key="entity.entity_id")
    item_id: str = Field(primary_key=True)
    due_at: datetime = moment(index=True)
    effect: str | None = None


class Outbox(SQLModel, table=True):
    """One message to the outside, written with the decision that sends it, delivered at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "id", postgresql_where=_WAITING),
        Index("ix_outbox_failed", "id", postgresql_where=text("failed_at IS NOT NULL")),
        Index("ix_outbox_lane", "channel", "next_attempt_at", postgresql_where=_WAITING),
        Index("ix_outbox_order", "entity_id", "channel", "id", postgresql_where=_WAITING),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, nullable=False)
    )
    message_id: str = Field(unique=True)
    """Stable over deliveries, so that the receiver can tell a repeat."""
    entity_id: str = Field(index=True)
    channel: str
    """`email`, `carrier` or `event`."""
    payload: dict[str, Any] = document()
    created_at: datetime = moment()
    business_at: datetime = moment()
    attempts: int = 0
    next_attempt_at: datetime = moment()
    delivered_at: datetime | None = moment(nullable=True, default=None)
    failed_at: datetime | None = moment(nullable=True, default=None)
    """Given up: the receiver refused it for good; an operator sees it."""
    last_error: str | None = None
