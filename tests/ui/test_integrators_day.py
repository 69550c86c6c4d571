"""The integrator's day as one story: read, apply, lose an answer, be told by webhook, catch up, be refused.

Everything is done as the guide says it; the same life is then seen at the desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.activities.outbox.outbox_stand import SECRETS, serving
from tests.furnished import Furniture
from tests.ui.conftest import Watched
from tests.ui.steps import PATIENCE_MS, faultless, shot, sign_in
from tests.whole.conftest import DEFAULT_SCRIPT, House
from tests.whole.together.doors.test_quickstart import lossy

pytestmark = pytest.mark.ui

ORDER = "order-4711"
"""The number of the integrator's own order is the key of the command."""


FAILS = (503, 500)
"""How the receiver answers to the first events of a contract, before it is there."""


@dataclass
class Shop:
    """What the integrator has built: a receiver of events as the guide shows it, and what it remembers of the day."""

    contract_id: str = ""
    cursor: str | None = None
    taken: list[dict[str, Any]] = field(default_factory=list)
    turned_away: list[str] = field(default_factory=list)
    """Ids of the events that came while it was not there."""

    refuses: bool = False
    """Whether it has been changed so that it takes nothing any more."""

    async def take(self, request: Request) -> Response:
        """Only what is signed; nothing while it is not there, and each event once."""
        if self.refuses:
            return PlainTextResponse("no", 422)
        event = Webhook(SECRETS[0]).verify(await request.body(), dict(request.headers))
        if event["subject"].startswith("contract/") and len(self.turned_away) < len(FAILS):
            self.turned_away.append(event["id"])
            return PlainTextResponse("away", FAILS[len(self.turned_away) - 1])
        if request.headers["webhook-id"] not in {each["id"] for each in self.taken}:
            self.taken.append(event)
        return PlainTextResponse("taken")

    def of(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of the contract, in the order they came."""
        return [event for event in events if event["subject"] == f"contract/{self.contract_id}"]


@pytest.fixture(scope="module")
def shop(furniture: Furniture) -> Iterator[tuple[House, Shop]]:
    """A house that tells the shop's receiver."""
    mine = Shop()
    with serving(Starlette(routes=[Route("/hook", mine.take, methods=["POST"])])) as url:
        told = {"KEIYAKU_WEBHOOK_URL": f"{url}/hook", "KEIYAKU_WEBHOOK_SECRET": SECRETS[0]}
        with furniture.stack(extra_env=told) as background:
            yield House(background), mine


@pytest.fixture(scope="module")
def house(shop: tuple[House, Shop]) -> House:
    """The house of this story."""
    return shop[0]


def test_the_interface_leads_from_an_operation_to_its_example_and_to_the_guide(desk: Watched) -> None:
    """`/docs` shows an operation with a body to copy and leads to the quick start; nothing is asked of elsewhere."""
    page = desk.page
    desk.open("/docs")
    operation = page.locator("#operations-contracts-post_applications")
    operation.get_by_role("button").first.click(timeout=PATIENCE_MS)
    for said in ("Idempotency-Key", '"course": "W2_FAMILY"', "201", "422"):
        expect(operation).to_contain_text(said)
    operation.scroll_into_view_if_needed()
    shot(page, "24-operation", whole=False)
    page.get_by_role("link", name="はじめの五分").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("はじめの五分")
    for said in ("Idempotency-Key: $order", "/v1/events", "next_after"):
        expect(page.locator("main")).to_contain_text(said)
    faultless(page)
    page.get_by_role("link", name="the integrator's guide").click()
    expect(page.locator("main")).to_contain_text("webhook-signature")
    desk.page.get_by_role("link", name="契約デスク").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")
    with desk.expecting("404"):
        desk.open("/guide/nowhere")
    page.get_by_role("link", name="手引きの一覧").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("手引き")


def test_an_order_whose_answer_was_lost_is_one_contract_and_is_told_in_order(shop: tuple[House, Shop]) -> None:
    """Sent again under its key it is answered as the first time; the receiver has every event, signed and in order."""
    house, mine = shop
    house.before_the_25th()
    mine.cursor = house.get_as("backoffice", "/v1/events", limit=500)["next_after"]
    house.script(DEFAULT_SCRIPT)
    body = house.application(start_line=True, applicant={"name": "注文 四七子", "email": "order@example.com"})
    sent = {"Authorization": f"Bearer {house.stack.keys.backoffice}", "Idempotency-Key": ORDER}
    with lossy(house.stack.urls.api) as (road, lost), httpx.Client(base_url=road, trust_env=False) as shop_side:
        with pytest.raises(httpx.TransportError):
            shop_side.post("/v1/applications", json=body, headers=sent, timeout=60)
        again = shop_side.post("/v1/applications", json=body, headers=sent, timeout=60)
        repeated = shop_side.post("/v1/applications", json=body, headers=sent, timeout=60)
        other = shop_side.post("/v1/applications", json={**body, "course": "W2_MANSION"}, headers=sent, timeout=60)
    assert (again.status_code, again.json()) == (repeated.status_code, repeated.json())
    assert lost == [again.json()["contract_id"]]
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    mine.contract_id = lost[0]

    house.advance(house.today + timedelta(days=20))
    assert house.state(mine.contract_id) == "active", "NTT opened the line on the way"

    house.until(lambda: len(mine.of(mine.taken)) == len(house.history(mine.contract_id)))
    assert len(set(mine.turned_away)) == 1, "nothing of the contract overtakes the event that waits"
    assert mine.turned_away[0] == mine.of(mine.taken)[0]["id"]
    assert [event["data"]["event"] for event in mine.of(mine.taken)] == house.events(mine.contract_id)


def test_a_cursor_gives_what_the_receiver_was_told(shop: tuple[House, Shop]) -> None:
    """From where the day began, page after page: the same events of the contract in the same order, none twice."""
    house, mine = shop
    found: list[dict[str, Any]] = []

    def caught_up() -> bool:
        page = house.get_as("backoffice", "/v1/events", after=mine.cursor, limit=3)
        mine.cursor = page["next_after"]
        found.extend(page["items"])
        return len(mine.of(found)) == len(mine.of(mine.taken))

    house.until(caught_up)
    assert len({event["id"] for event in found}) == len(found)
    assert mine.of(found) == mine.of(mine.taken)


def test_a_refusal_says_what_to_do_and_the_desk_shows_the_same_life(desk: Watched, shop: tuple[House, Shop]) -> None:
    """There is no cancellation to take back; what is allowed instead is done, and the desk has all of it."""
    house, mine = shop
    refused = house.call("DELETE", f"/v1/contracts/{mine.contract_id}/cancellation", key="backoffice")
    problem = refused.json()
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert (problem["code"], problem["state"], problem["message"]) == (
        "ILLEGAL_TRANSITION",
        "active",
        "いまの状態ではできません",
    )
    assert {"cancel", "request_course_change"} <= set(problem["allowed"])
    letter = {"channel": "online", "received_at": house.now.isoformat()}
    ended = house.post(f"/v1/contracts/{mine.contract_id}/cancellation", letter, key="backoffice")

    page = desk.page
    sign_in(desk, house, "backoffice")
    page.get_by_role("searchbox", name="検索").fill("注文四七子")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="with フレッツ II ファミリー").click()
    expect(page.locator(".sentence")).to_contain_text("解約予定")
    for happened in (
        "NTTへ回線の申込みを代行しました",
        "回線が開通し、提供を開始しました",
        "解約の届出を受け付けました",
    ):
        expect(page.locator(".log")).to_contain_text(happened)
    expect(page.get_by_role("row", name="代行申込の処理状況").first).to_be_visible()
    assert page.locator(".log > li").count() == len(house.history(mine.contract_id))
    assert ended["effective_on"] in house.contract(mine.contract_id)["end_on"]
    shot(page, "25-same-life")
    faultless(page)
    page.get_by_role("link", name="代行申込", exact=True).click()
    expect(page.locator(".sentence")).to_contain_text("開通")
    assert house.differences() == []


def test_events_that_were_given_up_are_told_apart_and_stand_once(desk: Watched, shop: tuple[House, Shop]) -> None:
    """Each with its event, its channel and whose it is; no address is offered; taken after all, nothing waits."""
    house, mine = shop
    mine.refuses = True
    contract_id = house.active(applicant={"name": "通知 不達子", "email": "given-up@example.com"})
    given_up = lambda: [each for each in house.get("/v1/tasks")["items"] if each.get("channel") == "event"]  # noqa: E731
    house.until(lambda: len([each for each in given_up() if each["id"] == contract_id]) >= 2)
    house.until(lambda: house.contract(contract_id)["needs_operator"])
    page = desk.page
    sign_in(desk, house, "operator")
    rows = page.locator("tr", has_text=contract_id)
    expect(rows.filter(has_text="システム連携の通知(webhook): お申込みを受け付けました")).to_have_count(1)
    expect(rows.filter(has_text="システム連携の通知(webhook): サービスの提供を開始しました")).to_have_count(1)
    expect(rows.first).to_contain_text("通知 不達子")
    expect(rows.first).to_contain_text("受信側の応答: 422")
    expect(page.get_by_role("link", name="宛先を直す")).to_have_count(0)
    assert rows.count() == len([each for each in given_up() if each["id"] == contract_id])
    shot(page, "27-given-up")
    faultless(page)
    mine.refuses = False
    for each in given_up():
        house.post(f"/v1/messages/{each['message_id']}/resend", key="operator")
    house.until(lambda: not house.contract(contract_id)["needs_operator"])
    page.reload()
    expect(rows).to_have_count(0)
