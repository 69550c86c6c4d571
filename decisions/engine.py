"""The order of deciding: what is due by the moment first, then the command, then what the command made due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from decisions import fold
from decisions.domain import Context, Domain, Handler, NotAllowedError, Outgoing, Step, move
from models.messages.entity import AgendaItem, Answer, Command, EntityState, Entry, Patch, Refused
from rules.calendar import japan_day
from rules.dated import DatedError
from rules.refusal import Refusal

S = TypeVar("S", bound=EntityState)

DUE_ITEMS_MAX = 500
"""More items due at once than this is a rule that puts its own item back: stop loudly."""

TIMER = "timer"
"""The actor of what happens by itself."""


@dataclass
class Outcome:
    """What a run of the engine recorded, ready to be written in one transaction."""

    state: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    """The state the run began with."""
    entries: list[Entry] = field(default_factory=list)
    outgoing: list[tuple[int, Outgoing]] = field(default_factory=list)
    """With the sequence number of the entry that sends it."""
    answer: Answer | None = None
    refused: Refused | None = None


class Run:
    """One pass over one entity at one business moment."""

    def __init__(
        self,
        domain: Domain[Any],
        state: dict[str, Any],
        moment: datetime,
        log: Sequence[Entry] = (),
        facts: dict[str, Any] | None = None,
    ) -> None:
        """Begin from a folded state; `log` is complete where a handler needs it."""
        self.domain = domain
        self.moment = moment
        self.log = list(log)
        self.facts = facts or {}
        self.outcome = Outcome(state=dict(state), before=dict(state))
        self._typed: tuple[dict[str, Any], Any] | None = None

    @property
    def state(self) -> Any:
        """The typed state as it stands now; handlers only read it."""
        if self._typed is None or self._typed[0] is not self.outcome.state:
            # Every entry makes a new document, so the same document is the same state.
            self._typed = (self.outcome.state, self.domain.state.model_validate(self.outcome.state))
        return self._typed[1]

    def _context(self, moment: datetime) -> Context:
        return Context(moment=moment, log=tuple(self.log), facts=self.facts)

    def carry_out_due(self, until: datetime) -> None:
        """Carry out every agenda item due by the moment, inclusive, earliest first; effects are left to activities."""
        for _ in range(DUE_ITEMS_MAX):
            item = due_item(self.state, until)
            if item is None:
                return
            self.carry_out(item)
        message = f"{self.domain.kind}: more than {DUE_ITEMS_MAX} items due by {until}"
        raise RuntimeError(message)

    def carry_out(self, item: AgendaItem) -> None:
        """Carry out one agenda item at the moment it stands for.

        Raises:
            RuntimeError: it recorded nothing, or is still on the agenda.
        """
        steps = self.domain.due[item.event](self.state, item, self._context(item.at))
        command = Command(op=f"due/{item.item_id}/{item.at.isoformat()}/{item.caused_by}", at=item.at, actor=TIMER)
        before = len(self.outcome.entries)
        self._record(steps, command, item.at, caused_by=item.caused_by)
        if item.item_id in self.state.agenda and self.state.agenda[item.item_id].at == item.at:
            message = f"{self.domain.kind}: carrying out {item.item_id} at {item.at} left it on the agenda"
            raise RuntimeError(message)
        if len(self.outcome.entries) == before:
            message = f"{self.domain.kind}: carrying out {item.item_id} recorded nothing"
            raise RuntimeError(message)

    def note(self, steps: Sequence[Step], command: Command, *, caused_by: int | None) -> None:
        """Record steps as they are, whatever is due: what a defect left undone must not hinder noting it."""
        self._record(steps, command, self.moment, caused_by=caused_by)

    def command(self, name: str, command: Command) -> None:
        """Decide a command after what is due; a refusal is kept as a value and records nothing of it."""
        self.carry_out_due(self.moment)
        handler = self.domain.commands[name]
        state = self.state
        try:
            steps = self._decided(handler, state, command)
        except NotAllowedError as refusal:
            self.outcome.refused = Refused(
                status=409,
                code=refusal.code,
                detail=refusal.detail,
                articles=list(refusal.articles),
                state=state.state,
                allowed=self.domain.allowed(state),
            )
            return
        except Refusal as refusal:
            self.outcome.refused = Refused(
                status=422, code=refusal.code, detail=refusal.detail, articles=list(refusal.articles)
            )
            return
        except DatedError as gap:
            self.outcome.refused = Refused(status=422, code="NO_TERM_FOR_DATE", detail=str(gap), articles=["X-04"])
            return
        told = self._record(steps, command, self.moment, caused_by=None)
        self.carry_out_due(self.moment)
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=told)

    def _decided(self, handler: Handler[Any], state: Any, command: Command) -> list[Step]:
        """The handler's steps, each of which the machine allows."""
        if state.closed:
            message = f"The {self.domain.kind} is closed; nothing can be changed any more."
            raise NotAllowedError(message, code="CLOSED")
        steps = handler.decide(state, command, self._context(self.moment))
        self._check(steps)
        return steps

    def _check(self, steps: Sequence[Step]) -> None:
        """Walk the machine through the steps before anything is recorded."""
        state = self.state
        for step in steps:
            if step.move is not None:
                state = state.model_copy(update={"state": move(self.domain, state, step.move)})

    def _record(
        self, steps: Sequence[Step], command: Command, moment: datetime, *, caused_by: int | None
    ) -> dict[str, Any]:
        """Append the steps as entries; gives what the caller is told: the last step's decision."""
        told: dict[str, Any] = {}
        first: int | None = None
        for index, step in enumerate(steps):
            state = self.state
            to_state = move(self.domain, state, step.move) if step.move is not None else None
            if self.outcome.state["seq"] == 0:
                to_state = to_state or state.state
            received_at = step.received_at or moment
            effective_on = step.decision.effective_on or japan_day(received_at)
            told = step.decision.as_json()
            if step.decision.effective_on is not None:
                told["retroactive"] = effective_on < japan_day(moment)
            seq = self.outcome.state["seq"] + 1
            entry = Entry(
                seq=seq,
                op=command.op if index == 0 else f"{command.op}#{index + 1}",
                event=step.event,
                from_state=state.state if seq > 1 else None,
                to_state=to_state,
                received_at=received_at,
                at=moment,
                effective_on=effective_on,
                state_from=step.state_from or japan_day(received_at),
                actor=command.actor,
                on_behalf_of=command.on_behalf_of,
                reason_code=command.reason_code,
                note_id=command.note_id,
                articles=list(step.decision.articles),
                edition=step.decision.edition,
                voids=list(step.voids),
                caused_by=caused_by if caused_by is not None else first,
                patch=_signed(step.patch, seq),
                decision=told,
            )
            first = first or seq
            self._append(entry)
            self.outcome.outgoing.extend((seq, message) for message in step.outgoing)
        return told

    def _append(self, entry: Entry) -> None:
        if entry.voids:
            self.log.append(entry)
            initial = self.domain.state().model_dump(mode="json")
            state = fold.fold(initial, self.log)
            moved = state["state"] if state["state"] != entry.from_state else None
            entry = entry.model_copy(update={"to_state": moved})
            self.log[-1] = entry
            self.outcome.state = state
        else:
            self.log.append(entry)
            self.outcome.state = fold.apply_entry(self.outcome.state, entry)
        self.outcome.entries.append(entry)


def _signed(patch: Patch, seq: int) -> Patch:
    """The patch with its agenda items marked by the entry that puts them there, in JSON shapes.

    One that a defect set aside, or that is tried again after one, is still there by its first entry.
    """
    agenda = {
        key: value if value.get("tries") and value.get("caused_by") else {**value, "caused_by": seq}
        for key, value in patch.put.get("agenda", {}).items()
    }
    return patch.model_copy(update={"put": {**patch.put, "agenda": agenda}}) if agenda else patch


def due_item(state: EntityState, until: datetime) -> AgendaItem | None:
    """The earliest item due by the moment that a pure decision carries out."""
    due = [item for item in state.agenda.values() if item.effect is None and item.error_id is None and item.at <= until]
    return min(due, key=lambda item: (item.at, item.item_id), default=None)


def project(domain: Domain[S], state: dict[str, Any], until: datetime) -> dict[str, Any]:
    """The state with what is due by the moment carried out, whether or not its timer has been processed yet."""
    run = Run(domain, state, until)
    run.carry_out_due(until)
    return run.outcome.state


def as_of(domain: Domain[S], log: Sequence[Entry], end_of_day: datetime) -> dict[str, Any] | None:
    """The state as of the end of a Japan day, by effective dates; None before the entity began.

    Args:
        domain: the kind of entity.
        log: its whole log.
        end_of_day: the exclusive end of the day, 00:00 JST of the next (X-01).
    """
    gone = fold.voided(log)
    known = [entry for entry in log if entry.seq not in gone and _shown(entry, end_of_day)]
    if not known:
        return None
    state = fold.fold(domain.state().model_dump(mode="json"), known)
    return project(domain, state, _just_before(end_of_day))


def _shown(entry: Entry, end_of_day: datetime) -> bool:
    return entry.state_from <= japan_day(_just_before(end_of_day))


def _just_before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)
