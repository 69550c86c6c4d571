"""Webhooks: every recorded entry as a CloudEvent, written in the deciding transaction where somebody listens."""

from __future__ import annotations

from datetime import datetime

from activities.batch import Batch
from models.messages.entity import Entry
from models.tables.log import Outbox
from store.outbox import event_row


def write_event(batch: Batch, entity_id: str, entry: Entry, recorded_at: datetime) -> None:
    """Queue an entry for the receiver of webhooks.

    Args:
        batch: of the deciding transaction.
        entity_id: whose log.
        entry: what is recorded.
        recorded_at: in real time, as the log has it: the event has the same id as in the feed.
    """
    batch.insert(Outbox, **event_row(entity_id, entry, recorded_at))
