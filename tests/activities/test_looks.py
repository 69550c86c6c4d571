"""Nobody is shown to whoever needs an outline only, and every look at somebody is kept: of every read there is."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.memberships.import_rows import ImportRow, decide, write
from models.messages.club.membership import MemberLine
from models.messages.filing import FilingState
from models.tables.club.exchange import Exchange, ExchangeItem
from models.tables.contract.contract import Notice
from models.tables.contract.filing import CarrierMessage, Filing
from models.tables.log import Entity, Outbox
from models.tables.people import AccessLog, Line, Note, NoticeResend, Person, PersonChange
from tests.activities.reading import Reading
from tests.activities.statements.book import Book, D, moment

PERSON = {
    "name": "金糸雀 花子",
    "name_kana": "カナリア ハナコ",
    "email": "canary@example.jp",
    "phone": "090-9990-7001",
    "postal_code": "199-0001",
    "address": "東京都金糸雀町一丁目2-3",
}
BEFORE = {"name": "前の姓 花子", "email": "before@example.jp"}
MEMBER = {
    "name": "会員鳥 太郎",
    "name_kana": "カイインドリ タロウ",
    "email": "member.bird@example.jp",
    "phone": "090-9990-7002",
}
WRITTEN = ("金糸雀花子", "金糸雀　花子", "金糸雀様", "ハナコ", "09099907001", "090 9990 7001", "金糸雀町一丁目2-3")
"""The same as somebody else writes it."""
CANARIES = (*PERSON.values(), *BEFORE.values(), *MEMBER.values(), *WRITTEN)
EVERYTHING = "、".join((*PERSON.values(), *BEFORE.values(), *WRITTEN))
AT = moment("2018-07-02")

OWN_SESSION = {"/v1/session", "/v1/sessions", "/v1/items", "/v1/exchanges"}
"""A member's own: no key reads there."""
NOT_BEGUN = {"/v1/rollouts/{rollout_id}", "/v1/programs/{code}", "/v1/programs/{code}/progress"}
"""Of no person: dates and counts of many."""
NOT_FOR_AUDITORS = {"/v1/people", "/v1/people/{person_id}/export"}


@pytest.fixture
def reading(book: Book) -> Reading:
    """A contract, a filing and a membership of which every text there can be names its person in every way."""
    with Session(book.engine) as session, session.begin():
        session.add(Person(person_id="p1", **PERSON, created_at=AT))
        session.add(Line(line_key="l1", line_id="CAF7900000001", operator="EAST", created_at=AT))
        for number in (1, 2, 3, 4):
            entity = "filing/F1" if number == 4 else "contract/K1"
            said = (
                json.dumps({"fields": PERSON}, ensure_ascii=False)
                if number == 4
                else f"{EVERYTHING}\n\n証拠: {EVERYTHING}"
            )
            session.add(Note(note_id=f"N{number}", entity_id=entity, text=said, created_at=AT))
    imported = {"applied_on": "2018-05-10", "service_start_on": "2018-06-10", "payment_agency": False}
    book.record(
        "K1", "import", "2018-07-02", contract_id="K1", course="W2_FAMILY", minimum_term_end_on="2020-05-31",
        person_id="p1", line_key="l1", line={"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}, **imported,
    )  # fmt: skip
    book.record("K1", "request_waiver", "2018-07-02", case="death", note_id="N1", on_behalf_of=PERSON["name"])
    book.record(
        "K1", "cancel", "2018-07-02", channel="paper", received_at=AT.isoformat(), note_id="N2", actor="operator"
    )
    with Session(book.engine) as session, session.begin():
        session.add(PersonChange(
            change_id="c1", person_id="p1", at=AT, actor="operator", on_behalf_of=PERSON["name"],
            reason=EVERYTHING, reason_code="customer_request", before=BEFORE,
            after={name: PERSON[name] for name in BEFORE},
        ))  # fmt: skip
        for entity, notice in (("contract/K1", "n1"), ("person/p1", "n2")):
            session.add(Notice(
                notice_id=notice, entity_id=entity, person_id="p1", kind="service_start",
                subject=f"{PERSON['name']} 様", body=EVERYTHING, created_at=AT, portal_posted_at=AT,
            ))  # fmt: skip
        session.add(NoticeResend(
            resend_id="r1", notice_id="n1", at=AT, actor="operator", on_behalf_of=PERSON["name"], reason=EVERYTHING,
        ))  # fmt: skip
        session.add(CarrierMessage(
            message_id="m1", entity_id="filing/F1", direction="out", kind="filing", at=AT, recorded_at=AT,
            body={"applicant": PERSON, "remark": EVERYTHING},
        ))  # fmt: skip
        session.add(CarrierMessage(
            message_id="m2", entity_id="contract/K1", direction="out", kind="message", at=AT, recorded_at=AT,
            body={"text": EVERYTHING, "remark": EVERYTHING},
        ))  # fmt: skip
        session.add(Outbox(
            message_id="o1", entity_id="contract/K1", channel="email", payload={"notice_id": "n1"}, created_at=AT,
            business_at=AT, failed_at=AT, next_attempt_at=AT, last_error=f"550 {PERSON['email']} ({PERSON['name']})",
        ))  # fmt: skip
        filed = FilingState(filing_id="F1", contract_id="K1", state="defect", defects=["ADDRESS"], line_key="l1")
        session.add(Entity(entity_id="filing/F1", kind="filing", state=filed.model_dump(mode="json"), seq=0,
                           offset_s=0.0, created_at=AT, recorded_at=AT))  # fmt: skip
        session.add(Filing(
            filing_id="F1", contract_id="K1", operator="EAST", state="defect", sequence=1, created_at=AT
        ))  # fmt: skip
    return Reading(book.engine)


def joined(engine: Engine) -> str:
    """A member, with a letter, and an exchange that is filled in."""
    line = {
        "operator": "EAST",
        "service_type": "NEXT_FAMILY",
        "service_class": "FAMILY",
        "in_use_since": D("2017-04-12"),
    }
    row = ImportRow(
        external_id="E1", member=MEMBER, line_id="CAF7700000001", line=MemberLine.model_validate(line),
        registered_on=D("2018-04-01"), mail_magazine=True, storage_plan_gb=None, lots=[],
    )  # fmt: skip
    with Session(engine) as session, session.begin():
        decide(session, [row], "test", "op")
        write(session, [row])
        person = session.execute(text("select person_id from member")).scalar_one()
        for notice_id, about in (("n3", f"membership/{row.member_id}"), ("n4", "exchange/X1")):
            session.add(Notice(
                notice_id=notice_id, entity_id=about, person_id=person, kind="registered",
                subject=f"{MEMBER['name']} 様", body="、".join(MEMBER.values()), created_at=AT, portal_posted_at=AT,
            ))  # fmt: skip
        session.add(ExchangeItem(item_id="GIFT", name="ギフト", kind="gift_code", points=100))
        session.flush()
        session.add(Exchange(
            exchange_id="X1", member_id=row.member_id, item_id="GIFT", kind="gift_code", quantity=1, points=100,
            state="draft", email=MEMBER["email"], phone=MEMBER["phone"], created_at=AT,
        ))  # fmt: skip
        session.add(CarrierMessage(
            message_id="m4", entity_id="exchange/X1", direction="out", kind="FEE_PAYMENT", at=AT, recorded_at=AT,
            body={"points": 100, "remark": "、".join(MEMBER.values())},
        ))  # fmt: skip
    return row.member_id


def reads(reading: Reading, role: str, member_id: str) -> dict[str, str]:
    """Path → what a key of this role is answered, of every read there is."""
    ids = {"contract_id": "K1", "member_id": member_id, "filing_id": "F1", "person_id": "p1", "notice_id": "n1"}
    ids["exchange_id"] = "X1"
    asked = {"month": AT.isoformat()[:7], "q": PERSON["name"]}
    found: dict[str, str] = {}
    for path, methods in reading.app.openapi()["paths"].items():
        if "get" not in methods or path in OWN_SESSION | NOT_BEGUN or not path.startswith("/v1/"):
            continue
        if role == "auditor" and path in NOT_FOR_AUDITORS:
            continue
        known = {each["name"] for each in methods["get"].get("parameters", [])}
        params = {name: value for name, value in asked.items() if name in known}
        for more in ({}, *({name: "true"} for name in ("named", "voided") if name in known)):
            before = len(looks(reading))
            answer = reading.ask("GET", path.format(**ids), role=role, params={**params, **more})
            # What the contract would be told is refused, since it ends already.
            assert answer.status_code == (409 if path.endswith("/what-if") else 200), (path, answer.text)
            kept = looks(reading)[before:]
            found[path] = answer.text
            # A text of a person is whole or begins an outline; either way whoever looked is known.
            shows = _shows(answer.text)
            assert len(kept) == (1 if shows else 0), (role, path, shows, kept)
            assert all(row.role == role for row in kept), path
    return found


def looks(reading: Reading) -> list[Any]:
    """Every look, in its order."""
    with reading.engine.connect() as connection:
        return list(connection.execute(text("select * from access_log order by access_id")).all())


def _shows(said: str) -> bool:
    return any(each in said for each in CANARIES) or bool(re.search(r"\S＊", said))


def test_an_auditor_is_shown_nobody_and_every_look_is_kept(book: Book, reading: Reading) -> None:
    """Each read of the published document: an auditor finds no value of a person; a look at one leaves one row."""
    member_id = joined(book.engine)
    reading.at(AT + timedelta(days=1))
    for path, said in reads(reading, "auditor", member_id).items():
        assert [each for each in CANARIES if each in said] == [], path
    whole = reads(reading, "operator", member_id)
    for path in ("notices", "carrier-messages", "history", "explain"):
        assert PERSON["name"] in whole[f"/v1/contracts/{{contract_id}}/{path}"], path
    assert PERSON["name"] in whole["/v1/operator-decisions"]
    assert MEMBER["name"] in whole["/v1/memberships/{member_id}/notices"]


def test_a_look_at_letters_says_which_were_shown(book: Book, reading: Reading) -> None:
    """The list names all of its page, one letter itself; opened at the desk or printed it is the same."""
    _ = book
    reading.at(AT + timedelta(days=1))
    listed = reading.get("/v1/contracts/K1/notices", role="auditor")["items"]
    reading.get("/v1/notices/n1", role="backoffice")
    (first, second) = (row for row in looks(reading) if row.action == "letters")
    assert (first.person_id, first.shown) == ("p1", [each["notice_id"] for each in listed])
    assert (second.role, second.person_id, second.shown) == ("backoffice", "p1", ["n1"])
    assert reading.ask("GET", "/v1/notices/nobody's").status_code == 404
    for role in ("auditor", "operator"):
        reading.client.cookies.clear()
        signed = reading.client.post("/desk/sign-in", data={"key": f"key of {role}"}, follow_redirects=False)
        assert signed.status_code == 303
        for path, shown in (("/desk/contracts/K1", len(listed)), ("/desk/letters/contracts/K1/n1", 1)):
            before = len(looks(reading))
            page = reading.client.get(path)
            assert page.status_code == 200, page.text
            assert (PERSON["name"] in page.text) is (role == "operator"), path
            kept = [row for row in looks(reading)[before:] if row.action == "letters"]
            assert [len(row.shown) for row in kept] == [shown], path
        assert reading.client.get("/desk/letters/memberships/K1/n1").status_code == 404


def test_a_question_in_words_of_nobody_is_a_look_of_an_auditor_too(reading: Reading) -> None:
    """An inquiry's text is read in outline and the look is kept; what has no field that may name somebody is none."""

    def look(**body: str) -> tuple[Any, list[dict[str, Any]]]:
        before = reading.looks()
        with Session(reading.engine) as session, session.begin():
            session.execute(text("delete from carrier_message"))
            session.add(CarrierMessage(
                message_id="m3", entity_id="contract/K1", direction="out", kind="INQUIRY", at=AT, recorded_at=AT,
                body={"topic": "GENERAL", **body},
            ))  # fmt: skip
        seen = reading.get("/v1/contracts/K1/carrier-messages", role="auditor")["items"]
        return seen[0]["body"], reading.looks()[len(before) :]

    assert look() == ({"topic": "GENERAL"}, [])
    told, kept = look(text="隣家の鳥居さん")
    assert told == {"topic": "GENERAL", "text": "隣＊＊＊＊＊＊"}
    assert [(each["actor"], each["action"], each["person_id"]) for each in kept] == [("auditor", "messages", "p1")]


def test_what_was_tried_again_says_what_it_was_about(reading: Reading) -> None:
    """The auditor's month names the contract beside the channel, and so does the access log; one of before does not."""
    reading.at(AT + timedelta(days=1))
    with Session(reading.engine) as session, session.begin():
        session.add(AccessLog(at=AT, recorded_at=AT, actor="before", role="operator", action="retry", shown=["email"]))
    assert reading.ask("POST", "/v1/messages/o1/resend").status_code == 200
    decided = reading.get("/v1/operator-decisions", month=AT.isoformat()[:7])["items"]
    told = {each["actor"]: each["entity_id"] for each in decided if each["event"] == "resend_message"}
    assert told == {"before": None, "operator": "contract/K1"}
    assert [each["shown"] for each in reading.looks() if each["action"] == "retry"] == [
        ["email"], ["email", "contract/K1"],
    ]  # fmt: skip
    signed = reading.client.post("/desk/sign-in", data={"key": "key of auditor"}, follow_redirects=False)
    assert signed.status_code == 303
    page = reading.client.get(f"/desk/audit?month={AT.isoformat()[:7]}").text
    assert 'メール <a href="/desk/contracts/K1">' in page
