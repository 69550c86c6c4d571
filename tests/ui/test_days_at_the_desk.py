"""The days of a clerk and an operator in a browser: no id is typed from sign-in to the last task of the morning."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from api.contracts.imports import EXAMPLE as IMPORTED
from api.memberships.routes import EXAMPLE as REGISTERED
from desk.telling import FIGURES, TOLD_ELSEWHERE
from desk.words import code_text, say
from rules.calendar import Month
from store.database import engine
from tests.issuer import Issuer
from tests.ui.conftest import Watched
from tests.ui.steps import PATIENCE_MS, confirm, faultless, sent_to, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui


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
    expect(page.get_by_role("status")).to_contain_text("もう一度送りました")
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
    for name in ("お客さま", "もしも(比較)"):
        assert desk.page.get_by_role("link", name=name, exact=True).count() == 0
    assert desk.page.locator("form[action*='/do/'], a[href*='/do/'], form[action*='resend']").count() == 0
    desk.open("/desk/audit")
    expect(desk.page.get_by_role("heading", name="個人情報の閲覧記録")).to_be_visible()
    shot(desk.page, "08-audit")
    faultless(desk.page)


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
    """From the row on Today to the person, back, sent again, and settled: nothing is left on the list."""
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
    assert "after@example.com" in sent_to(house)
    parked.get_by_role("link", name="判断待ちを確認済みにする").first.click()
    page.get_by_label("何をしたか").fill("宛先を直して送り直した")
    confirm(page, "本日")
    assert house.get("/v1/tasks")["items"] == []


def test_many_at_once_are_tried_carried_out_held_and_told_one_by_one(
    desk: Watched, house: House, tmp_path: Path
) -> None:
    """An import with its refused lines to download; a merger tried first, announced, held, and its contracts listed."""
    page = desk.page
    sign_in(desk, house, "operator")
    page.get_by_role("link", name="一斉処理").click()
    faultless(page)
    page.get_by_role("link", name="既存の契約を取り込む").click()
    lines = [
        json.dumps({**IMPORTED, "external_id": f"UI-{n}", "line": {**IMPORTED["line"], "line_id": f"CAF88{n:08d}"}})
        for n in range(3)
    ]
    (tmp_path / "in.ndjson").write_text("\n".join([lines[0], "=no json", *lines[1:]]), encoding="utf-8")
    page.get_by_label("ファイル").set_input_files(tmp_path / "in.ndjson")
    page.get_by_role("button", name="試す").click()
    expect(page.locator("#tried")).to_be_visible()
    assert house.get("/v1/contracts", course="W1_FAMILY")["items"] == []
    page.get_by_role("button", name="取り込む", exact=True).click()
    expect(page.locator("#finished")).to_be_visible(timeout=PATIENCE_MS)
    shot(page, "13-import")
    faultless(page)
    with page.expect_download() as download:
        page.locator("#report").click()
    report = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert report == ['"行","external_id","code","理由"', '"2","","MALFORMED","入力の形が正しくありません"']
    assert len(house.get("/v1/contracts", course="W1_FAMILY")["items"]) == 3

    page.get_by_role("link", name="一斉処理").click()
    page.get_by_role("link", name="一斉変更を告知する").click()
    page.get_by_label("種類").select_option("terms_change")
    page.get_by_role("checkbox", name="with フレッツ ファミリー", exact=True).check()
    page.get_by_label("効力発生日").fill(str(house.today + timedelta(days=60)))
    page.get_by_label("告知文").fill("利用規程を改定します。")
    faultless(page)
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".card").first).to_contain_text("対象の契約者 3名")
    shot(page, "14-rollout-dry-run")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("規程の変更")
    page.get_by_role("link", name="一時停止する").click()
    confirm(page, "規程の変更")
    expect(page.locator(".sentence")).to_contain_text("停止中")
    _resume(page)
    house.advance(house.today + timedelta(days=61))
    page.reload()
    expect(page.get_by_role("link", name="完了 3")).to_be_visible()
    shot(page, "15-rollout")
    faultless(page)

    page.get_by_role("link", name="一斉処理").click()
    page.get_by_role("link", name="フレッツ光メンバーズクラブ").click()
    faultless(page)
    page.get_by_role("link", name="終了計画を差し替える").click()
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("heading", name="対象")).to_be_visible()
    shot(page, "16-wind-down")


def test_a_person_signs_in_at_the_provider_and_moves_the_clock(desk: Watched, house: House, issuer: Issuer) -> None:
    """Sent away and back, the person acts under the provider's subject; what happened on the way is listed."""
    page = desk.page
    issuer.said = {"sub": "sato", "roles": ["operator"]}
    desk.open("/desk/clock")
    faultless(page)
    page.get_by_role("link", name="組織のアカウントでサインイン").click()
    page.get_by_role("link", name="Agree").click()
    expect(page.get_by_text("person:sato")).to_be_visible()
    page.get_by_label("この日付まで進める").fill(str(Month.of(house.today).plus(1).first_day))
    page.get_by_role("button", name="この日付まで進める").click()
    expect(page.locator("#happened")).to_contain_text("支払期日を確認しました(完了)", timeout=PATIENCE_MS)
    shot(page, "17-clock")
    faultless(page)
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")


def test_the_interface_is_readable_without_internet(desk: Watched) -> None:
    """Swagger UI and ReDoc come from files of our own and ask nobody else."""
    desk.open("/docs")
    expect(desk.page.get_by_role("heading", name="Keiyaku").first).to_be_visible(timeout=PATIENCE_MS)
    desk.open("/redoc")
    expect(desk.page.get_by_role("heading", name="Keiyaku").first).to_be_visible(timeout=PATIENCE_MS)
    desk.open("/guide")
    desk.page.get_by_role("link", name="operator.md").click()
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    expect(desk.page).to_have_title(re.compile("."))
    assert desk.page.url.endswith("/guide/operator")
    desk.open("/guide/docs/desk")
    for picture in desk.page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    wide, shown = desk.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= shown, "a page of the guide scrolls sideways"


NARROW = {"width": 820, "height": 1100}
"""A tablet held upright."""

PHONE = {"width": 390, "height": 844}
"""A telephone; also what is left of a screen at a zoom of 300 %."""

TWO_LINES = 50
"""Pixels of a small button whose word is broken."""


def test_a_member_whose_line_ended_earlier_is_approved_on_a_narrow_screen(desk: Watched, house: House) -> None:
    """NTT's late notice is told in the words of a membership; nothing of the pages leaves a screen of 820."""
    page = desk.page
    page.set_viewport_size(NARROW)
    on, line_id = house.before_the_25th(), house.new_line()
    body = {**REGISTERED, "line": {**REGISTERED["line"], "line_id": line_id}, "applied_at": house.now.isoformat()}
    member_id = house.post("/v1/memberships", body, key="backoffice")["member_id"]
    house.advance(on + timedelta(days=5))
    house.post(f"/v1/memberships/{member_id}/leave", {"received_at": house.now.isoformat()}, key="backoffice")
    house.advance(Month.of(on).plus(1).first_day)
    ended = {"kind": "terminated", "effective_on": str(on + timedelta(days=2)), "details": {}}
    house.carrier.post(f"/lines/{line_id}/notices", json=ended, timeout=60).raise_for_status()

    sign_in(desk, house, "operator")
    assert _wide(page) <= NARROW["width"]
    expect(page.locator("dl.facts").last).to_contain_text("正常")
    faultless(page)
    page.locator("tr", has_text="遅れて届いた事実").get_by_role("link", name="内容を見て承認・不承認").click()
    section = page.locator(".flagged")
    for seen in (
        "NTTから回線の通知を受けました",
        "終了が早まる",
        "会員資格が終わりました",
        "退会 → 資格喪失",
        "いまのまま",
    ):
        expect(section).to_contain_text(seen)
    assert "契約" not in section.inner_text()
    assert member_id not in page.locator("main").inner_text()
    shot(page, "26-member-approval")
    faultless(page)
    page.get_by_label("理由・メモ").fill("NTTの書面を確認した")
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_role("status")).to_be_visible()
    desk.open(f"/desk/members/{member_id}")
    expect(page.locator(".sentence")).to_contain_text("資格喪失")
    assert _wide(page) <= NARROW["width"]

    contract_id = house.get("/v1/contracts", state="active")["items"][0]["contract_id"]
    desk.open(f"/desk/contracts/{contract_id}")
    assert _wide(page) <= NARROW["width"]
    buttons = page.get_by_role("button", name="もう一度送る").all()
    assert buttons
    assert all(each.bounding_box()["height"] < TWO_LINES for each in buttons), "a word is not broken"
    faultless(page)
    page.set_viewport_size(PHONE)
    for place in (f"/desk/contracts/{contract_id}", f"/desk/members/{member_id}", "/desk/", "/desk/audit"):
        desk.open(place)
        inside, seen = page.evaluate("(m => [m.scrollWidth, m.clientWidth])(document.querySelector('main'))")
        assert inside <= seen, f"{place}: a table scrolls inside itself, and nothing with it"
    faultless(page)


def test_no_figure_of_a_decision_lacks_its_words(house: House) -> None:
    """Whatever was decided in these days for somebody who asked: a confirmation has a line for it, or a place."""
    logs = [house.history(each["contract_id"]) for each in house.get("/v1/contracts")["items"]]
    members = [each["member_id"] for each in house.get("/v1/memberships")["items"]]
    logs += [house.get(f"/v1/memberships/{member_id}/history")["items"] for member_id in members]
    asked = [each for log in logs for each in log[1:] if each["actor"] in {"backoffice", "operator"}]
    assert asked
    known = FIGURES.keys() | TOLD_ELSEWHERE
    assert {name: each["event"] for each in asked for name in each["decision"] if name not in known} == {}


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


def test_what_is_over_is_offered_no_more(desk: Watched, house: House) -> None:
    """An ending contract has no other end to compare; nobody is led to an empty choice, or to what is for others."""
    page = desk.page
    begun = house.active(term=True)
    contract_id = house.active(term=True)
    house.cancel(contract_id, house.now.isoformat())
    sign_in(desk, house, "operator")
    desk.open(f"/desk/contracts/{contract_id}/what-if")
    for column in page.locator(".columns section").all():
        expect(column).to_contain_text("いまの状態ではできません (解約予定)")
        assert "not possible" not in column.inner_text()
    desk.open(f"/desk/contracts/{contract_id}")
    acts = page.get_by_role("navigation", name="手続き").inner_text()
    assert "費用を請求するか決める" not in acts
    assert "入金を入力" not in acts
    assert "申込みの取下げ" not in acts
    desk.open(f"/desk/contracts/{begun}")
    acts = page.get_by_role("navigation", name="手続き").inner_text()
    assert "コース変更を入力" in acts
    assert "コースを切り替える" not in acts
    desk.open(f"/desk/contracts/{begun}/do/payment")
    expect(page.get_by_role("status")).to_contain_text("すでに処理が済んでいることがあります")
    faultless(page)
    page.get_by_role("link", name="いまの状態を見る").click()
    expect(page.locator(".sentence")).to_contain_text("ご利用中")
    desk.open(f"/desk/contracts/{contract_id}")
    log = page.locator(".log > li")
    assert log.last.get_by_role("link", name="この記録を訂正する").count() == 0, "the application itself"
    page.get_by_role("button", name="サインアウト").click()
    sign_in(desk, house, "backoffice")
    with desk.expecting("403"):
        desk.open("/desk/clock")
    expect(page.get_by_role("alert")).to_contain_text("権限では行えません")


def _resume(page: Page) -> None:
    page.get_by_role("link", name="再開する").click()
    page.get_by_label("失敗した契約").select_option("false")
    confirm(page, "規程の変更")


def _wide(page: Page) -> int:
    """How wide the page is laid out."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_an_address_that_leads_nowhere_is_a_page_with_a_way_on(desk: Watched, house: House) -> None:
    """Whatever is typed behind `/desk`, in Japanese first; the auditor's proof of the log stands in words too."""
    page = desk.page
    sign_in(desk, house, "auditor")
    made_by_hand = ("/desk/contracts/%00", "/desk/members/a%3Fb", "/desk/rollouts/%7f", "/desk/filings/%1b")
    for nowhere in ("/desk/nothing/x/revisions", "/desk/nowhere", "/desk/contracts/K0", *made_by_hand):
        with desk.expecting("404"):
            desk.open(nowhere)
        expect(page.get_by_role("heading", level=1)).to_have_text("この画面は見つかりません")
        faultless(page)
        page.locator("main").get_by_role("link", name="本日").click()
    page.get_by_role("link", name="監査").click()
    expect(page.locator("main")).to_contain_text("書かれたときのままです")
    page.get_by_text("日ごとの照合値").click()
    faultless(page)
