"""One request to exchange points, from the moment it is sent."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages.club import exchange as messages
    from models.messages.entity import CARRIER_QUEUE, Answer, Recorded
    from models.operations.exchange import OPERATIONS
    from pages import exchange as page

from workflows.entity import Entity
from workflows.updates import with_updates


@workflow.defn(name=messages.WORKFLOW)
@with_updates(OPERATIONS)
class ExchangeWorkflow(Entity[messages.ExchangeState]):
    """It begins when the member presses "send"; before that the request is a row, which costs nothing to abandon.

    `send` is for update-with-start: it gives the decision on the input. A gift code is handed over with it and the
    run is over; a fee payment waits for NTT East. An operator can only try again what a defect set aside (M-09.9).
    """

    kind = "exchange"
    operations = OPERATIONS
    effect_queue = CARRIER_QUEUE

    @workflow.init
    def __init__(self, start: messages.ExchangeInput) -> None:
        """Begin, or go on where the last run stopped."""
        super().__init__(messages.ExchangeState.model_validate(start.state or {}), start.offset_s, start.done)
        self._start = start
        self._begun: Recorded | None = None

    @workflow.run
    async def run(self, start: messages.ExchangeInput) -> str:
        """Take the points, then wait until the request is fulfilled or has failed."""
        _ = start
        return await self.live(self._begin)

    async def _begin(self) -> None:
        command = self._start.send
        if command is None:
            message = "An exchange begins with its sending: the input has no `send`."
            raise ApplicationError(message, type="NOT_SENT", non_retryable=True)
        exchange_id = self._start.exchange_id
        named = {"op": command.op or f"send/{exchange_id}", "exchange_id": exchange_id}
        async with self._lock:
            self._begun = await self._record("send", command.model_copy(update=named), outside="start")
        refused = self._begun.refused
        if refused is not None:
            # Whoever started it waits for the answer: let the update give it before the run fails.
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise ApplicationError(refused.detail, type=refused.code, non_retryable=True)

    @workflow.update(name="send", description="送信の結果を受け取る(開始時)")
    async def answer_sending(self) -> Answer:
        """The decision on the request this workflow was started with."""
        await workflow.wait_condition(lambda: self._begun is not None or self.state.seq > 0)
        if self._begun is not None and self._begun.refused is not None:
            refused = self._begun.refused
            details = refused.model_dump(mode="json")
            raise ApplicationError(refused.detail, details, type=refused.code, non_retryable=True)
        if self._begun is None or self._begun.answer is None:
            return Answer(state=self.state.state, decision={})
        return self._begun.answer

    @workflow.query(name="state", description="いまの状態(個人情報なし)")
    def current_state(self) -> messages.ExchangeState:
        """The state as the workflow holds it."""
        return self.state

    def next_input(self) -> messages.ExchangeInput:
        """State and answered operations travel to the next run."""
        return self._start.model_copy(update={**self.carried(), "send": None})

    def render(self) -> str:
        """The operator's page in Japanese."""
        return page.render(self.state)

    def search_attributes(self) -> list[Any]:
        """None: no operator has anything to decide here, and lists are found by the workflow's type."""
        return []
