"""What a whole stack of 5,000 contracts costs while nobody asks anything, in cores, and the same stack empty."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from bench.common.house import House
from bench.mass.importing import import_rows
from bench.month_end.month import cpu
from embedded.stack import CHILDREN, EmbeddedStack
from store.database import engine

CONTRACTS = 5_000
A_REQUEST = 1_000
MEASURED_S = 60.0
SETTLED_S = 20.0
PATIENCE_S = 300.0


async def run(stack: EmbeddedStack, count: int = CONTRACTS) -> list[str]:
    """Empty, then full; every process of ours and both servers."""
    house = House(stack)
    house.http.timeout = 600
    await asyncio.sleep(SETTLED_S)
    empty = await _cores(stack)
    for first in range(0, count, A_REQUEST):
        await import_rows(house, stack.keys.operator, first // A_REQUEST, min(A_REQUEST, count - first))
    await _quiet(stack)
    await asyncio.sleep(SETTLED_S)
    full = await _cores(stack)
    return [
        (
            f"idle stack with {count:,} contracts, cores  {sum(full.values()):5.3f}  "
            f"(over {MEASURED_S:.0f} s; {_by_process(full)}; target at most 0.05)"
        ),
        (
            f"idle stack with {count:,} contracts / the same one empty  "
            f"{sum(full.values()) / max(sum(empty.values()), 1e-9):5.2f}  "
            f"({sum(full.values()):.3f} / {sum(empty.values()):.3f} cores; {_by_process(empty)})"
        ),
    ]


def _by_process(cores: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in cores.items())


async def _cores(stack: EmbeddedStack) -> dict[str, float]:
    before, clock = cpu(stack, CHILDREN), asyncio.get_running_loop()
    began = clock.time()
    await asyncio.sleep(MEASURED_S)
    after, passed = cpu(stack, CHILDREN), clock.time() - began
    return {name: (after[name] - before[name]) / passed for name in before}


async def _quiet(stack: EmbeddedStack) -> None:
    """Until nothing waits to be delivered."""
    database, clock = engine(stack.database_url), asyncio.get_running_loop()
    deadline = clock.time() + PATIENCE_S
    query = text("select count(*) from outbox where delivered_at is null and failed_at is null")
    try:
        while clock.time() < deadline:
            with database.connect() as connection:
                if not connection.execute(query).scalar_one():
                    return
            await asyncio.sleep(0.5)
    finally:
        database.dispose()
    message = f"not everything was delivered within {PATIENCE_S:.0f} s"
    raise TimeoutError(message)
