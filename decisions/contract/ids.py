"""Keys of agenda items and charges of a contract, and of a task that more than one decision raises."""

from __future__ import annotations

from datetime import date, datetime

from models.messages.contract.contract import ContractState
from models.messages.entity import AgendaItem
from rules import terms
from rules.calendar import end_of, months_later

END = "end"
CLOSE = "close"

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


def close_item(last_day: date) -> AgendaItem:
    """The day from which nothing can be corrected any more: the same day of the month, or its last one (X-02)."""
    return _closing_on(months_later(last_day, terms.constant("contract.correctable_months", int)))


def look_again(on: date) -> AgendaItem:
    """Whether a record closes is looked at again a month after a Japan day: the next statement is issued by then."""
    return _closing_on(months_later(on, 1))


def _closing_on(on: date) -> AgendaItem:
    return AgendaItem(item_id=CLOSE, event="close", at=end_of(on), on=on, articles=["X-05"], label=f"記録の締め {on}")


def now_item(item_id: str, effect: str, moment: datetime, on: date, articles: list[str], label: str) -> AgendaItem:
    """Something an activity does at once, kept as a row so that it is never forgotten."""
    return AgendaItem(item_id=item_id, event=item_id, at=moment, on=on, articles=articles, label=label, effect=effect)
