"""The executions that the open entities of the database need, and starting one again from its row.

The database is the truth of a life, Temporal its motor: an execution that is gone is started again under the same id
from its row, with the state, the answered operations and the clock offset that the row knows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.carrier.filing import filing_input
from models.actors import TIMER
from models.messages import filing, program, rollout
from models.messages.club import exchange, membership
from models.messages.contract import contract
from models.messages.contract.contract import ContractState
from models.messages.entity import CONTRACTS_QUEUE, Message
from models.tables.clock import BUSINESS_NOW
from models.tables.log import Entity
from store.database import clock_offset

log = logging.getLogger(__name__)

FOREIGN = "an entity's id was held by an execution that is not its own"

DONE_MAX = 300
"""Operation ids given to the new run; the log knows the older ones."""

TYPES: Mapping[str, str] = {
    "contract": contract.WORKFLOW,
    "exchange": exchange.WORKFLOW,
    "filing": filing.WORKFLOW,
    "membership": membership.WORKFLOW,
    "program": program.WORKFLOW,
    "rollout": rollout.WORKFLOW,
}
"""Kind → type of its workflow."""

RUNNING = f'ExecutionStatus = "Running" AND WorkflowType IN ({", ".join(f"{name!r}" for name in TYPES.values())})'
"""The executions of open entities, as visibility is asked for them."""

_NAMES = {
    "contract": "WAKWAK 契約",
    "exchange": "ポイント交換",
    "filing": "代行申込",
    "membership": "メンバーズクラブ 会員",
    "rollout": "一斉変更",
}

_OPEN = """
not closed and not exists (
  select from member m where e.kind = 'membership' and e.entity_id = 'membership/' || m.member_id
    and not m.workflow_started)
"""
"""Of `entity e`: an imported membership has no execution before the starter has come to it."""


_WANTED = """
(c.state = 'filing' or exists (
  select from agenda a where a.entity_id = 'contract/' || c.contract_id and a.effect = 'withdraw_filing'))
"""
"""Of `contract c`: its order may be with NTT already, so it is followed to its end or taken back."""


@dataclass(frozen=True)
class Start:
    """What an execution is started with."""

    entity_id: str
    kind: str
    given: Message


class Executions:
    """What should run, whether it does, and starting what does not."""

    def __init__(self, engine: Engine, client: Client) -> None:
        """Bind the database and Temporal."""
        self._engine = engine
        self._client = client

    async def open_ids(self, after: str = "", limit: int | None = None) -> list[str]:
        """Workflow ids of open entities in order, after one and at most so many."""
        sql = (
            f"select e.entity_id from entity e where e.entity_id > :after and {_OPEN} order by e.entity_id limit :most"
        )
        return await self._ids(sql, after=after, most=limit)

    async def count_open(self) -> int:
        """How many executions there should be."""
        return int((await self._ids(f"select count(*) from entity e where {_OPEN}"))[0])

    async def overdue(self, late_s: float, limit: int) -> list[str]:
        """Open entities whose earliest item has been due for so many seconds: nobody may be there to carry it out."""
        sql = f"""
            with moment as (select {BUSINESS_NOW} - make_interval(secs => :late) as until)
            select distinct e.entity_id from agenda a join entity e using (entity_id), moment
            where a.due_at < moment.until and {_OPEN} limit :most
        """
        return await self._ids(sql, late=late_s, most=limit)

    async def entered_lately(self, within_s: float) -> set[str]:
        """Contracts taken in so few real seconds ago that whoever wrote them may be starting their executions."""
        # `now()`: a clock that goes on while it is read uses no index, and the log is read whole.
        sql = """
            select entity_id from transition where seq = 1 and event = 'import' and entity_id like 'contract/%'
              and recorded_at > now() - make_interval(secs => :within)
        """
        return set(await self._ids(sql, within=within_s))

    async def unfiled(self) -> list[str]:
        """Filings that a contract waits for, or is to take back, and of which nothing is recorded yet."""
        return await self._ids(f"""
            select 'filing/' || c.filing_id from contract c
            where c.state = 'filing' and c.filing_id is not null
              and not exists (select from filing f where f.filing_id = c.filing_id)
              and not exists (select from agenda a where a.entity_id = 'contract/' || c.contract_id
                              and a.effect = 'start_filing')
            union select 'filing/' || c.filing_id
            from agenda a join contract c on c.contract_id = split_part(a.entity_id, '/', 2)
            where a.due_at <= {BUSINESS_NOW} and a.effect = 'withdraw_filing'
              and not exists (select from filing f where f.filing_id = c.filing_id)
        """)

    async def running(self) -> set[str]:
        """Workflow ids of everything that runs as its own, as visibility knows it: some seconds old."""
        found = self._client.list_workflows(RUNNING, page_size=1000)
        return {each.id async for each in found if _is_its_own(each.id, each)}

    async def count_running(self) -> int:
        """How many run, as visibility knows it."""
        return (await self._client.count_workflows(RUNNING)).count

    async def is_running(self, entity_id: str) -> bool:
        """Whether the entity's own execution runs, as the server itself knows it; another under its id is not it."""
        described = await self._latest(entity_id)
        return described is not None and _runs(described) and _is_its_own(entity_id, described)

    async def _latest(self, entity_id: str) -> WorkflowExecutionDescription | None:
        try:
            return await self._client.get_workflow_handle(entity_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None

    async def _make_room(self, entity_id: str) -> bool:
        """End what runs under an entity's id and is none of ours: it answers nothing. False where its own runs."""
        described = await self._latest(entity_id)
        if described is None or not _runs(described):
            return True
        if _is_its_own(entity_id, described):
            return False
        log.error(
            "FOREIGN_EXECUTION: %s was held by a %s on %s, which is ended",
            entity_id,
            described.workflow_type,
            described.task_queue,
        )
        handle = self._client.get_workflow_handle(entity_id, run_id=described.run_id)
        try:
            await handle.terminate(reason=FOREIGN)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        return True

    async def is_recorded(self, entity_id: str) -> bool:
        """Whether anything was ever decided under this id."""
        return bool(await self._ids("select entity_id from entity where entity_id = :id", id=entity_id))

    async def start_again(self, entity_id: str) -> bool:
        """Start what its row says; false where there is nothing to run under this id. One that runs is left alone.

        Raises:
            RPCError, SQLAlchemyError: Temporal or the database is away.
        """
        start = await asyncio.to_thread(self._start_of, entity_id)
        if start is None:
            return False
        try:
            await self._start(start, WorkflowIDConflictPolicy.FAIL)
        except WorkflowAlreadyStartedError:
            if await self._make_room(entity_id):
                await self._start(start, WorkflowIDConflictPolicy.USE_EXISTING)
        return True

    async def replace(self, entity_id: str, reason: str) -> bool:
        """End what runs under this id and start what its row says; false where there is nothing to go on from.

        Raises:
            RPCError, SQLAlchemyError: as `start_again`.
        """
        if await asyncio.to_thread(self._start_of, entity_id) is None:
            return False
        await self.end(entity_id, reason)
        return await self.start_again(entity_id)

    async def end(self, entity_id: str, reason: str) -> None:
        """End what runs under this id, whether or not its row says anything.

        Raises:
            RPCError: Temporal is away.
        """
        try:
            await self._client.get_workflow_handle(entity_id).terminate(reason=reason)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _start(self, start: Start, conflict: WorkflowIDConflictPolicy) -> None:
        await self._client.start_workflow(
            TYPES[start.kind],
            start.given,
            id=start.entity_id,
            task_queue=CONTRACTS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=conflict,
            static_summary=_NAMES.get(start.kind, start.entity_id.partition("/")[2]),
        )

    def _start_of(self, entity_id: str) -> Start | None:
        with Session(self._engine) as session:
            entity = session.get(Entity, entity_id)
            if entity is None:
                return _unrecorded(session, entity_id)
            if entity.closed:
                return None
            ops = session.execute(
                text("select op from transition where entity_id = :id order by seq desc limit :most"),
                {"id": entity_id, "most": DONE_MAX},
            ).scalars()
            carried = {"offset_s": entity.offset_s, "state": entity.state, "done": list(reversed(list(ops)))}
            return Start(entity_id, entity.kind, INPUTS[entity.kind](entity.state, carried))

    async def _ids(self, sql: str, **values: Any) -> list[Any]:
        def work() -> Sequence[Any]:
            with self._engine.connect() as connection:
                return connection.execute(text(sql), values).scalars().all()

        return list(await asyncio.to_thread(work))


def _runs(described: WorkflowExecutionDescription) -> bool:
    return described.status is WorkflowExecutionStatus.RUNNING


def _is_its_own(entity_id: str, described: WorkflowExecution) -> bool:
    """Of the type of its kind, on the queue that its workers poll."""
    own = TYPES.get(entity_id.partition("/")[0])
    return described.workflow_type == own and described.task_queue == CONTRACTS_QUEUE


def _unrecorded(session: Session, entity_id: str) -> Start | None:
    """A filing that was started and lost before anything was recorded of it: its contract knows all of it."""
    kind, _, filing_id = entity_id.partition("/")
    if kind != "filing":
        return None
    row = session.execute(
        text(f"""
            select e.entity_id, e.state, t.at from contract c
            join entity e on e.entity_id = 'contract/' || c.contract_id
            join transition t on t.entity_id = e.entity_id and t.event = 'start_filing'
            where c.filing_id = :id and {_WANTED} order by t.seq desc limit 1
        """),  # our own words
        {"id": filing_id},
    ).first()
    if row is None:
        return None
    at: datetime = row.at
    offset_s = clock_offset(session).total_seconds()
    return Start(entity_id, kind, filing_input(ContractState.model_validate(row.state), at, offset_s))


def _named(model: type[Message], *names: str) -> Callable[[dict[str, Any], dict[str, Any]], Message]:
    """An input made of the state's own fields of these names, and of what every next run is given."""
    return lambda state, carried: model.model_validate({**{name: state.get(name) for name in names}, **carried})


def _filing(state: dict[str, Any], carried: dict[str, Any]) -> Message:
    names = ("filing_id", "contract_id", "operator", "brand", "service_type", "wished_dates")
    return filing.FilingInput.model_validate(
        {**{name: state[name] for name in names}, "at": state["filed_at"], **carried}
    )


def _program(state: dict[str, Any], carried: dict[str, Any]) -> Message:
    # One that a defect kept from beginning begins by this, which is sealed on its way as any beginning is.
    begin = program.BeginProgram(code=state["code"], actor=TIMER)
    return program.ProgramInput.model_validate({"code": state["code"], "begin": begin, **carried})


INPUTS: Mapping[str, Callable[[dict[str, Any], dict[str, Any]], Message]] = {
    "contract": _named(contract.ContractInput, "contract_id", "person_id", "line_key", "filing_id"),
    "exchange": _named(exchange.ExchangeInput, "exchange_id"),
    "filing": _filing,
    "membership": _named(membership.MembershipInput, "member_id", "person_id", "line_key"),
    "program": _program,
    "rollout": _named(rollout.RolloutInput, "rollout_id"),
}
"""Kind → the input of a run that goes on from a stored state."""
