"""The real servers, and an empty home on them."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from embedded.children.child import Child
from embedded.children.supervisor import Supervisor
from embedded.ports import free_ports
from embedded.servers.postgres import DATABASE, Postgres
from embedded.servers.temporal import Temporal
from store.database import engine
from tests.furnished import Furniture
from tests.rehearsal.home import Home


@dataclass(frozen=True)
class Servers:
    """Where they answer, and killing them."""

    address: str
    postgres: Postgres
    loop: asyncio.AbstractEventLoop
    supervisor: Supervisor

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        os.kill(self.supervisor.pids[name], signal.SIGKILL)


@contextmanager
def _running(home: Path) -> Iterator[Servers]:
    (port,) = free_ports(1)
    temporal = Temporal(database=home / "temporal.db", port=port, ui_port=None, rehearsal=True)
    postgres = Postgres.at(home / "pg")
    children = [
        Child(
            name="postgres",
            command=postgres.command,
            env=postgres.env,
            log=home / "postgres.log",
            before=postgres.prepare,
            ready=postgres.is_ready,
            account=postgres.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        ),
        Child(name="temporal", command=temporal.command, env=temporal.env, log=home / "t.log", ready=temporal.is_ready),
    ]
    loop = asyncio.new_event_loop()
    # The children end with the thread that started them: it stays until they have been stopped.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    supervisor = Supervisor(children, home=home, say=lambda _line: None)
    asyncio.run_coroutine_threadsafe(supervisor.start(), loop).result(90)
    try:
        yield Servers(temporal.address, postgres, loop, supervisor)
    finally:
        asyncio.run_coroutine_threadsafe(supervisor.stop(), loop).result(30)
        postgres.clean()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, furniture: Furniture) -> Iterator[Servers]:
    """The packaged Temporal server and PostgreSQL, as a rehearsal runs them; its database is what others begin as."""
    home = tmp_path_factory.mktemp("servers")
    furniture.put(home / "pg")
    with _running(home) as running:
        yield running


@pytest.fixture
def home(servers: Servers) -> Iterator[Home]:
    """A database of empty tables on them, and a queue of its own."""
    name = f"t{uuid.uuid4().hex[:10]}"
    admin = engine(servers.postgres.url("postgres"), pool_size=1)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {name} template {DATABASE}"))
    admin.dispose()
    found = Home(servers.address, servers.postgres.url(name))
    yield found
    found.engine.dispose()


class Silent(str):
    """The address of a carrier with nothing to say, and how often it was asked."""

    __slots__ = ("asked",)

    asked: list[str]


@pytest.fixture
def no_carrier() -> Iterator[Silent]:
    """A carrier with nothing to say."""
    asked: list[str] = []

    class Nothing(BaseHTTPRequestHandler):
        """Answers every question with an empty list."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Nothing is due."""
            asked.append(self.path)
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = Silent(f"http://127.0.0.1:{server.server_port}")
        url.asked = asked
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
