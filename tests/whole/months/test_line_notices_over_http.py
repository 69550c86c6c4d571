"""NTT's notices over HTTP: repeated, reordered, with the worker killed; the choice and the watch that follow."""

from __future__ import annotations

import json
import os
import signal
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House

TO_MANSION = {"service_type": "MANSION", "by": "customer"}
TO_FAMILY = {"service_type": "FAMILY", "by": "customer"}


def notify(
    house: House,
    line_id: str,
    kind: str,
    effective_on: date | str,
    details: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """NTT's stand-in sends a signed notice now."""
    body = {"kind": kind, "effective_on": str(effective_on), "details": details or {}, **more}
    answer = house.carrier.post(f"/lines/{line_id}/notices", json=body, timeout=120)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def on_line(house: House, **changes: Any) -> tuple[str, str]:
    """An active contract, and its line number."""
    contract_id = house.active(**changes)
    return contract_id, str(house.contract(contract_id)["line_id"])


def fees(house: House, contract_id: str) -> list[dict[str, Any]]:
    """The cancellation fees of a contract, without what its statements bill by month."""
    return [each for each in house.charges(contract_id) if each["code"] == "termination_fee"]


def test_the_same_notice_five_times_moves_the_course_once(fresh_house: House) -> None:
    """Five deliveries, one entry, one move on the first of the next month; the log of messages has it once."""
    house = fresh_house
    contract_id, line_id = on_line(house)
    sent = notify(house, line_id, "service_type_changed", house.today, TO_MANSION, times=5)
    assert [each["status"] for each in sent["answers"]] == [200] * 5
    assert house.events(contract_id).count("line_notice") == 1
    contract = house.contract(contract_id)
    assert contract["course"] == "W2_FAMILY"
    assert contract["pending_course_change"]["to_course"] == "W2_MANSION"
    house.advance(contract["pending_course_change"]["change_on"])
    contract = house.contract(contract_id)
    assert (contract["course"], contract["pending_course_change"]) == ("W2_MANSION", None)
    assert [step["course"] for step in contract["course_history"]] == ["W2_FAMILY", "W2_MANSION"]
    messages = house.get(f"/v1/contracts/{contract_id}/carrier-messages")["items"]
    assert [each["kind"] for each in messages] == ["CONTRACT", "LINE_CHANGE", "CONTRACT"]
    assert [each["kind"] for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]].count(
        "course_moved"
    ) == 1


def test_notices_out_of_order_end_in_the_state_of_the_last_day(fresh_house: House) -> None:
    """The change of the 20th arrives before that of the 10th: the line is what it was on the 20th."""
    house = fresh_house
    house.before_the_25th()
    contract_id, line_id = on_line(house)
    month = house.today.replace(day=1)
    notify(house, line_id, "service_type_changed", month.replace(day=20), TO_MANSION)
    notify(house, line_id, "service_type_changed", month.replace(day=10), TO_FAMILY)
    contract = house.contract(contract_id)
    assert contract["line"]["service_type"] == "MANSION"
    house.advance(contract["pending_course_change"]["change_on"])
    assert house.contract(contract_id)["course"] == "W2_MANSION"


def test_another_body_under_one_notice_id_changes_nothing(fresh_house: House) -> None:
    """The first one stands, the same again is 200, another is 409; a line nobody is on is kept as unknown."""
    house = fresh_house
    contract_id, line_id = on_line(house)
    body = {
        "notice_id": "SAME-1",
        "line_id": line_id,
        "kind": "name_changed",
        "effective_on": house.today.isoformat(),
        "details": {},
    }
    first = house.callback("/v1/carrier/line-notices", body)
    assert (first.status_code, first.json()["status"]) == (200, "taken")
    second = house.callback("/v1/carrier/line-notices", {**body, "kind": "terminated"})
    assert (second.status_code, second.json()["code"]) == (409, "ANOTHER_MESSAGE")
    assert house.callback("/v1/carrier/line-notices", body).json() == {"status": "already_taken"}
    assert house.state(contract_id) == "active"
    assert [task["why"] for task in house.contract(contract_id)["needs_operator"]] == ["LINE_HOLDER_CHANGED"]
    unknown = house.callback("/v1/carrier/line-notices", {**body, "notice_id": "SAME-2", "line_id": house.new_line()})
    assert (unknown.status_code, unknown.json()["status"]) == (200, "unknown_line")
    forged = house.callback("/v1/carrier/line-notices", body, secret="whsec_" + "A" * 32)
    assert forged.status_code == 401
    settled = house.command(contract_id, "settlements", {"why": "LINE_HOLDER_CHANGED", "reason": "承継を確認"})
    assert settled.status_code == 200, settled.text
    assert house.contract(contract_id)["needs_operator"] == []


def test_a_notice_survives_the_death_of_the_worker(fresh_house: House) -> None:
    """The worker is killed while notices arrive; sent again until taken, each has had its effect exactly once."""
    house = fresh_house
    contracts = [on_line(house) for _ in range(3)]
    pids = json.loads((house.stack.home / "pids.json").read_text())
    for index, (_, line_id) in enumerate(contracts):
        if index == 1:
            os.kill(pids["worker"], signal.SIGKILL)
        notify(house, line_id, "terminated", house.today, notice_id=f"KILLED-{index}")
    for index, (_, line_id) in enumerate(contracts):

        def taken(index: int = index, line_id: str = line_id) -> bool:
            sent = notify(house, line_id, "terminated", house.today, notice_id=f"KILLED-{index}")
            return bool(sent["status"] == 200)

        house.until(taken, 90)
    for contract_id, _ in contracts:
        assert house.state(contract_id) == "choosing"
        assert house.events(contract_id).count("line_notice") == 1
        letters = [each["kind"] for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]]
        assert letters.count("choice_request") == 1


def test_a_choice_is_reminded_escalated_and_made(fresh_house: House) -> None:
    """Day 10, day 20, day 30, and then the contractor cancels after all; the undo leads back to the choice."""
    house = fresh_house
    contract_id, line_id = on_line(house, term=True)
    notify(house, line_id, "terminated", house.today)
    opened_on = house.today
    choice = house.contract(contract_id)["choice"]
    assert (choice["state"], choice["offered"]) == ("open", ["course_change", "cancel"])
    refused = house.command(contract_id, "choice", {"choice": "continue", "received_at": house.now.isoformat()})
    assert (refused.status_code, refused.json()["code"]) == (422, "CHOICE_NOT_OFFERED")
    for days, reminders in ((9, 0), (10, 1), (19, 1), (20, 2), (29, 2)):
        house.advance(date.fromordinal(opened_on.toordinal() + days))
        assert house.events(contract_id).count("choice_reminder") == reminders
        assert house.contract(contract_id)["choice"]["state"] == "open"
    house.advance_days(1)
    assert house.contract(contract_id)["choice"]["state"] == "escalated"
    assert [task["why"] for task in house.contract(contract_id)["needs_operator"]] == ["CHOICE_OVERDUE"]
    body = {"choice": "cancel", "received_at": house.now.isoformat()}
    before = house.contract(contract_id)
    rehearsed = house.post(f"/v1/contracts/{contract_id}/choice", body, dry_run="true")
    assert house.contract(contract_id) == before
    made = house.post(f"/v1/contracts/{contract_id}/choice", body)
    assert (made["effective_on"], made["fee"]) == (rehearsed["effective_on"], rehearsed["fee"])
    assert {"W-11.1", "W-11.4"} <= set(made["articles"])
    assert house.state(contract_id) == "ending"
    undone = house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation")
    assert (undone.status_code, undone.json()["state"]) == (200, "choosing")
    assert house.contract(contract_id) == before


def test_a_suspended_fee_is_watched_for_months_and_falls_due_by_a_notice(fresh_house: House) -> None:
    """Changed to another course, waived on condition; cancelled inside the watch, the fee is due; undone, it is not."""
    house = fresh_house
    contract_id, _ = on_line(house, term=True)
    body = {"to_course": "OTHER", "channel": "online", "received_at": house.now.isoformat()}
    change = house.post(f"/v1/contracts/{contract_id}/course-changes", body)
    house.advance(change["effective_on"])
    waiver = {"case": "line_unusable", "evidence": "建物所有者の撤去通知", "reason": "責めによらない"}
    granted = house.post(f"/v1/contracts/{contract_id}/waivers", waiver)
    assert granted["outcome"] == "watched"
    watch = house.contract(contract_id)["watch"]
    assert watch["until"] == granted["watch_until"]
    (charge,) = fees(house, contract_id)
    assert charge["state"] == "watched"
    house.before_the_25th()
    house.cancel(contract_id, house.now.isoformat())
    assert [each["state"] for each in fees(house, contract_id)] == ["due"]
    assert house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation").status_code == 200
    assert fees(house, contract_id) == [charge]
    assert house.contract(contract_id)["watch"] == watch
    house.advance(watch["until"])
    assert [each["state"] for each in fees(house, contract_id)] == ["watched"]
    house.advance_days(1)
    assert [each["state"] for each in fees(house, contract_id)] == ["waived"]


def test_evidence_and_inquiries_are_kept_as_text_in_the_database_only(fresh_house: House) -> None:
    """What a caller wrote is in the history's reason, goes to NTT where it refers, and never to Temporal."""
    house = fresh_house
    contract_id, _ = on_line(house)
    asked = house.post(
        f"/v1/contracts/{contract_id}/inquiries", {"topic": "FAULT", "text": "山田太郎ですが、つながりません。"}
    )
    assert asked["outcome"] == "refer"
    house.post(f"/v1/contracts/{contract_id}/waiver-requests", {"case": "death", "evidence": "死亡診断書の写し"})
    assert [task["why"] for task in house.contract(contract_id)["needs_operator"]] == ["WAIVER_REQUESTED"]
    reasons = {entry["event"]: entry["reason"] for entry in house.history(contract_id)}
    assert reasons["inquiry"] == "山田太郎ですが、つながりません。"
    assert reasons["request_waiver"] == "死亡診断書の写し"
    house.until(lambda: [each for each in house.journal("山田太郎") if each["path"].endswith("/messages")])
    for history in house.histories(f"contract/{contract_id}"):
        text = history.to_json()
        assert "山田太郎" not in text
        assert "死亡診断書" not in text


def test_with_flets_leaves_payment_on_behalf_when_the_line_type_changes(fresh_house: House) -> None:
    """W1 becomes W2 on the first of the next month, NTT is told to bill directly (W-21.2, W-24.4)."""
    house = fresh_house
    line_id = house.new_line()
    row = {
        "external_id": f"X-{line_id}",
        "course": "W1_MANSION_1",
        "applied_on": "2008-03-10",
        "service_start_on": "2008-04-01",
        "minimum_term_end_on": None,
        "payment_agency": True,
        "line": {**house.application()["line"], "line_id": line_id, "service_type": "MANSION"},
        "person": house.application()["applicant"],
    }
    answer = house.call(
        "POST",
        "/v1/contracts/import",
        content=json.dumps(row, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 200, answer.text
    contract_id = answer.json()["lines"][0]["contract_id"]
    month = house.today.replace(day=1)
    statement = {"month": f"{month:%Y-%m}", "items": [{"code": "FLETS", "amount": 5000}]}
    notify(house, line_id, "line_statement", house.today, statement)
    assert house.events(contract_id).count("line_statement") == 1
    notify(house, line_id, "service_type_changed", house.today, TO_FAMILY)
    moves_on = house.contract(contract_id)["pending_course_change"]["change_on"]
    house.advance(moves_on)
    contract = house.contract(contract_id)
    assert (contract["chapter"], contract["course"]) == (1, "W2_FAMILY")
    assert contract["payment_agency"] == {"state": "off_ended", "since": moves_on}
    kinds = [each["kind"] for each in house.get(f"/v1/contracts/{contract_id}/carrier-messages")["items"]]
    assert "DIRECT_BILLING" in kinds
    later = {"month": moves_on[:7], "items": [{"code": "FLETS", "amount": 5000}]}
    notify(house, line_id, "line_statement", house.today, later)
    assert house.events(contract_id).count("line_statement") == 1
    kept = house.get(f"/v1/contracts/{contract_id}/carrier-messages")["items"][-1]
    assert (kept["kind"], kept["body"]["details"]["items"]) == ("LINE_CHARGES", [])


def test_a_change_cancelled_by_its_papers_opens_the_choice_it_had_answered(fresh_house: House) -> None:
    """Line lost, コラボ chosen, the change cancelled in time: the contractor is asked again and told so (W-11.1)."""
    house = fresh_house
    house.before_the_25th()
    contract_id, line_id = on_line(house)
    notify(house, line_id, "terminated", house.today)
    chosen = {"choice": "course_change", "to_course": "COLLABO", "received_at": house.now.isoformat()}
    assert house.command(contract_id, "choice", chosen).json()["state"] == "active"
    house.advance_days(1)
    papers = {"papers_received_on": house.today.isoformat(), "dispatched_on": house.today.isoformat(), "then": "end"}
    tried = house.command(contract_id, "initial-cancellation", papers, dry_run="true").json()
    assert "choice_request" in [each["what"] for each in tried["tells"]]
    told = house.command(contract_id, "initial-cancellation", papers).json()
    assert (told["outcome"], told["state"]) == ("change_cancelled", "choosing")
    contract = house.contract(contract_id)
    assert (contract["choice"]["state"], contract["pending_course_change"]) == ("open", None)
    assert contract["choice"]["offered"] == ["course_change", "cancel"]
    assert "choice_overdue" in [item["event"] for item in contract["agenda"]]


@pytest.mark.parametrize("told", ["in time", "after the end"])
def test_a_change_of_type_counts_from_its_day_also_for_a_contract_that_has_ended(fresh_house: House, told: str) -> None:
    """Told after the end it makes the course, and so the months, what they are where it was told in time (W-09.3)."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id, line_id = on_line(house)
    moves = Month.of(on).plus(1)
    house.advance(moves.first_day + timedelta(days=3))
    changed_on = on + timedelta(days=3)
    if told == "in time":
        assert statuses(notify(house, line_id, "service_type_changed", changed_on, TO_MANSION)) == ["taken"]
    house.cancel(contract_id, house.now.isoformat())
    house.advance(moves.plus(1).first_day)
    assert house.state(contract_id) == "ended"
    if told != "in time":
        assert statuses(notify(house, line_id, "service_type_changed", changed_on, TO_MANSION)) == ["taken"]
    read = house.contract(contract_id)
    assert (read["state"], read["course"], read["end_on"]) == ("ended", "W2_MANSION", str(moves.last_day))
    assert house.contract(contract_id, as_of=moves.first_day - timedelta(days=1))["course"] == "W2_FAMILY"
    late = notify(house, line_id, "service_type_changed", moves.plus(1).first_day, TO_FAMILY)
    assert statuses(late) == ["unknown_line"]


def statuses(sent: dict[str, Any]) -> list[str]:
    """What was answered to each delivery."""
    return [json.loads(each["answer"])["status"] for each in sent["answers"]]
