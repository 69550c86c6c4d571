"""Commands that come at a pace, whether or not the one before is answered: how long the slowest of a hundred waits.

Cancellations through the API of contracts that were imported, each at its own moment. The ratio is p99 to p50 at the
same pace; where the machine cannot keep the pace at all, both are the length of the queue.
"""

from __future__ import annotations

import asyncio
import time

import httpx

from bench.common.contracts import import_rows
from bench.common.house import House
from bench.common.report import Report, at_percent, ratio
from embedded.stack import EmbeddedStack

PACES = ((10, 200), (25, 300), (50, 500))
"""Commands a second, and how many at that pace."""
TARGET_AT, TARGET_MAX = 50, 3
UNAVAILABLE = 503
"""After ten seconds a door gives up waiting; nothing is lost, and the same request may be sent again."""


async def run(stack: EmbeddedStack, paces: tuple[tuple[int, int], ...] = PACES) -> Report:
    """One pace after the other, the slowest first: it warms up."""
    house = House(stack)
    house.http.timeout = 600
    now = (await house.call("GET", "/v1/clock"))["now"]
    found: Report = []
    for number, (a_second, count) in enumerate(paces):
        ids = await import_rows(house, number, count)
        took, late, put_off = await _paced(house, ids, a_second, now)
        found.append(
            ratio(
                f"cancellation through API at {a_second} a second, p99 / p50",
                at_percent(took, 99),
                at_percent(took, 50),
                f"{count} of them, the last answer {late:.1f} s late, {put_off} put off by 503",
                most=TARGET_MAX if a_second == TARGET_AT else None,
            )
        )
    return found


async def _paced(house: House, ids: list[str], a_second: int, now: str) -> tuple[list[float], float, int]:
    """Seconds each took from its own moment, how much longer all took than their moments, and how many were put off."""
    clock, took, given_up = asyncio.get_running_loop(), list[float](), list[str]()
    began = clock.time()

    async def one(number: int, contract_id: str) -> None:
        await asyncio.sleep(began + number / a_second - clock.time())
        begin = time.perf_counter()
        letter = {"channel": "online", "received_at": now}
        try:
            await house.call("POST", f"/v1/contracts/{contract_id}/cancellation", letter)
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code != UNAVAILABLE:
                raise
            given_up.append(contract_id)
        took.append(time.perf_counter() - begin)

    async with asyncio.TaskGroup() as group:
        for number, contract_id in enumerate(ids):
            group.create_task(one(number, contract_id))
    return took, clock.time() - began - len(ids) / a_second, len(given_up)
