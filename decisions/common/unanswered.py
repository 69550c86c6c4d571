"""NTT or the storage service has been asked and has not answered for days: an operator asks there, once (X-05).

It goes on being asked. What comes of it at last, or what is keyed in instead, takes the task off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from decisions.domain import C, Context, Handler, NotAllowedError, S, Step, operator_task, patch
from models.messages.club.exchange import SEND_FEE_PAYMENT
from models.messages.club.membership import REVERT_STORAGE, SET_STORAGE
from models.messages.entity import NOT_ANSWERED, UNANSWERED, EntityState, Unanswered
from models.messages.filing import SEND_CORRECTION, SEND_FILING, SEND_WITHDRAWAL
from rules.calendar import end_of, japan_day
from rules.citation import Decision
from rules.club import exchange, storage
from rules.line import filing

Decide = Callable[[S, C, Context], list[Step]]

_ANSWER_BY: Mapping[str, Callable[[date], date]] = {
    SEND_FEE_PAYMENT: exchange.answer_by,
    SEND_FILING: filing.accepted_by,
    SEND_CORRECTION: filing.accepted_by,
    SEND_WITHDRAWAL: filing.accepted_by,
    REVERT_STORAGE: storage.answer_by,
    SET_STORAGE: storage.answer_by,
}
"""Activity that asks the outside → the Japan day by whose end an answer is expected."""


def is_overdue(effect: str, asked_at: datetime, now: datetime) -> bool:
    """Whether an answer should have come by now; nobody outside answers any other activity."""
    rule = _ANSWER_BY.get(effect)
    return rule is not None and now >= end_of(rule(japan_day(asked_at)))


def unanswered(state: EntityState, command: Unanswered, context: Context) -> list[Step]:
    """A task for an operator, one of an entity however often it says so.

    Raises:
        NotAllowedError: `NOTHING_TO_DO`, nobody is asked any more.
    """
    item = state.agenda.get(command.item_id)
    if item is None or item.effect is None:
        message = f"Nothing called {command.item_id} waits for an answer."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    data = {"item_id": item.item_id, "asked_on": item.on.isoformat()}
    detail = f"{item.effect} has had no answer since {item.on}; it goes on being asked, and an operator asks as well."
    decision = Decision("not_answered", (*item.articles, "X-05"), japan_day(context.moment), None, detail, data)
    task = operator_task(NOT_ANSWERED, context.moment, *item.articles, "X-05")
    return [Step(UNANSWERED, decision, patch(put={"tasks": task}))]


def heard(decide: Decide[S, C]) -> Decide[S, C]:
    """What is told of an answer: as it is decided, and nobody has to ask any more."""

    def decided(state: S, command: C, context: Context) -> list[Step]:
        steps = decide(state, command, context)
        if NOT_ANSWERED not in state.tasks:
            return steps
        first, *others = steps
        return [replace(first, patch=first.patch + patch(drop={"tasks": [NOT_ANSWERED]})), *others]

    return decided


COMMANDS: Mapping[str, Handler[EntityState]] = {UNANSWERED: Handler(unanswered, Unanswered, lasting=True)}
"""Of every kind of entity that asks NTT or the storage service."""
