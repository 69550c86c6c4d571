"""An exchange as the back office sees it: found, listed with its member, on a page of its own, its task led to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from models.tables.club.exchange import CodeStock, Exchange, ExchangeItem
from tests.activities.club.club import Club, a_club
from tests.activities.club.test_club_exchange_failed import SENT, Paying
from tests.activities.conftest import emptied
from tests.activities.reading import Reading


@pytest.fixture
def club(migrated: Engine) -> Iterator[Club]:
    """Empty tables."""
    with a_club(emptied(migrated)) as made:
        yield made


def desk(reading: Reading, path: str, role: str = "operator", language: str = "ja") -> str:
    """The words of a page, to whoever has a key of a role."""
    reading.client.cookies.clear()
    reading.client.cookies.set("keiyaku_desk_language", language)
    assert (
        reading.client.post("/desk/sign-in", data={"key": f"key of {role}"}, follow_redirects=False).status_code == 303
    )
    page = reading.client.get(path)
    assert page.status_code == 200, page.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_it_is_found_and_listed_and_told_in_a_sentence_as_it_goes(club: Club) -> None:
    """By id, at its person, at its member; waiting for NTT, keyed in by hand, taken back, refused (M-09.5, M-09.6)."""
    paying, reading = Paying(club), Reading(club.engine)
    place = f"/desk/exchanges/{paying.exchange_id}"
    (listed,) = reading.get(f"/v1/memberships/{paying.member_id}/exchanges")["items"]
    assert (listed["exchange_id"], listed["state"], listed["billing_month"]) == (paying.exchange_id, "sent", "2024-07")
    (found,) = reading.get("/v1/people", q=paying.exchange_id.lower())["items"]
    assert [each["exchange_id"] for each in found["exchanges"]] == [paying.exchange_id]
    for page in (f"/desk/members/{paying.member_id}", f"/desk/people/{found['person_id']}", "/desk/people?q=会員"):
        assert "サービス料のお支払い" in desk(reading, page), page
    said = desk(reading, place)
    assert "会員 — ポイント交換 送信済み サービス料のお支払い・200ポイント・送信日時 2024年6月10日 12:00" in said
    assert "2024年7月請求分への充当をNTT東日本に依頼し、結果を待っています。" in said
    assert "NTTから聞いた充当の結果を入力" in said
    paying.told("refused", "2024-06-12T12:00:00")
    said = desk(reading, place)
    assert "このうち、もう一度使えるのは200ポイントです。 この結果は、担当者が登録したものです。" in said
    assert "入力した充当の結果を取り消す" in said
    paying.undo("2024-06-13T12:00:00")
    assert "結果を待っています" in desk(reading, place)
    paying.fails("2024-06-14T12:00:00")
    assert "NTT East refused it, and the points returned" in desk(reading, place, "auditor", "en")
    assert "ポイントを補う" not in desk(reading, place)


def test_its_task_says_whose_it_is_and_leads_to_it(club: Club) -> None:
    """NTT answers otherwise than was keyed in: Today names the member and the page has what settles it (X-05)."""
    paying, reading = Paying(club), Reading(club.engine)
    paying.told("taken", "2024-06-12T12:00:00")
    paying.answers("refused", "2024-06-13T12:00:00")
    (task,) = reading.get("/v1/tasks", named="true")["items"]
    assert (task["kind"], task["name"], task["person_id"] is not None) == ("exchange", "会員", True)
    club.at("2024-06-14T12:00:00")
    reading.client.cookies.clear()
    assert (
        reading.client.post("/desk/sign-in", data={"key": "key of operator"}, follow_redirects=False).status_code == 303
    )
    assert f'href="/desk/exchanges/{paying.exchange_id}"' in reading.client.get("/desk/").text


def test_a_code_is_counted_and_shown_to_nobody_but_its_member(club: Club) -> None:
    """Neither the API nor the desk gives a key the code; a draft says that no points have left (M-09.3, M-09.7)."""
    member_id, reading = club.join(), Reading(club.engine)
    with Session(club.engine) as session, session.begin():
        session.add(ExchangeItem(item_id="GIFT", name="ギフト", kind="gift_code", points=100))
        session.flush()
        request = {"item_id": "GIFT", "kind": "gift_code", "quantity": 1, "points": 100, "member_id": member_id}
        contact = {"email": "a@example.jp", "phone": "03", "created_at": SENT}
        given = {"sent_at": SENT, "closed_at": SENT}
        session.add(Exchange(exchange_id="X1", state="fulfilled", **given, **request, **contact))
        session.add(Exchange(exchange_id="X2", state="draft", **request, **contact))
        session.flush()
        issued = {"exchange_id": "X1", "issued_at": SENT, "expires_on": SENT.date().replace(year=2025)}
        session.add(
            CodeStock(code_id="C1", item_id="GIFT", code="SECRET-1", url="https://gift.example/SECRET", **issued)
        )
    club.at("2024-06-14T12:00:00")
    case = reading.get("/v1/exchanges/X1")
    assert case["codes"] == [{"exchanged_at": "2024-06-10T12:00:00+09:00", "expires_on": "2025-06-10"}]
    page = desk(reading, "/desk/exchanges/X1")
    assert "ギフトコードを1件お渡ししました。有効期限は2025年6月10日まで" in page
    assert "SECRET" not in f"{case}{page}"
    assert "ポイントは減っていません" in desk(reading, "/desk/exchanges/X2", "backoffice")
    assert reading.ask("GET", "/v1/exchanges/NOBODYS").status_code == 404
    with club.engine.connect() as connection:
        looks = connection.execute(text("select action from access_log where action = 'case'")).all()
    assert len(looks) == 3
