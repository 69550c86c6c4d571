"""Processes die in the middle of lives: nothing is lost and nothing happens twice."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from temporalio.api.enums.v1 import EventType

from models.messages.contract.contract import Cancel
from models.messages.entity import Answer
from rules.calendar import Month

if TYPE_CHECKING:
    from temporalio.client import Client

    from tests.whole.conftest import House

LIVES = 4
CHILDREN = ["worker", "api", "temporal", "postgres", "carrier"]

SCRIPT = [
    {"after_days": 1, "status": "accepted"},
    {"after_days": 2, "status": "waiting_work", "work_on": "+4"},
    {"after_days": 4, "status": "opened"},
]


def ended(log: list[dict[str, Any]]) -> list[str]:
    """The names in a log."""
    return [entry["event"] for entry in log]


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_process_costs_nothing(fresh_house: House, name: str) -> None:
    """Killed while applications arrive and again while the clock moves on: every life goes its way, once."""
    house = fresh_house
    on = house.before_the_25th()
    house.script(SCRIPT)
    filed = [house.application(start_line=True) for _ in range(LIVES)]
    bodies = [*filed, *(house.application(received_at="2018-05-20T08:00:00+09:00") for _ in range(LIVES))]
    notice = {"channel": "paper", "received_at": house.now.isoformat()}
    with ThreadPoolExecutor(LIVES * 2 + 1) as pool:

        def send(number: int) -> str:
            idem = f"{name}-{number}-{on}"
            answer = house.patiently("POST", "/v1/applications", bodies[number], idem=idem)
            assert answer.status_code == 201, answer.text
            contract_id = str(answer.json()["contract_id"])
            if number >= LIVES:
                path = f"/v1/contracts/{contract_id}"
                start = {"service_start_on": on.isoformat()}
                answer = house.patiently("POST", f"{path}/service-start", start, idem=f"{idem}-s")
                assert answer.status_code == 200, answer.text
                answer = house.patiently("POST", f"{path}/cancellation", notice, idem=f"{idem}-c")
                assert answer.status_code == 200, answer.text
            return contract_id

        sent: list[Future[str]] = [pool.submit(send, number) for number in range(len(bodies))]
        house.background.kill(name)
        contracts = [each.result() for each in sent]
        to = Month.of(on).plus(1).first_day
        moving = pool.submit(house.patiently, "POST", "/v1/clock/advance", {"to": to.isoformat()}, idem=f"{name}-go")
        house.background.kill(name)
        moving.result()
    house.until(lambda: house.today >= to)
    assert_lived(house, contracts)
    assert house.differences() == []


def assert_lived(house: House, contracts: list[str]) -> None:
    """Every log has each event once, every order reached NTT under one body, every fee is owed once."""
    for contract_id in contracts[:LIVES]:
        assert ended(house.history(contract_id)) == ["apply", "file", "start_filing", "line_opened"]
        filing_id = house.contract(contract_id)["filing_id"]
        sent = house.filed(filing_id)
        assert sent
        assert all(body == sent[0] for body in sent)
    for contract_id in contracts[LIVES:]:
        assert ended(house.history(contract_id)) == ["apply", "accept", "start_service", "cancel", "end"]
        assert [charge["state"] for charge in house.fees(contract_id, voided=True)] == ["due"]
    for contract_id in contracts:
        kinds = [notice["kind"] for notice in house.get(f"/v1/contracts/{contract_id}/notices")["items"]]
        assert len(kinds) == len(set(kinds)), kinds


MINUTE_ROUNDS = 3
"""Rounds of attempts in an outage of a minute: after 5 s, 20 s and 50 s of it."""


def test_the_database_is_away_during_a_cancellation(fresh_house: House) -> None:
    """One decision once it is back; a round of waiting costs so little that a minute stays under 20 more events."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    workflow_id = f"contract/{contract_id}"
    moment = house.now
    before = house.event_count(workflow_id)
    command = Cancel(op="during-the-outage", at=moment, actor="backoffice", channel="paper", received_at=moment)

    async def send(client: Client) -> Answer:
        handle = client.get_workflow_handle(workflow_id)
        told: Answer = await handle.execute_update("cancel", command, id=str(command.op), result_type=Answer)
        return told

    def kinds() -> list[EventType.ValueType]:
        (history,) = house.histories(workflow_id)
        return [event.event_type for event in history.events[before:]]

    house.background.hold("postgres", hard=True)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(house.temporal, send)
        try:
            path = f"/v1/contracts/{contract_id}/cancellation"
            body = {"channel": "paper", "received_at": moment.isoformat()}
            refused = house.call("POST", path, body, idem="while-away")
            assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
            house.until(lambda: EventType.EVENT_TYPE_TIMER_STARTED in kinds())
        finally:
            house.background.release("postgres")
        told = answer.result()
    assert (told.state, told.decision["effective_on"]) == ("ending", Month.of(on).last_day.isoformat())
    assert ended(house.history(contract_id)) == ["apply", "accept", "start_service", "cancel"]
    waits = kinds().count(EventType.EVENT_TYPE_TIMER_FIRED)
    assert waits >= 1
    extra = len(kinds()) - 10
    assert extra / waits * MINUTE_ROUNDS < 20, (waits, extra)
    later = house.patiently("POST", path, body, idem="while-away")
    assert (later.status_code, later.json()["state"]) == (409, "ending")


def test_a_stopped_home_goes_on(fresh_house: House) -> None:
    """Every process is killed at once; the same home goes on with the contracts and the clock it had."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    told = house.cancel(contract_id, house.now.isoformat())
    pids = dict(house.stack.pids)
    now = house.now
    for name in CHILDREN:
        house.background.kill(name, wait=False)
    for name in CHILDREN:
        house.background.run(house.stack.wait_restarted(name, after=pids[name]))
    house.until(lambda: house.call("GET", "/healthz", key=None).status_code == 200)
    assert timedelta(0) <= house.now - now < timedelta(minutes=5)
    assert house.state(contract_id) == "ending"
    house.advance(Month.of(on).plus(1).first_day)
    assert house.contract(contract_id)["end_on"] == told["effective_on"]
    assert house.state(contract_id) == "ended"
