"""An upgrade, beside the queues: a new version becomes current, and whoever sleeps on an older one is brought to it.

The contract of a customer may sleep for years, and an execution learns of a new version only with its next task. So
one worker at a time tells them, at a bounded rate. Where the older version has no worker any more, nobody could hear
it: those are started again from their rows, which are the truth of every life.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.messages.entity import UPGRADE
from service.healing.executions import Executions
from service.healing.lease import UPGRADER, Lease, has_holder
from service.rests import Rests
from service.versions.known import Routing, Versions

log = logging.getLogger(__name__)

EVERY_S = 3.0
AWAY_S = 5.0

GONE_S = 10.0
"""A version without a worker for so long has none: one that is replaced, or a database that restarts, is back."""

SETTLES_S = 30.0
"""Some server never says that its queues have heard (1.32 was seen to, after workers of a version had come all at
once). It is not waited for any longer: one that is told in vain is told again, and so is one that is started again."""

REST_FIRST_S = 2.0
REST_MAX_S = 600.0
"""Visibility is seconds late, and one in the middle of an effect goes on only after it: told again, each time later."""

RESUME_REST_MAX_S = 15.0
"""One whose version has no worker answers nobody until it is resumed: what came to nothing is tried again soon."""

ROUND_S = 60.0
"""After so long at one version, who is current and who is there is asked again."""

MOVED = Counter("keiyaku_workflows_told_to_move", "Executions told that another version is current.")
RESUMED = Counter("keiyaku_workflows_resumed_elsewhere", "Executions started again: their version had no worker left.")
ELSEWHERE = Gauge("keiyaku_workflows_on_other_versions", "Running executions pinned to a version that is not current.")

REASON = "keiyaku: its version has no worker left; it goes on from its row on the current version"

_NOT_YET = {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION}


@dataclass
class Upgrades:
    """What a worker that has a version does about versions."""

    engine: Engine
    client: Client
    versions: Versions
    build_id: str
    promotes: bool
    per_s: float
    gone_s: float = GONE_S
    every_s: float = EVERY_S
    settles_s: float = SETTLES_S
    _executions: Executions = field(init=False)
    _told: Rests = field(default_factory=lambda: Rests(REST_FIRST_S, REST_MAX_S))
    _resumed: Rests = field(default_factory=lambda: Rests(REST_FIRST_S, RESUME_REST_MAX_S))
    _unserved: dict[str, float] = field(default_factory=dict)
    _next_at: float = 0.0
    _unsettled_at: float | None = None
    """Since when the server has not said that its queues have heard."""

    def __post_init__(self) -> None:
        """Nothing is looked at yet."""
        self._executions = Executions(self.engine, self.client)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a database or a Temporal server that is away is waited for."""
        present = Lease(self.engine, self.versions.presence(self.build_id), shared=True)
        lease = Lease(self.engine, UPGRADER)
        try:
            while not stop.is_set():
                pause = self.every_s
                try:
                    await present.is_held()
                    routing = await self._promoted()
                    if (
                        routing is not None
                        and self._is_settled(routing)
                        and routing.current == self.build_id
                        and await lease.try_take()
                    ):
                        await self.round(routing, stop)
                    else:
                        await lease.drop()
                except (SQLAlchemyError, RPCError) as error:
                    log.warning("cannot look after versions now: %s", type(error).__name__)
                    await lease.drop()
                    pause = AWAY_S
                await _pause(stop, pause)
        finally:
            await lease.release()
            await present.release()

    async def round(self, routing: Routing, stop: asyncio.Event) -> None:
        """Bring what runs on other versions to the current one; what sleeps on a ramping one may stay there.

        Raises:
            RPCError, SQLAlchemyError: Temporal or the database is away.
        """
        elsewhere = 0
        others = {each.build_id for each in routing.versions if each.has_served} - {self.build_id, routing.ramping}
        for build_id in sorted(others):
            left = await self.versions.count(build_id)
            elsewhere += left
            if not left:
                self._unserved.pop(build_id, None)
            elif await asyncio.to_thread(has_holder, self.engine, self.versions.presence(build_id)):
                self._unserved.pop(build_id, None)
                await self._each(build_id, self._tell, self._told, stop)
            elif time.monotonic() - self._unserved.setdefault(build_id, time.monotonic()) >= self.gone_s:
                log.warning("version %s has no worker and %d executions: they go on on this one", build_id, left)
                await self._each(build_id, self._resume, self._resumed, stop)
        ELSEWHERE.set(elsewhere)

    def _is_settled(self, routing: Routing) -> bool:
        """Whether every queue has heard of the routing, or has had its time."""
        if routing.is_settled:
            self._unsettled_at = None
            return True
        self._unsettled_at = self._unsettled_at or time.monotonic()
        return time.monotonic() - self._unsettled_at >= self.settles_s

    async def _promoted(self) -> Routing | None:
        """What is routed where, once this version is current if it is to be."""
        routing = await self.versions.routing()
        if routing is None or not self.promotes:
            return routing
        mine = next((each for each in routing.versions if each.build_id == self.build_id), None)
        if mine is None or mine.has_served:
            return routing
        try:
            await self.versions.promote(self.build_id)
        except RPCError as error:
            if error.status not in _NOT_YET:
                raise
            return None  # its queues are not all polled yet
        log.info("version %s is current", self.build_id)
        return await self.versions.routing()

    async def _each(
        self, build_id: str, work: Callable[[str], Awaitable[None]], rests: Rests, stop: asyncio.Event
    ) -> None:
        """Do something with every execution on a version, at the rate; one that is still there later is asked again."""
        began = time.monotonic()
        under_way: set[asyncio.Task[None]] = set()
        try:
            async for workflow_id in self.versions.ids(build_id):
                if stop.is_set() or time.monotonic() - began > ROUND_S:
                    return
                if workflow_id in rests:
                    continue
                await self._take_turn()
                rests.begin(workflow_id)
                task = asyncio.create_task(self._safely(workflow_id, work))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        finally:
            # Not a task group: a list that breaks off is an RPCError to the caller, not a group of them.
            await asyncio.gather(*under_way)

    async def _take_turn(self) -> None:
        now = time.monotonic()
        self._next_at = max(self._next_at, now) + 1 / self.per_s
        await asyncio.sleep(self._next_at - now)

    async def _safely(self, workflow_id: str, work: Callable[[str], Awaitable[None]]) -> None:
        """One that has ended meanwhile is no fault, and one that cannot be moved costs the others nothing."""
        try:
            await work(workflow_id)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                log.warning("%s cannot be moved now: %s", workflow_id, error.status.name)
        except SQLAlchemyError as error:
            log.warning("%s cannot be moved now: %s", workflow_id, type(error).__name__)

    async def _tell(self, workflow_id: str) -> None:
        await self.client.get_workflow_handle(workflow_id).signal(UPGRADE)
        MOVED.inc()

    async def _resume(self, workflow_id: str) -> None:
        if await self._executions.is_recorded(workflow_id):
            await self.client.get_workflow_handle(workflow_id).terminate(reason=REASON)
            await self._executions.start_again(workflow_id)
        else:
            # It has decided nothing yet: whoever asked still waits for this very execution.
            await self.versions.replay_once_on(self.build_id, workflow_id)
        RESUMED.inc()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
