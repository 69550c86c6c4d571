"""A cancellation command against an empty update on the same server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from bench.empty import EmptyWorkflow, SameEventsWorkflow, nothing
from bench.house import House
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import (
    Apply,
    Cancel,
    Consents,
    ContractInput,
    LineFacts,
    StartService,
    UndoCancellation,
)
from store.database import business_now, engine
from worker import recorder, runner
from workflows.contract import ContractWorkflow

QUEUE = "bench"
ROUNDS = 80
WARM_UP = 10


async def run(stack: EmbeddedStack) -> list[str]:
    """Both in turn, medians, and their ratio."""
    client = await Client.connect(stack.urls.temporal, data_converter=pydantic_data_converter)
    database = engine(stack.database_url)
    executor = ThreadPoolExecutor(8)
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[EmptyWorkflow, SameEventsWorkflow, ContractWorkflow],
        activities=[recorder(database).decide_and_record, nothing],
        activity_executor=executor,
        workflow_runner=runner(),
    ):
        empty = await client.start_workflow(EmptyWorkflow.run, id="bench/empty", task_queue=QUEUE)

        async def floor() -> None:
            await empty.execute_update(EmptyWorkflow.nothing)

        contract = await _contract(client, stack)
        count = iter(range(1_000_000))

        async def cancel() -> None:
            op = f"bench-{next(count)}"
            command = Cancel(op=op, channel="online", received_at=_received())
            await contract.execute_update("cancel", command, id=op)

        async def undo() -> None:
            await contract.execute_update("undo_cancellation", UndoCancellation())

        same = await client.start_workflow(SameEventsWorkflow.run, id="bench/same", task_queue=QUEUE)

        async def same_events() -> None:
            await same.execute_update(SameEventsWorkflow.change)

        here = await _ratio(floor, cancel, undo)
        bare = await _ratio(floor, same_events, _nothing)
        house = House(stack)
        contract_id = await house.apply("CAF0000000902")
        await house.call("POST", f"/v1/contracts/{contract_id}/service-start", {"service_start_on": _today()})
        path = f"/v1/contracts/{contract_id}/cancellation"

        async def through_api() -> None:
            await house.call("POST", path, {"channel": "online", "received_at": _received().isoformat()})

        async def undo_through_api() -> None:
            await house.call("DELETE", path)

        there = await _ratio(floor, through_api, undo_through_api)
    return [
        f"cancellation / empty update, in-process   {here}  (target at most 1.7)",
        f"cancellation / empty update, through API  {there}  (target at most 2.2)",
        f"its events with nothing decided / empty     {bare}  (what the platform takes of it)",
    ]


async def _nothing() -> None:
    """Nothing to restore."""


_BUSINESS: dict[str, datetime] = {}


def _received() -> datetime:
    return _BUSINESS["now"]


def _today() -> str:
    return _BUSINESS["now"].date().isoformat()


async def _contract(client: Client, stack: EmbeddedStack) -> Any:
    with Session(engine(stack.database_url)) as session:
        now = business_now(session)
    _BUSINESS["now"] = now
    edition = "2018-06-01"
    apply = Apply(
        course="W2_FAMILY",
        channel="online",
        received_at=now,
        line=LineFacts(carrier_area="EAST"),
        consents=Consents(general_terms=edition, course_terms=edition, carrier_terms="EAST-2017"),
        at=now,
    )
    offset = (now - datetime.now(UTC)).total_seconds()
    start = ContractInput(contract_id="BENCH0001", apply=apply, offset_s=offset)
    handle = await client.start_workflow(ContractWorkflow.run, start, id="contract/BENCH0001", task_queue=QUEUE)
    await handle.execute_update("apply")
    await handle.execute_update("start_service", StartService(service_start_on=now.date()))
    return handle


async def _ratio(
    floor: Callable[[], Awaitable[None]], work: Callable[[], Awaitable[None]], restore: Callable[[], Awaitable[None]]
) -> str:
    floors, works = [], []
    for index in range(ROUNDS + WARM_UP):
        a, b = await _timed(floor), await _timed(work)
        await restore()
        if index >= WARM_UP:
            floors.append(a)
            works.append(b)
    p50, base = statistics.median(works), statistics.median(floors)
    return f"{p50 / base:5.2f}  ({p50 * 1000:.1f} ms / {base * 1000:.1f} ms, p50 of {ROUNDS})"


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begin = time.perf_counter()
    await work()
    return time.perf_counter() - begin
