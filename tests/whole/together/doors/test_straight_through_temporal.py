"""Whoever reaches Temporal's frontend: what is published for operators, in nobody else's name, and nothing more."""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from models.messages.entity import CONTRACTS_QUEUE, Answer

if TYPE_CHECKING:
    from temporalio.client import Client

    from tests.whole.conftest import House


def straight(house: House, workflow_id: str, name: str, body: dict[str, Any]) -> Answer | str:
    """What an update is answered that comes through no door of ours; the code of its refusal."""

    async def send(client: Client) -> Answer | str:
        handle = client.get_workflow_handle(workflow_id)
        try:
            told: Answer = await handle.execute_update(name, body, result_type=Answer)
        except WorkflowUpdateFailedError as error:
            return str(getattr(error.cause, "type", error.cause))
        return told

    return house.temporal(send)


def test_an_operator_in_the_web_ui_acts_now_and_in_nobody_elses_name(house: House) -> None:
    """An earlier moment, another's name and an approval are not taken from whoever reaches the server."""
    contract_id = house.active(start=house.before_the_25th())
    forged = {
        "actor": "operator",
        "on_behalf_of": "社長",
        "approved": True,
        "at": (house.now - timedelta(days=200)).isoformat(),
        "channel": "paper",
        "received_at": house.now.isoformat(),
    }
    told = straight(house, f"contract/{contract_id}", "cancel", forged)
    assert isinstance(told, Answer)
    entry = house.history(contract_id)[-1]
    assert (entry["event"], entry["actor"], entry["on_behalf_of"]) == ("cancel", "temporal:operator", None)
    assert datetime.fromisoformat(entry["recorded_at"]) > house.now - timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("line_notice", {"notice_id": "n1", "kind": "terminated", "effective_on": "2018-07-01"}, "NOT_PUBLISHED"),
        ("filing_report", {"outcome": "opened", "filing_id": "F1"}, "NOT_PUBLISHED"),
        ("cancel", {"channel": "paper", "received_at": "2018-06-01T00:00:00+09:00", "seal": "1.00"}, "BAD_SEAL"),
    ],
)
def test_what_only_ntt_or_our_own_doors_say_is_refused(
    house: House, name: str, body: dict[str, Any], code: str
) -> None:
    """A line is not ended, nor a filing opened, by an update that anybody could send; nothing is recorded."""
    contract_id = house.active()
    before = house.history(contract_id)
    assert straight(house, f"contract/{contract_id}", name, body) == code
    assert house.history(contract_id) == before


def test_nobody_decides_from_an_execution_of_their_own(house: House) -> None:
    """Deciding is asked for inside our executions alone: no worker takes it from whoever schedules it beside them."""

    async def pollers(client: Client) -> list[str]:
        asked = DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=CONTRACTS_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
        return [each.identity for each in (await client.workflow_service.describe_task_queue(asked)).pollers]

    assert house.temporal(pollers) == []


def answered(house: House, workflow_id: str, refused: str | None) -> bool:
    """Answer the activity under way in a worker's place; false where none is."""

    async def answer(client: Client) -> bool:
        try:
            described = await client.get_workflow_handle(workflow_id).describe()
            (each,) = described.raw_description.pending_activities
            found = client.get_async_activity_handle(
                workflow_id=workflow_id, run_id=described.run_id, activity_id=each.activity_id
            )
            if refused is None:
                await found.complete({"outcome": "accepted"})
            else:
                await found.fail(ApplicationError("no", type=refused, non_retryable=True))
        except (RPCError, ValueError):
            return False  # not begun yet
        return True

    return house.temporal(answer)


@pytest.mark.parametrize("refused", ["CARRIER_REFUSED", None])
def test_an_effect_answered_in_a_workers_place_decides_nothing(house: House, refused: str | None) -> None:
    """Neither is an order taken for handed over nor its contract declined; NTT is asked again, and then it has it."""
    ntt = house.background.pid("carrier")
    os.kill(ntt, signal.SIGSTOP)
    try:
        applied = house.apply(start_line=True)
        contract_id = applied["contract_id"]
        filing_id = house.contract(contract_id)["filing_id"]
        house.until(lambda: answered(house, f"filing/{filing_id}", refused))
        house.until(lambda: is_asked_again(house, filing_id))
        assert house.call("GET", f"/v1/filings/{filing_id}").status_code == 404
        assert house.state(contract_id) == "filing"
    finally:
        os.kill(ntt, signal.SIGCONT)
    house.until(lambda: house.call("GET", f"/v1/filings/{filing_id}").status_code == 200)
    assert house.filed(filing_id)
    assert house.get(f"/v1/filings/{filing_id}")["state"] == "filed"


def is_asked_again(house: House, filing_id: str) -> bool:
    """Whether NTT is asked a second time."""
    (history,) = house.histories(f"filing/{filing_id}")
    return sum(event.HasField("activity_task_scheduled_event_attributes") for event in history.events) > 1
