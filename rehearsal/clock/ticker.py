"""Real time passes for executions whose own clock lags behind: whatever is due by now is carried out."""

from __future__ import annotations

import asyncio
import logging

import httpx
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from rehearsal.clock.clock import RehearsalClock
from rehearsal.clock.errors import ClockError
from service.rests import Rests

log = logging.getLogger(__name__)

EVERY_S = 1.0
REST_FIRST_S = 5.0
REST_MAX_S = 60.0
"""An execution that could not be brought forward is left alone for a while, longer each time."""


class Ticker:
    """Looks every second; one execution that is stuck does not keep the others waiting."""

    def __init__(self, clock: RehearsalClock, *, every_s: float = EVERY_S) -> None:
        """Nothing runs yet."""
        self._clock = clock
        self._every_s = every_s
        self._rests = Rests(REST_FIRST_S, REST_MAX_S)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set or the task is cancelled; errors are logged, and the next second is another try."""
        while not stop.is_set():
            try:
                await self._tick()
            except (ClockError, SQLAlchemyError, RPCError, httpx.HTTPError, TimeoutError) as error:
                log.warning("the clock could not catch up: %s: %s", type(error).__name__, error)
            try:
                await asyncio.wait_for(stop.wait(), self._every_s)
            except TimeoutError:
                continue

    async def _tick(self) -> None:
        resting = self._rests.resting()
        failed = await self._clock.catch_up(resting)
        self._rests.keep({*resting, *failed})
        for entity_id, error in failed.items():
            log.warning("%s; left alone for %g s", error, self._rests.begin(entity_id))
