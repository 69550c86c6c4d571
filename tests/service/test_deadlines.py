"""Statements end at the client too: a server that stands still keeps nobody for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from activities.failures import is_away
from reference.migrations import database
from store.database import engine


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A real PostgreSQL."""
    with database() as found:
        yield found


def test_a_statement_without_an_answer_is_given_up_as_an_outage(url: str) -> None:
    """The caller gets the error of a lost connection, and the next statement works on a new one."""
    made = engine(url, deadline_s=1)
    began = time.monotonic()
    with pytest.raises(OperationalError) as lost, made.connect() as connection:
        connection.execute(text("select pg_sleep(12)"))
    assert 1 <= time.monotonic() - began < 8
    assert is_away(lost.value)
    with made.connect() as connection:
        assert connection.execute(text("select 1")).scalar() == 1
    made.dispose()


def test_many_short_statements_in_a_row_are_not_one_long_one(url: str) -> None:
    """Work that goes on is left alone, however long all of it takes; an idle transaction too."""
    made = engine(url, deadline_s=1)
    began = time.monotonic()
    with made.connect() as connection:
        while time.monotonic() - began < 3.5:
            connection.execute(text("select pg_sleep(0.3)"))
        time.sleep(2.2)
        assert connection.execute(text("select 1")).scalar() == 1
    made.dispose()
