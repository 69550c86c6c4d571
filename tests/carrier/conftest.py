"""A real stand-in on a free port, and a real receiver of its callbacks."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from carrier.app import create_app
from carrier.config import CarrierConfig

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
READY_SECONDS_MAX = 10.0


def wait_until(found: Callable[[], bool]) -> None:
    """Poll until something is so."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not found():
        assert time.monotonic() < deadline, "it never became so"
        time.sleep(0.01)


class QuickServer(uvicorn.Server):
    """Looks for its end every 10 ms instead of every 100 ms: dozens are started and stopped here."""

    async def main_loop(self) -> None:
        """Wait for the end."""
        await self.on_tick(0)
        while not self.should_exit:  # noqa: ASYNC110 - the flag is set from another thread
            await asyncio.sleep(0.01)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an app by uvicorn in a thread; gives its base URL."""
    # asyncio switches Nagle's algorithm off only where the protocol is named: without it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = QuickServer(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive())
        assert server.started
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@dataclass
class Receiver:
    """What our API would have received; every signature is verified with the library."""

    url: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """Statuses to answer with, first one first; 200 when there are none left."""

    held: str = "-"
    """What is told under an id that begins so is not answered as long as this stands here."""

    on_call: Callable[[int], None] | None = None
    """Called with the number of calls so far, before the answer."""

    async def take(self, request: Request) -> Response:
        """Verify, keep, answer."""
        body = await request.body()
        Webhook(SECRET).verify(body, dict(request.headers))
        self.calls.append({"path": request.url.path, "id": request.headers["webhook-id"], "body": json.loads(body)})
        if self.on_call is not None:
            self.on_call(len(self.calls))
        while str(request.headers["webhook-id"]).startswith(self.held):  # noqa: ASYNC110 - set from another thread
            await asyncio.sleep(0.01)
        return JSONResponse({"taken": True}, status_code=self.answers.pop(0) if self.answers else 200)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The messages only."""
        return [call["body"] for call in self.calls]


@pytest.fixture(scope="session")
def listening_receiver() -> Iterator[Receiver]:
    """A receiver that listens for the whole run: starting one takes longer than most tests."""
    found = Receiver()
    app = Starlette(routes=[Route("/{path:path}", found.take, methods=["POST"])])
    with serving(app) as url:
        found.url = url
        yield found


@pytest.fixture
def receiver(listening_receiver: Receiver) -> Receiver:
    """A receiver that has received nothing yet."""
    listening_receiver.calls.clear()
    listening_receiver.answers = []
    listening_receiver.held = "-"
    listening_receiver.on_call = None
    return listening_receiver


def _settings(path: Path, url: str) -> CarrierConfig:
    return CarrierConfig(
        database_path=path,
        callback_url=url,
        webhook_secret=SECRET,
        smtp_host="127.0.0.1",
        smtp_port=0,
        slow_reply_seconds=0.3,
        slow_callback_seconds=0.2,
        self_play_interval_seconds=0.05,
    )


@pytest.fixture
def config(tmp_path: Path, receiver: Receiver) -> CarrierConfig:
    """A stand-in's settings, with short waits."""
    return _settings(tmp_path / "carrier.db", receiver.url)


class Ntt:
    """A client of a running stand-in, with the calls that tests repeat."""

    def __init__(self, http: httpx.Client) -> None:
        """Use this client."""
        self.http = http

    def filing(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        """The body of one filing."""
        body = {
            "filing_id": f"f-{number}",
            "contract_id": f"c-{number}",
            "kind": "NEW",
            "filed_at": "2018-05-20T09:00:00+09:00",
            "applicant": {"name": "山田太郎", "address": "東京都千代田区1-1"},
            "brand": "NEXT",
            "service_type": "FAMILY",
            "wished_dates": ["2018-06-03"],
        }
        return {**body, **changes}

    def script(self, *steps: dict[str, Any], name: str = "default") -> None:
        """Set a script."""
        answer = self.http.put(f"/scripts/{name}", json=list(steps))
        assert answer.status_code == 200, answer.text

    def file(self, number: int = 1) -> None:
        """File once, and be answered."""
        answer = self.http.post("/EAST/filings", json=self.filing(number))
        assert answer.status_code == 200, answer.text

    def due(self, until: str | None = None) -> list[dict[str, Any]]:
        """The steps ahead."""
        answer = self.http.get("/steps", params={} if until is None else {"until": until})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    def due_ids(self, until: str | None = None) -> list[str]:
        """The ids of the steps ahead."""
        return [step["step_id"] for step in self.due(until)]

    def play(self, step_id: str) -> dict[str, Any]:
        """Play one step."""
        answer = self.http.post(f"/steps/{step_id}/play")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def play_all(self) -> None:
        """Play whatever can be played now, in order."""
        for step_id in self.due_ids():
            assert self.play(step_id)["played"]

    def get(self, path: str) -> Any:
        """Read a page."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def plain_client(url: str) -> httpx.Client:
    """A client for plain HTTP on loopback: it reads no certificate store, which is slow."""
    return httpx.Client(base_url=url, trust_env=False, timeout=10, verify=url.startswith("https:"))


@contextmanager
def _running(config: CarrierConfig) -> Iterator[Ntt]:
    with serving(create_app(config)) as url, plain_client(url) as client:
        yield Ntt(client)


@pytest.fixture
def running() -> Callable[[CarrierConfig], AbstractContextManager[Ntt]]:
    """Starts a stand-in with these settings, for the life of a `with`."""
    return _running


@pytest.fixture
def ntt(config: CarrierConfig) -> Iterator[Ntt]:
    """A stand-in that listens."""
    with _running(config) as client:
        yield client


@pytest.fixture(scope="session")
def shared_ntt(tmp_path_factory: pytest.TempPathFactory, listening_receiver: Receiver) -> Iterator[Ntt]:
    """One stand-in for the tests that leave nothing planned: starting one takes longer than they do."""
    with _running(_settings(tmp_path_factory.mktemp("shared") / "carrier.db", listening_receiver.url)) as client:
        yield client


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Polls until something is so."""
    return wait_until


@pytest.fixture
def port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
