"""An operator has dealt with something that waited, where no other update settles it (X-05)."""

from __future__ import annotations

from decisions import defects
from decisions.contract.money import waiver
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Step
from models.messages.contract import ContractState
from models.messages.contract_notices import SettleTask
from models.messages.entity import DEFECT
from rules.calendar import japan_day
from rules.citation import Decision, edition

DECIDED_ELSEWHERE = {
    "NOT_LINE_HOLDER": "accept or refuse",
    "CHOICE_OVERDUE": "choose",
    "CONTINUE_NOT_LINE_HOLDER": "choose",
    "COURSE_CHANGE_NOT_LINE_HOLDER": "decide_course_change",
    "FEE_DECISION": "decide_fee or waive",
    "REFUND_DUE": "record_refund",
}
"""Tasks that end with a decision of their own."""


def settle(state: ContractState, command: SettleTask, context: Context) -> list[Step]:
    """Take a task off with a reason; an open waiver request is thereby not granted (A-36).

    Raises:
        NotAllowedError: `NO_SUCH_TASK`, or `DECIDED_ELSEWHERE` with the update that decides it.
    """
    if command.why == DEFECT:
        return defects.settle(state, command, context)
    task = state.tasks.get(command.why)
    if task is None:
        message = f"Nothing called {command.why} waits for an operator."
        raise NotAllowedError(message, code="NO_SUCH_TASK", articles=("X-05",))
    if command.why in DECIDED_ELSEWHERE:
        message = f"{command.why} is settled by {DECIDED_ELSEWHERE[command.why]}."
        raise NotAllowedError(message, code="DECIDED_ELSEWHERE", articles=tuple(task.articles))
    parts = Parts(drop={"tasks": [command.why]})
    if command.why == waiver.TASK:
        parts = parts + waiver.reject_requests(state)
    on = japan_day(context.moment)
    articles = tuple(dict.fromkeys((*task.articles, "X-05")))
    decision = Decision("settled", articles, on, edition(on), f"{command.why} was dealt with.", {"why": command.why})
    return [Step("settle_task", decision, parts.patch())]
