"""The life of one contract."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages.contract import contract as messages
    from models.messages.contract.attributes import attributes
    from models.messages.entity import CARRIER_QUEUE, Answer, Command, Recorded
    from models.operations.contract import OPERATIONS
    from pages import contract as page

from workflows.entity import Entity
from workflows.refusals import refusal
from workflows.updates import with_updates


@workflow.defn(name=messages.WORKFLOW)
@with_updates(OPERATIONS)
class ContractWorkflow(Entity[messages.ContractState]):
    """One WAKWAK connection contract, from the application until nothing is owed or correctable.

    Everything that can be asked of it is an update of `models.operations.contract`: the caller learns the date and
    the fee in the same call. `apply` is for update-with-start: it gives the decision on the input.
    """

    kind = "contract"
    operations = OPERATIONS
    effect_queue = CARRIER_QUEUE
    spreads = True

    @workflow.init
    def __init__(self, start: messages.ContractInput) -> None:
        """Begin, or go on where the last run stopped."""
        super().__init__(messages.ContractState.model_validate(start.state or {}), start.offset_s, start.done)
        self.spread_s = start.spread_s
        self._start = start
        self._begun: Recorded | None = None
        if start.attributed:
            # Whoever started it said every attribute; what was not named is unset, and nothing is left to publish.
            for each in self.search_attributes():
                self._published.setdefault(each.key.name, None)

    @workflow.run
    async def run(self, start: messages.ContractInput) -> str:
        """Enter with the application (or as a running contract), then wait until closed."""
        _ = start
        return await self.live(self._begin)

    async def _begin(self) -> None:
        name, command = ("apply", self._start.apply) if self._start.apply else ("import", self._start.import_)
        if command is None:
            message = "A contract begins with an application: the input has neither `apply` nor `import_`."
            raise ApplicationError(message, type="NO_APPLICATION", non_retryable=True)
        ids = self._start.model_dump(include={"contract_id", "person_id", "line_key", "filing_id"})
        op = command.op or f"{name}/{self._start.contract_id}"
        async with self._lock:
            self._begun = await self._record(name, command.model_copy(update={**ids, "op": op}), outside="start")
        refused = self._begun.refused
        if refused is not None:
            # Whoever started it waits for the answer: let the update give it before the run fails.
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise ApplicationError(refused.detail, type=refused.code, non_retryable=True)

    async def carry_out(self, name: str, command: Command) -> Answer:
        """As every entity, but nothing can be decided before the application is recorded: wait for it."""
        await workflow.wait_condition(lambda: self._begun is not None or self.begun)
        if self._begun is not None and self._begun.refused is not None:
            raise refusal(self._begun.refused)
        return await super().carry_out(name, command)

    @workflow.update(name="apply", description="申込みの結果を受け取る(開始時)")
    async def answer_application(self) -> Answer:
        """The decision on the application this workflow was started with."""
        await workflow.wait_condition(lambda: self._begun is not None or self.state.seq > 0)
        if self._begun is not None and self._begun.refused is not None:
            raise refusal(self._begun.refused)
        if self._begun is None or self._begun.answer is None:
            return Answer(state=self.state.state, decision={})
        return self._begun.answer

    @workflow.query(name="state", description="いまの状態(個人情報なし)")
    def current_state(self) -> messages.ContractState:
        """The state as the workflow holds it."""
        return self.state

    def next_input(self) -> messages.ContractInput:
        """State and answered operations travel to the next run."""
        return self._start.model_copy(
            update={**self.carried(), "spread_s": self.spread_s, "apply": None, "import_": None, "attributed": False}
        )

    def render(self) -> str:
        """The operator's page in Japanese."""
        return page.render(self.state)

    def search_attributes(self) -> list[Any]:
        """What lists of contracts are searched by."""
        return attributes(self.state)
