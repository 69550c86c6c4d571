"""An operator has dealt with something that waited for a contract; an open waiver request is thereby not granted."""

from __future__ import annotations

from decisions.common import defects
from decisions.common.settling import settled, waiting
from decisions.contract.money import waiver
from decisions.contract.parts import Parts
from decisions.domain import Context, Step
from models.messages.contract.contract import ContractState
from models.messages.contract.notices import SettleTask
from models.messages.entity import DEFECT


def settle(state: ContractState, command: SettleTask, context: Context) -> list[Step]:
    """Take a task off with a reason; an open waiver request is thereby not granted (A-36).

    Raises:
        NotAllowedError: `NO_SUCH_TASK`, or `DECIDED_ELSEWHERE` with the update that decides it.
    """
    if command.why == DEFECT:
        return defects.settle(state, command, context)
    task = waiting(state, command.why)
    parts = Parts(drop={"tasks": [command.why]})
    if command.why == waiver.TASK:
        parts = parts + waiver.reject_requests(state)
    return [Step("settle_task", settled(task, context), parts.patch())]
