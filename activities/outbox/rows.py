"""Rows of the outbox as a relay sees them: who may be tried now, one taken under its lock, what became of it.

Said in SQL over plain rows: for a message that takes a millisecond to deliver, objects that follow the table would cost
more than the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, TextClause, text

ROWS_PER_SCAN_MAX = 100
"""So many rows are looked up and delivered over one connection before the lane looks again."""


@dataclass(frozen=True)
class Row:
    """One message on its way, as it stood when it was taken."""

    row_id: int
    message_id: str
    """Stable over deliveries, so that the receiver can tell a repeat."""
    entity_id: str
    channel: str
    payload: dict[str, Any]
    business_at: datetime
    attempts: int
    """Tries before this one."""
    age_s: float
    """Real seconds since it was written."""


@dataclass(frozen=True)
class Queue:
    """The rows of one destination: those of a channel, and where the channel has two sides, of one of them."""

    channel: str
    carrier_area: str | None = None

    @property
    def due(self) -> str:
        """Which rows of `o` are this queue's and due for a try."""
        mine = f"{_WAITING.format('o')} and o.channel = '{_plain(self.channel)}' and o.next_attempt_at <= now()"
        return (
            mine if self.carrier_area is None else f"{mine} and o.payload->>'operator' = '{_plain(self.carrier_area)}'"
        )

    @property
    def claimable(self) -> str:
        """Those due of which none waits behind an earlier one of its entity and channel.

        A reader of READ COMMITTED sees a row that is being delivered as still waiting, so its successor cannot
        overtake it.
        """
        return f"""{self.due} and not exists (
          select from outbox earlier where earlier.entity_id = o.entity_id and earlier.channel = o.channel
            and earlier.id < o.id and {_WAITING.format("earlier")})"""


_WAITING = "{0}.delivered_at is null and {0}.failed_at is null"


def _plain(word: str) -> str:
    """A word of our settings within a statement.

    Raises:
        ValueError: it is none.
    """
    if not word.isalnum():
        message = f"{word!r} is no channel and no area"
        raise ValueError(message)
    return word


def look(queues: Sequence[Queue]) -> TextClause:
    """Which of the queues have a row to try: one row, a column each; asked without end."""
    columns = ", ".join(f"exists (select from outbox o where {each.due})" for each in queues)
    return text(f"select {columns}")


def candidates(queue: Queue) -> TextClause:
    """The ids of the next rows, without a lock: one scan serves many deliveries."""
    return text(f"select o.id from outbox o where {queue.claimable} order by o.id limit {ROWS_PER_SCAN_MAX}")


def claim(queue: Queue) -> TextClause:
    """The row `:row_id`, locked, if it is still to be delivered and no other relay is at it."""
    return text(f"""
    select o.id, o.message_id, o.entity_id, o.channel, o.payload, o.business_at, o.attempts,
      extract(epoch from clock_timestamp() - o.created_at)::float8
    from outbox o where o.id = :row_id and {queue.claimable} for update skip locked
    """)


def taken(connection: Connection, claim: TextClause, row_id: int) -> Row | None:
    """Take a row by a `claim`; None: it is not to be had."""
    found = connection.execute(claim, {"row_id": row_id}).one_or_none()
    return None if found is None else Row(*found)


_AWAITED = "exists (select from entity e where e.entity_id = outbox.entity_id and e.state -> 'tasks' ? 'UNDELIVERABLE')"
_SENT = text(f"""
update outbox set attempts = attempts + 1, delivered_at = clock_timestamp(), last_error = null where id = :row_id
returning {_AWAITED}
""")
_GIVEN_UP = text(f"""
update outbox set attempts = attempts + 1, failed_at = clock_timestamp(), last_error = :reason where id = :row_id
returning {_AWAITED}
""")
_PUT_OFF = text("""
update outbox set attempts = attempts + 1, last_error = :reason,
  next_attempt_at = clock_timestamp() + make_interval(secs => :seconds) where id = :row_id
""")


def sent(connection: Connection, row: Row) -> bool:
    """It was delivered; whether an operator waits for something undelivered of the same entity."""
    return bool(connection.execute(_SENT, {"row_id": row.row_id}).scalar_one())


def given_up(connection: Connection, row: Row, reason: str) -> bool:
    """It will not be tried again; as `sent`."""
    return bool(connection.execute(_GIVEN_UP, {"row_id": row.row_id, "reason": storable(reason)}).scalar_one())


def put_off(connection: Connection, row: Row, reason: str, seconds: float) -> None:
    """It is tried again, so many seconds from now at the earliest."""
    connection.execute(_PUT_OFF, {"row_id": row.row_id, "reason": storable(reason), "seconds": seconds})


def storable(words: str) -> str:
    """A receiver's words as the database can hold them: without NUL, within 300 characters."""
    return words.replace("\x00", " ")[:300]
