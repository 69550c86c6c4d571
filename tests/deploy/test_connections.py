"""The arithmetic of database connections holds in every place that uses it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import worker
from deploy.cluster.topology import MAX_CONNECTIONS, TEMPORAL_POOLS
from deploy.connections import API, RELAY, WORKER, Ours, Temporal, server, table
from service import doors
from store import database

ROOT = Path(__file__).resolve().parents[2]


def _most(service: dict[str, Any]) -> int:
    return next(int(word.split("=")[1]) for word in service["command"] if word.startswith("max_connections="))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the composition."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return dict(compose["services"])


def test_each_of_our_processes_is_counted_with_its_whole_pool() -> None:
    """The figures are the pools that the processes make, with their overflow."""
    engine = database.engine("postgresql+psycopg://nobody@localhost/nothing", pool_size=1)
    overflow = engine.pool._max_overflow  # type: ignore[attr-defined]
    sizes = re.findall(r"pool_size=RECORDING_THREADS \+ (\d+)", inspect.getsource(worker))
    assert worker.RECORDING_THREADS + int(sizes[0]) + overflow == WORKER
    assert doors.THREADS + overflow == API
    assert worker.RELAY_CONNECTIONS + worker.RELAY_OVERFLOW == RELAY


def test_the_composition_has_what_the_arithmetic_asks_for(services: dict[str, Any]) -> None:
    """Both servers take as many connections as everything that the runbook recommends may open."""
    pools = services["temporal"]["environment"]
    temporal = Temporal(store=int(pools["SQL_MAX_CONNS"]), visibility=int(pools["SQL_VIS_MAX_CONNS"]))
    assert server(temporal.most) <= _most(services["temporal-db"])
    assert server(Ours().most) <= _most(services["keiyaku-db"])


def test_mutual_tls_adds_a_role_within_the_same_connections(services: dict[str, Any]) -> None:
    """With a frontend for the inside there are five roles, and their smaller pools fit."""
    over = yaml.safe_load((ROOT / "deploy" / "mtls.yml").read_text(encoding="utf-8"))
    pools = over["services"]["temporal"]["environment"]
    roles = len(pools["TEMPORAL_SERVICES"].split(","))
    temporal = Temporal(roles=roles, store=int(pools["SQL_MAX_CONNS"]), visibility=int(pools["SQL_VIS_MAX_CONNS"]))
    assert server(temporal.most) <= _most(services["temporal-db"])


def test_idle_pools_are_kept(services: dict[str, Any]) -> None:
    """A pool that lets go of idle connections would open new ones at every peak."""
    for environment in (services["temporal"]["environment"],):
        assert environment["SQL_MAX_CONNS"] == environment["SQL_MAX_IDLE_CONNS"]
        assert environment["SQL_VIS_MAX_CONNS"] == environment["SQL_VIS_MAX_IDLE_CONNS"]


def test_the_page_shows_the_same_table() -> None:
    """docs/production.md has the table as the arithmetic makes it."""
    page = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
    assert "\n".join(table(Temporal(), Ours())) in page


def test_the_topology_on_loopback_counts_every_role() -> None:
    """One PostgreSQL for all seven roles and our five processes has room for all of them."""
    assert TEMPORAL_POOLS.roles == 7
    assert TEMPORAL_POOLS.most + Ours(workers=3, apis=2, relays=0).most <= MAX_CONNECTIONS
