"""A bell between threads and an event loop."""

from __future__ import annotations

import asyncio
import threading

from activities.bell import Bell


def test_one_who_waits_is_woken_by_a_ring_from_another_thread() -> None:
    """A waiter sleeps until any thread rings, and sleeps again afterwards."""

    async def lives() -> None:
        bell = Bell()
        waiting = asyncio.create_task(bell.wait())
        assert await _sleeps(waiting)
        await asyncio.to_thread(bell.ring)
        await waiting
        again = asyncio.create_task(bell.wait())
        assert await _sleeps(again)
        again.cancel()

    asyncio.run(lives())


def test_a_ring_that_nobody_waited_for_is_not_lost() -> None:
    """Whoever comes to wait after a ring does not wait, and many rings are heard once."""
    bell = Bell()
    ringers = [threading.Thread(target=bell.ring) for _ in range(5)]
    for each in ringers:
        each.start()
    for each in ringers:
        each.join()
    asyncio.run(bell.wait())


def test_a_ring_after_the_loop_is_closed_harms_nobody() -> None:
    """A thread that still writes while its process ends rings for nobody, and goes on."""
    bell = Bell()
    bell.ring()
    asyncio.run(bell.wait())
    bell.ring()


async def _sleeps(task: asyncio.Task[None]) -> bool:
    done, _ = await asyncio.wait({task}, timeout=0)
    return not done
