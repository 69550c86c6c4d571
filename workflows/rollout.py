"""One change that reaches many contracts: announced, then carried out page by page."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages import rollout as messages
    from models.messages import search
    from models.messages.entity import RUNS_QUEUE, Answer, Recorded
    from models.operations.rollout import OPERATIONS
    from pages import rollout as page

from workflows.entity import Entity
from workflows.updates import with_updates


@workflow.defn(name=messages.WORKFLOW)
@with_updates(OPERATIONS)
class RolloutWorkflow(Entity[messages.RolloutState]):
    """A merger, a discontinuation or changed terms (W-14.1, W-26.1).

    Pages of work are effects of its agenda, one after the other, so a pause stops after the present page and a page
    cut off by a dying worker is done again under the same operation ids. `announce` is for update-with-start.
    """

    kind = "rollout"
    operations = OPERATIONS
    effect_queue = RUNS_QUEUE

    @workflow.init
    def __init__(self, start: messages.RolloutInput) -> None:
        """Begin, or go on where the last run stopped."""
        super().__init__(messages.RolloutState.model_validate(start.state or {}), start.offset_s, start.done)
        self._start = start
        self._begun: Recorded | None = None

    @workflow.run
    async def run(self, start: messages.RolloutInput) -> str:
        """Enter with the announcement, then carry it out."""
        _ = start
        return await self.live(self._begin)

    async def _begin(self) -> None:
        command = self._start.announce
        if command is None:
            message = "A rollout begins with its announcement: the input has no `announce`."
            raise ApplicationError(message, type="NO_ANNOUNCEMENT", non_retryable=True)
        op = command.op or f"announce/{self._start.rollout_id}"
        named = {"op": op, "rollout_id": self._start.rollout_id}
        async with self._lock:
            self._begun = await self._record("announce", command.model_copy(update=named), outside="start")
        if self._begun.refused is not None:
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise ApplicationError(self._begun.refused.detail, type=self._begun.refused.code, non_retryable=True)

    @workflow.update(name="announce", description="告知の結果を受け取る(開始時)")
    async def answer_announcement(self) -> Answer:
        """The decision on the announcement this workflow was started with."""
        await workflow.wait_condition(lambda: self._begun is not None or self.state.seq > 0)
        if self._begun is not None and self._begun.refused is not None:
            refused = self._begun.refused
            details = refused.model_dump(mode="json")
            raise ApplicationError(refused.detail, details, type=refused.code, non_retryable=True)
        if self._begun is None or self._begun.answer is None:
            return Answer(state=self.state.state, decision={})
        return self._begun.answer

    @workflow.query(name="state", description="いまの状態(個人情報なし)")
    def current_state(self) -> messages.RolloutState:
        """The state as the workflow holds it."""
        return self.state

    def next_input(self) -> messages.RolloutInput:
        """State and answered operations travel to the next run."""
        return self._start.model_copy(update={**self.carried(), "announce": None})

    def render(self) -> str:
        """The operator's page in Japanese."""
        return page.render(self.state)

    def search_attributes(self) -> list[Any]:
        """What lists of rollouts are searched by."""
        item = self.state.next_item()
        return [
            search.ROLLOUT_STATE.value_set(self.state.state),
            search.NEEDS_OPERATOR.value_set(bool(self.state.tasks)),
            search.NEXT_ACTION_ON.value_set(item.at) if item else search.NEXT_ACTION_ON.value_unset(),
        ]
