"""A programme: runs by the calendar, the work itself in set-based activities."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages import program as messages
    from models.messages import search
    from models.messages.entity import RUNS_QUEUE
    from models.operations.program import OPERATIONS
    from pages import program as page

from workflows.entity import Entity
from workflows.refusals import broken_begin
from workflows.updates import with_updates


@workflow.defn(name=messages.WORKFLOW)
@with_updates(OPERATIONS)
class ProgramWorkflow(Entity[messages.ProgramState]):
    """One programme, such as the monthly statements: it wakes for its runs only, never once a contract.

    What comes when is said by its calendar in `decisions.program`; the effect of a run is an activity on the queue
    of set-based work, which heartbeats, so that another worker goes on where one was killed.
    """

    kind = "program"
    operations = OPERATIONS
    effect_queue = RUNS_QUEUE

    @workflow.init
    def __init__(self, start: messages.ProgramInput) -> None:
        """Begin, or go on where the last run stopped."""
        super().__init__(messages.ProgramState.model_validate(start.state or {}), start.offset_s, start.done)
        self._start = start

    @workflow.run
    async def run(self, start: messages.ProgramInput) -> str:
        """Put the first runs on the calendar, then carry them out as they come."""
        _ = start
        return await self.live(self._begin)

    @property
    def begun(self) -> bool:
        """Whether it has a calendar; one that a defect keeps from beginning has a row of its own before that."""
        return bool(self.state.seq and (self.state.agenda or self.state.held or self.state.runs))

    async def _begin(self) -> None:
        command = self._start.begin or messages.BeginProgram()
        command = command.model_copy(update={"code": self._start.code, "op": command.op or f"begin/{self._start.code}"})
        while True:
            async with self._lock:
                begun = await self._record("begin", command, outside="start")
            error_id = broken_begin(begun)
            if error_id is None:
                break
            await self._until_mended("begin", error_id, {"code": self._start.code})
        if begun.refused is not None:
            raise ApplicationError(begun.refused.detail, type=begun.refused.code, non_retryable=True)
        await self._mended()

    @workflow.query(name="state", description="いまの状態")
    def current_state(self) -> messages.ProgramState:
        """The state as the workflow holds it."""
        return self.state

    def next_input(self) -> messages.ProgramInput:
        """State and answered operations travel to the next run."""
        return self._start.model_copy(update={**self.carried(), "begin": None})

    def render(self) -> str:
        """The operator's page in Japanese."""
        return page.render(self.state)

    def search_attributes(self) -> list[Any]:
        """What lists are searched by."""
        item = self.state.next_item()
        ahead = search.NEXT_ACTION_ON.value_set(item.at) if item else search.NEXT_ACTION_ON.value_unset()
        return [search.NEEDS_OPERATOR.value_set(bool(self.state.tasks)), ahead]
