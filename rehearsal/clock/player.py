"""Carrying out what is due at one moment: carrier steps first, then agenda items, then set-based runs."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import httpx
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from rehearsal.clock import due
from rehearsal.clock.carrier_steps import CarrierStep, CarrierSteps
from rehearsal.clock.due import Item, Watch
from rehearsal.clock.errors import (
    ClockError,
    ExecutionGoneError,
    HeldError,
    NotCarriedOutError,
    RefusedError,
    UnansweredError,
    patiently,
)
from rehearsal.clock.mover import Mover, Place, real_now

T = TypeVar("T")

MARGIN = timedelta(seconds=2)
"""An execution is moved so far past the due moment that its timer has certainly fired."""

MARGINS_MAX = 4
"""The margin grows with every try; further it would only let the execution run ahead of everybody else."""

TRY_S = 3.0
"""How long a moved execution may take until its row is gone, before it is looked at again."""

SILENCE_PARTS = 6
"""A sixth of the patience is waited for somebody who is asked in vain: a peer that restarts has answered by then."""

_POLL_S = 0.01
_REPLAY_S = 0.5

_HELD_AFTER_TRIES = 2

Work = Callable[[], Awaitable[None]]
Heal = Callable[[str], Awaitable[bool]]
"""Start what runs under a workflow id again, unless it runs; true when it does afterwards."""


class Player:
    """Carries out batches; the caller holds the lease and has frozen the clock where that is wanted."""

    def __init__(
        self, engine: Engine, client: Client, steps: CarrierSteps, concurrency: int, heal: Heal | None = None
    ) -> None:
        """Play at most `concurrency` things at once; `heal` starts an execution that is gone again."""
        self._engine = engine
        self._heal = heal
        self._mover = Mover(client)
        self._steps = steps
        self._watch = Watch(engine)
        self._room = asyncio.Semaphore(concurrency)
        self._silent: dict[str, float] = {}
        """Activity that was waited for in vain → until when nobody else waits for its like, on the monotonic clock."""

    async def play(
        self, steps: Sequence[CarrierStep], items: Sequence[Item], patience_s: float
    ) -> dict[str, ClockError]:
        """Carry out one moment; a later rank waits for the earlier ones.

        Args:
            steps: of the carrier; those of one filing are played in this order.
            items: of the agendas; those of one execution one after the other, as it must not be moved twice at once.
            patience_s: real seconds any one of them may take.

        Returns:
            what failed, by workflow id; ranks after a failure are left out.
        """
        # What that run leaves is seen by the next look at this moment.
        first = [item for item in items if item.goes_first]
        others = [] if first else items
        ranks: list[list[tuple[str, Work]]] = [
            [(step.entity_id, partial(self._play_step, step, patience_s)) for step in steps],
            [(item.entity_id, partial(self._carry_out, item, patience_s)) for item in first],
            [(item.entity_id, partial(self._carry_out, item, patience_s)) for item in others if not item.is_program],
            [(item.entity_id, partial(self._carry_out, item, patience_s)) for item in others if item.is_program],
        ]
        for rank in ranks:
            failed = await self._play_rank(rank)
            if failed:
                return failed
        return {}

    async def _play_rank(self, rank: list[tuple[str, Work]]) -> dict[str, ClockError]:
        by_entity: dict[str, list[Work]] = defaultdict(list)
        for entity_id, work in rank:
            by_entity[entity_id].append(work)
        failed: dict[str, ClockError] = {}

        async def in_order(entity_id: str, works: list[Work]) -> None:
            async with self._room:
                try:
                    for work in works:
                        await work()
                except ClockError as error:
                    failed[entity_id] = error
                except (RPCError, SQLAlchemyError, httpx.HTTPError) as error:
                    failed[entity_id] = NotCarriedOutError(f"{entity_id}: {type(error).__name__}: {error}")

        async with asyncio.TaskGroup() as group:
            for entity_id, works in by_entity.items():
                group.create_task(in_order(entity_id, works))
        return failed

    # Carrier steps

    async def _play_step(self, step: CarrierStep, patience_s: float) -> None:
        """Have it sent until our side took it, then wait until both sides have settled."""
        deadline = time.monotonic() + patience_s
        while not await patiently(str(step), patience_s, lambda: self._steps.play(step)):
            if time.monotonic() >= deadline:
                message = f"{step}: our side did not take it for {patience_s:g} s"
                raise NotCarriedOutError(message)
            if self._heal is not None:
                await patiently(step.entity_id, patience_s, partial(self._heal_together, step.entity_id))
            await asyncio.sleep(_REPLAY_S)
        await self._settle(step.entity_id, patience_s)

    async def _heal_together(self, entity_id: str) -> None:
        """A filing, or the contract it reports to, may be gone."""
        for each in await self._read(lambda connection: due.partners(connection, entity_id)):
            if self._heal is not None and not (await self._mover.place(each)).running:
                await self._heal(each)

    async def _settle(self, entity_id: str, patience_s: float) -> None:
        """Until a filing and its contract have nothing under way: no task, no activity, no effect left.

        What somebody outside is asked for in vain is waited for no longer than anywhere else.
        """
        began = time.monotonic()
        deadline, heal_at = began + patience_s, began + TRY_S
        while True:
            under_way = await patiently(entity_id, patience_s, lambda: self._under_way(entity_id))
            if not under_way:
                return
            if self._heal is not None and time.monotonic() >= heal_at:
                await patiently(entity_id, patience_s, partial(self._heal_together, entity_id))
                heal_at = time.monotonic() + TRY_S
                places = await patiently(entity_id, patience_s, lambda: self._places(entity_id))
                if any(self._is_silent(place, began, patience_s) for place in places):
                    return
            if time.monotonic() >= deadline:
                message = f"{entity_id} did not settle within {patience_s:g} s: {', '.join(under_way)}"
                raise NotCarriedOutError(message)
            await asyncio.sleep(_POLL_S)

    async def _places(self, entity_id: str) -> list[Place]:
        together = await self._read(lambda connection: due.partners(connection, entity_id))
        return [await self._mover.place(each) for each in together]

    async def _under_way(self, entity_id: str) -> list[str]:
        # The executions first: an effect's row outlasts its activity, so what one hands to the other shows in one.
        together = await self._read(lambda connection: due.partners(connection, entity_id))
        busy = [each for each in together if (await self._mover.place(each)).busy]
        effects = await self._read(lambda connection: due.effects_left(connection, together))
        return [*busy, *effects]

    # Agenda items

    async def _carry_out(self, item: Item, patience_s: float) -> None:
        """Until its row is gone: the only proof that it was done."""
        deadline, began = time.monotonic() + patience_s, real_now()
        tries = 0
        while True:
            step = partial(self._try, item, tries)
            if await patiently(str(item), max(deadline - time.monotonic(), 0), step):
                return
            tries += 1
            if item.kind != "timer":
                place = await patiently(str(item), patience_s, partial(self._mover.place, item.entity_id))
                if self._is_silent(place, deadline - patience_s, patience_s):
                    asked = ", ".join(sorted(place.in_vain))
                    raise UnansweredError(f"{item}, waits: {asked} is asked for again and again without an answer")
            if tries == _HELD_AFTER_TRIES and await self._mover.knows_more(item.entity_id, await self._seq(item)):
                await self._give_up(item)
                raise HeldError(f"{item}: its execution knows more than the database; see `keiyaku recover`")
            if time.monotonic() >= deadline:
                await self._give_up(item)
                if item.kind == "timer" and await self._is_served(item.entity_id, began):
                    message = f"{item}, cannot be recorded; the worker's log says why, and everybody else goes on"
                    raise RefusedError(message)
                message = f"{item}, was not carried out within {patience_s:g} s; is a worker running?"
                raise NotCarriedOutError(message)

    def _is_silent(self, place: Place, since: float, patience_s: float) -> bool:
        """Whether somebody outside is asked in vain, and was waited for long enough: since then, or for its like."""
        now = time.monotonic()
        known = all(self._silent.get(each, now) > now for each in place.in_vain)
        if not place.in_vain or not (known or now - since >= patience_s / SILENCE_PARTS):
            return False
        self._silent.update(dict.fromkeys(place.in_vain, now + patience_s))
        return True

    async def _is_served(self, entity_id: str, since: datetime) -> bool:
        place = await self._mover.place(entity_id)
        return place.running and await self._mover.is_served(place.queue, since)

    async def _try(self, item: Item, tries: int) -> bool:
        """One look, and one push where that helps; true when the item is gone."""
        if item.kind == "timer":
            left = await self._read(lambda connection: due.still_there(connection, [item]))
            if not left:
                return True
            place = await self._mover.place(item.entity_id)
            if not place.running:
                return await self._gone_with_its_execution(item)
            # A busy execution does not skip, and the push would only add to its margin: look again later.
            if tries == 0 or not place.busy:
                target = item.due_at + MARGIN * min(tries + 1, MARGINS_MAX)
                by = target - (place.clock + timedelta(seconds=item.offset_s))
                if by > timedelta(0):
                    await self._mover.move(item.entity_id, by)
        elif tries and not (await self._mover.place(item.entity_id)).running:
            return await self._gone_with_its_execution(item)
        return await self._watch.gone(item, TRY_S)

    async def _gone_with_its_execution(self, item: Item) -> bool:
        """True where the item was its execution's last; its row left just before. False: it was started again.

        Raises:
            ExecutionGoneError: the row is there, and nobody will ever carry it out.
        """
        if not await self._read(lambda connection: due.still_there(connection, [item])):
            return True
        if self._heal is None or not await self._heal(item.entity_id):
            message = f"{item}: its execution is closed or unknown to the server"
            raise ExecutionGoneError(message)
        return False

    async def _seq(self, item: Item) -> int:
        return await self._read(lambda connection: due.seq(connection, item.entity_id))

    async def _give_up(self, item: Item) -> None:
        if item.kind == "timer":
            await patiently(f"stop {item.entity_id}", TRY_S, lambda: self._mover.stop(item.entity_id))

    async def _read(self, query: Callable[[Connection], T]) -> T:
        def work() -> T:
            with self._engine.connect() as connection:
                return query(connection)

        return await asyncio.to_thread(work)
