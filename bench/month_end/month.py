"""What one ending at a month end costs, in seconds of a core and in bytes, by process.

Contracts end at a midnight that simply comes: no clock is moved, so nothing of a rehearsal is measured. Seconds of a
core hardly change where a machine is shared; the rate does.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.common.floor import at_once
from bench.common.house import House
from bench.mass.club import import_members
from bench.mass.rollout import import_contracts
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import Cancel, workflow_id
from rules.calendar import Month, japan_day, start_of
from store.database import business_now, engine

CONTRACTS = 250
QUIET_S = 5.0
"""The midnight must be so far off when everything is keyed in."""
PATIENCE_S = 300
TICKS = os.sysconf("SC_CLK_TCK")

_ENDED = "select count(*), extract(epoch from max(recorded_at) - min(recorded_at)) from transition where event = 'end'"


async def run(stack: EmbeddedStack, count: int = CONTRACTS) -> list[str]:
    """Import, cancel, wait for midnight.

    Raises:
        RuntimeError: midnight came before everything was keyed in.
        TimeoutError: not all of them ended.
    """
    client = await Client.connect(stack.urls.temporal, data_converter=pydantic_data_converter)
    database = engine(stack.database_url)
    empty = _sizes(stack, database)
    await import_contracts(client, database, count)
    with Session(database) as session:
        on = japan_day(business_now(session))
    await at_once([str(number) for number in range(count)], lambda each: _cancel(client, each, on))
    full, midnight = _sizes(stack, database), start_of(Month.of(on).plus(1).first_day)
    left = _until(database, midnight)
    if left < QUIET_S:
        message = f"midnight was {left:.0f} s off when all {count} were keyed in: fewer contracts, or a quieter machine"
        raise RuntimeError(message)
    await asyncio.sleep(left - QUIET_S / 2)
    before = cpu(stack)
    deadline = time.monotonic() + PATIENCE_S
    while (ended := ended_so_far(database))[0] < count:
        if time.monotonic() > deadline:
            message = f"{ended[0]} of {count} ended within {PATIENCE_S} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.2)
    after = cpu(stack)
    alone = _sizes(stack, database)
    await import_members(House(stack), database, stack.keys.operator, count)
    joined = _sizes(stack, database)
    database.dispose()
    spent = {name: (after[name] - before[name]) / count for name in before}
    return [
        f"one of {count} endings at once, milliseconds of a core  "
        + "  ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in spent.items()),
        f"all of them within {ended[1]:.1f} s, {count / ended[1]:.0f} a second on {os.cpu_count()} cores",
        f"one contract about to end, kilobytes stored  {_each(empty, full, count)}",
        f"one membership, kilobytes stored  {_each(alone, joined, count)}",
    ]


def _each(before: dict[str, int], after: dict[str, int], count: int) -> str:
    return "  ".join(f"{name} {(after[name] - before[name]) / count / 1024:.1f}" for name in before)


async def _cancel(client: Client, number: str, on: date) -> None:
    at = datetime.combine(on - timedelta(days=12), datetime.min.time(), start_of(on).tzinfo)
    command = Cancel(op=f"cancel/{number}", channel="paper", received_at=at, actor="bench")
    await client.get_workflow_handle(workflow_id(f"KBENCH{number}")).execute_update("cancel", command)


def _until(database: Engine, moment: datetime) -> float:
    with Session(database) as session:
        return (moment - business_now(session)).total_seconds()


def ended_so_far(database: Engine) -> tuple[int, float]:
    """How many have ended, and the seconds from the first to the last."""
    with database.connect() as connection:
        count, seconds = connection.execute(text(_ENDED)).one()
        return int(count), float(seconds or 0)


def _sizes(stack: EmbeddedStack, database: Engine) -> dict[str, int]:
    with database.connect() as connection:
        rows = int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    files = sum(path.stat().st_size for path in stack.home.glob("temporal.db*"))
    return {"keiyaku-db": rows, "temporal-db": files}


def cpu(stack: EmbeddedStack, of: Collection[str] = ("worker", "temporal", "postgres")) -> dict[str, float]:
    """Seconds of a core by process so far, children included."""
    names = {pid: name for name, pid in stack.pids.items() if name in of}
    spent = dict.fromkeys(names.values(), 0.0)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        name = names.get(int(path.parent.name)) or names.get(int(fields[1]))
        if name is not None:
            spent[name] += (int(fields[11]) + int(fields[12])) / TICKS
    return spent
