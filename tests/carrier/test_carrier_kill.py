"""The stand-in is another company: killing it loses nothing and plans nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

FILINGS = 6
KILL_AFTER_FILINGS = 4
KILL_AT_CALLBACK = 5

PROGRAM = """
import asyncio, sys
from pathlib import Path
from carrier.config import CarrierConfig
from carrier.server import serve
path, url, secret, port = sys.argv[1:]
config = CarrierConfig(database_path=Path(path), callback_url=url, webhook_secret=secret)
asyncio.run(serve(config, "127.0.0.1", int(port)))
"""


class Stand:
    """A stand-in in a process of its own."""

    def __init__(self, config: Any, port: int) -> None:
        """Nothing runs yet."""
        self.arguments = [str(config.database_path), config.callback_url, config.webhook_secret, str(port)]
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, until: Callable[[Callable[[], bool]], None]) -> None:
        """Start and wait until it answers."""
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM, *self.arguments])
        until(self.answers)

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def stand(config: Any, port: int) -> Iterator[Stand]:
    """A stand-in that is gone after the test."""
    found = Stand(config, port)
    yield found
    found.kill()
    found.http.close()


@contextmanager
def _perhaps_killed() -> Iterator[None]:
    """Whoever talks to a killed process gets no answer."""
    try:
        yield
    except httpx.TransportError:
        return


def test_nothing_is_lost_or_planned_twice(stand: Stand, receiver: Any, until: Any) -> None:
    """Killed between filings and inside a callback, each step reaches us under one id with one body."""
    stand.start(until)
    filings = [_filing(number) for number in range(FILINGS)]
    for body in filings[:KILL_AFTER_FILINGS]:
        assert stand.http.post("/WEST/filings", json=body).status_code == 200
    stand.kill()
    stand.start(until)
    seen = [entry["body"]["filing_id"] for entry in stand.http.get("/journal").json()]
    assert seen == [body["filing_id"] for body in filings[:KILL_AFTER_FILINGS]]
    for body in filings:  # our side files again whatever it is unsure of
        assert stand.http.post("/WEST/filings", json=body).status_code == 200
    steps = stand.http.get("/steps").json()
    assert len(steps) == 4 * FILINGS
    receiver.on_call = lambda count: stand.kill() if count == KILL_AT_CALLBACK else None
    for step in steps:
        _play(stand, step["step_id"], until)
    assert stand.http.get("/steps").json() == []
    counts = Counter(call["id"] for call in receiver.calls)
    assert set(counts) == {step["step_id"] for step in steps}
    assert sorted(counts.values())[-2:] == [1, 2], "only the call inside which it was killed comes twice"
    for step_id in counts:
        bodies = [call["body"] for call in receiver.calls if call["id"] == step_id]
        assert all(body == bodies[0] for body in bodies)


def _filing(number: int) -> dict[str, Any]:
    return {
        "filing_id": f"f-{number}",
        "contract_id": f"c-{number}",
        "filed_at": "2018-05-20T09:00:00+09:00",
        "applicant": {"name": "山田太郎", "address": "大阪市北区1-1"},
        "brand": "NEXT",
        "service_type": "MANSION",
    }


def _play(stand: Stand, step_id: str, until: Any) -> None:
    """Play a step as the clock does: until it is played, starting the process again when it died."""
    for _attempt in range(3):
        with _perhaps_killed():
            if stand.http.post(f"/steps/{step_id}/play").json()["played"]:
                return
        if not stand.answers():
            stand.start(until)
    pytest.fail(f"{step_id} was never played")
