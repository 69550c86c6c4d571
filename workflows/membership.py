"""The life of one club membership."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models import spread
    from models.messages import search
    from models.messages.club import membership as messages
    from models.messages.entity import CARRIER_QUEUE, AgendaItem, Answer, Recorded
    from models.operations.membership import OPERATIONS
    from pages import membership as page

from workflows.entity import Entity
from workflows.updates import with_updates


@workflow.defn(name=messages.WORKFLOW)
@with_updates(OPERATIONS)
class MembershipWorkflow(Entity[messages.MembershipState]):
    """One membership of フレッツ光メンバーズクラブ, from the registration until its storage has reverted.

    Points are not here: the ledger is the database's. `register` is for update-with-start: it gives the decision on
    the input. A membership that the database already holds starts with its state instead.
    """

    kind = "membership"
    operations = OPERATIONS
    effect_queue = CARRIER_QUEUE
    spreads = True

    @workflow.init
    def __init__(self, start: messages.MembershipInput) -> None:
        """Begin, or go on where the last run stopped."""
        super().__init__(messages.MembershipState.model_validate(start.state or {}), start.offset_s, start.done)
        self.spread_s = start.spread_s
        self._start = start
        self._begun: Recorded | None = None

    @workflow.run
    async def run(self, start: messages.MembershipInput) -> str:
        """Enter with the application (or with a state the database holds), then wait until closed."""
        _ = start
        return await self.live(self._begin)

    async def _begin(self) -> None:
        command = self._start.register_
        if command is None:
            message = "A membership begins with an application: the input has neither `register_` nor `state`."
            raise ApplicationError(message, type="NO_APPLICATION", non_retryable=True)
        ids = self._start.model_dump(include={"member_id", "person_id", "line_key"})
        op = command.op or f"register/{self._start.member_id}"
        async with self._lock:
            self._begun = await self._record("register", command.model_copy(update={**ids, "op": op}), outside="start")
        refused = self._begun.refused
        if refused is not None:
            # Whoever started it waits for the answer: let the update give it before the run fails.
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise ApplicationError(refused.detail, type=refused.code, non_retryable=True)

    @workflow.update(name="register", description="登録の結果を受け取る(開始時)")
    async def answer_application(self) -> Answer:
        """The decision on the application this workflow was started with."""
        await workflow.wait_condition(lambda: self._begun is not None or self.state.seq > 0)
        if self._begun is not None and self._begun.refused is not None:
            refused = self._begun.refused
            raise ApplicationError(
                refused.detail, refused.model_dump(mode="json"), type=refused.code, non_retryable=True
            )
        if self._begun is None or self._begun.answer is None:
            return Answer(state=self.state.state, decision={})
        return self._begun.answer

    def later_by_s(self, item: AgendaItem) -> float:
        """The programme's own end is recorded for all at once, and told afterwards: its timer is for who is left."""
        later = super().later_by_s(item)
        ended_by_run = item.item_id == "end" and item.data.get("cause") == messages.PROGRAMME_END
        return later + spread.PROGRAMME_END_S if later and ended_by_run else later

    @workflow.query(name="state", description="いまの状態(個人情報なし)")
    def current_state(self) -> messages.MembershipState:
        """The state as the workflow holds it."""
        return self.state

    def next_input(self) -> messages.MembershipInput:
        """State and answered operations travel to the next run."""
        return self._start.model_copy(update={**self.carried(), "spread_s": self.spread_s, "register_": None})

    def render(self) -> str:
        """The operator's page in Japanese."""
        return page.render(self.state)

    def search_attributes(self) -> list[Any]:
        """What lists of memberships are searched by."""
        state, item = self.state, self.state.next_item()
        return [
            search.CLUB_STATE.value_set(state.state),
            search.NEEDS_OPERATOR.value_set(bool(state.tasks)),
            search.ENDS_ON.value_set(search.noon(state.ended_on)) if state.ended_on else search.ENDS_ON.value_unset(),
            search.NEXT_ACTION_ON.value_set(item.at) if item else search.NEXT_ACTION_ON.value_unset(),
        ]
