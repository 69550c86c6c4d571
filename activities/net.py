"""What stands beside the queues of a worker, each in a net of its own: none that fails ends the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from prometheus_client import Counter

log = logging.getLogger(__name__)

REST_FIRST_S = 1.0
REST_MAX_S = 60.0
STEADY_S = 300.0
"""What has run so long before it fails rests as if it failed for the first time."""

FELL = Counter("keiyaku_worker_parts_failed", "Parts of a worker that failed and were begun again.", ["part"])


async def kept(
    name: str,
    run: Callable[[], Awaitable[object]],
    stop: asyncio.Event,
    *,
    rest_first_s: float = REST_FIRST_S,
    rest_max_s: float = REST_MAX_S,
) -> None:
    """Run one part until told to stop; one that fails or ends is begun again after a rest, longer each time.

    Args:
        name: as the log and the figures call it.
        run: begins the part; returns when `stop` is set.
        stop: ends all parts.
        rest_first_s: seconds before it is begun again for the first time; doubled each time.
        rest_max_s: the longest rest in seconds.
    """
    loop, rest = asyncio.get_running_loop(), rest_first_s
    fell = FELL.labels(name)  # shown as none before the first, which would be no increase otherwise
    while not stop.is_set():
        began = loop.time()
        try:
            await run()
        except Exception:
            log.exception("%s failed and is begun again", name)
        else:
            if stop.is_set():
                return
            log.error("%s ended by itself and is begun again", name)
        fell.inc()
        if loop.time() - began > STEADY_S:
            rest = rest_first_s
        try:
            async with asyncio.timeout(rest):
                await stop.wait()
        except TimeoutError:
            rest = min(rest * 2, rest_max_s)
