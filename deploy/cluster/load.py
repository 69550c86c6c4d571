"""Lives of contracts in a steady stream, as a careful client asks for them while servers die."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

import httpx

from api.contracts.applications import EXAMPLE

JAPAN = timezone(timedelta(hours=9))
PATIENCE_SECONDS = 240.0
PAUSE_SECONDS = 0.2
EDITION = "2018-06-01"

Kind = Literal["letter", "filed"]

LIVES: dict[Kind, tuple[str, ...]] = {
    "letter": ("apply", "accept", "start_service", "cancel", "end"),
    "filed": ("apply", "file", "start_filing", "line_opened", "cancel"),
}
"""Kind → the entries of its log, in order. A `letter` is a life keyed in late, over when the last command is answered;
a `filed` one has its line from NTT and ends at the end of a month."""
_ASKED, _CARRIED_OUT = "file", "start_filing"
SCRIPT = [{"after_days": 0, "status": status} for status in ("accepted", "opened")]
"""What NTT answers to every filing, within seconds."""


def as_lived(log: Sequence[str]) -> tuple[str, ...]:
    """A log whose note that the filing was started stands where it does on a quiet day.

    It is written once the worker hears of it; one that dies before hears it again, and NTT may have answered meanwhile.
    """
    if _ASKED not in log or _CARRIED_OUT not in log[log.index(_ASKED) :]:
        return tuple(log)
    others = list(log)
    others.remove(_CARRIED_OUT)
    others.insert(others.index(_ASKED) + 1, _CARRIED_OUT)
    return tuple(others)


class NoAnswerError(Exception):
    """Nobody answered for so long that the life is given up: the test fails."""


@dataclass
class Load:
    """A few lives at a time until told to stop; every answered step has happened, so nothing of it may be missing."""

    bases: Sequence[str]
    """Where our doors answer; asked in turn, the next one when one does not."""
    key: str
    at_once: int = 6
    done: dict[str, Kind] = field(default_factory=dict)
    """Contract id → kind, of every life whose last command was answered."""
    slowest: float = 0.0
    """Seconds of the longest wait for one answer, repeats included, since it was last looked at."""
    repeats: int = 0
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: int = 0

    async def run(self) -> None:
        """Live until `stop`; what has begun is brought to its end.

        Raises:
            NoAnswerError: a step was not answered in time.
            AssertionError: a step was refused.
        """
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client, asyncio.TaskGroup() as group:
            for number in range(self.at_once):
                group.create_task(self._lane(client, "filed" if number % 3 == 0 else "letter"))

    def begin(self) -> None:
        """Allow lives again after `stop`."""
        self._stop.clear()

    def stop(self) -> None:
        """Begin no more lives."""
        self._stop.set()

    async def progress(self, lives: int, *, within: float = PATIENCE_SECONDS) -> None:
        """Wait until so many more lives are done.

        Raises:
            NoAnswerError: they are not, in time.
        """
        wanted, deadline = len(self.done) + lives, time.monotonic() + within
        while len(self.done) < wanted:
            if time.monotonic() > deadline:
                raise NoAnswerError(f"{len(self.done)} of {wanted} lives after {within:g} s")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _lane(self, client: httpx.AsyncClient, kind: Kind) -> None:
        while not self._stop.is_set():
            contract_id = await (self._filed(client) if kind == "filed" else self._letter(client))
            self.done[contract_id] = kind

    async def half(self) -> str:
        """The first half of a `letter`, applied and started: its contract, in force until `finish`.

        Raises:
            NoAnswerError: a step was not answered in time.
            AssertionError: a step was refused.
        """
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            return await self._begin_letter(client)

    async def finish(self, contract_id: str) -> None:
        """The other half: cancelled, and over.

        Raises:
            NoAnswerError: it was not answered in time.
            AssertionError: it was refused.
        """
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            await self._end_letter(client, contract_id)
        self.done[contract_id] = "letter"

    async def _letter(self, client: httpx.AsyncClient) -> str:
        """Applied, started and cancelled months ago, and only now keyed in: over at once."""
        contract_id = await self._begin_letter(client)
        await self._end_letter(client, contract_id)
        return contract_id

    async def _begin_letter(self, client: httpx.AsyncClient) -> str:
        now = datetime.now(JAPAN)
        contract_id = await self._apply(client, now - timedelta(days=150), f"CAF{uuid.uuid4().int % 10**10:010d}")
        await self._start(client, contract_id, now - timedelta(days=140))
        return contract_id

    async def _end_letter(self, client: httpx.AsyncClient, contract_id: str) -> None:
        told = await self._cancel(client, contract_id, "paper", datetime.now(JAPAN) - timedelta(days=70))
        if told["state"] != "ended":
            raise AssertionError(f"{contract_id}: {told}")

    async def _filed(self, client: httpx.AsyncClient) -> str:
        """A line that NTT opens at once, in use from that moment, cancelled for the end of a month."""
        contract_id = await self._apply(client, datetime.now(JAPAN), None)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (now := await self.ask(client, "GET", f"/v1/contracts/{contract_id}"))["state"] == "filing":
            if time.monotonic() > deadline:
                filing = await self.ask(client, "GET", f"/v1/filings/{now['filing_id']}")
                raise NoAnswerError(f"{contract_id}: NTT's answer has not arrived\n{now}\n{filing}")
            await asyncio.sleep(PAUSE_SECONDS)
        await self._cancel(client, contract_id, "online", datetime.now(JAPAN))
        return contract_id

    async def _apply(self, client: httpx.AsyncClient, at: datetime, line_id: str | None) -> str:
        body: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
        body |= {"received_at": at.isoformat(), "start_line": line_id is None}
        body["line"]["line_id"] = line_id
        body["consents"] |= {"general_terms": EDITION, "course_terms": EDITION}
        return str((await self.ask(client, "POST", "/v1/applications", body))["contract_id"])

    async def _start(self, client: httpx.AsyncClient, contract_id: str, at: datetime) -> None:
        body = {"service_start_on": at.date().isoformat()}
        await self.ask(client, "POST", f"/v1/contracts/{contract_id}/service-start", body)

    async def _cancel(self, client: httpx.AsyncClient, contract_id: str, channel: str, at: datetime) -> dict[str, Any]:
        body = {"channel": channel, "received_at": at.astimezone(UTC).isoformat()}
        return await self.ask(client, "POST", f"/v1/contracts/{contract_id}/cancellation", body)

    async def ask(
        self, client: httpx.AsyncClient, method: str, path: str, body: Any = None, *, lines: bytes | None = None
    ) -> dict[str, Any]:
        """One request under one key, repeated at the next door until somebody answers.

        Raises:
            NoAnswerError: nobody did, in time.
            AssertionError: it was refused.
        """
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": uuid.uuid4().hex}
        headers |= {} if lines is None else {"Content-Type": "application/x-ndjson"}
        began = time.monotonic()
        while True:
            self._turn += 1
            base = self.bases[self._turn % len(self.bases)]
            try:
                answer = await client.request(method, base + path, json=body, content=lines, headers=headers)
            except httpx.TransportError:
                answer = None
            waited = time.monotonic() - began
            if answer is not None and answer.status_code != 503:
                self.slowest = max(self.slowest, waited)
                if not answer.is_success:
                    raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
                return dict(answer.json())
            if waited > PATIENCE_SECONDS:
                raise NoAnswerError(f"{method} {path}: no answer for {waited:.0f} s")
            self.repeats += 1
            await asyncio.sleep(PAUSE_SECONDS)
