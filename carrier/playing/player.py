"""Playing steps: the signed callback, its faults, and the wall clock that plays them by itself."""

from __future__ import annotations

import asyncio
import logging
from asyncio import to_thread
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from carrier.config import CarrierConfig
from carrier.playing.callbacks import Callbacks, is_final
from carrier.playing.steps import Step, ahead, group_of, mark_played, message
from carrier.problems import CarrierError
from carrier.store import Store

LOG = logging.getLogger("carrier.playing.player")

SENT_TWICE = ("duplicate", "reply_lost", "http_503")
"""Faults after which NTT sends the same callback, under the same id, once more."""

SELF_PLAY_REST_SECONDS_MAX = 15.0
SELF_PLAY_AT_ONCE = 8


class Player:
    """Sends steps, one play per filing at a time."""

    def __init__(self, config: CarrierConfig, store: Store, callbacks: Callbacks) -> None:
        """Prepare; nothing is sent yet."""
        self._config = config
        self._store = store
        self._callbacks = callbacks
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def _lock(self, filing_id: str) -> asyncio.Lock:
        lock = self._locks.get(filing_id)
        if lock is None:
            lock = asyncio.Lock()
            self._locks[filing_id] = lock
        return lock

    async def play(self, step_id: str) -> dict[str, Any]:
        """Send a step's callback and answer after ours answered; a played step is not sent again.

        Returns:
            `status`: our HTTP status, None when we did not answer; `played`: false when it must be played again;
            `sent`: every callback of this play, in order.

        Raises:
            CarrierError: 404 `STEP_UNKNOWN`, 409 `STEP_DROPPED`, 409 `STEP_WAITS`.
        """
        filing_id = step_id.rpartition("-")[0]
        lock = self._lock(filing_id)
        async with lock:
            step, group = await to_thread(group_of, self._store, step_id)
            sent: list[dict[str, Any]] = []
            if group is None:
                return {"step_id": step_id, "status": step.answer, "played": True, "sent": sent}
            status: int | None = None
            for member in group.steps:
                if member.played:
                    continue
                status = await self._send(member, sent)
                if not is_final(status):
                    return {"step_id": step_id, "status": status, "played": False, "sent": sent}
                await to_thread(mark_played, self._store, member.step_id, datetime.now(UTC), status or 0)
            own = [item["status"] for item in sent if item["sequence"] == step.sequence]
            return {"step_id": step_id, "status": own[-1], "played": True, "sent": sent}

    async def _send(self, step: Step, sent: list[dict[str, Any]]) -> int | None:
        """Send one step, twice where a fault says so; the last answer counts."""
        if step.has("slow"):
            await asyncio.sleep(self._config.slow_callback_seconds)
        body = await to_thread(message, self._store, step)
        status: int | None = None
        for _ in range(2 if any(step.has(fault) for fault in SENT_TWICE) else 1):
            status, text = await self._callbacks.send(
                f"/v1/carrier/filings/{step.filing_id}/status", step.step_id, body
            )
            sent.append({"sequence": step.sequence, "status": status, "answer": text[:2000]})
        return status

    async def play_by_wall_clock(self) -> None:
        """Play whatever is due by the wall clock, until cancelled.

        A filing whose callback is not answered rests for a growing while, and no other waits for it.
        """
        under_way: dict[str, asyncio.Task[None]] = {}
        at_once = asyncio.Semaphore(SELF_PLAY_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            while True:
                under_way = {each: task for each, task in under_way.items() if not task.done()}
                for filing_id, steps in (await to_thread(self._due)).items():
                    if filing_id not in under_way:
                        under_way[filing_id] = group.create_task(self._in_order(steps, at_once))
                await asyncio.sleep(self._config.self_play_interval_seconds)

    def _due(self) -> dict[str, list[Step]]:
        """Filing → its steps that are due by the wall clock, in their order."""
        due: dict[str, list[Step]] = {}
        for _at, step in ahead(self._store, datetime.now(UTC)):
            due.setdefault(step.filing_id, []).append(step)
        return due

    async def _in_order(self, steps: list[Step], at_once: asyncio.Semaphore) -> None:
        """Play the due steps of one filing, each until it is answered."""
        rest = self._config.self_play_interval_seconds
        for step in steps:
            while not await self._played(step, at_once):
                await asyncio.sleep(rest)
                rest = min(rest * 2, SELF_PLAY_REST_SECONDS_MAX)

    async def _played(self, step: Step, at_once: asyncio.Semaphore) -> bool:
        """Play one step found due; a step that a cancellation settled meanwhile counts as played."""
        try:
            async with at_once:
                answer = await self.play(step.step_id)
        except CarrierError:
            return True
        if not answer["played"]:
            LOG.warning("step %s: our side answered %s; it is sent again later", step.step_id, answer["status"])
        return bool(answer["played"])
