"""Parts beside the queues of a worker fall alone and are begun again."""

from __future__ import annotations

import asyncio
import logging

import pytest

from activities.net import kept


def test_a_part_that_fails_is_begun_again_and_its_neighbour_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """Its failure is logged whole; the neighbour never notices."""
    begun: list[str] = []

    async def story() -> None:
        stop = asyncio.Event()

        async def poisoned() -> None:
            begun.append("poisoned")
            if len(begun) >= 3:
                stop.set()
                return
            raise AttributeError("'NoneType' object has no attribute")

        async def quiet() -> None:
            begun.append("quiet") if "quiet" not in begun else None
            await stop.wait()

        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            tasks.create_task(kept("poisoned", poisoned, stop, rest_first_s=0.001, rest_max_s=0.01))
            tasks.create_task(kept("quiet", quiet, stop))

    with caplog.at_level(logging.ERROR):
        asyncio.run(story())
    assert begun.count("quiet") == 1
    assert begun.count("poisoned") >= 2
    assert any("poisoned failed" in each.getMessage() and each.exc_info for each in caplog.records)


def test_a_part_that_ends_by_itself_is_begun_again() -> None:
    """Returning without being told to is a failure too."""
    times = 0

    async def story() -> None:
        nonlocal times
        stop = asyncio.Event()

        async def short() -> None:
            nonlocal times
            times += 1
            if times == 3:
                stop.set()

        await asyncio.wait_for(kept("short", short, stop, rest_first_s=0.001), 10)

    asyncio.run(story())
    assert times == 3
