"""A month end with many endings at once, against as many bare workflows woken by their timers at one moment.

The floor wakes, runs a local activity that decides nothing, and sleeps on: what any timer costs on this server. Both
are counted from the first that was done to the last. Beside it the job that a house without durable timers would have:
a row per contract and set-based statements at midnight (cron and SQL), which decide nothing of their own for any
contract and feed nobody's page.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import date, timedelta

from sqlalchemy import Engine, text
from temporalio.client import Client

from bench.common.contracts import begun
from bench.common.empty import WOKE, SleepingWorkflow
from bench.common.floor import AT_ONCE, at_once
from bench.common.own import connected, own_worker, set_clock
from bench.common.report import Report, ratio
from bench.common.rows import PATIENCE_S, until_ended
from bench.lives.other.tables import TABLES
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import Cancel
from models.messages.entity import CONTRACTS_QUEUE
from rules.calendar import start_of
from store.database import engine

CONTRACTS = 250
ROUNDS = 5
MIDNIGHT = start_of(date(2018, 7, 1))
BEGUN_ON = date(2018, 6, 15)
TRIED = 2 * AT_ONCE
"""Contracts begun and cancelled first, far from midnight, to see how long the others take."""
SLACK = 2.0
"""So many times as long before midnight as that says: the machine may become busier."""
STARTED_S = 0.1
"""Seconds before its moment for each sleeper."""
QUIET_S = 3.0

_FILL = (
    "insert into contract select :mark || n, 'ending', '2018-06-30' from generate_series(1, :count) n",
    "insert into charge select :mark || n, 4860, 'planned' from generate_series(1, :count) n",
)
_AT_MIDNIGHT = (
    """insert into transition (contract_id, seq, event)
       select contract_id, 5, 'end' from contract where state = 'ending' and end_on < '2018-07-01'""",
    """insert into outbox select contract_id || '-end', contract_id, 'end'
       from contract where state = 'ending' and end_on < '2018-07-01'""",
    """update charge set state = 'due' from contract c
       where c.contract_id = charge.contract_id and c.state = 'ending' and c.end_on < '2018-07-01'""",
    "update contract set state = 'ended' where state = 'ending' and end_on < '2018-07-01'",
)


async def run(stack: EmbeddedStack, count: int = CONTRACTS, rounds: int = ROUNDS) -> Report:
    """Sleepers, contracts and the job in turn, all three on their own set of rows; medians and their ratios.

    Raises:
        RuntimeError: midnight came before everything was keyed in.
        TimeoutError: not all of them ended.
    """
    client, database = await connected(stack), engine(stack.database_url)
    await stack.hold("worker")
    _prepare(database)
    bare, ours, jobs = [], [], []
    async with own_worker(client, database):
        for number in range(rounds):
            bare.append(await sleepers(client, f"midnight{number}", count))
            ours.append(await _ended(client, database, number, count))
            jobs.append(_job(database, number, count))
    database.dispose()
    floor, took, job = statistics.median(bare), statistics.median(ours), statistics.median(jobs)
    what = f"{count:,} endings at one midnight"
    return [
        ratio(f"{what} / {count:,} bare workflows woken by timers", took, floor, f"medians of {rounds}", most=1.5),
        ratio(f"{what} / the same by cron and SQL", took, job, f"medians of {rounds}"),
        f"{count / took:.0f} endings a second, {count / floor:.0f} bare wake-ups a second",
    ]


async def sleepers(client: Client, mark: str, count: int, *, lead_s: float | None = None) -> float:
    """Bare workflows that wake at one moment; seconds from the first that was done to the last."""
    loop = asyncio.get_running_loop()
    due = loop.time() + (lead_s if lead_s is not None else QUIET_S + count * STARTED_S)

    async def start(each: str) -> None:
        args = [mark, due - loop.time()]
        await client.start_workflow(SleepingWorkflow.run, args=args, id=f"{mark}/{each}", task_queue=CONTRACTS_QUEUE)

    await at_once([str(each) for each in range(count)], start)
    if loop.time() > due:
        message = f"the moment came {loop.time() - due:.1f} s before all slept"
        raise RuntimeError(message)
    await asyncio.sleep(due - loop.time())
    return await until_woken(mark, count)


async def lead_for(client: Client, database: Engine, mark: str, count: int) -> float:
    """How long before midnight so many have to be begun, seconds; tried with a few whose midnight is hours off."""
    clock = asyncio.get_running_loop()
    began = clock.time()
    await due_at_midnight(client, database, mark, TRIED, lead_s=7_200.0)
    return QUIET_S + SLACK * (clock.time() - began) / TRIED * count


async def due_at_midnight(client: Client, database: Engine, mark: str, count: int, *, lead_s: float) -> None:
    """Contracts in force and cancelled to the end of June, midnight so many seconds off when the first begins."""
    now = MIDNIGHT - timedelta(seconds=lead_s)
    offset = timedelta(seconds=set_clock(database, now))
    letter = now - timedelta(days=12)

    async def enter(each: str) -> None:
        handle = await begun(client, f"{mark}{each}", CONTRACTS_QUEUE, offset, now - timedelta(days=20), now, BEGUN_ON)
        await handle.execute_update(
            "cancel", Cancel(op=f"cancel/{mark}{each}", channel="paper", received_at=letter, actor="bench")
        )

    await at_once([f"{each:05}" for each in range(count)], enter)


async def _ended(client: Client, database: Engine, number: int, count: int) -> float:
    mark, loop = f"KNIGHT{number}X", asyncio.get_running_loop()
    lead = await lead_for(client, database, f"KTRY{number}X", count)
    began = loop.time()
    await due_at_midnight(client, database, mark, count, lead_s=lead)
    left = lead - (loop.time() - began)
    if left < 0:
        message = f"midnight came {-left:.0f} s before all {count} were keyed in: fewer contracts, or a quieter machine"
        raise RuntimeError(message)
    await asyncio.sleep(left)
    return await until_ended(database, mark, count)


async def until_woken(mark: str, count: int) -> float:
    """Wait until all bare workflows have woken; seconds from the first to the last.

    Raises:
        TimeoutError: not all of them have.
    """
    deadline = time.monotonic() + PATIENCE_S
    while len(WOKE[mark]) < count:
        if time.monotonic() > deadline:
            message = f"{len(WOKE[mark])} of {count} woke within {PATIENCE_S:.0f} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.05)
    return max(WOKE[mark]) - min(WOKE[mark])


def _prepare(database: Engine) -> None:
    """The tables of the job, as the other engine's life has them, in a schema of their own."""
    with database.begin() as connection:
        connection.execute(text("create schema bench"))
        connection.execute(text("set local search_path to bench"))
        for each in TABLES:
            connection.execute(text(each))


def _job(database: Engine, number: int, count: int) -> float:
    """Seconds of the transaction that a job at midnight would be."""
    with database.begin() as connection:
        connection.execute(text("set local search_path to bench"))
        for each in _FILL:
            connection.execute(text(each), {"mark": f"K{number}X", "count": count})
    begin = time.perf_counter()
    with database.begin() as connection:
        connection.execute(text("set local search_path to bench"))
        for each in _AT_MIDNIGHT:
            connection.execute(text(each))
    return time.perf_counter() - begin
