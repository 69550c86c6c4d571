"""The doors as generated members use them: granted or an error that names the request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

from models.said import said
from rehearsal.story.steps import ScenarioError
from service.access.keys import Keys

TRIES_MAX = 10
PAUSE_S = 1.0


class HttpDoors:
    """Requests over HTTP, each with an idempotency key of its own."""

    def __init__(self, http: httpx.AsyncClient, carrier: httpx.AsyncClient, keys: Keys) -> None:
        """Speak over these connections."""
        self._http = http
        self._carrier = carrier
        self._keys = keys

    async def ask(
        self, method: str, path: str, body: Any, idem: str, *, key: str = "operator", bearer: str | None = None
    ) -> Any:
        """One request; a text is sent as lines of JSON.

        Raises:
            ScenarioError: it was refused.
        """
        headers = {"Authorization": f"Bearer {bearer or getattr(self._keys, key)}"}
        if idem:
            headers["Idempotency-Key"] = idem
        if isinstance(body, str):
            headers["Content-Type"] = "application/x-ndjson"
        sent: dict[str, Any] = {"content": body.encode()} if isinstance(body, str) else {"json": body}
        answer = await patiently(lambda: self._http.request(method, path, headers=headers, **sent))
        if not answer.is_success:
            why = f"{answer.status_code} {answer.text[:400]}"
            raise ScenarioError(said("step_refused", what=f"{method} {path}", why=why))
        return answer.json()

    async def steer(self, method: str, path: str, body: Any) -> Any:
        """One request to the stand-in.

        Raises:
            ScenarioError: it was refused.
        """
        answer = await patiently(lambda: self._carrier.request(method, path, json=body))
        if not answer.is_success:
            raise ScenarioError(said("stand_in_refused", what=f"{method} {path}", why=answer.text[:400]))
        return answer.json()

    async def advance(self, to: str, idem: str) -> None:
        """Move business time on; one that is there already stays."""
        now = (await self.ask("GET", "/v1/clock", None, ""))["now"]
        if datetime.fromisoformat(_moment(to)) > datetime.fromisoformat(now):
            await self.ask("POST", "/v1/clock/advance", {"to": to}, idem)


async def patiently(request: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The same request under the same key while a server is being restarted or is too busy to answer.

    Raises:
        httpx.TransportError: nobody answered ten times in a row.
    """
    for _ in range(TRIES_MAX - 1):
        try:
            answer = await request()
        except httpx.TransportError:
            await asyncio.sleep(PAUSE_S)
            continue
        if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            return answer
        await asyncio.sleep(PAUSE_S)
    return await request()


def _moment(to: str) -> str:
    return to if "T" in to else f"{to}T00:00:00+09:00"
