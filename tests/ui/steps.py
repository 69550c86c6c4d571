"""What every day at the desk is made of: signing in, confirming, a judge of accessibility, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.conftest import Watched
from tests.whole.conftest import House

SHOTS = os.environ.get("KEIYAKU_UI_SHOTS")
"""Where pictures of the pages are written; none without it."""

PATIENCE_MS = 60_000
"""The viewers read the whole interface before they show anything."""


def shot(page: Page, name: str, *, whole: bool = True) -> None:
    """A picture for the documentation; of the whole page, or of what a screen shows of it."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=whole)


def sign_in(desk: Watched, house: House, role: str) -> None:
    """With a named key."""
    desk.open("/desk/")
    desk.page.get_by_label("キー").fill(getattr(house.stack.keys, role))
    desk.page.get_by_role("button", name="サインイン").click()
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("本日")


def counting_clicks(page: Page) -> Callable[[], int]:
    """How often the mouse was pressed on the pages of this one; a key that works a link or a button is none."""
    page.add_init_script(
        "addEventListener('click', (e) => {"
        " if (e.detail) sessionStorage.clicks = 1 + Number(sessionStorage.clicks ?? 0) }, true)"
    )
    return lambda: int(page.evaluate("sessionStorage.clicks ?? 0"))


def sent_to(house: House) -> list[str]:
    """The address of every mail so far."""
    return [to for each in house.carrier.get("/mail").json() for to in each["to"]]


def faultless(page: Page) -> None:
    """WCAG 2 A and AA, as axe judges it; and no link or form that leads nowhere."""
    assert page.locator('a[href=""], form[action=""]').count() == 0
    options: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = Axe().run(page, options=options)
    wrong = [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found.response["violations"]]
    assert wrong == []


def confirm(page: Page, then: str, *, judged: bool = False) -> None:
    """Check a form, look at what it would do, and do it; `then` is the heading of where that leads.

    Every confirmation is one template: each kind of form is judged once, not at every use.
    """
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator(".notice")).to_contain_text("まだ何も変更していません")
    if judged:
        faultless(page)
    page.get_by_role("button", name="この内容で確定する").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(then)
