"""People over HTTP: found, read, changed, told; letters again; why; events; and the desk's own doors."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlmodel import Session
from temporalio.client import Client

from api.memberships.routes import EXAMPLE
from desk.commands import CONTRACT, MEMBER, PROGRAM
from service.programs import CODES
from store.database import engine
from store.people import access
from tests.whole.conftest import House


@pytest.fixture
def person(house: House) -> dict[str, Any]:
    """A person of this test's own with one active contract."""
    name = f"検索 {uuid.uuid4().hex[:10]}"
    applicant = {"name": name, "name_kana": "ケンサク", "email": f"{uuid.uuid4().hex[:10]}@example.com"}
    contract_id = house.active(applicant=applicant)
    found = house.get_as("backoffice", "/v1/people", q=name)["items"]
    assert [each["contracts"][0]["contract_id"] for each in found] == [contract_id]
    return dict(found[0])


def test_a_person_is_found_and_read_with_everything_that_is_theirs(house: House, person: dict[str, Any]) -> None:
    """By name and by e-mail together; the read has the contracts, no change yet and the letters."""
    query = f"{person['name'].replace(' ', '')} {person['email'].upper()}"
    assert [each["person_id"] for each in house.get_as("backoffice", "/v1/people", q=query)["items"]] == [
        person["person_id"]
    ]
    whole = house.get_as("backoffice", f"/v1/people/{person['person_id']}")
    assert (whole["email"], whole["changes"]) == (person["email"], [])
    house.until(lambda: house.get_as("backoffice", f"/v1/people/{person['person_id']}")["notices"])


def test_an_auditor_sees_people_in_outline_and_may_not_search(house: House, person: dict[str, Any]) -> None:
    """Who checks decisions needs no telephone numbers."""
    seen = house.get(f"/v1/people/{person['person_id']}")
    assert seen["email"].startswith(person["email"][0])
    assert person["email"] not in str(seen)
    assert house.call("GET", "/v1/people", key="auditor", q="検索").status_code == 403
    assert house.call("GET", "/v1/access-log", key="backoffice").status_code == 403


def test_every_look_is_kept_without_what_was_typed(house: House, person: dict[str, Any]) -> None:
    """A search names whom it showed, a read whom it is about; no name and no query is in the log."""
    person_id = person["person_id"]
    house.get_as("backoffice", f"/v1/people/{person_id}")
    looks = house.get("/v1/access-log", person_id=person_id)["items"]
    assert [(each["actor"], each["action"]) for each in looks] == [("backoffice", "search"), ("backoffice", "read")]
    assert person["name"] not in str(house.get("/v1/access-log", limit=500))


def test_a_person_is_told_all_that_is_held_and_not_erased_while_something_is_open(house: House) -> None:
    """By an operator alone; what is open is named, and the look is kept."""
    name = f"消去 {uuid.uuid4().hex[:10]}"
    answer = house.call("POST", "/v1/applications", house.application(course="NO_SUCH", applicant={"name": name}))
    contract_id = answer.json()["contract_id"]
    (found,) = house.get_as("backoffice", "/v1/people", q=name)["items"]
    person_id = found["person_id"]
    path, body = f"/v1/people/{person_id}", {"reason_code": "customer_request", "on_behalf_of": "ticket-4711"}
    assert house.call("GET", f"{path}/export", key="backoffice").status_code == 403
    assert house.call("DELETE", path, body, key="backoffice").status_code == 403
    assert house.call("GET", "/v1/people/PNOBODY/export").status_code == 404
    assert house.call("DELETE", "/v1/people/PNOBODY", body).status_code == 404
    assert house.call("DELETE", path, {}).status_code == 400
    held = house.get_as("operator", f"{path}/export")["held"]
    assert (held["person"][0]["name"], held["contract"][0]["contract_id"]) == (name, contract_id)
    open_still = house.call("DELETE", path, body)
    assert (open_still.status_code, open_still.json()["code"]) == (409, "STILL_OPEN")
    assert open_still.json()["open"] == [f"contract/{contract_id}"]
    assert house.get_as("backoffice", path)["erased_at"] is None
    looks = [each["action"] for each in house.get("/v1/access-log", person_id=person_id)["items"]]
    assert [each for each in looks if each in {"export", "erase"}] == ["export"]


def test_a_new_address_is_told_at_both_addresses_and_a_repeat_changes_nothing(
    house: House, person: dict[str, Any]
) -> None:
    """Who asked and why stands beside what stood before; the same request again is answered and told once."""
    path, idem = f"/v1/people/{person['person_id']}", uuid.uuid4().hex
    body = {"email": f"new-{person['email']}", "name": f"{person['name']}改", "reason": "改姓の届出"}
    first = house.call("PUT", path, body, key="backoffice", idem=idem)
    assert first.status_code == 200, first.text
    assert first.json() == house.call("PUT", path, body, key="backoffice", idem=idem).json()
    assert person["email"] not in first.text
    change = house.get_as("backoffice", path)["changes"]
    assert [(each["actor"], each["reason"], each["fields"]) for each in change] == [
        ("backoffice", "改姓の届出", ["email", "name"])
    ]
    assert change[0]["before"] == {"email": person["email"], "name": person["name"]}

    def mails() -> list[str]:
        told = [each for each in house.carrier.get("/mail").json() if "ご登録内容の変更" in each["subject"]]
        return sorted(to for each in told for to in each["to"] if person["email"] in to)

    house.until(lambda: len(mails()) >= 2)
    assert mails() == sorted([person["email"], f"new-{person['email']}"])
    assert house.get_as("backoffice", "/v1/people", q=body["name"])["items"][0]["person_id"] == person["person_id"]


def test_what_changes_nothing_and_nobody_is_refused(house: House, person: dict[str, Any]) -> None:
    """The same details again are 422, an unknown person 404, a change without a reason 400."""
    body = {"email": person["email"], "reason": "x"}
    same = house.call("PUT", f"/v1/people/{person['person_id']}", body, key="backoffice")
    assert (same.status_code, same.json()["code"]) == (422, "NOTHING_CHANGES")
    assert house.call("PUT", "/v1/people/PNOBODY", body, key="backoffice").status_code == 404
    assert house.call("PUT", f"/v1/people/{person['person_id']}", {"email": "a@b.jp"}).status_code == 400
    assert house.call("PUT", f"/v1/people/{person['person_id']}", body, key="auditor").status_code == 403


def test_a_letter_is_sent_again_once_a_request(house: House, person: dict[str, Any]) -> None:
    """The same letter goes out a second time; the repeat of the request sends nothing."""
    path = f"/v1/people/{person['person_id']}"
    letter = house.until(lambda: house.get_as("backoffice", path)["notices"])[0]
    resend = f"/v1/notices/{letter['notice_id']}/resend"

    def count() -> int:
        return sum(person["email"] in each["to"] for each in house.carrier.get("/mail").json())

    house.until(lambda: count() == 1)
    idem = uuid.uuid4().hex
    answers = [house.call("POST", resend, {"reason": "届かない"}, key="backoffice", idem=idem).json() for _ in range(2)]
    assert (answers[0]["outcome"], answers[0]) == ("queued", answers[1])
    house.until(lambda: count() == 2)
    assert house.call("POST", "/v1/notices/nothing/resend", key="backoffice").status_code == 404


def test_a_life_is_explained_and_drawn_in_the_language_asked_for(house: House, person: dict[str, Any]) -> None:
    """Every entry has its words; the picture names no person and is well-formed."""
    contract_id = person["contracts"][0]["contract_id"]
    for language, title in (("ja", "サービスの提供を開始しました"), ("en", "Service began")):
        headers = {"Accept-Language": f"{language};q=0.9"}
        answer = house.call("GET", f"/v1/contracts/{contract_id}/explain", headers=headers).json()
        assert answer["language"] == language
        assert title in [each["title"] for each in answer["decisions"]]
        assert all(article["text"] for each in answer["decisions"] for article in each["articles"])
    picture = house.call("GET", f"/v1/contracts/{contract_id}/timeline.svg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert "ファミリー" in picture.text
    assert person["name"] not in picture.text
    part = house.call("GET", f"/v1/contracts/{contract_id}/timeline.svg", from_on="2018-01-01")
    assert part.status_code == 400


def test_events_are_read_to_their_end_from_a_cursor(house: House, person: dict[str, Any]) -> None:
    """Page by page, each event once, and the log of a contract is among them in its order."""
    subject = person["contracts"][0]["workflow_id"]

    def read() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = None
        while True:
            page = house.get("/v1/events", after=after, limit=100)
            found += page["items"]
            if not page["items"]:
                return found
            after = page["next_after"]

    # The newest second is held back, so that nothing that is still being written is passed over.
    house.until(lambda: ("start_service", subject) in [(each["data"]["event"], each["subject"]) for each in read()])
    seen = read()
    assert len({each["id"] for each in seen}) == len(seen)
    own = [each["data"]["event"] for each in seen if each["subject"] == subject]
    assert own == [each["event"] for each in house.history(person["contracts"][0]["contract_id"])]
    assert house.call("GET", "/v1/events", after="nonsense").status_code == 400


def test_what_waits_is_listed_with_words(house: House) -> None:
    """An application by somebody who does not hold the line waits, and goes from the list when it is decided."""
    contract_id = house.apply(line={"holder_is_applicant": False})["contract_id"]

    def mine() -> list[dict[str, Any]]:
        return [each for each in house.get("/v1/tasks")["items"] if each["id"] == contract_id]

    (task,) = mine()
    assert (task["why"], task["kind"]) == ("NOT_LINE_HOLDER", "contract")
    assert "第7条" in task["text"]
    house.post(f"/v1/contracts/{contract_id}/refusal", {"reason": "名義が違う", "reason_code": "not_line_holder"})
    assert mine() == []
    month = house.now.isoformat()[:7]
    automatic = {"timer", "carrier", "worker"}
    assert not automatic & {each["actor"] for each in house.get("/v1/operator-decisions", month=month)["items"]}
    decided = house.get("/v1/operator-decisions", month=month, actor="operator")["items"]
    assert "名義が違う" in [each["reason"] for each in decided]
    proof = house.call("GET", "/v1/log-proof", key="auditor", month=month).json()
    assert (proof["holds"], proof["broken"]) == (True, [])
    assert proof["entries"] >= proof["entities"] >= 1


def test_the_list_names_whose_each_task_is_where_it_is_asked_to(house: House) -> None:
    """A contract's and its filing's person: in full or in outline by role, and the look is kept; unasked, nobody."""
    name = f"名指し {uuid.uuid4().hex[:10]}"
    contract_id = house.apply(line={"holder_is_applicant": False}, applicant={"name": name})["contract_id"]

    def mine(role: str, **more: Any) -> dict[str, Any]:
        (task,) = [each for each in house.get_as(role, "/v1/tasks", **more)["items"] if each["id"] == contract_id]
        return dict(task)

    assert "name" not in mine("operator")
    task = mine("operator", named="true")
    assert task["name"] == name
    assert mine("auditor", named="true")["name"] == "名" + "＊" * 8
    kept = house.get("/v1/access-log", person_id=task["person_id"], limit=500)["items"]
    assert [(each["role"], each["action"]) for each in kept] == [("operator", "tasks"), ("auditor", "tasks")]


def test_the_desk_lets_nobody_in_without_a_key_and_takes_no_form_from_elsewhere(house: House) -> None:
    """No session, a wrong key, a form without the session's word: each is refused; the cookie is not for scripts."""
    with httpx.Client(base_url=house.stack.urls.api, trust_env=False) as browser:
        outside = browser.get("/desk/people")
        assert (outside.status_code, outside.headers["location"]) == (303, f"/desk/sign-in?to={quote('/desk/people')}")
        assert browser.post("/desk/sign-in", data={"key": "wrong"}).status_code == 401
        assert browser.post("/desk/sign-in", data={"key": house.stack.keys.site}).status_code == 401
        away = {"key": house.stack.keys.operator, "to": "https://elsewhere.example/desk"}
        answer = browser.post("/desk/sign-in", data=away)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
        cookie = answer.headers["set-cookie"].lower()
        assert {"httponly", "samesite=strict", "path=/desk"} <= {part.strip() for part in cookie.split(";")}
        page = browser.get("/desk/clock")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert browser.post("/desk/clock", data={"to": "2030-01-01"}).status_code == 403
        word = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert word is not None
        assert browser.post("/desk/sign-out", data={"csrf": word[1]}).status_code == 303
        assert browser.get("/desk/").status_code == 303


def test_a_role_at_the_desk_is_the_role_at_the_api(house: House, person: dict[str, Any]) -> None:
    """An auditor's form is refused by the door behind the desk, not by the desk."""
    contract_id = person["contracts"][0]["contract_id"]
    with httpx.Client(base_url=house.stack.urls.api, trust_env=False) as browser:
        browser.post("/desk/sign-in", data={"key": house.stack.keys.auditor})
        word = re.search(r'name="csrf" value="([^"]+)"', browser.get("/desk/audit").text)
        assert word is not None
        form = {"csrf": word[1], "channel": "paper", "received_at": "2018-05-20T09:00"}
        answer = browser.post(f"/desk/contracts/{contract_id}/do/cancellation", data=form)
        assert answer.status_code == 403
    assert house.state(contract_id) == "active"


def test_every_page_of_the_desk_answers_in_both_languages(house: House, person: dict[str, Any]) -> None:
    """A contract's, a member's, every form's, every list's: each is a page, and no word of it is missing."""
    contract_id = person["contracts"][0]["contract_id"]
    now, member = house.now.isoformat(), json.loads(json.dumps(EXAMPLE))
    member["line"]["line_id"] = house.new_line()
    member_id = house.post("/v1/memberships", {**member, "applied_at": now})["member_id"]
    letter = house.until(lambda: house.get(f"/v1/contracts/{contract_id}/notices")["items"])[0]["notice_id"]
    paths = [
        "/desk/",
        "/desk/people?q=" + quote(person["name"]),
        f"/desk/people/{person['person_id']}",
        f"/desk/contracts/{contract_id}",
        f"/desk/contracts/{contract_id}/what-if",
        f"/desk/letters/contracts/{contract_id}/{letter}",
        f"/desk/pictures/contracts/{contract_id}.svg",
        f"/desk/pictures/contracts/{contract_id}.svg?from=2018-01-01&to=2019-01-01",
        f"/desk/pictures/memberships/{member_id}.svg",
        f"/desk/members/{member_id}",
        "/desk/clock",
        "/desk/audit",
        "/desk/audit/decisions.csv?month=2018-05",
        "/desk/audit/access-log.csv",
        *(f"/desk/lists/{name}.csv" for name in ("tasks", "contracts", "memberships", "rollouts", "agenda")),
        f"/desk/contracts/{contract_id}/revisions",
        "/desk/rollouts",
        "/desk/rollouts/new/do/announcement",
        "/desk/imports/contracts",
        "/desk/imports/memberships",
        *(f"/desk/programs/{code}" for code in CODES),
        f"/desk/programs/{CODES[1]}.csv",
        *(f"/desk/programs/{CODES[1]}/do/{form.name}" for form in PROGRAM),
        *(f"/desk/contracts/{contract_id}/do/{form.name}" for form in CONTRACT),
        *(f"/desk/members/{member_id}/do/{form.name}" for form in MEMBER),
    ]
    with httpx.Client(base_url=house.stack.urls.api, trust_env=False, timeout=60) as browser:
        browser.post("/desk/sign-in", data={"key": house.stack.keys.operator})
        for _ in range(2):
            assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
            browser.get("/desk/language")
        word = re.search(r'name="csrf" value="([^"]+)"', browser.get("/desk/clock").text)
        assert word is not None
        form = {"csrf": word[1], "received_at": now[:16]}
        checked = browser.post(f"/desk/members/{member_id}/check/leave", data=form)
        assert (checked.status_code, "M-05.7" in checked.text) == (200, True)
        refused = browser.post(f"/desk/contracts/{contract_id}/check/undo-cancellation", data=form)
        assert refused.status_code == 409
        assert browser.get("/desk/contracts/KNOBODY").status_code == 404


def test_a_key_of_the_database_opens_the_desk_until_it_is_revoked(house: House) -> None:
    """A clerk's own key signs in under the clerk's name; once it is revoked, the session opens nothing."""
    database = engine(house.stack.database_url, pool_size=1)
    with Session(database) as session, session.begin():
        key = access.create(session, "backoffice", "desk-clerk", datetime.now(UTC), expires_at=None)
    try:
        with httpx.Client(base_url=house.stack.urls.api, trust_env=False) as browser:
            assert browser.post("/desk/sign-in", data={"key": key}).status_code == 303
            assert "desk-clerk" in browser.get("/desk/people").text
            with Session(database) as session, session.begin():
                access.revoke(session, "desk-clerk", datetime.now(UTC))
            assert browser.get("/desk/people").status_code == 303
            assert browser.post("/desk/sign-in", data={"key": key}).status_code == 401
    finally:
        database.dispose()


def test_an_execution_says_what_it_is_and_where_its_page_at_the_desk_is(house: House, person: dict[str, Any]) -> None:
    """Temporal's Web UI shows course, area and state without opening, and the link; nothing of the person."""
    contract_id = person["contracts"][0]["contract_id"]

    async def said(client: Client) -> tuple[str | None, str | None]:
        described = await client.get_workflow_handle(f"contract/{contract_id}").describe()
        return await described.static_summary(), await described.static_details()

    summary, details = house.temporal(said)
    assert summary == "WAKWAK 契約 / WAKWAK 光 with フレッツ II ファミリー / NTT東日本 / 開始時: お申込み受付"
    page = f"{house.stack.urls.api}/desk/contracts/{contract_id}"
    assert details == f"[契約デスクで開く / Open at the desk]({page})"
