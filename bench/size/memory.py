"""Memory of a worker for each workflow it keeps cached: a contract in force, against a bare workflow.

Each is measured in a process of its own: how much the resident size grows from the first few hundred to many more, so
that what a process needs once is not counted. The bare one has answered as many updates as the contract.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.common.contracts import begun
from bench.common.empty import EmptyWorkflow
from bench.common.floor import at_once
from bench.common.own import own_worker
from bench.common.report import Figure, Report
from embedded.stack import EmbeddedStack
from models.messages.entity import CONTRACTS_QUEUE
from store.database import business_now, clock_offset, engine

WORKFLOWS = 600
FIRST = 200
ROUNDS = 3
PAGE = os.sysconf("SC_PAGE_SIZE")


async def run(stack: EmbeddedStack, count: int = WORKFLOWS, rounds: int = ROUNDS) -> Report:
    """Bare and ours in turn; medians and their ratio."""
    await stack.hold("worker")
    found: dict[str, list[float]] = {"bare": [], "contract": []}
    for number in range(rounds):
        for kind, grown in found.items():
            grown.append(await _grown(stack, kind, number, count))
    floor, ours = (statistics.median(found[kind]) for kind in ("bare", "contract"))
    return [
        Figure(
            "memory of a worker a cached contract / a cached bare workflow",
            ours / floor,
            f"{ours:.0f} KB / {floor:.0f} KB, {count} more cached, medians of {rounds}",
            1.5,
        ),
    ]


async def _grown(stack: EmbeddedStack, kind: str, number: int, count: int) -> float:
    """Kilobytes each of so many, in a process of its own."""
    words = [stack.urls.temporal, stack.database_url, kind, str(number), str(count)]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.size.memory", *words, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    if child.returncode:
        message = f"the measuring process of {kind} ended with {child.returncode}"
        raise RuntimeError(message)
    return float(said.decode().split()[-1])


async def _measure(words: list[str], count: int) -> float:
    address, url, kind, number = words
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    database = engine(url)
    with Session(database) as session:
        now, offset = business_now(session), clock_offset(session)

    async def bare(each: str) -> None:
        handle = await client.start_workflow(EmptyWorkflow.run, id=f"bare/{each}", task_queue=CONTRACTS_QUEUE)
        for _ in range(2):
            await handle.execute_update(EmptyWorkflow.nothing)

    async def contract(each: str) -> None:
        await begun(client, f"K{each}", CONTRACTS_QUEUE, offset, now - timedelta(days=1), now, now.date())

    work = {"bare": bare, "contract": contract}[kind]
    async with own_worker(client, database):
        await at_once([f"{number}F{each:05}" for each in range(FIRST)], work)
        before = _resident()
        await at_once([f"{number}M{each:05}" for each in range(count)], work)
        return (_resident() - before) / count / 1024


def _resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_measure(sys.argv[1:5], int(sys.argv[5])))}\n")
    sys.stdout.flush()
    os._exit(0)
