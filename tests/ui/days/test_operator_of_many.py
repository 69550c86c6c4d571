"""An operator's work on many at once, the clock of a rehearsal, and a tablet held upright."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from api.contracts.imports import EXAMPLE as IMPORTED
from api.memberships.routes import EXAMPLE as REGISTERED
from rules.calendar import Month
from store.database import engine as database_engine
from tests.issuer import Issuer
from tests.ui.conftest import Watched
from tests.ui.steps import PATIENCE_MS, confirm, faultless, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui


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
    desk.open("/desk/people")
    with database_engine(house.stack.database_url).begin() as connection:
        connection.execute(text("update desk_session set created_at = created_at - interval '25 minutes',"
                                " expires_at = expires_at - interval '25 minutes'"))  # fmt: skip
        (before,) = connection.execute(text("select token_hash from desk_session where actor = 'person:sato'")).one()
    # A form leads to it: what follows of a form may not be redirected to another site.
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_role("button", name="検索")).to_be_visible()
    expect(page.get_by_text("person:sato")).to_be_visible()
    with database_engine(house.stack.database_url).begin() as connection:
        (after,) = connection.execute(text("select token_hash from desk_session where actor = 'person:sato'")).one()
    assert after != before
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")


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
