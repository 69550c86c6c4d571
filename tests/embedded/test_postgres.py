"""The packaged PostgreSQL as a child: it starts, survives kills, keeps its data, and ends with us."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from embedded.children.child import Child
from embedded.children.process import closed_parent, named_account, owner_account
from embedded.children.supervisor import Supervisor
from embedded.errors import StackError
from embedded.servers import postgres as embedded_postgres
from embedded.servers.postgres import Postgres, postgres_processes


def child(server: Postgres, home: Path) -> Child:
    """The server as the stack runs it."""
    return Child(
        name="postgres",
        command=server.command,
        env=server.env,
        log=home / "postgres.log",
        before=server.prepare,
        ready=server.is_ready,
        account=server.account,
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
    )


def with_server(data: Path, work: Callable[[Postgres, Supervisor], Awaitable[None]]) -> None:
    """Run a story beside a supervised server; nothing of it is left afterwards."""

    async def story() -> None:
        server = Postgres.at(data)
        supervisor = Supervisor([child(server, data.parent)], home=data.parent, say=lambda _line: None)
        async with asyncio.timeout(90):
            await supervisor.start()
            try:
                await work(server, supervisor)
            finally:
                await supervisor.stop()
                server.clean()
        assert postgres_processes(data) == set()

    asyncio.run(story())


def query(server: Postgres, sql: str) -> list[tuple[object, ...]]:
    """One statement through SQLAlchemy and our own URL."""
    engine = sa.create_engine(server.url(), poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sa.text(sql))
        return [tuple(row) for row in result] if result.returns_rows else []


def test_it_starts_is_killed_busy_and_keeps_every_row(tmp_path: Path) -> None:
    """Killed with -9 while a backend is busy, it is back by itself with every committed row, at the same URL."""

    async def story(server: Postgres, supervisor: Supervisor) -> None:
        assert query(server, "SELECT current_database()") == [("keiyaku",)]
        query(server, "CREATE TABLE kept (n int)")
        url = server.url()
        for n in range(3):
            query(server, f"INSERT INTO kept VALUES ({n})")
            busy = await psycopg.AsyncConnection.connect(host=str(server.sockets), user="postgres", dbname="keiyaku")
            sleeping = asyncio.create_task(busy.execute("SELECT pg_sleep(600)"))
            await asyncio.sleep(0)
            before = supervisor.pids["postgres"]
            supervisor.kill("postgres")
            await supervisor.wait_restarted("postgres", after=before)
            with pytest.raises(psycopg.OperationalError):
                await sleeping
            await busy.close()
            assert server.url() == url
            assert query(server, "SELECT count(*) FROM kept") == [(n + 1,)]

    with_server(tmp_path / "pg", story)


def test_it_resumes_where_it_left_off(tmp_path: Path) -> None:
    """A second start on the same directory finds what the first one wrote, whatever the lock file says."""
    data = tmp_path / "pg"

    async def write(server: Postgres, _: Supervisor) -> None:
        query(server, "CREATE TABLE kept AS SELECT 1 AS n")

    async def read(server: Postgres, _: Supervisor) -> None:
        assert query(server, "SELECT n FROM kept") == [(1,)]

    with_server(data, write)
    # What a container that was restarted leaves: the number is ours by now, and no postgres.
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    with_server(data, read)


def test_a_half_made_directory_is_made_again(tmp_path: Path) -> None:
    """An initialisation that was killed does not count as a database."""
    half = tmp_path / "pg.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    async def story(server: Postgres, _: Supervisor) -> None:
        assert query(server, "SHOW server_version_num")[0][0] >= "180000"  # type: ignore[operator]
        assert not half.exists()

    with_server(tmp_path / "pg", story)


@pytest.mark.parametrize("name", ["d" * 120, "a, b c", "契約 データ"])
def test_long_and_odd_paths(tmp_path: Path, name: str) -> None:
    """A path too long for a socket, or with a comma, gets a short directory that is removed; spaces do not matter."""
    data = tmp_path / name / "pg"
    data.parent.mkdir()

    async def story(server: Postgres, _: Supervisor) -> None:
        assert query(server, "SELECT 1") == [(1,)]
        assert (server.sockets == data) == (name == "契約 データ")

    with_server(data, story)
    assert not (data.parent / "pg.new").exists()
    assert Postgres.at(data).sockets == data or not Postgres.at(data).sockets.exists()


def test_it_listens_on_no_port_and_in_utc(tmp_path: Path) -> None:
    """Only the Unix socket is open, and the clock of the server is UTC."""

    async def story(server: Postgres, _: Supervisor) -> None:
        assert query(server, "SHOW listen_addresses") == [("",)]
        assert query(server, "SHOW timezone") == [("UTC",)]

    with_server(tmp_path / "pg", story)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its rights")
def test_root_runs_it_as_nobody(tmp_path: Path) -> None:
    """As root the server and its data belong to `nobody`."""
    data = tmp_path / "pg"

    async def story(server: Postgres, supervisor: Supervisor) -> None:
        nobody = named_account("nobody")
        assert nobody is not None
        assert server.account is not None
        assert owner_account(Path(f"/proc/{supervisor.pids['postgres']}")).uid == nobody.uid
        assert owner_account(data).uid == nobody.uid

    with_server(data, story)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its rights")
def test_a_closed_directory_is_named_where_it_cannot_be_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to pass a closed directory the error names the directory and the remedy."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(embedded_postgres, "passing_capability", lambda: None)
    with pytest.raises(StackError, match=r"nobody may not pass .*chmod o\+x"):
        Postgres.at(closed / "pg")


def test_closed_directories_are_found_from_the_top(tmp_path: Path) -> None:
    """The outermost closed directory is the one to open; an open path has none."""
    nobody = named_account("nobody")
    assert nobody is not None
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    for directory in (inner, inner.parent):
        directory.chmod(0o711)
    base = closed_parent(tmp_path, nobody)
    assert closed_parent(inner, nobody) == base
    inner.chmod(0o700)
    assert closed_parent(inner, nobody) == (base or inner)
    assert closed_parent(Path("/"), nobody) is None
