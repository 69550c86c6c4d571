"""Starting the workflows of imported memberships: beside the queues, a few at a time, resumed by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col
from temporalio.client import Client

from activities.failures import is_away
from activities.starting import start_once
from models.messages.club.membership import WORKFLOW, MembershipInput, workflow_id
from models.tables.club.club import Member
from models.tables.log import Entity

log = logging.getLogger(__name__)

SUMMARY = "メンバーズクラブ 会員"
"""What the Web UI calls these workflows."""

PAGE = 100
"""Memberships looked at in one round."""
AT_ONCE = 10
"""Workflows being started at the same time: interactive commands go first."""
IDLE_S = 1.0
AWAY_S = 5.0
LEFT_S = 600.0


@dataclass(frozen=True)
class _Waiting:
    member_id: str
    start: MembershipInput


class Starter:
    """Starts the workflow of every membership that has none yet; several workers may do so at once."""

    def __init__(self, engine: Engine, client: Client) -> None:
        """Bind the database and Temporal."""
        self._engine = engine
        self._client = client
        self._left: dict[str, float] = {}
        """Until when, on the monotonic clock, a membership that cannot be started is left alone."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a database or a Temporal server that is away is waited for."""
        while not stop.is_set():
            try:
                started = await self.round()
                pause = 0.0 if started else IDLE_S
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("cannot start memberships now: %s", type(error).__name__)
                pause = AWAY_S
            if pause:
                await _pause(stop, pause)

    async def round(self) -> int:
        """Start the next page; gives how many were started."""
        waiting = await asyncio.to_thread(self._waiting)
        gate = asyncio.Semaphore(AT_ONCE)
        started: list[str] = []

        async def begin(each: _Waiting) -> None:
            async with gate:
                if await self._start(each):
                    started.append(each.member_id)

        await asyncio.gather(*(begin(each) for each in waiting))
        if started:
            await asyncio.to_thread(self._mark, started)
        return len(started)

    async def _start(self, waiting: _Waiting) -> bool:
        """Start one; one that ran and is over needs nothing. False where it cannot be started by a defect of ours."""
        try:
            await start_once(
                self._client, WORKFLOW, waiting.start, workflow_id=workflow_id(waiting.member_id), summary=SUMMARY
            )
        except Exception as error:
            if is_away(error):
                raise
            self._leave(waiting.member_id, error)
            return False
        return True

    def _leave(self, member_id: str, error: Exception) -> None:
        """One that cannot be started costs itself a rest, never the others."""
        log.error("the workflow of membership %s cannot be started", member_id, exc_info=error)
        self._left[member_id] = time.monotonic() + LEFT_S

    def _waiting(self) -> list[_Waiting]:
        now = time.monotonic()
        self._left = {member_id: until for member_id, until in self._left.items() if until > now}
        with Session(self._engine) as session:
            rows = session.execute(
                select(Member, Entity)
                .join(Entity, col(Entity.entity_id) == "membership/" + col(Member.member_id))
                .where(col(Member.workflow_started).is_(False), col(Member.member_id).not_in(self._left))
                .order_by(col(Member.member_id))
                .limit(PAGE)
            ).all()
            waiting: list[_Waiting] = []
            for row, entity in rows:
                try:
                    waiting.append(_Waiting(row.member_id, start_of(row, entity)))
                except ValidationError as error:
                    self._leave(row.member_id, error)
            return waiting

    def _mark(self, member_ids: list[str]) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(update(Member).where(col(Member.member_id).in_(member_ids)).values(workflow_started=True))


def start_of(row: Member, entity: Entity) -> MembershipInput:
    """The input of a membership that the database holds already.

    Its clock offset is the row's, which the rehearsal driver reads; an execution that lags behind is moved by it.
    """
    return MembershipInput(
        member_id=row.member_id,
        person_id=row.person_id,
        line_key=row.line_key,
        offset_s=entity.offset_s,
        state=entity.state,
    )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
