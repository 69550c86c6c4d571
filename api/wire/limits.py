"""Before any door, and before anybody is asked who they are: how large, how deep and how slow a request may be.

Also what every answer carries, and the last net: what nobody expected is a 500 that says nothing of the inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.carrier.resending import to_sender
from api.doors.problems import Problem
from api.services import reading_only
from api.wire import json_text, misfits
from api.wire.misfits import NOT_UTF8

log = logging.getLogger(__name__)

BODY_MAX = 1_000_000
"""Bytes of an ordinary body."""

BODY_S = 10.0
"""Seconds in which an ordinary body has to arrive whole."""

LET_GO_MAX = 30_000_000
"""Bytes of a body that are taken in to be thrown away."""

STREAM_MAX = 100_000_000
"""Bytes of an import; it is read only for a caller who may import."""

STREAM_S = 300.0

STREAMED = frozenset({"/v1/contracts/import", "/v1/memberships/import"})

_READS = frozenset({"GET", "HEAD"})

SECURITY: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}

NOTHING_EMBEDDED = "default-src 'none'; frame-ancestors 'none'"
"""Data is never a page."""

PAGES_ALONE = "frame-ancestors 'none'; base-uri 'self'; object-src 'none'"
"""Of a page that brings no policy of its own."""


@dataclass(frozen=True)
class Limits:
    """How much a caller may send, and how slowly."""

    body_max: int = BODY_MAX
    body_s: float = BODY_S
    stream_max: int = STREAM_MAX
    stream_s: float = STREAM_S


class LimitsMiddleware:
    """The outermost layer of the doors."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        """Stand before an app."""
        self._app = app
        self._limits = limits or Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        outgoing = _Outgoing(send, scope)
        try:
            with reading_only() if scope["method"] in _READS else nullcontext():
                await self._app(scope, await self._taken(scope, receive), outgoing)
        except Problem as problem:
            page = _page_for(scope, problem)
            if page is None:
                await outgoing.problem(problem)
                return
            await _let_go(receive)
            await page(scope, receive, outgoing)
        except Exception:
            if outgoing.begun:
                raise
            log.exception("%s %s failed by a defect", scope["method"], scope.get("route") or "no route")
            await outgoing.problem(Problem(500, "DEFECT", "This service has a defect; its log has been told."))

    async def _taken(self, scope: Scope, receive: Receive) -> Receive:
        headers, limits = Headers(scope=scope), self._limits
        announced = headers.get("content-length", "")
        if not announced and "transfer-encoding" not in headers:
            return receive
        streamed = scope["path"] in STREAMED
        most = limits.stream_max if streamed else limits.body_max
        if announced.isascii() and announced.isdecimal() and int(announced[:20]) > most:
            raise _too_large(most)
        if streamed:
            return _Streamed(receive, most, limits.stream_s)
        body = await _Streamed(receive, most, limits.body_s).whole()
        check(body)
        return _Replayed(body, receive)


Pages = Callable[[Request, int], Response]
"""What people are shown where a request of theirs is refused before any page has read it."""


def show_pages(app: FastAPI, below: str, pages: Pages) -> None:
    """Have refusals below an address told as pages, to whoever does not ask for JSON.

    Args:
        app: as `api.app.create_app` makes it.
        below: such as `/desk`.
        pages: makes one from a request and its status.
    """
    app.state.pages = {**getattr(app.state, "pages", {}), below: pages}


def _page_for(scope: Scope, problem: Problem) -> Response | None:
    request = Request(scope)
    if "application/json" in request.headers.get("accept", "") or "app" not in scope:
        return None
    found = getattr(scope["app"].state, "pages", {})
    shown = next((pages for below, pages in found.items() if scope["path"].startswith(f"{below}/")), None)
    return shown(request, problem.status) if shown is not None else None


async def _let_go(receive: Receive) -> None:
    """Take in a body that is of no use, up to a limit: a browser that still sends does not look at its answer."""
    taken = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BODY_S):
            while taken < LET_GO_MAX:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def check(body: bytes) -> None:
    """Refuse a body whose JSON no door takes; what is no JSON at all is for the door to say.

    Raises:
        Problem: 400.
    """
    try:
        json_text.parse(body)
    except UnicodeDecodeError:
        raise Problem(400, "MALFORMED", NOT_UTF8, **misfits.not_utf8()) from None
    except json_text.UnfitJsonError as error:
        raise Problem(400, "MALFORMED", str(error)) from None
    except ValueError:
        return


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        "TOO_LARGE",
        f"A body of this operation has at most {most} bytes. Nothing has been done.",
        values={"most": most},
    )


class _Streamed:
    """A body as it arrives, of so many bytes within so many seconds."""

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self._receive = receive
        self._most = most
        self._seconds = seconds
        self._size = 0
        self._done = False
        self._until = asyncio.get_running_loop().time() + seconds

    async def __call__(self) -> Message:
        if self._done:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            detail = f"The body did not arrive within {self._seconds:g} seconds. Nothing has been done."
            raise Problem(408, "TOO_SLOW", detail, values={"seconds": int(self._seconds)}) from None
        self._size += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._size > self._most:
            raise _too_large(self._most)
        return message

    async def whole(self) -> bytes:
        parts: list[bytes] = []
        while not self._done:
            parts.append((await self()).get("body", b""))
        return b"".join(parts)


class _Replayed:
    """A body that has been read."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        body, self._body = self._body, None
        if body is None:
            return await self._receive()
        return {"type": "http.request", "body": body, "more_body": False}


class _Outgoing:
    """An answer on its way out."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._method, self._path = scope["method"], scope["path"]
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            is_page = headers.get("content-type", "").startswith("text/html")
            headers.setdefault("content-security-policy", PAGES_ALONE if is_page else NOTHING_EMBEDDED)
            if self._path.startswith("/v1/"):
                headers.setdefault("cache-control", "no-store")
        await self._send(message)

    async def problem(self, problem: Problem) -> None:
        """Answer what no route answered; the rest of the request, if any, is not waited for."""
        problem = to_sender(self._method, self._path, problem)
        body = json.dumps(problem.body(), ensure_ascii=False).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await self({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self({"type": "http.response.body", "body": body})
