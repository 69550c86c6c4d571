"""The production topology loses nothing and doubles nothing while each of its processes is killed in turn.

Run by hand or by `make test-cluster`; it needs Go, takes minutes, and nothing else depends on it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from deploy.cluster.facts import Facts, count_connections, gather, settle
from deploy.cluster.load import LIVES, Load, as_lived
from deploy.cluster.topology import APIS, MAX_CONNECTIONS, NAMESPACE, TEMPORAL_POOLS, WORKERS, Topology, running
from deploy.connections import Ours
from embedded.children.supervisor import Supervisor
from embedded.home import temporary_home
from store.database import engine

pytestmark = pytest.mark.timeout(7_200)

LIVES_BETWEEN_KILLS = 4
"""So many lives are lived from end to end after each kill before the next one."""


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


async def _play(home: Path) -> Facts:
    """Start everything, kill each process once under load, stop the load, and look."""
    async with running(home, _say) as (topology, supervisor):
        peaks: Counter[str] = Counter()
        load = Load(topology.apis, topology.keys.operator)
        counting = asyncio.create_task(count_connections(topology.database_url, peaks))
        await _under_load(supervisor, topology, load)
        counting.cancel()
        _say(f"connections at most: {dict(peaks)} of {MAX_CONNECTIONS}")
        database = engine(topology.database_url.replace("postgresql:", "postgresql+psycopg:", 1))
        await settle(database)
        client = await Client.connect(topology.temporal, namespace=NAMESPACE)
        return await gather(database, client, home / "carrier" / "carrier.db", load.done, peaks)


async def _under_load(supervisor: Supervisor, topology: Topology, load: Load) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        await load.progress(LIVES_BETWEEN_KILLS)
        for name in topology.killable:
            before, load.slowest, load.repeats = supervisor.pids[name], 0.0, 0
            at = time.monotonic()
            supervisor.kill(name)
            await supervisor.wait_restarted(name, after=before)
            back = time.monotonic() - at
            await load.progress(LIVES_BETWEEN_KILLS)
            _say(
                f"{name:15} killed, back after {back:4.1f} s; {len(load.done):4} lives, "
                f"the slowest answer took {load.slowest:5.1f} s, {load.repeats} repeats"
            )
        load.stop()


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """The facts after one play in a home of its own."""
    with temporary_home("keiyaku-cluster-") as folder:
        yield asyncio.run(_play(folder))


def test_every_log_is_the_life_that_was_answered(facts: Facts) -> None:
    """A contract whose steps were answered has exactly their entries, and there is no other contract."""
    assert facts.lives
    lived = {contract_id: as_lived(log) for contract_id, log in facts.logs.items()}
    assert lived == {contract_id: LIVES[kind] for contract_id, kind in facts.lives.items()}


def test_the_numbers_of_a_log_have_no_gap(facts: Facts) -> None:
    """Every entity's entries are numbered from 1, and every stored state is the fold of them."""
    assert facts.gaps == 0
    assert facts.differences == []


def test_every_message_left_once(facts: Facts) -> None:
    """The outbox is empty without a refusal, and contracts of one kind have written the same messages."""
    assert (facts.undelivered, facts.failed) == (0, 0)
    for kind, counts in facts.letters.items():
        lives = sum(each == kind for each in facts.lives.values())
        assert set(counts.values()) == {lives}, (kind, counts)
        channels = [channel for channel, _ in counts]
        assert len(channels) == len(set(channels)), (kind, counts)


def test_the_other_side_keeps_each_message_once(facts: Facts) -> None:
    """NTT keeps one filing for each contract that needs one, never under two bodies, and every mail under one id."""
    assert facts.filings == sum(kind == "filed" for kind in facts.lives.values())
    assert facts.bodies_of_a_filing == 1
    assert facts.messages == facts.outbox.get("carrier", 0)
    assert facts.mails == facts.outbox.get("email", 0)


def test_temporal_holds_every_contract_and_nothing_failed(facts: Facts) -> None:
    """Each contract has one running execution: one that is over still answers, for corrections."""
    others = ("Completed", "Failed", "Terminated", "TimedOut", "Canceled")
    assert facts.executions == {"Running": len(facts.lives), **dict.fromkeys(others, 0)}


def test_connections_stay_within_the_arithmetic(facts: Facts) -> None:
    """Neither Temporal's roles nor our processes ever opened more than they are counted for."""
    assert 0 < facts.connections["temporal"] <= TEMPORAL_POOLS.most
    assert 0 < facts.connections["keiyaku"] <= Ours(workers=WORKERS, apis=APIS, relays=0).most
