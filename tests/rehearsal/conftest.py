"""The real servers, and small entities on the real workflow base and recorder, whose agendas a test writes itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field
from sqlalchemy import Engine, text
from sqlmodel import Session
from statemachine import State, StateMachine
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

import models.tables
from activities.record import Recorder
from decisions.domain import Context, Domain, Handler, Step, patch
from decisions.effects import effect_done
from decisions.engine import Outcome
from embedded.child import Child
from embedded.ports import free_ports
from embedded.postgres import Postgres
from embedded.supervisor import Supervisor
from embedded.temporal import Temporal
from migrations.upgrade import upgrade
from models.messages.entity import AgendaItem, Command, EffectDone, EntityState, Message
from models.operations.operation import Operation, table
from rehearsal.clock import RehearsalClock
from rules.calendar import japan_day
from rules.citation import Decision
from store.database import business_now, engine
from workflows.entity import Entity
from workflows.updates import with_updates

START = datetime(2018, 5, 20, 0, 0, tzinfo=UTC)
WAIT_S = 30.0

assert models.tables  # imported so that every table is known


# A small entity: its input is its agenda.


class Plan(Message):
    """One thing a test wants to happen."""

    item_id: str
    at: datetime
    effect: str | None = None
    then: list[Plan] = Field(default_factory=list)
    """Put on the agenda when this one is carried out."""


class Begin(Command):
    """The first command."""

    plans: list[Plan] = Field(default_factory=list)
    contract_id: str | None = None


class Note(Command):
    """Something that happened outside; its name becomes the entry's event."""

    name: str
    plans: list[Plan] = Field(default_factory=list)


class SmallState(EntityState):
    """Nothing but an agenda."""

    state: str = "alive"
    contract_id: str | None = None


class SmallMachine(StateMachine):
    """Never moves in these tests."""

    alive = State(initial=True, value="alive")
    over = State(final=True, value="over")
    end = alive.to(over)


def _agenda(plans: list[Plan]) -> dict[str, Any]:
    return {
        plan.item_id: AgendaItem(
            item_id=plan.item_id,
            event="effect" if plan.effect else "tick",
            at=plan.at,
            on=japan_day(plan.at),
            articles=["X-06"],
            label=plan.item_id,
            effect=plan.effect,
            data={"then": [each.model_dump(mode="json") for each in plan.then]},
        )
        for plan in plans
    }


def _decision(event: str, on: date) -> Decision:
    return Decision(event, ("X-06",), on, None, event)


def _begin(state: SmallState, command: Begin, context: Context) -> list[Step]:
    _ = state
    change = patch({"contract_id": command.contract_id}, put={"agenda": _agenda(command.plans)})
    return [Step("begin", _decision("begin", japan_day(context.moment)), change)]


def _note(state: SmallState, command: Note, context: Context) -> list[Step]:
    _ = state
    change = patch(put={"agenda": _agenda(command.plans)})
    return [Step(command.name, _decision(command.name, japan_day(context.moment)), change)]


def _tick(state: SmallState, item: AgendaItem, context: Context) -> list[Step]:
    _ = (state, context)
    then = [Plan.model_validate(each) for each in item.data["then"]]
    change = patch(put={"agenda": _agenda(then)}, drop={"agenda": [item.item_id]})
    return [Step(item.item_id, _decision("tick", item.on), change, received_at=item.at)]


OPERATIONS = table(Operation("note", frozenset({"alive"}), "something happened", Note))


def _domain(kind: str) -> Domain[SmallState]:
    return Domain(
        kind=kind,
        state=SmallState,
        machine=SmallMachine,
        commands={
            "begin": Handler(_begin, Begin),
            "note": Handler(_note, Note),
            "effect_done": Handler(effect_done, EffectDone),
        },
        due={"tick": _tick},
        operations=OPERATIONS,
    )


DOMAINS = {kind: _domain(kind) for kind in ("contract", "filing", "program")}


class Seen:
    """Writes down, in the deciding transaction, what the clock showed."""

    def facts(self, *_: Any) -> dict[str, Any]:
        """None."""
        return {}

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """One row an entry."""
        _ = moment
        for entry in outcome.entries:
            values = {"id": entity_id, "event": entry.event, "due": entry.at, "now": business_now(session)}
            session.execute(
                text("insert into seen (entity_id, event, due_at, clock) values (:id, :event, :due, :now)"), values
            )


class SmallInput(Message):
    """Starts one."""

    kind: str
    begin: Begin
    offset_s: float | None = None
    state: dict[str, Any] | None = None
    done: list[str] = Field(default_factory=list)


@workflow.defn(name="SmallWorkflow")
@with_updates(OPERATIONS)
class SmallWorkflow(Entity[SmallState]):
    """The real base with the smallest life."""

    operations = OPERATIONS

    @workflow.init
    def __init__(self, start: SmallInput) -> None:
        """Begin or go on."""
        super().__init__(SmallState.model_validate(start.state or {}), start.offset_s, start.done)
        self._start = start
        self.kind = start.kind  # type: ignore[misc]

    @workflow.run
    async def run(self, start: SmallInput) -> str:
        """Live."""
        _ = start
        return await self.live(self._begin)

    async def _begin(self) -> None:
        async with self._lock:
            await self._record("begin", self._start.begin.model_copy(update={"op": "begin"}))

    def next_input(self) -> SmallInput:
        """For the next run."""
        carried = {"state": self.state.model_dump(mode="json"), "done": self.done, "offset_s": self.offset_s}
        return self._start.model_copy(update=carried)

    def render(self) -> str:
        """Nobody looks."""
        return ""

    def search_attributes(self) -> list[Any]:
        """None."""
        return []


class Effects:
    """Outside effects: one that takes a moment, and one that tells the contract."""

    def __init__(self, client: Client) -> None:
        """Speak to other executions through this client."""
        self._client = client

    @activity.defn(name="slow_effect")
    async def slow_effect(self, entity_id: str, item: dict[str, Any]) -> None:
        """Takes a while, as the outside does."""
        _ = (entity_id, item)
        await asyncio.sleep(0.4)

    @activity.defn(name="report")
    async def report(self, entity_id: str, item: dict[str, Any]) -> None:
        """Tell the contract, which plans something of its own."""
        contract = self._client.get_workflow_handle(entity_id.replace("filing/", "contract/"))
        at = datetime.fromisoformat(item["at"])
        plans = [Plan(item_id=f"after_{item['item_id']}", at=at + timedelta(hours=1))]
        command = Note(op=f"{entity_id}/{item['item_id']}", at=at, name=f"told_{item['item_id']}", plans=plans)
        await contract.execute_update("note", command)


def _worker(client: Client, db: Engine, queue: str, pool: ThreadPoolExecutor) -> Worker:
    recorder = Recorder(db, dict.fromkeys(DOMAINS, Seen()), DOMAINS)
    effects = Effects(client)
    return Worker(
        client,
        task_queue=queue,
        workflows=[SmallWorkflow],
        activities=[recorder.decide_and_record, effects.slow_effect, effects.report],
        activity_executor=pool,
        max_concurrent_activities=16,
        max_concurrent_local_activities=16,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


# The home of one test


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
        """Make the tables and begin the clock at `START`."""
        self.address = address
        self.url = url
        self.queue = f"q-{uuid.uuid4().hex[:8]}"
        self.engine = engine(url, pool_size=12)
        self.start = START
        self.Plan = Plan
        self.Note = Note
        upgrade(url)
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
            async with _worker(client, self.engine, self.queue, pool):
                yield

    def worker_process(self) -> subprocess.Popen[bytes]:
        """A worker in a process of its own, to be killed."""
        return self._process("work", self.queue)

    def advance_process(self, to: datetime, carrier: str) -> subprocess.Popen[bytes]:
        """An advance in a process of its own, to be killed."""
        return self._process("advance", to.isoformat(), carrier)

    def _process(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, __file__, self.address, self.url, *words]
        return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL)


async def _work(client: Client, db: Engine, queue: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        async with _worker(client, db, queue, pool):
            await asyncio.Event().wait()


async def _main(address: str, url: str, what: str, *words: str) -> None:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    if what == "work":
        await _work(client, engine(url), *words)
    else:
        await RehearsalClock(engine(url), client, words[1]).advance(datetime.fromisoformat(words[0]))


# Servers


@dataclass(frozen=True)
class Servers:
    """Where they answer, and killing them."""

    address: str
    postgres: Postgres
    loop: asyncio.AbstractEventLoop
    supervisor: Supervisor

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        os.kill(self.supervisor.pids[name], signal.SIGKILL)


@contextmanager
def _running(home: Path) -> Iterator[Servers]:
    (port,) = free_ports(1)
    temporal = Temporal(database=home / "temporal.db", port=port, ui_port=None, rehearsal=True)
    postgres = Postgres.at(home / "pg")
    children = [
        Child(
            name="postgres",
            command=postgres.command,
            env=postgres.env,
            log=home / "postgres.log",
            before=postgres.prepare,
            ready=postgres.is_ready,
            account=postgres.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        ),
        Child(name="temporal", command=temporal.command, env=temporal.env, log=home / "t.log", ready=temporal.is_ready),
    ]
    loop = asyncio.new_event_loop()
    # The children end with the thread that started them: it stays until they have been stopped.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    supervisor = Supervisor(children, home=home, say=lambda _line: None)
    asyncio.run_coroutine_threadsafe(supervisor.start(), loop).result(90)
    try:
        yield Servers(temporal.address, postgres, loop, supervisor)
    finally:
        asyncio.run_coroutine_threadsafe(supervisor.stop(), loop).result(30)
        postgres.clean()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The packaged Temporal server and PostgreSQL, as a rehearsal runs them."""
    with _running(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def home(servers: Servers) -> Iterator[Home]:
    """An empty database on them, and a queue of its own."""
    name = f"t{uuid.uuid4().hex[:10]}"
    admin = engine(servers.postgres.url("postgres"), pool_size=1)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {name}"))
    admin.dispose()
    found = Home(servers.address, servers.postgres.url(name))
    yield found
    found.engine.dispose()


class Silent(str):
    """The address of a carrier with nothing to say, and how often it was asked."""

    __slots__ = ("asked",)

    asked: list[str]


@pytest.fixture
def no_carrier() -> Iterator[Silent]:
    """A carrier with nothing to say."""
    asked: list[str] = []

    class Nothing(BaseHTTPRequestHandler):
        """Answers every question with an empty list."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Nothing is due."""
            asked.append(self.path)
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = Silent(f"http://127.0.0.1:{server.server_port}")
        url.asked = asked
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
