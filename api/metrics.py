"""Every request in the figures: which operation, what became of it, how long it took."""

from __future__ import annotations

import time

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
        began, outcome = time.monotonic(), "cut"

        async def sending(message: Message) -> None:
            nonlocal outcome
            if message["type"] == "http.response.start":
                outcome = outcome_of(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # Never what a caller typed: a path of no route would make a series of its own each time.
            route = getattr(scope.get("route"), "path", None) or "none"
            method = scope["method"] if scope["method"] in _METHODS else "other"
            REQUESTS.labels(method, route, outcome).observe(time.monotonic() - began)


def outcome_of(status: int) -> str:
    """What a status says of a request."""
    if status == 503:
        return "unavailable"
    return "defect" if status >= 500 else "refused" if status >= 400 else "done"
