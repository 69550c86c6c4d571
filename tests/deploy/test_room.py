"""A process that the database has no room for refuses to start, on a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from deploy.connections import API, RELAY, WORKER
from models.tables.database.connections import (
    OTHERS,
    NoRoomError,
    claim,
    claimed,
    ensure_room,
    ensure_room_if_it_answers,
)
from reference.migrations import database
from store.database import engine as make_engine


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A packaged server of this module's own, with few connections."""
    with database("-c", "max_connections=50") as found:
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
        while claimed(first.held) != most - 34:  # the server notices the end of a connection a moment later
            first.held.rollback()
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


def test_api_worker_and_relay_refuse_to_start_where_there_is_no_room(url: str, tmp_path: Path) -> None:
    """Each ends at once with one sentence: what the server takes, what could be asked for, what to raise it to."""
    taken = {"api": API, "worker": WORKER, "relay": RELAY}
    # Nothing of Temporal is there: nobody gets so far.
    more = {"KEIYAKU_DATABASE_URL": url, "KEIYAKU_HOME": str(tmp_path), "TEMPORAL_ADDRESS": "127.0.0.1:9"}
    others = _Process(url, 30)
    running = {
        name: subprocess.Popen(
            (sys.executable, "-m", "cli", name), env={**os.environ, **more}, stderr=subprocess.PIPE, text=True
        )
        for name in taken
    }
    for name, process in running.items():
        said = process.communicate(timeout=60)[1]
        assert process.returncode == 1, said
        (sentence,) = [line for line in said.splitlines() if line.startswith("keiyaku: ")]
        assert "the database takes 47 connections" in sentence
        # The three may have met: each counts those that are there.
        least = 30 + taken[name] + OTHERS
        asked = int(sentence.split("with this process ")[1].split()[0])
        assert least <= asked <= 30 + sum(taken.values()) + OTHERS
        assert f"raise max_connections to {asked + 3} " in sentence
    others.end()


def test_a_server_that_is_full_already_is_told_apart_from_one_that_is_away(url: str) -> None:
    """With no connection left the sentence says so; a server that is away is nobody's lack of room, and waited for."""
    plain = create_engine(url, poolclass=NullPool)
    with ExitStack() as held:
        for _ in range(50):
            held.enter_context(plain.connect())
        with pytest.raises(NoRoomError, match="no connection left"):
            ensure_room_if_it_answers(plain)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    away = create_engine(f"postgresql+psycopg://x@127.0.0.1:{port}/x", poolclass=NullPool)
    ensure_room_if_it_answers(away)
    with pytest.raises(OperationalError):
        ensure_room(away)


def test_a_process_that_stays_claims_its_whole_pool(url: str) -> None:
    """The service's own engine says how many connections it may open, overflow included."""
    engine = make_engine(url, pool_size=6, max_overflow=2, claims=True)
    with engine.connect() as one, engine.connect() as other:
        assert claimed(one) == claimed(other) == 8
    engine.dispose()
