"""Executions that are gone are noticed within a minute and started again: beside the queues, in one worker at a time.

Gone are those that somebody terminated, cancelled or reset in the Web UI, that failed, and those of a lost store.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import Counter
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from models.messages.entity import REFRESH
from service.healing.executions import TYPES, Executions
from service.healing.lease import HEALER, Lease
from service.healing.left_behind import LeftBehindContracts
from service.healing.noted import NOTED_MAX, Noted
from service.rests import Rests
from service.versions.known import with_problems
from store.database import real_now

log = logging.getLogger(__name__)

EVERY_S = 15.0
AWAY_S = 5.0

OVERLAP = timedelta(seconds=60)
"""Visibility may know of an end only so much later."""

ROLLING = 100
"""Open entities asked about in every round, whatever visibility says: all of a small house, all of a large one in
hours."""

ENTERING_S = 30.0
"""For so long a door that takes contracts in may be starting them; after that they are started here."""

OVERDUE_S = 30.0
OVERDUE_MAX = 200
AT_ONCE = 16
ROUND_MAX = 5_000
"""Started in one round; the rest in the next."""

REST_FIRST_S = 10.0
REST_MAX_S = 40.0
"""One that is gone again and again is left alone, longer each time; with a round it is still back within a minute."""

TOLD_MAX_S = 600.0
"""One that runs and does not do what is due is told to read its record, less often each time: each is an event."""

LEFT_EVERY_S = 600.0
"""Between two looks for contracts that a merger passed over."""

STUCK_S = 60.0
"""For so long a workflow task fails again and again before its execution is ended and started again from its row."""

STUCK_MAX = 20
"""More at once are no poison in a history but code that does not fit: the right code helps them, and an operator."""

STUCK_REST_S = 300.0
STUCK_REST_MAX_S = 6 * 3600.0
"""One that is stuck again as soon as it runs has a defect of ours, which starting again does not mend."""

STUCK = "keiyaku: its workflow tasks failed; it goes on from its row"

RESTARTED = Counter("keiyaku_workflows_restarted", "Executions that were gone and were started again.")

_ENDED = 'ExecutionStatus IN ("Terminated", "Canceled", "Failed", "TimedOut")'


LOST_S = 600.0
"""For so long after a lost store what is missing is its work, and nobody's click."""


def is_lost_store(running: int, wanted: int) -> bool:
    """Whether so many are missing that no person has deleted them one by one."""
    missing = wanted - running
    return missing > NOTED_MAX or missing > running


@dataclass
class Healer:
    """Looks every few seconds, wherever it holds the lease."""

    engine: Engine
    client: Client
    every_s: float = EVERY_S
    overdue_s: float = OVERDUE_S
    """How late an item must be for its entity to be looked at; those of a spread midnight may be late."""
    noted: Noted | None = None
    """Gives operators the tasks; None: nobody is told."""
    left: LeftBehindContracts | None = None
    """Looks for contracts that a merger passed over; None: nobody does."""
    executions: Executions = field(init=False)
    _since: datetime | None = None
    _rolling: str = ""
    _rests: Rests = field(default_factory=lambda: Rests(REST_FIRST_S, REST_MAX_S))
    _lost_until: float = 0.0
    _left_at: float = 0.0
    _stuck: dict[str, float] = field(default_factory=dict)
    """Since when each is seen to be stuck; monotonic."""
    _replaced: Rests = field(default_factory=lambda: Rests(STUCK_REST_S, STUCK_REST_MAX_S))
    _told: Rests = field(default_factory=lambda: Rests(REST_FIRST_S, TOLD_MAX_S))

    def __post_init__(self) -> None:
        """Nothing is looked at yet."""
        self.executions = Executions(self.engine, self.client)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a database or a Temporal server that is away is waited for."""
        lease = Lease(self.engine, HEALER)
        try:
            while not stop.is_set():
                pause = self.every_s
                try:
                    if await lease.try_take():
                        await self.round()
                except (SQLAlchemyError, RPCError, TimeoutError) as error:
                    log.warning("cannot look after executions now: %s", type(error).__name__)
                    await lease.drop()
                    pause = AWAY_S
                await _pause(stop, pause)
        finally:
            await lease.release()

    async def round(self) -> list[str]:
        """Look once, and start again what is gone; gives the workflow ids of those."""
        began = await asyncio.to_thread(self._now)
        executions = await self._ended(self._since or began - timedelta(days=1))
        ended = {each.id for each in executions}
        # First, so that what is started again begins with the task on its page.
        noted = await self.noted.ended(executions) if self.noted is not None else []
        suspects = dict.fromkeys(ended)
        there, wanted = await self.executions.count_running(), await self.executions.count_open()
        if is_lost_store(there, wanted):
            self._lost_until = time.monotonic() + LOST_S
        if there < wanted:
            running = await self.executions.running()
            suspects |= dict.fromkeys(each for each in await self.executions.open_ids() if each not in running)
        overdue = await self.executions.overdue(self.overdue_s, OVERDUE_MAX)
        suspects |= dict.fromkeys(overdue)
        suspects |= dict.fromkeys(await self.executions.unfiled())
        suspects |= dict.fromkeys(await self._next_page())
        doubted = ended.union(overdue)
        entering = await self.executions.entered_lately(ENTERING_S) - doubted
        healed_stuck = await self._each(await self._stuck_for_long(), self._replace)
        due = [each for each in suspects if each not in self._rests and each not in entering]
        healed = await self._each(due[:ROUND_MAX], lambda each: self.heal(each, doubted=each in doubted))
        if self.noted is not None and time.monotonic() >= self._lost_until:
            noted += await self.noted.missing([each for each in healed if each not in ended])
        noted += await self._left_behind()
        await self._each(noted, self._refresh)
        self._since = began - OVERLAP if len(due) <= ROUND_MAX else self._since
        return [*healed_stuck, *healed]

    async def _stuck_for_long(self) -> list[str]:
        """Executions whose tasks have failed for a while: their history holds what our code has not written."""
        found = await with_problems(self.client)
        now = time.monotonic()
        self._stuck = {each: self._stuck.get(each, now) for each in found}
        if len(found) > STUCK_MAX:
            return []
        return [each for each, since in self._stuck.items() if now - since >= STUCK_S and each not in self._replaced]

    async def _replace(self, entity_id: str) -> bool:
        self._replaced.begin(entity_id)
        if not await self.executions.replace(entity_id, STUCK):
            return False
        log.error("WORKFLOW_STUCK: %s is ended and started again from its row", entity_id)
        RESTARTED.inc()
        return True

    async def _left_behind(self) -> list[str]:
        """At the first round and then now and again: what a merger passed over lies months back."""
        if self.left is None or time.monotonic() < self._left_at:
            return []
        self._left_at = time.monotonic() + LEFT_EVERY_S
        return await asyncio.to_thread(self.left.look)

    async def heal(self, entity_id: str, *, doubted: bool = False) -> bool:
        """Start one again if it does not run and its entity is open; true where it was started.

        Args:
            entity_id: its workflow id.
            doubted: an execution under this id has ended lately, or does not do what is due: one that runs may be
                at an earlier state than its row, reset to it or taken from an older store.

        Raises:
            RPCError, SQLAlchemyError: Temporal or the database is away.
        """
        if await self.executions.is_running(entity_id):
            if doubted and entity_id not in self._told:
                await self._refresh(entity_id)
                self._told.begin(entity_id)
            return False
        if not await self.executions.start_again(entity_id):
            return False
        log.warning("WORKFLOW_RESTARTED: %s was gone and is started again from its row", entity_id)
        RESTARTED.inc()
        self._rests.begin(entity_id)
        return True

    async def _refresh(self, entity_id: str) -> bool:
        await self.client.get_workflow_handle(entity_id).signal(REFRESH)
        return False

    def _now(self) -> datetime:
        with Session(self.engine) as session:
            return real_now(session)

    async def _ended(self, since: datetime) -> list[WorkflowExecution]:
        """Executions of our entities that have ended since then otherwise than by their own end."""
        query = f'{_ENDED} AND CloseTime > "{since.isoformat()}"'
        found = self.client.list_workflows(query, page_size=1000)
        return [each async for each in found if each.id.partition("/")[0] in TYPES]

    async def _next_page(self) -> list[str]:
        page = await self.executions.open_ids(self._rolling, ROLLING)
        self._rolling = page[-1] if len(page) == ROLLING else ""
        return page

    async def _each(self, ids: Iterable[str], heal: Callable[[str], Awaitable[bool]]) -> list[str]:
        waiting, healed = iter(ids), list[str]()

        async def some() -> None:
            for entity_id in waiting:
                try:
                    if await heal(entity_id):
                        healed.append(entity_id)
                except (SQLAlchemyError, RPCError) as error:
                    log.warning("%s cannot be started again now: %s", entity_id, type(error).__name__)
                except Exception:
                    # One row that no input can be made of costs that row: the others are looked after all the same.
                    log.exception("%s cannot be started again", entity_id)
                    self._rests.begin(entity_id)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(some())
        return healed


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
