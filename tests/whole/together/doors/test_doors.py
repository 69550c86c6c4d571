"""The doors: once and only once, whose key may do what, and what a callback must carry."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.whole.conftest import House


def test_ten_clicks_are_one_contract(house: House) -> None:
    """The same application ten times at once: one contract, one answer."""
    body = house.application()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: house.call("POST", "/v1/applications", body, idem="ten-clicks"), range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    rows = house.get("/v1/contracts", line_id=body["line"]["line_id"])["items"]
    assert [row["contract_id"] for row in rows] == [answers[0].json()["contract_id"]]
    assert house.events(rows[0]["contract_id"]) == ["apply", "accept"]


def test_ten_clicks_are_one_cancellation(house: House) -> None:
    """The same notice ten times at once: one entry, one charge, one answer, told in English where that is asked."""
    contract_id = house.active(term=True)
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    with ThreadPoolExecutor(10) as pool:
        send = lambda _: house.command(contract_id, "cancellation", body, idem="ten-letters")  # noqa: E731 - one line
        answers = list(pool.map(send, range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert house.events(contract_id).count("cancel") == 1
    assert len(house.fees(contract_id)) == 1
    path, told = f"/v1/contracts/{contract_id}/cancellation", answers[0].json()
    again = house.call("POST", path, body, idem="ten-letters", headers={"Accept-Language": "en"}).json()
    assert {**again, "detail": ""} == {**told, "detail": ""}
    assert "をもって解約" in told["detail"]
    assert again["detail"].isascii()


def test_of_two_cancellations_at_once_one_is_granted(house: House) -> None:
    """Two notices of one moment race: one 200, one 409 that names the state and what is allowed, one entry."""
    contract_id, received_at = house.active(), house.now.isoformat()
    bodies = [{"channel": channel, "received_at": received_at} for channel in ("paper", "online")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda body: house.command(contract_id, "cancellation", body), bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer.json() for answer in answers if answer.status_code == 409)
    assert (refused["code"], refused["state"]) == ("ILLEGAL_TRANSITION", "ending")
    assert "undo_cancellation" in refused["allowed"]
    assert house.events(contract_id).count("cancel") == 1


def test_a_key_used_for_another_request(house: House) -> None:
    """The same key with another body or path is 409 `IDEMPOTENCY_CONFLICT`; other white space is the same body."""
    contract_id = house.active()
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    first = house.command(contract_id, "cancellation", body, idem="used-key")
    other = house.command(contract_id, "cancellation", {**body, "channel": "online"}, idem="used-key")
    elsewhere = house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation", idem="used-key")
    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    spaced = f'{{ "received_at": "{body["received_at"]}",\n "channel": "paper" }}'.encode()
    again = house.command(contract_id, "cancellation", idem="used-key", content=spaced)
    assert (again.status_code, again.json()) == (200, first.json())


def test_a_refusal_is_repeated_too(house: House) -> None:
    """A repeated refused request gets the refusal it got, even when it would be granted by now."""
    contract_id = house.accepted()
    body = {"channel": "paper", "received_at": house.now.isoformat()}
    first = house.command(contract_id, "cancellation", body, idem="refused-key")
    assert first.status_code == 409
    house.post(f"/v1/contracts/{contract_id}/service-start", {"service_start_on": house.today.isoformat()})
    again = house.command(contract_id, "cancellation", body, idem="refused-key")
    assert (again.status_code, again.json()) == (409, first.json())
    assert house.command(contract_id, "cancellation", body).status_code == 200


@pytest.mark.parametrize("idem", [None, "", "x" * 256])
def test_no_mutation_without_a_key(house: House, idem: str | None) -> None:
    """A missing, empty or endless `Idempotency-Key` is 400, and nothing is written."""
    line_id = house.new_line()
    headers = {} if idem is None else {"Idempotency-Key": idem}
    body = house.application(line={"line_id": line_id})
    answer = house.call("POST", "/v1/applications", body, idem=None, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_REQUIRED")
    assert house.get("/v1/contracts", line_id=line_id)["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "roles"),
    [
        ("GET", "/v1/contracts", {"backoffice", "operator", "auditor"}),
        ("POST", "/v1/applications", {"backoffice", "operator"}),
        ("POST", "/v1/contracts/K0/cancellation", {"backoffice", "operator"}),
        ("DELETE", "/v1/contracts/K0/cancellation", {"backoffice", "operator"}),
        ("POST", "/v1/contracts/K0/acceptance", {"operator"}),
        ("POST", "/v1/contracts/K0/refusal", {"operator"}),
        ("POST", "/v1/contracts/K0/course-switch", {"operator"}),
        ("POST", "/v1/contracts/K0/corrections", {"operator"}),
        ("POST", "/v1/clock/advance", {"operator"}),
    ],
)
def test_whose_key_may_do_what(house: House, method: str, path: str, roles: set[str]) -> None:
    """No key and an unknown one are 401, a role without the right is 403, the others get past the door."""
    assert house.call(method, path, {}, key=None).status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    answer = house.call(method, path, {}, key=None, headers=wrong)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
    for role in ("backoffice", "operator", "auditor", "site"):
        status = house.call(method, path, {}, key=role).status_code
        assert (status not in {401, 403}) == (role in roles), (role, status)


def test_health_and_clock(house: House) -> None:
    """The health door takes no key; the clock says that this is a rehearsal, and never goes back."""
    health = house.until(lambda: (said := house.call("GET", "/healthz", key=None).json())["status"] == "ok" and said)
    assert (health["temporal"], health["database"]) == ("ok", "ok")
    assert min(health["workers"].values()) >= 1
    assert house.call("GET", "/livez", key=None).json() == {"status": "ok"}
    assert house.call("GET", "/metrics", key=None).status_code == 200
    clock = house.get("/v1/clock")
    assert clock["rehearsal"] is True
    answer = house.call("POST", "/v1/clock/advance", {"to": (house.now - timedelta(days=1)).isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (422, "BACKWARDS")


@pytest.fixture(scope="module")
def filed(house: House) -> tuple[str, str]:
    """A contract whose filing waits for NTT for ever."""
    return house.filing([])


def status(house: House, filing_id: str, sequence: int, **more: Any) -> httpx.Response:
    """A status message for a filing."""
    body = {"sequence": sequence, "status": "accepted", "occurred_at": house.now.isoformat()}
    return house.callback(f"/v1/carrier/filings/{filing_id}/status", body, **more)


def test_a_callback_needs_a_fresh_signature(house: House, filed: tuple[str, str]) -> None:
    """Another secret, a time-stamp six minutes off, and no headers at all are 401 and change nothing."""
    _, filing_id = filed
    before = house.get(f"/v1/filings/{filing_id}")
    foreign = "whsec_" + "A" * 43 + "="
    now = datetime.now(UTC)
    assert status(house, filing_id, 1, secret=foreign).status_code == 401
    assert status(house, filing_id, 1, at=now - timedelta(minutes=6)).status_code == 401
    assert status(house, filing_id, 1, at=now + timedelta(minutes=6)).status_code == 401
    assert house.http.post(f"/v1/carrier/filings/{filing_id}/status", json={}).status_code == 401
    assert house.get(f"/v1/filings/{filing_id}") == before


def test_a_webhook_id_counts_once(house: House, filed: tuple[str, str]) -> None:
    """An id seen before is 200 and changes nothing, 409 with another body; a lower sequence is kept and stale."""
    contract_id, filing_id = filed
    path = f"/v1/carrier/filings/{filing_id}/status"
    first = {"sequence": 5, "status": "accepted", "occurred_at": house.now.isoformat()}
    assert house.callback(path, first, webhook_id="once").status_code == 200
    read = house.get(f"/v1/filings/{filing_id}")
    assert (read["state"], read["sequence"]) == ("accepted", 5)
    events = house.event_count(f"filing/{filing_id}")
    body = {"sequence": 6, "status": "not_available", "occurred_at": house.now.isoformat()}
    again = house.callback(path, {**first, "filing_id": filing_id}, webhook_id="once")
    assert (again.status_code, again.json()) == (200, {"status": "already_taken"})
    other = house.callback(path, body, webhook_id="once")
    assert (other.status_code, other.json()["code"]) == (409, "ANOTHER_MESSAGE")
    assert house.get(f"/v1/filings/{filing_id}") == read
    assert house.event_count(f"filing/{filing_id}") == events
    stale = house.callback(path, {**body, "sequence": 4})
    assert (stale.status_code, stale.json()) == (200, {"status": "stale"})
    assert house.get(f"/v1/filings/{filing_id}") == read
    crossed = house.get(f"/v1/contracts/{contract_id}/carrier-messages")["items"]
    assert len([each for each in crossed if each["direction"] == "in"]) == 2


def test_what_is_signed_for_one_filing_serves_no_other(house: House, filed: tuple[str, str]) -> None:
    """A body that names its filing is 409 at another; one that names none stays with the filing that took it first."""
    _, filing_id = filed
    _, other_id = house.filing([])
    told = {"sequence": 2, "status": "accepted", "occurred_at": house.now.isoformat()}
    before = house.get(f"/v1/filings/{other_id}")
    named = house.callback(f"/v1/carrier/filings/{other_id}/status", {**told, "filing_id": filing_id})
    assert (named.status_code, named.json()["code"]) == (409, "OTHER_FILING")
    ours, theirs = (f"/v1/carrier/filings/{each}/status" for each in (filing_id, other_id))
    assert house.callback(ours, told, webhook_id="sent to one").status_code == 200
    replayed = house.callback(theirs, told, webhook_id="sent to one")
    assert (replayed.status_code, replayed.json()["code"]) == (409, "OTHER_FILING")
    assert house.get(f"/v1/filings/{other_id}") == before
    assert 'keiyaku_refused_total{why="replay"}' in house.http.get("/metrics").text


def test_a_status_and_a_notice_never_share_an_id(house: House, filed: tuple[str, str]) -> None:
    """A webhook id that looks like the row of a notice leaves that notice's id free."""
    _, filing_id = filed
    assert status(house, filing_id, 3, webhook_id="notice/MEETS").status_code == 200
    notice = {
        "notice_id": "MEETS",
        "line_id": house.new_line(),
        "kind": "name_changed",
        "effective_on": house.today.isoformat(),
        "details": {},
    }
    told = house.callback("/v1/carrier/line-notices", notice)
    assert (told.status_code, told.json()["status"]) == (200, "unknown_line")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sequence": 0, "status": "accepted", "occurred_at": "2018-06-01T00:00:00+09:00"},
        {"sequence": 10**30, "status": "accepted", "occurred_at": "2018-06-01T00:00:00+09:00"},
        {"sequence": 9, "status": "lost", "occurred_at": "2018-06-01T00:00:00+09:00"},
        {"sequence": 9, "status": "accepted", "occurred_at": "2018-06-01T00:00:00"},
        {"sequence": 9, "status": "opened", "occurred_at": "2018-06-01T00:00:00+09:00", "line_id": "\x00"},
        [],
        None,
        "text",
    ],
)
def test_a_signed_callback_may_still_be_malformed(house: House, filed: tuple[str, str], body: Any) -> None:
    """A signature does not make a body good: 400, and nothing changes."""
    _, filing_id = filed
    before = house.get(f"/v1/filings/{filing_id}")
    answer = house.callback(f"/v1/carrier/filings/{filing_id}/status", body)
    assert answer.status_code == 400, answer.text
    assert house.get(f"/v1/filings/{filing_id}") == before


def test_a_webhook_id_of_a_notice_is_used_once(house: House) -> None:
    """The same notice again is 200, another one under it is 409, and under an id of its own it is taken."""
    line_id, webhook_id = house.new_line(), uuid.uuid4().hex
    first = {"notice_id": f"N-{webhook_id}", "line_id": line_id, "kind": "name_changed", "details": {}}
    first["effective_on"] = house.today.isoformat()
    other = {**first, "notice_id": f"N-{webhook_id}-2"}
    path = "/v1/carrier/line-notices"
    assert [house.callback(path, first, webhook_id=webhook_id).status_code for _ in range(2)] == [200, 200]
    refused = house.callback(path, other, webhook_id=webhook_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "ANOTHER_MESSAGE")
    assert house.callback(path, other).json()["status"] == "unknown_line"
    # What a status of a filing was sent as is no notice's.
    _, filing_id = house.filing([{"after_days": 1, "status": "accepted"}])
    message = {"sequence": 1, "status": "accepted", "occurred_at": house.now.isoformat()}
    assert house.callback(f"/v1/carrier/filings/{filing_id}/status", message, webhook_id=webhook_id).status_code == 200


@pytest.mark.parametrize("filing_id", ["Fnone", "%00", "x" * 3000, "..%2f..", "ф", "'; drop table filing"])
def test_a_callback_for_no_filing(house: House, filing_id: str) -> None:
    """A filing nobody knows is 404."""
    assert status(house, filing_id, 1).status_code == 404


def test_a_refusal_says_its_figures_in_japanese(house: House) -> None:
    """What the rule refused inside the workflow comes back with its day and its choices, by name."""
    contract_id = house.active()
    same = {"to_course": "W2_FAMILY", "channel": "online", "received_at": house.now.isoformat()}
    refused = house.command(contract_id, "course-changes", same).json()
    assert refused["message"] == "すでにそのコースです(WAKWAK 光 with フレッツ II ファミリー)"
    early = (house.today - timedelta(days=3650)).isoformat()
    ended = house.command(contract_id, "termination", {"effective_on": early, "reason": "試験"}).json()
    assert ended["code"] == "BEFORE_SERVICE_START"
    assert "年" in ended["message"].partition("(")[2]
    assert "values" not in ended
    denied = house.call("GET", "/v1/access-log", key="backoffice").json()
    assert denied["message"] == "このキーの権限では行えません(必要な権限: 監査、担当者)"
