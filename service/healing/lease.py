"""The right to do something alone: one holder across all processes, for as long as its connection lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

T = TypeVar("T")

CLOCK = 5_220_160_401
"""Of the advisory lock of whoever moves the clock; any number nobody else uses."""

HEALER = 5_220_160_402
"""Of whoever looks after executions that are gone."""

UPGRADER = 5_220_160_403
"""Of whoever brings executions to the current version."""

_POLL_S = 0.05

_HELD = """
select exists(
  select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32) | objid::bigint = :key)
"""


class Lease:
    """A PostgreSQL advisory lock, and the one connection that holds it.

    What only the holder may write is written over this connection. When it breaks, the lock is gone as well, and so is
    the power to write: two holders cannot write at once, even after the database was killed.
    """

    def __init__(self, engine: Engine, key: int, *, shared: bool = False) -> None:
        """Nothing is taken yet; `shared`: as many holders as like, each a sign that somebody is there."""
        self._key = key
        self._ask = f"select pg_try_advisory_lock{'_shared' if shared else ''}(:key)"
        self._give = f"select pg_advisory_unlock{'_shared' if shared else ''}(:key)"
        self._engine = engine
        self._connection: Connection | None = None
        # One thread: a cancelled caller's statement is over before the next one, and before the release.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lease")

    async def take(self) -> None:
        """Wait until it is ours; no limit, the holder's own patience is one.

        Raises:
            OperationalError: the database is away.
        """
        while not await self.try_take():  # noqa: ASYNC110 -- what is waited for happens in another process
            await asyncio.sleep(_POLL_S)

    async def try_take(self) -> bool:
        """Take it if nobody has it; true if it is ours already."""
        return await self._run(self._try_take)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do something over the holding connection, each statement on its own; it is taken again if it was lost.

        Raises:
            OperationalError: the database is away; the lock is lost.
        """
        await self.take()

        def work_or_lose() -> T:
            if self._connection is None:
                message = "the lease is not held"
                raise RuntimeError(message)
            try:
                return work(self._connection)
            except SQLAlchemyError:
                self._drop()
                raise

        return await self._run(work_or_lose)

    async def is_held(self) -> bool:
        """Whether the one connection that holds it still lives, as the database answers over it.

        Raises:
            OperationalError: it does not; the lock is lost.
        """
        return await self.run(lambda connection: bool(connection.scalar(text("select true"))))

    async def drop(self) -> None:
        """Let go for now, as after an error; it can be taken again."""
        await self._run(self._drop)

    async def release(self) -> None:
        """Let the next one have it; harmless when repeated, and after a cancellation."""
        try:
            await asyncio.shield(self._run(self._drop))
        finally:
            self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _try_take(self) -> bool:
        if self._connection is not None:
            return True
        connection = self._engine.connect()
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = bool(connection.scalar(text(self._ask), {"key": self._key}))
        except DBAPIError:
            connection.invalidate()
            connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            connection.close()
        return taken

    def _drop(self) -> None:
        """Unlock; where that fails the connection is thrown away, and the lock with it."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(SQLAlchemyError):
            try:
                connection.execute(text(self._give), {"key": self._key})
            except SQLAlchemyError:
                connection.invalidate()
                raise
            finally:
                connection.close()


def has_holder(engine: Engine, key: int) -> bool:
    """Whether anybody holds a lock, without touching it.

    Raises:
        OperationalError: the database is away.
    """
    with engine.connect() as connection:
        return bool(connection.scalar(text(_HELD), {"key": key}))
