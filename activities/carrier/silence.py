"""Whoever asks NTT or the storage service in vain says so to the entity, once the rule says that it takes too long.

The asking itself goes on, for as long as it takes; without this nobody would hear of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.carrier.filing import report, stored_filing
from activities.club.storage import STORAGE_AWAY
from activities.telling import NotDecidedError, tell
from decisions.common.unanswered import is_overdue
from models.messages.entity import UNANSWERED, AgendaItem, Unanswered
from models.messages.filing import REPORT_TO_CONTRACT, SEND_FILING, FilingInput, known_of
from store.database import business_now

log = logging.getLogger(__name__)

TELLING_S = 5.0
"""An entity that takes longer is told with the next attempt."""


class Silence(Interceptor):
    """Of the queue to NTT and the storage service; inside `PlainFailures`, so that it sees what really failed."""

    def __init__(self, engine: Engine, client: Client) -> None:
        """Bind the database and Temporal."""
        self._engine = engine
        self._client = client

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  # the SDK's name
        """Stand before every activity of the queue."""
        return _Asking(next, self._engine, self._client)


class _Asking(ActivityInboundInterceptor):
    def __init__(self, then: ActivityInboundInterceptor, engine: Engine, client: Client) -> None:
        super().__init__(then)
        self._engine = engine
        self._client = client

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
        try:
            return await self.next.execute_activity(input)
        except Exception as error:
            command = asked(input.args) if is_silence(error) else None
            if command is not None:
                await self._say(activity.info(), command)
            raise

    async def _say(self, info: activity.Info, command: Unanswered) -> None:
        """What keeps it from being said passes, and the next attempt says it."""
        try:
            async with asyncio.timeout(TELLING_S):
                if is_overdue(info.activity_type, command.asked_at, await asyncio.to_thread(self._now)):
                    await tell(self._client, self._engine, str(info.workflow_id), UNANSWERED, command)
                    if info.activity_type == SEND_FILING:
                        await self._report(str(info.workflow_id))
        except (TimeoutError, SQLAlchemyError, RPCError, ApplicationError, NotDecidedError) as error:
            log.warning("%s could not be told that %s has no answer", info.workflow_id, command.item_id, exc_info=error)

    async def _report(self, filing_id: str) -> None:
        """The contract hears of it as well: until its order is sent the filing itself does nothing else."""
        state = await asyncio.to_thread(stored_filing, self._engine, filing_id)
        for item in state.agenda.values():
            if item.effect == REPORT_TO_CONTRACT:
                await report(self._client, self._engine, filing_id, state.contract_id, item)

    def _now(self) -> datetime:
        with Session(self._engine) as session:
            return business_now(session)


def is_silence(error: Exception) -> bool:
    """Whether whom we asked is away, or cannot do it now; a refusal is an answer."""
    away = isinstance(error, ApplicationError) and error.type == STORAGE_AWAY
    return away or isinstance(error, httpx.HTTPError)


def asked(args: Sequence[Any]) -> Unanswered | None:
    """What an activity asks, from what it was given; None: nothing that an entity waits for."""
    first, *others = args
    if isinstance(first, FilingInput) and first.at is not None:
        return _unanswered(SEND_FILING, first.at, {**known_of(first), "filed_at": first.at})
    item = others[0] if others else None
    return _unanswered(item.item_id, item.at, {}) if isinstance(item, AgendaItem) else None


def _unanswered(item_id: str, asked_at: datetime, values: dict[str, Any]) -> Unanswered:
    op = f"unanswered/{item_id}/{asked_at.isoformat()}"
    return Unanswered(op=op, actor="worker", item_id=item_id, asked_at=asked_at, values=values)
