"""One command to many entities: the run records it itself, then each workflow is told to read its record (ADR 0009).

An update to each would cost every workflow two steps before the next is answered. Recorded here, a command takes
effect at once wherever it is read; the workflows follow at their own pace.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.defects import lay_out_anew
from activities.record import Recorder
from models.messages.entity import REFRESH, Answer, Command, Recorded, RecordRequest, Refused

RECORD_AT_ONCE = 3
"""Decisions made at once: interactive commands must keep their room."""

CALLS_AT_ONCE = 24
"""Calls to Temporal under way at once."""

_AWAY = (psycopg.OperationalError, OperationalError, InterfaceError, PoolTimeoutError)

log = logging.getLogger(__name__)

T = TypeVar("T")
Handle = WorkflowHandle[Any, Any]


@dataclass(frozen=True)
class Told:
    """What was recorded for one entity."""

    entity_id: str
    answer: Answer | Refused
    wake: bool
    """Whether its workflow still has to be told."""


class MassCommand:
    """The same command for many entities of one kind."""

    def __init__(self, client: Client, recorder: Recorder) -> None:
        """Bind Temporal and the way decisions are recorded."""
        self._client = client
        self._recorder = recorder

    async def record(self, kind: str, ids: Iterable[str], name: str, command: Command) -> AsyncGenerator[Told, None]:
        """Decide and record the command for each workflow id, in no order; a repeat gives the stored decision.

        Where what may be asked of an entity changes, its workflow is told at once; the others are left to `wake`.
        A decision that fails by a defect of ours is refused as `DECISION_FAILED`: one must not hold up the others.

        Raises:
            psycopg.OperationalError: the database is away, or an entity stays locked; what was given before that
                stays recorded. Also as SQLAlchemy wraps it.
        """
        given = command.model_dump(mode="json")
        waiting = iter(ids)
        under_way: set[asyncio.Task[Told]] = set()

        def begin() -> None:
            entity_id = next(waiting, None)
            if entity_id is not None:
                # Behind whatever the log holds: the decision is made on the recorded state, not on a workflow's.
                # What waits there is shown anew beside it: a defect in that is no outcome of this command.
                request = RecordRequest(kind=kind, entity_id=entity_id, seq=0, name=name, command=given, part=True)
                under_way.add(asyncio.create_task(self._record(request)))

        for _ in range(RECORD_AT_ONCE):
            begin()
        try:
            while under_way:
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                under_way -= done
                for task in done:
                    begin()
                    yield task.result()
        finally:
            # A thread cannot be cancelled: what is being recorded is, and a repeat finds it.
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _record(self, request: RecordRequest) -> Told:
        try:
            recorded, urgent = await asyncio.to_thread(self._record_part, request)
        except _AWAY:
            raise
        except Exception as error:
            # Not swallowed: it is this entity's outcome, for an operator, and the log has the traceback.
            log.exception("%s of %s failed", request.name, request.entity_id)
            detail = f"{type(error).__name__}; the worker's log has the rest."
            return Told(request.entity_id, Refused(status=422, code="DECISION_FAILED", detail=detail), wake=False)
        answer = recorded.answer or recorded.refused
        if answer is None:
            message = f"{request.name}: neither answered nor refused"
            raise ApplicationError(message, type="NO_ANSWER", non_retryable=True)
        if urgent:
            await self.wake([request.entity_id])
        return Told(request.entity_id, answer, wake=recorded.answer is not None and not urgent)

    def _record_part(self, request: RecordRequest) -> tuple[Recorded, bool]:
        recorded, urgent = self._recorder.record_aside(request)
        if recorded.state.get("awaiting"):
            lay_out_anew(self._recorder, request.entity_id)
        return recorded, urgent

    async def wake(self, ids: Sequence[str]) -> None:
        """Tell workflows to read their record; one that is gone is passed over.

        Raises:
            RPCError: Temporal is away; told twice is as good as told once.
        """
        await self._each(ids, lambda handle: handle.signal(REFRESH))

    async def missing(self, ids: Sequence[str]) -> set[str]:
        """Those that Temporal does not run.

        Raises:
            RPCError: Temporal is away.
        """
        running = await self._each(ids, _is_running)
        return {entity_id for entity_id in ids if not running.get(entity_id)}

    async def _each(self, ids: Sequence[str], call: Callable[[Handle], Awaitable[T]]) -> dict[str, T]:
        """What a call gave for each, a few at once; one that Temporal does not know is left out."""
        waiting, given = iter(ids), dict[str, T]()

        async def some() -> None:
            for entity_id in waiting:
                try:
                    given[entity_id] = await call(self._client.get_workflow_handle(entity_id))
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise

        async with asyncio.TaskGroup() as group:
            for _ in range(min(CALLS_AT_ONCE, len(ids))):
                group.create_task(some())
        return given


async def _is_running(handle: Handle) -> bool:
    return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
