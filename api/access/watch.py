"""What somebody tried and was not let in for: a figure and a line in the log, never what they sent."""

from __future__ import annotations

import logging

from fastapi import Request
from prometheus_client import Counter

from models.logged import printable

log = logging.getLogger(__name__)

REFUSED = Counter("keiyaku_refused", "Requests turned away at the door, by reason.", ["why"])
WHY = ("key", "role", "token", "sign-in", "session", "login", "throttled", "signature", "replay")

for _why in WHY:
    REFUSED.labels(_why)  # shown as none before the first, which would be no increase otherwise


def turned_away(request: Request, why: str, detail: str = "") -> None:
    """Count one refusal and write it down: from where, which door, why.

    Args:
        request: what was refused; its address and path are told, neither its headers nor its body.
        why: one of `WHY`.
        detail: a few words of ours; nothing that the caller sent.
    """
    REFUSED.labels(why).inc()
    path = printable(request.url.path).encode("ascii", "backslashreplace").decode()[:200]
    log.warning("refused (%s) %s %s from %s%s", why, request.method, path, source(request), detail and f": {detail}")


def source(request: Request) -> str:
    """The address a request comes from, as the server knows it; a proxy in front must be trusted by the server."""
    return request.client.host if request.client is not None else "unknown"
