"""What happened, as a CloudEvent: the feed and the webhook say it in the same words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Protocol

from rules.calendar import JST

SOURCE = "urn:keiyaku"


class Recorded(Protocol):
    """An entry of a log, as a row or before it is one."""

    seq: int
    event: str
    at: datetime
    from_state: str | None
    to_state: str | None
    effective_on: date
    articles: list[str]
    edition: str | None
    voids: list[int]


def cloud_event(entity_id: str, entry: Recorded, recorded_at: datetime) -> dict[str, Any]:
    """An entry as an event; no personal data.

    Args:
        entity_id: whose log, such as `contract/K1`.
        entry: what was recorded.
        recorded_at: in real time.
    """
    return {
        "specversion": "1.0",
        "id": f"{recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ},{entity_id},{entry.seq}",
        "source": SOURCE,
        "type": f"keiyaku.{entity_id.partition('/')[0]}.{entry.event}",
        "subject": entity_id,
        "time": entry.at.astimezone(JST).isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "seq": entry.seq,
            "event": entry.event,
            "from": entry.from_state,
            "to": entry.to_state,
            "effective_on": entry.effective_on.isoformat(),
            "articles": entry.articles,
            "edition": entry.edition,
            "voids": entry.voids,
        },
    }
