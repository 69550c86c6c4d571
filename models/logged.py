"""What a line of a log is about: ids, never a person."""

from __future__ import annotations

import re
from contextvars import ContextVar

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The request that is being answered, as its answer's `X-Request-Id` says."""
OPERATION: ContextVar[str | None] = ContextVar("operation", default=None)
"""The operation id of the command under way; the log of decisions holds it as `op`."""
ENTITY: ContextVar[str | None] = ContextVar("entity", default=None)
"""Whom it is about, a workflow id."""

_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_STEERS = re.compile(f"[{_UNSEEN}]")
_STEERS_OR_BREAKS = re.compile(f"[{_UNSEEN}\t\n]")


def printable(text: str, *, lines: bool = False) -> str:
    """A text as it may stand in a log: what would steer a terminal, or begin a line of its own, is written out.

    Args:
        text: which may quote a stranger.
        lines: whether it runs over several lines.
    """
    unseen = _STEERS if lines else _STEERS_OR_BREAKS
    return unseen.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
