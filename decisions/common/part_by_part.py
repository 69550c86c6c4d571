"""Past a defect, without recording: what a command comes to where parts of what is due fail (X-05).

Where it is recorded, each part has a transaction of its own (`activities.defects`). Here the parts are the same and in
the same order, on a state that is given up afterwards, so that a rehearsal answers what then happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from decisions.approval import HOLD, laid_out
from decisions.common import defects
from decisions.domain import Context
from decisions.engine import AnyRun
from decisions.walk import DUE_ITEMS_MAX, due_item
from models.actors import WORKER
from models.messages.entity import Command, DecisionFailed, Entry

NO_ERROR_YET = "E-0"
"""In the place of the id that a defect gets once it is noted."""

Begin = Callable[[dict[str, Any], Sequence[Entry]], AnyRun]
"""(state, log) → a run on them."""


def decide(begin: Begin, first: AnyRun, name: str, command: Command, passes: tuple[type[Exception], ...]) -> AnyRun:
    """Decide a command whose first try met a defect; what fails of what is due is set aside, and the rest goes on.

    Args:
        begin: makes a run.
        first: the run that met the defect.
        name: of the command.
        command: as it came.
        passes: errors that are no defect of a part.

    Raises:
        Exception: the command itself fails, or one of `passes`.
    """
    state, log = first.outcome.before, list(first.log)
    sent, made = list[Any](), list[Entry]()
    for part in (_each_due, _each_waiting):
        for run in part(begin, state, log, first.moment, passes):
            state, log = run.outcome.state, [*log, *run.outcome.entries]
            sent, made = [*sent, *run.outcome.outgoing], [*made, *run.outcome.entries]
    run = begin(state, log)
    run.decide(name, command)
    run.outcome.before = first.outcome.before
    run.outcome.outgoing[:0], run.outcome.entries[:0] = sent, made
    return run


def _each_due(
    begin: Begin, state: dict[str, Any], log: list[Entry], moment: datetime, passes: tuple[type[Exception], ...]
) -> list[AnyRun]:
    """What is due by now, the earliest first, each alone."""
    runs: list[AnyRun] = []
    for number in range(DUE_ITEMS_MAX):
        run = begin(state, log)
        item = due_item(run.typed, moment)
        if item is None:
            break
        try:
            run.carry_out(item.item_id)
        except passes:
            raise
        except Exception:  # noqa: BLE001  # any other is a defect of this part
            run, failed = begin(state, log), _failed(number, item.event, item_id=item.item_id)
            steps = defects.failed(run.typed, failed, Context(moment, moment))
            run.note(steps, failed, caused_by=defects.caused_by(run.typed, failed))
        runs.append(run)
        state, log = run.outcome.state, [*log, *run.outcome.entries]
    return runs


def _each_waiting(
    begin: Begin, state: dict[str, Any], log: list[Entry], moment: datetime, passes: tuple[type[Exception], ...]
) -> list[AnyRun]:
    """What waits for an approval, laid out anew, each alone."""
    _ = moment
    runs: list[AnyRun] = []
    for number, held_id in enumerate(laid_out(state)):
        run = begin(state, log)
        try:
            run.lay_out(held_id)
        except passes:
            raise
        except Exception:  # noqa: BLE001  # any other is a defect of this part
            run = begin(state, log)
            run.set_aside(_failed(number, HOLD, held_id=held_id))
        runs.append(run)
        state, log = run.outcome.state, [*log, *run.outcome.entries]
    return runs


def _failed(number: int, what: str, *, item_id: str | None = None, held_id: str | None = None) -> DecisionFailed:
    op = f"defect/{NO_ERROR_YET}/{what}/{number}"
    return DecisionFailed(op=op, actor=WORKER, what=what, error_id=NO_ERROR_YET, item_id=item_id, held_id=held_id)
