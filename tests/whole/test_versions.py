"""A new version of the workers takes over: who sleeps is brought to it, whether or not the old one is still there."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from temporalio.worker import Worker

from models.messages.contract import WORKFLOW, ContractInput
from service.versions.known import Versions
from service.versions.upgrades import Upgrades
from settings import Settings
from store.database import engine
from worker import WORKFLOWS, deployment, runner

if TYPE_CHECKING:
    from temporalio.client import Client

    from tests.whole.conftest import House

STATES = Path(__file__).parents[1] / "golden" / "states"
SLEEPERS = 3


def asleep() -> ContractInput:
    """A contract that waits for nothing and nobody."""
    state = json.loads((STATES / "contract-agency.json").read_text(encoding="utf-8"))["state"] | {"agenda": {}}
    return ContractInput(contract_id="K0", state=state, offset_s=0)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something; the test's own time-out is the limit."""
    while not await condition():  # noqa: ASYNC110 -- what is waited for happens in the server
        await asyncio.sleep(0.05)


async def bring(client: Client, database_url: str) -> None:
    """Versions 1, 2 and 3 one after the other: 1 is still served when 2 comes, 2 is not when 3 comes."""
    name = f"versions-{uuid.uuid4().hex[:6]}"
    tables, versions = engine(database_url, pool_size=6), Versions(client, name)
    ids: set[str] = set()

    @asynccontextmanager
    async def served(build_id: str) -> AsyncIterator[None]:
        """A worker of that version, as production has it, which has taken over."""
        stop = asyncio.Event()
        config = deployment(Settings(deployment=name, build_id=build_id))
        upgrades = Upgrades(tables, client, versions, build_id, promotes=True, per_s=1000, gone_s=0, every_s=0.1)
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


def test_sleepers_are_brought_to_the_current_version(house: House) -> None:
    """Told while their version still has a worker, and then a new run; replayed where it has none."""
    house.temporal(lambda client: bring(client, house.stack.database_url))
