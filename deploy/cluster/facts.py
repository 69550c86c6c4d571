"""What is left when the dust has settled: our rows, NTT's books, Temporal's executions."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from temporalio.client import Client

from deploy.cluster.load import LIVES, Kind
from service.verify import differences

SETTLING_SECONDS = 180.0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that could have been lost or doubled, as found."""

    lives: Mapping[str, Kind]
    logs: Mapping[str, tuple[str, ...]]
    """Contract id → the entries of its log, in order of their numbers."""
    gaps: int
    """Entities whose numbers do not run from 1 without a gap."""
    letters: Mapping[Kind, Counter[tuple[str, int]]]
    """Kind of life → how many contracts have so many messages in a channel."""
    undelivered: int
    failed: int
    outbox: Mapping[str, int]
    """Channel → rows."""
    differences: list[str]
    filings: int
    """That NTT keeps."""
    bodies_of_a_filing: int
    """The most different bodies under which one filing was ever sent."""
    mails: int
    """Caught, repeats under one id counted once."""
    repeated_mails: int
    messages: int
    """Non-filing messages that NTT keeps."""
    executions: Mapping[str, int]
    """Status → contract workflows."""
    connections: Mapping[str, int]
    """Account → the most connections it was ever seen to have."""


async def settle(database: Engine) -> None:
    """Wait until the outbox is empty, or long enough."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < deadline:
        if not await asyncio.to_thread(_one, database, _WAITING):
            return
        await asyncio.sleep(0.5)


async def count_connections(url: str, peaks: Counter[str]) -> None:
    """Look at the server's list every half second, until cancelled; account → most connections in `peaks`."""
    others = "usename is not null and pid <> pg_backend_pid()"
    sql = f"select usename, count(*) from pg_stat_activity where {others} group by 1"
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=2) as connection:
                while True:
                    for name, count in await (await connection.execute(sql)).fetchall():
                        peaks[name] = max(peaks[name], count)
                    await asyncio.sleep(0.5)
        except psycopg.OperationalError:  # it is being killed, like everything else
            await asyncio.sleep(0.5)


async def gather(
    database: Engine, client: Client, carrier: Path, lives: Mapping[str, Kind], peaks: Mapping[str, int]
) -> Facts:
    """Look at everything."""
    logs, gaps = await asyncio.to_thread(_logs, database)
    executions: dict[str, int] = {}
    for status in ("Running", "Completed", "Failed", "Terminated", "TimedOut", "Canceled"):
        query = f'WorkflowType = "ContractWorkflow" and ExecutionStatus = "{status}"'
        executions[status] = (await client.count_workflows(query)).count
    with closing(sqlite3.connect(f"file:{carrier}?mode=ro", uri=True)) as books:
        mails = [json.loads(body)["message_id"] for (body,) in books.execute("select body from mails")]
        bodies: dict[str, set[str]] = {}
        for (body,) in books.execute("select body from journal where method = 'POST' and path like '%/filings'"):
            bodies.setdefault(json.loads(body)["filing_id"], set()).add(body)
        filings = books.execute("select count(*) from filings").fetchone()[0]
        messages = books.execute("select count(*) from messages").fetchone()[0]
    return Facts(
        lives=dict(lives),
        logs=logs,
        gaps=gaps,
        letters=await asyncio.to_thread(_letters, database, lives),
        undelivered=_one(database, _WAITING),
        failed=_one(database, "select count(*) from outbox where failed_at is not null"),
        outbox=dict(_rows(database, "select channel, count(*) from outbox group by channel")),
        differences=list(await asyncio.to_thread(differences, database)),
        filings=filings,
        bodies_of_a_filing=max(map(len, bodies.values()), default=0),
        mails=len(set(mails)),
        repeated_mails=len(mails) - len(set(mails)),
        messages=messages,
        executions=executions,
        connections=dict(peaks),
    )


_WAITING = "select count(*) from outbox where delivered_at is null and failed_at is null"


def _rows(database: Engine, sql: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def _one(database: Engine, sql: str) -> int:
    return int(_rows(database, sql)[0][0])


def _logs(database: Engine) -> tuple[dict[str, tuple[str, ...]], int]:
    rows = _rows(database, "select entity_id, seq, event from transition order by entity_id, seq")
    numbers: dict[str, list[int]] = {}
    events: dict[str, list[str]] = {}
    for entity_id, seq, event in rows:
        numbers.setdefault(entity_id, []).append(seq)
        if entity_id.startswith("contract/"):
            events.setdefault(entity_id.removeprefix("contract/"), []).append(event)
    gaps = sum(found != list(range(1, len(found) + 1)) for found in numbers.values())
    return {contract_id: tuple(names) for contract_id, names in events.items()}, gaps


def _letters(database: Engine, lives: Mapping[str, Kind]) -> dict[Kind, Counter[tuple[str, int]]]:
    counts: dict[Kind, Counter[tuple[str, int]]] = {kind: Counter() for kind in LIVES}
    sql = "select entity_id, channel, count(*) from outbox where entity_id like 'contract/%' group by 1, 2"
    for entity_id, channel, count in _rows(database, sql):
        kind = lives.get(entity_id.removeprefix("contract/"))
        if kind is not None:
            counts[kind][channel, count] += 1
    return counts
