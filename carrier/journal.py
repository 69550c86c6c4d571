"""The journal of everything our side ever asked of NTT or of the storage service, written before it is processed."""

from __future__ import annotations

import json
from asyncio import to_thread
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carrier.problems import problem
from carrier.store import Store, stamp

OWN_DOORS = frozenset({"", "healthz", "scripts", "steps", "lines", "journal", "mail", "docs", "openapi.json", "redoc"})
"""First path segments that steer the stand-in itself; everything else is addressed to NTT or the storage service."""

BODY_BYTES_MAX = 8 * 1024 * 1024
_DISCONNECT_WAITS_MAX = 100


class ReplyLostError(Exception):
    """The request was processed; its connection is to be dropped without a reply (fault `reply_lost`)."""


class TooLargeError(Exception):
    """The body is larger than anything we exchange."""


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _readable(body: bytes) -> str:
    """JSON text: the body itself, or a string of it when it is no JSON, or null when it is empty."""
    if not body:
        return "null"
    text = body.decode("utf-8", errors="replace")
    try:
        return json.dumps(json.loads(text, parse_constant=_no_constant), ensure_ascii=True)
    except (ValueError, RecursionError):
        return json.dumps(text, ensure_ascii=True)


def record(store: Store, method: str, path: str, body: bytes) -> None:
    """Append one request to the journal."""
    text = _readable(body)
    with store.transaction() as sql:
        sql.execute(
            "insert into journal (method, path, body, received_at) values (?, ?, ?, ?)",
            (method, path, text, stamp(datetime.now(UTC))),
        )


def entries(store: Store) -> list[dict[str, Any]]:
    """Every request ever seen, oldest first: `method`, `path`, `body`."""
    found = store.rows("select method, path, body from journal order by id")
    return [{"method": row["method"], "path": row["path"], "body": json.loads(row["body"])} for row in found]


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise TooLargeError
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


async def _drop(receive: Receive) -> None:
    """Cut the TCP connection under the request.

    ASGI has no word for this, so the transport is taken from uvicorn's request cycle, whose method `receive` is.
    """
    cycle = getattr(receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise RuntimeError("the fault reply_lost needs uvicorn")
    transport.abort()
    for _ in range(_DISCONNECT_WAITS_MAX):  # returning earlier would make the server write a 500
        if (await receive())["type"] == "http.disconnect":
            return


class JournalMiddleware:
    """Writes down every request that is not for the stand-in's own doors, then lets it be processed."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        """Wrap `app`, writing to `store`."""
        self.app = app
        self.store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Journal, process, and drop the connection where a script says that the reply is lost."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            body = await _read(receive)
        except TooLargeError:
            await problem(413, f"a body may have at most {BODY_BYTES_MAX} bytes")(scope, receive, send)
            return
        if scope["path"].split("/")[1:2] != [] and scope["path"].split("/")[1] not in OWN_DOORS:
            await to_thread(record, self.store, scope["method"], scope["path"], body)
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self.app(scope, replay, send)
        except ReplyLostError:
            await _drop(receive)
