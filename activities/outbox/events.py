"""Webhooks: every recorded entry as a CloudEvent, written in the deciding transaction where somebody listens."""

from __future__ import annotations

from datetime import datetime

from activities.batch import Batch
from activities.outbox.outgoing import stem
from models.cloud_event import cloud_event
from models.messages.entity import Entry
from models.tables.log import Outbox

EVENT = "event"
"""The channel."""


def write_event(batch: Batch, entity_id: str, entry: Entry, recorded_at: datetime) -> None:
    """Queue an entry for the receiver of webhooks.

    Args:
        batch: of the deciding transaction.
        entity_id: whose log.
        entry: what is recorded.
        recorded_at: in real time, as the log has it: the event has the same id as in the feed.
    """
    batch.insert(
        Outbox,
        message_id=f"{stem(entity_id, entry.seq, 0)}-{EVENT}",
        entity_id=entity_id,
        channel=EVENT,
        payload=cloud_event(entity_id, entry, recorded_at),
        created_at=recorded_at,
        business_at=entry.at,
        next_attempt_at=recorded_at,
    )
