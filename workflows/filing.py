"""One agency filing (代行申込): fed by NTT's callbacks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages import filing as messages
    from models.messages import search
    from models.messages.entity import CARRIER_QUEUE, NOT_RECORDED, UNANSWERED, Answer, Command
    from models.operations.filing import OPERATIONS
    from pages import filing as page

from workflows.entity import EFFECT_RETRIES, Entity
from workflows.refusals import broken_begin, defect_id, refusal_code
from workflows.updates import with_updates


@workflow.defn(name=messages.WORKFLOW)
@with_updates(OPERATIONS)
class FilingWorkflow(Entity[messages.FilingState]):
    """A workflow of its own, not a child: an open child would hold its parent's clock (see ADR 0005).

    It sends the order, takes NTT's messages in any order, watches milestones and reports to its contract.
    """

    kind = "filing"
    operations = OPERATIONS
    effect_queue = CARRIER_QUEUE

    @workflow.init
    def __init__(self, start: messages.FilingInput) -> None:
        """Begin, or go on where the last run stopped."""
        super().__init__(messages.FilingState.model_validate(start.state or {}), start.offset_s, start.done)
        self._start = start

    @workflow.run
    async def run(self, start: messages.FilingInput) -> str:
        """Send the order, then wait for NTT until the filing is over and everybody knows."""
        _ = start
        return await self.live(self._begin)

    @property
    def begun(self) -> bool:
        """Whether the order is recorded; one that a defect keeps from being sent has a row of its own before that."""
        return self.state.seq > 0 and self.state.state != "prepared"

    async def _begin(self) -> None:
        start = self._start
        facts = messages.known_of(start)
        command = messages.FileWithCarrier(op=f"filed/{start.filing_id}", at=start.at, actor="worker", **facts)
        while not self.begun:
            refused, error_id = await self._send()
            if error_id is None:
                async with self._lock:
                    error_id = broken_begin(await self._record("filed", command))
                    if error_id is None and refused is not None:
                        await self._record("carrier_status", self._refused(refused))
            if error_id is not None:
                await self._until_mended(messages.SEND_FILING, error_id, {**facts, "filed_at": start.at})
        await self._mended()

    async def _send(self) -> tuple[str | None, str | None]:
        """Send the order; gives the code of NTT's refusal, and the error id where a defect keeps it from being sent.

        Raises:
            ApplicationError: no contract on record has asked for it, and the execution fails.
        """
        try:
            await workflow.execute_activity(
                messages.SEND_FILING,
                self._start,
                start_to_close_timeout=timedelta(seconds=20),
                retry_policy=EFFECT_RETRIES,
                task_queue=self.effect_queue,
                summary="代行申込みの送付",
            )
        except ActivityError as error:
            code = refusal_code(error)
            if code == NOT_RECORDED and isinstance(error.cause, ApplicationError):
                raise error.cause from None
            return code, defect_id(error)
        return None, None

    def _refused(self, code: str) -> messages.CarrierStatus:
        """NTT takes no order of this kind from us: the same to the applicant as a line that cannot be had."""
        return messages.CarrierStatus(
            op=f"refused/{self._start.filing_id}",
            at=self.state.filed_at,
            actor="carrier",
            sequence=1,
            status="not_available",
            occurred_at=self.state.filed_at or self.business_now(),
            reason_code=code,
        )

    async def carry_out(self, name: str, command: Command) -> Answer:
        """As every entity, but NTT's callback may overtake our own record of the filing: wait for it.

        That NTT does not answer is said before there is one.
        """
        if name != UNANSWERED:
            await workflow.wait_condition(lambda: self.state.seq > 0)
        return await super().carry_out(name, command)

    @workflow.query(name="state", description="いまの状態(個人情報なし)")
    def current_state(self) -> messages.FilingState:
        """The state as the workflow holds it."""
        return self.state

    def next_input(self) -> messages.FilingInput:
        """State and answered operations travel to the next run."""
        return self._start.model_copy(update=self.carried())

    def render(self) -> str:
        """The operator's page in Japanese."""
        return page.render(self.state)

    def search_attributes(self) -> list[Any]:
        """What lists of filings are searched by."""
        return [
            search.FILING_STATE.value_set(self.state.state),
            search.LINE_OPERATOR.value_set(self.state.carrier_area),
            search.NEEDS_OPERATOR.value_set(bool(self.state.tasks)),
        ]
