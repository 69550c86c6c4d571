"""The stand-in's app: one store, one player, the doors, and the mail catcher beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from fastapi import FastAPI

from carrier import mail, problems
from carrier.config import CarrierConfig
from carrier.house import House
from carrier.journal import JournalMiddleware
from carrier.playing.callbacks import Callbacks
from carrier.playing.player import Player
from carrier.problems import AsciiJSON
from carrier.routes import ntt, steering, storage
from carrier.store import Store


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house: House = app.state.house
    async with AsyncExitStack() as stack:
        stack.callback(house.store.close)
        await stack.enter_async_context(house.callbacks)
        if house.config.smtp_host is not None:
            port = house.config.smtp_port or 0
            house.smtp_port = await stack.enter_async_context(mail.listening(house.store, house.config.smtp_host, port))
        if house.config.self_play:
            house.self_play = asyncio.create_task(house.player.play_by_wall_clock())
        try:
            yield
        finally:
            if house.self_play is not None:
                house.self_play.cancel()
                with suppress(asyncio.CancelledError):
                    await house.self_play


def create_app(config: CarrierConfig) -> FastAPI:
    """Build one stand-in on its own file, for one run.

    Raises:
        sqlite3.Error: the file cannot be opened.
        ValueError: the webhook secret is no base64.
    """
    store = Store(config.database_path)
    callbacks = Callbacks(config)
    app = FastAPI(
        title="NTT East and West, stand-in",
        description="Speaks for NTT East, NTT West and the storage service, following scripts.",
        default_response_class=AsciiJSON,
        lifespan=_lifespan,
    )
    app.state.house = House(config, store, callbacks, Player(config, store, callbacks))
    app.add_middleware(JournalMiddleware, store=store)
    problems.install(app)
    # The stand-in's own doors come first: `/{operator}/…` would match them too.
    app.include_router(steering.router)
    app.include_router(storage.router)
    app.include_router(ntt.router)
    return app
