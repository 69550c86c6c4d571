"""The clerk's day in a browser: a name and a phone number, and no id typed from sign-in to the letter sent again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.conftest import Watched
from tests.whole.conftest import House

pytestmark = pytest.mark.ui

SHOTS = os.environ.get("KEIYAKU_UI_SHOTS")
"""Where pictures of the pages are written; none without it."""

PATIENCE_MS = 60_000
"""The viewers read the whole interface before they show anything."""


def shot(page: Page, name: str) -> None:
    """A picture for the documentation."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def sign_in(desk: Watched, house: House, role: str) -> None:
    """With a named key."""
    desk.open("/desk/")
    desk.page.get_by_label("キー").fill(getattr(house.stack.keys, role))
    desk.page.get_by_role("button", name="サインイン").click()
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("本日")


def sent_to(house: House) -> list[str]:
    """The address of every mail so far."""
    return [to for each in house.carrier.get("/mail").json() for to in each["to"]]


def faultless(page: Page) -> None:
    """WCAG 2 A and AA, as axe judges it."""
    options: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = Axe().run(page, options=options)
    wrong = [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found.response["violations"]]
    assert wrong == []


@pytest.fixture(scope="module")
def customer(house: House) -> str:
    """A customer with a running minimum term; the name is what the clerk is told."""
    person = {
        "name": "窓口 花子",
        "name_kana": "マドグチ ハナコ",
        "email": "mado@example.com",
        "phone": "090-2222-3333",
    }
    house.active(term=True, applicant=person)
    return "窓口花子 09022223333"


def test_a_clerk_serves_a_customer_without_typing_an_id(desk: Watched, house: House, customer: str) -> None:
    """Found by name and phone, told the price of today and of the 26th, cancelled, taken back, changed, sent again."""
    page = desk.page
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
    expect(page.get_by_role("status")).to_contain_text("完了しました")
    shot(page, "06-person")
    faultless(page)
    house.until(lambda: sent_to(house).count("new@example.com") >= 2)
    assert "mado@example.com" in sent_to(house)


def test_the_desk_speaks_english_too(desk: Watched, house: House) -> None:
    """One switch turns the words over and keeps the page."""
    sign_in(desk, house, "operator")
    desk.page.get_by_role("link", name="監査").click()
    desk.page.get_by_role("link", name="English").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Audit")
    shot(desk.page, "07-audit-en")
    faultless(desk.page)


def test_an_auditor_is_offered_no_work(desk: Watched, house: House, customer: str) -> None:
    """An auditor reads a contract and finds no form, and sees who looked at whom."""
    _ = customer
    sign_in(desk, house, "auditor")
    contract_id = house.get("/v1/contracts")["items"][0]["contract_id"]
    desk.open(f"/desk/contracts/{contract_id}")
    assert desk.page.locator("form[action*='/do/'], a[href*='/do/'], form[action*='resend']").count() == 0
    desk.open("/desk/audit")
    expect(desk.page.get_by_role("heading", name="個人情報の閲覧記録")).to_be_visible()
    shot(desk.page, "08-audit")
    faultless(desk.page)


def test_the_interface_is_readable_without_internet(desk: Watched) -> None:
    """Swagger UI and ReDoc come from files of our own and ask nobody else."""
    desk.open("/docs")
    expect(desk.page.get_by_role("heading", name="Keiyaku").first).to_be_visible(timeout=PATIENCE_MS)
    desk.open("/redoc")
    expect(desk.page.get_by_role("heading", name="Keiyaku").first).to_be_visible(timeout=PATIENCE_MS)
