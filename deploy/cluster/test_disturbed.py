"""A history host stands still at a month end with 500 endings; PostgreSQL fails over to a copy that is older.

Run by hand or by `make test-cluster`, as the topology beside it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.client import Client

from api.contracts.imports import EXAMPLE
from bench.common.floor import at_once
from bench.common.own import set_clock
from deploy.cluster.facts import Facts, gather, settle
from deploy.cluster.load import LIVES, Load, as_lived
from deploy.cluster.topology import NAMESPACE, Topology, running
from embedded.children.supervisor import Supervisor
from embedded.home import temporary_home
from rules.calendar import Month, japan_day, start_of
from store.database import business_now, engine

pytestmark = pytest.mark.timeout(7_200)

ENDINGS = 500
STILL_S = 20.0
"""For so long a history host stands still, from just before midnight."""
TRIED = 20
"""So many are keyed in first, midnight hours off, to see how long the others take."""
SLACK = 2.5
QUIET_S = 10.0
LIVES_EACH = 6
"""So many lives are lived before the copy is taken, after it, and once it has taken over."""


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of both."""

    ended: Counter[tuple[str, ...]]
    """Logs of the contracts that ended at the month end."""
    letters: Counter[tuple[tuple[str, int], ...]]
    """What each of those was told, by kind and number."""
    lost: set[str]
    """Contracts whose lives were answered after the copy was taken."""
    facts: Facts
    commands: dict[str, subprocess.CompletedProcess[str]]
    """What `keiyaku verify` and `keiyaku recover` said at the end."""


async def _play(home: Path) -> Told:
    """The month end, then the copy that takes over, and a look at everything."""
    async with running(home, _say) as (topology, supervisor):
        database = engine(topology.database_url.replace("postgresql:", "postgresql+psycopg:", 1))
        load = Load(topology.apis, topology.keys.operator)
        ended = await _month_end(supervisor, database, load)
        logs = _told(database, "select entity_id, event from transition order by seq", ended)
        letters = _told(database, "select entity_id, kind from notice order by kind", ended)
        lost = await _fail_over(topology, supervisor, load)
        await settle(database)
        client = await Client.connect(topology.temporal, namespace=NAMESPACE)
        facts = await gather(database, client, home / "carrier" / "carrier.db", load.done, {})
        database.dispose()
        return Told(
            ended=Counter(logs.values()),
            letters=Counter(tuple(sorted(Counter(each).items())) for each in letters.values()),
            lost=lost,
            facts=facts,
            commands={each: await asyncio.to_thread(topology.keiyaku, each) for each in ("verify", "recover")},
        )


async def _lives(load: Load) -> None:
    load.begin()
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        await load.progress(LIVES_EACH)
        load.stop()


# --- the month end -----------------------------------------------------------------------------------------------


async def _month_end(supervisor: Supervisor, database: Engine, load: Load) -> list[str]:
    """Contracts that end at a midnight that simply comes, a history host standing still: their ids."""
    with Session(database) as session:
        midnight = start_of(Month.of(japan_day(business_now(session))).plus(1).first_day)
    set_clock(database, midnight - timedelta(hours=2))
    began = time.monotonic()
    await _cancelled(load, midnight, 0, TRIED)
    lead = QUIET_S + SLACK * (time.monotonic() - began) / TRIED * ENDINGS
    set_clock(database, midnight - timedelta(seconds=lead))
    began = time.monotonic()
    ids = await _cancelled(load, midnight, TRIED, ENDINGS)
    left = lead - (time.monotonic() - began)
    assert left > 1, f"midnight came {-left:.0f} s before all {ENDINGS} were keyed in: a quieter machine"
    await asyncio.sleep(left - 1)
    still = supervisor.pids["history-1"]
    os.kill(still, signal.SIGSTOP)
    try:
        await asyncio.sleep(STILL_S)
        meanwhile = _ended(database, ids)
    finally:
        os.kill(still, signal.SIGCONT)
    began = time.monotonic()
    while (ended := _ended(database, ids)) < ENDINGS:
        assert time.monotonic() - began < 600, f"{ended} of {ENDINGS} ended"
        await asyncio.sleep(0.5)
    took = time.monotonic() - began
    _say(
        f"history-1 stood still for {STILL_S:g} s: {meanwhile} of {ENDINGS} ended meanwhile, "
        f"the rest {took:.0f} s later"
    )
    return ids


async def _cancelled(load: Load, midnight: datetime, first: int, count: int) -> list[str]:
    """Contracts in force as another system hands them over, cancelled for that midnight."""
    lines = (
        {**EXAMPLE, "external_id": f"END-{each}", "line": {**EXAMPLE["line"], "line_id": f"CAF{66_000_000 + each:010}"}}
        for each in range(first, first + count)
    )
    letter = {"channel": "paper", "received_at": (midnight - timedelta(days=12)).isoformat()}
    async with httpx.AsyncClient(timeout=120, trust_env=False) as http:
        sent = "\n".join(map(json.dumps, lines)).encode()
        told = await load.ask(http, "POST", "/v1/contracts/import", lines=sent)
        ids = [str(each["contract_id"]) for each in told["lines"]]
        await at_once(ids, lambda each: load.ask(http, "POST", f"/v1/contracts/{each}/cancellation", letter))
    return ids


def _ended(database: Engine, ids: Sequence[str]) -> int:
    query = text("select count(*) from contract where state = 'ended' and contract_id = any(:ids)")
    with database.connect() as connection:
        return int(connection.execute(query, {"ids": list(ids)}).scalar_one())


def _told(database: Engine, sql: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {f"contract/{each}": [] for each in ids}
    with database.connect() as connection:
        for entity_id, word in connection.execute(text(sql)):
            if entity_id in found:
                found[entity_id].append(word)
    return {entity_id: tuple(words) for entity_id, words in found.items()}


# --- the copy ----------------------------------------------------------------------------------------------------


async def _fail_over(topology: Topology, supervisor: Supervisor, load: Load) -> set[str]:
    """A copy of both stores takes over, and what was lived after it was taken is gone: the contracts of that."""
    await _lives(load)
    copy = topology.home / "copy"
    await asyncio.to_thread(topology.database.copy, copy)
    after = Load(topology.apis, load.key)
    await _lives(after)
    await supervisor.hold("postgres", hard=True)
    (topology.home / "pg").rename(topology.home / "gone")
    copy.rename(topology.home / "pg")
    began = time.monotonic()
    supervisor.release("postgres")
    await supervisor.wait_ready("postgres")
    load.slowest, load.repeats = 0.0, 0
    await _lives(load)
    _say(
        f"the copy took over, {len(after.done)} lives older; {LIVES_EACH} more {time.monotonic() - began:.0f} s later, "
        f"the slowest answer took {load.slowest:.1f} s, {load.repeats} repeats"
    )
    return set(after.done)


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What came of one play in a home of its own."""
    with temporary_home("keiyaku-disturbed-") as folder:
        yield asyncio.run(_play(folder))


def test_every_contract_ends_once_though_a_history_host_stood_still(told: Told) -> None:
    """Each of the 500 has ended by one entry, and all were told the same letters."""
    assert told.ended == {("import", "cancel", "end"): ENDINGS}
    assert list(told.letters.values()) == [ENDINGS]


def test_what_the_copy_knows_goes_on_and_nothing_else_is_there(told: Told) -> None:
    """Lives of before and after are whole, those that the copy does not know are gone, and no state is half one."""
    assert not told.lost & told.facts.logs.keys()
    lived = {each: as_lived(told.facts.logs[each]) for each in told.facts.lives}
    assert lived == {contract_id: LIVES[kind] for contract_id, kind in told.facts.lives.items()}
    assert (told.facts.gaps, told.facts.differences) == (0, [])
    assert (told.facts.undelivered, told.facts.failed) == (0, 0)


def test_every_open_entity_runs_on_the_copy(told: Told) -> None:
    """`keiyaku verify` finds nothing, and `keiyaku recover` has nothing to do: both stores are of one moment."""
    for name, done in told.commands.items():
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    assert told.facts.executions["Running"] == len(told.facts.logs)
