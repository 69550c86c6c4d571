"""Requests to exchange points as the club's site sees them."""

from __future__ import annotations

import asyncio
import json
import signal
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from models.messages.club.exchange import workflow_id
from tests.chaos.processes import stop_tree
from tests.whole.exchange.site import BEGINS, FORBIDDEN_WORDS, Club, refusal


def test_a_new_home_has_items_from_one_hundred_points_up(club: Club) -> None:
    """Sample items with codes in stock, though the home begins without samples (M-01.4)."""
    items = club.granted("GET", "/v1/items", key=club.session(*club.member()))["items"]
    assert {item["kind"] for item in items} == {"gift_code", "fee_payment"}
    assert min(item["points"] for item in items if item["kind"] == "gift_code") == 100
    assert all(item["available"] for item in items)


def test_a_gift_code_from_the_draft_to_the_list_of_codes(club: Club) -> None:
    """Draft pre-filled, edited, confirmed, sent: points leave once, and the code is in the answer and the list."""
    member_id, line_id = club.member()
    token = club.session(member_id, line_id)
    made = club.granted("POST", "/v1/exchanges", {"item_id": "GIFT-100", "quantity": 1}, key=token)
    assert (made["state"], made["points"]) == ("draft", 100)
    assert (made["email"], made["phone"]) == ("taro@example.com", "03-0000-0001")
    path = f"/v1/exchanges/{made['exchange_id']}"
    assert refusal(club.call("POST", f"{path}/send", key=token)) == (409, "ILLEGAL_TRANSITION")
    club.granted("PUT", path, {"email": ""}, key=token)
    assert refusal(club.call("POST", f"{path}/confirm", key=token)) == (422, "FIELD_MISSING")
    edited = club.granted("PUT", path, {"email": "other@example.com", "quantity": 2}, key=token)
    assert (edited["points"], edited["email"]) == (200, "other@example.com")
    club.granted("POST", f"{path}/confirm", key=token)
    assert club.balance(member_id) == 650
    key = uuid.uuid4().hex
    sent = club.granted("POST", f"{path}/send", key=token, idem=key)
    assert club.granted("POST", f"{path}/send", key=token, idem=key) == sent
    assert refusal(club.call("POST", f"{path}/send", key=token)) == (409, "ILLEGAL_TRANSITION")
    assert sent["state"] == "fulfilled"
    assert sent["expires_on"] == "2025-09-30"
    assert club.balance(member_id) == 450
    listed = club.granted("GET", "/v1/exchanges", key=token)["items"]
    assert sorted(each["code"] for each in listed) == sorted(each["code"] for each in sent["codes"])
    assert {"code", "exchanged_at", "url", "expires_on"} <= set(listed[0])
    # For this request only: the member's record is as it was.
    assert club.granted("GET", "/v1/session", key=token)["member"]["email"] == "taro@example.com"


def test_temporal_learns_no_contact_data_and_no_code(club: Club) -> None:
    """Nothing of an exchange's history holds an address, a line number or a gift code, and its page is in Japanese."""
    token = club.session(*club.member())
    exchange_id = club.confirmed(token, "GIFT-100")
    club.send(token, exchange_id)

    async def fetch() -> str:
        client = await Client.connect(club.stack.urls.temporal)
        history = await client.get_workflow_handle(workflow_id(exchange_id)).fetch_history()
        return history.to_json()

    told = asyncio.run(fetch())
    assert [word for word in FORBIDDEN_WORDS if word in told] == []


def test_somebody_elses_request_is_not_found(club: Club) -> None:
    """A member sees and sends the member's own requests only."""
    token, other = club.session(*club.member()), club.session(*club.member())
    exchange_id = club.confirmed(token, "GIFT-100")
    assert club.call("GET", f"/v1/exchanges/{exchange_id}", key=other).status_code == 404
    assert club.call("POST", f"/v1/exchanges/{exchange_id}/send", key=other).status_code == 404
    assert club.call("PUT", f"/v1/exchanges/{exchange_id}", {"quantity": 2}, key=other).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"item_id": "NONE", "quantity": 1}, 422, "UNKNOWN_ITEM"),
        ({"item_id": "GIFT-100", "quantity": 0}, 422, "QUANTITY_OUT_OF_RANGE"),
        ({"item_id": "FEE-PAYMENT", "quantity": 5001}, 422, "QUANTITY_OUT_OF_RANGE"),
        ({"item_id": "GIFT-100", "quantity": "many"}, 400, "MALFORMED"),
    ],
)
def test_a_draft_that_cannot_be(club: Club, body: dict[str, Any], status: int, code: str) -> None:
    """Unknown items and impossible quantities never become a draft (M-09.3, F-09)."""
    assert refusal(club.call("POST", "/v1/exchanges", body, key=club.session(*club.member()))) == (status, code)


def test_too_few_points_change_nothing(club: Club) -> None:
    """1,000 points are not there: refused at send, the balance stays, and no workflow began (M-04.6, M-09.5)."""
    member_id, line_id = club.member()
    token = club.session(member_id, line_id)
    exchange_id = club.confirmed(token, "GIFT-1000")
    assert refusal(club.send(token, exchange_id)) == (422, "INSUFFICIENT_POINTS")
    assert club.balance(member_id) == 650
    assert club.granted("GET", f"/v1/exchanges/{exchange_id}", key=token)["state"] == "confirmed"


def test_many_clients_send_the_last_points_and_exactly_the_right_number_win(club: Club) -> None:
    """Forty requests of 100 at once on 650 points: six win, 50 points are left, six codes are listed (M-09.5)."""
    member_id, line_id = club.member()
    token = club.session(member_id, line_id)
    requests = [club.confirmed(token, "GIFT-100") for _ in range(40)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda each: club.send(token, each), requests))
    told = Counter((each.status_code, each.json().get("code", "")[:6]) for each in answers)
    assert told == {(200, "SAMPLE"): 6, (422, "INSUFF"): 34}
    assert club.balance(member_id) == 50
    assert len(club.granted("GET", "/v1/exchanges", key=token)["items"]) == 6


def test_a_fee_payment_goes_to_ntt_once(club: Club) -> None:
    """123 points for the bill of the month after: NTT gets one message of the agreed kind (M-09.6, F-09)."""
    member_id, line_id = club.member()
    token = club.session(member_id, line_id)
    exchange_id = club.confirmed(token, "FEE-PAYMENT", 123)
    assert club.send(token, exchange_id).status_code == 200
    assert club.settled(token, exchange_id)["state"] == "fulfilled"
    assert club.balance(member_id) == 527
    told = [each["body"] for each in club.carrier.get("/journal").json() if exchange_id in json.dumps(each)]
    assert [(each["kind"], each["line_id"]) for each in told] == [("FEE_PAYMENT", line_id)]
    assert told[0]["body"] == {"points": 123, "billing_month": "2025-04"}


def test_a_refused_fee_payment_returns_the_points(club: Club) -> None:
    """NTT refuses it for good: every point is back in its own lot (M-09.5, M-04.6)."""
    member_id, line_id = club.member()
    token = club.session(member_id, line_id)
    exchange_id = club.confirmed(token, "FEE-PAYMENT", 200)
    # NTT knows this message id already, with another body: it refuses ours for good.
    taken = {"message_id": f"fee-payment.{exchange_id}", "kind": "INQUIRY", "at": BEGINS.isoformat(), "body": {}}
    assert club.carrier.post("/EAST/messages", json=taken).status_code == 200
    assert club.send(token, exchange_id).json()["state"] == "sent"
    assert club.settled(token, exchange_id)["state"] == "failed"
    shown = club.granted("GET", f"/v1/memberships/{member_id}/points", key="auditor")
    assert [lot["left"] for lot in shown["lots"]] == [150, 500]
    entries = club.granted("GET", f"/v1/memberships/{member_id}/ledger", key="auditor")["items"]
    mine = [(each["kind"], each["points"]) for each in entries if each["exchange_id"] == exchange_id]
    assert mine == [("spend", -150), ("spend", -50), ("return", 150), ("return", 50)]


def test_points_of_a_payment_that_fails_after_a_wrong_end_are_not_lost(club: Club) -> None:
    """Left the day before it was sent, as is told while NTT is silent; refused, nobody is asked; undone, all is back.

    650 points again, and no task, are what a read then shows (X-05, M-09.5).
    """
    member_id, line_id = club.member()
    path = f"/v1/memberships/{member_id}"
    token = club.session(member_id, line_id)
    exchange_id = club.confirmed(token, "FEE-PAYMENT", 200)
    taken = {"message_id": f"fee-payment.{exchange_id}", "kind": "INQUIRY", "at": BEGINS.isoformat(), "body": {}}
    assert club.carrier.post("/EAST/messages", json=taken).status_code == 200

    def asked() -> list[str]:
        return [each["why"] for each in club.granted("GET", path, key="auditor")["needs_operator"]]

    stop_tree(club.carrier_pid(), signal.SIGSTOP)
    try:
        assert club.send(token, exchange_id).json()["state"] == "sent"
        left = {"received_at": (club.now - timedelta(days=1)).isoformat()}
        club.granted("POST", f"{path}/leave", left, key="backoffice")
        assert asked() == ["POINTS_SPENT_AFTER_END"]
    finally:
        stop_tree(club.carrier_pid(), signal.SIGCONT)
    deadline = time.monotonic() + 60
    while asked():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    history = club.granted("GET", f"{path}/history", key="auditor")["items"]
    assert "exchange_failed" in [each["event"] for each in history]
    assert club.balance(member_id) == 0
    seq = next(each["seq"] for each in history if each["event"] == "leave_notice")
    wrong = {"voids": seq, "reason": "誤入力", "reason_code": "entry_error"}
    club.granted("POST", f"{path}/corrections", wrong, key="operator")
    assert (club.balance(member_id), asked()) == (650, [])
