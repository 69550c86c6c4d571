"""Defects on the real Temporal server: the lock is let go, the clock passes by, the caller is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session
from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.failures import PlainFailures
from activities.record import Recorder
from decisions.registry import DOMAINS
from models.messages.contract import contract as messages
from models.messages.contract.contract import ContractState
from models.messages.entity import CARRIER_QUEUE, AgendaItem, Answer, Command
from models.messages.filing import SEND_FILING, START_FILING, FilingInput
from models.tables.people import Line, Person
from worker import recorder, runner
from workflows.contract import ContractWorkflow
from workflows.filing import FilingWorkflow

START = datetime(2018, 5, 20, 0, 0, tzinfo=UTC)
APPLICATION: dict[str, Any] = {
    "op": "apply",
    "course": "W2_FAMILY",
    "channel": "online",
    "received_at": START.isoformat(),
    "line": {"operator": "EAST"},
    "consents": {"general_terms": "2017-06-01", "course_terms": "2017-06-01", "carrier_terms": "EAST-2017"},
}


class Planted:
    """Commands, due items and effects that fail while they stand here."""

    def __init__(self) -> None:
        """Nothing fails."""
        self.broken: set[str] = set()

    def or_raise(self, name: str, decide: Any) -> Any:
        """The handler, behind the defect."""

        def planted(*args: Any) -> Any:
            if name in self.broken:
                raise KeyError(name)
            return decide(*args)

        return planted

    def recorder(self, home: Any) -> Recorder:
        """The real one, on contracts whose cancellation and end may fail."""
        domain = DOMAINS["contract"]
        broken = replace(
            domain,
            commands={
                name: replace(each, decide=self.or_raise(name, each.decide)) for name, each in domain.commands.items()
            },
            due={name: self.or_raise(name, each) for name, each in domain.due.items()},
        )
        return Recorder(home.engine, recorder(home.engine)._projections, {**DOMAINS, "contract": broken})

    @activity.defn(name=START_FILING)
    async def start_filing(self, entity_id: str, item: AgendaItem) -> None:
        """The effect."""
        _ = (entity_id, item)
        if START_FILING in self.broken:
            raise KeyError(START_FILING)


@asynccontextmanager
async def working(home: Any, client: Client, planted: Planted) -> AsyncIterator[None]:
    """Contracts in this process, and their effects."""
    with ThreadPoolExecutor(8) as pool:
        contracts = Worker(
            client,
            task_queue=home.queue,
            workflows=[ContractWorkflow],
            activities=[planted.recorder(home).decide_and_record],
            activity_executor=pool,
            max_concurrent_activities=8,
            max_concurrent_local_activities=8,
            interceptors=[PlainFailures()],
            workflow_runner=runner(),
        )
        effects = Worker(
            client, task_queue=CARRIER_QUEUE, activities=[planted.start_filing], interceptors=[PlainFailures()]
        )
        async with contracts, effects:
            yield


async def contract(home: Any, client: Client, **more: Any) -> WorkflowHandle[Any, Any]:
    """A contract that has just been applied for."""
    name = f"K{home.queue[2:].upper()}"
    with Session(home.engine) as session, session.begin():
        session.add(Line(line_key="L1", line_id="CAF0000000001", operator="EAST", created_at=START))
        session.add(Person(person_id="P1", name="山田 太郎", email="taro@example.jp", created_at=START))
    apply = messages.Apply.model_validate({**APPLICATION, **more})
    line = {"filing_id": f"F{name}"} if apply.start_line else {"line_key": "L1"}
    start = messages.ContractInput(contract_id=name, person_id="P1", apply=apply, **line)
    operation = WithStartWorkflowOperation(
        messages.WORKFLOW,
        start,
        id=messages.workflow_id(name),
        task_queue=home.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await client.execute_update_with_start_workflow("apply", start_workflow_operation=operation, result_type=Answer)
    return await operation.workflow_handle()


async def state(handle: WorkflowHandle[Any, Any]) -> ContractState:
    """As the workflow holds it."""
    found: ContractState = await handle.query("state", result_type=ContractState)
    return found


async def failing(call: Any) -> ApplicationError:
    """What the caller of an update is told."""
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await call
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause


def test_a_defect_of_a_decision_and_of_a_due_item_cost_a_task(home: Any, no_carrier: str) -> None:
    """The caller is refused by name, the same command works once it is mended; the clock passes a broken end by."""

    async def story() -> None:
        client, planted = await home.client(), Planted()
        clock = home.clock(client, no_carrier)
        async with working(home, client, planted):
            handle = await contract(home, client)
            on = messages.StartService(op="on", actor="test", service_start_on=START.date())
            await handle.execute_update("start_service", on)
            planted.broken = {"cancel"}
            cancel = messages.Cancel(op="c", actor="test", channel="paper", received_at=START)
            told = await asyncio.wait_for(failing(handle.execute_update("cancel", cancel, id="first")), 30)
            assert (told.type, told.details[0]["status"]) == ("DECISION_FAILED", 409)
            assert [task.why for task in (await state(handle)).tasks.values()] == ["DEFECT"]
            planted.broken = {"end"}
            await handle.execute_update("cancel", cancel, id="second")
            ends = (await state(handle)).agenda["end"].at
            await clock.advance(ends + timedelta(minutes=30))
            held = await state(handle)
            assert (held.state, held.agenda["end"].error_id is not None) == ("ending", True)
            planted.broken = set()
            await clock.advance(ends + timedelta(hours=2))
            mended = await state(handle)
            assert mended.state == "ended"
            assert [task.why for key, task in mended.tasks.items() if key.startswith("DEFECT/")] == []
            await handle.execute_update("settle_defect", Command(op="s", actor="test"))
            assert (await state(handle)).tasks == {}
        await clock.close()

    asyncio.run(story())


def test_a_defect_of_an_effect_is_given_up_after_bounded_tries(home: Any, no_carrier: str) -> None:
    """Its item is set aside with a task, commands go on, and settling the task carries it out."""

    async def story() -> None:
        client, planted = await home.client(), Planted()
        clock = home.clock(client, no_carrier)
        planted.broken = {START_FILING}
        async with working(home, client, planted):
            handle = await contract(home, client, start_line=True)
            await home.until(lambda: home.sql("select 1 from transition where event = 'decision_failed'"))
            held = await state(handle)
            (aside,) = [item for item in held.agenda.values() if item.error_id is not None]
            assert aside.effect == START_FILING
            planted.broken = set()
            await handle.execute_update("settle_defect", Command(op="s", actor="test"))
            await home.until(lambda: home.sql("select 1 from transition where op like 'effect/%'"))
            assert (await state(handle)).tasks == {}
        await clock.close()

    asyncio.run(story())


def test_an_application_that_fails_by_a_defect_is_refused_and_leaves_nothing(home: Any, no_carrier: str) -> None:
    """The caller of update-with-start is told like any other; there is no entity yet on which a task could stand."""

    async def story() -> None:
        client, planted = await home.client(), Planted()
        clock = home.clock(client, no_carrier)
        planted.broken = {"apply"}
        async with working(home, client, planted):
            told = await asyncio.wait_for(failing(contract(home, client)), 30)
            assert (told.type, told.details[0]["status"]) == ("DECISION_FAILED", 409)
            assert home.sql("select 1 from entity") == []
        await clock.close()

    asyncio.run(story())


def test_an_order_that_a_defect_keeps_from_being_sent_waits_for_an_operator(home: Any, no_carrier: str) -> None:
    """The filing has a row with a task before NTT knows of it; once the task is settled the order is sent, once."""

    async def story() -> None:
        client, sent = await home.client(), []
        clock = home.clock(client, no_carrier)
        broken = {"send"}

        @activity.defn(name=SEND_FILING)
        async def send_filing(start: FilingInput) -> None:
            if broken:
                raise OverflowError(start.filing_id)
            sent.append(start.filing_id)

        with ThreadPoolExecutor(4) as pool:
            filings = Worker(
                client,
                task_queue=home.queue,
                workflows=[FilingWorkflow],
                activities=[recorder(home.engine).decide_and_record],
                activity_executor=pool,
                max_concurrent_activities=4,
                max_concurrent_local_activities=4,
                interceptors=[PlainFailures()],
                workflow_runner=runner(),
            )
            effects = Worker(client, task_queue=CARRIER_QUEUE, activities=[send_filing], interceptors=[PlainFailures()])
            async with filings, effects:
                start = FilingInput(filing_id="F1", contract_id="K1", carrier_area="WEST", at=START)
                handle = await client.start_workflow(
                    "FilingWorkflow", start, id=f"filing/F1-{home.queue}", task_queue=home.queue
                )
                await home.until(lambda: home.sql("select 1 from filing where state = 'prepared' and needs_operator"))
                broken.clear()
                await handle.execute_update("settle_defect", Command(op="s", actor="test"))
                await home.until(lambda: home.sql("select 1 from filing where state = 'filed' and not needs_operator"))
                assert sent == ["F1"]
        await clock.close()

    asyncio.run(story())
