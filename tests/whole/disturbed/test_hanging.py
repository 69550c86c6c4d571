"""Processes that stand still instead of dying: noticed, replaced, and never in the way of an orderly end."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from temporalio.client import WorkflowUpdateStage

from models.messages.contract.contract import Cancel
from tests.chaos.processes import stop_tree

if TYPE_CHECKING:
    from temporalio.client import Client

    from tests.whole.conftest import House

GRACE_S = 4
ANSWERED_S = 10
"""As the interface promises; what waits gives up after eight."""


def test_children_that_hang_are_replaced(fresh_house: House) -> None:
    """All stopped at once, each is killed after its deadline and started again; then commands are answered as ever."""
    house = fresh_house
    before = {name: house.background.pid(name) for name in ("worker", "temporal", "api", "postgres")}
    for pid in before.values():
        stop_tree(pid, signal.SIGSTOP)
    for name, pid in before.items():
        house.background.run(house.stack.wait_restarted(name, after=pid))
    house.until(lambda: house.call("GET", "/healthz", key=None).status_code == 200)
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    path = f"/v1/contracts/{contract_id}/cancellation"
    assert house.patiently("POST", path, body, idem="hung").status_code == 200


def test_a_worker_ends_within_its_grace_while_the_database_hangs(fresh_house: House) -> None:
    """SIGTERM ends it by itself: threads stuck in a database that answers nobody do not keep it."""
    house = fresh_house
    contract_id = house.active(start=house.before_the_25th())
    moment = house.now
    database, worker = house.background.pid("postgres"), house.background.pid("worker")
    command = Cancel(op="hangs", at=moment, actor="backoffice", channel="paper", received_at=moment)

    async def send(client: Client) -> None:
        handle = client.get_workflow_handle(f"contract/{contract_id}")
        await handle.start_update("cancel", command, id="hangs", wait_for_stage=WorkflowUpdateStage.ACCEPTED)

    stop_tree(database, signal.SIGSTOP)
    try:
        house.temporal(send)
        began = time.monotonic()
        os.kill(worker, signal.SIGTERM)
        house.until(lambda: not runs(worker), seconds=10)
        assert time.monotonic() - began < GRACE_S
    finally:
        stop_tree(database, signal.SIGCONT)
    assert "ending all the same" in (house.stack.home / "logs" / "worker.log").read_text()
    house.until(lambda: house.state(contract_id) == "ending")


MANY = 40
"""More than there are threads."""


def test_readers_are_told_within_ten_seconds_that_the_database_hangs(fresh_house: House) -> None:
    """503 instead of a wait without end, also of many at once, and a page at the desk; once it goes on, so do they."""
    house = fresh_house
    contract_id = house.active(start=house.before_the_25th())
    database = house.background.pid("postgres")
    stop_tree(database, signal.SIGSTOP)
    try:
        for _ in range(2):
            began = time.monotonic()
            assert house.call("GET", f"/v1/contracts/{contract_id}").status_code == 503
            assert time.monotonic() - began < ANSWERED_S
        began = time.monotonic()
        with ThreadPoolExecutor(MANY) as pool:
            many = [pool.submit(house.call, "GET", f"/v1/contracts/{contract_id}") for _ in range(MANY)]
            desk = pool.submit(house.call, "GET", "/desk/", headers={"Cookie": "keiyaku_desk=token"})
        assert {each.result().status_code for each in many} == {503}
        assert (desk.result().status_code, "<h1>いまは応答できません</h1>" in desk.result().text) == (503, True)
        assert time.monotonic() - began < ANSWERED_S
    finally:
        stop_tree(database, signal.SIGCONT)
    house.until(lambda: house.call("GET", f"/v1/contracts/{contract_id}").status_code == 200)


def runs(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
