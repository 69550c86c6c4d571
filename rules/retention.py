"""How long is kept what neither the log, nor a statement, nor a proof or an audit needs (X-04)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from rules import terms

Kept = Literal[
    "request", "delivered", "session", "draft", "carrier_message", "stray_message", "stray_note"
]  # fmt: skip
"""What has a time of its own; each is an entry of `rules/terms/retention.yaml`."""


def kept_from(kind: Kept, on: date) -> date:
    """The first Japan day of which something is still kept; what is of an earlier day may go.

    Args:
        kind: what it is.
        on: today, which also decides the value in force.
    """
    return on - timedelta(days=terms.dated(f"retention.{kind}_days", int).on(on))
