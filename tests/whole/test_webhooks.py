"""Every recorded entry is sent to the receiver of webhooks, as the feed has it (CloudEvents, Standard Webhooks)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.routing import Route

from tests.activities.outbox.outbox_stand import SECRETS, Door, serving
from tests.furnished import Furniture
from tests.whole.conftest import House

REFUSES = 410
"""The receiver will never take it: what says so is given up at once."""


@pytest.fixture
def heard(furniture: Furniture) -> Iterator[tuple[House, Door]]:
    """A house that tells a receiver."""
    receiver = Door()
    with serving(Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])) as url:
        told = {"KEIYAKU_WEBHOOK_URL": f"{url}/hook", "KEIYAKU_WEBHOOK_SECRET": SECRETS[0]}
        with furniture.stack(extra_env=told) as background:
            yield House(background), receiver


def test_what_is_recorded_is_sent_in_order_again_until_taken_and_given_up_visibly(heard: tuple[House, Door]) -> None:
    """Signed, in order per entity, the same as the feed; what is refused for good is a task and is sent by request."""
    house, receiver = heard
    receiver.answers = [503, 500]
    contract_id = house.active(term=True, start=house.before_the_25th())
    house.cancel(contract_id, house.now.isoformat())

    def of_contract() -> list[dict[str, Any]]:
        return [body for _, _, body in receiver.calls if body["subject"] == f"contract/{contract_id}"]

    def feed() -> list[dict[str, Any]]:
        return [
            event
            for event in house.get("/v1/events", limit=500)["items"]
            if event["subject"] == f"contract/{contract_id}"
        ]

    assert house.until(lambda: len({event["id"] for event in of_contract()}) == len(house.history(contract_id)))
    house.until(lambda: len(feed()) == len(house.history(contract_id)))
    taken = list({event["id"]: event for event in of_contract()}.values())
    assert taken == feed()
    for body, headers in receiver.signed:
        Webhook(SECRETS[0]).verify(body, headers)
    ids = [body["id"] for _, _, body in receiver.calls]
    assert len(ids) == len(set(ids)) + 2, "what was answered 503 and 500 came again"

    receiver.always["/hook"] = REFUSES
    house.post(f"/v1/contracts/{contract_id}/inquiries", {"topic": "GENERAL", "text": "質問", "attributable": False})
    assert house.until(lambda: house.contract(contract_id)["needs_operator"])
    assert [each["why"] for each in house.contract(contract_id)["needs_operator"]] == ["UNDELIVERABLE"]
    del receiver.always["/hook"]
    parked = next(each for each in house.get("/v1/tasks")["items"] if each["why"] == "UNDELIVERABLE")
    before = len(of_contract())
    (message_id,) = {
        entry["decision"]["message_id"] for entry in house.history(contract_id) if entry["event"] == "undeliverable"
    }
    house.post(f"/v1/messages/{message_id}/resend", key="operator")
    assert house.until(lambda: len(of_contract()) > before)
    assert of_contract()[-1]["data"]["event"] == "inquiry"
    assert parked["id"] == contract_id
    assert house.until(lambda: not house.contract(contract_id)["needs_operator"]), "the task goes with the delivery"
