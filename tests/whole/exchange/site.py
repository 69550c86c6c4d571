"""The club's site, as it speaks to a running stack."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from embedded.stack import EmbeddedStack
from tests.whole.collector import Collector

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


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of what was refused."""
    return answer.status_code, str(answer.json()["code"])
