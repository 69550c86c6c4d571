"""Members' sessions and exchanges as the club's site sees them, in the last months of the programme.

One stack and one timeline for the module: the tests run in the order of the file, the end of the programme last.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import signal
import time
import uuid
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from temporalio.client import Client

from embedded.stack import EmbeddedStack
from models.messages.club.exchange import workflow_id
from service.verify import differences
from service.watching.traces import KEPT
from store.database import engine
from tests.chaos.processes import stop_tree
from tests.furnished import Furniture
from tests.whole.collector import Collector, Span, collecting

BEGINS = datetime.fromisoformat("2025-03-20T09:00:00+09:00")
PASSWORD = "correct horse battery"  # a sample's
LOTS = [
    {"granted_on": "2022-05-01", "kind": "monthly", "points": 200, "left": 150},
    {"granted_on": "2023-05-01", "kind": "monthly", "points": 500, "left": 500},
]
FORBIDDEN_WORDS = ("example.com", "SAMPLE-", "03-0000", "CAF")


class Club:
    """A running stack as the club's site speaks to it."""

    def __init__(self, stack: EmbeddedStack, collector: Collector, carrier_pid: Callable[[], int]) -> None:
        """Speak to a stack that runs, and whose traces are collected."""
        self.stack = stack
        self.carrier_pid = carrier_pid
        self.collector = collector
        self.http = httpx.Client(base_url=stack.urls.api, timeout=130, trust_env=False)
        self.carrier = httpx.Client(base_url=stack.urls.carrier, timeout=30, trust_env=False)
        self._numbers = itertools.count(1)

    def call(self, method: str, path: str, body: Any = None, *, key: str, idem: str = "") -> httpx.Response:
        """One request; `key` is a role or a session token."""
        bearer = getattr(self.stack.keys, key, key)
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": idem or uuid.uuid4().hex}
        return self.http.request(method, path, json=body, headers=headers)

    def granted(self, method: str, path: str, body: Any = None, *, key: str, idem: str = "") -> dict[str, Any]:
        """A request that must be granted."""
        answer = self.call(method, path, body, key=key, idem=idem)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    def member(self, lots: list[dict[str, Any]] | None = None) -> tuple[str, str]:
        """A member with 650 points (or these lots): id and line number."""
        line_id = f"CAF{next(self._numbers):010d}"
        row = {
            "external_id": line_id,
            "registered_on": "2020-05-01",
            "line": {
                "operator": "EAST",
                "line_id": line_id,
                "service_type": "NEXT_FAMILY",
                "service_class": "FAMILY",
                "in_use_since": "2020-04-12",
            },
            "member": {
                "name": "会員 太郎",
                "email": "taro@example.com",
                "phone": "03-0000-0001",
                "password": PASSWORD,
            },
            "lots": LOTS if lots is None else lots,
        }
        headers = {
            "Authorization": f"Bearer {self.stack.keys.backoffice}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Content-Type": "application/x-ndjson",
        }
        answer = self.http.post("/v1/memberships/import", content=json.dumps(row).encode(), headers=headers)
        (told,) = answer.json()["lines"]
        return str(told["member_id"]), line_id

    def line_token(self, line_id: str) -> str:
        """What NTT's network hands to a browser on that line."""
        return str(self.carrier.post("/EAST/line-tokens", json={"line_id": line_id}).json()["line_token"])

    def log_in(self, member_id: str, line_id: str, *, password: str = PASSWORD, idem: str = "") -> httpx.Response:
        """A login from a line, granted or not."""
        body = {"member_id": member_id, "password": password, "line_token": self.line_token(line_id)}
        return self.call("POST", "/v1/sessions", body, key="site", idem=idem)

    def session(self, member_id: str, line_id: str) -> str:
        """A session from the member's own line: its token."""
        answer = self.log_in(member_id, line_id)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    def confirmed(self, token: str, item_id: str, quantity: int = 1) -> str:
        """A request that only has to be sent: its id."""
        made = self.granted("POST", "/v1/exchanges", {"item_id": item_id, "quantity": quantity}, key=token)
        self.granted("POST", f"/v1/exchanges/{made['exchange_id']}/confirm", key=token)
        return str(made["exchange_id"])

    def send(self, token: str, exchange_id: str, *, idem: str = "") -> httpx.Response:
        """Press send, and again under the same key while nobody answers, as a careful site does."""
        key = idem or uuid.uuid4().hex
        deadline = time.monotonic() + 90
        while True:
            answer = self.call("POST", f"/v1/exchanges/{exchange_id}/send", key=token, idem=key)
            if answer.status_code != 503 or time.monotonic() > deadline:
                return answer
            time.sleep(0.2)

    def balance(self, member_id: str) -> int:
        """Usable points, as the back office sees them."""
        return int(self.granted("GET", f"/v1/memberships/{member_id}/points", key="auditor")["balance"])

    def settled(self, token: str, exchange_id: str) -> dict[str, Any]:
        """The request once NTT has answered."""
        deadline = time.monotonic() + 60
        while True:
            shown = self.granted("GET", f"/v1/exchanges/{exchange_id}", key=token)
            if shown["state"] != "sent":
                return shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.05)

    def advance(self, to: str) -> None:
        """Move business time."""
        self.granted("POST", "/v1/clock/advance", {"to": to}, key="operator")

    @property
    def now(self) -> datetime:
        """The business moment."""
        return datetime.fromisoformat(self.granted("GET", "/v1/clock", key="auditor")["now"])


@pytest.fixture(scope="module")
def club(furniture: Furniture) -> Iterator[Club]:
    """A stack that begins on 2025-03-20 and is traced; at the end every stored state is still the fold of its log."""
    with collecting() as collector:
        traced = {"KEIYAKU_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        with furniture.stack(clock=BEGINS, extra_env=traced) as background:
            yield Club(background.stack, collector, lambda: background.pid("carrier"))
            assert differences(engine(background.stack.database_url)) == []


def test_a_request_is_traced_from_the_door_to_the_sql_without_a_person(club: Club) -> None:
    """The request, the update it sent, the worker's decision and the statements of both processes hang together.

    An execution that another request began has a trace of its own, linked to each request that asks something of it.
    Only attributes that name nobody leave a process: no address, no parameter, nothing that was typed.
    """
    member_id, line_id = club.member()
    path = "/v1/memberships/{member_id}/mail-consents"
    body = {"club": True, "ntt_east": True}
    club.granted("PUT", path.format(member_id=member_id), body, key="backoffice")

    wanted = {
        ("keiyaku-api", "StartWorkflowUpdate:set_mail_consents"),
        ("keiyaku-worker", "HandleUpdate:set_mail_consents"),
        ("keiyaku-worker", "RunActivity:decide_and_record"),
        ("keiyaku-api", "SQL"),
        ("keiyaku-worker", "SQL"),
    }

    def told(each: Span) -> tuple[str, str]:
        return each.service, "SQL" if "db.statement" in each.attributes else each.name

    deadline = time.monotonic() + 30
    while not wanted <= {told(each) for each in club.collector.of(f"PUT {path}")}:
        assert time.monotonic() < deadline, {told(each) for each in club.collector.spans}
        time.sleep(0.05)
    for each in club.collector.spans:
        assert each.attributes.keys() <= KEPT
        for personal in (*FORBIDDEN_WORDS, line_id, "会員", PASSWORD):
            assert personal not in each.raw


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of what was refused."""
    return answer.status_code, str(answer.json()["code"])


# --- sessions ----------------------------------------------------------------------------------------------------


def test_a_session_shows_the_member_the_line_and_the_balance_by_lot(club: Club) -> None:
    """After login from the own line: member, line, services and every lot with its expiry (M-08.1, M-09.12)."""
    member_id, line_id = club.member()
    opened = club.log_in(member_id, line_id).json()
    lasts = datetime.fromisoformat(opened["expires_at"]) - club.now
    assert timedelta(minutes=29) < lasts <= timedelta(minutes=30)
    shown = club.granted("GET", "/v1/session", key=opened["token"])
    assert (shown["member"]["member_id"], shown["line"]["line_id"]) == (member_id, line_id)
    assert shown["balance"] == 650
    assert [lot["left"] for lot in shown["lots"]] == [150, 500]
    assert {"service": "NEXT_FAMILY", "since": "2020-04-12"} in shown["services"]


def test_only_both_of_id_and_password_open_a_session(club: Club) -> None:
    """A wrong password and a wrong id are told apart by nothing (M-09.1, M-09.10)."""
    member_id, line_id = club.member()
    wrong_password = club.log_in(member_id, line_id, password="wrong")
    wrong_id = club.log_in("M000", line_id)
    assert refusal(wrong_password) == refusal(wrong_id) == (401, "WRONG_CREDENTIALS")
    assert wrong_password.json() == wrong_id.json()


def test_only_the_members_own_line_opens_a_session(club: Club) -> None:
    """Another line and a token NTT never issued are refused (M-09.2, M-09.8)."""
    member_id, line_id = club.member()
    assert refusal(club.log_in(member_id, "CAF9999999999")) == (403, "LINE_MISMATCH")
    made_up = {"member_id": member_id, "password": PASSWORD, "line_token": "line_made_up"}
    assert refusal(club.call("POST", "/v1/sessions", made_up, key="site")) == (403, "LINE_MISMATCH")
    assert club.log_in(member_id, line_id).status_code == 200


@pytest.mark.parametrize("role", ["backoffice", "operator", "auditor"])
def test_only_the_site_logs_members_in(club: Club, role: str) -> None:
    """No other key opens a session."""
    body = {"member_id": "M1", "password": "x", "line_token": "x"}
    assert club.call("POST", "/v1/sessions", body, key=role).status_code == 403


def test_a_repeated_login_gives_the_same_session(club: Club) -> None:
    """Same key and body: the first token; same key and another password: a conflict."""
    member_id, line_id = club.member()
    body = {"member_id": member_id, "password": PASSWORD, "line_token": club.line_token(line_id)}
    key = uuid.uuid4().hex
    first = club.granted("POST", "/v1/sessions", body, key="site", idem=key)
    assert club.granted("POST", "/v1/sessions", body, key="site", idem=key) == first
    other = club.call("POST", "/v1/sessions", body | {"password": "other"}, key="site", idem=key)
    assert refusal(other) == (409, "IDEMPOTENCY_CONFLICT")


def test_five_wrong_logins_close_the_door_for_a_quarter_of_an_hour(club: Club) -> None:
    """After the fifth failure even the right password waits; 15 minutes of business time later it opens."""
    member_id, line_id = club.member()
    for number in range(4):
        club.log_in(member_id, line_id, password=f"wrong {number}")
    assert club.log_in(member_id, line_id).status_code == 200
    for number in range(5):
        assert club.log_in(member_id, line_id, password=f"wrong {number}").status_code == 401
    throttled = club.log_in(member_id, line_id)
    assert refusal(throttled) == (403, "THROTTLED")
    assert 1 <= int(throttled.headers["retry-after"]) <= 901
    other_id, other_line = club.member()
    assert club.log_in(other_id, other_line).status_code == 200
    club.advance((club.now + timedelta(minutes=15)).isoformat())
    assert club.log_in(member_id, line_id).status_code == 200


def test_a_session_is_over_after_half_an_hour_and_with_a_new_password(club: Club) -> None:
    """29 minutes later it still answers, 31 minutes later not; a changed password ends it at once (M-09.11)."""
    member_id, line_id = club.member()
    token, began = club.session(member_id, line_id), club.now
    club.advance((began + timedelta(minutes=29)).isoformat())
    assert club.call("GET", "/v1/session", key=token).status_code == 200
    club.advance((began + timedelta(minutes=31)).isoformat())
    assert refusal(club.call("GET", "/v1/session", key=token)) == (401, "SESSION_EXPIRED")
    token = club.session(member_id, line_id)
    club.granted("POST", f"/v1/memberships/{member_id}/credentials", {"password": "a new one"}, key="operator")
    assert refusal(club.call("GET", "/v1/session", key=token)) == (401, "SESSION_EXPIRED")
    assert club.log_in(member_id, line_id).status_code == 401
    assert club.log_in(member_id, line_id, password="a new one").status_code == 200


def test_a_stranger_locks_nobody_out(club: Club) -> None:
    """Wrong logins from another line and with made-up tokens are held back; the member's own line stays open."""
    member_id, line_id = club.member()
    for number in range(6):
        last = club.log_in(member_id, "CAF9999999999", password=f"wrong {number}")
    assert refusal(last) == (403, "THROTTLED")
    made_up = {"member_id": member_id, "password": "wrong", "line_token": "line_made_up"}
    assert refusal(club.call("POST", "/v1/sessions", made_up, key="site")) == (403, "THROTTLED")
    assert club.log_in(member_id, line_id).status_code == 200


def test_a_reset_lets_the_right_password_in(club: Club) -> None:
    """Held back on the own line too, the member comes in at once with the password of the reception centre."""
    member_id, line_id = club.member()
    for number in range(6):
        last = club.log_in(member_id, line_id, password=f"wrong {number}")
    assert refusal(last) == (403, "THROTTLED")
    person_id = club.granted("GET", f"/v1/memberships/{member_id}", key="operator")["person_id"]
    person = club.granted("GET", f"/v1/people/{person_id}", key="operator")
    for guessed in (person["email"], person["phone"].replace("-", ""), "ｐａｓｓｗｏｒｄ１"):
        own = club.call("POST", f"/v1/memberships/{member_id}/credentials", {"password": guessed}, key="operator")
        assert (own.status_code, own.json()["code"]) == (422, "PASSWORD_TOO_WEAK"), guessed
    weak = club.call("POST", f"/v1/memberships/{member_id}/credentials", {"password": "password1"}, key="operator")
    assert refusal(weak) == (422, "PASSWORD_TOO_WEAK")
    club.granted("POST", f"/v1/memberships/{member_id}/credentials", {"password": "the reset one"}, key="operator")
    assert club.log_in(member_id, line_id, password="the reset one").status_code == 200


def test_logging_out_ends_the_session(club: Club) -> None:
    """The token opens nothing afterwards, a repeat is answered the same, and another session of the member goes on."""
    member_id, line_id = club.member()
    token, other = club.session(member_id, line_id), club.session(member_id, line_id)
    assert token != other
    first = club.granted("DELETE", "/v1/session", key=token)
    assert club.granted("DELETE", "/v1/session", key=token) == first
    assert refusal(club.call("GET", "/v1/session", key=token)) == (401, "SESSION_EXPIRED")
    assert club.call("GET", "/v1/session", key=other).status_code == 200
    assert refusal(club.call("DELETE", "/v1/session", key="ms_nobody")) == (401, "UNAUTHENTICATED")


def test_a_member_ends_a_session_left_open_elsewhere(club: Club) -> None:
    """The member sees the own open sessions and ends one, once or again; another member's is as good as none."""
    member_id, line_id = club.member()
    left, mine = club.session(member_id, line_id), club.session(member_id, line_id)
    stranger = club.session(*club.member())
    listed = club.granted("GET", "/v1/sessions", key=mine)["items"]
    assert sorted(each["current"] for each in listed) == [False, True]
    page = club.granted("GET", "/v1/sessions?limit=1", key=mine)
    rest = club.granted("GET", f"/v1/sessions?limit=1&cursor={page['next_cursor']}", key=mine)
    assert [*page["items"], *rest["items"]] == listed
    assert rest["next_cursor"] is None
    (there,) = [each["session_id"] for each in listed if not each["current"]]
    assert refusal(club.call("DELETE", f"/v1/sessions/{there}", key=stranger)) == (404, "NOT_FOUND")
    assert club.call("GET", "/v1/session", key=left).status_code == 200
    first = club.granted("DELETE", f"/v1/sessions/{there}", key=mine)
    assert club.granted("DELETE", f"/v1/sessions/{there}", key=mine) == first
    assert refusal(club.call("GET", "/v1/session", key=left)) == (401, "SESSION_EXPIRED")
    assert [each["current"] for each in club.granted("GET", "/v1/sessions", key=mine)["items"]] == [True]
    for key in (left, "site", "operator"):
        assert club.call("GET", "/v1/sessions", key=key).status_code in {401, 403}


def test_the_database_holds_no_token_as_it_is(club: Club) -> None:
    """Neither the session's token nor the line's stands in the table, and the one is not made of key and header."""
    member_id, line_id = club.member()
    body = {"member_id": member_id, "password": PASSWORD, "line_token": club.line_token(line_id)}
    opened = club.granted("POST", "/v1/sessions", body, key="site", idem="known to the site")
    with engine(club.stack.database_url).connect() as connection:
        rows = str(connection.execute(text("select s::text from member_session s")).all())
    assert opened["token"] not in rows
    assert body["line_token"] not in rows
    said = b"member session\nknown to the site"
    made = hmac.new(club.stack.keys.site.encode(), said, hashlib.sha256).digest()
    assert opened["token"] != f"ms_{urlsafe_b64encode(made).decode().rstrip('=')}"


@pytest.mark.parametrize("role", ["backoffice", "operator", "auditor", "site"])
def test_no_key_makes_an_exchange(club: Club, role: str) -> None:
    """Only the member's own session exchanges points, and a session opens no other door (M-09.9, M-09.10)."""
    for method, path in (
        ("GET", "/v1/session"),
        ("GET", "/v1/items"),
        ("GET", "/v1/exchanges"),
        ("POST", "/v1/exchanges"),
        ("PUT", "/v1/exchanges/X1"),
        ("POST", "/v1/exchanges/X1/confirm"),
        ("POST", "/v1/exchanges/X1/send"),
    ):
        body = {"item_id": "GIFT-100", "quantity": 1} if path == "/v1/exchanges" and method == "POST" else None
        body = {"email": "a@example.com"} if method == "PUT" else body
        assert refusal(club.call(method, path, body, key=role)) == (403, "FORBIDDEN"), path
    token = club.session(*club.member())
    assert club.call("GET", "/v1/memberships", key=token).status_code == 401


# --- exchanges ---------------------------------------------------------------------------------------------------


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


def test_a_member_who_has_left_uses_the_site_through_that_day(club: Club) -> None:
    """Left today: still open today, refused from the next day on (M-05.7)."""
    member_id, line_id = club.member()
    club.granted("POST", f"/v1/memberships/{member_id}/leave", key="backoffice")
    token = club.session(member_id, line_id)
    assert club.send(token, club.confirmed(token, "GIFT-100")).status_code == 200
    club.advance((club.now + timedelta(days=1)).date().isoformat())
    assert refusal(club.log_in(member_id, line_id)) == (422, "POINTS_FORFEITED")


def test_the_last_moment_of_the_programme(club: Club) -> None:
    """2025-03-31 23:59:30 is accepted, 2025-04-01 00:00:00 refused, and the site is closed (M-09.13, M-08.1)."""
    member_id, line_id = club.member()
    club.advance("2025-03-31T23:50:00+09:00")
    token = club.session(member_id, line_id)
    in_time, late = club.confirmed(token, "GIFT-100"), club.confirmed(token, "GIFT-100")
    payment = club.confirmed(token, "FEE-PAYMENT", 50)
    club.advance("2025-03-31T23:59:00+09:00")
    key = uuid.uuid4().hex
    sent = club.send(token, in_time, idem=key)
    assert sent.status_code == 200, sent.text
    assert club.send(token, payment).status_code == 200
    club.advance("2025-04-01T00:00:00+09:00")
    assert refusal(club.send(token, late)) == (422, "PROGRAMME_ENDED")
    for path in ("/v1/session", "/v1/items", "/v1/exchanges"):
        assert refusal(club.call("GET", path, key=token)) == (422, "PAGE_CLOSED")
    body = {"item_id": "GIFT-100", "quantity": 1}
    assert refusal(club.call("POST", "/v1/exchanges", body, key=token)) == (422, "PAGE_CLOSED")
    assert refusal(club.log_in(member_id, line_id)) == (422, "PAGE_CLOSED")
    # What was answered before the end is answered again, and what was sent in time is done.
    assert club.send(token, in_time, idem=key).json() == sent.json()
    entries = club.granted("GET", f"/v1/memberships/{member_id}/ledger", key="auditor")["items"]
    assert sum(each["points"] for each in entries) == 0
    told = [each for each in club.carrier.get("/journal").json() if payment in json.dumps(each)]
    assert len(told) == 1
