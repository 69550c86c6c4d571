"""The process behind the HTTP doors: the doors wired to Temporal, the database and the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn

from activities.notices import render
from api.access.persons import Provider
from api.access.sign_in import CodeFlow
from api.app import create_app
from api.metrics import Measured
from api.services import KeyRing, Services
from desk import app as desk
from models.tables.database.connections import ensure_room_if_it_answers
from service.access.keys import door_secret, keys_of, webhook_secret
from service.access.sealing import seals_of
from service.connect import connect
from service.daily import keep_daily
from service.http import QuietServer, TimedProtocol
from service.programs import keep_ensuring
from service.watching import traces
from service.watching.figures import Motor
from service.watching.house import House
from settings import Settings
from store.database import engine as database_engine

THREADS = 24
"""That wait for the database at once; each finds a connection kept for it."""

GRACE_S = 12
"""How long a command under way may still take once the process is told to stop: longer than any is waited for."""

DEADLINE_S = 7.0
"""A statement that takes so long is a 503: callers are answered within ten seconds, whatever stands still."""


AddClock = Callable[[Services, Settings], None]
"""Gives the doors a clock that can be moved, with all it needs while they are open."""


async def serve(settings: Settings, add_clock: AddClock | None = None) -> None:
    """Serve until told to stop.

    Args:
        settings: of this process.
        add_clock: None in production: the clock cannot be moved, and its doors do not exist.

    Raises:
        KeysError: the keys cannot be read.
    """
    services = await wire(settings)
    if add_clock is not None:
        add_clock(services, settings)
    app = create_app(services)
    desk.mount(app, _web_ui(settings))
    app.add_middleware(Measured)
    traces.instrument(app)
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_level="warning",
        access_log=False,
        ws="none",
        http=TimedProtocol,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    await QuietServer(config).serve()


def _web_ui(settings: Settings) -> str | None:
    """Where executions are seen: Temporal's Web UI, as named or beside a rehearsal home."""
    own = f"http://{settings.api_host}:{settings.ui_port}" if settings.rehearsal else None
    base = settings.temporal_ui_url or own
    return f"{base}/namespaces/{settings.temporal_namespace}" if base is not None else None


async def wire(settings: Settings) -> Services:
    """Everything the doors use in production.

    Raises:
        KeysError: the keys cannot be read.
        NoRoomError: the database takes no more connections than others may ask for already.
    """
    engine = database_engine(settings.require_database_url(), pool_size=THREADS, deadline_s=DEADLINE_S, claims=True)
    await asyncio.to_thread(ensure_room_if_it_answers, engine)
    client = await connect(settings, watched=True)
    keys = keys_of(settings)
    ring = KeyRing({role: (role, getattr(keys, role)) for role in ("backoffice", "operator", "auditor", "site")})
    services = Services(
        engine=engine,
        threads=ThreadPoolExecutor(THREADS, thread_name_prefix="database"),
        client=client,
        keys=ring,
        webhook_secret=webhook_secret(settings),
        door_secret=door_secret(settings),
        seals=seals_of(settings) if settings.seals_required else None,
        carrier_urls={"EAST": settings.carrier_url_east, "WEST": settings.carrier_url_west},
        storage_url=settings.storage_url,
        people=_people(settings),
        sign_in=_sign_in(settings),
        person_min=settings.oidc_session_min,
        desk_url=settings.desk_url,
        carrier_names_filing=settings.carrier_names_filing,
        webhooks=settings.webhook_url is not None,
        render_notice=render,
        motor=Motor(engine, client),
    )
    _add_programs(services)
    _add_daily(services, settings.require_database_url())
    _add_figures(services)
    return services


def _people(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    return Provider(settings.oidc_issuer, settings.oidc_audience, settings.oidc_role_claim, settings.oidc_jwks_url)


def _sign_in(settings: Settings) -> CodeFlow | None:
    provider, secret = _people(settings), settings.oidc_client_secret
    if provider is None or settings.oidc_client_id is None:
        return None
    return CodeFlow(provider, settings.oidc_client_id, secret.get_secret_value() if secret else None)


def _add_daily(services: Services, url: str) -> None:
    _add_beside(services, lambda: keep_daily(url))


def _add_figures(services: Services) -> None:
    house = House(services.engine)
    _add_beside(services, house.keep)


def _add_beside(services: Services, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run something as long as the doors are open."""
    running: list[asyncio.Task[None]] = []

    async def begin() -> None:
        running.append(asyncio.create_task(work()))

    async def end() -> None:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    services.on_start.append(begin)
    services.on_stop.append(end)


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
