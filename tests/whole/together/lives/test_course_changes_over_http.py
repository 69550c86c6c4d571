"""Course changes, initial cancellation, termination, benefits and import, seen from outside."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from api.contracts.imports import EXAMPLE
from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House

NDJSON = {"Content-Type": "application/x-ndjson"}


def change(house: House, contract_id: str, to_course: str, **more: Any) -> Any:
    """An online application for another course, received now."""
    body = {"to_course": to_course, "channel": "online", "received_at": house.now.isoformat(), **more}
    return house.command(contract_id, "course-changes", body)


def everything(house: House, contract_id: str) -> tuple[Any, ...]:
    """What an undo has to bring back: the read, the charges and the search attributes."""
    attributes = house.description(f"contract/{contract_id}").typed_search_attributes
    return house.contract(contract_id), house.charges(contract_id), {each.key.name: each.value for each in attributes}


def existing(house: House, **changes: Any) -> dict[str, Any]:
    """One line of an import, on a line of its own."""
    body: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    body["external_id"] = uuid.uuid4().hex
    body["line"]["line_id"] = house.new_line()
    return body | changes


def take_over(house: House, *lines: Any, idem: str = "", **params: Any) -> dict[str, Any]:
    """An import that is answered."""
    content = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
    answer = house.call(
        "POST", "/v1/contracts/import", content=content, headers=NDJSON, key="backoffice", idem=idem, **params
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_change_is_ahead_can_be_undone_exactly_and_happens(house: House) -> None:
    """Dated and on the agenda; taken back, nothing is left of it; sent again, it happens on its day."""
    contract_id = house.active(term=True)
    before = everything(house, contract_id)
    told = change(house, contract_id, "OTHER").json()
    on = Month.of(house.today).plus(1).first_day
    assert (told["effective_on"], told["fee_outcome"], told["fee"]["amount"]) == (
        on.isoformat(),
        "needs_operator",
        4500,
    )
    read = house.contract(contract_id)
    assert read["pending_course_change"]["change_on"] == on.isoformat()
    assert [item["event"] for item in read["agenda"]] == ["course_change"]
    assert [task["why"] for task in read["needs_operator"]] == ["FEE_DECISION"]
    assert change(house, contract_id, "DOCOMO").json()["code"] == "COURSE_CHANGE_PENDING"
    path = f"/v1/contracts/{contract_id}/course-changes/pending"
    assert house.call("DELETE", path, dry_run="true").status_code == 200
    assert house.call("DELETE", path).status_code == 200
    assert everything(house, contract_id) == before
    assert house.call("DELETE", path).status_code == 409
    change(house, contract_id, "COLLABO")
    house.advance(on)
    read = house.contract(contract_id)
    assert (read["state"], read["course"]) == ("active", "COLLABO")
    assert [line["course"] for line in read["course_history"]] == ["W2_FAMILY", "COLLABO"]
    assert house.contract(contract_id, as_of=on - timedelta(days=1))["course"] == "W2_FAMILY"
    kinds = [notice["kind"] for notice in house.get(f"/v1/contracts/{contract_id}/notices")["items"]]
    assert kinds.count("course_change_date") == 2


def test_a_dry_run_changes_nothing(house: House) -> None:
    """Every one of these requests can be tried first."""
    contract_id = house.active(term=True)
    before = everything(house, contract_id)
    today = house.today.isoformat()
    tries: dict[str, dict[str, Any]] = {
        "course-changes": {"to_course": "DOCOMO", "channel": "online", "received_at": house.now.isoformat()},
        "relocation": {"to_operator": "WEST", "received_at": house.now.isoformat()},
        "initial-cancellation": {"papers_received_on": today, "dispatched_on": today, "then": "end"},
        "termination": {"effective_on": today, "reason": "breach of the terms"},
        "benefits": {"benefit_id": "B1", "minimum_months": 12, "fee": 10000, "from_on": today},
    }
    for name, body in tries.items():
        answer = house.command(contract_id, name, body, dry_run="true")
        assert (answer.status_code, answer.json()["dry_run"]) == (200, True), answer.text
    assert everything(house, contract_id) == before


def test_a_dry_run_is_refused_as_the_request_would_be(house: House) -> None:
    """Nothing is pending: tried and sent, the same words, the same code, the same list of what is possible."""
    path = f"/v1/contracts/{house.active()}/course-changes/pending"
    tried, sent = house.call("DELETE", path, dry_run="true"), house.call("DELETE", path)
    assert (tried.status_code, sent.status_code) == (409, 409)
    assert tried.json() == sent.json()


def test_an_initial_cancellation_is_in_time_or_tells_the_last_day(house: House) -> None:
    """On the eighth day it ends the contract at once for 3,000; a day later the answer names the last day."""
    house.advance_days(9)
    today = house.today
    contract_id = house.active(term=True, start=today - timedelta(days=8))
    body = {"papers_received_on": (today - timedelta(days=8)).isoformat(), "dispatched_on": today.isoformat()}
    late = house.command(contract_id, "initial-cancellation", body | {"then": "end"})
    assert (late.status_code, late.json()["last_day"]) == (422, (today - timedelta(days=1)).isoformat())
    body["papers_received_on"] = (today - timedelta(days=7)).isoformat()
    told = house.command(contract_id, "initial-cancellation", body | {"then": "end"}).json()
    assert (told["fee"]["amount"], told["state"], told["course"]) == (3000, "ended", None)
    assert told["voided_charges"] == []


def test_an_operator_terminates_and_the_benefit_costs_too(house: House) -> None:
    """On its own day, with both fees; the back office may not, and a reason is demanded."""
    contract_id = house.active(term=True)
    today = house.today
    benefit = {"benefit_id": "B1", "minimum_months": 12, "fee": 10000, "from_on": today.isoformat()}
    assert house.command(contract_id, "benefits", benefit).status_code == 200
    body = {"effective_on": today.isoformat(), "reason": "breach of the terms", "reason_code": "breach"}
    assert house.command(contract_id, "termination", body, key="backoffice").status_code == 403
    assert house.command(contract_id, "termination", {"effective_on": today.isoformat()}).status_code == 400
    assert house.command(contract_id, "termination", body).json()["effective_on"] == today.isoformat()
    house.advance_days(1)
    owed = {each["code"]: (each["state"], each["money"]["amount"]) for each in house.charges(contract_id)}
    assert house.state(contract_id) == "ended"
    assert owed["termination_fee"] == ("due", 4500)
    assert owed["benefit_fee"] == ("due", 10000)


def test_an_import_takes_each_line_by_itself_and_only_once(house: House) -> None:
    """Good lines enter whatever the others are; repeated, nothing enters twice."""
    first, second = existing(house), existing(house, course="COLLABO", payment_agency=False)
    clash = existing(house)
    clash["line"] = dict(first["line"])
    lines = [first, "no json", clash, existing(house, course="NO_SUCH"), {**second, "extra": 1}, second, first]
    rehearsed = take_over(house, *lines, dry_run="true")
    assert (rehearsed["imported"], rehearsed["already"], rehearsed["refused"]) == (2, 1, 4)
    assert house.get("/v1/contracts", line_id=first["line"]["line_id"])["items"] == []
    key = uuid.uuid4().hex
    answer = take_over(house, *lines, idem=key)
    assert take_over(house, *lines, idem=key) == answer
    outcomes = [(line["outcome"], line.get("code")) for line in answer["lines"]]
    assert outcomes == [
        ("imported", None),
        ("refused", "MALFORMED"),
        ("refused", "LINE_TAKEN"),
        ("refused", "UNKNOWN_COURSE"),
        ("refused", "MALFORMED"),
        ("imported", None),
        ("already", None),
    ]
    again = take_over(house, *lines)
    assert (again["imported"], again["already"], again["refused"]) == (0, 3, 4)
    read = house.contract(answer["lines"][0]["contract_id"])
    assert (read["state"], read["chapter"], read["course"]) == ("active", 2, "W1_FAMILY")
    assert (read["payment_agency"]["state"], read["billed_party"]) == ("on", "contractor")


def test_leaving_with_flets_ends_payment_on_behalf(house: House) -> None:
    """An imported with フレッツ contract across the areas needs with フレッツ II; changed, NTT bills directly."""
    (line,) = take_over(house, existing(house))["lines"]
    contract_id = line["contract_id"]
    asked = house.command(contract_id, "relocation", {"to_operator": "WEST", "received_at": house.now.isoformat()})
    assert asked.json()["outcome"] == "application_required"
    to_course = asked.json()["required"]["to_course"]
    assert change(house, contract_id, "W1_MANSION_1").json()["code"] == "NO_CHANGE_INTO_W1"
    told = change(house, contract_id, to_course, change_on=house.today.isoformat()).json()
    assert (told["minimum_term"], told["fee"]["total"]) == (None, 0)
    read = house.contract(contract_id)
    assert (read["course"], read["chapter"], read["payment_agency"]["state"]) == ("W2_FAMILY", 1, "off_ended")
    sent = house.get(f"/v1/contracts/{contract_id}/carrier-messages")["items"]
    assert [message["kind"] for message in sent] == ["LINE_CHANGE", "DIRECT_BILLING", "CONTRACT"]
