"""The desk's only way in: requests to the API of this process, signed with who is at the desk.

The same routes, roles, idempotency and refusals as from outside; nothing of the API is called past its doors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.doors.auth import SIGNED_IN, key_caller, still_counts
from api.doors.problems import Problem
from api.services import Caller, Services
from desk.session import SignedIn
from rules.explain.articles import Language

WAIT_S = 900
"""Moving a rehearsal's clock by years takes minutes."""


@dataclass(frozen=True)
class Said:
    """What the API answered."""

    status: int
    body: Any = None
    text: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was granted."""
        return self.status < 400

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items of a list; none of a refusal."""
        return list(self.body.get("items", [])) if self.ok and isinstance(self.body, dict) else []


class DoorAwayError(Exception):
    """What a page is made of cannot be read now; the door says so with a 503."""


@dataclass(frozen=True)
class Door:
    """The API as one person at the desk may use it."""

    app: FastAPI = field(repr=False)
    who: Caller
    language: Language = "ja"

    async def get(self, path: str, **params: Any) -> Said:
        """A read.

        Raises:
            DoorAwayError: nobody answers; without what was asked for there is no page.
        """
        said = await self._ask("GET", path, params=params)
        if said.status == 503 and isinstance(said.body, dict) and "code" in said.body:
            raise DoorAwayError(said.body["code"])
        return said

    async def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str, dry_run: bool = False
    ) -> Said:
        """A command under an idempotency key; a dry run decides and changes nothing."""
        params = {"dry_run": "true"} if dry_run else {}
        return await self._ask(method, path, body=body, params=params, headers={"Idempotency-Key": key})

    async def send_lines(self, path: str, lines: str, *, key: str, dry_run: bool) -> Said:
        """Lines of an import under an idempotency key."""
        params = {"dry_run": "true"} if dry_run else {}
        headers = {"Idempotency-Key": key, "Content-Type": "application/x-ndjson"}
        return await self._ask("POST", path, content=lines.encode(), params=params, headers=headers)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        content: bytes | None = None,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Said:
        async def signed(scope: Scope, receive: Receive, send: Send) -> None:
            await self.app({**scope, SIGNED_IN: self.who}, receive, send)

        wanted = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        transport = httpx.ASGITransport(app=signed)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.invalid", timeout=WAIT_S) as client:
            sent = {"content": content} if content is not None else {"json": body}
            try:
                answer = await client.request(
                    method, path, params=wanted, headers={"Accept-Language": self.language, **(headers or {})}, **sent
                )
            except httpx.InvalidURL:
                return Said(404, Problem(404, "NOT_FOUND", "There is nothing under this address.").body())
        kind = answer.headers.get("content-type", "")
        return Said(answer.status_code, answer.json() if "json" in kind else None, answer.text)


def services(app: FastAPI) -> Services:
    """What the API was made with: the desk keeps its sessions beside the API's rows."""
    found: Services = app.state.services
    return found


async def caller_of(app: FastAPI, key: str) -> Caller | None:
    """Whose key it is."""
    return await key_caller(services(app), key)


async def still_known(app: FastAPI, found: SignedIn) -> bool:
    """Whether whoever signed in would still be let in, with the same key and role."""
    return await still_counts(services(app), found.who, found.mark)
