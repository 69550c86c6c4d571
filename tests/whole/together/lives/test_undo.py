"""A cancellation taken back: exactly as before, and only while it has not taken effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House


def searched(house: House, contract_id: str) -> dict[str, Any]:
    """What the workflow is found by in lists."""
    return {pair.key.name: pair.value for pair in house.description(f"contract/{contract_id}").typed_search_attributes}


def test_undo_before_the_month_end_restores_everything(house: House) -> None:
    """Read, agenda, charges, line and search attributes are as before; only the log has grown."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    before = house.contract(contract_id), house.charges(contract_id), searched(house, contract_id)
    house.cancel(contract_id, house.now.isoformat())
    assert house.contract(contract_id)["agenda"]
    assert searched(house, contract_id)["ContractState"] == "ending"
    assert "EndsOn" in searched(house, contract_id)
    house.advance(house.at(Month.of(on).last_day, "23:59:00"))
    answer = house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation")
    assert (answer.status_code, answer.json()["state"]) == (200, "active")
    assert before == (house.contract(contract_id), house.charges(contract_id), searched(house, contract_id))
    assert [charge["voided"] for charge in house.fees(contract_id, voided=True)] == [True]
    entries = house.history(contract_id)
    assert [(entry["event"], entry["voided"]) for entry in entries[3:]] == [
        ("cancel", True),
        ("undo_cancellation", False),
    ]
    assert entries[4]["articles"] == entries[3]["articles"]
    house.advance_days(3)
    assert house.state(contract_id) == "active"
    assert house.contract(contract_id, as_of=on)["state"] == "active"
    again = house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation")
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_TRANSITION")


def test_undo_and_cancel_again(house: House) -> None:
    """Back and forth leaves one charge and one end, those of the last notice."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    for _ in range(3):
        house.cancel(contract_id, house.now.isoformat())
        assert house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation").status_code == 200
    told = house.cancel(contract_id, house.now.isoformat(), wanted_month=str(Month.of(on).plus(2)))
    assert told["effective_on"] == Month.of(on).plus(2).last_day.isoformat()
    assert len(house.fees(contract_id)) == 1
    assert [item["event"] for item in house.contract(contract_id)["agenda"]] == ["end"]


def test_undo_after_the_month_end_is_too_late(house: House) -> None:
    """A minute before midnight it can be undone, at midnight it is 409 and stays ended."""
    on = house.before_the_25th()
    early, late = house.active(start=on), house.active(start=on)
    for contract_id in (early, late):
        house.cancel(contract_id, house.now.isoformat())
    house.advance(house.at(Month.of(on).last_day, "23:59:00"))
    assert house.call("DELETE", f"/v1/contracts/{early}/cancellation").status_code == 200
    house.advance(Month.of(on).plus(1).first_day)
    answer = house.call("DELETE", f"/v1/contracts/{late}/cancellation")
    assert (answer.status_code, answer.json()["state"]) == (409, "ended")
    assert (house.state(early), house.state(late)) == ("active", "ended")


def test_undo_after_the_month_end_while_nobody_worked(house: House) -> None:
    """The worker is away over the month end: the end counts all the same, and the undo that comes first is refused."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    house.cancel(contract_id, house.now.isoformat())
    last = Month.of(on).last_day
    house.advance(house.at(last, "23:59:53"))
    house.background.hold("worker")
    try:
        house.until(lambda: house.today > last)
        # Nobody has carried it out, and every read says so all the same.
        assert house.state(contract_id) == "ended"
        assert house.contract(contract_id, as_of=last)["state"] == "ending"
        assert [row["state"] for row in house.get("/v1/contracts", state="ended", limit=500)["items"]
                if row["contract_id"] == contract_id] == ["ended"]  # fmt: skip
        assert "end" not in house.events(contract_id)
    finally:
        house.background.release("worker")
    answer = house.patiently("DELETE", f"/v1/contracts/{contract_id}/cancellation", idem="too-late")
    assert (answer.status_code, answer.json()["state"]) == (409, "ended")
    assert house.events(contract_id)[-2:] == ["cancel", "end"]
    end = house.history(contract_id)[-1]
    assert (end["effective_on"], end["actor"]) == (last.isoformat(), "timer")
    assert [charge["state"] for charge in house.fees(contract_id)] == ["due"]
    assert house.contract(contract_id, as_of=last + timedelta(days=1))["state"] == "ended"


def test_a_cancellation_and_its_undo_sent_at_once_are_told_the_truth(house: House) -> None:
    """Whichever is decided first, the other is granted or refused by what then holds; neither is put off."""
    contract_id = house.active(start=house.before_the_25th())
    path = f"/v1/contracts/{contract_id}/cancellation"
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    with ThreadPoolExecutor(4) as pool:
        for _ in range(6):
            asked = [pool.submit(house.call, "POST", path, body) for _ in range(2)]
            asked += [pool.submit(house.call, "DELETE", path) for _ in range(2)]
            assert {each.result().status_code for each in asked} <= {200, 409}
    events = [entry["event"] for entry in house.history(contract_id)[3:]]
    assert events == ["cancel", "undo_cancellation"] * (len(events) // 2) + ["cancel"] * (len(events) % 2)
