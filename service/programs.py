"""The programmes every home has: started once, then they run for ever."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from models.messages.entity import CONTRACTS_QUEUE
from models.messages.program import FLETS_CLUB, WAKWAK_BILLING, WORKFLOW, BeginProgram, ProgramInput, workflow_id
from models.tables.log import Entity
from store.database import business_now

log = logging.getLogger(__name__)

CODES = (WAKWAK_BILLING, FLETS_CLUB)
"""What is started in every home, an operator's production included."""

BEGUN_S = 10.0
"""How long to wait until a new programme has its first run on the calendar; an advance before that would pass it by."""

_AGAIN_S = 2.0
_POLL_S = 0.1


async def ensure_programs(client: Client, engine: Engine) -> None:
    """Start the programmes that have never been started, and wait a little until they have begun.

    A programme begins in the month of the business moment at which it is started; in a rehearsal home that is where
    its clock begins. One that is there, running or not, is left alone.

    Raises:
        RPCError, SQLAlchemyError: Temporal or the database is away.
    """
    new = [code for code in CODES if not await asyncio.to_thread(_has_begun, engine, code)]
    for code in new:
        begin = BeginProgram(code=code, at=await asyncio.to_thread(_now, engine), actor="timer")
        try:
            await client.start_workflow(
                WORKFLOW,
                ProgramInput(code=code, begin=begin),
                id=workflow_id(code),
                task_queue=CONTRACTS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                static_summary=code,
            )
        except WorkflowAlreadyStartedError:
            log.info("%s was started before", workflow_id(code))
    deadline = time.monotonic() + BEGUN_S
    while time.monotonic() < deadline:
        new = [code for code in new if not await asyncio.to_thread(_has_begun, engine, code)]
        if not new:
            return
        await asyncio.sleep(_POLL_S)
    log.warning("not begun yet, is a worker running? %s", ", ".join(new))


async def keep_ensuring(client: Client, engine: Engine) -> None:
    """As `ensure_programs`, again and again while a server is away."""
    while True:
        try:
            await ensure_programs(client, engine)
        except (RPCError, SQLAlchemyError) as error:
            log.warning("the programmes could not be started yet: %s", type(error).__name__)
            await asyncio.sleep(_AGAIN_S)
        else:
            return


def _has_begun(engine: Engine, code: str) -> bool:
    with Session(engine) as session:
        return session.get(Entity, workflow_id(code)) is not None


def _now(engine: Engine) -> datetime:
    with Session(engine) as session:
        return business_now(session)
