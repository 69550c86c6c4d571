"""People, lines and free text: the only tables with personal data besides notices and messages to NTT."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlmodel import Column, Field, SQLModel

from models.tables.columns import document, moment


class Person(SQLModel, table=True):
    """An applicant, contractor or member; written by the doors only."""

    __tablename__ = "person"

    person_id: str = Field(primary_key=True)
    name: str
    name_kana: str = ""
    email: str
    phone: str = ""
    postal_code: str = ""
    address: str = ""
    created_at: datetime = moment()
    erased_at: datetime | None = moment(nullable=True, default=None)


class Line(SQLModel, table=True):
    """A フレッツ光 line: its number, and the key that stands for it everywhere else."""

    __tablename__ = "line"

    line_key: str = Field(primary_key=True)
    line_no: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True)
    )
    """What the exclusion constraint of W-03.1 ranges over."""
    line_id: str = Field(unique=True)
    """In the one form of `rules.line.line_number`; `erased-…` once nobody is behind it any more."""
    operator: str
    created_at: datetime = moment()


class Note(SQLModel, table=True):
    """Free text of an operator or a caller; a log entry names it by id."""

    __tablename__ = "note"

    note_id: str = Field(primary_key=True)
    entity_id: str | None = Field(default=None, index=True)
    """Whose log it is for; None: of an earlier release, or of many."""
    text: str
    created_at: datetime = moment()


class PersonToken(SQLModel, table=True):
    """What a person is found by: one row a searchable beginning, written by the triggers of `ddl.people` only.

    Nobody else writes it: a name that an import, a door or a correction writes is found at once, an erased one no more.
    """

    __tablename__ = "person_token"
    __table_args__ = (Index("ix_person_token_words", "person_id", "token"),)

    token: str = Field(sa_column=Column(Text(collation="C"), primary_key=True, nullable=False))
    """As `plain_text()` of the database writes it; compared by bytes, so that a prefix is a range of the index."""
    person_id: str = Field(primary_key=True)
    """No foreign key: the triggers write nothing else, and the checks would cost an import more than its people."""


class PersonChange(SQLModel, table=True):
    """One change of a person's name or contact details: who asked, who wrote it, why, what stood before and after."""

    __tablename__ = "person_change"

    change_id: str = Field(primary_key=True)
    person_id: str = Field(index=True, foreign_key="person.person_id")
    at: datetime = moment()
    """Business moment of the request."""
    actor: str
    on_behalf_of: str | None = None
    reason_code: str
    reason: str
    before: dict[str, Any] = document()
    """Only the fields that changed."""
    after: dict[str, Any] = document()


class AccessLog(SQLModel, table=True):
    """One look at personal data. Appended, never changed; holds ids only, and no word that was searched for."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_at", "at", "access_id"),)

    access_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, nullable=False)
    )
    at: datetime = moment()
    """Business moment."""
    recorded_at: datetime = moment()
    actor: str
    role: str
    action: str
    """`search`, `read`, `change`, `export`, `erase` or `resend`."""
    person_id: str | None = Field(default=None, index=True)
    """Whose data; None for a search."""
    shown: list[str] = document()
    """The people a search showed, by id."""


class NoticeResend(SQLModel, table=True):
    """A letter that was asked to be sent again."""

    __tablename__ = "notice_resend"

    resend_id: str = Field(primary_key=True)
    """Also the outbox message's stem."""
    notice_id: str = Field(index=True, foreign_key="notice.notice_id")
    at: datetime = moment()
    actor: str
    on_behalf_of: str | None = None
    reason: str | None = None


class DeskSession(SQLModel, table=True):
    """A signed-in browser; the cookie's token is kept as a hash only."""

    __tablename__ = "desk_session"

    token_hash: str = Field(primary_key=True)
    actor: str
    """The name of the key that signed in."""
    role: str
    csrf: str
    """What every form has to carry."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    """On the wall clock: moving the business clock signs nobody out."""
