"""The movable clock: the whole environment goes to a business moment, and everything due on the way happens in order.

Business now is real time, as PostgreSQL says it, plus the offset of the one `clock` row; during an advance it is frozen
at the moment being played. Everything ahead is a row (agenda items, carrier steps, programme dates); an execution whose
rows say nothing is not touched, however far the clock goes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from temporalio.client import Client
from temporalio.service import RPCError

from models.tables.clock import MOVED_NOW
from rehearsal.clock import due
from rehearsal.clock.carrier_steps import CarrierStep, CarrierSteps
from rehearsal.clock.due import Due, Item
from rehearsal.clock.errors import (
    AsideError,
    BackwardsError,
    ClockError,
    EndlessMomentError,
    NoClockError,
    UnansweredError,
    patiently,
)
from rehearsal.clock.player import Heal, Player
from rules.calendar import JST
from service.healing.lease import CLOCK, Lease
from store.database import business_now

log = logging.getLogger(__name__)

ROUNDS_MAX = 1_000
"""Batches at one moment; more is something that puts itself back."""

CATCH_UP_PATIENCE_S = 10.0
CATCH_UP_S = 10.0
"""A catch-up begins no further moment after so many real seconds, so that an advance need not wait long for it."""

DELIVERY_S = 5.0
"""How long the end of an advance waits for the outbox; a receiver that is away must not hold the clock."""

CARRIER_EVERY_S = 5.0
"""While nothing goes on, the stand-in is asked that seldom: a request costs both of us more than all else of a look."""

_POLL_S = 0.02


@dataclass(frozen=True)
class Batch:
    """What is due at the earliest moment, from all sources."""

    now: datetime
    advance_to: datetime | None
    moment: datetime | None
    """None: nothing is due."""
    steps: tuple[CarrierStep, ...] = ()
    items: tuple[Item, ...] = ()


class RehearsalClock:
    """The clock of one environment. Any number of processes may have one: advances take turns across all of them."""

    def __init__(
        self,
        engine: Engine,
        client: Client,
        carrier_url: str,
        settled: Callable[[], Awaitable[None]] | None = None,
        concurrency: int = 8,
        patience_s: float = 120,
        heal: Heal | None = None,
    ) -> None:
        """Nothing is read or moved yet.

        Args:
            engine: on the database with the `clock` row.
            client: of a Temporal server with time skipping switched on.
            carrier_url: base of the carrier's stand-in.
            settled: awaited at the end of every advance, before the clock runs again.
            concurrency: things carried out at once.
            patience_s: real seconds that any one of them may take, restarts of servers and workers included.
            heal: starts an execution that is gone again; without it the clock goes on without that one.
        """
        self._engine = engine
        self._steps = CarrierSteps(carrier_url.rstrip("/"))
        self._player = Player(engine, client, self._steps, concurrency, heal)
        self._settled = settled
        self._patience_s = patience_s
        self._carrier_asked = -CARRIER_EVERY_S

    def begin(self, at: datetime) -> None:
        """Give a new environment its clock, running from `at`; one that is there stays as it is. Blocks.

        Raises:
            ValueError: `at` has no offset.
        """
        with self._engine.begin() as connection:
            connection.execute(
                text("""
                    insert into clock (id, offset_s)
                    values (1, extract(epoch from cast(:at as timestamptz) - clock_timestamp()))
                    on conflict (id) do nothing
                """),
                {"at": _aware(at)},
            )

    def now(self) -> datetime:
        """Business now (X-06). Blocks; real time where there is no clock."""
        with Session(self._engine) as session:
            return business_now(session)

    async def advance(self, to: datetime) -> datetime:
        """Go to a business moment; return the new now when everything due up to `to`, inclusive, has happened.

        One at a time: a second caller waits, and returns at once where the first went as far. An advance cut off in
        the middle is finished first, by whoever comes next. One that fails leaves the clock running from the moment
        it reached.

        Raises:
            BackwardsError: `to` lies before the present business now.
            NoClockError: this environment has no movable clock.
            ClockError: something due could not be carried out within the patience; the message names it.
            ValueError: `to` has no offset.
        """
        to = _aware(to)
        now = await patiently("the clock", self._patience_s, lambda: asyncio.to_thread(self.now))
        if to < now:
            shown, wanted = (each.astimezone(JST).isoformat() for each in (now, to))
            message = f"The clock shows {shown}; it does not go back to {wanted}."
            raise BackwardsError(message)
        async with self._lease() as lease:
            await patiently("the clock", self._patience_s, lambda: lease.run(lambda sql: _start(sql, to)))
            if not await self._finish_advance(lease):
                message = "This environment has no movable clock."
                raise NoClockError(message)
        return await patiently("the clock", self._patience_s, lambda: asyncio.to_thread(self.now))

    async def resume(self) -> None:
        """Finish an advance that was cut off when its process ended; nothing where there is none.

        Raises:
            ClockError: as `advance`.
        """
        async with self._lease() as lease:
            await self._finish_advance(lease)

    async def catch_up(self, resting: Collection[str] = ()) -> dict[str, ClockError]:
        """Carry out what is due by now; the clock runs on. One query where nothing is due, now and then one request.

        An answer of the stand-in may so come some seconds late; where a row is due it is asked at once, for the order.

        Gives way to a running advance, and finishes one whose process has ended. What the workflows carry out by
        themselves is left to them.

        Args:
            resting: workflow ids to leave out.

        Returns:
            what failed, by workflow id; later moments are played all the same, as real time does not wait.

        Raises:
            ClockError: an advance cut off before could not be finished, or the carrier cannot be understood.
            SQLAlchemyError, RPCError, httpx.HTTPError: a server is away.
        """
        if not await self._is_due(resting):
            return {}
        async with self._lease(wait=False) as lease:
            if not await lease.try_take():
                return {}
            return await self._catch_up(lease, resting)

    async def close(self) -> None:
        """Close the connections to the carrier."""
        await self._steps.close()

    async def _is_due(self, resting: Collection[str]) -> bool:
        """Whether a row is due or an advance was cut off; or a step of the stand-in, if it is time to ask for those."""
        found = await self._read(lambda sql: due.look(sql, effects=False, resting=resting))
        if found is None:
            return False
        if found.moment is not None or found.advance_to is not None:
            return True
        if time.monotonic() - self._carrier_asked < CARRIER_EVERY_S:
            return False
        steps = await self._steps.due(found.now)
        self._carrier_asked = time.monotonic()
        return any(step.entity_id not in resting for step in steps)

    @asynccontextmanager
    async def _lease(self, *, wait: bool = True) -> AsyncIterator[Lease]:
        lease = Lease(self._engine, CLOCK)
        try:
            if wait:
                await patiently("the clock's lock", self._patience_s, lease.take)
            yield lease
        finally:
            await lease.release()

    async def _finish_advance(self, lease: Lease) -> bool:
        """Do what the `clock` row says is under way, if anything; false where there is no such row."""
        try:
            return await self._go(lease)
        except (ClockError, SQLAlchemyError, RPCError, httpx.HTTPError):
            # Time goes on from the moment reached, and the caller may try again. Where even that cannot be
            # written, the row still says where to, and the next one finishes it.
            try:
                await lease.run(_unfreeze)
            except SQLAlchemyError:
                log.warning("the advance stopped and the clock stays frozen until the database is back")
            raise

    async def _go(self, lease: Lease) -> bool:
        played: datetime | None = None
        rounds = 0
        aside: list[str] = []
        unanswered: list[str] = []
        look = partial(self._look, lease.run, resting=aside, unanswered=unanswered)
        while True:
            batch = await patiently("what is due", self._patience_s, look)
            if batch is None or batch.advance_to is None:
                return batch is not None
            if batch.moment is None and batch.now >= batch.advance_to:
                break
            # What is overdue is played now: the clock does not go back for it.
            at = max(batch.moment or batch.advance_to, batch.now)
            rounds = rounds + 1 if at == played else 0
            if rounds > ROUNDS_MAX:
                message = f"more than {ROUNDS_MAX} rounds at {at.isoformat()}: {[*batch.steps, *batch.items][:3]}"
                raise EndlessMomentError(message)
            played = at
            if at > batch.now:
                await self._freeze(lease, at)
            failed = await self._player.play(batch.steps, batch.items, self._patience_s)
            _raise_unless_aside(failed)
            for entity_id, error in failed.items():
                log.error("the clock goes on without %s: %s", entity_id, error)
                (unanswered if isinstance(error, UnansweredError) else aside).append(entity_id)
        await self._until_delivered()
        if self._settled is not None:
            await self._settled()
        await patiently("the clock", self._patience_s, lambda: lease.run(_unfreeze))
        return True

    async def _freeze(self, lease: Lease, at: datetime) -> None:
        await patiently("the clock", self._patience_s, lambda: lease.run(lambda sql: _freeze(sql, at)))

    async def _catch_up(self, lease: Lease, resting: Collection[str]) -> dict[str, ClockError]:
        deadline = time.monotonic() + CATCH_UP_S
        failed: dict[str, ClockError] = {}
        while time.monotonic() < deadline:
            batch = await self._look(lease.run, effects=False, resting=[*resting, *failed])
            if batch is None:
                break
            if batch.advance_to is not None:
                log.info("finishing the advance to %s that was cut off", batch.advance_to.isoformat())
                await self._finish_advance(lease)
                continue
            if batch.moment is None:
                break
            failed |= await self._player.play(batch.steps, batch.items, CATCH_UP_PATIENCE_S)
        return failed

    async def _look(
        self,
        read: Callable[[Callable[[Connection], Due | None]], Awaitable[Due | None]],
        *,
        effects: bool = True,
        resting: Collection[str] = (),
        unanswered: Collection[str] = (),
    ) -> Batch | None:
        """The earliest batch of rows and carrier steps; None where there is no clock.

        Args:
            read: does it with a connection.
            effects: as `due.look`.
            resting: workflow ids to leave out.
            unanswered: whose rows are left out, while what NTT still says of them is not.
        """
        found = await read(lambda sql: due.look(sql, effects=effects, resting=[*resting, *unanswered]))
        if found is None:
            return None
        until = found.moment or found.advance_to or found.now
        steps = [step for step in await self._steps.due(until) if step.entity_id not in resting]
        moment = min((step.due_at for step in steps), default=found.moment)
        if moment is None:
            return Batch(found.now, found.advance_to, None)
        return Batch(
            found.now,
            found.advance_to,
            moment,
            tuple(step for step in steps if step.due_at == moment),
            tuple(item for item in found.items if item.due_at == moment),
        )

    async def _read(self, query: Callable[[Connection], Due | None]) -> Due | None:
        def work() -> Due | None:
            with self._engine.connect() as connection:
                return query(connection)

        return await asyncio.to_thread(work)

    async def _until_delivered(self) -> None:
        """Until every message has been tried once, so that what was sent can be read; five seconds at most."""

        def undelivered() -> bool:
            with self._engine.connect() as connection:
                return due.has_undelivered(connection)

        deadline = time.monotonic() + DELIVERY_S
        while await patiently("the outbox", self._patience_s, lambda: asyncio.to_thread(undelivered)):
            if time.monotonic() >= deadline:
                log.info("the advance does not wait any longer for messages to be delivered")
                return
            await asyncio.sleep(_POLL_S)


def _raise_unless_aside(failed: dict[str, ClockError]) -> None:
    """Of what failed, raise what concerns everybody's time; what is one execution's own affair costs only that one."""
    errors = sorted(failed.values(), key=lambda error: isinstance(error, AsideError))
    if not errors or isinstance(errors[0], AsideError):
        return
    for other in errors[1:]:
        errors[0].add_note(str(other))
    raise errors[0]


def _start(connection: Connection, to: datetime) -> None:
    """Say where it goes before anything moves; nothing where somebody has been there meanwhile."""
    connection.execute(
        text(f"""
            update clock set advance_to = greatest(advance_to, :to), frozen_at = {MOVED_NOW}
            where id = 1 and (advance_to is not null or {MOVED_NOW} <= :to)
        """),
        {"to": to},
    )


def _freeze(connection: Connection, at: datetime) -> None:
    connection.execute(
        text("update clock set frozen_at = :at where id = 1 and frozen_at < :at and advance_to is not null"), {"at": at}
    )


def _unfreeze(connection: Connection) -> None:
    """Let time run again from the moment at which it stood."""
    connection.execute(
        text("""
            update clock
            set offset_s = extract(epoch from frozen_at - clock_timestamp()), frozen_at = null, advance_to = null
            where id = 1 and frozen_at is not null
        """)
    )


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = "a moment without an offset is ambiguous"
        raise ValueError(message)
    return moment.astimezone(UTC)
