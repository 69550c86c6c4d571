"""Lives that begin with a filing: NTT answers as its script says, and not always nicely."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House

OPENED = {"after_days": 14, "status": "opened"}


def assert_filed_once(house: House, filing_id: str) -> None:
    """However often the order was sent, NTT saw one body."""
    bodies = house.filed(filing_id)
    assert bodies
    assert all(body == bodies[0] for body in bodies)


def test_a_life_with_a_filing(house: House) -> None:
    """Filed on the day of the application, opened by NTT two weeks later, in force from then, cancelled and over."""
    filed_on = house.before_the_25th()
    contract_id, filing_id = house.filing()
    assert house.get(f"/v1/filings/{filing_id}")["state"] == "filed"
    house.advance_days(6)
    read = house.get(f"/v1/filings/{filing_id}")
    work_on = filed_on + timedelta(days=14)
    assert (read["state"], read["work_on"]) == ("waiting_work", work_on.isoformat())
    house.advance(filed_on + timedelta(days=15))
    read = house.contract(contract_id)
    assert (read["state"], read["service_start_on"]) == ("active", work_on.isoformat())
    assert read["line_id"].startswith("CAF")
    assert house.get(f"/v1/filings/{filing_id}")["opened_on"] == work_on.isoformat()
    assert len(house.filed(filing_id)) == 1
    crossed = house.get(f"/v1/contracts/{contract_id}/carrier-messages")["items"]
    assert len([each for each in crossed if each["direction"] == "in"]) == 4
    told = house.cancel(contract_id, house.now.isoformat(), "online")
    house.advance(date.fromisoformat(told["effective_on"]) + timedelta(days=1))
    assert house.events(contract_id) == ["apply", "file", "start_filing", "line_opened", "cancel", "end"]
    assert house.state(contract_id) == "ended"


@pytest.mark.parametrize(
    ("script", "worked_on"),
    [
        pytest.param([OPENED], 14, id="everything skipped"),
        pytest.param(
            [
                {"after_days": 1, "status": "accepted"},
                {"after_days": 2, "status": "negotiating"},
                {"after_days": 3, "status": "waiting_facility"},
                {"after_days": 4, "status": "negotiating"},
                {"after_days": 5, "status": "accepted"},
                {"after_days": 6, "status": "waiting_work", "work_on": "+10"},
                {"after_days": 10, "status": "opened"},
            ],
            10,
            id="repeated and taken back",
        ),
        pytest.param(
            [
                {"after_days": 1, "status": "accepted"},
                {"after_days": 2, "status": "waiting_work", "work_on": "+8"},
                {"after_days": 7, "status": "date_adjusting"},
                {"after_days": 8, "status": "waiting_work", "work_on": "+12"},
                {"after_days": 12, "status": "opened"},
            ],
            12,
            id="work date moved",
        ),
    ],
)
def test_ntt_goes_its_own_way(house: House, script: list[dict[str, Any]], worked_on: int) -> None:
    """Steps skipped, repeated, taken back and dates moved: the line opens, once, on the day NTT says."""
    filed_on = house.today
    contract_id, filing_id = house.filing(script)
    house.advance_days(16)
    read = house.contract(contract_id)
    assert (read["state"], read["service_start_on"]) == ("active", (filed_on + timedelta(days=worked_on)).isoformat())
    assert house.events(contract_id).count("line_opened") == 1
    assert_filed_once(house, filing_id)


@pytest.mark.parametrize("fault", ["duplicate", "reorder", "reply_lost", "http_503", "slow"])
def test_faults_on_the_way(house: House, fault: str) -> None:
    """Whatever the line between NTT and us does, NTT has one order and the contract one opening."""
    steps: list[dict[str, Any]] = [
        {"after_days": 1, "status": "accepted", "faults": [fault]},
        {"after_days": 2, "status": "waiting_work", "work_on": "+3", "faults": [fault]},
        {"after_days": 3, "status": "opened", "faults": [fault] if fault != "reorder" else []},
    ]
    filed_on = house.today
    contract_id, filing_id = house.filing(steps)
    house.advance_days(4)
    read = house.contract(contract_id)
    assert (read["state"], read["service_start_on"]) == ("active", (filed_on + timedelta(days=3)).isoformat())
    assert house.events(contract_id) == ["apply", "file", "start_filing", "line_opened"]
    assert house.get(f"/v1/filings/{filing_id}")["state"] == "opened"
    assert_filed_once(house, filing_id)
    sent = house.filed(filing_id)
    assert len(sent) == (2 if fault in {"reply_lost", "http_503"} else 1)


def test_a_defect_is_corrected(house: House) -> None:
    """Nothing goes on after a defect until its fields are corrected; then the order is carried out."""
    script = [
        {"after_days": 1, "status": "defect", "defects": ["ADDRESS_CONFIRMATION"]},
        {"after_days": 2, "status": "accepted"},
        {"after_days": 3, "status": "opened"},
    ]
    contract_id, filing_id = house.filing(script)
    house.advance_days(4)
    assert house.get(f"/v1/filings/{filing_id}")["defects"] == ["ADDRESS_CONFIRMATION"]
    assert [task["why"] for task in house.contract(contract_id)["needs_operator"]] == ["FILING_DEFECT"]
    address = "東京都千代田区訂正町9-9"
    told = house.post(f"/v1/filings/{filing_id}/correction", {"fields": {"address": address}})
    assert told["outcome"] == "corrected"
    house.until(lambda: house.journal(f"{filing_id}/corrections"))
    house.advance_days(1)
    assert house.state(contract_id) == "active"
    assert house.contract(contract_id)["needs_operator"] == []
    (correction,) = house.journal(f"{filing_id}/corrections")
    assert correction["body"]["fields"] == {"address": address}


def test_a_changed_type_leads_to_a_course_switch(house: House) -> None:
    """NTT answers with another type: an operator moves the course, the minimum term stays, the applicant is told."""
    script = [
        {"after_days": 1, "status": "accepted"},
        {"after_days": 2, "status": "type_changed", "service_type": "MANSION"},
        {"after_days": 5, "status": "opened"},
    ]
    contract_id, _ = house.filing(script)
    house.advance_days(3)
    assert [task["why"] for task in house.contract(contract_id)["needs_operator"]] == ["LINE_TYPE_CHANGED"]
    body = {"to_course": "W2_MANSION", "reason": "NTTの回答", "reason_code": "ntt_changed_type"}
    told = house.post(f"/v1/contracts/{contract_id}/course-switch", body)
    assert "W-04.2" in told["articles"]
    house.advance_days(3)
    read = house.contract(contract_id)
    assert (read["state"], read["course"], read["needs_operator"]) == ("active", "W2_MANSION", [])
    assert read["line"]["service_type"] == "MANSION"


@pytest.mark.parametrize("outcome", ["cancelled", "not_available"])
def test_an_order_that_comes_to_nothing(house: House, outcome: str) -> None:
    """NTT cancels or cannot provide the line: the contract is declined and says why."""
    contract_id, filing_id = house.filing(
        [{"after_days": 1, "status": "accepted"}, {"after_days": 4, "status": outcome}]
    )
    house.advance_days(5)
    read = house.contract(contract_id)
    assert read["state"] == "declined"
    last = house.history(contract_id)[-1]
    assert (last["event"], last["decision"]["reasons"]) == ("filing_failed", [f"LINE_{outcome.upper()}"])
    assert house.get(f"/v1/filings/{filing_id}")["state"] == outcome


def test_a_withdrawal_takes_the_order_back(house: House) -> None:
    """Before the work day the applicant may withdraw: NTT gets one cancellation and the line is never opened."""
    contract_id, filing_id = house.filing()
    house.advance_days(6)
    assert house.post(f"/v1/contracts/{contract_id}/withdrawal", {})["state"] == "withdrawn"
    house.until(lambda: house.journal(f"{filing_id}/cancel"))
    house.advance_days(12)
    assert house.state(contract_id) == "withdrawn"
    assert house.get(f"/v1/filings/{filing_id}")["state"] == "cancelled"
    assert len(house.journal(f"{filing_id}/cancel")) == 1


def test_no_withdrawal_from_the_work_day_on(house: House) -> None:
    """The day before the work it can be withdrawn, on the work day it is 409 `WORK_DAY_REACHED`."""
    script = [{"after_days": 1, "status": "waiting_work", "work_on": "+5"}, {"after_days": 30, "status": "opened"}]
    early, _ = house.filing(script)
    late, _ = house.filing(script)
    filed_on = house.today
    house.advance(house.at(filed_on + timedelta(days=4), "23:59:00"))
    assert house.command(early, "withdrawal", {}).status_code == 200
    house.advance(filed_on + timedelta(days=5))
    answer = house.command(late, "withdrawal", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "WORK_DAY_REACHED")
    assert house.state(late) == "filing"


def test_a_late_milestone_calls_an_operator(house: House) -> None:
    """NTT says nothing at all: after five days an operator is told, and a late opening still counts."""
    contract_id, filing_id = house.filing([{"after_days": 25, "status": "opened"}])
    house.advance_days(7)
    assert [task["why"] for task in house.contract(contract_id)["needs_operator"]] == ["FILING_LATE"]
    assert house.get(f"/v1/filings/{filing_id}")["jeopardy"] == ["late_accepted"]
    house.advance_days(20)
    assert house.state(contract_id) == "active"


def test_a_terminated_month_before_the_opening_is_no_end(house: House) -> None:
    """A notice whose month end lies before the opening day is refused: the contract has not begun."""
    contract_id, _ = house.filing([{"after_days": 10, "status": "opened"}])
    house.advance_days(11)
    start = date.fromisoformat(house.contract(contract_id)["service_start_on"])
    body = {"channel": "paper", "received_at": house.at(Month.of(start).plus(-2).first_day)}
    answer = house.command(contract_id, "cancellation", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "BEFORE_SERVICE_START")
