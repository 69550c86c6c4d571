"""The day of a clerk in a browser: a customer by name and phone, papers keyed in, a member; no id is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.memberships.routes import EXAMPLE as REGISTERED
from desk.words import code_text, say
from tests.ui.conftest import Watched
from tests.ui.steps import confirm, counting_clicks, faultless, sent_to, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui

DESK = Path(__file__).parents[3] / "docs" / "desk.md"


def test_a_clerk_serves_a_customer_without_typing_an_id(desk: Watched, house: House, customer: str) -> None:
    """Found by name and phone, told the price of today and of the 26th, cancelled, taken back, changed, sent again."""
    page = desk.page
    clicks = counting_clicks(page)
    sign_in(desk, house, "backoffice")
    shot(page, "01-today")
    faultless(page)

    page.get_by_role("link", name="お客さま", exact=True).click()
    page.get_by_role("searchbox", name="検索").last.press_sequentially(customer)
    expect(page.get_by_text("1名")).to_be_visible()
    shot(page, "02-people")
    faultless(page)
    page.get_by_role("link", name="with フレッツ II ファミリー").click()
    expect(page.locator(".sentence")).to_contain_text("ご利用中")
    page.get_by_text("サービスの提供を開始しました").click()
    expect(page.locator(".chain").first).to_contain_text("第12条第1項")
    shot(page, "03-contract")
    faultless(page)

    page.get_by_role("link", name="もしも(比較)").click()
    expect(page.locator(".columns section").first).to_contain_text("4,860円")
    shot(page, "04-what-if")
    faultless(page)
    page.get_by_role("link", name="この手続きへ進む").first.click()
    page.get_by_label("文書番号・メモ").fill("受付票 17")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".notice")).to_contain_text("まだ何も変更していません")
    expect(page.locator(".facts.big")).to_contain_text("まで取り消せます")
    shot(page, "05-confirm")
    faultless(page)
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.locator(".sentence")).to_contain_text("解約予定")

    page.get_by_role("link", name="解約を取り消す").click()
    page.get_by_role("button", name="内容を確認する").click()
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.locator(".sentence")).to_contain_text("ご利用中")

    page.get_by_role("link", name="窓口 花子").click()
    page.get_by_label("メール").fill("new@example.com")
    page.get_by_label("理由").fill("電話で依頼、本人確認済み")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("cell", name="new@example.com")).to_be_visible()
    faultless(page)
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.locator(".facts").first).to_contain_text("new@example.com")

    page.get_by_role("button", name="もう一度送る: 【WAKWAK】サービス利用開始日").click()
    expect(page.get_by_role("status")).to_contain_text("もう一度送りました")
    assert f"クリック{clicks()}回" in DESK.read_text("utf-8")
    shot(page, "06-person")
    faultless(page)
    house.until(lambda: sent_to(house).count("new@example.com") >= 2)
    assert "mado@example.com" in sent_to(house)


def test_a_clerk_keys_in_an_application_and_a_registration(desk: Watched, house: House) -> None:
    """From the paper to the contract, whose person then becomes a member; a password is never shown."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    page.get_by_role("link", name="お客さま", exact=True).click()
    page.get_by_role("link", name="新しい申込みを入力").click()
    faultless(page)
    _fill_in_an_application(page, "申込 花子", "CAF8887776665")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".facts.big")).to_contain_text("承諾済み・開始前")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("申込 花子")
    page.get_by_role("link", name="申込 花子").click()
    page.get_by_role("link", name="新規会員登録を入力").click()
    expect(page.get_by_label("お名前")).to_have_value("申込 花子")
    expect(page.get_by_label("フリガナ")).to_have_value("モウシコミ ハナコ")
    page.get_by_label("パスワード").fill("correct horse battery 9")
    page.get_by_label("回線番号").fill("CAF8887776665")
    page.get_by_label("回線の利用開始日").fill("2016-04-01")
    for label, value in {
        "ご契約の種別": "INDIVIDUAL",
        "回線の会社": "EAST",
        "サービスタイプ": "NEXT_FAMILY",
        "メールマガジン": "false",
    }.items():
        page.get_by_label(label).select_option(value)
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator("main")).not_to_contain_text("correct horse")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.locator(".sentence")).to_contain_text("CAF8887776665")


def test_a_clerk_keys_in_an_application_that_is_not_accepted(desk: Watched, house: House) -> None:
    """Before anything is kept the page says that it is declined and by which article; kept, nobody is written to."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    mails = len(sent_to(house))
    desk.open("/desk/people")
    page.get_by_role("link", name="新しい申込みを入力").click()
    _fill_in_an_application(page, "型違 花子", "CAF8887776664", line_type="MANSION")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".refusal")).to_have_text(say("will_decline", "ja"))
    expect(page.locator("main")).to_contain_text(code_text("problem", "COURSE_DOES_NOT_MATCH_LINE", "ja"))
    expect(page.locator("main")).to_contain_text("第6条第1項")
    assert page.locator("main").get_by_role("link", name="戻る").get_attribute("href") == "/desk/people"
    shot(page, "28-declined")
    faultless(page)
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("型違 花子")
    expect(page.locator(".sentence")).to_contain_text("不承諾")
    acts = page.get_by_role("navigation", name="手続き")
    assert acts.count() == 0 or "解約" not in acts.inner_text()
    faultless(page)
    assert len(sent_to(house)) == mails


def _fill_in_an_application(page: Page, name: str, line_id: str, line_type: str = "FAMILY") -> None:
    """A paper form for with フレッツ II ファミリー."""
    filled = {
        "お名前": name,
        "フリガナ": "モウシコミ ハナコ",
        "メール": "paper@example.com",
        "電話番号": "090-1111-2222",
        "郵便番号": "100-0001",
        "ご住所": "東京都千代田区千代田1-1",
        "回線番号": line_id,
        "同意したNTTの契約約款": "EAST-2017",
    }
    chosen = {
        "コース": "W2_FAMILY",
        "申込みの方法": "paper",
        "回線の会社": "EAST",
        "フレッツ光の種類": "NEXT",
        "回線のタイプ": line_type,
        "申込者は回線契約者ご本人": "true",
        "同意した利用規約の版": "2017-06-01",
        "同意したコース規程の版": "2017-06-01",
    }
    for label, value in filled.items():
        page.get_by_label(label).fill(value)
    for label, value in chosen.items():
        page.get_by_label(label).first.select_option(value)
    page.get_by_label("回線 (必須)", exact=True).select_option("false")


def test_a_member_keeps_what_was_not_touched_and_sees_what_lapses(desk: Watched, house: House) -> None:
    """Consents stand in the form as they are stored; leaving shows the points that go."""
    body = {**REGISTERED, "line": {**REGISTERED["line"], "line_id": house.new_line()}, "mail_magazine": False}
    body["applied_at"] = house.now.isoformat()
    member_id = house.post("/v1/memberships", body, key="backoffice")["member_id"]
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open(f"/desk/members/{member_id}")
    expect(page.locator("main")).to_contain_text("希望しない")
    page.get_by_role("link", name="メールの同意を変更").click()
    expect(page.get_by_label("クラブのメール")).to_have_value("false")
    page.get_by_label("クラブのメール").select_option("true")
    confirm(page, "メンバーズクラブ")
    assert house.get(f"/v1/memberships/{member_id}")["mail_consents"] == {"club": True, "ntt_east": False}
    page.get_by_role("link", name="退会を入力").click()
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".facts.big")).to_contain_text("失効するポイント")
    expect(page.locator(".facts.big")).to_contain_text("ポイントを使える最後の日")
    faultless(page)


def test_a_clerk_tells_a_member_what_became_of_an_exchange(desk: Watched, house: House) -> None:
    """From the name to the exchange without an id: what it took, its outcome, the letter; the code is not there."""
    line_id = house.new_line()
    row = {
        "external_id": line_id,
        "registered_on": "2016-05-01",
        "line": {**REGISTERED["line"], "line_id": line_id},
        "member": {**REGISTERED["member"], "name": "交野 星子", "name_kana": "カタノ ホシコ"},
        "lots": [{"granted_on": "2018-05-01", "kind": "monthly", "points": 300, "left": 300}],
    }
    lines: dict[str, Any] = {"content": json.dumps(row).encode(), "headers": {"Content-Type": "application/x-ndjson"}}
    (told,) = house.call("POST", "/v1/memberships/import", key="backoffice", **lines).json()["lines"]
    on_line = house.carrier.post("/EAST/line-tokens", json={"line_id": line_id}).json()["line_token"]
    login = {"member_id": told["member_id"], "password": REGISTERED["member"]["password"], "line_token": on_line}
    token = house.post("/v1/sessions", login, key="site")["token"]
    mine: dict[str, Any] = {"key": None, "headers": {"Authorization": f"Bearer {token}"}}
    made = house.post("/v1/exchanges", {"item_id": "GIFT-100", "quantity": 1}, **mine)["exchange_id"]
    house.post(f"/v1/exchanges/{made}/confirm", **mine)
    code = house.post(f"/v1/exchanges/{made}/send", **mine)["code"]
    page = desk.page
    sign_in(desk, house, "backoffice")
    page.get_by_role("link", name="お客さま", exact=True).click()
    page.get_by_role("searchbox", name="検索").last.press_sequentially("カタノ")
    page.get_by_role("link", name="ポイント交換 ギフトコード 100円分").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("交野 星子 — ポイント交換")
    expect(page.locator("main")).to_contain_text("ギフトコードを1件お渡ししました。")
    expect(page.locator("main")).not_to_contain_text(code)
    shot(page, "25-exchange")
    faultless(page)
    page.get_by_role("link", name="会員", exact=True).click()
    expect(page.locator("#exchanges + .wide")).to_contain_text("完了")
    faultless(page)
