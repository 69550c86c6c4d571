"""A cancellation command against an empty update on the same server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from bench.common.empty import EmptyWorkflow, SameEventsWorkflow, nothing
from bench.common.house import House
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import (
    Apply,
    Cancel,
    Consents,
    ContractInput,
    LineFacts,
    StartService,
)
from store.database import clock_offset, engine
from worker import recorder, runner
from workflows.contract import ContractWorkflow

QUEUE = "bench"
ROUNDS = 80
WARM_UP = 10
_IN_PROCESS, _THROUGH_API = "target at most 1.7", "target at most 2.2"
_PLATFORM = "what the platform takes of it"


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

        with Session(database) as session:
            offset = clock_offset(session)
        ready = []
        for number in range(ROUNDS + WARM_UP):
            now = _now(offset)
            ready.append(await begun(client, f"BENCH{number:04}", QUEUE, offset, now, now, now.date()))
        same = await client.start_workflow(SameEventsWorkflow.run, id="bench/same", task_queue=QUEUE)

        async def same_events() -> None:
            await same.execute_update(SameEventsWorkflow.change)

        # Each contract is cancelled once, as it comes: a second letter, or one after an undo, would be decided against
        # a longer life, and a letter from before something else would have the life decided again (`bench order`).
        here = await _ratio(
            floor, [partial(_cancel, each, number, offset) for number, each in enumerate(ready)], _IN_PROCESS
        )
        bare = await _ratio(floor, [same_events] * (ROUNDS + WARM_UP), _PLATFORM)
        house = House(stack)
        running = [await _running(house, number, offset) for number in range(ROUNDS + WARM_UP)]
        there = await _ratio(
            floor, [partial(_cancel_through_api, house, each, offset) for each in running], _THROUGH_API
        )
    database.dispose()
    return [
        f"cancellation / empty update, in-process   {here}",
        f"cancellation / empty update, through API  {there}",
        f"its events with nothing decided / empty     {bare}",
    ]


async def _cancel(contract: Any, number: int, offset: timedelta) -> None:
    op = f"bench-{number}"
    command = Cancel(op=op, channel="online", received_at=_now(offset))
    await contract.execute_update("cancel", command, id=op)


async def _cancel_through_api(house: House, contract_id: str, offset: timedelta) -> None:
    received = {"channel": "online", "received_at": _now(offset).isoformat()}
    await house.call("POST", f"/v1/contracts/{contract_id}/cancellation", received)


async def _running(house: House, number: int, offset: timedelta) -> str:
    contract_id = await house.apply(f"CAF{902_000 + number:010d}")
    today = _now(offset).date().isoformat()
    await house.call("POST", f"/v1/contracts/{contract_id}/service-start", {"service_start_on": today})
    return contract_id


def _now(offset: timedelta) -> datetime:
    return datetime.now(UTC) + offset


async def begun(
    client: Client, contract_id: str, queue: str, offset: timedelta, received_at: datetime, now: datetime, on: date
) -> Any:
    """A contract in force.

    Args:
        client: of Temporal.
        contract_id: its id.
        queue: whose worker has it.
        offset: business time minus real time.
        received_at: when the application came.
        now: the business moment.
        on: the day its service starts.
    """
    edition = "2018-06-01"
    apply = Apply(
        course="W2_FAMILY",
        channel="online",
        received_at=received_at,
        line=LineFacts(carrier_area="EAST"),
        consents=Consents(general_terms=edition, course_terms=edition, carrier_terms="EAST-2017"),
        at=now,
    )
    start = ContractInput(contract_id=contract_id, apply=apply, offset_s=offset.total_seconds())
    handle = await client.start_workflow(ContractWorkflow.run, start, id=f"contract/{contract_id}", task_queue=queue)
    await handle.execute_update("apply")
    await handle.execute_update("start_service", StartService(service_start_on=on))
    return handle


async def _ratio(floor: Callable[[], Awaitable[None]], work: Sequence[Callable[[], Awaitable[None]]], note: str) -> str:
    """The floor and the work in turn, the first rounds to warm up; `note` is what to know of the ratio."""
    floors, works = [], []
    for index, each in enumerate(work):
        a, b = await _timed(floor), await _timed(each)
        if index >= WARM_UP:
            floors.append(a)
            works.append(b)
    p50, base = statistics.median(works), statistics.median(floors)
    return f"{p50 / base:5.2f}  ({p50 * 1000:.1f} ms / {base * 1000:.1f} ms, p50 of {ROUNDS}; {note})"


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begin = time.perf_counter()
    await work()
    return time.perf_counter() - begin
