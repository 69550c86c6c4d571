"""Nothing typed is lost: by the language, by a session that is over, by going back, by a file that is unfit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.contracts.imports import EXAMPLE as IMPORTED
from tests.ui.conftest import Watched
from tests.ui.steps import PATIENCE_MS, faultless, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui

REASON = "電話で依頼、本人確認済み"


@pytest.fixture(scope="module")
def contract(house: House) -> str:
    """A contract that runs."""
    return house.active(applicant={"name": "入力 残子", "email": "kept@example.com", "phone": "090-1111-2222"})


@pytest.fixture(scope="module")
def place(house: House, contract: str) -> str:
    """The page of whoever has it."""
    return f"/desk/people/{house.contract(contract)['person_id']}"


def test_the_language_changes_on_a_confirmation_and_on_a_refusal(
    desk: Watched, house: House, place: str, contract: str
) -> None:
    """The same confirmation, the same refused form and the same search, in the other language, with what was typed."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open("/desk/people?q=入力残子")
    page.get_by_role("link", name="English").click()
    expect(page.locator(".people")).to_contain_text("入力 残子")
    page.get_by_role("link", name="日本語").click()
    desk.open(place)
    page.get_by_label("ご住所").fill("東京都千代田区9-9")
    page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name="内容を確認する").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Change contact details")
    expect(page.get_by_role("cell", name="東京都千代田区9-9")).to_be_visible()
    faultless(page)
    page.get_by_role("button", name="Change the entries").click()
    expect(page.get_by_label("Address")).to_have_value("東京都千代田区9-9")
    with desk.expecting("400"):
        page.get_by_label("Phone").fill("でんわ")
        page.get_by_role("button", name="Check what would happen").click()
        expect(page.get_by_role("alert")).to_contain_text("Phone")
        page.get_by_role("button", name="日本語").click()
        expect(page.get_by_role("alert")).to_contain_text("電話番号は数字と")
    expect(page.get_by_label("理由")).to_have_value(REASON)
    shot(page, "refused-person")
    desk.open(f"/desk/contracts/{contract}/check/cancellation")
    assert page.url.endswith(f"/desk/contracts/{contract}/do/cancellation"), "a form's address is its page"
    expect(page.get_by_role("heading", level=1)).to_contain_text("解約")


def test_an_emptied_field_is_emptied_and_a_sent_letter_is_told_where_it_was_asked(
    desk: Watched, house: House, place: str
) -> None:
    """The confirmation names it and the record has it; the tick stands beside the letters, once."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open(place)
    page.get_by_label("電話番号").fill("")
    page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("row", name="電話番号")).to_contain_text("なし")
    shot(page, "emptied-phone")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("status")).to_contain_text("完了しました")
    expect(page.locator(".facts").first).not_to_contain_text("090-1111-2222")
    page.get_by_role("button", name="もう一度送る").last.click()
    expect(page.get_by_role("status")).to_be_in_viewport()
    shot(page, "sent-again", whole=False)
    page.reload()
    expect(page.get_by_role("status")).to_have_count(0)
    desk.open(f"{place}?done=resend")
    expect(page.get_by_role("status")).to_have_count(0)


def test_going_back_finds_what_was_typed(desk: Watched, house: House, place: str) -> None:
    """Back from the confirmation and back from what was confirmed lead to a page, the first with what was typed."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open(place)
    page.get_by_label("ご住所").fill("大阪府大阪市1-1")
    page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".notice")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("ご住所")).to_have_value("大阪府大阪市1-1")
    page.get_by_role("button", name="内容を確認する").click()
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("入力 残子")
    expect(page.get_by_label("理由")).to_have_value("")


def test_a_session_that_is_over_costs_nothing_that_was_typed(desk: Watched, house: House, place: str) -> None:
    """After signing in again, a wrong key between, the same entries are checked; a search comes back as a search."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open(place)
    page.get_by_label("ご住所").fill("京都府京都市2-2")
    page.get_by_label("理由").fill(REASON)
    page.context.clear_cookies()
    with desk.expecting("401"):
        page.get_by_role("button", name="内容を確認する").click()
        expect(page.locator(".notice")).to_contain_text("入力した内容から続けられます")
        shot(page, "session-over")
        page.get_by_label("キー").fill("wrong")
        page.get_by_role("button", name="サインイン", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("入れません")
    page.get_by_label("キー").fill(house.stack.keys.operator)
    page.get_by_role("button", name="サインイン", exact=True).click()
    faultless(page)
    shot(page, "signed-in-again")
    page.get_by_role("button", name="入力した内容で続ける").click()
    expect(page.get_by_role("cell", name="京都府京都市2-2")).to_be_visible()
    page.get_by_role("link", name="戻る").click()
    page.context.clear_cookies()
    page.get_by_role("link", name="監査").click()
    with desk.expecting("401"):
        page.get_by_label("キー").fill("wrong")
        page.get_by_role("button", name="サインイン", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("キー").fill(house.stack.keys.operator)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("監査")
    page.get_by_role("link", name="お客さま", exact=True).click()
    page.context.clear_cookies()
    with desk.expecting("401"):
        page.get_by_role("searchbox", name="検索").last.press_sequentially("入力残子")
        expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")
    page.get_by_label("キー").fill(house.stack.keys.operator)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("お客さま")


def test_a_page_left_open_undoes_nothing(desk: Watched, house: House, place: str) -> None:
    """An older page says what changed meanwhile, also after its confirmation, and changes what was typed alone."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open(place)
    page.get_by_label("ご住所").fill("兵庫県神戸市4-4")
    page.get_by_label("理由").fill(REASON)
    beside = page.context.new_page()

    def meanwhile(label: str, value: str) -> None:
        beside.goto(f"{desk.url}{place}")
        beside.get_by_label(label).fill(value)
        beside.get_by_label("理由").fill(REASON)
        beside.get_by_role("button", name="内容を確認する").click()
        beside.get_by_role("button", name="この内容で確定する").click()
        expect(beside.get_by_role("status")).to_contain_text("完了しました")

    meanwhile("メール", "meanwhile@example.com")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("status")).to_contain_text("kept@example.com → meanwhile@example.com")
    expect(page.locator("tbody tr")).to_have_count(1)
    shot(page, "meanwhile")
    faultless(page)
    meanwhile("ご住所", "滋賀県大津市5-5")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("status")).to_contain_text("滋賀県大津市5-5")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.locator(".facts").first).to_contain_text("兵庫県神戸市4-4")
    expect(page.locator(".facts").first).to_contain_text("meanwhile@example.com")
    page.context.clear_cookies()
    with desk.expecting("401"):
        page.get_by_role("button", name="もう一度送る").first.click()
        expect(page.get_by_role("status")).to_contain_text("行われていません")
    page.get_by_label("キー").fill(house.stack.keys.backoffice)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("入力 残子")
    with desk.expecting("400"):
        page.get_by_label("メール").fill("no address")
        page.get_by_label("理由").fill(REASON)
        page.get_by_role("button", name="内容を確認する").click()
        expect(page.get_by_label("メール")).to_be_focused()


def test_a_form_of_another_session_leads_on(desk: Watched, house: House, place: str) -> None:
    """Somebody else signed in beside: the page says so, and what was typed is checked in the new name."""
    page = desk.page
    sign_in(desk, house, "backoffice")
    desk.open(place)
    page.get_by_label("ご住所").fill("奈良県奈良市3-3")
    page.get_by_label("理由").fill(REASON)
    page.context.clear_cookies()
    beside = page.context.new_page()
    beside.goto(f"{desk.url}/desk/")
    beside.get_by_label("キー").fill(house.stack.keys.operator)
    beside.get_by_role("button", name="サインイン", exact=True).click()
    expect(beside.get_by_role("heading", level=1)).to_contain_text("本日")
    with desk.expecting("403"):
        page.get_by_role("button", name="内容を確認する").click()
        expect(page.get_by_role("alert")).to_contain_text("有効期限")
    shot(page, "another-session")
    page.get_by_role("button", name="入力した内容で続ける").click()
    expect(page.get_by_role("cell", name="奈良県奈良市3-3")).to_be_visible()


def test_an_unfit_file_is_told_and_the_rest_of_a_file_goes_on(desk: Watched, house: House, tmp_path: Path) -> None:
    """Shift_JIS is not read at all; a line that is too long is refused alone; a session that is over is named."""
    page = desk.page
    sign_in(desk, house, "operator")
    desk.open("/desk/imports/contracts")
    row = {**IMPORTED, "external_id": "TYPED-1", "line": {**IMPORTED["line"], "line_id": "CAF7700000001"}}
    line = json.dumps(row, ensure_ascii=False)
    (tmp_path / "sjis.ndjson").write_bytes(line.encode("cp932"))
    page.get_by_label("ファイル").set_input_files(tmp_path / "sjis.ndjson")
    page.get_by_role("button", name="試す").click()
    expect(page.get_by_role("alert")).to_contain_text("UTF-8")
    shot(page, "shift-jis")
    long = json.dumps({**row, "external_id": "TYPED-2", "note": "長" * 110_000}, ensure_ascii=False)
    wide = json.dumps({**row, "external_id": "TYPED-3", "note": "広" * 20_000}, ensure_ascii=False)
    lost = json.dumps({**row, "external_id": "TYPED-4", "person": {**row["person"], "name": "山\ufffd"}})
    moved = json.dumps({**row, "line": {**row["line"], "line_id": "CAF7700000002"}}, ensure_ascii=False)
    (tmp_path / "in.ndjson").write_text(f"{long}\n{wide}\n{lost}\n{line}\n{line}\n{moved}", encoding="utf-8")
    page.get_by_label("ファイル").set_input_files(tmp_path / "in.ndjson")
    page.get_by_role("button", name="取り込む", exact=True).click()
    expect(page.locator("#finished")).to_be_visible(timeout=PATIENCE_MS)
    shot(page, "import-report")
    faultless(page)
    assert [page.locator(f"#{name}").inner_text() for name in ("imported", "already", "refused")] == ["1", "1", "4"]
    codes = [cells.split("\t")[2] for cells in page.locator("#lines tbody").inner_text().splitlines()]
    assert codes == ["TOO_LARGE", "MALFORMED", "MALFORMED", "EXTERNAL_ID_CONFLICT"]
    expect(page.locator("#lines tbody")).to_contain_text("文字化け")
    page.context.clear_cookies()
    with desk.expecting("401"):
        page.get_by_role("button", name="試す").click()
        expect(page.locator("#why")).to_contain_text("もう一度サインインしてください")
