"""Walking a life forward: facts at their legal moments, and between them what falls due by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.domain import Asked, Context, Domain, NotAllowedError, S, Step, T, move
from decisions.recording.again import base_op
from decisions.recording.book import Book, never
from models import place
from models.actors import TIMER
from models.messages.entity import KEYING, AgendaItem, Command, EntityState, Entry, Fact
from rules.calendar import japan_day
from rules.dated import DatedError
from rules.refusal import Refusal

DUE_ITEMS_MAX = 500
"""More items due at once than this is a rule that puts its own item back: stop loudly."""

Refusals = NotAllowedError | Refusal | DatedError


@dataclass
class Happening:
    """A fact on its way to its place."""

    name: str
    command: Command
    op: str
    legal_at: datetime
    keyed_at: datetime
    facts: object | None = None
    refused: Refusals | None = None
    rank: int = 50
    told: dict[str, Any] = field(default_factory=dict)
    """What its last entry decided, once it has."""
    shared: bool = False
    """A change of many entities (`Domain.shared`): nothing happens where it does not reach this life."""

    @property
    def is_appended(self) -> bool:
        """Whether it has no legal moment of its own: facts keyed in at one moment stay in the order of keying in."""
        return self.command.happened_at() is None

    @property
    def came_before(self) -> bool:
        """Whether it arrived before it was keyed in, as far as it says."""
        at = self.command.happened_at()
        return at is not None and at < self.keyed_at

    @property
    def place(self) -> str:
        """Where it belongs."""
        said = self.command.model_dump(mode="json", exclude=set(KEYING))
        return place.of_fact(self.legal_at, self.rank, self.name, said)


class Walk(Book[S, T]):
    """One pass over a life, from a state on: what happens, and what falls due meanwhile, recorded as it goes."""

    def __init__(
        self,
        domain: Domain[S, T],
        state: dict[str, Any],
        *,
        log: Callable[[], Sequence[Entry]] = tuple,
        standing: T | None = None,
        next_seq: int | None = None,
        recorded: Mapping[str, Entry] | None = None,
        number_of: Callable[[str], int | None] = never,
        known_at: datetime | None = None,
    ) -> None:
        """Begin.

        Args:
            domain: the kind of entity.
            state: the folded state the walk begins with.
            log: gives the entries before that state, in the order of the life; asked only where needed.
            standing: what any decision of the kind may ask.
            next_seq: the number of the next new entry; None: the one after the state's last.
            recorded: operation id of an entry → what was recorded under it, which may come out again.
            number_of: operation id → the number under which it was first recorded.
            known_at: the business moment before which nothing of this walk was known; None: as it happens.
        """
        super().__init__(domain, state, log=log, next_seq=next_seq, recorded=recorded, number_of=number_of)
        self._standing = standing
        self._known_at = known_at
        self._waiting: list[Happening] = []
        """Facts that were refused and may be possible once their ground is there."""

    # The way forward

    def happen(self, happening: Happening) -> None:
        """Pass to a fact's moment and decide it; one that may wait for its ground does."""
        self.pass_to(happening.legal_at)
        self._try(happening, happening.legal_at)
        if happening.refused is None:
            self._retry(happening.legal_at)
        elif self.domain.commands[happening.name].waits and happening.legal_at < happening.keyed_at:
            self._waiting.append(happening)

    def pass_to(self, until: datetime) -> None:
        """Carry out every agenda item due by the moment, inclusive, earliest first; effects are left to activities."""
        for _ in range(DUE_ITEMS_MAX):
            item = due_item(self.typed, until)
            if item is None:
                return
            self.carry_out(item)
            self._retry(item.at)
        message = f"{self.domain.kind}: more than {DUE_ITEMS_MAX} items due by {until}"
        raise RuntimeError(message)

    def finish(self, until: datetime) -> None:
        """Pass to the end; what still waits stays refused."""
        self.pass_to(until)

    def note(self, steps: Sequence[Step], command: Command, moment: datetime, *, caused_by: int | None) -> None:
        """Record steps as they are, whatever is due; they stay so whatever is revised later.

        What is due still happens at its own moment: the note stands before it, or that would come to stand behind it
        and be decided again at its own place by the next revision.
        """
        due = due_item(self._after(steps, moment), moment)
        own = place.of_note(moment) if due is None else place.before(due.at)
        self._record(steps, command, moment, moment, own, caused_by=caused_by)

    def _after(self, steps: Sequence[Step], moment: datetime) -> S:
        """The state with what the steps change: a note may set an item aside, or put one."""
        state = self.state
        for step in steps:
            state = fold.apply_patch(state, step.patch, on=japan_day(moment), reason=step.event)
        return self.domain.state.model_validate(state)

    def carry_out(self, item: AgendaItem) -> None:
        """Carry out one agenda item at the moment it stands for.

        Raises:
            RuntimeError: it recorded nothing, or is still on the agenda.
        """
        op = f"due/{item.item_id}/{item.at.isoformat()}/{item.caused_by}"
        asked = self._asking(op, item.at)
        context = Context(item.at, item.at, standing=asked or self._standing)
        steps = self._as_told(self.domain.due[item.event](self._numbered(op), item, context), asked)
        before = len(self.entries)
        own = place.of_due(item.at, item.item_id)
        timer = Command(op=op, at=item.at, actor=TIMER)
        self._record(steps, timer, item.at, item.at, own, caused_by=item.caused_by, asked=asked)
        if item.item_id in self.typed.agenda and self.typed.agenda[item.item_id].at == item.at:
            message = f"{self.domain.kind}: carrying out {item.item_id} at {item.at} left it on the agenda"
            raise RuntimeError(message)
        if len(self.entries) == before:
            message = f"{self.domain.kind}: carrying out {item.item_id} recorded nothing"
            raise RuntimeError(message)

    def add_told(self, happening: Happening, more: Mapping[str, Any]) -> None:
        """Tell the caller more than a fact's last step decided; kept with the entry: asked again it says the same."""
        own = max(
            (entry for entry in self.new if base_op(entry.op).partition("#")[0] == happening.op),
            key=lambda entry: (entry.decision == happening.told, entry.seq),
        )
        happening.told = {**own.decision, **more}
        told = own.model_copy(update={"decision": happening.told})
        self.new = [told if entry.seq == own.seq else entry for entry in self.new]
        self.entries = [told if entry.seq == own.seq else entry for entry in self.entries]

    def _retry(self, moment: datetime) -> None:
        """Something has changed: what waited may be possible now, the earliest first, none after its keying in."""
        for happening in list(self._waiting):
            if happening.keyed_at >= moment:
                self._try(happening, moment)
            if happening.keyed_at < moment or happening.refused is None:
                self._waiting.remove(happening)

    def _try(self, happening: Happening, moment: datetime) -> None:
        handler = self.domain.commands[happening.name]
        state = self.typed
        happening.refused = None
        if happening.shared and not self._is_reached(state, happening.command):
            return
        try:
            self._check_begun(happening, state)
            self.check_allowed(happening.name, state, late=happening.came_before)
            log = tuple(self._before()) if handler.needs_log else ()
            asked = self._asking(happening.op, happening.keyed_at)
            context = Context(moment, happening.keyed_at, log, happening.facts, asked or self._standing)
            steps = self._as_told(handler.decide(self._numbered(happening.op), happening.command, context), asked)
            self._check_moves(steps)
        except (NotAllowedError, Refusal, DatedError) as refusal:
            happening.refused = refusal
            return
        fact = None
        if (self.domain.revisable or self.domain.keeps_facts) and not handler.lasting:
            fact = Fact(
                name=happening.name,
                command=happening.command.model_dump(mode="json", exclude=set(KEYING)),
                legal_at=happening.legal_at,
                known=to_jsonable_python(happening.facts) if handler.facts is not None else {},
            )
        happening.told = self._record(
            steps,
            happening.command,
            moment,
            happening.keyed_at,
            happening.place,
            caused_by=None,
            fact=fact,
            asked=asked,
        )
        # What follows from a fact is known no earlier than the fact.
        self._known_at = self._known_by(happening.keyed_at)
        self.pass_to(moment)

    def _is_reached(self, state: S, command: Command) -> bool:
        return self.domain.shared is not None and self.domain.shared.reaches(state, command)

    def _asking(self, op: str, at: datetime) -> Asked | None:
        """The standing for one decision, which keeps its answers; what was asked before is answered the same."""
        if self.domain.keeping is None:
            return None
        known_on = japan_day(self._known_by(at))
        before = self._recorded.get(op)
        asked: Asked = self.domain.keeping.asked(self._standing, before, self._recorded_entries, known_on)
        return asked

    def _known_by(self, at: datetime) -> datetime:
        """The business moment at which what is decided at one becomes known."""
        return at if self._known_at is None else max(at, self._known_at)

    def _as_told(self, steps: Sequence[Step], asked: Asked | None) -> list[Step]:
        keeping = self.domain.keeping
        return list(steps) if keeping is None else keeping.told(steps, self.typed, asked)

    def context(self, moment: datetime, facts: object | None, since: Sequence[Entry] | None = None) -> Context:
        """What a decision now may look at: the whole log, or those entries of it."""
        if since is None:
            return Context(moment, moment, tuple(self._before()), facts, self._standing)
        gone = fold.voided(since)
        log = fold.in_order(entry for entry in since if entry.seq not in gone)
        return Context(moment, moment, tuple(log), facts, self._standing)

    # What may happen

    def check_allowed(self, name: str, state: S, *, late: bool = False) -> None:
        """Refuse what the table of states does not allow, whoever asks; `late`: it came before it was keyed in.

        Raises:
            NotAllowedError: with the state, or `CLOSED`.
        """
        if state.closed:
            message = f"The {self.domain.kind} is closed; nothing can be changed any more."
            raise NotAllowedError(message, code="CLOSED")
        operation = self.domain.operations.get(name)
        states = operation.states if operation is not None else None
        if states is not None and operation is not None and late:
            states |= operation.late
        if states is not None and state.seq and state.state not in states:
            message = f"'{name}' is not possible while the {self.domain.kind} is {state.state}."
            raise NotAllowedError(message)

    def _check_begun(self, happening: Happening, state: S) -> None:
        """A late fact from before the life it is about: its refusal says so, not what is possible today."""
        early = self.domain.too_early
        if early is not None and happening.legal_at < happening.keyed_at:
            early(state, happening.name, japan_day(happening.legal_at))

    def _check_moves(self, steps: Sequence[Step]) -> None:
        """Walk the machine through the steps before anything is recorded."""
        state = self.typed
        for step in steps:
            if step.move is not None:
                state = state.model_copy(update={"state": move(self.domain, state, step.move)})


def shared_since(
    domain: Domain[S, T], standing: T | None, since: datetime, moment: datetime, number_of: Callable[[str], int | None]
) -> list[Happening]:
    """Changes of many entities carried out since a moment, in which a life has had no part yet; earliest first.

    A life that was over on the day of such a change, or unknown, took no part in it; turns out that it went on, it does
    from that day.

    Args:
        domain: the kind of entity.
        standing: what any decision of the kind may ask; None: nothing is known.
        since: the moment from which the life is decided, inclusive.
        moment: the business moment of keying in, inclusive.
        number_of: the number of an operation id that the life holds already, also of what was voided.
    """
    # They take effect at the beginning of a Japan day: what is told on its own day has none behind it.
    if domain.shared is None or standing is None or japan_day(since) == japan_day(moment):
        return []
    name = domain.shared.name
    found = []
    for each in domain.shared.carried_out(standing):
        legal_at = each.happened_at()
        if legal_at is None or not since <= legal_at <= moment or number_of(str(each.op)):
            continue
        command = each.model_copy(update={"at": moment})
        rank = domain.commands[name].rank
        found.append(Happening(name, command, str(each.op), legal_at, moment, rank=rank, shared=True))
    return sorted(found, key=lambda happening: happening.place)


def due_item(state: EntityState, until: datetime) -> AgendaItem | None:
    """The earliest item due by the moment that a pure decision carries out."""
    due = [item for item in state.agenda.values() if item.effect is None and item.error_id is None and item.at <= until]
    return min(due, key=lambda item: (item.at, item.item_id), default=None)
