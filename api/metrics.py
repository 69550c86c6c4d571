"""Every request in the figures and in the log: which operation, what became of it, how long it took."""

from __future__ import annotations

import logging
import time
import uuid

from prometheus_client import Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.logged import ENTITY, OPERATION, REQUEST

log = logging.getLogger("keiyaku.requests")

REQUESTS = Histogram(
    "keiyaku_requests_seconds",
    "Requests answered by this process: seconds, by operation and outcome.",
    ["method", "route", "outcome"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
"""`outcome`: `done`, `refused` (4xx), `unavailable` (503), `defect` (any other 5xx), `cut` (no answer was begun)."""

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Measured:
    """The outermost layer of the doors."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, request_id = time.monotonic(), 0, uuid.uuid4().hex
        for name, value in ((REQUEST, request_id), (ENTITY, None), (OPERATION, None)):
            name.set(value)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # Never what a caller typed: a path of no route would make a series of its own each time.
            route = getattr(scope.get("route"), "path", None) or "none"
            method = scope["method"] if scope["method"] in _METHODS else "other"
            seconds = time.monotonic() - began
            REQUESTS.labels(method, route, outcome_of(status)).observe(seconds)
            fields = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
            log.info("answered", extra={"fields": fields})


def outcome_of(status: int) -> str:
    """What a status says of a request; 0: none was sent."""
    if not status:
        return "cut"
    if status == 503:
        return "unavailable"
    if status >= 500:
        return "defect"
    return "refused" if status >= 400 else "done"
