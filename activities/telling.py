"""One entity tells another something: until it is taken, refused for good, or the other one is over.

An execution that is gone while its entity is open is started again; what it is to be told waits for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col
from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from models.messages.entity import DECISION_FAILED, REFRESH, Answer, Command
from models.tables.log import Entity, Transition
from store.log import is_not_as_recorded

CLOSED = "CLOSED"
"""The code of one that is over: nothing of it is open any more."""

NO_LONGER = frozenset({CLOSED, "ILLEGAL_TRANSITION"})
"""Codes of a refusal that says no more than that it is too late: nobody has to look after it."""

GONE = "EXECUTION_GONE"
OLDER = "EXECUTION_OLDER"
UNREAD = "REFUSED_UNREAD"
"""Types of failures that pass: it is tried again."""


class NotDecidedError(RuntimeError):
    """The other entity could not decide it, because of a defect of ours: once that is mended, it can."""


async def tell(client: Client, engine: Engine, entity_id: str, name: str, command: Command) -> str | None:
    """Send an entity a command; a repeat is harmless, its operation id being the same.

    Returns:
        The code by which it is refused for good, `CLOSED` where the entity is over; None: taken.

    Raises:
        ApplicationError: retryable, nobody there can say yet.
        NotDecidedError: a defect keeps it from being decided.
        RPCError: Temporal is away.
    """
    handle = client.get_workflow_handle(entity_id)
    try:
        await handle.execute_update(name, command, id=str(command.op), result_type=Answer)
    except WorkflowUpdateFailedError as error:
        return await _refused(handle, engine, error.cause, str(command.op))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return await asyncio.to_thread(_gone, engine, entity_id, str(command.op))
    if not (await asyncio.to_thread(_record_of, engine, entity_id, str(command.op)))[0]:
        # Whoever carries an execution on in a worker's place can say that it took what it never recorded.
        message = f"{entity_id} has not recorded {name}"
        raise ApplicationError(message, type=UNREAD)
    return None


async def tell_while_open(client: Client, engine: Engine, entity_id: str, name: str, command: Command) -> None:
    """As `tell`; too late needs nothing more, any other refusal is for an operator.

    Raises:
        ApplicationError: non-retryable, it is refused for good; or retryable, as `tell`.
        NotDecidedError: a defect keeps it from being decided.
        RPCError: Temporal is away.
    """
    code = await tell(client, engine, entity_id, name, command)
    if code in NO_LONGER:
        activity.logger.warning("%s: too late for %s (%s)", entity_id, name, code)
    elif code is not None:
        message = f"{entity_id} refused {name}"
        raise ApplicationError(message, type=code, non_retryable=True)


async def _refused(
    handle: WorkflowHandle[Any, Any], engine: Engine, cause: BaseException | None, op: str
) -> str | None:
    """What a refusal means: an execution may refuse by less than its record knows."""
    details = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else None
    if not isinstance(cause, ApplicationError) or not isinstance(details, Mapping) or "code" not in details:
        message = f"{handle.id} cannot say now"
        raise ApplicationError(message, type=UNREAD)
    code = str(details["code"])
    if code == DECISION_FAILED:
        message = f"{handle.id} could not decide {op}"
        raise NotDecidedError(message)
    recorded, entity = await asyncio.to_thread(_record_of, engine, handle.id, op)
    if recorded:
        return None
    if is_not_as_recorded(details, entity):
        # It refuses by a state that the record has left behind, and learns of that only when told.
        with suppress(RPCError):
            await handle.signal(REFRESH)
        message = f"{handle.id} is older than its record"
        raise ApplicationError(message, type=OLDER)
    return code


def _gone(engine: Engine, entity_id: str, op: str) -> str | None:
    """Nothing runs under the id: its entity is over, or is about to be started again."""
    recorded, entity = _record_of(engine, entity_id, op)
    if recorded:
        return None
    if entity is not None and entity.closed:
        return CLOSED
    message = f"{entity_id} is gone and is being started again"
    raise ApplicationError(message, type=GONE)


def _record_of(engine: Engine, entity_id: str, op: str) -> tuple[bool, Entity | None]:
    """Whether an operation is recorded already, and the record."""
    with Session(engine) as session:
        query = select(col(Transition.seq)).where(col(Transition.entity_id) == entity_id, col(Transition.op) == op)
        recorded = session.execute(query.limit(1)).first() is not None
        return recorded, session.get(Entity, entity_id)
