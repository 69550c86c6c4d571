"""The morning of an operator: from the list to the last task, each row led by a click to what settles it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from rules.calendar import Month
from store.database import engine
from tests.ui.conftest import Watched
from tests.ui.steps import confirm, faultless, sent_to, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def morning(house: House) -> dict[str, str]:
    """What waits on an operator's list: a late letter, a waiver, an applicant, a fee, a filing, a mail, a refund."""
    on = house.before_the_25th()
    first = Month.of(on).plus(1).first_day
    who = lambda name: {"name": name, "email": f"{uuid.uuid4().hex}@example.com"}  # noqa: E731
    late = house.active(term=True, start=on, applicant=who("遅れ 太郎"))
    change = {"channel": "online", "received_at": house.now.isoformat(), "change_on": str(first)}
    house.post(f"/v1/contracts/{late}/course-changes", {**change, "to_course": "DOCOMO"})
    waived = house.active(term=True, start=on, applicant=who("免除 一郎"))
    house.cancel(waived, house.now.isoformat())
    house.post(f"/v1/contracts/{waived}/waiver-requests", {"case": "death", "evidence": "死亡診断書の写し"})
    house.apply(line={"holder_is_applicant": False}, applicant=who("名義 違子"))
    fee = house.active(term=True, start=on, applicant=who("判断 待子"))
    house.post(f"/v1/contracts/{fee}/course-changes", {**change, "to_course": "OTHER"})
    defect, _ = house.filing([{"after_days": 1, "status": "accepted"}, {"after_days": 2, "status": "defect"}])
    house.advance(first + timedelta(days=6))
    letter = {"channel": "paper", "received_at": house.at(on + timedelta(days=5)), "reason": "受付箱の奥から"}
    house.post(f"/v1/contracts/{late}/cancellation", letter, key="backoffice")
    return {"late": late, "waived": waived, "fee": fee, "defect": defect}


def test_an_operator_empties_the_morning_list(desk: Watched, house: House, morning: dict[str, str]) -> None:
    """Each row leads by a click to what settles it; what falls, what comes, money and letters are seen before."""
    page = desk.page
    sign_in(desk, house, "operator")
    shot(page, "09-morning")
    faultless(page)

    def row(text: str, link: str) -> None:
        page.locator("tr", has_text=text).first.get_by_role("link", name=link).click()

    row("遅れて届いた事実", "内容を見て承認・不承認")
    section = page.locator(".flagged")
    for seen in (
        "backoffice",
        "受付箱の奥から",
        "コース変更を決定しました",
        "なくなります",
        "4,860円",
        "契約終了のお知らせ",
    ):
        expect(section).to_contain_text(seen)
    shot(page, "10-approval")
    faultless(page)
    page.get_by_label("理由・メモ").fill("当社の受付印がある")
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert house.state(morning["late"]) == "ended"

    row("免除の申出", "免除を決定する")
    expect(page.get_by_label("場合")).to_have_value("death")
    expect(page.get_by_label("証拠")).to_have_value("死亡診断書の写し")
    page.get_by_label("申出の決定").select_option("true")
    page.get_by_label("理由").fill("第12条第6項を確認")
    confirm(page, "本日", judged=True)
    row("回線契約者ではありません", "申込みを承諾しない")
    page.get_by_label("根拠").select_option("not_line_holder")
    page.get_by_label("理由").fill("名義が違う")
    confirm(page, "本日")
    row("費用を請求するか", "費用を請求するか決める")
    page.get_by_label("請求", exact=False).last.select_option("false")
    page.get_by_label("理由").fill("案内に誤りがあった")
    confirm(page, "本日")
    row("代行申込に不備", "代行申込を開く")
    faultless(page)
    page.get_by_role("navigation", name="手続き").get_by_role("link", name="不備を訂正").click()
    expect(page.get_by_label("お名前")).to_have_value("契約 花子")
    page.get_by_label("ご住所").fill("東京都千代田区1-2")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator("main")).to_contain_text("→ 東京都千代田区1-2")
    page.get_by_role("button", name="入力を直す").click()
    expect(page.get_by_label("ご住所")).to_have_value("東京都千代田区1-2")
    assert "千代田" not in page.url
    confirm(page, "代行申込", judged=True)
    desk.open("/desk/")
    for waits in ("代行申込が遅れています", "工事日が決まっていません"):
        row(waits, "判断待ちを確認済みにする")
        page.get_by_label("何をしたか").fill("NTTに電話で確認した")
        confirm(page, "本日")
    expect(page.get_by_text("判断待ちはありません。")).to_be_visible()
    assert house.get("/v1/tasks")["items"] == []


def test_a_payment_is_entered_and_taken_back_and_a_wrong_entry_corrected(
    desk: Watched, house: House, morning: dict[str, str]
) -> None:
    """The statement is chosen from a list, its page is printed, and a correction shows the difference first."""
    page = desk.page
    sign_in(desk, house, "operator")
    place = f"/desk/contracts/{morning['fee']}"
    desk.open(place)
    page.get_by_role("link", name="入金を入力").last.click()
    confirm(page, "判断 待子")
    expect(page.locator("table", has_text="入金日")).to_contain_text("operator")
    page.get_by_role("link", name="印刷").first.click()
    expect(page.locator("article")).to_contain_text("判断 待子")
    shot(page, "11-statement")
    faultless(page)
    desk.open(place)
    page.get_by_role("link", name="取り消す", exact=True).click()
    page.get_by_label("理由").fill("別の契約の入金")
    confirm(page, "判断 待子")
    expect(page.get_by_role("row", name="取消済み").first).to_be_visible()

    page.get_by_text("#4").first.click()
    page.get_by_role("link", name="この記録を訂正する").first.click()
    page.get_by_label("理由").fill("別の契約の届出")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("heading", name="変わる決定")).to_be_visible()
    shot(page, "12-correction")
    faultless(page)
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("with フレッツ II ファミリー")


def test_a_parked_letter_goes_to_the_address_that_was_put_right(desk: Watched, house: House) -> None:
    """From the row on Today to the person, back, sent again: once it is there nothing is left on the list."""
    page = desk.page
    contract_id = house.accepted(applicant={"name": "宛先 不明", "email": "before@example.com"})
    database = engine(house.stack.database_url)
    with database.begin() as connection:  # an address that no door lets in any more
        connection.execute(text("update person set email = 'taro@[x.jp' where email = 'before@example.com'"))
    database.dispose()
    house.post(f"/v1/contracts/{contract_id}/service-start", {"service_start_on": house.today.isoformat()})
    house.until(lambda: [each["why"] for each in house.contract(contract_id)["needs_operator"]])
    sign_in(desk, house, "operator")
    parked = page.locator("tr", has_text="送信できなかった連絡")
    parked.get_by_role("link", name="宛先を直す").first.click()
    page.get_by_label("メール").fill("after@example.com")
    page.get_by_label("理由").fill("電話で確認した")
    confirm(page, "宛先 不明")
    desk.open("/desk/")
    faultless(page)
    while parked.get_by_role("button", name="もう一度送る").count():
        before = len(house.get("/v1/tasks")["items"])
        parked.get_by_role("button", name="もう一度送る").first.click()
        expect(page.get_by_role("status")).to_be_visible()
        house.until(lambda before=before: len(house.get("/v1/tasks")["items"]) < before)
        desk.open("/desk/")
    house.until(lambda: house.get("/v1/tasks")["items"] == [])
    assert "after@example.com" in sent_to(house)
    page.reload()
    expect(parked).to_have_count(0)
