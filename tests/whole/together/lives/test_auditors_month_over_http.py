"""The auditor's month: who decided what, which way and for how much; nothing missing, nobody named in full."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from sqlmodel import Session

from rules.calendar import Month, japan_day
from store.database import engine
from store.people import access

if TYPE_CHECKING:
    from tests.whole.conftest import House

ADDRESS = "東京都千代田区1-2"


def month_of(house: House, month: str | None = None, *, key: str = "auditor", language: str = "ja") -> list[Any]:
    """What people decided in a month, as a role reads it."""
    headers = {"Accept-Language": language}
    found, cursor = [], None
    while True:
        told = house.call(
            "GET", "/v1/operator-decisions", key=key, headers=headers, month=month or str(Month.of(house.today)),
            **({"cursor": cursor} if cursor else {}),
        ).json()  # fmt: skip
        found += told["items"]
        cursor = told["next_cursor"]
        if cursor is None:
            return found


def test_a_decision_says_which_way_it_went_and_for_how_much(house: House) -> None:
    """Charged or not, with the sum."""
    seen: dict[bool, str] = {}
    for due in (True, False):
        contract_id = house.active(term=True)
        change = {"to_course": "OTHER", "channel": "online", "received_at": house.now.isoformat()}
        told = house.post(f"/v1/contracts/{contract_id}/course-changes", change)
        (charge,) = house.fees(contract_id)
        house.post(
            f"/v1/contracts/{contract_id}/fee-decision",
            {"charge_id": charge["charge_id"], "due": due, "reason": "監査の試験"},
        )
        assert told["fee_outcome"] == "needs_operator"
        (one,) = [
            each
            for each in month_of(house)
            if each["entity_id"] == f"contract/{contract_id}" and each["event"] == "decide_fee"
        ]
        seen[due] = one["outcome_text"]
    assert seen[True].startswith("請求する ")
    assert seen[True].endswith("円)")
    assert seen[False] == "請求しない"


def test_a_correction_of_a_filing_is_told_in_outline_to_an_auditor(house: House) -> None:
    """The address goes to NTT and to whoever works with it; the machine's own report is nobody's decision."""
    script = [
        {"after_days": 1, "status": "defect", "defects": ["ADDRESS_CONFIRMATION"]},
        {"after_days": 2, "status": "accepted"},
    ]
    contract_id, filing_id = house.filing(script)
    house.advance_days(2)
    body = {"fields": {"address": ADDRESS}, "reason": "電話で確認"}
    house.post(f"/v1/filings/{filing_id}/correction", body)
    house.until(lambda: house.journal(f"{filing_id}/corrections"))
    assert house.journal(f"{filing_id}/corrections")[0]["body"]["fields"] == {"address": ADDRESS}

    def read(key: str) -> dict[str, Any]:
        (one,) = [each for each in month_of(house, key=key) if each["entity_id"] == f"filing/{filing_id}"]
        return dict(one)

    assert read("auditor")["text"] == "代行申込の不備を訂正しました"
    assert read("auditor")["reason"] == "ご住所: 東＊＊＊＊＊＊＊＊\n電話で確認"
    assert read("operator")["reason"] == f"ご住所: {ADDRESS}\n電話で確認"
    crossed = house.call("GET", f"/v1/contracts/{contract_id}/carrier-messages", key="auditor")
    assert ADDRESS not in crossed.text
    assert not {"filing", "contract", "timer", "carrier", "worker"} & {each["actor"] for each in month_of(house)}


def test_what_is_done_to_people_letters_money_and_keys_is_listed_too(house: House) -> None:
    """Contact details, letters again, payments keyed in and keys: each with who did it, by no value."""
    contract_id = house.active(applicant={"name": "月次 花子", "email": f"{uuid.uuid4().hex[:10]}@example.com"})
    (person,) = house.get_as("backoffice", "/v1/people", q=contract_id)["items"]
    email = f"{uuid.uuid4().hex[:10]}@example.com"
    house.call(
        "PUT", f"/v1/people/{person['person_id']}", {"email": email, "reason": "電話での申出", "reason_code": "other"},
        key="backoffice",
    )  # fmt: skip
    letters = house.until(lambda: house.get(f"/v1/contracts/{contract_id}/notices")["items"])
    again_for = f"届かない {contract_id}"
    house.call("POST", f"/v1/notices/{letters[0]['notice_id']}/resend", {"reason": again_for}, key="backoffice")
    found = [each for each in month_of(house) if each["entity_id"] == f"person/{person['person_id']}"]
    (changed,) = [each for each in found if each["event"] == "change_person"]
    assert (changed["actor"], changed["outcome_text"], changed["reason"]) == (
        "backoffice",
        "メールアドレス",
        "電話での申出",
    )
    assert email not in str(month_of(house))
    (again,) = [each for each in month_of(house) if (each["event"], each["reason"]) == ("resend_notice", again_for)]
    assert again["outcome_text"] == letters[0]["subject"]
    name = f"k{uuid.uuid4().hex[:8]}"
    now = datetime.now(UTC)
    database = engine(house.stack.database_url, pool_size=1)
    with Session(database) as session, session.begin():
        access.create(session, "auditor", name, now, expires_at=None)
    database.dispose()
    made = [each for each in month_of(house, str(Month.of(japan_day(now)))) if each["event"] == "key_made"]
    assert f"{name} (監査)" in [each["outcome_text"] for each in made]


def test_a_payment_keyed_in_is_listed_in_the_month_it_was_keyed_in(house: House) -> None:
    """Of business time, with the sum and the statement by its month, as people know it."""
    contract_id = house.active()
    month = Month.of(house.today)
    house.advance(month.plus(1).first_day + timedelta(days=6))
    statements = house.until(lambda: house.get(f"/v1/contracts/{contract_id}/statements")["items"])
    statement = statements[0]
    body = {"statement_id": statement["statement_id"], "paid_on": house.today.isoformat(), "amount": statement["total"]}
    house.post(f"/v1/contracts/{contract_id}/payments", body)
    (paid,) = [
        each
        for each in month_of(house)
        if each["event"] == "record_payment" and each["entity_id"] == f"contract/{contract_id}"
    ]
    of = Month.parse(statement["month"]).first_day
    assert paid["outcome_text"] == f"{statement['total']:,}円 {of.year}年{of.month}月分の請求書"
    assert paid["actor"] == "operator"
    assert paid["at"][:10] == house.today.isoformat()


def test_looks_are_read_latest_first_and_by_month(house: House) -> None:
    """The page after a page goes on further back, and no look of another month is among them."""
    contract_id = house.active()
    (person,) = house.get_as("backoffice", "/v1/people", q=contract_id)["items"]
    for _ in range(3):
        house.get_as("backoffice", f"/v1/people/{person['person_id']}")
    month, narrow = str(Month.of(house.today)), {"newest_first": "true", "person_id": person["person_id"]}
    first = house.get("/v1/access-log", month=month, limit=2, **narrow)
    rest = house.get("/v1/access-log", month=month, limit=2, cursor=first["next_cursor"], **narrow)
    numbers = [int(each["access_id"]) for each in [*first["items"], *rest["items"]]]
    assert len(numbers) == 4
    assert numbers == sorted(numbers, reverse=True)
    before = Month.of(house.today).plus(-1)
    assert house.get("/v1/access-log", month=str(before), **narrow)["items"] == []


def test_the_page_shows_the_month_with_its_outcomes_and_the_latest_look_first(house: House) -> None:
    """On the Japanese page no English and no code; the look that the page itself follows stands at the top."""
    contract_id = house.active(term=True)
    (person,) = house.get_as("backoffice", "/v1/people", q=contract_id)["items"]
    waiver = {"case": "death", "evidence": "死亡診断書の写し", "reason": "確認した"}
    house.post(f"/v1/contracts/{contract_id}/waivers", waiver)
    house.get(f"/v1/people/{person['person_id']}")
    with httpx.Client(base_url=house.stack.urls.api, trust_env=False) as browser:
        browser.post("/desk/sign-in", data={"key": house.stack.keys.auditor})
        shown = browser.get("/desk/audit", params={"month": str(Month.of(house.today))}).text
    assert "証拠: 死亡診断書の写し" in shown
    assert "Evidence:" not in shown
    looks = shown.split('id="looks"')[1]
    assert looks.index(person["person_id"]) < looks.index("</tr>", looks.index("<tbody>"))
