"""A worker inside the measuring process, in place of the stack's own, and a business clock that is set by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine, text
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from bench.common.empty import EmptyWorkflow, SameEventsWorkflow, SleepingWorkflow, nothing, woke
from embedded.stack import EmbeddedStack
from models.messages.entity import CONTRACTS_QUEUE
from worker import RECORDING_THREADS, WORKFLOWS, recorder, runner

CACHED = 12_000


async def connected(stack: EmbeddedStack) -> Client:
    """A client of the stack's Temporal server, with no door's seal: the stack's worker turns its commands away."""
    return await Client.connect(stack.urls.temporal, data_converter=pydantic_data_converter)


@asynccontextmanager
async def own_worker(client: Client, database: Engine, queue: str = CONTRACTS_QUEUE) -> AsyncIterator[Worker]:
    """Work on what stands on a queue: every workflow of ours and every floor, decisions recorded as ever.

    The stack's worker must be held (`EmbeddedStack.hold`), and with it the healer, which would end executions on
    another queue than their own.
    """
    executor = ThreadPoolExecutor(RECORDING_THREADS)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[*WORKFLOWS, EmptyWorkflow, SameEventsWorkflow, SleepingWorkflow],
        activities=[recorder(database).decide_and_record, nothing, woke],
        activity_executor=executor,
        max_concurrent_activities=RECORDING_THREADS,
        max_concurrent_local_activities=RECORDING_THREADS,
        workflow_runner=runner(),
        max_cached_workflows=CACHED,
    ) as worker:
        yield worker
    executor.shutdown(wait=False)


def set_clock(database: Engine, business: datetime) -> float:
    """Say what business time it is, as a rehearsal's clock does, in a stack that has none; gives the offset, seconds.

    Nothing then moves by itself but real time, and no execution is fast-forwarded: timers ring as in production.
    """
    with database.begin() as connection:
        at = connection.execute(text("select clock_timestamp()")).scalar_one()
        offset = (business - at.astimezone(UTC)).total_seconds()
        connection.execute(
            text("""
                insert into clock (id, offset_s) values (1, :offset)
                on conflict (id) do update set offset_s = :offset, frozen_at = null
            """),
            {"offset": offset},
        )
        return float(offset)
