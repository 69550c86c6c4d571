"""The floors: an update that does nothing, one that leaves a cancellation's events, a sleeper woken by its timer."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import timedelta

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from models.messages import search


@workflow.defn
class EmptyWorkflow:
    """Nothing but an update that does nothing."""

    @workflow.run
    async def run(self) -> None:
        """Wait for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def nothing(self) -> str:
        """The floor."""
        return "ok"


@activity.defn(name="nothing")
def nothing() -> None:
    """Decides nothing."""


WOKE: dict[str, list[float]] = defaultdict(list)
"""Round → the seconds, on the clock of durations, at which each sleeper of it had woken and done its nothing."""


@activity.defn(name="woke")
def woke(number: str) -> None:
    """Does nothing, but says when."""
    WOKE[number].append(time.perf_counter())


@workflow.defn
class SleepingWorkflow:
    """What waking at a moment costs at the least: a timer, a local activity that decides nothing, the next timer."""

    @workflow.run
    async def run(self, number: str, seconds: float) -> None:
        """Sleep so long, then for years."""
        await workflow.sleep(seconds)
        await workflow.execute_local_activity("woke", number, schedule_to_close_timeout=timedelta(seconds=5))
        await workflow.sleep(timedelta(days=3650))


@workflow.defn
class SameEventsWorkflow:
    """A local activity, three search attributes and a re-armed timer, and nothing decided or recorded."""

    def __init__(self) -> None:
        """Begin without a timer."""
        self._changes = 0

    @workflow.run
    async def run(self) -> None:
        """Wait for ever, on a timer of its own after each change."""
        while True:
            seen = self._changes
            try:
                await workflow.wait_condition(lambda seen=seen: self._changes != seen, timeout=86_400.0 * (1 + seen))  # type: ignore[misc]
            except TimeoutError:
                continue

    @workflow.update
    async def change(self) -> str:
        """The events of a cancellation."""
        await workflow.execute_local_activity("nothing", schedule_to_close_timeout=timedelta(seconds=5))
        self._changes += 1
        day = workflow.now() + timedelta(days=self._changes)
        workflow.upsert_search_attributes(
            [
                search.CONTRACT_STATE.value_set(("active", "ending")[self._changes % 2]),
                search.ENDS_ON.value_set(day),
                search.NEXT_ACTION_ON.value_set(day),
            ]
        )
        return "ok"
