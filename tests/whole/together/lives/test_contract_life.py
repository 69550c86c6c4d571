"""The life of a contract, seen from outside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House


def test_a_life_on_an_existing_line(house: House) -> None:
    """Accepted, in force, cancelled by letter, in force to the month's end, over the day after, and owed for."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    read = house.contract(contract_id)
    assert read["state"] == "active"
    assert read["minimum_term"]["start_on"] == Month.of(on).first_day.isoformat()
    assert read["minimum_term"]["end_on"] == Month.of(on).plus(23).last_day.isoformat()
    last = Month.of(on).last_day
    told = house.cancel(contract_id, house.now.isoformat())
    assert (told["effective_on"], told["state"], told["fee"]["amount"]) == (last.isoformat(), "ending", 4500)
    assert [charge["state"] for charge in house.fees(contract_id)] == ["planned"]
    house.advance(house.at(last, "23:59:00"))
    assert house.state(contract_id) == "ending"
    house.advance(last + timedelta(days=1))
    assert house.state(contract_id) == "ended"
    assert house.contract(contract_id, as_of=last)["state"] == "ending"
    assert house.contract(contract_id, as_of=last + timedelta(days=1))["state"] == "ended"
    (charge,) = house.fees(contract_id)
    assert (charge["state"], charge["money"]["amount"]) == ("due", 4500)
    assert house.events(contract_id) == ["apply", "accept", "start_service", "cancel", "end"]
    entries = house.history(contract_id)
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4, 5]
    assert all(entry["articles"] for entry in entries)
    kinds = {notice["kind"] for notice in house.get(f"/v1/contracts/{contract_id}/notices")["items"]}
    assert {"service_start", "cancellation_accepted", "contract_ended"} <= kinds


def test_a_day_is_announced_once_both_letters_are_out(house: House) -> None:
    """The start and a change count as announced with the later of e-mail and portal post (W-12.1n, W-12.1c, A-52)."""
    contract_id = house.active()
    body = {"to_course": "OTHER", "channel": "online", "received_at": house.now.isoformat()}
    house.post(f"/v1/contracts/{contract_id}/course-changes", body)

    def told() -> dict[str, Any] | None:
        letters = {each["kind"]: each for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]}
        sent = [letters[kind]["sent"]["email"] for kind in ("service_start", "course_change_date")]
        return letters if all(sent) else None

    for letter in house.until(told).values():
        assert letter["announced_at"] == max(letter["sent"].values())


@pytest.mark.parametrize("channel", ["paper", "online"])
def test_the_25th_is_the_last_day_for_the_same_month(house: House, channel: str) -> None:
    """A notice of 23:59:59 on the 25th ends it this month; one of 00:00:00 on the 26th ends it next month."""
    on = house.before_the_25th()
    house.advance(on.replace(day=27))
    month = Month.of(on)
    in_time, too_late = house.active(term=True, start=on), house.active(term=True, start=on)
    told = house.cancel(in_time, house.at(on.replace(day=25), "23:59:59"), channel)
    assert told["effective_on"] == month.last_day.isoformat()
    assert "W-10.2" in told["articles"] or "W-10.4" in told["articles"]
    told = house.cancel(too_late, house.at(on.replace(day=26), "00:00:00"), channel)
    assert told["effective_on"] == month.plus(1).last_day.isoformat()
    assert "W-10.3" in told["articles"] or "W-10.5" in told["articles"]


def test_a_japan_day_is_not_a_utc_day(house: House) -> None:
    """15:00 UTC on the 25th is the 26th in Japan: it ends a month later than 14:59:59 UTC."""
    on = house.before_the_25th()
    house.advance(on.replace(day=27))
    before, after = house.active(term=True, start=on), house.active(term=True, start=on)
    day = on.replace(day=25).isoformat()
    assert house.cancel(before, f"{day}T14:59:59Z", "online")["effective_on"] == Month.of(on).last_day.isoformat()
    assert (
        house.cancel(after, f"{day}T15:00:00Z", "online")["effective_on"] == Month.of(on).plus(1).last_day.isoformat()
    )


def test_the_last_day_for_a_minimum_term(house: House) -> None:
    """Applied 2018-05-31 23:59:59 it has 24 months; from 2018-06-01 00:00:00 it has none, and its own consents."""
    if house.today < date(2018, 6, 1):
        house.advance("2018-06-01T09:00:00+09:00")
    start = date(2018, 6, 12)
    bound = house.active(received_at="2018-05-31T23:59:59+09:00", start=start)
    assert house.contract(bound)["minimum_term"] == {
        "start_on": "2018-06-01",
        "end_on": "2020-05-31",
        "source": "application",
    }
    free = house.active(received_at="2018-06-01T00:00:00+09:00", start=start)
    assert house.contract(free)["minimum_term"] is None
    for received_at, edition in (("2018-05-31T23:59:59", "2018-06-01"), ("2018-06-01T00:00:00", "2017-06-01")):
        consents = {"course_terms": edition}
        body = house.application(received_at=f"{received_at}+09:00", consents=consents)
        answer = house.call("POST", "/v1/applications", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "CONSENT_NOT_IN_FORCE")
        assert house.state(answer.json()["contract_id"]) == "declined"


def test_a_letter_keyed_in_late_counts_from_its_arrival(house: House) -> None:
    """A letter of two months ago ends the contract then: retroactive, over at once, and every past day agrees."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    arrived, last = on.replace(day=25), Month.of(on).last_day
    house.advance(Month.of(on).plus(2).first_day)
    told = house.cancel(contract_id, house.at(arrived))
    assert (told["effective_on"], told["retroactive"]) == (last.isoformat(), True)
    assert house.state(contract_id) == "ended"
    assert house.contract(contract_id, as_of=arrived - timedelta(days=1))["state"] == "active"
    assert house.contract(contract_id, as_of=last)["state"] == "ending"
    assert house.contract(contract_id, as_of=last + timedelta(days=1))["state"] == "ended"
    (fee,) = house.fees(contract_id)
    # Known on the first of the second month after: on the statement of the month between, due with it (W-12.3c).
    due_on = Month.of(on).plus(2).last_day.isoformat()
    assert (fee["state"], fee["due_on"]) == ("due", due_on)
    letters = {each["kind"]: each["body"] for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]}
    year, month, day = (int(part) for part in due_on.split("-"))
    for kind in ("cancellation_accepted", "contract_ended"):
        assert f"{year}年{month}月{day}日" in letters[kind], letters[kind]
    house.advance(Month.of(on).plus(2).first_day.replace(day=5))
    statement = house.get(f"/v1/contracts/{contract_id}/statements")["items"][-1]
    assert [each["code"] for each in statement["items"]].count("termination_fee") == 1
    assert [statement["due_on"]] == [each["due_on"] for each in house.fees(contract_id)] == [due_on]


def test_a_notice_from_the_future_is_refused(house: House) -> None:
    """What is said to have arrived later than now is 422 `IN_THE_FUTURE`, and changes nothing."""
    contract_id = house.active()
    body = {"channel": "paper", "received_at": (house.now + timedelta(hours=1)).isoformat()}
    answer = house.command(contract_id, "cancellation", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "IN_THE_FUTURE")
    assert house.state(contract_id) == "active"


def test_a_dry_run_changes_nothing(house: House) -> None:
    """The whole decision comes back, and neither log nor agenda nor workflow has moved."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    before = house.contract(contract_id), house.history(contract_id), house.event_count(f"contract/{contract_id}")
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    told = house.post(f"/v1/contracts/{contract_id}/cancellation", body, dry_run=True)
    assert (told["effective_on"], told["fee"]["amount"]) == (Month.of(on).last_day.isoformat(), 4500)
    after = house.contract(contract_id), house.history(contract_id), house.event_count(f"contract/{contract_id}")
    assert before == after


def test_a_wrong_entry_is_corrected(house: House) -> None:
    """A start keyed in on a wrong day is voided and stays in the log; the right one takes its place."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on - timedelta(days=5))
    before = house.contract(contract_id)["minimum_term"]
    assert before is not None
    body = {"voids": 3, "reason": "誤入力", "reason_code": "entry_error"}
    assert house.post(f"/v1/contracts/{contract_id}/corrections", body)["state"] == "accepted"
    assert house.contract(contract_id)["minimum_term"] is None
    again = house.command(contract_id, "corrections", body)
    assert (again.status_code, again.json()["code"]) == (422, "ALREADY_VOIDED")
    house.post(f"/v1/contracts/{contract_id}/service-start", {"service_start_on": on.isoformat()})
    assert house.contract(contract_id)["service_start_on"] == on.isoformat()
    entries = house.history(contract_id)
    assert [(entry["event"], entry["voided"]) for entry in entries[2:]] == [
        ("start_service", True),
        ("correct", False),
        ("start_service", False),
    ]
    assert entries[3]["articles"] == entries[2]["articles"]


@pytest.mark.parametrize("voids", [0, 1, 99, -1])
def test_what_cannot_be_corrected(house: House, voids: int) -> None:
    """The first entry, unknown ones and numbers below 1 are refused, and nothing is written."""
    contract_id = house.active()
    answer = house.command(contract_id, "corrections", {"voids": voids, "reason": "誤入力"})
    assert answer.status_code in {400, 422}
    assert len(house.history(contract_id)) == 3


def test_what_rests_on_a_corrected_entry_becomes_a_task(house: House) -> None:
    """Without its start a contract is accepted only; the cancellation keyed in falls, and an operator is asked."""
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    house.cancel(contract_id, house.now.isoformat())
    answer = house.command(contract_id, "corrections", {"voids": 3, "reason": "誤入力"})
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert [each["was"]["event"] for each in answer.json()["revises"]] == ["start_service", "cancel"]
    assert [each["why"] for each in house.contract(contract_id)["needs_operator"]] == ["GROUND_GONE"]


def test_an_ended_contract_can_be_corrected_back(house: House) -> None:
    """A cancellation found to be somebody else's letter is voided after the end, with the end and the fee it caused."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    house.cancel(contract_id, house.now.isoformat())
    house.advance(Month.of(on).plus(1).first_day)
    assert house.state(contract_id) == "ended"
    house.post(f"/v1/contracts/{contract_id}/corrections", {"voids": 4, "reason": "別人の届出"})
    read = house.contract(contract_id)
    assert (read["state"], read["end_on"], read["agenda"]) == ("active", None, [])
    assert house.fees(contract_id) == []
    assert [charge["voided"] for charge in house.fees(contract_id, voided=True)] == [True]
    house.cancel(contract_id, house.now.isoformat())
    assert house.state(contract_id) == "ending"


def test_identity_first(house: House) -> None:
    """An application that needs a document waits for it, and goes on when it is shown."""
    answer = house.apply(identity_required=True)
    contract_id = answer["contract_id"]
    assert answer["state"] == "identity_requested"
    refused = house.command(contract_id, "service-start", {"service_start_on": house.today.isoformat()})
    assert (refused.status_code, refused.json()["state"]) == (409, "identity_requested")
    assert "show_identity" in refused.json()["allowed"]
    told = house.post(f"/v1/contracts/{contract_id}/identity", {"shown_at": house.now.isoformat()})
    assert told["state"] == "accepted"


def test_who_does_not_hold_the_line_waits_for_an_operator(house: House) -> None:
    """It stays `applied` with a task; the operator's reasoned acceptance moves it, a back office's does not."""
    answer = house.apply(line={"holder_is_applicant": False})
    contract_id = answer["contract_id"]
    assert answer["state"] == "applied"
    (task,) = house.contract(contract_id)["needs_operator"]
    assert (task["why"], "W-07.1" in task["articles"]) == ("NOT_LINE_HOLDER", True)
    listed = house.get("/v1/contracts", needs_operator=True, limit=500)["items"]
    assert contract_id in [row["contract_id"] for row in listed]
    assert house.command(contract_id, "acceptance", {"reason": "同居"}, key="backoffice").status_code == 403
    assert house.command(contract_id, "acceptance", {}).status_code == 400
    told = house.post(f"/v1/contracts/{contract_id}/acceptance", {"reason": "同居の親の回線"})
    assert told["state"] == "accepted"
    assert house.contract(contract_id)["needs_operator"] == []
    assert house.history(contract_id)[-1]["reason"] == "同居の親の回線"


def test_an_operator_refuses(house: House) -> None:
    """Article 7 names the ground; the record stays declined and the line is free again."""
    line_id = house.new_line()
    answer = house.apply(line={"holder_is_applicant": False, "line_id": line_id})
    body = {"reason": "名義が違う", "reason_code": "not_line_holder"}
    told = house.post(f"/v1/contracts/{answer['contract_id']}/refusal", body)
    assert told["state"] == "declined"
    assert "W-07.1" in told["articles"]
    assert house.apply(line={"line_id": line_id})["state"] == "accepted"


def test_one_contract_a_line(house: House) -> None:
    """A line is held from the application to the end: another application is 422 `LINE_TAKEN` and leaves a record."""
    on = house.before_the_25th()
    line_id = house.new_line()
    contract_id = house.active(line={"line_id": line_id}, start=on)
    answer = house.call("POST", "/v1/applications", house.application(line={"line_id": line_id}))
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["articles"]) == (422, "LINE_TAKEN", ["W-03.1"])
    assert house.state(problem["contract_id"]) == "declined"
    house.cancel(contract_id, house.now.isoformat())
    house.advance(house.at(Month.of(on).last_day, "23:00:00"))
    assert house.call("POST", "/v1/applications", house.application(line={"line_id": line_id})).status_code == 422
    letter = house.application(line={"line_id": line_id}, received_at=house.now.isoformat())
    house.advance(Month.of(on).plus(1).first_day)
    late = house.call("POST", "/v1/applications", letter)
    assert (late.status_code, late.json()["code"]) == (422, "LINE_TAKEN"), (
        "the day it arrived counts, not its keying in"
    )
    assert house.apply(line={"line_id": line_id})["state"] == "accepted"


def test_two_at_once_for_one_line(house: House) -> None:
    """Of ten applications for one line at once exactly one is accepted; the others are told it is taken."""
    line_id = house.new_line()
    bodies = [house.application(line={"line_id": line_id}) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda body: house.call("POST", "/v1/applications", body), bodies))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] + [422] * 9, [answer.text for answer in answers]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 422} == {"LINE_TAKEN"}
    rows = house.get("/v1/contracts", line_id=line_id)["items"]
    assert [row["state"] for row in rows] == ["accepted"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"line": {"tax_exempt_embassy": True}}, "EMBASSY"),
        (
            {"line": {"operator": "WEST", "billing": ["MY_BILLING"]}, "consents": {"carrier_terms": "WEST-2017"}},
            "WEST_MY_BILLING",
        ),
        ({"line": {"service_type": "BUSINESS"}}, "LINE_TYPE_NOT_LISTED"),
        ({"course": "W1_FAMILY"}, "COURSE_CLOSED"),
        ({"line": {"service_type": "MANSION"}}, "COURSE_DOES_NOT_MATCH_LINE"),
        ({"consents": {"carrier_terms": "WEST-2017"}}, "CONSENT_WRONG_OPERATOR"),
    ],
)
def test_refused_applications_leave_a_record(house: House, changes: dict[str, object], code: str) -> None:
    """A refusal names its ground and its articles, and is kept as a declined contract."""
    answer = house.call("POST", "/v1/applications", house.application(**changes))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert problem["articles"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert house.state(problem["contract_id"]) == "declined"


def test_lists_page_and_filter(house: House) -> None:
    """Pages follow one another without gap or repeat, and every filter finds the contract it describes."""
    line_id = house.new_line()
    contract_id = house.active(line={"line_id": line_id})
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = house.get("/v1/contracts", limit=3, cursor=cursor)
        seen += [row["contract_id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert contract_id in seen
    for found in ({"line_id": line_id}, {"state": "active"}, {"course": "W2_FAMILY"}, {"operator": "EAST"}):
        rows = house.get("/v1/contracts", limit=500, **found)["items"]
        assert contract_id in [row["contract_id"] for row in rows]
    assert house.get("/v1/contracts", line_id=line_id, state="ended")["items"] == []
    house.cancel(contract_id, house.now.isoformat())
    end_on = date.fromisoformat(house.contract(contract_id)["end_on"])
    later = end_on + timedelta(days=1)
    assert [row["end_on"] for row in house.get("/v1/contracts", line_id=line_id, ending_before=later)["items"]]
    assert house.get("/v1/contracts", line_id=line_id, ending_before=end_on)["items"] == []


def test_what_needs_a_line_of_another_contract_is_refused_tried_or_sent(house: House) -> None:
    """Its end corrected, a contract would be back on a line given away: 422 both times, and no operator is called."""
    on = house.before_the_25th()
    line_id = house.new_line()
    first = house.active(line={"line_id": line_id}, start=on)
    house.cancel(first, house.now.isoformat())
    house.advance(Month.of(on).plus(1).first_day)
    second = house.apply(line={"line_id": line_id})["contract_id"]
    seq = next(entry["seq"] for entry in house.history(first) if entry["event"] == "cancel")
    before, body = house.history(first), {"voids": seq, "reason": "誤入力"}
    for more in ({"dry_run": "true"}, {}):
        answer = house.command(first, "corrections", body, **more)
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["articles"]) == (422, "LINE_TAKEN", ["W-03.1"]), problem
    assert (house.history(first), house.contract(first)["needs_operator"]) == (before, [])
    house.post(f"/v1/contracts/{second}/withdrawal", {})
    assert house.post(f"/v1/contracts/{first}/corrections", body)["state"] == "active"
