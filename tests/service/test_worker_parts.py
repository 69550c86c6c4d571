"""What runs in a worker, as its settings say."""

from __future__ import annotations

import asyncio

import pytest

from service.connect import connect
from settings import Settings
from store.database import engine
from worker import parts_of_worker


@pytest.mark.parametrize("relays", [True, False])
def test_the_setting_takes_the_relay_out_of_a_worker(*, relays: bool) -> None:
    """With it off, nothing of the outbox runs there, and everything else does."""

    async def names() -> set[str]:
        settings = Settings(worker_relay=relays, database_url="postgresql://nobody@127.0.0.1/nothing")
        database = engine(settings.require_database_url())
        return set(
            parts_of_worker(database, await connect(settings, lazy=True, watched=True), settings, asyncio.Event())
        )

    found = asyncio.run(names())
    assert {"outbox", "undelivered"} <= found if relays else not {"outbox", "undelivered"} & found
    assert {"starter", "healer", "pulse", "figures", "queue contracts"} <= found
