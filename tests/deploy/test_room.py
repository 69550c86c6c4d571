"""A process that the database has no room for refuses to start, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from models.tables.connections import OTHERS, NoRoomError, claim, claimed, ensure_room
from reference.migrations import database


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A packaged server of this module's own."""
    with database() as found:
        yield found


class _Process:
    """What a process does at its start: an engine whose connections carry its claim."""

    def __init__(self, url: str, most: int) -> None:
        self.engine: Engine = create_engine(url, connect_args={"application_name": claim(most)})
        self.held: Connection = self.engine.connect()

    def end(self) -> None:
        self.held.close()
        self.engine.dispose()


def _room(url: str) -> int:
    """The connections that ordinary accounts may open."""
    engine = create_engine(url)
    with engine.connect() as connection:
        there, reserved = (
            int(connection.execute(text(f"show {name}")).scalar_one())
            for name in ("max_connections", "superuser_reserved_connections")
        )
    engine.dispose()
    return there - reserved


def test_what_fits_exactly_starts_and_one_more_does_not(url: str) -> None:
    """Claims up to the limit are let in; a claim of one more is refused with the figure that would do."""
    most = _room(url) - OTHERS
    with ExitStack() as running:
        first = _Process(url, most - 34)
        running.callback(first.end)
        fits = _Process(url, 34)
        ensure_room(fits.engine)
        fits.end()
        too_much = _Process(url, 35)
        running.callback(too_much.end)
        with pytest.raises(NoRoomError, match=f"with this process {most + OTHERS + 1} could"):
            ensure_room(too_much.engine)


def test_a_process_that_is_gone_claims_nothing(url: str) -> None:
    """Its claim goes with its last connection; two connections of one process claim once."""
    one, other = _Process(url, 34), _Process(url, 20)
    with one.engine.connect() as second:
        assert claimed(second) == 54
    other.end()
    while claimed(one.held) != 34:  # the server notices the end of a connection a moment later
        one.held.rollback()
    one.end()
