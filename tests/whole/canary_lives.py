"""Lives in which every field that a person, a clerk, an operator or NTT can fill holds a canary of its own."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.contracts.applications import EXAMPLE
from store.database import engine
from tests.whole.canaries import Canaries, free_texts
from tests.whole.conftest import House

NAMES = ("name", "name_kana", "phone", "postal_code", "address", "email")
SAID = frozenset({200, 201, 400, 401, 403, 404, 409, 422, 429})
"""A door may refuse what is said to it; what was said is to be gone all the same."""


class Told:
    """A house, its canaries, and which of them it has held."""

    def __init__(self, house: House) -> None:
        """Nothing is said yet."""
        self.house = house
        self.canaries = Canaries()
        self.heard: set[str] = set()
        """Doors and fields whose words the tables held at some moment."""

    def say(self, door: str, path: str, body: dict[str, Any], **more: Any) -> httpx.Response:
        """A request whose words may be refused."""
        answer = self.house.call(more.pop("method", "POST"), path, body, **more)
        assert answer.status_code in SAID, (door, answer.text)
        return answer

    def granted(self, door: str, path: str, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A request that is granted."""
        answer = self.say(door, path, body or {}, **more)
        assert answer.status_code < 400, (door, answer.text)
        return dict(answer.json())

    def listen(self) -> None:
        """What is held now, before anything is let go."""
        for doors in self.canaries.in_tables(self.house).values():
            self.heard |= doors


def withdrawn(told: Told) -> str:
    """An application by somebody else than the holder, asked about, corrected in vain, and taken back."""
    house, c = told.house, told.canaries
    line_id = c.code("applications.line.line_id")
    stray = {"notice_id": "before-anybody", "line_id": line_id, "kind": "name_changed", "details": {}}
    assert (
        house.callback("/v1/carrier/line-notices", {**stray, "effective_on": house.today.isoformat()}).status_code
        == 200
    )
    body = house.application(
        applicant=c.person("applications.applicant", *NAMES),
        line={"line_id": line_id, "holder_is_applicant": False},
        reason=c.text("applications.reason"),
        on_behalf_of=c.text("applications.on_behalf_of", kept=False),
    )
    for field, wrong in (
        ("course", c.text("applications.course", kept=False)),
        ("consents", dict.fromkeys(body["consents"], c.text("applications.consents", kept=False))),
        (c.code("applications.unknown field", kept=False), "?"),
    ):
        assert house.call("POST", "/v1/applications", {**body, field: wrong}).status_code == 400
    idem = c.text("applications.Idempotency-Key", kept=False).encode()
    made = told.granted("applications", "/v1/applications", body, idem=idem, headers={"X-Request-Id": "K"})
    path = f"/v1/contracts/{made['contract_id']}"
    at = house.now.isoformat()
    for door, said in (
        (
            "inquiries",
            {"topic": "other", "text": c.text("inquiries.text"), "reason": c.text("inquiries.reason", kept=False)},
        ),
        (
            "inquiries",
            {"topic": c.text("inquiries.topic", kept=False), "text": c.text("inquiries.refused text", kept=False)},
        ),
        ("identity-request", {"reason": c.text("identity-request.reason", kept=False)}),
        ("identity", {"shown_at": at, "reason": c.text("identity.reason", kept=False)}),
        (
            "waivers",
            {
                "case": "death",
                "evidence": c.text("waivers.evidence", kept=False),
                "reason": c.text("waivers.reason", kept=False),
            },
        ),
        ("corrections", {"voids": 999, "reason": c.text("corrections.reason", kept=False)}),
        ("settlements", {"why": "LINE_HOLDER_CHANGED", "reason": c.text("settlements.reason", kept=False)}),
        ("withdrawal", {"reason": c.text("withdrawal.reason")}),
    ):
        told.say(door, f"{path}/{door}", said)
    assert house.state(made["contract_id"]) == "withdrawn"
    return str(made["contract_id"])


def declined(told: Told) -> str:
    """An application refused for what it names: codes that nobody knows, and the line that it was for."""
    house, c = told.house, told.canaries
    consents = {name: c.code(f"applications.{name}", kept=False) for name in EXAMPLE["consents"]}
    body = house.application(
        course=c.code("applications.unknown course", kept=False),
        applicant=c.person("declined.applicant", *NAMES),
        line={"line_id": c.code("declined.line.line_id")},
        consents=consents,
    )
    answer = told.say("applications", "/v1/applications", body)
    contract_id = str(answer.json()["contract_id"])
    assert house.state(contract_id) == "declined", answer.text
    path = f"/v1/contracts/{contract_id}"
    paid_on = house.today.isoformat()
    for door, said in (
        ("payments", {"statement_id": c.code("payments.statement_id", kept=False), "paid_on": paid_on, "amount": 1}),
        (
            "fee-decision",
            {"charge_id": c.code("fee-decision.charge_id", kept=False), "due": True, "reason": "規約どおり"},
        ),
        (
            "course-changes",
            {
                "to_course": c.code("course-changes.to_course", kept=False),
                "channel": c.code("course-changes.channel", kept=False),
                "received_at": house.now.isoformat(),
            },
        ),
        (
            "cancellation",
            {"channel": c.code("cancellation.channel", kept=False), "received_at": house.now.isoformat()},
        ),
    ):
        assert told.say(door, f"{path}/{door}", said).status_code in {409, 422}
    return contract_id


def filed(told: Told) -> str:
    """A line that NTT-ME files for: NTT finds a defect and says why, a field is corrected, the applicant withdraws."""
    house, c = told.house, told.canaries
    why = c.text("carrier.filings.status.reason")
    script = [{"after_days": 1, "status": "defect", "defects": ["ADDRESS_CONFIRMATION"], "reason": why}]
    contract_id, filing_id = house.filing(script, applicant=c.person("filed.applicant", *NAMES))
    house.advance_days(2)
    body = {
        "fields": {"address": c.text("filings.correction.fields"), "rooms": [c.text("filings.correction.inside")]},
        "on_behalf_of": c.text("filings.correction.on_behalf_of", kept=False),
        "reason": c.text("filings.correction.reason", kept=False),
    }
    told.granted("correction", f"/v1/filings/{filing_id}/correction", body)
    house.until(lambda: house.journal(f"{filing_id}/corrections"))
    told.say(
        "settlements",
        f"/v1/filings/{filing_id}/settlements",
        {"why": "FILING_DEFECT", "reason": c.text("filings.settlements.reason", kept=False)},
    )
    told.granted("withdrawal", f"/v1/contracts/{contract_id}/withdrawal", {"reason": c.text("filed.withdrawal.reason")})
    return contract_id


def imported(told: Told) -> str:
    """Lines of an import: one that no model knows, one refused and sent again once its line was put right."""
    house, c = told.house, told.canaries

    def line(**changes: Any) -> dict[str, Any]:
        whole: dict[str, Any] = {
            "external_id": "OLD-1",
            "course": "W1_FAMILY",
            "applied_on": "2009-04-01",
            "service_start_on": "2009-04-20",
            "payment_agency": True,
            "line": {"operator": "EAST", "line_id": house.new_line(), "brand": "B", "service_type": "FAMILY"},
        }
        return whole | changes

    def entered(*lines: dict[str, Any]) -> list[dict[str, Any]]:
        content = "\n".join(json.dumps(each, ensure_ascii=False) for each in lines).encode()
        headers, key = {"Content-Type": "application/x-ndjson"}, uuid.uuid4().hex
        answers = [
            house.call("POST", "/v1/contracts/import", content=content, headers=headers, idem=key) for _ in range(2)
        ]
        assert answers[0].json() == answers[1].json()
        return list(answers[0].json()["lines"])

    person = c.person("contracts.import.person", *NAMES)
    external_id = c.text("contracts.import.external_id")
    taken = line(external_id="OLD-2", person=EXAMPLE["applicant"])
    stranger = c.person("contracts.import.refused", *NAMES, kept=False)
    nobody = c.text("contracts.import.refused external_id", kept=False)
    refused = [
        line(external_id=external_id, person=person, line=taken["line"]),
        line(external_id=nobody, person=stranger, line=taken["line"]),
        {
            c.code("contracts.import.unknown field", kept=False): 1,
            "external_id": c.code("contracts.import.malformed", kept=False),
        },
    ]
    answer = entered(taken, *refused)
    assert [each["outcome"] for each in answer] == ["imported", "refused", "refused", "refused"]
    assert [each["external_id"] for each in answer[1:3]] == [external_id, nobody]
    (own,) = entered(line(external_id=external_id, person=person))
    contract_id = str(own["contract_id"])
    path, month = f"/v1/contracts/{contract_id}", house.today.isoformat()[:7]
    charges = {"month": month, "items": [{"code": "FLETS", "amount": 5200}], "reason": c.text("line-charges.reason")}
    told.granted("line-charges", f"{path}/line-charges", charges)
    return contract_id


def active(told: Told) -> str:
    """A contract in force, of which the desk keys everything in; a rollout reaches it, letters go again."""
    house, c = told.house, told.canaries
    contract_id = house.accepted(applicant=c.person("desk.applicant", *NAMES), reason=c.text("desk.application.reason"))
    path, at = f"/v1/contracts/{contract_id}", house.now
    local = (at - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    person_id = house.contract(contract_id)["person_id"]
    with httpx.Client(base_url=house.stack.urls.api, trust_env=False, timeout=60) as browser:
        browser.post("/desk/sign-in", data={"key": house.stack.keys.operator})
        word = re.search(r'name="csrf" value="([^"]+)"', browser.get("/desk/clock").text)
        assert word is not None

        def keyed(form: str, **fields: str) -> None:
            for step, status in (("check", 200), ("do", 303)):
                answer = browser.post(f"/desk/contracts/{contract_id}/{step}/{form}", data={"csrf": word[1], **fields})
                assert answer.status_code == status, (form, step, answer.text)

        start = {"service_start_on": house.today.isoformat()}
        keyed("service-start", **start, reason=c.text("desk.service-start.reason"))
        keyed("inquiry", topic="LINE_QUALITY", text=c.text("desk.inquiry.text"))
        keyed(
            "relocation",
            to_operator="EAST",
            received_at=local,
            reason=c.text("desk.relocation.reason"),
        )
        change = {"to_course": "COLLABO", "channel": "paper", "received_at": local}
        keyed("course-change", **change, reason=c.text("desk.course-change.reason"))
        keyed("undo-course-change")
        told.listen()
        wrong = {
            "csrf": word[1],
            "topic": c.text("desk.inquiry.topic", kept=False),
            "text": c.text("desk.refused.text", kept=False),
        }
        assert browser.post(f"/desk/contracts/{contract_id}/do/inquiry", data=wrong).status_code == 400
        new = {"csrf": word[1], **c.person("desk.person", *NAMES), "reason": c.text("desk.person.reason")}
        new["on_behalf_of"] = c.text("desk.person.on_behalf_of", kept=False)
        for place in (f"/desk/people/{person_id}/check", f"/desk/people/{person_id}"):
            assert browser.post(place, data=new).status_code in {200, 303}
        found = browser.get("/desk/people", params={"q": new["name"]})
        assert person_id in found.text
        browser.get("/desk/people", params={"q": c.text("desk.people.q", kept=False)})
        browser.get("/desk/audit", params={"q": c.text("desk.audit.q", kept=False)})
        announced(told, path)
        cancel = {"channel": "paper", "received_at": local}
        keyed(
            "cancellation",
            **cancel,
            reason=c.text("desk.cancellation.reason"),
            on_behalf_of=c.text("desk.cancellation.on_behalf_of", kept=False),
        )
    letters = house.until(lambda: house.get(f"{path}/notices")["items"])
    again = {
        "reason": c.text("notices.resend.reason"),
        "on_behalf_of": c.text("notices.resend.on_behalf_of", kept=False),
    }
    told.granted("resend", f"/v1/notices/{letters[0]['notice_id']}/resend", again)
    told.granted("benefits", f"{path}/benefits", benefit(house, c.text("benefits.reason")))
    asked = {
        "case": "line_unusable",
        "evidence": c.text("waiver-requests.evidence"),
        "reason": c.text("waiver-requests.reason"),
    }
    told.say("waiver-requests", f"{path}/waiver-requests", asked)
    fall_silent(told, contract_id)
    return contract_id


def announced(told: Told, path: str) -> None:
    """A rollout that reaches the contract: everybody is sent the same words, under a name of their own."""
    house, c = told.house, told.canaries
    rollout = {
        "kind": "terms_change",
        "courses": ["W2_FAMILY"],
        "announced_on": house.today.isoformat(),
        "effective_on": (house.today + timedelta(days=60)).isoformat(),
        "notice": c.text("rollouts.notice"),
        "reason": c.text("rollouts.reason", kept=False),
    }
    told.granted("rollouts", "/v1/rollouts", rollout)
    house.until(lambda: "terms_changed" in {each["kind"] for each in house.get(f"{path}/notices")["items"]})


def benefit(house: House, reason: str) -> dict[str, Any]:
    """A benefit with a term of its own."""
    on = house.today.isoformat()
    return {"benefit_id": "CAMPAIGN", "minimum_months": 1, "fee": 0, "from_on": on, "reason": reason}


def fall_silent(told: Told, contract_id: str) -> None:
    """A mail server that quotes whom it does not know: the letter is given up, and tried again with a reason."""
    house, c = told.house, told.canaries
    database = engine(house.stack.database_url)
    quoted = f"550 <{c.mail('outbox.last_error')}>: unknown"
    house.until(lambda: not waiting(house))
    with database.begin() as connection:
        message_id = connection.execute(
            text(
                "update outbox set delivered_at = null, failed_at = clock_timestamp(), last_error = :said where id = "
                "(select min(id) from outbox where entity_id = :entity and channel = 'email') returning message_id"
            ),
            {"said": quoted, "entity": f"contract/{contract_id}"},
        ).scalar_one()
    told.listen()
    again = {"reason": c.text("messages.resend.reason")}
    told.granted("resend", f"/v1/messages/{message_id}/resend", again)
    house.until(lambda: not waiting(house))
    database.dispose()


def clashed(told: Told) -> None:
    """Two doors that write one line number at once: the server refuses the second, and says so in its own log."""
    database = engine(told.house.stack.database_url)
    sql = text("insert into line (line_key, line_id, operator, created_at) values ('LCLASH', :id, 'EAST', now())")
    with database.connect() as connection:
        number = connection.execute(text("select line_id from line where line_id like 'CANARY%' limit 1")).scalar_one()
        with pytest.raises(IntegrityError):
            connection.execute(sql, {"id": number})
    database.dispose()
    log = told.house.stack.home / "logs" / "postgres.log"
    told.house.until(lambda: "duplicate key" in log.read_text())


def waiting(house: House) -> int:
    """Rows of the outbox on their way."""
    database = engine(house.stack.database_url)
    with database.connect() as connection:
        found = connection.execute(text("select count(*) from outbox where delivered_at is null and failed_at is null"))
        return int(found.scalar_one())


def registered(told: Told) -> str:
    """A member who was refused first, was served at the reception centre, exchanged points, kept files, and left."""
    house, c = told.house, told.canaries
    line_id, password = c.code("memberships.line.line_id"), c.text("memberships.password", kept=False)
    line = {
        "operator": "EAST",
        "line_id": line_id,
        "service_type": "NEXT_FAMILY",
        "service_class": "FAMILY",
        "in_use_since": "2016-01-01",
    }
    stranger = {name: c.text(f"memberships.refused.{name}", kept=False) for name in ("name", "password")}
    stranger["phone"] = c.phone("memberships.refused.phone", kept=False)
    corporate = {
        "line": {**line, "line_id": c.code("memberships.refused.line_id", kept=False)},
        "customer": "CORPORATE",
        "applied_at": house.now.isoformat(),
        "member": {**stranger, "email": c.mail("memberships.refused.email", kept=False)},
        "reason": c.text("memberships.refused.reason", kept=False),
    }
    assert told.say("memberships", "/v1/memberships", corporate).status_code == 422
    external_id = c.text("memberships.import.external_id")
    row = {
        "external_id": external_id,
        "registered_on": "2017-01-01",
        "line": line,
        "member": {
            **c.person("memberships.import.member", "name", "name_kana", "phone", "email"),
            "password": password,
        },
        "lots": [{"granted_on": "2018-04-01", "kind": "monthly", "points": 1000, "left": 1000}],
    }
    malformed = {**row, "external_id": c.text("memberships.import.malformed", kept=False), "registered_on": "?"}
    body = "\n".join(json.dumps(each, ensure_ascii=False) for each in (row, malformed)).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    lines = house.call("POST", "/v1/memberships/import", content=body, headers=headers).json()["lines"]
    assert [each["outcome"] for each in lines] == ["imported", "refused"]
    member_id = lines[0]["member_id"]
    path, today = f"/v1/memberships/{member_id}", house.today.isoformat()
    new = c.text("credentials.password", kept=False)
    adjusted = {"points": 100, "for": {"usage_month": "2018-04"}, "granted_on": "2018-05-01"}
    for method, door, said in (
        ("PUT", "mail-consents", {"club": True, "ntt_east": False, "reason": c.text("mail-consents.reason")}),
        ("POST", "point-adjustments", {**adjusted, "reason": c.text("point-adjustments.reason")}),
        ("POST", "credentials", {"password": new, "reason": c.text("credentials.reason")}),
        (
            "POST",
            "storage/support",
            {"service": "REMOTE_SUPPORT", "active": True, "on": today, "reason": c.text("storage.support.reason")},
        ),
        ("POST", "storage/support", {"service": "REMOTE_SUPPORT", "active": False, "on": today}),
        ("POST", "corrections", {"voids": 999, "reason": c.text("memberships.corrections.reason", kept=False)}),
        ("POST", "settlements", {"why": "STORAGE", "reason": c.text("memberships.settlements.reason", kept=False)}),
    ):
        told.say(door, f"{path}/{door}", said, method=method)
    exchanged(told, member_id, line_id, new)
    files = [
        {"id": c.code("storage.files.id"), "stored_at": "2018-01-01", "gb": 4},
        {"id": "F2", "stored_at": "2018-02-01", "gb": 4},
    ]
    assert house.carrier.put(f"/storage/{line_id}/files", json=files).status_code == 200
    told.granted("leave", f"{path}/leave", {"reason": c.text("leave.reason")})
    return str(member_id)


def exchanged(told: Told, member_id: str, line_id: str, password: str) -> None:
    """Sessions and requests of the member's own: another's id and a wrong password, a draft, one that is sent."""
    house, c = told.house, told.canaries
    token = house.carrier.post("/EAST/line-tokens", json={"line_id": line_id}).json()["line_token"]
    login = {"member_id": member_id, "password": password, "line_token": token}
    session = told.granted("sessions", "/v1/sessions", login, key="site")
    for wrong in (
        {"member_id": c.code("sessions.member_id", kept=False)},
        {"password": c.text("sessions.password", kept=False)},
        {"line_token": c.code("sessions.line_token", kept=False)},
    ):
        told.say("sessions", "/v1/sessions", {**login, **wrong}, key="site")
    mine = {"key": None, "headers": {"Authorization": f"Bearer {session['token']}"}}

    def drafted(door: str) -> str:
        made = told.granted(door, "/v1/exchanges", {"item_id": "GIFT-100", "quantity": 1}, **mine)
        form = {"email": c.mail(f"{door}.email"), "phone": c.phone(f"{door}.phone")}
        path = f"/v1/exchanges/{made['exchange_id']}"
        told.granted(door, path, form, method="PUT", **mine)
        return path

    drafted("exchanges.draft")
    path = drafted("exchanges")
    told.granted("confirm", f"{path}/confirm", **mine)
    told.granted("send", f"{path}/send", **mine)
    told.say("draft", "/v1/exchanges", {"item_id": c.text("exchanges.item_id", kept=False)}, **mine)
    settled = {"why": "UNDELIVERABLE", "reason": c.text("exchanges.settlements.reason", kept=False)}
    told.say("settlements", f"{path}/settlements", settled)


def paid(told: Told, contract_id: str, reason: str | None) -> None:
    """Whatever is owed is paid, so that the record can close."""
    for each in told.house.get(f"/v1/contracts/{contract_id}/statements")["items"]:
        if each["state"] != "paid" and each["total"] > 0:
            body = {
                "statement_id": each["statement_id"],
                "paid_on": told.house.today.isoformat(),
                "amount": each["total"],
            }
            told.granted(
                "payments", f"/v1/contracts/{contract_id}/payments", body | ({"reason": reason} if reason else {})
            )
            reason = None


HOUSES_OWN = ("/v1/clock", "/v1/programs", "/v1/rollouts")
"""Doors of what concerns everybody: what is said there is nobody's in particular."""

TOLD_ELSEWHERE = {
    ("POST", "/v1/applications"): "`withdrawn`, `declined`, `filed` and `active`",
    ("POST", "/v1/memberships"): "`registered`",
    ("POST", "/v1/sessions"): "`exchanged`",
    ("POST", "/v1/exchanges"): "`exchanged`",
    ("PUT", "/v1/exchanges/{exchange_id}"): "`exchanged`",
    ("POST", "/v1/carrier/filings/{filing_id}/status"): "`filed`: NTT's own words are signed",
    ("POST", "/v1/carrier/line-notices"): "`withdrawn`",
    ("DELETE", "/v1/people/{person_id}"): "the erasing itself, in the test",
}
"""Operations that the sweep leaves out, and the life that says their words."""


def at_every_door(told: Told) -> str:
    """One who applied and withdrew, of whom every published operation is asked, with a word in each free text."""
    house, c = told.house, told.canaries
    contract_id = house.accepted(applicant=c.person("swept.applicant", *NAMES), reason=c.text("swept.reason"))
    told.granted("swept", f"/v1/contracts/{contract_id}/withdrawal", {"reason": c.text("swept.withdrawal.reason")})
    ids = {"contract_id": contract_id, "person_id": house.contract(contract_id)["person_id"]}
    document = house.http.get("/openapi.json").json()
    for (method, path), fields in sorted(free_texts(document).items()):
        if path.startswith(HOUSES_OWN) or (method, path) in TOLD_ELSEWHERE:
            continue
        door = f"{method} {path}"
        url = re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], "KNOBODY"), path)
        said = example_of(document, method, path)
        for field in sorted(fields):
            special = {"email": c.mail, "phone": c.phone}.get(field, c.text)
            put(said, field.split("."), special(f"{door} {field}", kept=False))
        told.say(door, url, said, method=method)
    return contract_id


def example_of(document: Any, method: str, path: str) -> Any:
    """The body that the document shows of an operation."""
    (media,) = document["paths"][path][method.lower()]["requestBody"]["content"].values()
    name = media["schema"].get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, media["schema"])
    examples = (
        media.get("example"),
        *(each["value"] for each in media.get("examples", {}).values()),
        schema.get("example"),
    )
    shown = next(each for each in (*examples, *schema.get("examples", ()), {}) if each is not None)
    return json.loads(json.dumps(shown))


def put(body: Any, names: list[str], word: str) -> None:
    """Say a word in a field, also where the example leaves that, or what it stands in, out."""
    first, *rest = names
    if not rest:
        body[first] = word
        return
    if isinstance(body, list):
        body[:] = body or [{}]
        put(body[0], rest, word)
        return
    put(body.setdefault(first, [{}] if rest[0] == "0" else {}), rest, word)
