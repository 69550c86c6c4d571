"""Past a defect: what one transaction could not do is done in parts, and the part that fails again is set aside (X-05).

The parts and their order are one, whoever carries them out: the recorder, each in a transaction of its own
(`activities.defects`), or a rehearsal on a state that is given up afterwards, so that it answers what then happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from decisions.approval import HOLD, laid_out
from decisions.common import defects
from decisions.domain import Context, Outgoing
from decisions.engine import AnyRun
from decisions.walk import DUE_ITEMS_MAX, due_item
from models.actors import WORKER
from models.messages.entity import AgendaItem, Command, DecisionFailed, Entry

NO_ERROR_YET = "E-0"
"""In the place of the id that a defect gets once it is noted."""


class EndlessMomentError(RuntimeError):
    """Items at one moment bring up new ones without end."""


class Carrier(Protocol):
    """Carries out the parts one by one, and keeps what each comes to."""

    def next_due(self) -> AgendaItem | None:
        """The earliest item that is due by now."""

    def waiting(self) -> Sequence[str]:
        """Numbers of what waits for an approval and is shown anew with what changes."""

    def carry_out(self, item: AgendaItem) -> None:
        """Carry out one due item."""

    def lay_out(self, held_id: str) -> None:
        """Lay out anew what waits under a number."""

    def is_defect(self, error: Exception) -> bool:
        """Whether an error is a defect of the part; any other is an outage, and ends the walk."""

    def set_aside(self, item: AgendaItem, error: Exception) -> None:
        """Note that a due item failed."""

    def set_aside_held(self, held_id: str, error: Exception) -> None:
        """Note that what waits cannot be laid out."""


def each_due(carrier: Carrier) -> None:
    """What is due by now, the earliest first, each alone; what fails is set aside, and the rest goes on."""
    for _ in range(DUE_ITEMS_MAX):
        item = carrier.next_due()
        if item is None:
            return
        try:
            carrier.carry_out(item)
        except Exception as error:
            if not carrier.is_defect(error):
                raise
            carrier.set_aside(item, error)
    endless = carrier.next_due()
    if endless is not None:
        carrier.set_aside(endless, EndlessMomentError(f"more than {DUE_ITEMS_MAX} items due"))


def each_waiting(carrier: Carrier) -> bool:
    """Lay out anew what waits for an approval, each alone; gives whether anything does."""
    waiting = carrier.waiting()
    for held_id in waiting:
        try:
            carrier.lay_out(held_id)
        except Exception as error:
            if not carrier.is_defect(error):
                raise
            carrier.set_aside_held(held_id, error)
    return bool(waiting)


Begin = Callable[[dict[str, Any], Sequence[Entry]], AnyRun]
"""(state, log) → a run on them."""


def decide(begin: Begin, first: AnyRun, name: str, command: Command, passes: tuple[type[Exception], ...]) -> AnyRun:
    """Rehearse a command whose first try met a defect.

    Args:
        begin: makes a run.
        first: the run that met the defect.
        name: of the command.
        command: as it came.
        passes: errors that are no defect of a part.

    Raises:
        Exception: the command itself fails, or one of `passes`.
    """
    rehearsed = _Rehearsed(begin, first.outcome.before, list(first.log), first.moment, passes)
    each_due(rehearsed)
    each_waiting(rehearsed)
    run = begin(rehearsed.state, rehearsed.log)
    run.decide(name, command)
    run.outcome.before = first.outcome.before
    run.outcome.outgoing[:0], run.outcome.entries[:0] = rehearsed.sent, rehearsed.made
    return run


@dataclass
class _Rehearsed:
    """Each part on what the parts before it left; nothing is recorded."""

    begin: Begin
    state: dict[str, Any]
    log: list[Entry]
    moment: datetime
    passes: tuple[type[Exception], ...]
    sent: list[tuple[int, Outgoing]] = field(default_factory=list)
    made: list[Entry] = field(default_factory=list)

    def next_due(self) -> AgendaItem | None:
        return due_item(self._run().typed, self.moment)

    def waiting(self) -> Sequence[str]:
        return laid_out(self.state)

    def carry_out(self, item: AgendaItem) -> None:
        run = self._run()
        run.carry_out(item.item_id)
        self._keep(run)

    def lay_out(self, held_id: str) -> None:
        run = self._run()
        run.lay_out(held_id)
        self._keep(run)

    def is_defect(self, error: Exception) -> bool:
        return not isinstance(error, self.passes)

    def set_aside(self, item: AgendaItem, error: Exception) -> None:
        _ = error
        run, failed = self._run(), self._failed(item.event, item_id=item.item_id)
        steps = defects.failed(run.typed, failed, Context(self.moment, self.moment))
        run.note(steps, failed, caused_by=defects.caused_by(run.typed, failed))
        self._keep(run)

    def set_aside_held(self, held_id: str, error: Exception) -> None:
        _ = error
        run = self._run()
        run.set_aside(self._failed(HOLD, held_id=held_id))
        self._keep(run)

    def _run(self) -> AnyRun:
        return self.begin(self.state, self.log)

    def _keep(self, run: AnyRun) -> None:
        self.state = run.outcome.state
        self.log = [*self.log, *run.outcome.entries]
        self.sent += run.outcome.outgoing
        self.made += run.outcome.entries

    def _failed(self, what: str, *, item_id: str | None = None, held_id: str | None = None) -> DecisionFailed:
        op = f"defect/{NO_ERROR_YET}/{what}/{len(self.made)}"
        return DecisionFailed(op=op, actor=WORKER, what=what, error_id=NO_ERROR_YET, item_id=item_id, held_id=held_id)
