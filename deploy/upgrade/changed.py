"""Contracts as another version of the code would have them: every decision costs a timer more, or two.

No history of one replays on another, as after a change that nobody guarded.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.messages.contract import contract as messages
    from models.messages.entity import Command, Recorded

from workflows.contract import ContractWorkflow

MARK = "別の版"
"""The summary of the timers that the unchanged code does not have."""


class _Slower(ContractWorkflow):
    timers = 1

    async def _record(
        self,
        name: str | None,
        command: Command | None = None,
        until: datetime | None = None,
        *,
        outside: Literal["start", "update"] | None = None,
    ) -> Recorded:
        for _ in range(self.timers):
            await workflow.sleep(0.001, summary=MARK)
        return await super()._record(name, command, until, outside=outside)


@workflow.defn(name=messages.WORKFLOW)
class OneTimer(_Slower):
    """The next version."""

    @workflow.init
    def __init__(self, start: messages.ContractInput) -> None:
        """As the unchanged one."""
        super().__init__(start)

    @workflow.run
    async def run(self, start: messages.ContractInput) -> str:
        """As the unchanged one."""
        return await super().run(start)


@workflow.defn(name=messages.WORKFLOW)
class TwoTimers(_Slower):
    """One that does not fit the histories of the next version either."""

    timers = 2

    @workflow.init
    def __init__(self, start: messages.ContractInput) -> None:
        """As the unchanged one."""
        super().__init__(start)

    @workflow.run
    async def run(self, start: messages.ContractInput) -> str:
        """As the unchanged one."""
        return await super().run(start)


CHANGES = {"one": OneTimer, "two": TwoTimers}
