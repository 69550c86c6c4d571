"""Version 1 gives way to version 2 under load; a version that does not fit its histories is caught."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from deploy.upgrade.changed import MARK
from embedded.background import in_background
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from rules.calendar import Month
from service.versions.known import Routing, Versions
from tests.whole.conftest import House

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = 50
AT_ONCE = 8
LIFE = ["apply", "accept", "start_service", "cancel", "end"]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A stack whose worker is version 1."""
    with temporary_home("keiyaku-upgrade-") as folder:
        stack = EmbeddedStack(folder / "home", ports=Ports.free(), extra_env={"KEIYAKU_BUILD_ID": "1"})
        with in_background(stack) as background:
            yield House(background)


@contextmanager
def changed_worker(house: House, change: str, build_id: str) -> Iterator[Path]:
    """A further worker with a changed workflow, as a process of its own; gives its log. It ends by SIGKILL."""
    home = house.stack.home / f"{change}-{build_id}"
    home.mkdir(exist_ok=True)
    # Its figures are shown by nobody: the port is the other worker's.
    own = {"KEIYAKU_BUILD_ID": build_id, "KEIYAKU_HOME": str(home), "KEIYAKU_METRICS_PORT": ""}
    env = {**house.stack.env(), **own}
    log = home / "worker.log"
    with log.open("a") as out:
        command = [sys.executable, "-m", "deploy.upgrade.worker", change]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
        try:
            yield log
            assert process.poll() is None, log.read_text()[-2000:]
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def routing(house: House) -> Routing:
    """What the server knows of our versions."""

    async def ask(client: Client) -> Routing | None:
        try:
            return await Versions(client, "keiyaku").routing()
        except RPCError as error:
            if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
                raise
            return None  # the server limits such questions; the workers ask too

    found = house.until(lambda: house.temporal(ask))
    assert found is not None
    return found


def on_version(house: House, build_id: str) -> set[str]:
    """Workflow ids of what runs on a version."""

    async def ask(client: Client) -> set[str]:
        return {each async for each in Versions(client, "keiyaku").ids(build_id)}

    return house.temporal(ask)


def sends(house: House, filing_id: str) -> int:
    """How often it has been tried to send an order to NTT; 0 before its workflow runs."""
    if f"filing/{filing_id}" not in on_version(house, "3"):
        return 0
    pending = house.description(f"filing/{filing_id}").raw_description.pending_activities
    return max((each.attempt for each in pending), default=0)


def is_changed(house: House, contract_id: str) -> bool:
    """Whether a run of it has been decided on by changed code."""
    events = [event for history in house.histories(f"contract/{contract_id}") for event in history.events]
    summaries = [event.user_metadata.summary.data for event in events if event.user_metadata.summary.data]
    return MARK in map(json.loads, summaries)


def listed(house: House) -> subprocess.CompletedProcess[str]:
    """What `keiyaku versions list` prints."""
    command = [sys.executable, "-m", "cli", "versions", "list"]
    env = {**os.environ, **house.stack.env()}
    return subprocess.run(command, cwd=ROOT, env=env, text=True, capture_output=True, timeout=60, check=False)


def test_version_1_gives_way_to_version_2(house: House) -> None:
    """50 contracts in flight, a worker of version 1 killed: every command is answered, every life ends once."""
    on = house.before_the_25th()
    house.until(lambda: routing(house).current == "1")
    notice = {"channel": "paper", "received_at": house.now.isoformat()}

    def cancel(contract_id: str) -> None:
        path = f"/v1/contracts/{contract_id}/cancellation"
        answer = house.patiently("POST", path, notice, idem=f"cancel-{contract_id}")
        assert answer.status_code == 200, answer.text

    with ThreadPoolExecutor(AT_ONCE) as pool:
        contracts = list(pool.map(lambda _: house.active(start=on), range(CONTRACTS)))
        ids = {f"contract/{each}" for each in contracts}
        house.until(lambda: ids <= on_version(house, "1"))
        with changed_worker(house, "one", "2"):
            sent = [pool.submit(cancel, each) for each in contracts[::2]]
            house.background.kill("worker")
            house.until(lambda: routing(house).current == "2")
            later = [pool.submit(cancel, each) for each in contracts[1::2]]
            for each in [*sent, *later]:
                each.result()
            house.until(lambda: not on_version(house, "1"))
            house.background.hold("worker", hard=True)
            assert ids <= on_version(house, "2")
            house.advance(Month.of(on).plus(1).first_day)
            for contract_id in contracts:
                assert house.events(contract_id) == LIFE
            assert all(is_changed(house, each) for each in contracts)
            assert house.differences() == []


def test_code_that_does_not_fit_is_caught(house: House) -> None:
    """Changed code under the same version: it is told, nothing is lost, and the right code answers again."""
    with changed_worker(house, "one", "2"):
        contract_id = house.active(start=house.before_the_25th())
    path = f"/v1/contracts/{contract_id}/cancellation"
    notice = {"channel": "paper", "received_at": house.now.isoformat()}
    with ThreadPoolExecutor(1) as pool:
        with changed_worker(house, "two", "2") as log:
            answer = pool.submit(house.patiently, "POST", path, notice, idem="not-fitting")
            house.until(lambda: f"stuck  contract/{contract_id}" in listed(house).stdout, seconds=120)
            assert listed(house).returncode == 1
            house.until(lambda: "WORKFLOW_STUCK" in log.read_text())
            assert house.events(contract_id) == LIFE[:3]
        with changed_worker(house, "one", "2"):
            assert answer.result().status_code == 200
            assert house.events(contract_id) == LIFE[:4]


def test_a_version_without_workers_goes_on(house: House) -> None:
    """All workers of a version are gone and another comes: its contracts go on there, from their rows."""
    with changed_worker(house, "one", "2"):
        on = house.before_the_25th()
        contracts = [house.active(start=on) for _ in range(3)]
        house.until(lambda: {f"contract/{each}" for each in contracts} <= on_version(house, "2"))
    with changed_worker(house, "two", "3"):
        for contract_id in contracts:
            path = f"/v1/contracts/{contract_id}/cancellation"
            notice = {"channel": "paper", "received_at": house.now.isoformat()}
            assert house.patiently("POST", path, notice, idem=f"gone-{contract_id}").status_code == 200
        house.until(lambda: not on_version(house, "2"))
        house.advance(Month.of(on).plus(1).first_day)
        for contract_id in contracts:
            assert house.events(contract_id) == LIFE
        assert house.differences() == []


def test_an_order_on_its_way_to_ntt_goes_on_when_its_version_has_no_worker(house: House) -> None:
    """NTT is away, and then every worker of the version: the next version sends the order, once (W-08.1)."""
    with changed_worker(house, "two", "3"):
        house.until(lambda: routing(house).current == "3")
        house.background.hold("carrier", hard=True)
        contract_id = str(house.apply(start_line=True)["contract_id"])
        filing_id = str(house.contract(contract_id)["filing_id"])
        house.until(lambda: sends(house, filing_id) > 1)
    house.background.release("carrier")
    with changed_worker(house, "two", "4"):
        house.until(lambda: house.filed(filing_id))
        house.until(lambda: house.call("GET", f"/v1/filings/{filing_id}").status_code == 200)
        house.until(lambda: f"filing/{filing_id}" in on_version(house, "4"))
        assert len(house.filed(filing_id)) == 1
