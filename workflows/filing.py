"""One agency filing (代行申込): fed by NTT's callbacks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.messages import filing as messages
    from models.messages import search
    from models.messages.entity import (
        CARRIER_QUEUE,
        EFFECT_FAILED,
        NOT_RECORDED,
        UNANSWERED,
        Answer,
        Command,
        Recorded,
    )
    from models.messages.filing import FILED, REFUSED_BY_CARRIER
    from models.messages.results import carrier_refused, filed, not_filed
    from models.operations.filing import OPERATIONS
    from pages import filing as page

from workflows.effects import Came, carried_out, not_taken
from workflows.entity import Entity
from workflows.refusals import broken_begin
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
        while not self.begun:
            recorded = await self._handed_over(await self._send())
            if not_taken(recorded):
                await self._pause_before_again()
        await self._mended()

    async def _handed_over(self, came: Came) -> Recorded:
        """Record what came of sending the order; what a defect keeps from that waits for an operator, or an hour."""
        start = self._start
        if came.error_id is not None:
            async with self._lock:
                recorded = await self._record(
                    EFFECT_FAILED, came.sealed(EFFECT_FAILED, not_filed(start, came.error_id))
                )
            if not not_taken(recorded):
                await self._wait_for_mending()
            return recorded
        async with self._lock:
            recorded = await self._record(FILED, came.sealed(FILED, filed(start, came.failed)))
            broken = broken_begin(recorded)
            if broken is None and came.failed is not None and not not_taken(recorded):
                refused = came.sealed(REFUSED_BY_CARRIER, carrier_refused(start, came.failed))
                await self._record(REFUSED_BY_CARRIER, refused)
        if broken is not None:
            await self._until_mended(FILED, broken, {**messages.known_of(start), "filed_at": start.at})
        return recorded

    async def _send(self) -> Came:
        """Send the order.

        Raises:
            ApplicationError: no contract on record has asked for it, and the execution fails.
        """
        came = await carried_out(
            messages.SEND_FILING,
            [self._start],
            start_to_close_timeout=timedelta(seconds=20),
            task_queue=self.effect_queue,
            summary="代行申込みの送付",
        )
        if came.failed == NOT_RECORDED and came.cause is not None:
            raise came.cause
        return came

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
