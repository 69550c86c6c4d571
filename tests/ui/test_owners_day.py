"""The owner's day in a browser: a merger and the end of the club, tried, announced, carried out, proved.

The tests share one timeline and run in the order of the file: each begins where the one before left the clock.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.furnished import Furniture
from tests.ui.conftest import Watched
from tests.ui.steps import PATIENCE_MS, faultless, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui

BEGINS = datetime.fromisoformat("2018-04-20T09:00:00+09:00")
ANNOUNCED, EFFECTIVE = date(2018, 4, 20), date(2018, 6, 1)
NOTICE = "平成30年6月1日に、マンション H コースを新マンションコースに統合いたします。"
CLUB = "/desk/programs/flets-hikari-members-club"


@pytest.fixture(scope="module")
def house(furniture: Furniture) -> Iterator[House]:
    """A stack whose clock begins on the day マンション H was announced to become マンション."""
    with furniture.stack(clock=BEGINS) as background:
        yield House(background)


def contract(number: int, name: str) -> dict[str, Any]:
    """A contract that exists already, on the course that is to go."""
    return {
        "external_id": f"H-{number}",
        "course": "W2_MANSION_H",
        "applied_on": "2016-05-10",
        "service_start_on": "2016-05-20",
        "minimum_term_end_on": "2018-04-30",
        "payment_agency": False,
        "line": {"operator": "EAST", "line_id": f"CAF70{number:08d}", "brand": "NEXT", "service_type": "MANSION"},
        "person": {
            "name": name,
            "name_kana": "トウゴウ",
            "email": f"h{number}@example.com",
            "phone": "03-0000-0000",
            **HOME,
        },
    }


HOME = {"postal_code": "100-0001", "address": "東京都千代田区千代田1-1"}


def member(number: int, name: str) -> dict[str, Any]:
    """A member with points of two years."""
    line = {"operator": "EAST", "line_id": f"CAF77{number:08d}", "service_type": "NEXT_FAMILY"}
    return {
        "external_id": f"M-{number}",
        "registered_on": "2016-01-01",
        "line": {**line, "service_class": "FAMILY", "in_use_since": "2015-01-15", "ninen_wari_started_on": None},
        "member": {"name": name, "email": f"m{number}@example.com", "phone": "03-0000-0000", "password": "pw"},
        "mail_magazine": True,
        "lots": [
            {"granted_on": "2017-09-10", "kind": "monthly", "points": 900, "left": 900},
            {"granted_on": "2018-04-10", "kind": "monthly", "points": 400, "left": 300},
        ],
    }


def taken_in(house: House, kind: str, rows: list[dict[str, Any]], named: str) -> list[str]:
    """What existed already, as it is when a service begins: their ids, in order."""
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    answer = house.call("POST", f"/v1/{kind}/import", content=lines.encode(), headers=NDJSON)
    assert answer.json()["imported"] == len(rows), answer.text
    return [each[named] for each in answer.json()["lines"]]


NDJSON = {"Content-Type": "application/x-ndjson"}


def rows_of(page: Page, link: str) -> list[dict[str, str]]:
    """A CSV behind a link of the page."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    return list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))


def move_clock(page: Page, to: date) -> None:
    """To a day, with everything due on the way; the page says so while it works."""
    page.get_by_role("link", name="業務日付").click()
    page.get_by_label("この日付まで進める").fill(str(to))
    page.evaluate(REMEMBER)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="この日付まで進める").dblclick(no_wait_after=True)
    expect(page.locator("#happened")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("sessionStorage.getItem('told')") == "処理しています。そのままお待ちください。"
    assert len(sent) == 1, "a second click sends nothing"


REMEMBER = """() => {
  const told = document.getElementById("working");
  const keep = () => sessionStorage.setItem("told", told.textContent);
  new MutationObserver(keep).observe(told, {childList: true});
}"""
"""Keeps what the page says while it waits for the next one: nobody can look at it from outside meanwhile."""


@pytest.fixture(scope="module")
def contracts(house: House) -> dict[str, str]:
    """Four contracts of the course: one runs, one ends before the merger, one has to choose, one leaves meanwhile."""
    names = ("active", "ending", "choosing", "leaver")
    people = ("統合 花子", "解約 予定", "選択 待子", "途中 止男")
    made = dict(
        zip(names, taken_in(house, "contracts", list(map(contract, range(4), people)), "contract_id"), strict=True)
    )
    house.cancel(made["ending"], BEGINS.isoformat())
    lost = {"kind": "terminated", "effective_on": "2018-04-19", "details": {}}
    house.carrier.post("/lines/CAF7000000002/notices", json=lost, timeout=60).raise_for_status()
    assert [house.state(made[name]) for name in names] == ["active", "ending", "choosing", "active"]
    return made


def test_a_merger_is_tried_and_announced(desk: Watched, house: House, contracts: dict[str, str]) -> None:
    """Announced too late it is refused; in time it shows who becomes what, at which price, by which article."""
    page = desk.page
    sign_in(desk, house, "operator")
    page.get_by_role("link", name="一斉処理").click()
    page.get_by_role("link", name="一斉変更を告知する").click()
    page.get_by_label("種類").select_option("course_merge")
    page.get_by_role("checkbox", name="with フレッツ II マンション H").check()
    page.get_by_label("移行先").select_option("W2_MANSION")
    page.get_by_label("告知日").fill(str(ANNOUNCED))
    page.get_by_label("効力発生日").fill("2018-05-10")
    page.get_by_label("告知文").fill(NOTICE)
    with desk.expecting("422"):
        page.get_by_role("button", name="内容を確認する").click()
        expect(page.get_by_role("alert")).to_contain_text("告知から適用までの期間が足りません")
    page.get_by_label("効力発生日").fill(str(EFFECTIVE))
    page.get_by_role("button", name="内容を確認する").click()

    effect = page.locator(".card").first
    expect(effect).to_contain_text("対象の契約者 3名へ、告知文を送ります")
    expect(effect).to_contain_text("一時停止できます")
    page.get_by_text("契約ごとの内容").click()
    for name in ("active", "choosing", "leaver"):
        row = page.get_by_role("row", name=contracts[name])
        for said in ("コースを移行", "最低利用期間は変わりません", "第14条第1項", "2018年4月30日まで", "700円", "0円"):
            expect(row).to_contain_text(said)
    expect(page.get_by_role("row", name=contracts["choosing"])).to_contain_text("ご選択待ち")
    assert page.get_by_role("link", name=contracts["ending"]).count() == 0
    expect(effect).to_contain_text("マンションHコースを新マンションコースに統合")
    shot(page, "18-merger-tried")
    faultless(page)
    assert house.get("/v1/rollouts")["items"] == []

    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.locator(".sentence")).to_contain_text("告知済み")
    expect(page.get_by_role("link", name="予定 3")).to_be_visible()


def test_the_merger_is_carried_out_and_proved(desk: Watched, house: House, contracts: dict[str, str]) -> None:
    """On its day each contract has its own outcome, as a page and as CSV; its page has the article, and the letter."""
    page = desk.page
    house.cancel(contracts["leaver"], house.now.isoformat())
    sign_in(desk, house, "operator")
    move_clock(page, date(2018, 6, 2))
    expect(page.locator("#happened")).to_contain_text("コースが統合されました", timeout=PATIENCE_MS)
    assert "course_merge" not in page.locator("#happened").inner_text()
    page.get_by_role("link", name="一斉処理").click()
    page.get_by_role("link", name="コースの統合").click()
    expect(page.locator(".sentence")).to_contain_text("完了")
    expect(page.get_by_role("link", name="完了 2")).to_be_visible()
    expect(page.get_by_role("row", name=contracts["active"])).to_contain_text("第1章 前書き・第14条第1項")
    expect(page.get_by_role("row", name=contracts["leaver"])).to_contain_text("変更の前に終わる")
    shot(page, "19-merger-done")
    faultless(page)
    told = {row["契約番号"]: row for row in rows_of(page, "CSV")}
    assert {name: told[contracts[name]]["結果"] for name in ("active", "choosing", "leaver")} == {
        "active": "コースを移行",
        "choosing": "コースを移行",
        "leaver": "変更の前に終わるか、対象のコースではありません",
    }

    page.get_by_role("link", name=contracts["active"]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("with フレッツ II マンション")
    page.get_by_text("コースが統合されました").click()
    expect(page.locator(".log li").first).to_contain_text("W-C1.5")
    expect(page.locator(".log li").first).to_contain_text("一斉変更")
    page.get_by_role("link", name="印刷").last.click()
    expect(page.locator("article")).to_contain_text("マンション H コースを新マンションコースに統合")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    shot(page, "20-merger-letter")
    page.emulate_media(media="screen")
    faultless(page)

    desk.open(f"/desk/contracts/{contracts['choosing']}")
    expect(page.locator(".sentence")).to_contain_text("ご選択待ち")
    expect(page.get_by_role("heading", level=1)).to_contain_text("with フレッツ II マンション")
    desk.open(f"/desk/contracts/{contracts['ending']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("マンション H")


PLAN = {
    "announced_on": "2018-07-02",
    "registration_ends_on": "2018-09-30",
    "last_grant_month": "2018-09",
    "points_redated.granted_from": "2018-04-01",
    "points_redated.granted_to": "2018-09-30",
    "points_redated.expires_on": "2018-12-31",
    "ends_on": "2018-12-31",
}


def test_the_club_is_wound_down_and_its_points_end(desk: Watched, house: House) -> None:
    """The plan is tried, takes the old one's place, is announced on its day, and ends every membership by its own."""
    page = desk.page
    stays, leaves = taken_in(house, "memberships", list(map(member, range(2), ("会員 一子", "退会 二郎"))), "member_id")
    sign_in(desk, house, "operator")
    desk.open(CLUB)
    expect(page.locator("#progress")).to_contain_text("会員")
    page.get_by_role("link", name="終了計画を差し替える").click()
    for name, value in PLAN.items():
        page.locator(f"[name='{name}']").fill(value)
    page.get_by_role("button", name="内容を確認する").click()
    effect = page.locator(".card").first
    for said in (
        "告知日に、会員 2名へお知らせします",
        "2018年7月2日",
        "別の計画に差し替えられます",
        "プログラムは2018年12月31日に終了し",
    ):
        expect(effect).to_contain_text(said)
    shot(page, "21-wind-down-tried")
    faultless(page)
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("status").first).to_contain_text("完了")

    move_clock(page, date(2018, 7, 10))
    desk.open(CLUB)
    expect(page.get_by_role("link", name="お知らせ済み 2")).to_be_visible()
    assert page.get_by_role("link", name="終了計画を差し替える").count() == 0, "it was announced"
    desk.open(f"/desk/members/{leaves}")
    page.get_by_role("link", name="退会を入力").click()
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".facts.big")).to_contain_text("会員")
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("status").first).to_contain_text("完了")

    move_clock(page, date(2019, 2, 5))
    expect(page.locator("#happened")).to_contain_text("会員資格をまとめて終了しました(完了)", timeout=PATIENCE_MS)
    desk.open(CLUB)
    expect(page.get_by_role("row", name="マンスリーポイント")).to_contain_text("一致")
    shot(page, "22-wind-down-done")
    faultless(page)
    became = {row["会員番号"]: row["会員の状態"] for row in rows_of(page, "CSV")}
    assert became == {stays: "プログラム終了", leaves: "退会"}
    page.get_by_role("link", name=stays).click()
    expect(page.locator(".sentence")).to_contain_text("プログラム終了")
    expect(page.get_by_role("heading", name="残高 0")).to_be_visible()
    expect(page.locator("table").first).to_contain_text("変更前の期限 2020年3月31日")
    expect(page.locator(".log")).to_contain_text("会員資格が終わりました")
    assert "契約が" not in page.locator(".log").inner_text()
    shot(page, "23-member-ended")
    faultless(page)
    assert house.differences() == []
