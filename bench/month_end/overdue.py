"""Catching up: contracts that ended three months ago, unnoticed, against bare workflows whose timers rang unheard.

No worker is there when midnight comes. Temporal's timers ring, their tasks wait, and the business clock goes on by
three months. Then a worker begins. The floor is the same for workflows that wake, run a local activity that decides
nothing, and sleep on. Both are counted from the first that was done to the last; every one is replayed first, since the
new worker has none of them in memory.
"""

from __future__ import annotations

import asyncio
import statistics
from datetime import datetime

from sqlalchemy import Engine, text
from temporalio.client import Client

from bench.common.empty import SleepingWorkflow
from bench.common.floor import at_once, begun_all
from bench.common.own import connected, own_worker, set_clock
from bench.common.report import Report, ratio
from bench.common.rows import until_ended
from bench.month_end.midnight import QUIET_S, STARTED_S, due_at_midnight, lead_for, until_woken
from embedded.stack import EmbeddedStack
from models.messages.entity import CONTRACTS_QUEUE
from rules.calendar import JST
from store.database import engine

CONTRACTS = 1_000
ROUNDS = 3
UNHEARD_S = 13.0
"""After the timers rang: the server first offers each task to the worker that had it in memory, for ten seconds."""
NOTICED = datetime(2018, 10, 1, 9, tzinfo=JST)
"""Three months later."""


async def run(stack: EmbeddedStack, count: int = CONTRACTS, rounds: int = ROUNDS) -> Report:
    """Sleepers and contracts in turn; medians and their ratio.

    Raises:
        RuntimeError: midnight came too early, or something was recorded as of another day than June's last.
    """
    client, database = await connected(stack), engine(stack.database_url)
    await stack.hold("worker")
    bare, ours = [], []
    for number in range(rounds):
        bare.append(await _slept_through(client, database, f"overdue{number}", count))
        ours.append(await _overdue(client, database, f"KLATE{number}X", count))
    wrong = _wrong(database)
    database.dispose()
    if wrong:
        message = f"{wrong} contracts did not end on 2018-06-30"
        raise RuntimeError(message)
    floor, took = statistics.median(bare), statistics.median(ours)
    what = f"catching up {count:,} contracts three months overdue / {count:,} bare timers that rang unheard"
    return [ratio(what, took, floor, f"medians of {rounds}", most=1.5)]


async def _slept_through(client: Client, database: Engine, mark: str, count: int) -> float:
    loop = asyncio.get_running_loop()
    lead = QUIET_S + count * STARTED_S
    due = loop.time() + lead

    names = [f"{mark}/{each}" for each in range(count)]

    async def start(name: str) -> None:
        args = [mark, due - loop.time()]
        await client.start_workflow(SleepingWorkflow.run, args=args, id=name, task_queue=CONTRACTS_QUEUE)

    async with own_worker(client, database):
        await at_once(names, start)
        await begun_all(client, names)  # without their first task no timer runs
    await _until(due)
    async with own_worker(client, database):
        return await until_woken(mark, count)


async def _overdue(client: Client, database: Engine, mark: str, count: int) -> float:
    loop = asyncio.get_running_loop()
    async with own_worker(client, database):
        lead = await lead_for(client, database, mark.replace("KLATE", "KTRY"), count)
        due = loop.time() + lead
        await due_at_midnight(client, database, mark, count, lead_s=lead)
    await _until(due)
    set_clock(database, NOTICED)
    async with own_worker(client, database):
        return await until_ended(database, mark, count)


async def _until(due: float) -> None:
    left = due - asyncio.get_running_loop().time()
    if left < 0:
        message = f"midnight came {-left:.0f} s too early: fewer contracts, or a quieter machine"
        raise RuntimeError(message)
    await asyncio.sleep(left + UNHEARD_S)


def _wrong(database: Engine) -> int:
    query = "select count(*) from contract where contract_id like 'KLATE%' and end_on is distinct from '2018-06-30'"
    with database.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())
