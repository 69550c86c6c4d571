"""The import of contracts that exist already, against as many bare workflow starts at the same concurrency.

The floor is a start of a workflow that does nothing, awaited by its client, and its first task. Both are counted until
the last one has done its first task, and nothing of one is left to be done while the other is measured. So the import
may add the rows, not a second trip to Temporal.
"""

from __future__ import annotations

import statistics
import time

from sqlalchemy import Engine, text
from temporalio.client import Client
from temporalio.worker import Worker

from api.contracts.imports import AT_ONCE
from bench.common.contracts import import_rows
from bench.common.empty import EmptyWorkflow
from bench.common.floor import at_once, begun_all
from bench.common.house import House
from bench.common.own import connected
from bench.common.report import Report, ratio
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import workflow_id
from store.database import engine
from worker import runner

CONTRACTS = 400
ROUNDS = 5
QUEUE = "bench-import"


async def run(stack: EmbeddedStack, count: int = CONTRACTS, rounds: int = ROUNDS) -> Report:
    """Starts and imports in turn, the first round of both to warm up; medians and their ratio.

    Raises:
        RuntimeError: not every contract entered, or not every one has an execution that has begun.
    """
    client, house, database = await connected(stack), House(stack), engine(stack.database_url)
    house.http.timeout = 300
    floors, imports, answered = [], [], []
    async with Worker(client, task_queue=QUEUE, workflows=[EmptyWorkflow], workflow_runner=runner()):
        for number in range(rounds + 1):
            begin = time.perf_counter()
            names = [f"{QUEUE}/{number}/{each}" for each in range(count)]
            await at_once(
                names, lambda name: client.start_workflow(EmptyWorkflow.run, id=name, task_queue=QUEUE), AT_ONCE
            )
            await begun_all(client, names, AT_ONCE)
            floors.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            entered = await import_rows(house, number, count)
            answered.append(time.perf_counter() - begin)
            await begun_all(client, [workflow_id(each) for each in entered], AT_ONCE)
            imports.append(time.perf_counter() - begin)
    running = await _running(database, client)
    database.dispose()
    if running < count * (rounds + 1):
        message = f"only {running} of {count * (rounds + 1)} imported contracts run"
        raise RuntimeError(message)
    base, took = statistics.median(floors[1:]), statistics.median(imports[1:])
    return [
        ratio(
            f"import of {count} contracts / {count} bare workflow starts",
            took,
            base,
            f"{AT_ONCE} at once, medians of {rounds}",
            most=1.3,
        ),
        (
            f"{count / took:.0f} contracts a second entered, {count / base:.0f} bare starts a second; "
            f"answered after {statistics.median(answered[1:]):.2f} s"
        ),
    ]


async def _running(database: Engine, client: Client) -> int:
    """How many contracts run, each asked of the server itself."""
    with database.connect() as connection:
        ids = connection.execute(text("select entity_id from entity where kind = 'contract'")).scalars().all()
    found: list[str] = []

    async def ask(name: str) -> None:
        told = await client.get_workflow_handle(name).describe()
        if told.close_time is None:
            found.append(name)

    await at_once(ids, ask)
    return len(found)
