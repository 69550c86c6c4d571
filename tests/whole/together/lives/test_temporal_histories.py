"""What Temporal keeps of a life: little, nothing personal, and replayable for ever."""

from __future__ import annotations

import asyncio
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

import workflows.entity
from models.messages.contract.contract import (
    Apply,
    Cancel,
    Consents,
    ContractInput,
    LineFacts,
    StartService,
    UndoCancellation,
)
from models.messages.entity import Answer
from models.tables.clock import Clock
from models.tables.log import Entity, Transition
from worker import WORKFLOWS, recorder, runner
from workflows.contract import ContractWorkflow

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from temporalio.client import Client, WorkflowHandle

    from tests.whole.conftest import House

PERSON = {
    "name": "内密 情報之介",
    "name_kana": "ナイミツ ジョウホウノスケ",
    "email": "naimitsu.jouhou@example.net",
    "phone": "090-8765-4321",
    "postal_code": "987-6543",
    "address": "東京都内密区秘匿町四丁目5-6",
}
REASON = "本人から電話で聞き取った内密の事情"


@dataclass(frozen=True)
class Lived:
    """A contract that has lived through nearly everything."""

    contract_id: str
    filing_id: str
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def lived(house: House) -> Lived:
    """Filed, corrected after a defect, switched, opened, cancelled, undone, cancelled again, ended."""
    script: list[dict[str, Any]] = [
        {"after_days": 1, "status": "defect", "defects": ["ADDRESS_CONFIRMATION"], "reason": f"{PERSON['name']}様宛"},
        {"after_days": 2, "status": "accepted", "faults": ["duplicate"]},
        {"after_days": 3, "status": "type_changed", "service_type": "MANSION", "faults": ["reply_lost"]},
        {"after_days": 4, "status": "waiting_work", "work_on": "+6"},
        {"after_days": 6, "status": "opened"},
    ]
    contract_id, filing_id = house.filing(script, applicant=PERSON, reason=REASON, on_behalf_of="窓口")
    house.advance_days(2)
    path = f"/v1/filings/{filing_id}/correction"
    house.post(path, {"fields": {"address": PERSON["address"]}, "reason": REASON})
    house.advance_days(2)
    body = {"to_course": "W2_MANSION", "reason": REASON, "reason_code": "ntt_changed_type"}
    house.post(f"/v1/contracts/{contract_id}/course-switch", body)
    house.advance_days(4)
    read = house.contract(contract_id)
    assert read["state"] == "active"
    for _ in range(2):
        told = house.cancel(contract_id, house.now.isoformat(), reason=REASON)
        if "undo_cancellation" not in house.events(contract_id) and len(house.history(contract_id)) < 12:
            house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation")
    if house.state(contract_id) != "ending":
        told = house.cancel(contract_id, house.now.isoformat(), reason=REASON)
    house.advance(date.fromisoformat(told["effective_on"]) + timedelta(days=1))
    assert house.state(contract_id) == "ended"
    return Lived(contract_id, filing_id, (*PERSON.values(), REASON, read["line_id"]))


def forms(text: str) -> list[bytes]:
    """How a text may stand in bytes: as UTF-8, or escaped in JSON, or without its separators."""
    plain = text.replace("-", "").replace(" ", "")
    escaped = json.dumps(text)[1:-1]
    return [found.encode() for found in {text, escaped, escaped.upper(), plain}]


def test_no_personal_data_in_histories(house: House, lived: Lived) -> None:
    """Every event of a whole life, payloads decoded, names nobody: no name, number, address or typed reason."""
    for workflow_id in (f"contract/{lived.contract_id}", f"filing/{lived.filing_id}"):
        histories = house.histories(workflow_id)
        whole = b"".join(event.SerializeToString() for history in histories for event in history.events)
        assert lived.contract_id.encode() in whole
        for secret in lived.secrets:
            assert not [form for form in forms(secret) if form in whole], secret
        description = house.description(workflow_id)
        shown = description.raw_description.SerializeToString()
        assert not [secret for secret in lived.secrets for form in forms(secret) if form in shown]


def test_no_personal_data_in_temporals_own_file(house: House, lived: Lived) -> None:
    """The server's file and its log beside it, as bytes, know the contract and not the person."""
    files = sorted(house.stack.home.glob("temporal.db*"))
    whole = b"".join(file.read_bytes() for file in files)
    assert lived.contract_id.encode() in whole
    for secret in lived.secrets:
        assert not [form for form in forms(secret) if form in whole], secret


def test_a_whole_life_is_short(house: House) -> None:
    """From the application through a filing to the end: at most 100 events, contract and filing together."""
    contract_id, filing_id = house.filing()
    house.advance_days(15)
    told = house.cancel(contract_id, house.now.isoformat())
    house.advance(date.fromisoformat(told["effective_on"]) + timedelta(days=1))
    counts = house.event_count(f"contract/{contract_id}"), house.event_count(f"filing/{filing_id}")
    assert house.state(contract_id) == "ended"
    assert sum(counts) <= 100, counts


def test_a_command_is_cheap(house: House) -> None:
    """At most 8 events where no timer moves, at most 10 where one is armed; a refused one writes none."""
    contract_id = house.accepted()
    workflow_id = f"contract/{contract_id}"
    before = house.event_count(workflow_id)
    house.post(f"/v1/contracts/{contract_id}/service-start", {"service_start_on": house.today.isoformat()})
    started = house.event_count(workflow_id)
    assert started - before <= 8
    house.cancel(contract_id, house.now.isoformat())
    cancelled = house.event_count(workflow_id)
    assert cancelled - started <= 10
    again = {"channel": "paper", "received_at": house.now.isoformat()}
    assert house.command(contract_id, "cancellation", again).status_code == 409
    assert house.event_count(workflow_id) == cancelled
    assert house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation").status_code == 200
    assert house.event_count(workflow_id) - cancelled <= 10


def test_histories_replay(house: House, lived: Lived) -> None:
    """Exported histories replay with the production converter and sandbox."""
    withdrawn, order = house.filing([{"after_days": 30, "status": "opened"}])
    house.post(f"/v1/contracts/{withdrawn}/withdrawal", {})
    house.until(lambda: house.get(f"/v1/filings/{order}")["state"] == "cancelled")
    held = house.apply(line={"holder_is_applicant": False})["contract_id"]
    house.post(f"/v1/contracts/{held}/refusal", {"reason": "名義が違う", "reason_code": "not_line_holder"})
    ids = [f"contract/{lived.contract_id}", f"filing/{lived.filing_id}", f"contract/{withdrawn}", f"filing/{order}"]
    histories = [history for workflow_id in [*ids, f"contract/{held}"] for history in house.histories(workflow_id)]
    assert len(histories) == 5

    async def replay() -> None:
        replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=pydantic_data_converter)
        for history in histories:
            await replayer.replay_workflow(history)

    asyncio.run(replay())


def test_search_attributes_follow(house: House) -> None:
    """Lists find a contract by state, course, company, end and next action, and by whether it needs an operator."""
    contract_id = house.apply(line={"holder_is_applicant": False})["contract_id"]

    def found() -> dict[str, Any]:
        pairs = house.description(f"contract/{contract_id}").typed_search_attributes
        return {pair.key.name: pair.value for pair in pairs if pair.key.name != "BuildIds"}

    assert found() == {"ContractState": "applied", "Course": "W2_FAMILY", "LineOperator": "EAST", "NeedsOperator": True}
    house.post(f"/v1/contracts/{contract_id}/acceptance", {"reason": "同居"})
    house.post(f"/v1/contracts/{contract_id}/service-start", {"service_start_on": house.today.isoformat()})
    told = house.cancel(contract_id, house.now.isoformat())
    shown = found()
    assert (shown["ContractState"], shown["NeedsOperator"]) == ("ending", False)
    assert shown["EndsOn"].astimezone().date() == date.fromisoformat(told["effective_on"])
    assert shown["NextActionOn"] is not None


RUNS_EVENTS_MAX = 60
COMMANDS = 40


def test_continue_as_new_loses_nothing(house: House, migrated: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty commands and their repeats across many runs: each granted one stands in the log once, none is lost."""
    # The limit is a constant of the workflow's module: a worker of the test's own, without the sandbox's private copy
    # of it, runs the production workflow with a lower one. The database is the test's own as well: the stack's healer
    # would find an open contract that no worker of the house runs, end this execution and start its own.
    monkeypatch.setattr(workflows.entity, "EVENTS_MAX", RUNS_EVENTS_MAX)
    contract_id = f"K{uuid.uuid4().hex[:24].upper()}"
    workflow_id = f"contract/{contract_id}"
    moment, today = house.now, house.today
    _stand(migrated, moment)
    granted: list[str] = []
    in_flight = asyncio.Semaphore(8)

    async def command(handle: WorkflowHandle[Any, Any], number: int) -> None:
        name = "cancel" if number % 2 else "undo_cancellation"
        at = moment + timedelta(microseconds=number)
        if name == "cancel":
            sent: Any = Cancel(op=f"op-{number}", at=at, channel="paper", received_at=moment)
        else:
            sent = UndoCancellation(op=f"op-{number}", at=at)
        while True:
            # Under the same operation id until it is granted: cancellations and undoings take turns.
            refused = None
            try:
                async with in_flight:
                    await handle.execute_update(name, sent, id=f"op-{number}-{uuid.uuid4()}", result_type=Answer)
            except WorkflowUpdateFailedError as error:
                refused = error
            if refused is None:
                granted.append(f"op-{number}")
                return
            assert getattr(refused.cause, "type", "") == "ILLEGAL_TRANSITION", refused.cause
            await asyncio.sleep(0.01)

    async def story(client: Client) -> int:
        start = ContractInput(contract_id=contract_id, apply=_application(moment))
        queue = f"continue-{uuid.uuid4()}"
        with ThreadPoolExecutor(8) as pool:
            async with Worker(
                client,
                task_queue=queue,
                workflows=[ContractWorkflow],
                activities=[recorder(migrated).decide_and_record],
                activity_executor=pool,
                workflow_runner=UnsandboxedWorkflowRunner(),
            ):
                handle = await client.start_workflow(ContractWorkflow.run, start, id=workflow_id, task_queue=queue)
                started = StartService(op="start", at=moment, service_start_on=today)
                await handle.execute_update("start_service", started, id="start")
                await asyncio.gather(*(command(handle, number) for number in range(1, COMMANDS + 1)))
                repeats = (command(handle, number) for number in (1, 2, COMMANDS // 2))
                await asyncio.gather(*repeats)
                found = client.list_workflows(f'WorkflowId = "{workflow_id}"')
                return len([each async for each in found])

    runs = house.temporal(story)
    assert runs >= 3
    assert sorted(granted[:COMMANDS]) == sorted(f"op-{number}" for number in range(1, COMMANDS + 1))
    events, state = _recorded(migrated, workflow_id)
    assert events[:3] == ["apply", "accept", "start_service"]
    assert events[3:] == ["cancel", "undo_cancellation"] * (COMMANDS // 2)
    assert state == "active"
    last = house.histories(workflow_id)
    assert any(
        event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
        for each in last
        for event in each.events
    )


def _stand(database: Engine, moment: datetime) -> None:
    with Session(database) as session, session.begin():
        session.add(Clock(id=1, offset_s=0, frozen_at=moment))


def _recorded(database: Engine, entity_id: str) -> tuple[list[str], str]:
    with Session(database) as session:
        log = select(Transition.event).where(Transition.entity_id == entity_id).order_by(col(Transition.seq))
        return list(session.exec(log)), session.get_one(Entity, entity_id).state["state"]


def _application(moment: datetime) -> Apply:
    edition = "2017-06-01" if moment < datetime.fromisoformat("2018-06-01T00:00:00+09:00") else "2018-06-01"
    consents = Consents(general_terms=edition, course_terms=edition, carrier_terms="EAST-2017")
    line = LineFacts(carrier_area="EAST")
    return Apply(course="W2_FAMILY", channel="online", received_at=moment, at=moment, line=line, consents=consents)
