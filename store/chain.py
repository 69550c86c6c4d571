"""Whether the log is as it was written: the chain of every entity, and the daily anchors over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from models.said import Said, said

SETTLED_MIN = 5
"""Minutes of real time after which no transaction that stamped an entry is still open."""
READ_LIMIT = text("set local statement_timeout = '30min'")
"""The whole log is read: longer than any request may take."""

_BROKEN = text("""
select c.entity_id, min(c.seq) as seq from (
  select t.entity_id, t.seq, t.hash, transition_hash(lag(t.hash) over life, t) as computed,
    t.seq = coalesce(lag(t.seq) over life, 0) + 1 as follows
  from transition t window life as (partition by t.entity_id order by t.seq)
) c
where c.hash is distinct from c.computed or not c.follows
group by c.entity_id order by c.entity_id
""")

_MONTH = text("""
with mine as (
  select entity_id, count(*) as entries from transition where at >= :begin and at < :finish group by entity_id
), read as (
  select t.entity_id, t.seq, t.hash, transition_hash(lag(t.hash) over life, t) as computed,
    t.seq = coalesce(lag(t.seq) over life, 0) + 1 as follows
  from transition t join mine using (entity_id) window life as (partition by t.entity_id order by t.seq)
), wrong as (
  select entity_id, min(seq) as seq from read where hash is distinct from computed or not follows group by entity_id
  union all
  select m.entity_id, e.seq from mine m join entity e using (entity_id)
  where e.seq is distinct from (select max(r.seq) from read r where r.entity_id = m.entity_id)
)
select (select count(*) from mine) as entities, (select coalesce(sum(entries), 0) from mine) as entries,
  (select coalesce(jsonb_agg(jsonb_build_object('entity_id', entity_id, 'seq', seq) order by entity_id, seq), '[]')
   from wrong) as wrong
""")

_CUT = text("""
select e.entity_id, e.seq from entity e
where e.seq is distinct from (select max(t.seq) from transition t where t.entity_id = e.entity_id)
order by 1
""")

_HEADS = """
select count(*) as entities, encode(sha256(convert_to(coalesce(cast(:previous as text), '') || E'\\n'
  || coalesce(string_agg(h.entity_id || ' ' || h.seq || ' ' || h.hash, E'\\n' order by h.entity_id collate "C"), ''),
  'UTF8')), 'hex') as hash
from (select distinct on (entity_id) entity_id, seq, hash from transition
      where recorded_at <= :until order by entity_id, seq desc) h
"""

_ANCHOR = text(f"""
insert into log_anchor (day, until, entities, previous, hash)
select :day, :until, made.entities, :previous, made.hash from ({_HEADS}) made
on conflict do nothing
""")

_NEXT = text(f"""
select (clock_timestamp() at time zone 'Asia/Tokyo')::date as day,
  clock_timestamp() - interval '{SETTLED_MIN} minutes' as until,
  (select day from log_anchor order by day desc limit 1) as last_day,
  (select hash from log_anchor order by day desc limit 1) as previous
""")

_ANCHORS = text("select day, until, entities, previous, hash from log_anchor order by day")


def broken(engine: Engine) -> list[Said]:
    """Entities whose log is not as it was written, with the first entry that does not fit."""
    with engine.begin() as connection:
        connection.execute(READ_LIMIT)
        found = [said("entry_rewritten", id=row.entity_id, seq=row.seq) for row in connection.execute(_BROKEN)]
        cut = [said("entry_not_last", id=row.entity_id, seq=row.seq) for row in connection.execute(_CUT)]
    return [*found, *cut]


@dataclass(frozen=True)
class MonthProof:
    """Whether the log of everything that was decided about in a month is as it was written, from its first entry on."""

    entities: int
    entries: int
    """Recorded with a business moment inside the month."""
    broken: list[dict[str, Any]]
    """Entity and first entry that is not as it was written, or is not the log's last though it should be."""
    anchors: list[dict[str, Any]]
    """The daily anchors, the latest first; proof once they were kept outside our reach (`keiyaku verify --anchor`)."""


ANCHORS_SHOWN = 31


def month(session: Session, begin: datetime, finish: datetime) -> MonthProof:
    """Read the chains again of all that was decided about from `begin` to `finish`, exclusive.

    Raises:
        OperationalError: it takes longer than a request may; the command line has no such limit.
    """
    row = session.execute(_MONTH, {"begin": begin, "finish": finish}).one()
    found = session.execute(_ANCHORS).all()[-ANCHORS_SHOWN:]
    anchors = [{"day": each.day.isoformat(), "entities": each.entities, "hash": each.hash} for each in reversed(found)]
    return MonthProof(row.entities, int(row.entries), row.wrong, anchors)


def anchor(engine: Engine) -> bool:
    """Write today's anchor, unless it is there; whether it was written now."""
    with engine.begin() as connection:
        row = connection.execute(_NEXT).one()
        if row.last_day == row.day:
            return False
        connection.execute(READ_LIMIT)
        values = {"day": row.day, "until": row.until, "previous": row.previous}
        return bool(connection.execute(_ANCHOR, values).rowcount)


def anchors(engine: Engine) -> list[tuple[str, bool]]:
    """Every anchor as it is told (day, entities, hash), oldest first, and whether the log still gives it."""
    told: list[tuple[str, bool]] = []
    previous: str | None = None
    with engine.begin() as connection:
        connection.execute(READ_LIMIT)
        for row in connection.execute(_ANCHORS).all():
            holds = row.previous == previous and _again(connection, row.until, previous) == (row.entities, row.hash)
            told.append((f"{row.day} {row.entities} {row.hash}", holds))
            previous = row.hash
    return told


def _again(connection: Connection, until: object, previous: str | None) -> tuple[int, str]:
    row = connection.execute(text(_HEADS), {"until": until, "previous": previous}).one()
    return row.entities, row.hash
