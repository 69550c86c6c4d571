"""What one ending at a month end costs, in seconds of a core and in bytes, by process.

Contracts end at a midnight that simply comes: no clock is moved, so nothing of a rehearsal is measured. Seconds of a
core hardly change where a machine is shared; the rate does.
"""

from __future__ import annotations

import asyncio
import os
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.client import Client

from bench.common.contracts import import_contracts
from bench.common.floor import at_once
from bench.common.house import House
from bench.common.members import import_members
from bench.common.own import connected
from bench.common.processes import cpu
from bench.common.report import Report
from bench.common.rows import until_ended
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import Cancel, workflow_id
from rules.calendar import Month, japan_day, start_of
from store.database import business_now, engine

CONTRACTS = 250
QUIET_S = 5.0
"""The midnight must be so far off when everything is keyed in."""


async def run(stack: EmbeddedStack, count: int = CONTRACTS) -> Report:
    """Import, cancel, wait for midnight.

    Raises:
        RuntimeError: midnight came before everything was keyed in.
        TimeoutError: not all of them ended.
    """
    client = await connected(stack)
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
    ended_s = await until_ended(database, "KBENCH", count)
    after = cpu(stack)
    alone = _sizes(stack, database)
    await import_members(House(stack), database, count)
    joined = _sizes(stack, database)
    database.dispose()
    spent = {name: (after[name] - before[name]) / count for name in before}
    return [
        f"one of {count} endings at once, milliseconds of a core  "
        + "  ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in spent.items()),
        f"all of them within {ended_s:.1f} s, {count / ended_s:.0f} a second on {os.cpu_count()} cores",
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


def _sizes(stack: EmbeddedStack, database: Engine) -> dict[str, int]:
    with database.connect() as connection:
        rows = int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    files = sum(path.stat().st_size for path in stack.home.glob("temporal.db*"))
    return {"keiyaku-db": rows, "temporal-db": files}
