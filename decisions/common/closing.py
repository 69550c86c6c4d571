"""The record of what is over closes unless an operator is still asked: nobody would answer it any more (X-05).

So it is of filings, exchanges and rollouts: the workflow of one that is closed has returned, and settles nothing. What
else keeps the record of a contract or a membership open, as money or the time for corrections, they say themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from decisions.domain import Context, Handler, S, Step, patch
from models.messages.entity import AgendaItem, Command, EntityState, Patch
from rules import terms
from rules.calendar import end_of, japan_day, months_later
from rules.citation import Decision

CLOSE = "close"
"""The agenda item and the event by which the record of a contract or a membership closes."""


def close_item(last_day: date) -> AgendaItem:
    """The day from which nothing can be corrected any more: the same day of the month, or its last one (X-02)."""
    return _closing_on(months_later(last_day, terms.constant("contract.correctable_months", int)))


def look_again(on: date) -> AgendaItem:
    """Whether a record closes is looked at again a month after a Japan day: the next statement is issued by then."""
    return _closing_on(months_later(on, 1))


def _closing_on(on: date) -> AgendaItem:
    return AgendaItem(item_id=CLOSE, event=CLOSE, at=end_of(on), on=on, articles=["X-05"], label=f"記録の締め {on}")


def while_asked(handler: Handler[S]) -> Handler[S]:
    """The handler, closing no record while a task stands that it leaves: the last answer does (`once_answered`)."""

    def decide(state: S, command: Command, context: Context) -> list[Step]:
        steps = handler.decide(state, command, context)
        asked = set(state.tasks)
        for each in steps:
            asked = {*asked, *each.patch.put.get("tasks", {})} - {*each.patch.drop.get("tasks", ())}
        return [_open(each) for each in steps] if asked else steps

    return replace(handler, decide=decide)


def _open(step: Step) -> Step:
    if not step.patch.set.get("closed"):
        return step
    values = {**step.patch.set, "closed": False}
    return replace(step, patch=Patch(set=values, put=step.patch.put, drop=step.patch.drop))


Closes = Callable[[Mapping[str, Any], Mapping[str, Any], object, datetime], list[Step]]


def once_answered(over: Collection[str]) -> Closes:
    """`Domain.closes` of a kind whose record closes by itself in one of these states, with nothing ahead."""

    def closes(before: Mapping[str, Any], after: Mapping[str, Any], standing: object, moment: datetime) -> list[Step]:
        _ = standing
        if not before["tasks"] or after["tasks"] or after["closed"]:
            return []
        state = EntityState.model_validate(after)
        if state.state not in over or state.agenda or state.awaiting:
            return []
        on = japan_day(moment)
        decision = Decision("closed", ("X-05",), on, None, "Nothing is left to happen, and nobody is asked any more.")
        return [Step(CLOSE, decision, patch({"closed": True}), received_at=moment)]

    return closes
