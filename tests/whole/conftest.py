"""Whole stacks for tests: real Temporal, PostgreSQL, stand-in, worker and API, as their users see them.

Tests share one stack and one timeline; its clock only goes forward, so they take their dates from `house.today`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest
from standardwebhooks import Webhook
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from api.contracts.applications import EXAMPLE
from embedded.background import BackgroundStack
from rules.calendar import Month
from service.verify import differences
from store.database import engine
from tests.furnished import Furniture

T = TypeVar("T")

ANSWER_S = 130
"""An advance in which a server is killed may take so long."""


class House:
    """A running stack as the systems around it see it: over HTTP, with the keys of its home, and through Temporal."""

    def __init__(self, background: BackgroundStack) -> None:
        """Speak to a stack that runs."""
        self.background = background
        self.stack = background.stack
        self.http = httpx.Client(base_url=self.stack.urls.api, timeout=ANSWER_S, trust_env=False)
        self.carrier = httpx.Client(base_url=self.stack.urls.carrier, timeout=30, trust_env=False)
        self._lines = itertools.count(1)

    # Requests

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "operator",
        idem: str | None = "",
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> httpx.Response:
        """One request; `key` is a role or None, `idem` an idempotency key (`""`: a fresh one, None: none)."""
        sent = {"Authorization": f"Bearer {getattr(self.stack.keys, key)}"} if key else {}
        if idem is not None:
            sent["Idempotency-Key"] = idem or uuid.uuid4().hex
        if content is not None:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        found = {name: value for name, value in params.items() if value is not None}
        if content is not None:
            return self.http.request(method, path, content=content, headers=sent, params=found)
        return self.http.request(method, path, json=body, headers=sent, params=found)

    def get(self, path: str, **params: Any) -> Any:
        """A read that must work."""
        return self.get_as("auditor", path, **params)

    def get_as(self, role: str, path: str, **params: Any) -> Any:
        """A read that must work for a role."""
        answer = self.call("GET", path, key=role, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """A request that must be granted."""
        answer = self.call("POST", path, body, **more)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def patiently(self, method: str, path: str, body: Any = None, *, idem: str, seconds: float = 180) -> httpx.Response:
        """The same request under the same key until it is answered, as a careful client does while servers die."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.call(method, path, body, idem=idem)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                return answer
            assert time.monotonic() < deadline, f"{method} {path}: no answer for {seconds} s"
            time.sleep(0.1)

    @staticmethod
    def until(condition: Callable[[], T], seconds: float = 120) -> T:
        """Wait for a condition and give what it gave."""
        deadline = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            assert time.monotonic() < deadline, f"not true within {seconds} s"
            time.sleep(0.05)

    # Time

    @property
    def now(self) -> datetime:
        """The business moment, in Japan time."""
        return datetime.fromisoformat(self.get("/v1/clock")["now"])

    @property
    def today(self) -> date:
        """The Japan day."""
        return date.fromisoformat(self.get("/v1/clock")["today"])

    def advance(self, to: date | datetime | str, *, idem: str | None = None) -> dict[str, Any]:
        """Move business time; returns when everything due has happened."""
        at = to if isinstance(to, str) else to.isoformat()
        if idem is None:
            return dict(self.post("/v1/clock/advance", {"to": at}))
        return dict(self.patiently("POST", "/v1/clock/advance", {"to": at}, idem=idem).json())

    def advance_days(self, days: int) -> date:
        """Move to 00:00 of a later Japan day, and give that day."""
        to = self.today + timedelta(days=days)
        self.advance(to)
        return to

    def before_the_25th(self) -> date:
        """Move on to the 10th of a month, and give it: both cancellation rules lie ahead."""
        today = self.today
        on = today if today.day <= 10 else Month.of(today).plus(1).first_day
        on = on.replace(day=10)
        if on > today:
            self.advance(on)
        return on

    @staticmethod
    def at(day: date, clock: str = "10:00:00") -> str:
        """A timestamp in Japan."""
        return f"{day.isoformat()}T{clock}+09:00"

    # Contracts

    def new_line(self) -> str:
        """A line number nobody has used."""
        return f"CAF{uuid.uuid4().int % 10**6:06d}{next(self._lines):04d}"

    def application(self, **changes: Any) -> dict[str, Any]:
        """A body that is accepted: received now, on a line of its own; `line` and `applicant` are merged."""
        body: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
        if "received_at" not in changes:
            changes["received_at"] = self.now.isoformat()
        edition = "2018-06-01" if datetime.fromisoformat(changes["received_at"]) >= _EDITION else "2017-06-01"
        body["consents"] |= {"general_terms": edition, "course_terms": edition}
        body["line"]["line_id"] = None if changes.get("start_line") else self.new_line()
        for name in ("line", "applicant", "consents"):
            body[name] |= changes.pop(name, {})
        return body | changes

    def apply(self, **changes: Any) -> dict[str, Any]:
        """An application that is taken: the whole answer."""
        answer = self.call("POST", "/v1/applications", self.application(**changes))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def accepted(self, **changes: Any) -> str:
        """An accepted contract on an existing line: its id."""
        answer = self.apply(**changes)
        assert answer["state"] == "accepted", answer
        return str(answer["contract_id"])

    def active(self, *, term: bool = False, start: date | None = None, **changes: Any) -> str:
        """A contract in force from today (or `start`): its id; `term`: applied in time for a minimum term."""
        if term:
            changes.setdefault("received_at", "2018-05-20T08:00:00+09:00")
        contract_id = self.accepted(**changes)
        body = {"service_start_on": (start or self.today).isoformat()}
        answer = self.post(f"/v1/contracts/{contract_id}/service-start", body)
        assert answer["state"] == "active", answer
        return contract_id

    def filing(self, script: list[dict[str, Any]] | None = None, **changes: Any) -> tuple[str, str]:
        """A contract whose line NTT-ME files for, and its filing; the script is that of the filings that follow."""
        self.script(DEFAULT_SCRIPT if script is None else script)
        answer = self.apply(start_line=True, **changes)
        assert answer["state"] == "filing", answer
        filing_id = self.contract(answer["contract_id"])["filing_id"]
        self.until(lambda: self.call("GET", f"/v1/filings/{filing_id}").status_code == 200)
        return str(answer["contract_id"]), str(filing_id)

    def contract(self, contract_id: str, as_of: date | None = None) -> dict[str, Any]:
        """The contract, now or as of the end of a day."""
        return dict(self.get(f"/v1/contracts/{contract_id}", as_of=as_of.isoformat() if as_of else None))

    def state(self, contract_id: str) -> str:
        """Its state."""
        return str(self.contract(contract_id)["state"])

    def history(self, contract_id: str) -> list[dict[str, Any]]:
        """Its log."""
        return list(self.get(f"/v1/contracts/{contract_id}/history")["items"])

    def events(self, contract_id: str) -> list[str]:
        """The names in its log, without voided ones."""
        return [entry["event"] for entry in self.history(contract_id) if not entry["voided"]]

    def charges(self, contract_id: str, *, voided: bool | None = None) -> list[dict[str, Any]]:
        """What is or may be owed."""
        return list(self.get(f"/v1/contracts/{contract_id}/charges", voided=voided)["items"])

    def fees(self, contract_id: str, *, voided: bool | None = None) -> list[dict[str, Any]]:
        """The termination fees among its charges."""
        return [each for each in self.charges(contract_id, voided=voided) if each["code"] == "termination_fee"]

    def command(self, contract_id: str, name: str, body: Any = None, **more: Any) -> httpx.Response:
        """A request to a contract, granted or not."""
        return self.call("POST", f"/v1/contracts/{contract_id}/{name}", body, **more)

    def cancel(self, contract_id: str, received_at: str, channel: str = "paper", **more: Any) -> dict[str, Any]:
        """A cancellation notice that is taken."""
        body = {"channel": channel, "received_at": received_at, **more}
        return dict(self.post(f"/v1/contracts/{contract_id}/cancellation", body))

    # The stand-in for NTT

    def script(self, steps: list[dict[str, Any]], name: str = "default") -> None:
        """What NTT will answer to filings that come later."""
        answer = self.carrier.put(f"/scripts/{name}", json=steps)
        assert answer.status_code == 200, answer.text

    def journal(self, path: str = "") -> list[dict[str, Any]]:
        """Requests NTT saw, those whose path or body names something."""
        entries = self.carrier.get("/journal").json()
        return [entry for entry in entries if path in json.dumps(entry, ensure_ascii=False)]

    def filed(self, filing_id: str) -> list[dict[str, Any]]:
        """Every POST of a filing that NTT saw."""
        found = self.journal(filing_id)
        return [each["body"] for each in found if each["method"] == "POST" and each["path"].endswith("/filings")]

    def callback(self, path: str, body: Any, **more: Any) -> httpx.Response:
        """A signed callback as NTT sends it; `webhook_id`, `at` and `secret` may be wrong on purpose."""
        webhook_id = more.get("webhook_id") or uuid.uuid4().hex
        at = more.get("at") or datetime.now(UTC)  # the library takes it for UTC, whatever its zone
        payload = json.dumps(body)
        secret = more.get("secret") or self.stack.keys.carrier_webhook_secret
        headers = {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(webhook_id, at, payload),
            "content-type": "application/json",
        }
        return self.http.post(path, content=payload.encode(), headers=headers)

    # Temporal

    def temporal(self, work: Callable[[Client], Awaitable[T]]) -> T:
        """Do something with a client that has the production converter."""

        async def run() -> T:
            client = await Client.connect(self.stack.urls.temporal, data_converter=pydantic_data_converter)
            return await work(client)

        return asyncio.run(run())

    def histories(self, workflow_id: str) -> list[WorkflowHistory]:
        """The histories of every run of a workflow that the server still has."""

        async def fetch(client: Client) -> list[WorkflowHistory]:
            found = client.list_workflows(f'WorkflowId = "{workflow_id}"')
            return [
                await client.get_workflow_handle(workflow_id, run_id=each.run_id).fetch_history()
                async for each in found
            ]

        return self.temporal(fetch)

    def event_count(self, workflow_id: str) -> int:
        """Events of the current run."""

        async def count(client: Client) -> int:
            return len((await client.get_workflow_handle(workflow_id).fetch_history()).events)

        return self.temporal(count)

    def description(self, workflow_id: str) -> WorkflowExecutionDescription:
        """What the server says of a workflow."""
        return self.temporal(lambda client: client.get_workflow_handle(workflow_id).describe())

    # Invariants

    def differences(self) -> list[str]:
        """Entities whose stored state is not the fold of their log."""
        return [*differences(engine(self.stack.database_url))]


_EDITION = datetime.fromisoformat("2018-06-01T00:00:00+09:00")

DEFAULT_SCRIPT: list[dict[str, Any]] = [
    {"after_days": 1, "status": "accepted"},
    {"after_days": 3, "status": "date_adjusting"},
    {"after_days": 5, "status": "waiting_work", "work_on": "+14"},
    {"after_days": 14, "status": "opened"},
]


@contextmanager
def running(furniture: Furniture, **settings: Any) -> Iterator[House]:
    """A stack of whoever asks; at the end every stored state is still the fold of its log."""
    with furniture.stack(extra_env={"KEIYAKU_LOG_FORMAT": "json"}, **settings) as background:
        house = House(background)
        yield house
        assert house.differences() == []


@pytest.fixture(scope="session")
def house(furniture: Furniture) -> Iterator[House]:
    """The stack all tests share; at the end every stored state is still the fold of its log."""
    with running(furniture) as found:
        yield found


@pytest.fixture(scope="module")
def fresh_house(furniture: Furniture) -> Iterator[House]:
    """A stack of a module's own, for faults that would disturb the others."""
    with running(furniture) as found:
        yield found


@pytest.fixture(scope="package")
def house_of_the_folder(furniture: Furniture) -> Iterator[House]:
    """One stack for a folder, whose `conftest` takes it under the name that its tests ask for."""
    with running(furniture) as found:
        yield found
