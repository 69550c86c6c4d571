"""Reading and writing an entity's log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import select, text
from sqlmodel import Session, col

from decisions.past import Past
from models.messages.entity import Entry
from models.tables.log import Entity, Transition

_COLUMNS = [getattr(Transition, name) for name in Entry.model_fields]
_DOCUMENTS = {"patch", "fact", "told", "known"}


def entries(session: Session, entity_id: str, *, after: int = 0) -> list[Entry]:
    """An entity's whole log, by number; or what stands in it after a number."""
    # Columns, not rows as objects: a long log is read while its entity is locked.
    query = select(*_COLUMNS).where(col(Transition.entity_id) == entity_id, col(Transition.seq) > after)
    query = query.order_by(col(Transition.seq))
    return [Entry.model_validate(dict(row)) for row in session.execute(query).mappings()]


def past(session: Session, entity_id: str) -> Past | None:
    """The oldest point that is kept of a long life, with what was recorded since; None where none is kept."""
    row = session.execute(_PAST, {"entity_id": entity_id}).first()
    if row is None:
        return None

    def began() -> str:
        return str(session.execute(_BEGAN, {"entity_id": entity_id}).scalar_one())

    def number_of(op: str) -> int | None:
        # The first of an operation's entries bears its id as it is; a revision may have let go of it since.
        found: int | None = session.execute(_NUMBER, {"entity_id": entity_id, "op": op, "seq": row.seq}).scalar()
        return found

    return Past(row.seq, row.place, row.state, began, number_of, entries(session, entity_id, after=row.seq))


_BEGAN = text("select min(place) from transition where entity_id = :entity_id")
_NUMBER = text("select seq from transition where entity_id = :entity_id and op = :op and seq <= :seq")


def lately(session: Session, entity_id: str) -> tuple[Mapping[str, Any], list[Entry]] | None:
    """The latest state that is kept of a long life, and what was recorded since; None where none is kept."""
    row = session.execute(_LATELY, {"entity_id": entity_id}).first()
    return None if row is None else (row.state, entries(session, entity_id, after=row.seq))


_LATELY = text("select seq, state from past_state where entity_id = :entity_id order by seq desc limit 1")

_PAST = text("""
select seq, place, state from past_state where entity_id = :entity_id order by seq limit 1
""")


PAST_EVERY = 100
"""Entries between two points of a life that are kept."""
PAST_KEPT = 3
"""How many of them are kept: what happened within the last two hundred entries is decided again from the oldest."""


def keep_past(
    batch: Any, entity_id: str, before: int, after: int, new: Sequence[Entry], state: Mapping[str, Any]
) -> None:
    """Let go of every point that new entries come to stand before, and keep one each hundred entries.

    Args:
        batch: what writes (`activities.batch.Batch`), after the entries themselves.
        entity_id: whose life.
        before: the last number before.
        after: the last number now.
        new: the new entries.
        state: the state now.
    """
    values: dict[str, Any] = {"entity_id": entity_id}
    if before >= PAST_EVERY:
        values["place"] = min((entry.place for entry in new if entry.place is not None), default=None)
        values["voided"] = min((seq for entry in new for seq in entry.voids), default=None)
        batch.execute(_LET_GO, values)
    if after // PAST_EVERY > before // PAST_EVERY:
        kept = {**values, "seq": after, "state": Jsonb(dict(state)), "oldest": after - PAST_KEPT * PAST_EVERY}
        batch.execute(_KEEP, kept)
        batch.execute(_LET_OLD_GO, kept)


_LET_GO = """
DELETE FROM past_state WHERE entity_id = %(entity_id)s
  AND (place >= %(place)s OR seq >= %(voided)s)
"""
_KEEP = """
INSERT INTO past_state (entity_id, seq, place, state)
SELECT entity_id, %(seq)s, max(place), %(state)s FROM transition
WHERE entity_id = %(entity_id)s AND place IS NOT NULL GROUP BY entity_id
"""
_LET_OLD_GO = "DELETE FROM past_state WHERE entity_id = %(entity_id)s AND seq <= %(oldest)s"


def row_of(entity_id: str, entry: Entry, recorded_at: datetime) -> dict[str, Any]:
    """An entry as a row of the log."""
    values = entry.model_dump(mode="python", exclude=_DOCUMENTS)
    documents = entry.model_dump(mode="json", include=_DOCUMENTS)
    return {"entity_id": entity_id, "recorded_at": recorded_at, **values, **documents}


def is_not_as_recorded(refused: Mapping[str, Any], entity: Entity | None) -> bool:
    """Whether an execution refused by a state that is not its record's, and takes that over when told.

    It is behind, as after an older store of Temporal; or it counts as many entries and is in another state, since
    somebody else has carried it on.

    Args:
        refused: the details of its refusal; those of an earlier release say no state, and some no number.
        entity: what is recorded; None: nothing.
    """
    seq = refused.get("seq")
    if seq is None or entity is None:
        return False
    return entity.seq > seq or (entity.seq == seq and refused.get("state") not in (None, entity.state["state"]))
