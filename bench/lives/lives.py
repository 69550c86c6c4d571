"""A whole life, apply to end, a second: here, and the same rows on DBOS Transact with the same PostgreSQL.

Both have callers who wait for each command, durable waits for the end, and rows recorded exactly once. Ours also
decides by the rules, renders letters, keeps what a revision needs and feeds the search attributes; theirs writes the
rows and no more, in one process that is client, engine and worker. So the ratio says what the difference costs, not
which is better.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from bench.common.contracts import begun
from bench.common.floor import AT_ONCE, at_once
from bench.common.own import connected
from bench.common.processes import cpu
from bench.common.report import Figure, Report, ratio
from bench.common.rows import until_ended
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import Cancel
from models.messages.entity import CONTRACTS_QUEUE
from rules.calendar import Month, japan_day, start_of
from store.database import business_now, clock_offset, engine

LIVES = 240
ENDS_IN_S = 60.0
"""Of the other engine: longer than keying in takes."""
HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[1] / "build" / "dbos"
LOCK = HERE / "other" / "dbos.lock"


async def run(stack: EmbeddedStack) -> Report:
    """Ours, theirs, and the ratio of their lives a second, keying in and ending taken together.

    Raises:
        TimeoutError: ours did not all end.
    """
    ours, ours_cpu = await _ours(stack)
    theirs, theirs_cpu = await asyncio.to_thread(_theirs, stack)
    here, there = sum(ours), sum(theirs)
    return [
        Figure(
            "a whole life here / the same rows on DBOS Transact",
            here / there,
            f"{LIVES / here:.1f} / {LIVES / there:.1f} lives a second, {AT_ONCE} at once, {LIVES} lives",
        ),
        ratio("of it keyed in and answered", ours[0], theirs[0]),
        ratio("of it the end, all at one moment", ours[1], theirs[1]),
        ratio("seconds of a core a life, servers included", ours_cpu / LIVES, theirs_cpu / LIVES),
    ]


async def _ours(stack: EmbeddedStack) -> tuple[tuple[float, float], float]:
    client = await connected(stack)
    database = engine(stack.database_url)
    with Session(database) as session:
        now, offset = business_now(session), clock_offset(session)
    midnight = start_of(Month.of(japan_day(now)).plus(1).first_day)

    async def one(number: str) -> None:
        contract_id, on = f"KLIFE{number}", japan_day(now - timedelta(days=15))
        handle = await begun(client, contract_id, CONTRACTS_QUEUE, offset, now - timedelta(days=20), now, on)
        sent = Cancel(op=f"cancel/{number}", channel="paper", received_at=now - timedelta(days=12), actor="bench")
        await handle.execute_update("cancel", sent)

    before, clock = cpu(stack), asyncio.get_running_loop()
    began = clock.time()
    await at_once([str(number) for number in range(LIVES)], one)
    keyed_in = clock.time() - began
    with Session(database) as session:
        left = (midnight - business_now(session)).total_seconds()
    if left < 0:
        message = f"midnight came {-left:.0f} s before all were keyed in: fewer lives, or a quieter machine"
        raise RuntimeError(message)
    await asyncio.sleep(left)
    ended_s = await until_ended(database, "KLIFE", LIVES)
    after = cpu(stack)
    database.dispose()
    return (keyed_in, ended_s), sum(after[name] - before[name] for name in before)


def _theirs(stack: EmbeddedStack) -> tuple[tuple[float, float], float]:
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        install = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--require-hashes")
        subprocess.run([str(python), *install, "-r", str(LOCK)], check=True)
        (ENVIRONMENT / ".installed").touch()
    admin = engine(stack.postgres.url("postgres"), pool_size=1)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("create database dbos_life"))
    admin.dispose()
    before = cpu(stack)["postgres"]
    command = [str(python), str(HERE / "other" / "life.py"), stack.postgres.url("dbos_life")]
    said = subprocess.run(
        [*command, str(LIVES), str(AT_ONCE), str(ENDS_IN_S)], check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(said.stdout.splitlines()[-1])
    spent = cpu(stack)["postgres"] - before + found["cpu_s"]
    return (found["keyed_in_s"], found["ended_s"]), spent
