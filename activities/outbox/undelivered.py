"""Operator's tasks for what the outbox gives up: recorded with the entity at once, its workflow told afterwards."""

from __future__ import annotations

import asyncio
import queue

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.bell import Bell
from activities.failures import is_away
from activities.outbox.relay import GivenUp
from activities.record import Recorder
from models.actors import WORKER
from models.messages.entity import REFRESH, Undeliverable

AWAY_S = 5.0


class Undelivered:
    """Records them in the lanes' threads, and tells workflows from the event loop."""

    def __init__(self, recorder: Recorder, client: Client) -> None:
        """Bind the way decisions are recorded and Temporal."""
        self._recorder = recorder
        self._client = client
        self._to_tell: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._noted = Bell()

    def note(self, row: GivenUp) -> None:
        """Give an operator the task; safe to repeat.

        Raises:
            Exception: it cannot be recorded; nothing was.
        """
        message = Undeliverable(
            op=f"undeliverable/{row.message_id}", actor=WORKER, message_id=row.message_id, channel=row.channel
        )
        if self._recorder.note_undeliverable(row.entity_id, message):
            self._to_tell.put(row.entity_id)
            self._noted.ring()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop: what a workflow shows follows its record; one not told learns it by its next step."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                pause = None if await self._tell_all() else AWAY_S
                noted = asyncio.create_task(self._noted.wait())
                await asyncio.wait({stopped, noted}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                noted.cancel()
        finally:
            stopped.cancel()

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
