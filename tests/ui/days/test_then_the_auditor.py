"""An auditor reads what the others did, and finds no work; what every reader is told, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from desk.telling import FIGURES, TOLD_ELSEWHERE
from tests.ui.conftest import Watched
from tests.ui.steps import PATIENCE_MS, faultless, shot, sign_in
from tests.whole.conftest import House

pytestmark = pytest.mark.ui


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


def test_the_interface_is_readable_without_internet(desk: Watched) -> None:
    """Swagger UI and ReDoc come from files of our own and ask nobody else."""
    desk.open("/docs")
    expect(desk.page.get_by_role("heading", name="Keiyaku").first).to_be_visible(timeout=PATIENCE_MS)
    desk.open("/redoc")
    expect(desk.page.get_by_role("heading", name="Keiyaku").first).to_be_visible(timeout=PATIENCE_MS)
    desk.open("/guide")
    desk.page.get_by_role("link", name="判断の担当").click()
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    expect(desk.page).to_have_title(re.compile("."))
    assert desk.page.url.endswith("/guide/operator")
    desk.open("/guide/docs/desk")
    for picture in desk.page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    wide, shown = desk.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= shown, "a page of the guide scrolls sideways"


def test_no_figure_of_a_decision_lacks_its_words(house: House) -> None:
    """Whatever was decided in these days for somebody who asked: a confirmation has a line for it, or a place."""
    logs = [house.history(each["contract_id"]) for each in house.get("/v1/contracts")["items"]]
    members = [each["member_id"] for each in house.get("/v1/memberships")["items"]]
    logs += [house.get(f"/v1/memberships/{member_id}/history")["items"] for member_id in members]
    asked = [each for log in logs for each in log[1:] if each["actor"] in {"backoffice", "operator"}]
    assert asked
    known = FIGURES.keys() | TOLD_ELSEWHERE
    assert {name: each["event"] for each in asked for name in each["decision"] if name not in known} == {}
