"""The outbox relay: delivers waiting rows at least once, under stable ids; in every worker, or a process of its own.

A row stays locked by its own transaction while it is delivered, so a worker that is killed frees it at once, and no
lease has to run out. Destinations have a lane each: one that is away or slow delays nothing but itself.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prometheus_client import Counter
from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from activities.bell import Bell
from activities.failures import is_away
from activities.outbox import rows
from activities.outbox.destinations import (
    DelayedError,
    Destination,
    Hook,
    Http,
    Mail,
    NobodyError,
    RefusedError,
    RelayConfig,
)
from activities.outbox.rows import Queue, Row

log = logging.getLogger(__name__)

BUSY_S = 2.0
"""So long after a row was found another one is expected."""
COMMIT_S = 0.01
"""The driver tells of a commit before it is done: so long it usually takes."""
OPEN_S = 5.0
"""So long the connections of a lane stay open for the next row."""
STIRRED_S = 0.5
"""So long it may take at the worst before the next look at leisure."""
TRIES = Counter("keiyaku_outbox_tries", "Rows of the outbox tried by this process.", ["lane", "outcome"])
"""`outcome`: `delivered`, `refused` (for good), `delayed`, `away` (the destination takes nothing), `defect`."""


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """A row that will not be tried again."""

    entity_id: str
    message_id: str
    channel: str
    tries: int = 0
    """Before the one that ends it."""


ALONE_TRIES = 3
"""Times that a row fails again after its destination has taken others, before its age counts against it."""


class _Result(Enum):
    """What became of one try."""

    DONE = "done"
    """Delivered, given up, or put off for reasons of its own."""
    NOT_OURS = "not ours"
    AWAY = "away"


def _nobody(_row: GivenUp) -> None:
    """Nobody is told: the row alone keeps it."""


def _unawaited(_entity_id: str) -> None:
    """Nobody waits for what arrives."""


@dataclass
class Lane:
    """The rows of one destination, delivered by one thread at a time."""

    name: str
    queue: Queue
    destination: Destination
    failures: int = 0
    """Tries in a row that found the destination away."""
    resume_at: float = field(default=0.0)
    """On the monotonic clock."""
    used_at: float | None = None
    """When it was last at work, on the same clock; None: its connections are closed."""
    taken: int = 0
    """Rows that the destination took of this process."""
    alone: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Row that waits → how often it failed though others had been taken since, and `taken` at the last time."""
    candidates: TextClause = field(init=False)
    claim: TextClause = field(init=False)

    def __post_init__(self) -> None:
        """Put its questions into words once."""
        self.candidates, self.claim = rows.candidates(self.queue), rows.claim(self.queue)

    def fails_alone(self, row: Row) -> bool:
        """Whether a row that was not taken once more is what is wrong, and not its destination."""
        tries, taken = self.alone.get(row.row_id, (0, self.taken))
        tries += taken < self.taken
        self.alone[row.row_id] = (tries, self.taken)
        return tries >= ALONE_TRIES


class Relay:
    """Delivers the outbox. Any number of relays may run at once, in any number of processes."""

    def __init__(
        self,
        engine: Engine,
        config: RelayConfig,
        tell: Callable[[GivenUp], None] = _nobody,
        arrived: Callable[[str], None] = _unawaited,
    ) -> None:
        """Bind the database and the destinations; nothing is opened yet.

        Args:
            engine: the database; what is committed over it by anybody of this process is looked for at once.
            config: where rows go.
            tell: gives an operator the task of a row that is given up; safe to repeat, called from a lane's thread
                before the row is marked, so that no crash loses the task.
            arrived: told of an entity that has such a task, each time that something of it is delivered or has
                nobody left to go to, once that is committed; called from a lane's thread, raises nothing.
        """
        self._engine = engine
        self._config = config
        self._tell, self._arrived = tell, arrived
        self._lanes = _lanes(config)
        self._look = rows.look([lane.queue for lane in self._lanes])
        self._stopping = threading.Event()
        self._database_failures = 0
        self._written = Bell()
        self._busy_until = 0.0
        event.listen(engine, "commit", lambda _connection: self._written.ring())

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is being delivered then is finished first.

        An away database or destination is waited for, never raised.
        """
        loop = asyncio.get_running_loop()
        self._stopping.clear()
        stopped, written = asyncio.create_task(stop.wait()), asyncio.create_task(self._written.wait())
        running: dict[str, asyncio.Future[None]] = {}
        pool = ThreadPoolExecutor(len(self._lanes) + 1, thread_name_prefix="outbox")
        try:
            while not stop.is_set():
                idle = [lane for lane in self._lanes if lane.name not in running and self._may_try(lane)]
                looked_at = time.monotonic()
                for lane in await loop.run_in_executor(pool, self._due, idle):
                    running[lane.name] = loop.run_in_executor(pool, self._drain, lane)
                    self._busy_until = looked_at + BUSY_S
                awaited: set[asyncio.Future[Any]] = {stopped, written, *running.values()}
                await asyncio.wait(awaited, timeout=self._rest(), return_when=asyncio.FIRST_COMPLETED)
                if written.done():
                    # What is written in a burst is looked for once in a while, not once for each.
                    gap = looked_at + self._config.poll_seconds - time.monotonic()
                    await asyncio.wait({stopped}, timeout=max(gap, COMMIT_S))
                    self._busy_until = max(self._busy_until, time.monotonic() + STIRRED_S)
                    written = asyncio.create_task(self._written.wait())
                for name in [name for name, work in running.items() if work.done()]:
                    running.pop(name).result()
            self._stopping.set()
            await asyncio.gather(*running.values())
            await loop.run_in_executor(pool, self._let_go, self._lanes, math.inf)
        finally:
            self._stopping.set()
            stopped.cancel()
            written.cancel()
            pool.shutdown(wait=False, cancel_futures=True)

    def _may_try(self, lane: Lane) -> bool:
        return time.monotonic() >= lane.resume_at

    def _rest(self) -> float:
        """How long to wait until the next look: longer while nothing goes on, and while the database is away."""
        if not self._database_failures:
            now = time.monotonic()
            if now < self._busy_until:
                return self._config.poll_seconds
            resumed = [lane.resume_at - now for lane in self._lanes if lane.resume_at > now]
            return min([self._config.idle_seconds, *resumed])
        return min(self._backoff(self._database_failures), self._config.pause_seconds_max)

    def _backoff(self, failures: int) -> float:
        """1, 2, 4 … seconds after the first, second, third failure, up to the most."""
        return min(self._config.retry_seconds_min * 2.0 ** min(failures - 1, 30), self._config.retry_seconds_max)

    def _due(self, lanes: Sequence[Lane]) -> list[Lane]:
        """Which of the lanes have a row to try now: one cheap query for all."""
        if not lanes:
            return []
        self._let_go(lanes, time.monotonic() - OPEN_S)
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                found = connection.execute(self._look).one()
        except (DBAPIError, PoolTimeoutError) as error:
            self._database_away(error)
            return []
        if self._database_failures:
            log.info("the outbox relay has its database again")
            self._database_failures = 0
        due = {lane.name for lane, waits in zip(self._lanes, found, strict=True) if waits}
        return [lane for lane in lanes if lane.name in due]

    @staticmethod
    def _let_go(lanes: Sequence[Lane], used_before: float) -> None:
        """Close the connections of those that have not been at work for a while."""
        for lane in lanes:
            if lane.used_at is not None and lane.used_at < used_before:
                lane.used_at = None
                lane.destination.close()

    def _database_away(self, error: Exception) -> None:
        self._database_failures += 1
        if self._database_failures == 1:
            log.warning("the outbox relay waits for its database: %s", type(error).__name__)

    def _drain(self, lane: Lane) -> None:
        """Deliver the lane's rows one after the other until none can be claimed."""
        try:
            with self._engine.connect() as connection:
                found = list(connection.execute(lane.candidates).scalars())
            # What is left where none is found waits behind an earlier row or is held by another relay.
            results = [] if not found else self._deliver(lane, found)
            if _Result.DONE not in results:
                self._rest_lane(lane, self._config.poll_seconds)
        except (DBAPIError, PoolTimeoutError) as error:
            self._database_away(error)
            self._rest_lane(lane, self._rest())
        except Exception:
            # A defect of one lane costs that lane a rest: the others, and the worker, go on.
            lane.failures += 1
            log.exception("outbox lane %s rests after a defect", lane.name)
            self._rest_lane(lane, min(self._backoff(lane.failures), self._config.pause_seconds_max))
        finally:
            lane.used_at = time.monotonic()

    def _deliver(self, lane: Lane, row_ids: Sequence[int]) -> list[_Result]:
        """Deliver rows in order; stops when told to, and where the destination is away."""
        results: list[_Result] = []
        for row_id in row_ids:
            if self._stopping.is_set() or _Result.AWAY in results[-1:]:
                break
            results.append(self._deliver_row(lane, row_id))
        return results

    def _deliver_row(self, lane: Lane, row_id: int) -> _Result:
        """Deliver one row, unless another relay has it or had it; one that fails by a defect of ours is parked."""
        try:
            return self._try_row(lane, row_id)
        except Exception as error:
            if is_away(error):
                raise
            lane.destination.close()
            log.exception("the outbox parks row %s of lane %s, which fails by a defect", row_id, lane.name)
            with self._engine.begin() as connection:
                row = rows.taken(connection, lane.claim, row_id)
                if row is None:
                    return _Result.NOT_OURS
                TRIES.labels(lane.name, "defect").inc()
                self._park(connection, row, f"{type(error).__name__}; the worker's log has the rest")
            return _Result.DONE

    def _park(self, connection: Connection, row: Row, reason: str, *, task: bool = True) -> bool:
        """Give a row up: an operator is told first, then it is marked, so that one is never without the other.

        Returns:
            Whether an operator waits for something undelivered of the same entity.
        """
        if task:
            try:
                given_up = GivenUp(
                    entity_id=row.entity_id, message_id=row.message_id, channel=row.channel, tries=row.attempts
                )
                self._tell(given_up)
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("no operator can be given the task of %s", row.message_id)
        return rows.given_up(connection, row, reason)

    def _try_row(self, lane: Lane, row_id: int) -> _Result:
        awaited = False
        with self._engine.begin() as connection:
            row = rows.taken(connection, lane.claim, row_id)
            if row is None:
                return _Result.NOT_OURS
            try:
                lane.destination.deliver(connection, row)
            except RefusedError as error:
                TRIES.labels(lane.name, "refused").inc()
                log.error("the outbox gives up %s: %s", row.message_id, error.reason)  # noqa: TRY400  # a refusal, no defect
                nobody = isinstance(error, NobodyError)
                awaited = self._park(connection, row, str(error), task=not nobody) and nobody
            except DelayedError as error:
                TRIES.labels(lane.name, "away" if error.away else "delayed").inc()
                self._put_off(connection, lane, row, error)
                if error.away:
                    self._pause(lane, error)
                    return _Result.AWAY
            else:
                TRIES.labels(lane.name, "delivered").inc()
                awaited = rows.sent(connection, row)
                lane.taken += 1
                lane.alone.pop(row.row_id, None)
        if awaited:
            self._arrived(row.entity_id)
        if lane.failures:
            log.info("outbox destination %s is back", lane.name)
            lane.failures = 0
        return _Result.DONE

    def _put_off(self, connection: Connection, lane: Lane, row: Row, error: DelayedError) -> None:
        """Try a row again later, for days; then it is an operator's, and what waits behind it goes on."""
        if lane.fails_alone(row) and row.age_s >= self._config.give_up_seconds:
            log.error("the outbox gives up %s, which alone is not taken: %s", row.message_id, error.reason)
            lane.alone.pop(row.row_id)
            self._park(connection, row, str(error))
        else:
            rows.put_off(connection, row, str(error), self._backoff(row.attempts + 1))

    def _pause(self, lane: Lane, error: DelayedError) -> None:
        lane.failures += 1
        if lane.failures == 1:
            log.warning("outbox destination %s is away: %s", lane.name, error.reason)
        self._rest_lane(lane, min(self._backoff(lane.failures), self._config.pause_seconds_max))

    @staticmethod
    def _rest_lane(lane: Lane, seconds: float) -> None:
        lane.resume_at = max(lane.resume_at, time.monotonic() + seconds)


def _lanes(config: RelayConfig) -> list[Lane]:
    lanes = [Lane("email", Queue("email"), Mail(config.smtp))]
    for area, base in config.carrier_urls.items():
        url = f"{base.rstrip('/')}/{area}/messages"
        door = Http(url, config.timeout_seconds, inner="message", content_type="application/json")
        lanes.append(Lane(f"carrier {area}", Queue("carrier", area), door))
    if config.webhook_url is not None:
        hook = Hook(config.webhook_url, config.timeout_seconds, config.webhook_secrets)
        lanes.append(Lane("event", Queue("event"), hook))
    return lanes
