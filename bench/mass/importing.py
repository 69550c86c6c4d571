"""The import of contracts that exist already, against as many bare workflow starts at the same concurrency.

The floor is a start of a workflow that does nothing, awaited by its client, and its first task. Both are counted until
the last one has done its first task, and nothing of one is left to be done while the other is measured. So the import
may add the rows, not a second trip to Temporal.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, text
from temporalio.client import Client
from temporalio.worker import Worker

from api.contracts.imports import AT_ONCE, EXAMPLE
from bench.common.empty import EmptyWorkflow
from bench.common.floor import at_once
from bench.common.house import House
from bench.common.own import connected
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import workflow_id
from store.database import engine
from worker import runner

CONTRACTS = 400
ROUNDS = 5
QUEUE = "bench-import"
FIRST_TASK = 4
"""Events of a workflow that has done it."""


async def run(stack: EmbeddedStack, count: int = CONTRACTS, rounds: int = ROUNDS) -> list[str]:
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
            await begun_all(client, names)
            floors.append(time.perf_counter() - begin)
            content, begin = _lines(number, count), time.perf_counter()
            answer = await _sent(house, stack.keys.operator, content, count)
            answered.append(time.perf_counter() - begin)
            await begun_all(client, [workflow_id(line["contract_id"]) for line in answer["lines"]])
            imports.append(time.perf_counter() - begin)
    running = await _running(database, client)
    database.dispose()
    if running < count * (rounds + 1):
        message = f"only {running} of {count * (rounds + 1)} imported contracts run"
        raise RuntimeError(message)
    base, took = statistics.median(floors[1:]), statistics.median(imports[1:])
    return [
        (
            f"import of {count} contracts / {count} bare workflow starts  {took / base:5.2f}  "
            f"({took:.2f} s / {base:.2f} s, {AT_ONCE} at once, medians of {rounds}; target at most 1.3)"
        ),
        (
            f"{count / took:.0f} contracts a second entered, {count / base:.0f} bare starts a second; "
            f"answered after {statistics.median(answered[1:]):.2f} s"
        ),
    ]


async def begun_all(client: Client, names: Sequence[str]) -> None:
    """Until the workflows started last have done their first task: tasks are done in the order of the starts."""
    for name in names[-AT_ONCE:]:
        # Started, its task scheduled, begun, completed.
        while (await client.get_workflow_handle(name).describe()).history_length < FIRST_TASK:  # noqa: ASYNC110  # the server tells nobody, it is asked
            await asyncio.sleep(0.02)


async def import_rows(house: House, key: str, number: int, count: int) -> list[str]:
    """Contracts in force as another system hands them over, a round of them; gives their ids."""
    answer = await _sent(house, key, _lines(number, count), count)
    return [str(line["contract_id"]) for line in answer["lines"]]


def _lines(number: int, count: int) -> bytes:
    rows = [
        {
            **EXAMPLE,
            "external_id": f"BENCH-{number}-{each}",
            "line": {**EXAMPLE["line"], "line_id": f"CAF{44_000_000 + number * 100_000 + each:010d}"},
            "person": {**EXAMPLE["person"], "email": f"bench{number}.{each}@example.com"},
        }
        for each in range(count)
    ]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


async def _sent(house: House, key: str, content: bytes, count: int) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {key}",
        "Idempotency-Key": uuid.uuid4().hex,
        "Content-Type": "application/x-ndjson",
    }
    answer = await house.http.post("/v1/contracts/import", content=content, headers=headers)
    answer.raise_for_status()
    told = dict(answer.json())
    if told["imported"] != count:
        message = f"{told['imported']} of {count} contracts entered: {answer.text[:500]}"
        raise RuntimeError(message)
    return told


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
