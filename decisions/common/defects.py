"""A defect of ours: what failed is set aside for an operator, everything else of the entity goes on (X-05).

A due item or an outside effect that fails stays on the agenda under its own id, marked with the id of the error: later
decisions replace or drop it as ever, nothing carries it out. It is tried again after a while, and whenever an operator
says so. What is noted is caused by the entry that put the item there, so that undoing that entry undoes this as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from decisions.domain import Context, Due, Handler, NotAllowedError, Put, Step, patch
from models.messages.entity import (
    DEFECT,
    SETTLE_DEFECT,
    UNDELIVERABLE,
    WORKFLOW_RESTARTED,
    AgendaItem,
    Command,
    DecisionFailed,
    Delivered,
    EntityState,
    Restarted,
    Task,
    Undeliverable,
    Unsealed,
)
from models.messages.results import UNSEALED_RESULT
from rules.calendar import japan_day
from rules.citation import Decision

RETRY = "retry_set_aside"
"""The agenda event that tries again what was set aside."""

PAUSES = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
"""Before the first retry and the next ones; after the last only an operator tries again."""

ARTICLES = ("X-05",)

FAILED = "decision_failed"
"""The event of what is noted."""


def error_id_of(*parts: str) -> str:
    """The same for the same failure: an attempt cut off in the middle is repeated under it."""
    return f"E-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:10]}"


def failed(state: EntityState, command: DecisionFailed, context: Context) -> list[Step]:
    """Note a defect: a task for an operator, and the agenda item set aside where it was one."""
    day = japan_day(context.moment)
    item = state.agenda.get(command.item_id) if command.item_id is not None else None
    key = f"{DEFECT}/{item.item_id}" if item is not None else DEFECT
    task = Task(why=DEFECT, since=context.moment, articles=list(ARTICLES), error_id=command.error_id)
    agenda: dict[str, AgendaItem] = {}
    if item is not None:
        aside = item.model_copy(update={"error_id": command.error_id, "tries": item.tries + 1})
        agenda[aside.item_id] = aside
        if item.tries < len(PAUSES):
            retry = _retry(aside, context, PAUSES[item.tries])
            agenda[retry.item_id] = retry
    data = {"what": command.what, "error_id": command.error_id, "item_id": command.item_id}
    detail = f"{command.what} could not be carried out because of a defect; the log explains {command.error_id}."
    decision = Decision("failed", ARTICLES, day, None, detail, data)
    return [Step(FAILED, decision, patch(command.values, put={"agenda": agenda, "tasks": {key: task}}))]


def caused_by(state: EntityState, command: DecisionFailed) -> int | None:
    """The entry whose undoing also takes back what `failed` notes."""
    item = state.agenda.get(command.item_id) if command.item_id is not None else None
    return item.caused_by if item is not None else None


def retry(state: EntityState, item: AgendaItem, context: Context) -> list[Step]:
    """Put back what was set aside; the engine carries it out at once, and it is noted again where it fails again."""
    name = str(item.data["item_id"])
    aside = state.agenda.get(name)
    day = japan_day(context.moment)
    if aside is None or aside.error_id is None:
        decision = Decision("nothing_to_retry", ARTICLES, day, None, f"{name} is not set aside any more.")
        return [Step("retry_set_aside", decision, patch(drop={"agenda": [item.item_id]}))]
    decision = Decision("retried", ARTICLES, day, None, f"{name} is tried again.", {"item_id": name})
    back = aside.model_copy(update={"error_id": None})
    drop = {"agenda": [item.item_id], "tasks": [f"{DEFECT}/{name}"]}
    return [Step("retry_set_aside", decision, patch(put={"agenda": {name: back}}, drop=drop))]


def settle(state: EntityState, command: Command, context: Context) -> list[Step]:
    """What the service could not do is dealt with: its tasks are taken off, what was set aside is tried again at once.

    Raises:
        NotAllowedError: `NOTHING_TO_DO`, no defect waits here.
    """
    _ = command
    if not state.has_service_task:
        message = "No defect waits for an operator here."
        raise NotAllowedError(message, code="NOTHING_TO_DO", articles=ARTICLES)
    aside = [item for item in state.agenda.values() if item.error_id is not None]
    again = {each.item_id: each for each in (_retry(item, context, timedelta(0)) for item in aside)}
    gone = [key for key, task in state.tasks.items() if task.why in {DEFECT, UNDELIVERABLE}]
    day = japan_day(context.moment)
    detail = "What was set aside is tried again." if again else "Nothing was set aside."
    decision = Decision("settled", ARTICLES, day, None, detail, {"retried": [item.item_id for item in aside]})
    return [Step(SETTLE_DEFECT, decision, patch(put={"agenda": again}, drop={"tasks": gone}))]


def undeliverable(state: EntityState, command: Undeliverable, context: Context) -> list[Step]:
    """Note that a message was given up: a task for an operator, one however many there are (X-05)."""
    day = japan_day(context.moment)
    data = {"message_id": command.message_id, "channel": command.channel}
    detail = f"{command.message_id} could not be delivered; the outbox keeps the reason."
    decision = Decision("undeliverable", ARTICLES, day, None, detail, data)
    return [Step("undeliverable", decision, patch(put=_asked_once(state, UNDELIVERABLE, context)))]


def delivered(state: EntityState, command: Delivered, context: Context) -> list[Step]:
    """Take the task of `undeliverable` off: what could not be delivered has been since, or has nobody left (X-05)."""
    _ = command
    if UNDELIVERABLE not in state.tasks:
        return []
    detail = "Nothing is undelivered any more."
    decision = Decision("delivered", ARTICLES, japan_day(context.moment), None, detail)
    return [Step("delivered_after_all", decision, patch(drop={"tasks": [UNDELIVERABLE]}))]


def restarted(state: EntityState, command: Restarted, context: Context) -> list[Step]:
    """Note that the execution was gone and goes on from the record: a task, one however often it happens (X-05).

    Somebody may have ended it because of what they saw; only a person can say what that was.
    """
    data = {"run_id": command.run_id, "how": command.how}
    detail = f"The execution was {command.how.replace('_', ' ')}; it goes on from this record."
    decision = Decision("restarted", ARTICLES, japan_day(context.moment), None, detail, data)
    return [Step("restarted", decision, patch(put=_asked_once(state, WORKFLOW_RESTARTED, context)))]


def unsealed(state: EntityState, command: Unsealed, context: Context) -> list[Step]:
    """Note that an effect's result was not taken: a task, one however often it happens (X-05).

    Somebody reaches Temporal who should not; only a person can say who that is.
    """
    detail = "A result that no worker of ours had sealed was not taken; the effect is carried out again."
    data = {"item_id": command.item_id}
    decision = Decision("not_taken", ARTICLES, japan_day(context.moment), None, detail, data)
    return [Step("result_not_taken", decision, patch(put=_asked_once(state, UNSEALED_RESULT, context)))]


def _asked_once(state: EntityState, why: str, context: Context) -> Put:
    """One task however often it happens, since the first time that nobody has settled."""
    since = state.tasks[why].since if why in state.tasks else context.moment
    return {"tasks": {why: Task(why=why, since=since, articles=list(ARTICLES))}}


def _retry(aside: AgendaItem, context: Context, after: timedelta) -> AgendaItem:
    at = context.moment + after
    return AgendaItem(
        item_id=f"retry/{aside.item_id}/{aside.tries}",
        event=RETRY,
        at=at,
        on=japan_day(at),
        articles=list(ARTICLES),
        label="不具合で保留した処理の再試行",
        caused_by=aside.caused_by,
        tries=aside.tries,
        data={"item_id": aside.item_id},
    )


COMMANDS: Mapping[str, Handler[EntityState]] = {SETTLE_DEFECT: Handler(settle, Command, lasting=True)}
"""Of every kind of entity."""

DUE: Mapping[str, Due[EntityState]] = {RETRY: retry}
"""Of every kind of entity."""
