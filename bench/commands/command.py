"""A cancellation command against an empty update on the same server."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session
from temporalio.worker import Worker

from bench.common.contracts import begun
from bench.common.empty import EmptyWorkflow, SameEventsWorkflow, nothing
from bench.common.house import House
from bench.common.own import connected
from bench.common.report import Figure, Report, ratio, timed
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import Cancel
from store.database import clock_offset, engine
from worker import recorder, runner
from workflows.contract import ContractWorkflow

QUEUE = "bench"
ROUNDS = 80
WARM_UP = 10
IN_PROCESS_MAX, THROUGH_API_MAX = 1.7, 2.2


async def run(stack: EmbeddedStack) -> Report:
    """Both in turn, medians, and their ratio."""
    client = await connected(stack)
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
            "cancellation / empty update, in-process",
            floor,
            [partial(_cancel, each, number, offset) for number, each in enumerate(ready)],
            most=IN_PROCESS_MAX,
        )
        bare = await _ratio(
            "its events with nothing decided / empty",
            floor,
            [same_events] * (ROUNDS + WARM_UP),
            "; what the platform takes of it",
        )
        house = House(stack)
        running = [await _running(house, number, offset) for number in range(ROUNDS + WARM_UP)]
        there = await _ratio(
            "cancellation / empty update, through API",
            floor,
            [partial(_cancel_through_api, house, each, offset) for each in running],
            most=THROUGH_API_MAX,
        )
    database.dispose()
    return [here, there, bare]


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


async def _ratio(
    what: str,
    floor: Callable[[], Awaitable[None]],
    work: Sequence[Callable[[], Awaitable[None]]],
    note: str = "",
    *,
    most: float | None = None,
) -> Figure:
    """The floor and the work in turn, the first rounds to warm up; `note` is what else to know of the ratio."""
    floors, works = [], []
    for index, each in enumerate(work):
        a, b = await timed(floor), await timed(each)
        if index >= WARM_UP:
            floors.append(a)
            works.append(b)
    return ratio(what, statistics.median(works), statistics.median(floors), f"p50 of {ROUNDS}{note}", most=most)
