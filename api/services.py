"""What the doors are given by whoever wires them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session
from temporalio.client import Client
from temporalio.service import RPCError

from api.access.persons import Provider
from api.access.sign_in import CodeFlow
from models.seal import Seals
from store.database import business_now
from store.people.access import mark_of_hash

T = TypeVar("T")

ANSWER_S = 8.0
"""By then what is asked of the database has a thread and is spoken to, or its caller is told that there is none."""

READ_S = 8.0
"""By then a request that only reads has all its answers, or is told that there are none: ten seconds are promised."""

_READ_BY: ContextVar[float | None] = ContextVar("read_by", default=None)
"""When the request under way has to have read everything, by the clock of the event loop; None: it may change things,
and what it has begun to do is not given up while it goes on."""


@contextmanager
def reading_only() -> Iterator[None]:
    """Everything that is read within shares one deadline, however many waits it comes to; within another, the first."""
    if _READ_BY.get() is not None:
        yield
        return
    token = _READ_BY.set(asyncio.get_running_loop().time() + READ_S)
    try:
        yield
    finally:
        _READ_BY.reset(token)


AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeoutError, RPCError)
"""By these the database and Temporal do not answer: nothing is wrong with what was asked."""


@dataclass(frozen=True)
class Caller:
    """Who a bearer key belongs to."""

    name: str
    role: str


class KeyRing:
    """Bearer keys, kept as hashes."""

    def __init__(self, keys: dict[str, tuple[str, str]]) -> None:
        """Keep name → (role, key)."""
        self._hashes = {name: (role, _hash(key)) for name, (role, key) in keys.items()}

    def caller(self, key: str) -> Caller | None:
        """Whose key it is; every stored hash is compared, so that time tells nothing."""
        given, found = _hash(key), None
        for name, (role, stored) in self._hashes.items():
            if hmac.compare_digest(stored, given):
                found = Caller(name, role)
        return found

    def role_of(self, name: str, mark: str) -> str | None:
        """The role of the very key of a name that has a mark (`mark_of`); None for any other."""
        role, stored = self._hashes.get(name, ("", b""))
        return role if role and mark_of_hash(stored.hex()) == mark else None


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def mark_of(key: str) -> str:
    """By what a session knows again the key it was begun with; it opens nothing."""
    return mark_of_hash(_hash(key).hex())


class MovableClock(Protocol):
    """The clock of a rehearsal environment."""

    async def advance(self, to: datetime) -> datetime:
        """Move business time forward, carrying out everything due on the way.

        Raises:
            ValueError: `to` lies before now.
        """


class Motor(Protocol):
    """How Temporal does: who polls, and what does not run though it should."""

    @property
    def workers(self) -> dict[str, int]:
        """Queue → workers that polled it lately."""

    @property
    def missing(self) -> int:
        """Open entities without an execution."""

    @property
    def degraded(self) -> bool:
        """Whether something has not gone on by itself for a while."""


@dataclass
class Services:
    """Everything the doors use."""

    engine: Engine
    client: Client
    keys: KeyRing
    webhook_secret: str
    """Of the carrier's callbacks; several, separated by spaces and the newest first, while one replaces another."""
    door_secret: str = ""
    """What the doors key their hashes with; several, separated by spaces and the newest first, as above."""
    seals: Seals | None = None
    """Of this installation, by which an answer is known to be decide-and-record's; None: every answer is believed."""
    clock: MovableClock | None = None
    """None in production: the clock cannot be moved and its doors do not exist."""
    on_start: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    on_stop: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    motor: Callable[[], Awaitable[Motor]] | None = None
    """Asks how Temporal does; None where nobody can tell."""
    carrier_urls: dict[str, str] = field(default_factory=dict)
    storage_url: str | None = None
    people: Provider | None = None
    """Whose tokens speak of persons; None: keys only."""
    sign_in: CodeFlow | None = None
    """How a person signs in at a browser; None: with keys only."""
    person_min: int = 30
    """Minutes for which the provider's word of a person at the desk is taken."""
    desk_url: str | None = None
    """Base of the doors as browsers see them; None: as they ask for it."""
    carrier_names_filing: bool = False
    """Whether a filing's status must name its filing in the signed body."""
    threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(thread_name_prefix="database"))
    """Where the database is waited for; of their own, so that nothing else waits behind one that stands still."""
    turns: MutableMapping[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)
    """Of entities that messages are under way to (`api.doors.send`)."""
    webhooks: bool = False
    """Whether somebody listens to what is recorded: what a door records itself is told them too."""
    render_notice: Callable[..., Any] | None = None
    """Writes a letter (`activities.notices.render`), for what a door itself has to tell; None: nothing is told."""

    @property
    def secrets(self) -> list[str]:
        """What the doors key their hashes with, the newest first; last what earlier releases used."""
        return [*self.door_secret.split(), *self.webhook_secret.split()]

    async def read(self, work: Callable[[Session], T]) -> T:
        """Do something with the database beside the event loop, in one transaction.

        Raises:
            PoolTimeoutError: the database has not begun to answer within `ANSWER_S`; or, where the request only reads,
                has not answered all of it within `READ_S`.
        """

        def in_session(speaks: Callable[[], None]) -> T:
            with Session(self.engine) as session, session.begin():
                session.connection()
                speaks()
                return work(session)

        return await self._beside(in_session)

    async def single(self, work: Callable[[Connection], T]) -> T:
        """Do one statement at a time, each its own transaction: what a request cannot go on without costs one trip.

        Raises:
            PoolTimeoutError: as `read`.
        """

        def on_connection(speaks: Callable[[], None]) -> T:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                speaks()
                return work(connection)

        return await self._beside(on_connection)

    async def _beside(self, work: Callable[[Callable[[], None]], T]) -> T:
        """In a thread of ours. The wait for one counts; once the database speaks, every statement has its deadline.

        A request that only reads has one for all of it.
        """
        loop, context, read_by = asyncio.get_running_loop(), copy_context(), _READ_BY.get()
        try:
            async with asyncio.timeout_at(min(loop.time() + ANSWER_S, read_by or inf)) as silence:

                def speaks() -> None:
                    if read_by is None:
                        loop.call_soon_threadsafe(_broken, silence)

                return await loop.run_in_executor(self.threads, lambda: context.run(_whole, work, speaks))
        except TimeoutError:
            if not silence.expired():
                raise
            message = "no answer of the database in time"
            raise PoolTimeoutError(message) from None

    async def now(self) -> datetime:
        """The business moment."""
        return await self.read(business_now)


def _whole(work: Callable[[Callable[[], None]], T], speaks: Callable[[], None]) -> T:
    """Do the work; a `StopIteration` of it, which no future takes, would be waited for without an end."""
    try:
        return work(speaks)
    except StopIteration as error:
        message = "something that was looked for is not there"
        raise RuntimeError(message) from error


def _broken(silence: asyncio.Timeout) -> None:
    """Nothing is waited for any more, unless it was too late for that."""
    with suppress(RuntimeError):
        silence.reschedule(None)
