"""People, lines and free text: the only tables with personal data besides notices and messages to NTT."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Identity
from sqlmodel import Column, Field, SQLModel

from models.tables.columns import moment


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
    operator: str
    created_at: datetime = moment()


class Note(SQLModel, table=True):
    """Free text of an operator or a caller; a log entry names it by id."""

    __tablename__ = "note"

    note_id: str = Field(primary_key=True)
    text: str
    created_at: datetime = moment()
