"""An operator has dealt with something that waited, where no other update settles it (X-05)."""

from __future__ import annotations

from collections.abc import Mapping

from decisions.common import defects
from decisions.domain import Context, Handler, NotAllowedError, Step, patch
from models.messages.contract.notices import SettleTask
from models.messages.entity import DEFECT, EntityState, Task
from models.tasks import SETTLE, TASKS
from rules.calendar import japan_day
from rules.citation import Decision, edition


def settle(state: EntityState, command: SettleTask, context: Context) -> list[Step]:
    """Take a task off with a reason.

    Raises:
        NotAllowedError: `NO_SUCH_TASK`, or `DECIDED_ELSEWHERE` with the update that decides it.
    """
    if command.why == DEFECT:
        return defects.settle(state, command, context)
    task = waiting(state, command.why)
    return [Step(*SETTLE, settled(task, context), patch(drop={"tasks": [command.why]}))]


def waiting(state: EntityState, why: str) -> Task:
    """The task under a code, where it is settled by saying so.

    Raises:
        NotAllowedError: `NO_SUCH_TASK`, or `DECIDED_ELSEWHERE` with the update that decides it.
    """
    task = state.tasks.get(why)
    if task is None:
        message = f"Nothing called {why} waits for an operator."
        raise NotAllowedError(message, code="NO_SUCH_TASK", articles=("X-05",))
    known = TASKS.get(why)
    by = known.settled_by if known else SETTLE
    if by and SETTLE[0] not in by:
        message = f"{why} is settled by {(', then ' if known and known.in_turn else ' or ').join(by)}."
        raise NotAllowedError(message, code="DECIDED_ELSEWHERE", articles=tuple(task.articles))
    return task


def settled(task: Task, context: Context) -> Decision:
    """What is recorded of it."""
    on = japan_day(context.moment)
    articles = tuple(dict.fromkeys((*task.articles, "X-05")))
    return Decision("settled", articles, on, edition(on), f"{task.why} was dealt with.", {"why": task.why})


COMMANDS: Mapping[str, Handler[EntityState]] = {SETTLE[0]: Handler(settle, SettleTask, lasting=True)}
"""Of every kind of entity but contracts, where a waiver may hang on it."""
