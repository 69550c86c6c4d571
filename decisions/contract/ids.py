"""Keys of agenda items and charges of a contract, and of a task that more than one decision raises."""

from __future__ import annotations

from datetime import date, datetime

from models.messages.contract.contract import ContractState
from models.messages.entity import AgendaItem
from rules.calendar import end_of

END = "end"

DISCONTINUED = "COURSE_DISCONTINUED"
"""The task of a contract on a course that is discontinued."""


def fee_id(state: ContractState, *, offset: int = 1) -> str:
    """The id of a fee that the next entry raises."""
    return f"{state.contract_id}-F{state.seq + offset}"


def end_item(end_on: date, articles: list[str], *, undoable: bool, label: str = "") -> AgendaItem:
    """The end of a contract after its last day."""
    at = end_of(end_on)
    return AgendaItem(
        item_id=END,
        event="end",
        at=at,
        on=end_on,
        articles=articles,
        label=f"{label or '月末解約'} {end_on}",
        undo_until=at if undoable else None,
    )


def now_item(item_id: str, effect: str, moment: datetime, on: date, articles: list[str], label: str) -> AgendaItem:
    """Something an activity does at once, kept as a row so that it is never forgotten."""
    return AgendaItem(item_id=item_id, event=item_id, at=moment, on=on, articles=articles, label=label, effect=effect)
