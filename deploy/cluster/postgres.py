"""The PostgreSQL of the topology: Debian's, since Temporal's visibility needs the extension `btree_gin`.

The packaged one (`embedded.servers.postgres`) carries no extensions. Its accounts, its socket's place and the ending of
what a kill left behind are used here all the same.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

from embedded.children.process import ends_with_parent
from embedded.errors import StackError
from embedded.ports import LOOPBACK
from embedded.servers.postgres import Postgres

_INSTALLED = Path("/usr/lib/postgresql")
_SHARED = Path("/usr/share/postgresql")


def binaries() -> Path:
    """The newest installed PostgreSQL that has `btree_gin`.

    Raises:
        StackError: there is none.
    """
    versions = [each for each in _INSTALLED.glob("[0-9]*") if (each / "bin" / "postgres").exists()]
    for version in sorted(versions, key=lambda each: int(each.name), reverse=True):
        if (_SHARED / version.name / "extension" / "btree_gin.control").exists():
            return version / "bin"
    message = "no PostgreSQL with the extension btree_gin is installed here (Debian, Ubuntu: apt install postgresql)"
    raise StackError(message)


@dataclass(frozen=True, kw_only=True)
class Database:
    """One server on one data directory, on loopback by password and on its socket for us."""

    packaged: Postgres
    port: int
    max_connections: int
    passwords: dict[str, str]
    """Account → password; each may make databases, and has one of its own name."""

    @property
    def command(self) -> tuple[str, ...]:
        """The foreground server."""
        data, sockets = str(self.packaged.data), str(self.packaged.sockets)
        options = (
            f"max_connections={self.max_connections}",
            "shared_buffers=128MB",
            "jit=off",
            "client_connection_check_interval=1000",
        )
        flags = [part for option in options for part in ("-c", option)]
        return (str(binaries() / "postgres"), "-D", data, "-h", LOOPBACK, "-p", str(self.port), "-k", sockets, *flags)

    async def prepare(self) -> None:
        """Make the data once, and clear away what a killed server left."""
        data = self.packaged.data
        if not (data / "PG_VERSION").exists():
            await self._init(data)
        await self.packaged.end_orphans()
        for lock in (data / "postmaster.pid", self.packaged.sockets / f".s.PGSQL.{self.port}.lock"):
            lock.unlink(missing_ok=True)

    async def _init(self, data: Path) -> None:
        fresh = data.with_name(f"{data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        account = self.packaged.account
        if account is not None:
            os.chown(fresh, account.uid, account.gid)
        process = await asyncio.create_subprocess_exec(
            *(str(binaries() / "initdb"), "-D", str(fresh), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd="/",
            env=self.packaged.env,
            preexec_fn=ends_with_parent(signal.SIGKILL, account),
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            raise StackError(f"the database cannot be created:\n{said.decode(errors='replace')}")
        fresh.rename(data)

    def copy(self, to: Path) -> None:
        """Copy the running server's data as of the end of the copying, ready to be started on.

        Raises:
            StackError: it cannot be copied.
        """
        words = ("-h", str(self.packaged.sockets), "-p", str(self.port), "-U", "postgres", "-D", str(to))
        command = (str(binaries() / "pg_basebackup"), *words, "--checkpoint=fast", "--wal-method=stream")
        done = subprocess.run(command, env=self.packaged.env, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise StackError(f"the database cannot be copied:\n{done.stderr}")
        account = self.packaged.account
        if account is not None:
            for path in (to, *to.rglob("*")):
                os.chown(path, account.uid, account.gid, follow_symlinks=False)

    async def is_ready(self, _pid: int) -> bool:
        """Whether it answers; its first answer makes the accounts and their databases."""
        where = psycopg.conninfo.make_conninfo(
            host=str(self.packaged.sockets), port=self.port, user="postgres", dbname="postgres"
        )
        try:
            async with await psycopg.AsyncConnection.connect(where, autocommit=True, connect_timeout=2) as connection:
                for name, password in self.passwords.items():
                    await _make(connection, name, password)
        except psycopg.OperationalError:  # not up yet, or killed under our hands
            return False
        return True


async def _make(connection: psycopg.AsyncConnection[tuple[object, ...]], name: str, password: str) -> None:
    account = psycopg.sql.Identifier(name)
    found = await connection.execute("select 1 from pg_roles where rolname = %s", (name,))
    if await found.fetchone() is None:
        # Superuser, as the account of the published image is: extensions are made by it.
        make = psycopg.sql.SQL("create role {} login superuser password {}")
        await connection.execute(make.format(account, psycopg.sql.Literal(password)))
    found = await connection.execute("select 1 from pg_database where datname = %s", (name,))
    if await found.fetchone() is None:
        await connection.execute(psycopg.sql.SQL("create database {} owner {}").format(account, account))
