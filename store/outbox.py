"""Rows of the outbox that follow from the log alone: the stable id of a message, and an entry as a webhook."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from models.cloud_event import cloud_event
from models.messages.entity import Entry

EVENT = "event"
"""The channel of webhooks."""

_PLAIN_ENTITY = re.compile(r"^[a-z]+/[A-Za-z0-9_-]{1,64}$")


def stem(entity_id: str, seq: int, ordinal: int) -> str:
    """The stable id of one outgoing message, safe in a URL, as an NTT identifier and in a `Message-ID`.

    Args:
        entity_id: its workflow id; one of another form than `kind/id` is hashed.
        seq: the entry that sends it.
        ordinal: 1 for the first message of that entry.
    """
    kind, _, own = entity_id.partition("/")
    if not _PLAIN_ENTITY.match(entity_id):
        kind, own = "h", hashlib.sha256(entity_id.encode()).hexdigest()[:40]
    return f"{kind}.{own}.{seq}-{ordinal}"


def event_row(entity_id: str, entry: Entry, recorded_at: datetime) -> dict[str, Any]:
    """An entry for the receiver of webhooks, as a row of the outbox.

    Args:
        entity_id: whose log.
        entry: what is recorded.
        recorded_at: in real time, as the log has it: the event has the same id as in the feed.
    """
    return {
        "message_id": f"{stem(entity_id, entry.seq, 0)}-{EVENT}",
        "entity_id": entity_id,
        "channel": EVENT,
        "payload": cloud_event(entity_id, entry, recorded_at),
        "created_at": recorded_at,
        "business_at": entry.at,
        "next_attempt_at": recorded_at,
    }
