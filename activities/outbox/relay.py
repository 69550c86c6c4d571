"""The outbox relay: delivers waiting rows at least once, under stable ids; in every worker, or a process of its own.

A row stays locked by its own transaction while it is delivered, so a worker that is killed frees it at once, and no
lease has to run out. Destinations have a lane each: one that is away or slow delays nothing but itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Protocol

import httpx
from prometheus_client import Counter
from sqlalchemy import ColumnElement, Dialect, Engine, Select, TextClause, and_, event, exists, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from standardwebhooks import Webhook

from activities.bell import Bell
from activities.failures import LATER, is_away
from activities.outbox.mail import (
    Letter,
    MailDelayedError,
    MailRefusedError,
    MailSender,
    MailServerAwayError,
    SmtpConfig,
)
from models.tables.clock import WHEN_WRITTEN
from models.tables.contract.contract import Notice
from models.tables.log import Outbox
from models.tables.people import Person
from store.database import business_now

log = logging.getLogger(__name__)

ROWS_PER_SCAN_MAX = 100
"""So many rows are looked up and delivered over one connection before the lane looks again."""
ABOUT_THE_DOOR = frozenset({401, 403, 404, 405})
"""4xx of a receiver of events that say nothing of the event: its secret, its address, its deployment."""
BUSY_S = 2.0
"""So long after a row was found another one is expected."""
COMMIT_S = 0.01
"""The driver tells of a commit before it is done: so long it usually takes."""
STIRRED_S = 0.5
"""So long it may take at the worst before the next look at leisure."""
BUSY = frozenset({429, 503})
"""Answers by which a destination says that it takes nothing now."""

TRIES = Counter("keiyaku_outbox_tries", "Rows of the outbox tried by this process.", ["lane", "outcome"])
"""`outcome`: `delivered`, `refused` (for good), `delayed`, `away` (the destination takes nothing), `defect`."""


@dataclass(frozen=True, kw_only=True)
class RelayConfig:
    """Where the relay delivers, and how patiently."""

    smtp: SmtpConfig
    carrier_urls: Mapping[str, str]
    """Base of each area's door: `{"EAST": "http://…", "WEST": …}`; `/{area}/messages` is appended."""
    webhook_url: str | None = None
    """Where events go; None: nobody listens, and none are written."""
    webhook_secrets: Sequence[str] = ()
    """Standard Webhooks secrets of that receiver (`whsec_…`); each signs every event."""
    poll_seconds: float = 0.2
    """Between two looks for rows while something is going on."""
    idle_seconds: float = 1.0
    """Between two looks while nothing is: the longest that a row of another process goes unnoticed."""
    retry_seconds_min: float = 1.0
    retry_seconds_max: float = 300.0
    pause_seconds_max: float = 15.0
    """The longest pause of a lane whose destination is away, before it is tried with the next row."""
    timeout_seconds: float = 10.0
    """For an HTTP answer."""


class UndeliveredError(Exception):
    """Not delivered; the whole reason stays with the row."""

    def __init__(self, reason: str, whole: str | None = None) -> None:
        """Why, in words that a log may hold, and the whole of it, in which a receiver may quote whom it likes."""
        super().__init__(whole or reason)
        self.reason = reason


class RefusedError(UndeliveredError):
    """The receiver refuses it for good."""


class NobodyError(RefusedError):
    """There is nobody to deliver it to any more, which is as it should be: no task for anybody."""


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """A row that will not be tried again."""

    entity_id: str
    message_id: str
    channel: str


class DelayedError(UndeliveredError):
    """Not delivered now; the row is tried again later."""

    def __init__(self, reason: str, whole: str | None = None, *, away: bool) -> None:
        """`away`: the destination takes nothing at all now, so its lane pauses."""
        super().__init__(reason, whole)
        self.away = away


class _Result(Enum):
    """What became of one try."""

    DONE = "done"
    """Delivered, given up, or put off for reasons of its own."""
    NOT_OURS = "not ours"
    AWAY = "away"


class Destination(Protocol):
    """Where rows of one lane go."""

    def deliver(self, session: Session, row: Outbox) -> None:
        """Deliver one row; may write to other tables in the row's transaction.

        Raises:
            RefusedError: never to be tried again.
            DelayedError: to be tried again.
        """

    def close(self) -> None:
        """Let go of connections."""


class _Mail:
    """`email`: the notice to the person's address as it is now."""

    def __init__(self, config: SmtpConfig) -> None:
        self._sender = MailSender(config)

    def deliver(self, session: Session, row: Outbox) -> None:
        notice = _notice(session, row)
        person = session.get(Person, notice.person_id) if notice.person_id else None
        if person is None or person.erased_at is not None or not person.email:
            raise NobodyError("the person is erased or has no address")
        letter = Letter(
            message_id=row.message_id,
            # A letter about a new address also goes to the old one.
            to=str(row.payload.get("to") or person.email),
            subject=notice.subject,
            body=notice.body,
            written_at=row.business_at,
        )
        sent_at = business_now(session)  # asked before: after the letter is out, only the commit may fail
        try:
            self._sender.send(letter)
        except MailRefusedError as error:
            raise RefusedError(error.reason, str(error)) from None
        except MailDelayedError as error:
            raise DelayedError(error.reason, str(error), away=False) from None
        except MailServerAwayError as error:
            raise DelayedError(error.reason, str(error), away=True) from None
        notice.email_sent_at = notice.email_sent_at or sent_at

    def close(self) -> None:
        self._sender.close()


class _Http:
    """A POST of JSON: `carrier` sends the message inside, `event` the CloudEvent itself."""

    def __init__(self, url: str, timeout_seconds: float, *, inner: str | None, content_type: str) -> None:
        self._url = url
        self._inner = inner
        self._headers = {"content-type": content_type}
        self._timeout = timeout_seconds
        self._client: httpx.Client | None = None
        self._transient = LATER

    def _signed(self, _row: Outbox, _body: str) -> Mapping[str, str]:
        """Further headers of one message."""
        return {}

    def deliver(self, session: Session, row: Outbox) -> None:
        _ = session
        document = row.payload if self._inner is None else row.payload.get(self._inner)
        if not isinstance(document, dict):
            raise RefusedError("the row carries no message")
        if self._client is None:
            # No proxy of the environment: messages to NTT go where the settings say.
            self._client = httpx.Client(timeout=self._timeout, trust_env=False)
        try:
            body = json.dumps(document)
            answer = self._client.post(self._url, content=body, headers={**self._headers, **self._signed(row, body)})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self.close()
            raise DelayedError(type(error).__name__, f"{type(error).__name__}: {error}"[:300], away=True) from None
        if answer.is_success:
            return
        reason = (str(answer.status_code), f"{answer.status_code} {answer.text}"[:300])
        if answer.is_client_error and answer.status_code not in self._transient:
            raise RefusedError(*reason)
        raise DelayedError(*reason, away=answer.status_code in BUSY)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class _Hook(_Http):
    """`event`: a CloudEvent with a Standard Webhooks signature of each secret, under the row's id in every try."""

    def __init__(self, url: str, timeout_seconds: float, secrets: Sequence[str]) -> None:
        super().__init__(url, timeout_seconds, inner=None, content_type="application/cloudevents+json")
        self._transient = LATER | ABOUT_THE_DOOR
        self._secrets = [Webhook(each) for each in secrets]

    def _signed(self, row: Outbox, body: str) -> Mapping[str, str]:
        now = datetime.now(UTC)  # noqa: TID251  # a signature: receivers compare it with their own clocks
        return {
            "webhook-id": row.message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(each.sign(row.message_id, now, body) for each in self._secrets),
        }


def _notice(session: Session, row: Outbox) -> Notice:
    notice = session.get(Notice, str(row.payload.get("notice_id")))
    if notice is None:
        raise RefusedError("there is no such notice")
    return notice


def _nobody(_row: GivenUp) -> None:
    """Nobody is told: the row alone keeps it."""


@dataclass
class Lane:
    """The rows of one destination, delivered by one thread at a time."""

    name: str
    channel: str
    destination: Destination
    carrier_area: str | None = None
    failures: int = 0
    """Tries in a row that found the destination away."""
    resume_at: float = field(default=0.0)
    """On the monotonic clock."""

    def waiting(self) -> ColumnElement[bool]:
        """Which rows are this lane's and due for a try."""
        mine = and_(_waiting(Outbox), col(Outbox.channel) == self.channel, col(Outbox.next_attempt_at) <= func.now())
        if self.carrier_area is None:
            return mine
        return and_(mine, col(Outbox.payload)["operator"].astext == self.carrier_area)


def _storable(error: Exception) -> str:
    """A receiver's words as the database can hold them: without NUL, within 300 characters."""
    return str(error).replace("\x00", " ")[:300]


def _waiting(table: type[Outbox]) -> ColumnElement[bool]:
    return and_(col(table.delivered_at).is_(None), col(table.failed_at).is_(None))


def _look_for(lanes: Sequence[Lane], dialect: Dialect) -> TextClause:
    """Which lanes have a row to try, in one row; put into words once, as it is asked without end."""
    query = select(*(exists(select(col(Outbox.id)).where(lane.waiting())).label(lane.name) for lane in lanes))
    return text(str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))


class Relay:
    """Delivers the outbox. Any number of relays may run at once, in any number of processes."""

    def __init__(self, engine: Engine, config: RelayConfig, tell: Callable[[GivenUp], None] = _nobody) -> None:
        """Bind the database and the destinations; nothing is opened yet.

        Args:
            engine: the database; what is committed over it by anybody of this process is looked for at once.
            config: where rows go.
            tell: gives an operator the task of a row that is given up; safe to repeat, called from a lane's thread
                before the row is marked, so that no crash loses the task.
        """
        self._engine = engine
        self._config = config
        self._tell = tell
        self._lanes = _lanes(config)
        self._look = _look_for(self._lanes, engine.dialect)
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

    def _database_away(self, error: Exception) -> None:
        self._database_failures += 1
        if self._database_failures == 1:
            log.warning("the outbox relay waits for its database: %s", type(error).__name__)

    def _drain(self, lane: Lane) -> None:
        """Deliver the lane's rows one after the other until none can be claimed."""
        try:
            with Session(self._engine) as session:
                found = list(session.execute(_candidates(lane)).scalars())
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
            lane.destination.close()

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
            with Session(self._engine) as session, session.begin():
                row = session.execute(_claim(lane, row_id)).scalar_one_or_none()
                if row is None:
                    return _Result.NOT_OURS
                row.attempts += 1
                TRIES.labels(lane.name, "defect").inc()
                self._park(row, f"{type(error).__name__}; the worker's log has the rest")
            return _Result.DONE

    def _park(self, row: Outbox, reason: str, *, task: bool = True) -> None:
        """Give a row up: an operator is told first, then it is marked, so that one is never without the other."""
        if task:
            try:
                self._tell(GivenUp(entity_id=row.entity_id, message_id=row.message_id, channel=row.channel))
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("no operator can be given the task of %s", row.message_id)
        row.failed_at = WHEN_WRITTEN
        row.last_error = reason.replace("\x00", " ")[:300]

    def _try_row(self, lane: Lane, row_id: int) -> _Result:
        with Session(self._engine) as session, session.begin():
            row = session.execute(_claim(lane, row_id)).scalar_one_or_none()
            if row is None:
                return _Result.NOT_OURS
            row.attempts += 1
            try:
                lane.destination.deliver(session, row)
            except RefusedError as error:
                TRIES.labels(lane.name, "refused").inc()
                log.error("the outbox gives up %s: %s", row.message_id, error.reason)  # noqa: TRY400  # a refusal, no defect
                self._park(row, str(error), task=not isinstance(error, NobodyError))
            except DelayedError as error:
                TRIES.labels(lane.name, "away" if error.away else "delayed").inc()
                row.last_error = _storable(error)
                row.next_attempt_at = WHEN_WRITTEN + timedelta(seconds=self._backoff(row.attempts))
                if error.away:
                    self._pause(lane, error)
                    return _Result.AWAY
            else:
                TRIES.labels(lane.name, "delivered").inc()
                row.delivered_at = WHEN_WRITTEN
                row.last_error = None
        if lane.failures:
            log.info("outbox destination %s is back", lane.name)
            lane.failures = 0
        return _Result.DONE

    def _pause(self, lane: Lane, error: DelayedError) -> None:
        lane.failures += 1
        if lane.failures == 1:
            log.warning("outbox destination %s is away: %s", lane.name, error.reason)
        self._rest_lane(lane, min(self._backoff(lane.failures), self._config.pause_seconds_max))

    @staticmethod
    def _rest_lane(lane: Lane, seconds: float) -> None:
        lane.resume_at = max(lane.resume_at, time.monotonic() + seconds)


def _lanes(config: RelayConfig) -> list[Lane]:
    lanes = [Lane("email", "email", _Mail(config.smtp))]
    for area, base in config.carrier_urls.items():
        url = f"{base.rstrip('/')}/{area}/messages"
        door = _Http(url, config.timeout_seconds, inner="message", content_type="application/json")
        lanes.append(Lane(f"carrier {area}", "carrier", door, area))
    if config.webhook_url is not None:
        hook = _Hook(config.webhook_url, config.timeout_seconds, config.webhook_secrets)
        lanes.append(Lane("event", "event", hook))
    return lanes


def _claimable(lane: Lane) -> ColumnElement[bool]:
    """The lane's rows to try now, none of which waits behind an earlier one of its entity and channel.

    A reader of READ COMMITTED sees a row that is being delivered as still waiting, so its successor cannot overtake it.
    """
    earlier = aliased(Outbox)
    overtakes = exists(
        select(col(earlier.id)).where(
            col(earlier.entity_id) == col(Outbox.entity_id),
            col(earlier.channel) == col(Outbox.channel),
            col(earlier.id) < col(Outbox.id),
            _waiting(earlier),
        )
    )
    return and_(lane.waiting(), ~overtakes)


def _candidates(lane: Lane) -> Select[int | None]:
    """The ids of the next rows, without a lock: one scan serves many deliveries."""
    return select(col(Outbox.id)).where(_claimable(lane)).order_by(col(Outbox.id)).limit(ROWS_PER_SCAN_MAX)


def _claim(lane: Lane, row_id: int) -> Select[Outbox]:
    """One row, locked, if it is still to be delivered and no other relay is at it."""
    return select(Outbox).where(col(Outbox.id) == row_id, _claimable(lane)).with_for_update(skip_locked=True)
