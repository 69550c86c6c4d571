"""A small entity on the real workflow base and recorder, whose agenda a test writes itself."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import Engine, text
from sqlmodel import Session
from statemachine import State, StateMachine
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.record import Recorder
from decisions.common.effects import effect_done
from decisions.domain import Context, Domain, Handler, Step, patch
from decisions.engine import Outcome
from models.messages.entity import AgendaItem, Command, EffectDone, EntityState, Message
from models.operations.operation import Operation, table
from rules.calendar import japan_day
from rules.citation import Decision
from store.database import business_now
from workflows.entity import Entity
from workflows.updates import with_updates


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
    async def slow_effect(self, entity_id: str, item: AgendaItem) -> None:
        """Takes a while, as the outside does."""
        _ = (entity_id, item)
        await asyncio.sleep(0.4)

    @activity.defn(name="never_answered")
    async def never_answered(self, entity_id: str, item: AgendaItem) -> None:
        """NTT is away."""
        _ = (entity_id, item)
        raise ApplicationError("ConnectError", type="ConnectError")

    @activity.defn(name="report")
    async def report(self, entity_id: str, item: AgendaItem) -> None:
        """Tell the contract, which plans something of its own."""
        contract = self._client.get_workflow_handle(entity_id.replace("filing/", "contract/"))
        plans = [Plan(item_id=f"after_{item.item_id}", at=item.at + timedelta(hours=1))]
        command = Note(op=f"{entity_id}/{item.item_id}", at=item.at, name=f"told_{item.item_id}", plans=plans)
        await contract.execute_update("note", command)


def worker_of(client: Client, db: Engine, queue: str, pool: ThreadPoolExecutor) -> Worker:
    recorder = Recorder(db, dict.fromkeys(DOMAINS, Seen()), DOMAINS)
    effects = Effects(client)
    return Worker(
        client,
        task_queue=queue,
        workflows=[SmallWorkflow],
        activities=[recorder.decide_and_record, effects.slow_effect, effects.report, effects.never_answered],
        activity_executor=pool,
        max_concurrent_activities=16,
        max_concurrent_local_activities=16,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
