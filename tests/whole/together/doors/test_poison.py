"""What is sent to stop the service costs one row or one request: addresses, dates, depths, sizes, twenty at once."""

from __future__ import annotations

import json
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from api.contracts.imports import EXAMPLE as CONTRACT_ROW
from store.database import engine

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.whole.conftest import House

AT_ONCE = 20
DEEP = b"[" * 2000 + b"]" * 2000


def at_once(call: Callable[[int], httpx.Response], times: int = AT_ONCE) -> list[httpx.Response]:
    """The same thing, so many times at the same moment; whoever is told to come again does."""

    def answered(number: int) -> httpx.Response:
        deadline = time.monotonic() + 90
        # Some of these write one after the other: on a slow machine the last of them wait longer than a door does.
        while (answer := call(number)).status_code == 503:
            assert time.monotonic() < deadline, answer.text
        return answer

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(answered, range(times)))


def statuses(answers: list[httpx.Response]) -> set[int]:
    """What was answered."""
    return {each.status_code for each in answers}


def plant(house: House, statement: str, **values: Any) -> None:
    """Put something into the database that no door lets in any more."""
    database = engine(house.stack.database_url)
    with database.begin() as connection:
        connection.execute(text(statement), values)
    database.dispose()


# --- one row -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["taro@[x.jp", "taro(x)@example.jp", "taro@example.jp\r\nBcc: x@example.jp"])
def test_an_address_that_is_none_is_refused_at_the_door(house: House, email: str) -> None:
    """400, naming the field and not the address."""
    answer = house.call("POST", "/v1/applications", house.application(applicant={"email": email}))
    assert answer.status_code == 400
    assert "applicant.email" in answer.text
    assert email not in answer.text


def test_a_letter_that_cannot_go_is_a_task_and_the_next_one_goes(house: House) -> None:
    """An address from before: its row is parked, its contract says UNDELIVERABLE until settled, others get letters."""
    poisoned = house.accepted()
    plant(
        house,
        "update person set email = 'taro@[x.jp'"
        " where person_id = (select person_id from contract where contract_id = :id)",
        id=poisoned,
    )
    house.post(f"/v1/contracts/{poisoned}/service-start", {"service_start_on": house.today.isoformat()})
    why = house.until(lambda: [each["why"] for each in house.contract(poisoned)["needs_operator"]])
    assert why == ["UNDELIVERABLE"]
    healthy = house.active()
    letters = f"/v1/contracts/{healthy}/notices"
    house.until(lambda: any(each["sent"]["email"] for each in house.get(letters)["items"]))
    settled = {"why": "UNDELIVERABLE", "reason": "asked for another address"}
    # The relay recorded the task; the workflow reads its record a moment later.
    house.until(lambda: house.command(poisoned, "settlements", settled).status_code == 200)
    assert house.contract(poisoned)["needs_operator"] == []
    (parked,) = [each for each in house.get("/v1/tasks")["items"] if each["entity_id"] == f"contract/{poisoned}"]
    again = f"/v1/messages/{parked['message_id']}/resend"
    assert house.call("POST", again, key="auditor").status_code == 403
    plant(
        house,
        "update person set email = 'taro@example.jp'"
        " where person_id = (select person_id from contract where contract_id = :id)",
        id=poisoned,
    )
    assert house.post(again, {"reason": "宛先を直した"})["outcome"] == "queued"
    letters = f"/v1/contracts/{poisoned}/notices"
    house.until(lambda: any(each["sent"]["email"] for each in house.get(letters)["items"]))
    assert (house.call("POST", again).status_code, house.call("POST", again).json()["code"]) == (409, "NOT_GIVEN_UP")
    assert house.call("POST", "/v1/messages/nothing/resend").status_code == 404


# --- bounds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [1498867200, "1498867200", "9999-12-31", "1989-12-31", "２０１８-06-01"])
def test_a_date_is_written_out_and_within_reach(house: House, day: Any) -> None:
    """A number could be read as seconds since 1970; nobody is on a line in the year 9999."""
    contract_id = house.accepted()
    answer = house.command(contract_id, "service-start", {"service_start_on": day})
    assert answer.status_code == 400, answer.text


def test_ntt_cannot_brick_a_filing_with_a_day(house: House) -> None:
    """`work_on: 9999-12-31` is 400, and the filing goes on."""
    _, filing_id = house.filing([{"after_days": 1, "status": "accepted"}])
    path = f"/v1/carrier/filings/{filing_id}/status"
    message = {"sequence": 1, "status": "waiting_work", "occurred_at": house.now.isoformat()}
    assert house.callback(path, {**message, "work_on": "9999-12-31"}).status_code == 400
    assert house.callback(path, {**message, "work_on": "2199-12-31"}).status_code == 200
    assert house.get(f"/v1/filings/{filing_id}")["work_on"] == "2199-12-31"


DOORS = ["/v1/applications", "/v1/contracts/import", "/v1/memberships/import", "/v1/decisions/course"]


@pytest.mark.parametrize("path", [*DOORS, "/v1/carrier/line-notices", "/v1/carrier/filings/F1/status", "/v1/sessions"])
@pytest.mark.parametrize("body", [DEEP, b'{"a":' * 2000 + b"1" + b"}" * 2000], ids=["lists", "objects"])
def test_a_body_two_thousand_deep_is_malformed_everywhere(house: House, path: str, body: bytes) -> None:
    """Nothing builds objects of it; nobody is asked for a key first."""
    answer = house.call("POST", path, content=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e999", b"9" * 5000])
def test_numbers_are_finite(house: House, number: bytes) -> None:
    """What JSON does not know is refused before any door."""
    answer = house.call("POST", "/v1/decisions/course", content=b'{"course": "W2_FAMILY", "on": %b}' % number)
    assert answer.status_code == 400


def test_a_large_body_is_refused_before_anybody_is_asked_for_a_key(house: House) -> None:
    """413 for more than a megabyte, announced or not; an import has a larger limit and asks for the key first."""
    large = b"x" * 1_000_001
    assert house.call("POST", "/v1/applications", content=large, key=None).status_code == 413
    parts = house.http.post("/v1/applications", content=(large[i : i + 65_536] for i in range(0, len(large), 65_536)))
    assert parts.status_code == 413
    assert house.call("POST", "/v1/memberships/import", content=large, key=None).status_code == 401
    with socket.create_connection((house.http.base_url.host, house.http.base_url.port), timeout=30) as announcing:
        announcing.sendall(b"POST /v1/contracts/import HTTP/1.1\r\nHost: x\r\nContent-Length: 100000001\r\n\r\n")
        assert announcing.recv(100).startswith(b"HTTP/1.1 413")


def test_unfinished_requests_are_let_go(house: House) -> None:
    """Two hundred that never end neither keep others waiting nor stay."""
    url = house.http.base_url
    opened = [socket.create_connection((url.host, url.port)) for _ in range(200)]
    try:
        for number, each in enumerate(opened):
            head = b"POST /v1/applications HTTP/1.1\r\nHost: x\r\n"
            each.sendall(head if number % 2 else head + b"Content-Length: 10\r\n\r\n{")
        began = time.monotonic()
        house.get("/v1/clock")
        assert time.monotonic() - began < 5
        for each in opened:
            each.settimeout(30)
            while each.recv(4096):
                pass
        assert time.monotonic() - began < 30
    finally:
        for each in opened:
            each.close()


@pytest.mark.parametrize("name", ["太\u200b郎", "\u202e郎太", "太\n郎", "太\x7f郎"])
def test_names_show_every_character_they_have(house: House, name: str) -> None:
    """No control, zero-width or direction-changing characters."""
    assert house.call("POST", "/v1/applications", house.application(applicant={"name": name})).status_code == 400


def test_every_answer_carries_what_browsers_should_know(house: House) -> None:
    """Answers, refusals and unknown paths alike; 405 names the methods."""
    for path in ("/v1/clock", "/v1/contracts/nothing", "/nowhere", "/healthz", "/docs"):
        headers = house.call("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    refused = house.call("PATCH", "/v1/contracts/K1/cancellation")
    assert (refused.status_code, refused.headers["allow"]) == (405, "DELETE, POST")


# --- twenty at once ----------------------------------------------------------------------------------------------


def test_one_callback_sent_twenty_times_at_once_is_taken(house: House) -> None:
    """One `webhook-id`: 200 for all, one entry."""
    _, filing_id = house.filing([{"after_days": 1, "status": "accepted"}])
    message = {"sequence": 1, "status": "accepted", "occurred_at": house.now.isoformat()}
    webhook_id = uuid.uuid4().hex
    path = f"/v1/carrier/filings/{filing_id}/status"
    assert statuses(at_once(lambda _: house.callback(path, message, webhook_id=webhook_id))) == {200}


def test_one_notice_sent_twenty_times_at_once_is_taken(house: House) -> None:
    """One `notice_id` under as many webhook ids: 200 for all, one entry in the contract's log."""
    line_id = house.new_line()
    contract_id = house.active(line={"line_id": line_id})
    notice = {
        "notice_id": f"N-{uuid.uuid4().hex}",
        "line_id": line_id,
        "kind": "name_changed",
        "effective_on": house.today.isoformat(),
        "details": {},
    }
    assert statuses(at_once(lambda _: house.callback("/v1/carrier/line-notices", notice))) == {200}
    assert house.events(contract_id).count("line_notice") <= 1


def member_row(line_id: str, external_id: str) -> bytes:
    """One line of an import."""
    row = {
        "external_id": external_id,
        "registered_on": "2017-05-01",
        "line": {
            "operator": "EAST",
            "line_id": line_id,
            "service_type": "NEXT_FAMILY",
            "service_class": "FAMILY",
            "in_use_since": "2017-04-12",
        },
        "member": {"name": "会員 太郎", "email": "taro@example.com", "phone": "03-0000-0001"},
        "lots": [],
    }
    return json.dumps(row).encode()


def test_one_line_imported_twenty_times_at_once_enters_once(house: House) -> None:
    """Twenty external ids for one line: one enters, the others are told that it is taken."""
    line_id = house.new_line()
    ids = [uuid.uuid4().hex for _ in range(AT_ONCE)]

    def enter(number: int) -> httpx.Response:
        row = member_row(line_id, ids[number])
        return house.call("POST", "/v1/memberships/import", content=row, idem=ids[number])

    answers = at_once(enter)
    assert statuses(answers) == {200}
    outcomes = [each.json()["lines"][0]["outcome"] for each in answers]
    assert sorted(outcomes) == ["imported", *["refused"] * (AT_ONCE - 1)]


def test_one_external_id_imported_twenty_times_at_once_enters_once(house: House) -> None:
    """One enters, the others find it there."""
    line_id = house.new_line()
    row = member_row(line_id, uuid.uuid4().hex)

    def enter(number: int) -> httpx.Response:
        return house.call("POST", "/v1/memberships/import", content=row, idem=f"{number}/{line_id}")

    answers = at_once(enter)
    assert statuses(answers) == {200}
    outcomes = [each.json()["lines"][0]["outcome"] for each in answers]
    assert sorted(outcomes) == [*["already"] * (AT_ONCE - 1), "imported"]


def test_identical_rollouts_are_one(house: House) -> None:
    """Four at once and a later one under keys of their own: one begins, the others are 409 and name it."""
    body = {
        "kind": "discontinue",
        "courses": ["W1_WIRELESS_FAMILY"],
        "announced_on": house.today.isoformat(),
        "effective_on": house.today.replace(year=house.today.year + 2).isoformat(),
        "notice": "提供を終了します。",
    }
    answers = at_once(lambda _: house.call("POST", "/v1/rollouts", body), 4)
    answers.append(house.call("POST", "/v1/rollouts", body))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409], [each.text for each in answers]
    assert len({each.json()["rollout_id"] for each in answers}) == 1


def test_a_start_of_what_is_over_is_told_so(house: House) -> None:
    """An application refused for good, begun again twenty times at once under its key: the same answer, no 5xx."""
    body = house.application(line={"service_type": "BUSINESS"})
    idem = uuid.uuid4().hex
    assert statuses(at_once(lambda _: house.call("POST", "/v1/applications", body, idem=idem))) == {422}


def test_a_key_whose_request_was_malformed_is_free_again(house: House) -> None:
    """400 and 404 leave no claim: the request said right is carried out under the same key."""
    idem = uuid.uuid4().hex
    wrong = house.call("POST", "/v1/rollouts", {"kind": "discontinue"}, idem=idem)
    missing = house.call(
        "POST",
        "/v1/contracts/KNOTHING/cancellation",
        {"channel": "paper", "received_at": house.at(house.today, "00:00:00")},
        idem=idem,
    )
    right = house.call("POST", "/v1/applications", house.application(), idem=idem)
    assert (wrong.status_code, missing.status_code, right.status_code) == (400, 404, 201), missing.text


def test_a_refused_line_says_in_japanese_which_field_does_not_fit(house: House) -> None:
    """As at every other door; asked again under the same key it says the same."""
    misfit = {**CONTRACT_ROW, "external_id": "JA-1", "applied_on": "2009-02-30"}
    del misfit["course"]
    content = json.dumps(misfit, ensure_ascii=False).encode()
    said = [house.call("POST", "/v1/contracts/import", content=content, idem="ja-1").json()["lines"] for _ in range(2)]
    assert said[0] == said[1]
    assert said[0][0]["message"] == (
        "入力の形が正しくありません"
        "(course: 入力が必要です、applied_on: 日付(例 2018-05-20)で入力してください。ない日は使えません)"
    )


def test_one_contract_imported_twenty_times_at_once_enters_once(house: House) -> None:
    """One enters, the others find it there; nobody is answered 500."""
    row = {
        **CONTRACT_ROW,
        "external_id": uuid.uuid4().hex,
        "line": {**CONTRACT_ROW["line"], "line_id": house.new_line()},
    }
    content = json.dumps(row).encode()
    answers = at_once(
        lambda number: house.call(
            "POST", "/v1/contracts/import", content=content, idem=f"{number}/{row['external_id']}"
        )
    )
    assert statuses(answers) == {200}
    outcomes = [each.json()["lines"][0]["outcome"] for each in answers]
    assert sorted(outcomes) == [*["already"] * (AT_ONCE - 1), "imported"]


UNSPEAKABLE = [rb'{"\u0000": 1}', rb'{"\ud800": 1}', rb'{"\u200b\u202e": 1}', b'{"' + b"x" * 70_000 + b'": 1}']
"""Lines whose member names nothing can store, send or read."""


@pytest.mark.parametrize("kind", ["contracts", "memberships"])
def test_a_line_with_an_unspeakable_name_is_refused_by_itself(house: House, kind: str) -> None:
    """The good line enters and is told so; of the others a place is told that can be stored and read."""
    contract = {**CONTRACT_ROW, "external_id": uuid.uuid4().hex}
    contract["line"] = {**CONTRACT_ROW["line"], "line_id": house.new_line()}
    good = json.dumps(contract).encode() if kind == "contracts" else member_row(house.new_line(), uuid.uuid4().hex)
    answer = house.call("POST", f"/v1/{kind}/import", content=b"\n".join([good, *UNSPEAKABLE]))
    assert answer.status_code == 200, answer.text
    lines = answer.json()["lines"]
    assert [each["outcome"] for each in lines] == ["imported", *["refused"] * len(UNSPEAKABLE)]
    assert all(each["message"].startswith("入力の形が正しくありません") for each in lines[1:])
    assert all(each["detail"].isprintable() and len(each["detail"]) < 1_000 for each in lines[1:])


def member_session(house: House) -> str:
    """A member with points, logged in: the session's token."""
    line_id = house.new_line()
    row = json.loads(member_row(line_id, uuid.uuid4().hex))
    row["member"]["password"] = "correct horse battery"  # a sample's
    row["lots"] = [{"granted_on": "2018-05-01", "kind": "monthly", "points": 500, "left": 500}]
    answer = house.call("POST", "/v1/memberships/import", content=json.dumps(row).encode())
    line_token = house.carrier.post("/EAST/line-tokens", json={"line_id": line_id}).json()["line_token"]
    login = {
        "member_id": answer.json()["lines"][0]["member_id"],
        "password": row["member"]["password"],
        "line_token": line_token,
    }
    return str(house.post("/v1/sessions", login, key="site")["token"])


def test_one_exchange_drafted_and_sent_twenty_times_at_once_is_one(house: House) -> None:
    """Under one key all are told the same; under keys of their own one sends, and it is never told 409 for good."""
    bearer = {"Authorization": f"Bearer {member_session(house)}"}

    def call(path: str, body: Any = None, idem: str = "") -> httpx.Response:
        return house.call("POST", path, body, key=None, idem=idem, headers=bearer)

    item = {"item_id": house.call("GET", "/v1/items", key=None, headers=bearer).json()["items"][0]["item_id"]}
    drafts = at_once(lambda _: call("/v1/exchanges", item, "one-draft"))
    assert statuses(drafts) == {201}
    assert len({each.json()["exchange_id"] for each in drafts}) == 1
    path = f"/v1/exchanges/{drafts[0].json()['exchange_id']}"
    assert call(f"{path}/confirm").status_code == 200
    sent = at_once(lambda _: call(f"{path}/send", idem="one-sending"))
    assert statuses(sent) <= {200, 503}, [each.text for each in sent]
    house.until(lambda: call(f"{path}/send", idem="one-sending").status_code == 200)
    other = call("/v1/exchanges", item).json()["exchange_id"]
    assert call(f"/v1/exchanges/{other}/confirm").status_code == 200
    raced = at_once(lambda number: call(f"/v1/exchanges/{other}/send", idem=f"raced-{number}"))
    assert statuses(raced) <= {200, 409, 503}
    settled = [call(f"/v1/exchanges/{other}/send", idem=f"raced-{number}").status_code for number in range(AT_ONCE)]
    assert sorted(settled) == [200, *[409] * (AT_ONCE - 1)]
