"""A real PostgreSQL with every migration, for the tests of this room."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session

from models.tables.club.club import Member
from models.tables.people import Line

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def club_engine(migrated: Engine) -> Engine:
    """A database of this file's own."""
    return migrated


@pytest.fixture
def new_member(club_engine: Engine) -> Callable[..., str]:
    """Makes an active member on a line of its own; columns can be given."""

    def make(**columns: Any) -> str:
        number = next(_NUMBERS)
        member_id, line_key = f"M{number:06d}", f"L{number:06d}"
        now = datetime.now(UTC)
        with Session(club_engine) as session, session.begin():
            line = Line(line_key=line_key, line_id=f"CAF{number:010d}", operator="EAST", created_at=now)
            session.add(line)
            session.flush()
            values = {
                "state": "active",
                "registered_on": date(2018, 1, 1),
                "held": Range(date(2018, 1, 1), None, bounds="[)"),
                "service_type": "NEXT_FAMILY",
                "service_class": "FAMILY",
                "in_use_since": date(2016, 1, 1),
                "created_at": now,
            }
            session.add(
                Member(member_id=member_id, line_key=line_key, line_no=line.line_no or 0, **{**values, **columns})
            )
        return member_id

    return make
