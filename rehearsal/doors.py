"""The API process: doors wired to Temporal, the database and, in a rehearsal, the movable clock."""

from __future__ import annotations

import asyncio
import logging

import uvicorn

from activities.notices import render
from api.app import create_app
from api.services import KeyRing, Services
from desk import app as desk
from rehearsal.clock import RehearsalClock
from rehearsal.programs import keep_ensuring
from rehearsal.ticker import Ticker
from settings import Settings
from store.database import engine as database_engine
from worker import connect

log = logging.getLogger(__name__)

THREADS = 24


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    services = await wire(settings)
    app = create_app(services)
    desk.mount(app, _web_ui(settings))
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    await uvicorn.Server(config).serve()


def _web_ui(settings: Settings) -> str | None:
    """Where executions are seen: Temporal's Web UI beside a rehearsal home."""
    if not settings.rehearsal:
        return None
    return f"http://{settings.api_host}:{settings.ui_port}/namespaces/{settings.temporal_namespace}"


async def wire(settings: Settings) -> Services:
    """Everything the doors use."""
    client = await connect(settings)
    engine = database_engine(settings.require_database_url(), pool_size=THREADS)
    keys = settings.keys()
    ring = KeyRing({role: (role, getattr(keys, role)) for role in ("backoffice", "operator", "auditor", "site")})
    services = Services(
        engine=engine,
        client=client,
        keys=ring,
        webhook_secret=settings.webhook_secret(),
        carrier_urls={"EAST": settings.carrier_url_east, "WEST": settings.carrier_url_west},
        storage_url=settings.storage_url,
        render_notice=render,
    )
    _add_programs(services)
    if settings.rehearsal:
        _add_clock(services, settings)
    return services


PROGRAMS_S = 15
"""How long the doors stay shut for a new home's programmes; they go on starting behind open doors."""


def _add_programs(services: Services) -> None:
    """The programmes of the home, before anybody can move its clock past their first run."""
    starting: list[asyncio.Task[None]] = []

    async def begin() -> None:
        starting.append(asyncio.create_task(keep_ensuring(services.client, services.engine)))
        await asyncio.wait(starting, timeout=PROGRAMS_S)

    async def end() -> None:
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)

    services.on_start.append(begin)
    services.on_stop.append(end)


def _add_clock(services: Services, settings: Settings) -> None:
    """The clock and its ticker; an advance that was cut off is finished first."""
    clock = RehearsalClock(services.engine, services.client, settings.carrier_url_east)
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
