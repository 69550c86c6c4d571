"""The floor: a workflow whose update does nothing."""

from __future__ import annotations

from temporalio import workflow


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
