"""A thousand empty updates: the floor of every measure over many entities."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.worker import Worker

from bench.common.empty import EmptyWorkflow
from worker import runner

AT_ONCE = 24
"""Updates under way at once."""
_FIRST_TASK = 4
"""Events of a workflow that has done it: started, its task scheduled, begun, completed."""

Floor = Callable[[int], Awaitable[float]]


@asynccontextmanager
async def floor(client: Client, queue: str, count: int) -> AsyncIterator[Floor]:
    """Workflows on a worker of their own; inside, a round (each its own number) gives its seconds."""
    ids = [f"{queue}/{number}" for number in range(count)]

    async def start(each: str) -> None:
        await client.start_workflow(EmptyWorkflow.run, id=each, task_queue=queue)

    async def measured(number: int) -> float:
        begin = time.perf_counter()
        await at_once(
            ids,
            lambda each: client.get_workflow_handle(each).execute_update(EmptyWorkflow.nothing, id=f"round/{number}"),
        )
        return time.perf_counter() - begin

    async with Worker(
        client, task_queue=queue, workflows=[EmptyWorkflow], workflow_runner=runner(), max_cached_workflows=2 * count
    ):
        await at_once(ids, start)
        await measured(-1)  # their first tasks are not part of an update
        yield measured


async def at_once(items: Iterable[str], work: Callable[[str], Awaitable[object]], many: int = AT_ONCE) -> None:
    """A few at a time."""
    waiting = iter(items)

    async def some() -> None:
        for item in waiting:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(many):
            group.create_task(some())


async def begun_all(client: Client, names: Sequence[str], many: int = AT_ONCE) -> None:
    """Until the workflows started last have done their first task: tasks are done in the order of the starts."""
    for name in names[-many:]:
        while (await client.get_workflow_handle(name).describe()).history_length < _FIRST_TASK:  # noqa: ASYNC110  # the server tells nobody, it is asked
            await asyncio.sleep(0.02)
