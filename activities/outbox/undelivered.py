"""Operator's tasks for what the outbox gives up: recorded with the entity at once, its workflow told afterwards.

Once nothing of the entity is undelivered any more its task goes by itself: after a delivery, and looked for once when a
process begins, since one that ended between a delivery and its note has left the task there.
"""

from __future__ import annotations

import asyncio
import logging
import queue

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.bell import Bell
from activities.failures import is_away
from activities.outbox.relay import GivenUp
from activities.record import Recorder
from models.actors import WORKER
from models.messages.entity import REFRESH, Undeliverable

log = logging.getLogger(__name__)

AWAY_S = 5.0


class Undelivered:
    """Records them in the lanes' threads, and tells workflows from the event loop."""

    def __init__(self, recorder: Recorder, client: Client) -> None:
        """Bind the way decisions are recorded and Temporal."""
        self._recorder = recorder
        self._client = client
        self._to_tell: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._arrived: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._looked = False
        self._noted = Bell()

    def note(self, row: GivenUp) -> None:
        """Give an operator the task; safe to repeat.

        Raises:
            Exception: it cannot be recorded; nothing was.
        """
        message = Undeliverable(
            op=f"undeliverable/{row.message_id}/{row.tries}",
            actor=WORKER,
            message_id=row.message_id,
            channel=row.channel,
        )
        if self._recorder.note_undeliverable(row.entity_id, message):
            self._to_tell.put(row.entity_id)
            self._noted.ring()

    def arrived(self, entity_id: str) -> None:
        """Look whether the task of an entity can go; raises nothing."""
        self._arrived.put(entity_id)
        self._noted.ring()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop: what a workflow shows follows its record; one not told learns it by its next step."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                done = await asyncio.to_thread(self._take_off_all)
                pause = None if await self._tell_all() and done else AWAY_S
                noted = asyncio.create_task(self._noted.wait())
                await asyncio.wait({stopped, noted}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                noted.cancel()
        finally:
            stopped.cancel()

    def _take_off_all(self) -> bool:
        """Whether every task that can go has gone; while the database is away they are looked at again."""
        try:
            if not self._looked:
                for each in self._recorder.arrived():
                    self._arrived.put(each)
                self._looked = True
            while not self._arrived.empty():
                self._take_off(self._arrived.get())
        except Exception as error:
            if not is_away(error):
                raise
            return False
        return True

    def _take_off(self, entity_id: str) -> None:
        """Take off the task of one entity, where it can go; a defect leaves it to the operator."""
        try:
            if self._recorder.note_delivered(entity_id):
                self._to_tell.put(entity_id)
        except Exception as error:
            if is_away(error):
                self._arrived.put(entity_id)
                raise
            log.exception("the task of what was undelivered of %s cannot be taken off", entity_id)

    async def _tell_all(self) -> bool:
        """Whether everybody could be told; who could not is told at the next try."""
        while not self._to_tell.empty():
            entity_id = self._to_tell.get()
            try:
                await self._client.get_workflow_handle(entity_id).signal(REFRESH)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    continue
                if not is_away(error):
                    raise
                self._to_tell.put(entity_id)
                return False
        return True
