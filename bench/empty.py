"""The floors: a workflow whose update does nothing, and one whose update leaves a cancellation's events."""

from __future__ import annotations

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
