"""One message to Temporal, its answer or its refusal. Only the one door (`api.doors.commands`) sends commands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import Session, col
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.doors.kinds import Kind
from api.doors.problems import Problem
from api.services import Services
from models.messages.entity import CONTRACTS_QUEUE, REFRESH, Answer, Command, Message
from models.tables.log import Entity, Transition
from store.log import is_not_as_recorded

log = logging.getLogger(__name__)

WAIT_S = 10
"""Longer than this without an answer is a 503; the same key later tells what became of it."""

AT_ONCE = 4
"""Messages under way from this process to one entity, which takes them one after the other anyway.

Temporal takes ten at once from everybody together; what is beyond, the SDK sends again after a second or more. A few
processes like this one stay below that, and workers have messages of their own.
"""

BEHIND_S = 0.1
"""After which an execution that did not know the newest entry yet is asked once more; then twice as long each time."""

T = TypeVar("T")


def unavailable() -> Problem:
    """Nobody answered in time."""
    detail = "No answer within 10 seconds; nothing is lost. Send the same request with the same Idempotency-Key again."
    return Problem(503, "NOT_ANSWERING", detail)


async def update(house: Services, workflow_id: str, name: str, command: Command) -> Answer:
    """Send one update and wait for what was decided.

    Raises:
        Problem: 409 or 422 as decided, 409 `CLOSED` when the workflow is over, 503 when nobody answers by the truth.
    """
    handle = house.client.get_workflow_handle(workflow_id)
    try:
        answer = await _in_turn(house, workflow_id, lambda: _asked(house, handle, name, command))
    except WorkflowUpdateFailedError as error:
        stored = await house.read(lambda session: _stored(session, workflow_id, str(command.op)))
        if stored is not None:
            return stored
        raise problem_of(error.cause) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            stored = await house.read(lambda session: _stored(session, workflow_id, str(command.op)))
            if stored is not None:
                return stored
            raise await house.read(lambda session: _over(session, workflow_id)) from None
        raise unavailable() from None
    return await _as_recorded(house, workflow_id, str(command.op), answer)


async def _asked(house: Services, handle: WorkflowHandle[Any, Any], name: str, command: Command) -> Answer:
    """What an execution answers by the truth: one that is behind the record is asked again."""
    pause = BEHIND_S
    while True:
        try:
            answer: Answer = await handle.execute_update(name, command, id=command.op, result_type=Answer)
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if not await house.read(lambda session: _is_behind(session, handle.id, str(command.op), cause)):  # noqa: B023  # called at once
                raise
        else:
            return answer
        await asyncio.sleep(pause)
        if pause > BEHIND_S:
            # Not the entry it is taking in at this moment: taken again from its store, it has to be told.
            with suppress(RPCError):
                await handle.signal(REFRESH)
        pause *= 2


async def start(
    services: Services,
    kind: Kind,
    entity: str,
    made: Message,
    name: str,
    op: str,
    *,
    refused_may_return: bool = False,
) -> Answer:
    """Start a workflow under its deterministic id, or find it running, and await its first decision.

    Args:
        services: what the doors use.
        kind: of the entity.
        entity: its id, as callers write it.
        made: the workflow's input.
        name: of the update that gives the first decision.
        op: the operation id.
        refused_may_return: whether one that was refused, and so has failed, may begin again under its id.

    Raises:
        Problem: as `update`.
    """
    failed, never = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY, WorkflowIDReusePolicy.REJECT_DUPLICATE
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        kind.workflow,
        made,
        id=kind.workflow_id(entity),
        task_queue=CONTRACTS_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=failed if refused_may_return else never,
        static_summary=kind.summary,
    )
    # What becomes of the start is told a second time, here; told to nobody, a failure is logged as an error of ours.
    started = asyncio.create_task(operation.workflow_handle())
    try:
        answer = await _in_turn(
            services,
            kind.workflow_id(entity),
            lambda: services.client.execute_update_with_start_workflow(
                name, start_workflow_operation=operation, id=op, result_type=Answer
            ),
        )
    except WorkflowUpdateFailedError as error:
        raise problem_of(error.cause) from None
    except WorkflowAlreadyStartedError:
        return await _over_already(services, kind.workflow_id(entity), op)
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:
            return await _over_already(services, kind.workflow_id(entity), op)
        raise unavailable() from None
    finally:
        started.cancel()
    return await _as_recorded(services, kind.workflow_id(entity), op, answer, begins=True)


async def _as_recorded(
    services: Services, workflow_id: str, op: str, answer: Answer, *, begins: bool = False
) -> Answer:
    """The answer as decide-and-record gave it; one that anybody could have given counts as far as it is recorded.

    Raises:
        Problem: 503, nothing of the kind is recorded.
    """
    if services.seals is None or services.seals.holds_answer(workflow_id, op, answer):
        return answer
    stored, first = await services.read(
        lambda session: (_stored(session, workflow_id, op), session.get(Transition, (workflow_id, 1)))
    )
    if stored is not None:
        return stored
    if begins and first is not None:
        # Another request has begun it, and nothing is told of its answer: whoever asks is told that next.
        return answer
    log.warning("ANSWER_NOT_RECORDED: %s was answered by somebody who had not decided it", workflow_id)
    raise unavailable()


async def _over_already(services: Services, workflow_id: str, op: str) -> Answer:
    """The workflow has run and is over: what this very request was told then.

    Raises:
        Problem: 409 `CLOSED`, it was begun by another request.
    """
    stored = await services.read(lambda session: _stored(session, workflow_id, op))
    if stored is not None:
        return stored
    raise await services.read(lambda session: _over(session, workflow_id)) from None


async def _in_turn(house: Services, workflow_id: str, call: Callable[[], Awaitable[T]]) -> T:
    """Whoever came first is sent first; the wait for one's turn counts as well.

    Raises:
        Problem: 503, nobody answers in time.
    """
    turn = house.turns.get(workflow_id)
    if turn is None:
        turn = house.turns[workflow_id] = asyncio.Semaphore(AT_ONCE)
    try:
        async with asyncio.timeout(WAIT_S), turn:
            return await call()
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise unavailable() from None


def problem_of(cause: BaseException) -> Problem:
    """A refusal as the caller reads it."""
    if isinstance(cause, ApplicationError) and cause.details and isinstance(cause.details[0], dict):
        details: dict[str, Any] = cause.details[0]
        if "status" in details:
            return refused(details)
    if isinstance(cause, ApplicationError) and cause.type in {"BAD_COMMAND", "REASON_REQUIRED"}:
        return Problem(400, cause.type, cause.message)
    return unavailable()


def refused(details: dict[str, Any]) -> Problem:
    """A recorded refusal as a problem."""
    extra = {name: details[name] for name in ("state", "allowed", "reasons") if details.get(name) is not None}
    if details["status"] != 409:
        extra.pop("allowed", None)
        extra.pop("state", None)
    values = details.get("values")
    return Problem(
        details["status"], details["code"], details["detail"], details.get("articles", ()), values=values, **extra
    )


def _stored(session: Session, workflow_id: str, op: str) -> Answer | None:
    """What an operation was answered: its decision, and the state after all that was recorded with it."""
    query = select(Transition).where(col(Transition.entity_id) == workflow_id, col(Transition.op) == op)
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        return None
    together = (col(Transition.entity_id) == workflow_id, col(Transition.recorded_at) == row.recorded_at)
    last = session.execute(select(Transition).where(*together).order_by(col(Transition.seq).desc()).limit(1))
    after = last.scalar_one()
    return Answer(state=after.to_state or after.from_state or "", decision=row.decision)


def _is_behind(session: Session, workflow_id: str, op: str, cause: BaseException) -> bool:
    """Whether an execution refused by a state that the record has left behind, which is not the truth.

    Another command's entry is written before the execution has taken it in, or Temporal's store is an older one.
    """
    if _stored(session, workflow_id, op) is not None:
        return False
    details = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else {}
    if not isinstance(details, dict) or details.get("seq") is None:
        return False
    return is_not_as_recorded(details, session.get(Entity, workflow_id))


def _over(session: Session, workflow_id: str) -> Problem:
    entity = session.get(Entity, workflow_id)
    if entity is None:
        return Problem(404, "NOT_FOUND", "There is nothing under this id.")
    if entity.closed:
        detail = "It is closed: nothing is owed, and the time for corrections is over."
        return Problem(409, "CLOSED", detail, state=entity.state["state"], allowed=[])
    detail = "Its execution is gone and is being started again; nothing is lost. Send the same request again."
    return Problem(503, "NOT_ANSWERING", detail)
