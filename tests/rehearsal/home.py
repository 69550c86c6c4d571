"""The home of one test: a database, a queue and a clock of its own; run as a module, a process of it to be killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

import models.tables
from rehearsal.clock.clock import RehearsalClock
from store.database import engine
from tests.rehearsal.small import Begin, Note, Plan, SmallInput, worker_of

START = datetime(2018, 5, 20, 0, 0, tzinfo=UTC)
WAIT_S = 30.0

assert models.tables  # imported so that every table is known


@dataclass(frozen=True)
class SeenRow:
    """What was recorded, and when by the environment's clock."""

    entity_id: str
    event: str
    due_at: datetime
    clock: datetime


class Home:
    """A database, a queue and a clock of its own on shared servers."""

    def __init__(self, address: str, url: str) -> None:
        """Begin the clock at `START`, on tables that are there."""
        self.address = address
        self.url = url
        self.queue = f"q-{uuid.uuid4().hex[:8]}"
        self.engine = engine(url, pool_size=12)
        self.start = START
        self.Plan = Plan
        self.Note = Note
        self.sql("create table seen (no bigint generated always as identity, entity_id text, event text,"
                 " due_at timestamptz, clock timestamptz)")  # fmt: skip

    def at(self, days: float) -> datetime:
        """So many days after the start."""
        return START + timedelta(days=days)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """One statement."""
        with self.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []

    def seen(self) -> list[SeenRow]:
        """Everything recorded but the beginnings, in order."""
        rows = self.sql("select entity_id, event, due_at, clock from seen where event <> 'begin' order by no")
        return [SeenRow(*row) for row in rows]

    def events(self) -> list[tuple[str, str]]:
        """The same, names only."""
        return [(row.entity_id.split("-")[0], row.event) for row in self.seen()]

    def clock_row(self) -> Any:
        """The one row."""
        return self.sql("select offset_s, frozen_at, advance_to from clock")[0]

    async def client(self) -> Client:
        """For the running loop."""
        return await Client.connect(self.address, data_converter=pydantic_data_converter)

    def clock(self, client: Client, carrier: str, **options: Any) -> RehearsalClock:
        """A clock that has begun."""
        clock = RehearsalClock(self.engine, client, carrier, **options)
        clock.begin(START)
        return clock

    async def entity(self, client: Client, name: str, *plans: Plan, contract: str | None = None) -> str:
        """A new entity (`contract/a`), recorded; gives its workflow id."""
        entity_id = f"{name}-{self.queue}"
        begin = Begin(plans=list(plans), contract_id=f"{contract}-{self.queue}" if contract else None)
        start = SmallInput(kind=name.partition("/")[0], begin=begin)
        await client.start_workflow("SmallWorkflow", start, id=entity_id, task_queue=self.queue)
        await self.until(lambda: self.sql("select 1 from entity where entity_id = :id", id=entity_id))
        return entity_id

    async def start_again(self, client: Client, entity_id: str) -> bool:
        """Start one again from its row, as the service does; false where there is no such row."""
        rows = self.sql("select kind, state, offset_s from entity where entity_id = :id", id=entity_id)
        for row in rows:
            start = SmallInput(kind=row.kind, begin=Begin(), state=row.state, offset_s=row.offset_s)
            await client.start_workflow("SmallWorkflow", start, id=entity_id, task_queue=self.queue)
        return bool(rows)

    async def until(self, found: Callable[[], Any]) -> None:
        """Poll until something is so."""
        deadline = time.monotonic() + WAIT_S
        while not await asyncio.to_thread(found):
            assert time.monotonic() < deadline, "it never became so"
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def worker(self, client: Client) -> AsyncIterator[None]:
        """A worker in this process."""
        with ThreadPoolExecutor(16) as pool:
            async with worker_of(client, self.engine, self.queue, pool):
                yield

    def worker_process(self) -> subprocess.Popen[bytes]:
        """A worker in a process of its own, to be killed."""
        return self._process("work", self.queue)

    def advance_process(self, to: datetime, carrier: str) -> subprocess.Popen[bytes]:
        """An advance in a process of its own, to be killed."""
        return self._process("advance", to.isoformat(), carrier)

    def _process(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.rehearsal.home", self.address, self.url, *words]
        return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL)


async def _work(client: Client, db: Engine, queue: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        async with worker_of(client, db, queue, pool):
            await asyncio.Event().wait()


async def _main(address: str, url: str, what: str, *words: str) -> None:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    if what == "work":
        await _work(client, engine(url), *words)
    else:
        await RehearsalClock(engine(url), client, words[1]).advance(datetime.fromisoformat(words[0]))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
