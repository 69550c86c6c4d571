"""The movable clock, handed to the doors: the one thing of a rehearsal that the running service is given."""

from __future__ import annotations

import asyncio

from api.services import Services
from rehearsal.clock.clock import RehearsalClock
from rehearsal.clock.ticker import Ticker
from service.healing.executions import Executions
from settings import Settings


def add_clock(services: Services, settings: Settings) -> None:
    """The clock and its ticker; an advance that was cut off is finished first."""
    heal = Executions(services.engine, services.client).start_again
    clock = RehearsalClock(services.engine, services.client, settings.carrier_url_east, heal=heal)
    services.clock = clock
    stop = asyncio.Event()
    running: list[asyncio.Task[None]] = []

    async def tick() -> None:
        await clock.resume()
        await Ticker(clock).run(stop)

    async def begin() -> None:
        running.append(asyncio.create_task(tick()))

    async def end() -> None:
        stop.set()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    services.on_start.append(begin)
    services.on_stop.append(end)
