"""What NTT is told of the contents of the contract: begun, on another course, over (W-13.1c, W-25.1)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from decisions.domain import Outgoing
from models.messages.contract.contract import ContractState
from rules.line.line_notice import may_exchange

Change = Literal["begun", "withdrawn", "course_changed", "ended"]


def told(
    state: ContractState, change: Change, on: date, *, chapter: int | None = None, **more: object
) -> list[Outgoing]:
    """The message to NTT about a change of the contract's contents; empty where the consent covers none.

    Only codes and days cross: nothing of the person, and nothing outside the agreed kind (W-13.1).

    Args:
        state: the contract before the change; one without a line has nobody to tell.
        change: what happened.
        on: the first day on which it is so; for `ended` the last day in force.
        chapter: of the course it changes to; a contract in neither chapter 1 nor 2 concerns NTT no more.
        more: further codes and days.
    """
    own = next((each for each in (state.chapter, chapter) if each), None)
    if state.line is None or own is None:
        return []
    if may_exchange("contract_content", chapter=own, on=on).outcome != "allowed":
        return []
    body = {"change": change, "course": state.course, "on": on.isoformat(), **more}
    return [Outgoing("carrier", "CONTRACT", body)]
