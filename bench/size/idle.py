"""What a whole stack of 5,000 contracts costs while nobody asks anything, in cores, and the same stack empty."""

from __future__ import annotations

import asyncio

from bench.common.contracts import import_rows
from bench.common.house import House
from bench.common.processes import cpu
from bench.common.report import Figure, Report
from bench.common.rows import until_delivered
from embedded.stack import CHILDREN, EmbeddedStack
from store.database import engine

CONTRACTS = 5_000
A_REQUEST = 1_000
MEASURED_S = 60.0
SETTLED_S = 20.0


async def run(stack: EmbeddedStack, count: int = CONTRACTS) -> Report:
    """Empty, then full; every process of ours and both servers."""
    house = House(stack)
    house.http.timeout = 600
    await asyncio.sleep(SETTLED_S)
    empty = await _cores(stack)
    for first in range(0, count, A_REQUEST):
        await import_rows(house, first // A_REQUEST, min(A_REQUEST, count - first))
    database = engine(stack.database_url)
    await until_delivered(database)
    database.dispose()
    await asyncio.sleep(SETTLED_S)
    full = await _cores(stack)
    what, cores, floor = f"idle stack with {count:,} contracts", sum(full.values()), sum(empty.values())
    return [
        Figure(f"{what}, cores", cores, f"over {MEASURED_S:.0f} s; {_by_process(full)}", 0.05),
        Figure(
            f"{what} / the same one empty",
            cores / max(floor, 1e-9),
            f"{cores:.3f} / {floor:.3f} cores; {_by_process(empty)}",
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
