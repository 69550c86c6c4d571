"""The figures of the whole house: counted by one process at a time, set-based, and shown by all.

A row of the database holds what was counted last. Whoever looks first after it has grown old counts again; the others
read the row. So a scrape costs nothing, and ten processes cost the database what one does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from models.messages.entity import DEFECT
from models.tables.clock import BUSINESS_NOW
from store.outbox import UNDELIVERED

log = logging.getLogger(__name__)

EVERY_S = 15.0
"""Seconds between two countings, where counting is quick."""

SHARE = 20
"""A counting that takes a second is repeated after so many: the database never counts for more than a twentieth."""

REST_MAX_S = 240.0
"""However long counting takes, it is repeated after so many: figures of five minutes are an alarm (`FiguresOld`)."""

EXPIRING_DAYS = 31
"""Points whose last usable day is within so many days, today included, are expiring."""

_COUNTING = 5_220_160_403
"""Of the advisory lock of whoever counts; see `service.healing.lease` for the others."""

_NOW = f"(select {BUSINESS_NOW})"
_TODAY = f"({_NOW} at time zone 'Asia/Tokyo')::date"

_HAS_EXECUTION = """not e.closed and not exists (
  select from member m where e.kind = 'membership' and e.entity_id = 'membership/' || m.member_id
    and not m.workflow_started)"""


@dataclass(frozen=True)
class Question:
    """One statement; its rows have the labels first, then a value for each name."""

    sql: str
    labels: tuple[str, ...]
    names: Mapping[str, str]
    """Name of a gauge → what it tells."""
    always: Sequence[tuple[str, ...]] = ()
    """Labels that are counted as 0 where there is nothing: nothing waits is an answer, no figure is none."""


_KINDS = ("contract", "exchange", "filing", "membership", "program", "rollout")
_CHANNELS = (("carrier",), ("email",), ("event",))
_MILESTONES = ("late_accepted", "late_opened", "late_work_date")

QUESTIONS = (
    Question(
        """
        select 'contract', state, count(*) from contract group by state
        union all select 'membership', state, count(*) from member group by state
        union all select 'filing', state, count(*) from filing group by state
        union all select 'exchange', state, count(*) from exchange group by state
        union all select 'rollout', state, count(*) from rollout group by state
        union all select 'program', state ->> 'state', count(*) from entity where kind = 'program' group by 2
        """,
        ("kind", "state"),
        {"keiyaku_entities": "Contracts, memberships, filings, exchanges, rollouts and programmes, by state."},
    ),
    Question(
        f"""
        select e.kind, t.value ->> 'why', count(*),
          greatest(0, extract(epoch from {_NOW} - min((t.value ->> 'since')::timestamptz)))
        from entity e cross join lateral jsonb_each(e.state -> 'tasks') t
        where e.state -> 'tasks' <> '{{}}'::jsonb and not e.closed group by 1, 2
        """,
        ("kind", "reason"),
        {
            "keiyaku_tasks": "What waits for an operator, by reason.",
            "keiyaku_tasks_oldest_seconds": "Business seconds for which the oldest of them has waited.",
        },
        tuple((kind, DEFECT) for kind in _KINDS),
    ),
    Question(
        f"""
        select e.kind, count(*), extract(epoch from {_NOW} - min(a.due_at))
        from agenda a join entity e using (entity_id)
        where a.due_at < {_NOW} and {_HAS_EXECUTION} group by 1
        """,
        ("kind",),
        {
            "keiyaku_agenda_overdue": "Dated things that are due and not done.",
            "keiyaku_agenda_overdue_seconds": "Business seconds since the earliest of them was due.",
        },
        tuple((kind,) for kind in _KINDS),
    ),
    Question(
        """
        select channel, count(*), greatest(0, extract(epoch from clock_timestamp() - min(created_at)))
        from outbox where delivered_at is null and failed_at is null group by 1
        """,
        ("channel",),
        {
            "keiyaku_outbox_waiting": "Messages to the outside that wait for delivery.",
            "keiyaku_outbox_oldest_seconds": "Seconds for which the oldest of them has waited.",
        },
        _CHANNELS,
    ),
    Question(
        f"select o.channel, count(*) from outbox o where {UNDELIVERED} group by 1",
        ("channel",),
        {"keiyaku_outbox_parked": "Messages given up, whose letter has not gone out by another message since."},
        _CHANNELS,
    ),
    Question(
        """
        select f.operator, j.milestone, count(*)
        from filing f join entity e on e.entity_id = 'filing/' || f.filing_id
          cross join lateral jsonb_array_elements_text(e.state -> 'jeopardy') j (milestone)
        where f.needs_operator and not e.closed group by 1, 2
        """,
        ("operator", "milestone"),
        {"keiyaku_filings_in_jeopardy": "Filings whose milestone has not come in time (W-08.1), by NTT and milestone."},
        tuple((operator, milestone) for operator in ("EAST", "WEST") for milestone in _MILESTONES),
    ),
    Question(
        f"""
        select coalesce(sum("left"), 0),
          coalesce(sum("left") filter (where expires_on < {_TODAY} + {EXPIRING_DAYS}), 0)
        from point_lot where "left" > 0 and expires_on >= {_TODAY}
        """,
        (),
        {
            "keiyaku_points_outstanding": "Points that members could still use.",
            "keiyaku_points_expiring": f"Of them, those whose last usable day is within {EXPIRING_DAYS} days.",
        },
    ),
)

_READ = """
select extract(epoch from clock_timestamp() - counted_at)::float as age_s, took_s, figures
from house_figures where id = 1
"""
_WRITE = """
insert into house_figures (id, counted_at, took_s, figures)
values (1, clock_timestamp(), :took_s, cast(:figures as jsonb))
on conflict (id) do update set counted_at = excluded.counted_at, took_s = excluded.took_s, figures = excluded.figures
"""

Rows = dict[str, list[list[Any]]]


@dataclass(frozen=True)
class Counted:
    """What was counted."""

    rows: Rows
    counted_at: float = field(default_factory=time.monotonic)
    """On this process's monotonic clock."""
    is_fresh: bool = True
    """Whether it was too early to count again."""


def count(connection: Connection) -> Rows:
    """Ask every question; name → rows of `[labels…, value]`."""
    found: Rows = {}
    for question in QUESTIONS:
        rows = connection.execute(text(question.sql)).all()
        labels = len(question.labels)
        there = {tuple(str(each) for each in row[:labels]) for row in rows}
        nothing = [[*each, 0.0] for each in question.always if each not in there]
        for place, name in enumerate(question.names):
            some = [[*(str(each) for each in row[:labels]), float(row[labels + place])] for row in rows]
            found[name] = [*some, *nothing]
    return found


def rest_s(took_s: float) -> float:
    """Seconds from one counting to the next, where one takes so many."""
    return min(max(EVERY_S, SHARE * took_s), REST_MAX_S)


def look(engine: Engine) -> Counted | None:
    """What was counted last; counts again where that is old and nobody else is at it.

    Returns:
        None where nothing was counted yet and another process is just at it.

    Raises:
        SQLAlchemyError: the database is away, or a count takes longer than a statement may.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        found = _read(connection)
        if found is not None and found.is_fresh:
            return found
        if not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _COUNTING}):
            return found
        try:
            found = _read(connection)  # another may have counted between the look and the lock
            if found is None or not found.is_fresh:
                found = _count_and_write(connection)
        except SQLAlchemyError:
            connection.invalidate()  # and the lock goes with it
            raise
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _COUNTING})
        return found


def _count_and_write(connection: Connection) -> Counted:
    began = time.monotonic()
    figures = count(connection)
    took_s = time.monotonic() - began
    connection.execute(text(_WRITE), {"took_s": took_s, "figures": json.dumps(figures)})
    return Counted(figures)


def _read(connection: Connection) -> Counted | None:
    row = connection.execute(text(_READ)).first()
    if row is None:
        return None
    is_fresh = row.age_s < rest_s(row.took_s) * 0.9
    return Counted(row.figures, time.monotonic() - row.age_s, is_fresh=is_fresh)


@dataclass(eq=False)  # the registry keeps it by its identity
class House(Collector):
    """The figures as this process shows them."""

    engine: Engine
    last: Counted | None = field(default=None)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge, also those that have no rows; before the first look there are none to show."""
        age = GaugeMetricFamily("keiyaku_figures_age_seconds", "Seconds since the figures of the house were counted.")
        if self.last is not None:
            age.add_metric((), max(0.0, time.monotonic() - self.last.counted_at))
        yield age
        rows = self.last.rows if self.last is not None else {}
        for question in QUESTIONS:
            for name, tells in question.names.items():
                yield _gauge(name, tells, question.labels, rows.get(name, []))

    async def keep(self) -> None:
        """Look again every few seconds until cancelled; while the database is away the last figures grow old."""
        REGISTRY.register(self)
        try:
            while True:
                try:
                    self.last = await asyncio.to_thread(look, self.engine) or self.last
                except SQLAlchemyError as error:
                    log.warning("the house cannot be counted now: %s", type(error).__name__)
                await asyncio.sleep(EVERY_S if self.last is not None else 1.0)
        finally:
            REGISTRY.unregister(self)


def _gauge(name: str, tells: str, labels: Sequence[str], rows: Iterable[Sequence[Any]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, tells, labels=labels)
    for row in rows:
        family.add_metric([str(each) for each in row[:-1]], float(row[-1]))
    return family
