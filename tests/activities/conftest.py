"""Empty tables, and the receivers around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel
from starlette.applications import Starlette
from starlette.routing import Route

from models.tables.people import Line, Person
from tests.activities.outbox.outbox_stand import (
    AT,
    Door,
    serving,
)
from tests.activities.statements.book import Book


def emptied(migrated: Engine) -> Engine:
    """The tables, empty."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with migrated.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    return migrated


@pytest.fixture
def engine(migrated: Engine) -> Engine:
    """The tables, empty but for one person and one line."""
    emptied(migrated)
    with Session(migrated) as session, session.begin():
        session.add(Person(person_id="p1", name="山田 太郎", email="taro@example.jp", created_at=AT))
        session.add(Line(line_key="l1", line_id="CAF1234567890", operator="EAST", created_at=AT))
    return migrated


@pytest.fixture(scope="module")
def listening_door() -> Iterator[Door]:
    """One receiver for this file."""
    door = Door()
    app = Starlette(routes=[Route("/{path:path}", door.take, methods=["POST"])])
    with serving(app) as url:
        door.url = url
        yield door


@pytest.fixture
def door(listening_door: Door) -> Door:
    """A receiver that has received nothing yet."""
    listening_door.calls.clear()
    listening_door.signed.clear()
    listening_door.answers = []
    listening_door.always = {}
    return listening_door


@pytest.fixture
def book(migrated: Engine) -> Book:
    """Empty tables."""
    return Book(emptied(migrated))
