"""Letting go what is over, a day at a time and as sets: what each kind needs to be before it may go.

Nothing that the log, a statement, a proof or an audit needs is among it. What counts from a business moment is compared
with the business day, everything else with the real one: a rehearsal that jumps ten years forgets no request of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, text

from models.tables.clock import BUSINESS_NOW
from rules.calendar import japan_day, start_of
from rules.retention import Kept, kept_from

BATCH = 20_000
"""Rows of one transaction."""
LIMIT = text("set local statement_timeout = '30min'")
"""A whole table may be looked through."""
KEY = 5_220_160_403
"""Of the advisory lock of whoever lets go; any number nobody else uses."""


@dataclass(frozen=True)
class Rows:
    """Rows of one kind."""

    kind: Kept
    table: str
    over: str
    """What is true of a row `r` that may go; `:before` is 00:00 JST of the first day that is kept."""
    business: bool = False
    """Whether its day is of business time."""


# A line that somebody uses keeps its messages: they show on whoever's page it is.
_IN_USE = """
exists (select from entity e where not e.closed and (
    e.entity_id = r.entity_id
    or e.entity_id = (select 'contract/' || f.contract_id from filing f where 'filing/' || f.filing_id = r.entity_id)
    or e.entity_id = (select 'membership/' || x.member_id from exchange x
                      where 'exchange/' || x.exchange_id = r.entity_id)
    or e.entity_id in (select 'contract/' || c.contract_id from contract c where c.line_key = r.line_key)
    or e.entity_id in (select 'membership/' || m.member_id from member m where m.line_key = r.line_key)))
"""

RUN = (
    Rows("request", "idempotency", "r.created_at < :before"),
    # One that a failed row of the same letter was sent again as stays beside it: it is why nobody waits for that one.
    Rows(
        "delivered",
        "outbox",
        """r.delivered_at < :before and not exists (
            select from outbox f where f.failed_at is not null and f.channel = r.channel and f.id < r.id
              and (f.entity_id = r.entity_id or f.payload ->> 'notice_id' = r.payload ->> 'notice_id'))""",
    ),
    # It says from which line points left.
    Rows(
        "session",
        "member_session",
        f"""r.created_at < :before and coalesce(r.ended_at, r.expires_at) < {BUSINESS_NOW} and not exists (
            select from exchange x where x.member_id = r.member_id
              and x.sent_at between r.opened_at and r.expires_at)""",
    ),
    Rows("session", "desk_session", "r.created_at < :before and r.expires_at < clock_timestamp()"),
    Rows(
        "draft",
        "exchange",
        """r.sent_at is null and r.created_at < :before
          and not exists (select from entity e where e.entity_id = 'exchange/' || r.exchange_id)""",
        business=True,
    ),
    Rows(
        "carrier_message",
        "carrier_message",
        f"""r.recorded_at < :before and (r.done or r.direction = 'out') and r.entity_id is not null and not {_IN_USE}
          and not exists (select from outbox o where o.entity_id = r.entity_id and o.delivered_at is null)""",
    ),
    Rows(
        "stray_message",
        "carrier_message",
        f"""r.recorded_at < :before and r.entity_id is null and not {_IN_USE}
          and not exists (select from contract c where c.line_key = r.line_key)
          and not exists (select from member m where m.line_key = r.line_key)""",
    ),
    Rows(
        "stray_note",
        "note",
        """r.created_at < :before and r.entity_id is null
          and not exists (select from rollout o where o.text_id = r.note_id)
          and not exists (select from transition t where t.note_id = r.note_id)
          and not exists (select from payment p where p.note_id = r.note_id)
          and not exists (select from point_entry p where p.note_id = r.note_id)""",
        business=True,
    ),
)

_TODAY = text(f"select clock_timestamp() as real, {BUSINESS_NOW} as business")
_DONE = text("select kind from retention_run where day = :day")
_KEEP = text("""
insert into retention_run (day, kind, kept_from, gone, recorded_at)
values (:day, :kind, :kept_from, :gone, clock_timestamp()) on conflict do nothing
""")


def let_go(engine: Engine) -> dict[str, int]:
    """Let go what is over, once a Japan day of real time; kind → rows, empty where today's run is done or another's.

    A run that is cut off has let go what it has let go; the rest goes with the next call.

    Raises:
        SQLAlchemyError: the database is away.
    """
    gone: dict[str, int] = {}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
        if not lock.scalar(text("select pg_try_advisory_lock(:key)"), {"key": KEY}):
            return gone
        try:
            now = lock.execute(_TODAY).one()
            day = japan_day(now.real)
            done = set(lock.execute(_DONE, {"day": day}).scalars())
            for kind in dict.fromkeys(rows.kind for rows in RUN):
                if kind in done:
                    continue
                mine = [rows for rows in RUN if rows.kind == kind]
                first = kept_from(kind, japan_day(now.business if mine[0].business else now.real))
                gone[kind] = sum(_all(engine, rows, first) for rows in mine)
                lock.execute(_KEEP, {"day": day, "kind": kind, "kept_from": first, "gone": gone[kind]})
        finally:
            lock.scalar(text("select pg_advisory_unlock(:key)"), {"key": KEY})
    return gone


def _all(engine: Engine, rows: Rows, first: date) -> int:
    total = 0
    while True:
        with engine.begin() as connection:
            found = _batch(connection, rows, first)
        total += found
        if found < BATCH:
            return total


def _batch(connection: Connection, rows: Rows, first: date) -> int:
    """One batch; a row that somebody holds is left for tomorrow."""
    connection.execute(LIMIT)
    sql = f"""
        delete from {rows.table} where ctid = any(array(
            select r.ctid from {rows.table} r where {rows.over} limit {BATCH} for update of r skip locked))
    """
    return int(connection.execute(text(sql), {"before": start_of(first)}).rowcount)
