"""Real time passes as well: the ticker carries out what is due by now, and gets in nobody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from rehearsal.clock.clock import RehearsalClock
from rehearsal.clock.errors import ExecutionGoneError
from rehearsal.clock.ticker import Ticker


@asynccontextmanager
async def ticking(clock: RehearsalClock) -> AsyncIterator[asyncio.Task[None]]:
    """A ticker that looks ten times a second, and has ended without an error afterwards."""
    stop = asyncio.Event()
    task = asyncio.create_task(Ticker(clock, every_s=0.1).run(stop))
    try:
        yield task
    finally:
        stop.set()
        await task


def test_an_execution_whose_clock_lags_is_brought_forward(home: Any, no_carrier: str) -> None:
    """After a long advance an untouched execution lags; what comes due in real time happens, and the offset stays."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        soon = home.at(100) + timedelta(seconds=1)
        async with home.worker(client):
            await home.entity(client, "contract/a", home.Plan(item_id="soon", at=soon))
            await clock.advance(home.at(100))
            offset = home.clock_row().offset_s
            assert home.seen() == []
            async with ticking(clock):
                await home.until(home.seen)
        await clock.close()
        (row,) = home.seen()
        assert soon <= row.clock < soon + timedelta(seconds=10)
        assert home.clock_row() == (offset, None, None)

    asyncio.run(story())


def test_a_look_with_nothing_due_is_one_query_and_one_request(home: Any, no_carrier: Any) -> None:
    """An idle second costs one statement and one HTTP request, and moves nothing."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", home.Plan(item_id="far", at=home.at(100)))
        statements: list[str] = []
        event.listen(home.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
        assert await clock.catch_up() == {}
        await clock.close()
        assert len(statements) == 1
        assert len(no_carrier.asked) == 1

    asyncio.run(story())


def test_one_stuck_execution_does_not_keep_the_others(home: Any, no_carrier: str) -> None:
    """What can never be carried out is told and left alone; later items of others happen."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        now = clock.now()
        async with home.worker(client):
            stuck = await home.entity(client, "contract/stuck", home.Plan(item_id="x", at=home.at(3)))
            await client.get_workflow_handle(stuck).terminate()
            await home.entity(client, "contract/b", home.Plan(item_id="y", at=now + timedelta(seconds=2)))
            home.sql("update agenda set due_at = :now where item_id = 'x'", now=now)
            failed = await clock.catch_up()
            assert list(failed) == [stuck]
            assert isinstance(failed[stuck], ExecutionGoneError)
            assert await clock.catch_up(resting=[stuck]) == {}
            async with ticking(clock) as task:
                await home.until(home.seen)
                assert not task.done()
        await clock.close()
        assert home.events() == [("contract/b", "y")]

    asyncio.run(story())


def test_effects_are_left_to_their_workflows(home: Any, no_carrier: str) -> None:
    """An outside effect that is being retried does not occupy the ticker."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", home.Plan(item_id="far", at=home.at(100)))
        home.sql("update agenda set effect = 'slow_effect', due_at = :at", at=home.at(-1))
        async with asyncio.timeout(2):
            assert await clock.catch_up() == {}
        await clock.close()

    asyncio.run(story())


def test_an_advance_beside_a_ticker_is_played_once(home: Any, no_carrier: str) -> None:
    """Advances and a busy ticker take turns; every item happens once, in order."""

    async def story() -> None:
        client = await home.client()
        clock, other = home.clock(client, no_carrier), home.clock(client, no_carrier)
        async with home.worker(client):
            plans = [home.Plan(item_id=f"i{n}", at=home.at(n)) for n in range(1, 9)]
            await home.entity(client, "contract/a", *plans)
            async with ticking(other):
                for to in (2, 5, 8):
                    await clock.advance(home.at(to))
        for each in (clock, other):
            await each.close()
        assert [row.event for row in home.seen()] == [f"i{n}" for n in range(1, 9)]

    asyncio.run(story())


def test_a_ticker_finishes_a_killed_advance(home: Any, no_carrier: str) -> None:
    """Nobody calls `resume`: the next tick of any process finishes what the killed one began."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            plans = [home.Plan(item_id=f"i{n:02}", at=home.at(n)) for n in range(1, 31)]
            await home.entity(client, "contract/a", *plans)
            process = home.advance_process(home.at(30), no_carrier)
            await home.until(lambda: len(home.seen()) > 5)
            process.kill()
            await asyncio.to_thread(process.wait)
            async with ticking(clock):
                await home.until(lambda: home.clock_row().advance_to is None)
        await clock.close()
        assert [row.event for row in home.seen()] == [f"i{n:02}" for n in range(1, 31)]
        assert clock.now() >= home.at(30)

    asyncio.run(story())


def test_a_ticker_survives_a_carrier_that_is_away(home: Any, no_carrier: str) -> None:
    """Refused connections are logged; the ticker goes on looking until it is stopped."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, "http://127.0.0.1:9")
        async with ticking(clock) as task:
            _, waiting = await asyncio.wait([task], timeout=1)
            assert waiting
        await clock.close()

    _ = no_carrier
    asyncio.run(story())
