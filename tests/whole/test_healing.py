"""What is terminated, cancelled, reset, lost or restored older comes back, on a running stack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy

from models.messages.entity import CONTRACTS_QUEUE
from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House


HEALED_S = 60


def keiyaku(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command on a home."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KEIYAKU_")}
    command = [sys.executable, "-m", "cli", *words]
    return subprocess.run(
        command, env={**env, "KEIYAKU_HOME": str(home)}, capture_output=True, text=True, check=False, timeout=120
    )


def running(house: House, workflow_id: str) -> bool:
    """Whether it runs."""
    return house.description(workflow_id).status is WorkflowExecutionStatus.RUNNING


def run_id(house: House, workflow_id: str) -> str:
    """The latest run."""
    return str(house.description(workflow_id).run_id)


def restarted(house: House) -> set[str]:
    """Whose execution was gone, as operators are told."""
    waiting = house.get("/v1/tasks", limit=500)["items"]
    return {each["entity_id"] for each in waiting if each["why"] == "WORKFLOW_RESTARTED"}


def click(house: House, what: str, workflow_id: str) -> None:
    """What a person does in the Web UI."""

    async def do(client: Client) -> None:
        handle = client.get_workflow_handle(workflow_id)
        if what == "terminate":
            await handle.terminate()
        elif what == "cancel":
            await handle.cancel()
        else:
            described = await handle.describe()
            request = ResetWorkflowExecutionRequest(
                namespace="default",
                workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=described.run_id),
                reason="test",
                request_id=f"reset-{described.run_id}",
                workflow_task_finish_event_id=4,
            )
            await client.workflow_service.reset_workflow_execution(request)

    house.temporal(do)


@pytest.mark.parametrize("what", ["terminate", "cancel", "reset"])
def test_a_click_in_the_web_ui_is_healed_within_a_minute(fresh_house: House, what: str) -> None:
    """A contract, a filing and a programme go on as new runs; commands and the month end work as if nothing was.

    An operator is given a task of each, once for each click, and settles it.
    """
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    _, filing_id = house.filing()
    ids = [f"contract/{contract_id}", f"filing/{filing_id}", "program/wakwak-billing"]
    before = {each: run_id(house, each) for each in ids}
    for each in ids:
        click(house, what, each)
    house.until(
        lambda: all(running(house, each) and run_id(house, each) != before[each] for each in ids), seconds=HEALED_S
    )
    house.until(lambda: restarted(house) >= set(ids), seconds=HEALED_S)
    settled = {"why": "WORKFLOW_RESTARTED", "reason": "asked who clicked"}
    for path in (f"/v1/contracts/{contract_id}", f"/v1/filings/{filing_id}", "/v1/programs/wakwak-billing"):
        answer = house.patiently("POST", f"{path}/settlements", settled, idem=f"{what}-{path}")
        assert answer.status_code == 200, answer.text
    assert not restarted(house) & set(ids)
    moment = house.now.isoformat()
    body = {"channel": "paper", "received_at": moment}
    path = f"/v1/contracts/{contract_id}/cancellation"
    assert house.patiently("POST", path, body, idem=f"{what}-cancel").status_code == 200
    house.advance(Month.of(on).plus(1).first_day)
    assert house.state(contract_id) == "ended"
    assert house.events(contract_id).count("restarted") == 1
    assert house.differences() == []


def test_what_a_filing_tells_waits_for_a_contract_that_is_gone(fresh_house: House) -> None:
    """NTT's last word reaches the contract once it runs again: the line is open and the service begins."""
    house = fresh_house
    contract_id, filing_id = house.filing()
    click(house, "terminate", f"contract/{contract_id}")
    moment = house.now.isoformat()
    opened = {"filing_id": filing_id, "sequence": 9, "status": "opened", "occurred_at": moment}
    opened |= {"opened_on": house.today.isoformat(), "line_id": "CAF0000000901"}
    assert house.callback(f"/v1/carrier/filings/{filing_id}/status", opened).status_code == 200
    house.until(lambda: house.state(contract_id) == "active", seconds=HEALED_S)
    house.until(lambda: house.differences() == [])


@pytest.mark.parametrize("recorded", [True, False])
def test_an_order_is_taken_back_from_a_filing_that_is_gone(fresh_house: House, *, recorded: bool) -> None:
    """The applicant withdrew while nothing ran for the order: NTT hears of it, though it was never recorded here."""
    house = fresh_house
    if not recorded:
        house.background.hold("carrier")
    answer = house.apply(start_line=True)
    contract_id = str(answer["contract_id"])
    filing_id = house.contract(contract_id)["filing_id"]
    started = f'WorkflowId = "filing/{filing_id}"'
    house.until(lambda: house.temporal(lambda client: client.count_workflows(started)).count == 1)
    if recorded:
        house.until(lambda: house.call("GET", f"/v1/filings/{filing_id}").status_code == 200)
    click(house, "terminate", f"filing/{filing_id}")
    assert house.command(contract_id, "withdrawal", {}).json()["state"] == "withdrawn"
    if not recorded:
        house.background.release("carrier")
    house.until(
        lambda: [each for each in house.journal(filing_id) if each["path"].endswith("/cancel")], seconds=HEALED_S
    )
    assert house.get(f"/v1/filings/{filing_id}")["state"] == "cancelled"


@pytest.mark.parametrize(
    ("kind", "queue"),
    [("NobodysWorkflow", "nowhere"), ("ContractWorkflow", "nowhere"), ("FilingWorkflow", "contracts")],
)
def test_an_id_that_another_execution_holds_is_given_back(fresh_house: House, kind: str, queue: str) -> None:
    """Of another type, or on a queue that nobody polls: it is ended, and the contract runs again from its row."""
    house = fresh_house
    contract_id = house.active()
    workflow_id = f"contract/{contract_id}"

    async def take(client: Client) -> None:
        await client.get_workflow_handle(workflow_id).terminate()
        await client.start_workflow(
            kind, id=workflow_id, task_queue=queue, id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING
        )

    house.temporal(take)
    said = keiyaku(house.stack.home, "verify")
    # Unless the healer has come first, which looks every few seconds.
    described = house.description(workflow_id)
    healed = (described.workflow_type, described.task_queue) == ("ContractWorkflow", CONTRACTS_QUEUE)
    assert healed or (said.returncode, f"missing  {workflow_id}" in said.stdout) == (1, True), said.stdout
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    path = f"/v1/contracts/{contract_id}/cancellation"
    assert house.patiently("POST", path, body, idem=f"{kind}-{queue}").status_code == 200
    described = house.description(workflow_id)
    assert (described.workflow_type, described.task_queue) == ("ContractWorkflow", CONTRACTS_QUEUE)


def test_the_clock_passes_a_terminated_contract_and_takes_it_along(fresh_house: House) -> None:
    """Nobody waits for the healer: what is due of it is carried out at its moment, and the advance is granted."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    house.cancel(contract_id, house.now.isoformat())
    click(house, "terminate", f"contract/{contract_id}")
    house.advance(Month.of(on).plus(1).first_day)
    assert house.state(contract_id) == "ended"


def test_everything_runs_again_after_the_store_of_temporal_is_lost(fresh_house: House) -> None:
    """`keiyaku recover` starts what does not run; then commands, NTT's answers and the month end work."""
    house = fresh_house
    on = house.before_the_25th()
    contracts = [house.active(start=on) for _ in range(3)]
    waiting, _ = house.filing()
    house.background.hold("worker")
    house.background.hold("temporal", hard=True)
    for path in house.stack.home.glob("temporal.db*"):
        path.unlink()
    house.background.release("temporal")
    said = keiyaku(house.stack.home, "verify")
    assert said.returncode == 1
    assert f"missing  contract/{contracts[0]}" in said.stdout
    health = house.call("GET", "/healthz", key=None).json()
    assert (health["status"], health["missing"] >= len(contracts) + 3) == ("degraded", True), health
    recovered = keiyaku(house.stack.home, "recover")
    count = int(recovered.stdout.split("started again", 1)[1].split()[0])
    assert count >= len(contracts) + 3, recovered.stdout + recovered.stderr
    house.background.release("worker")
    house.until(lambda: keiyaku(house.stack.home, "recover").returncode == 0)
    assert keiyaku(house.stack.home, "verify").returncode == 0
    for contract_id in contracts:
        body = {"channel": "paper", "received_at": house.now.isoformat()}
        path = f"/v1/contracts/{contract_id}/cancellation"
        assert house.patiently("POST", path, body, idem=f"lost-{contract_id}").status_code == 200
    house.advance(Month.of(on).plus(1).first_day)
    assert [house.state(each) for each in contracts] == ["ended"] * 3
    assert house.state(waiting) == "active"
    for contract_id in contracts:
        assert house.events(contract_id) == ["apply", "accept", "start_service", "cancel", "end"]


def test_executions_of_an_older_store_of_temporal_learn_what_the_database_knows(fresh_house: House) -> None:
    """None refuses by a state that is not true any more, and what is due happens though it knows nothing of it."""
    house = fresh_house
    on = house.before_the_25th()
    asked, silent = house.active(start=on), house.active(start=on)
    kept = house.stack.home / "kept"
    kept.mkdir()
    house.background.hold("temporal", hard=True)
    for path in house.stack.home.glob("temporal.db*"):
        shutil.copy2(path, kept)
    house.background.release("temporal")
    for contract_id in (asked, silent):
        path = f"/v1/contracts/{contract_id}/cancellation"
        body = {"channel": "paper", "received_at": house.now.isoformat()}
        assert house.patiently("POST", path, body, idem=f"older-{contract_id}").status_code == 200
    house.background.hold("temporal", hard=True)
    for path in house.stack.home.glob("temporal.db*"):
        path.unlink()
    for path in kept.iterdir():
        path.rename(house.stack.home / path.name)
    house.background.release("temporal")
    path = f"/v1/contracts/{asked}/cancellation"
    answer = house.patiently("DELETE", path, idem=f"older-undo-{asked}")
    assert (answer.status_code, answer.json()["state"]) == (200, "active")
    house.advance(house.at(Month.of(on).last_day, "23:59:55"))
    house.until(lambda: house.events(silent)[-1] == "end", seconds=3 * HEALED_S)
    assert house.state(asked) == "active"
    house.until(lambda: house.differences() == [])


def test_an_older_database_is_adopted_when_an_operator_says_so(fresh_house: House) -> None:
    """What knows more than the database is held, not failed; adopting the database makes both agree."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    kept, data = house.stack.home / "pg.kept", house.stack.home / "pg"
    house.background.hold("postgres")
    subprocess.run(["cp", "-a", str(data), str(kept)], check=True)
    house.background.release("postgres")
    moment = house.now.isoformat()
    body = {"channel": "paper", "received_at": moment}
    path = f"/v1/contracts/{contract_id}/cancellation"
    assert house.patiently("POST", path, body, idem="older-1").status_code == 200
    later = house.active(start=on)
    house.background.hold("postgres", hard=True)
    shutil.rmtree(data)
    kept.rename(data)
    house.background.release("postgres")
    house.until(lambda: house.call("GET", "/healthz", key=None).status_code == 200)
    assert house.state(contract_id) == "active"
    assert house.call("DELETE", path, idem="older-2").status_code == 503
    assert running(house, f"contract/{contract_id}")
    told = keiyaku(house.stack.home, "recover")
    assert told.returncode == 1
    assert f"behind         contract/{contract_id}" in told.stdout
    assert f"unknown        contract/{later}" in told.stdout
    adopted = keiyaku(house.stack.home, "recover", "--all")
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    assert house.patiently("POST", path, body, idem="older-3").status_code == 200
    house.advance(Month.of(on).plus(1).first_day)
    assert house.state(contract_id) == "ended"
    house.until(lambda: house.differences() == [])
