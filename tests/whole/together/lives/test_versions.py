"""A new version of the workers takes over: who sleeps is brought to it, whether or not the old one is still there."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from models.messages.club.membership import WORKFLOW as MEMBERSHIP
from models.messages.club.membership import MembershipInput
from models.messages.contract.contract import WORKFLOW, ContractInput
from models.messages.entity import AgendaItem
from models.spread import PROGRAMME_END_S, share
from rules.calendar import japan_day, start_of
from service.versions.known import Routing, Versions
from service.versions.upgrades import Upgrades
from settings import Settings
from store.database import engine
from worker import WORKFLOWS, deployment, runner

if TYPE_CHECKING:
    from temporalio.client import Client, WorkflowHandle

    from tests.whole.conftest import House

STATES = Path(__file__).parents[3] / "golden" / "states"
SLEEPERS = 3
SPREAD_S = 3_600.0
SLACK_S = 30.0
"""Between an event and the next, on a busy machine."""


def asleep() -> ContractInput:
    """A contract that waits for nothing and nobody."""
    state = json.loads((STATES / "contract-agency.json").read_text(encoding="utf-8"))["state"] | {"agenda": {}}
    return ContractInput(contract_id="K0", state=state, offset_s=0)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something; the test's own time-out is the limit."""
    while not await answered(condition):  # noqa: ASYNC110 -- what is waited for happens in the server
        await asyncio.sleep(0.5)


async def answered(condition: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it holds; False also where the server, which limits questions about one deployment, does not say."""
    try:
        return await condition()
    except RPCError as error:
        if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
            raise
        return False


class Silent(Versions):
    """A server that never says that its queues have heard of a routing."""

    async def routing(self) -> Routing | None:
        """As the server has it, and not settled."""
        found = await super().routing()
        return replace(found, is_settled=False) if found is not None else None


async def bring(client: Client, database_url: str, known: type[Versions]) -> None:
    """Versions 1, 2 and 3 one after the other: 1 is still served when 2 comes, 2 is not when 3 comes."""
    name = f"versions-{uuid.uuid4().hex[:6]}"
    tables, versions = engine(database_url, pool_size=6), known(client, name)
    ids: set[str] = set()

    @asynccontextmanager
    async def served(build_id: str) -> AsyncIterator[None]:
        """A worker of that version, as production has it, which has taken over."""
        stop = asyncio.Event()
        config = deployment(Settings(deployment=name, build_id=build_id))
        upgrades = Upgrades(
            tables, client, versions, build_id, promotes=True, per_s=1000, gone_s=0, every_s=0.4, settles_s=1
        )
        async with Worker(
            client, task_queue=name, workflows=WORKFLOWS, workflow_runner=runner(), deployment_config=config
        ):
            run = asyncio.create_task(upgrades.run(stop))
            try:
                await until(lambda: current(build_id))
                yield
            finally:
                stop.set()
                await run

    async def current(build_id: str) -> bool:
        routing = await versions.routing()
        return routing is not None and routing.current == build_id

    async def all_on(build_id: str) -> bool:
        return {each async for each in versions.ids(build_id)} == ids

    try:
        async with served("1"):
            for number in range(SLEEPERS):
                ids.add(f"{name}/{number}")
                await client.start_workflow(WORKFLOW, asleep(), id=f"{name}/{number}", task_queue=name)
            await until(lambda: all_on("1"))
            async with served("2"):
                await until(lambda: all_on("2"))
        runs = [await client.get_workflow_handle(each).describe() for each in ids]
        assert all(each.run_id != each.raw_description.workflow_execution_info.first_run_id for each in runs)
        async with served("3"):
            await until(lambda: all_on("3"))
            assert await client.get_workflow_handle(f"{name}/0").query("state", result_type=dict)
    finally:
        for each in ids:
            await client.get_workflow_handle(each).terminate()
        tables.dispose()


@pytest.mark.parametrize("known", [Versions, Silent])
def test_sleepers_are_brought_to_the_current_version(house: House, known: type[Versions]) -> None:
    """Told while their version still has a worker, and then a new run; replayed where it has none.

    A server that never says that every queue has heard holds up nobody for ever.
    """
    house.temporal(lambda client: bring(client, house.stack.database_url, known))


async def timers(client: Client) -> None:
    """Two contracts that wait, one for a midnight and one for a second after it."""
    queue, midnight = f"spread-{uuid.uuid4().hex[:6]}", start_of(japan_day(datetime.now(UTC)) + timedelta(days=40))
    start = asleep()
    async with Worker(client, task_queue=queue, workflows=WORKFLOWS, workflow_runner=runner()):
        for late_s in (0, 1):
            at = midnight + timedelta(seconds=late_s)
            item = AgendaItem(item_id="end", event="end", at=at, on=date(2018, 7, 1), articles=[], label="終了")
            state = {**(start.state or {}), "agenda": {"end": item.model_dump(mode="json")}}
            given = start.model_copy(update={"state": state, "spread_s": SPREAD_S})
            workflow_id = f"{queue}/{late_s}"
            handle = await client.start_workflow(WORKFLOW, given, id=workflow_id, task_queue=queue)
            later_s = await timer_behind(handle, item.at)
            spread = share(workflow_id) * SPREAD_S if late_s == 0 else 0.0
            assert abs(later_s - spread) < SLACK_S


async def timer_behind(handle: WorkflowHandle[Any, Any], at: datetime) -> float:
    """Seconds between a moment and the one timer that an execution has set; the execution is over then."""
    assert await handle.query("state", result_type=dict)
    events = (await handle.fetch_history()).events
    (timer,) = [each for each in events if each.HasField("timer_started_event_attributes")]
    waits = timer.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
    await handle.terminate()
    return float((waits - (at - events[0].event_time.ToDatetime(tzinfo=UTC))).total_seconds())


async def ends(client: Client) -> None:
    """Two memberships that wait for one midnight: one ends with the programme, one with its line."""
    queue, midnight = f"ends-{uuid.uuid4().hex[:6]}", start_of(japan_day(datetime.now(UTC)) + timedelta(days=40))
    kept = json.loads((STATES / "membership-spender.json").read_text(encoding="utf-8"))["state"]
    async with Worker(client, task_queue=queue, workflows=WORKFLOWS, workflow_runner=runner()):
        for cause, head_start_s in (("programme_end", PROGRAMME_END_S), ("abolition", 0)):
            item = AgendaItem(
                item_id="end",
                event="end",
                at=midnight,
                on=japan_day(midnight),
                articles=[],
                label="終了",
                data={"cause": cause},
            )
            state = {**kept, "closed": False, "state": "active", "agenda": {"end": item.model_dump(mode="json")}}
            given = MembershipInput(member_id="M0", state=state, offset_s=0, spread_s=SPREAD_S)
            workflow_id = f"{queue}/{cause}"
            handle = await client.start_workflow(MEMBERSHIP, given, id=workflow_id, task_queue=queue)
            later_s = await timer_behind(handle, item.at)
            later = share(workflow_id) * SPREAD_S + head_start_s
            assert abs(later_s - later) < SLACK_S


def test_the_run_that_ends_the_programme_has_a_head_start(house: House) -> None:
    """The timer of a member rings six hours later than its share for the programme's end, and for no other end."""
    house.temporal(ends)


def test_a_midnight_is_spread_and_nothing_else(house: House) -> None:
    """The timer of a contract that is due at midnight rings later by its share, that of another at its moment."""
    house.temporal(timers)
