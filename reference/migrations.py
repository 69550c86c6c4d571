"""The gate between the Alembic migrations and the SQLModel tables, on a real PostgreSQL of its own.

What the comparison cannot see: exclusion and check constraints, triggers, functions. Tests of the tables cover those.
"""

from __future__ import annotations

import asyncio
import importlib
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from embedded.children.process import ends_with_parent
from embedded.home import temporary_home
from embedded.servers.postgres import Postgres

READY_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 15.0
POLL_SECONDS = 0.05


class DatabaseError(RuntimeError):
    """The packaged PostgreSQL did not start, or a migration failed on it."""


@contextmanager
def database(*options: str) -> Iterator[str]:
    """An empty PostgreSQL in a temporary directory; yields its SQLAlchemy address and leaves nothing behind.

    Args:
        options: more arguments of the server, which win over its usual ones.

    Raises:
        DatabaseError: as `serving`.
    """
    with temporary_home("keiyaku-reference-") as folder, serving(folder, *options) as url:
        yield url


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """A PostgreSQL on `pg` in a directory, made where it is missing; yields its SQLAlchemy address.

    Raises:
        DatabaseError: it ended, or was not ready within 30 seconds; the message has the end of its log.
    """
    server = Postgres.at(folder / "pg")
    asyncio.run(server.prepare())
    log = folder / "postgres.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603  # the command is the package's own binary
            (*server.command, *options),
            cwd="/",
            env=server.env,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            preexec_fn=ends_with_parent(signal.SIGINT, server.account),  # noqa: PLW1509  # no threads run here
        )
    try:
        _wait(server, process, log)
        yield server.url()
    finally:
        # SIGINT is the fast shutdown: it does not wait for clients.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        server.clean()


def _wait(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not asyncio.run(server.is_ready(process.pid)):
        if process.poll() is not None or time.monotonic() > deadline:
            end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise DatabaseError(f"the packaged PostgreSQL did not become ready:\n{end}")
        time.sleep(POLL_SECONDS)


def differences(url: str, metadata: sqlalchemy.MetaData) -> list[str]:
    """Where the database at `url` differs from the tables of `metadata`: a sentence for each, empty if nowhere.

    Types and server defaults are compared too.
    """
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, metadata)
    # A changed column comes as a list of its changes, anything else as one tuple.
    return [_sentence(each) for diff in found for each in (diff if isinstance(diff, list) else [diff])]


def _sentence(diff: tuple[Any, ...]) -> str:
    """The operation is what a migration would still have to do for the tables to be matched."""
    operation, *what = diff
    if operation in {"add_column", "remove_column"}:
        _, table, column = what
        named = f"{table}.{column.name}"
    elif operation.startswith("modify_"):
        _, table, column, _, was, wanted = what
        return f"{table}.{column}: a migration has to {operation.replace('_', ' ')} from {was!r} to {wanted!r}"
    else:
        thing = what[0]
        table = getattr(thing, "table", None)
        named = f"{table.name}.{thing.name}" if table is not None else str(getattr(thing, "name", thing))
    return f"{named}: a migration has to {operation.replace('_', ' ')}"


def upgrade(script: Path, url: str) -> None:
    """`alembic upgrade head` of the migrations in `script` on the database at `url`.

    `migrations/env.py` takes the address from the option `sqlalchemy.url`.
    """
    config = Config()
    config.set_main_option("script_location", str(script))
    # Percent signs are interpolation in an Alembic configuration.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


def tables() -> sqlalchemy.MetaData:
    """The tables of `models.tables`."""
    importlib.import_module("models.tables")
    return SQLModel.metadata


def failures(root: Path, metadata: sqlalchemy.MetaData) -> list[str]:
    """Run every migration below `root` on an empty database and compare with `metadata`.

    Raises:
        DatabaseError: the database did not start.
    """
    script = root / "migrations"
    if not (script / "env.py").is_file():
        return ["migrations/env.py is missing: there are no migrations to run"]
    if not metadata.tables:
        return ["there is not one table to compare with"]
    with database() as url:
        try:
            upgrade(script, url)
        except (CommandError, SQLAlchemyError) as error:
            return [f"`alembic upgrade head` fails: {error}"]
        return differences(url, metadata)
