"""The club at size: a month's points of 100,000 members against one bare statement, an announcement against updates."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial

from sqlalchemy import Engine, text
from sqlmodel import Session

from activities.club.grants import grant_page
from activities.runs import Page, run_pages
from bench.common.floor import floor
from bench.common.house import House
from bench.common.members import import_members
from bench.common.own import connected
from bench.common.report import Figure, Report, ratio, spoken
from bench.common.rows import alone, execute
from embedded.stack import EmbeddedStack
from rules.calendar import Month
from rules.club.program import Plan, notice_plan, plan_of
from store.database import engine

MEMBERS = 100_000
MEMBERSHIPS = 1_000
ROUNDS = 3
QUEUE = "bench-club"
PROGRAMME = "/v1/programs/flets-hikari-members-club"

_MEMBERS = """
insert into line (line_key, line_id, operator, created_at)
select 'LCLUB' || n, 'CAF88' || lpad(n::text, 8, '0'), 'EAST', now() from generate_series(1, :count) n;
insert into member (member_id, line_key, line_no, state, registered_on, held, service_type, service_class,
  service_history, in_use_since, mail_club, mail_ntt_east, storage_state, storage_support, needs_operator,
  workflow_started, created_at)
select 'MCLUB' || substr(line_key, 6), line_key, line_no, 'active', '2010-01-01', daterange('2010-01-01', null),
  'NEXT_FAMILY', 'FAMILY', '[]', '2010-01-01', false, false, 'on', '{}', false, true, now()
from line where line_key like 'LCLUB%'
"""

# The same rows into the same tables with the same indexes, constraints and triggers, and nothing asked before.
_BARE = """
with lots as (
  insert into point_lot (lot_id, member_id, kind, granted_on, points, "left", expires_on, original_expires_on,
    usage_month)
  select member_id || '-m-' || :month, member_id, 'monthly', :day, 500, 500, :expires_on, :expires_on, :month
  from member returning lot_id, member_id
)
insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
select lot_id, member_id, 'grant', 'issued', 500, :day, '["M-02.1"]', 'grant/' || :month, now() from lots
"""


async def run(stack: EmbeddedStack) -> Report:
    """Both measures; the members of the first one are not told anything."""
    database = engine(stack.database_url)
    told = await _announcements(stack, database)
    booked = await asyncio.to_thread(_bookings, database)
    database.dispose()
    return [*booked, told]


# --- booking -----------------------------------------------------------------------------------------------------


def _bookings(database: Engine) -> Report:
    """Bare statement and run in turn, a fresh month each; then the run once more."""
    execute(database, _MEMBERS, count=MEMBERS)
    alone(database, "vacuum analyze member")
    bare, runs, again = [], [], []
    plan = notice_plan()
    for number in range(ROUNDS):
        month = Month(2011, number + 1)
        values = {"month": str(month), "day": date(2023, 6, 10), "expires_on": date(2026, 3, 31)}
        bare.append(_timed(partial(execute, database, _BARE, **values)))
        usage = Month(2012, number + 1)
        runs.append(_timed(partial(_book, database, usage, plan, MEMBERS)))
        again.append(_timed(partial(_book, database, usage, plan, 0)))
    base, run_s, more = statistics.median(bare), statistics.median(runs), statistics.median(again)
    return [
        ratio(
            f"monthly points of {MEMBERS:,} members / one bare INSERT … SELECT",
            run_s,
            base,
            f"medians of {ROUNDS}",
            most=1.5,
        ),
        f"the same run again adds 0 lots  ({spoken(more)})",
    ]


def _book(database: Engine, usage_month: Month, plan: Plan, expected: int) -> None:
    """The run as its activity does it.

    Raises:
        RuntimeError: it did not book what it should.
    """

    def page(session: Session, after: str) -> Page:
        return grant_page(session, usage_month, date(2023, 6, 10), plan, after)

    counts = asyncio.run(run_pages(database, page))
    if counts["granted"] < expected or (not expected and counts["granted"]):
        message = f"{counts['granted']} lots were booked instead of {expected}"
        raise RuntimeError(message)


def _timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


# --- the announcement --------------------------------------------------------------------------------------------


async def _announcements(stack: EmbeddedStack, database: Engine) -> Figure:
    """A thousand open memberships told of a plan, against a thousand bare updates at the same pace."""
    client = await connected(stack)
    house = House(stack)
    await import_members(house, database, MEMBERSHIPS)
    async with floor(client, QUEUE, MEMBERSHIPS) as measured:
        floors = [await measured(number) for number in range(ROUNDS)]
    today = date.fromisoformat((await house.call("GET", "/v1/clock"))["today"])
    plan = _plan(Month.of(today).plus(1))
    await house.call("PUT", f"{PROGRAMME}/wind-down", plan.as_json())
    await house.call("POST", "/v1/clock/advance", {"to": plan.announced_on.isoformat()})
    done = await house.call("GET", f"{PROGRAMME}/progress?limit=1")
    if done["told"] < MEMBERSHIPS:
        message = f"only {done['told']} of {MEMBERSHIPS} were told, {done['failed']} failed"
        raise RuntimeError(message)
    return ratio(
        f"announcement to {MEMBERSHIPS:,} memberships / {MEMBERSHIPS:,} bare updates",
        _recorded(database),
        statistics.median(floors),
        "re-dating and portal letters included",
        most=1.5,
    )


def _plan(month: Month) -> Plan:
    """A plan announced on the first of a month, as short as the notice allows."""
    first = month.first_day.isoformat()
    return plan_of(
        {
            "announced_on": first,
            "registration_ends_on": month.last_day.isoformat(),
            "last_grant_month": str(month.plus(1)),
            "points_redated": {
                "granted_from": first,
                "granted_to": month.plus(1).last_day.isoformat(),
                "expires_on": month.plus(4).last_day.isoformat(),
            },
            "ends_on": month.plus(4).last_day.isoformat(),
        }
    )


def _recorded(database: Engine) -> float:
    """Wall seconds from the beginning of the announcement to the record of its last page."""
    query = text("""
        select extract(epoch from max(recorded_at) filter (where event = 'announce_wind_down_done')
          - max(recorded_at) filter (where event = 'announce_wind_down'))
        from transition where entity_id = 'program/flets-hikari-members-club'
    """)
    with database.connect() as connection:
        return float(connection.execute(query).scalar_one())
