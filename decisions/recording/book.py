"""The entries of one walk through a life: each step as an entry, under its number and at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic

from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.domain import Asked, Domain, Outgoing, S, Step, T, move
from decisions.recording.again import REVISED, same, signed
from models import place
from models.messages.entity import Command, Entry, Fact, Patch, Told
from rules.calendar import japan_day

UNTOLD = frozenset({"INQUIRY"})
"""Messages whose text is not kept in the log: it may be personal."""


def never(_op: str) -> None:
    """Of a life whose earlier records nobody knows: nothing was recorded under any operation id."""


class Book(Generic[S, T]):
    """What has been recorded of a life, and what a walk adds to it.

    Entries that come out as they were recorded before are taken as recorded; see `again.same`.
    """

    def __init__(
        self,
        domain: Domain[S, T],
        state: dict[str, Any],
        *,
        log: Callable[[], Sequence[Entry]] = tuple,
        next_seq: int | None = None,
        recorded: Mapping[str, Entry] | None = None,
        number_of: Callable[[str], int | None] = never,
    ) -> None:
        """Begin.

        Args:
            domain: the kind of entity.
            state: the folded state it begins with.
            log: gives the entries before that state, in the order of the life; asked only where needed.
            next_seq: the number of the next new entry; None: the one after the state's last.
            recorded: operation id of an entry → what was recorded under it, which may come out again.
            number_of: operation id → the number under which it was first recorded.
        """
        self.domain = domain
        self.state = dict(state)
        self.entries: list[Entry] = []
        """Every entry of the walk, in order, those that came out as recorded included."""
        self.new: list[Entry] = []
        self.outgoing: dict[int, list[Outgoing]] = {}
        """Messages of new entries, by number."""
        self.last_place: str | None = state.get("latest")
        self._log = log
        self._earlier: list[Entry] | None = None
        self._next_seq = next_seq if next_seq is not None else int(state["seq"]) + 1
        self._recorded = dict(recorded or {})
        self._recorded_entries = tuple(self._recorded.values())
        self._number_of = number_of
        self._typed: tuple[dict[str, Any], S] | None = None

    @property
    def typed(self) -> S:
        """The typed state as it stands now; handlers only read it."""
        if self._typed is None or self._typed[0] is not self.state:
            # Every entry makes a new document, so the same document is the same state.
            self._typed = (self.state, self.domain.state.model_validate(self.state))
        return self._typed[1]

    def keep(self, entry: Entry) -> None:
        """Take a recorded entry as it is."""
        self._append(entry)

    def voids(self) -> set[int]:
        """Numbers of recorded entries that new ones void by what they say themselves."""
        return {seq for entry in self.new for seq in entry.voids}

    def _before(self) -> list[Entry]:
        if self._earlier is None:
            gone = fold.voided(loaded := list(self._log()))
            self._earlier = fold.in_order(entry for entry in loaded if entry.seq not in gone)
        return [*self._earlier, *self.entries]

    def _numbered(self, op: str) -> S:
        """The state with the number before the entry's: ids that rest on it stay what they were when first recorded."""
        number = self._number_of(op) or self._next_seq
        state = self.typed
        return state if state.seq == number - 1 else state.model_copy(update={"seq": number - 1})

    def _record(
        self,
        steps: Sequence[Step],
        command: Command,
        moment: datetime,
        keyed_at: datetime,
        own_place: str,
        *,
        caused_by: int | None,
        fact: Fact | None = None,
        asked: Asked | None = None,
    ) -> dict[str, Any]:
        """Append the steps as entries; gives what the caller is told: the last decision that is not aside."""
        answer: dict[str, Any] = {}
        first: int | None = None
        for index, step in enumerate(steps):
            state = self.typed
            to_state = move(self.domain, state, step.move) if step.move is not None else None
            begins = self.state["seq"] == 0
            if begins:
                to_state = to_state or state.state
            received_at = step.received_at or moment
            effective_on = step.decision.effective_on or japan_day(received_at)
            told = step.decision.as_json()
            if step.decision.effective_on is not None:
                told["retroactive"] = effective_on < japan_day(keyed_at)
            answer = answer if step.aside else told
            self.last_place = place.behind(self.last_place, own_place)
            entry = Entry(
                seq=self._next_seq,
                op=str(command.op) if index == 0 else f"{command.op}#{index + 1}",
                event=step.event,
                from_state=None if begins else state.state,
                to_state=to_state,
                received_at=received_at,
                at=keyed_at,
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
                patch=self._without_moot(step, to_state, effective_on),
                decision=told,
                place=self.last_place,
                fact=fact if index == 0 else None,
                told=[kept(message) for message in step.outgoing],
                known=dict(asked.asked) if index == 0 and asked is not None else {},
            )
            seq = self._add(entry, step)
            first = first or seq
        return answer

    def _without_moot(self, step: Step, to_state: str | None, on: date) -> Patch:
        """What the step changes, and the tasks that it leaves without an object."""
        if step.voids or not (self.state.get("tasks") or step.patch.put.get("tasks")):
            return step.patch
        after = fold.apply_patch(self.state, step.patch, on=on, reason=step.event)
        typed = self.domain.state.model_validate({**after, **({"state": to_state} if to_state else {})})
        moot = self.domain.moot_tasks(self.typed, typed)
        return step.patch if moot is None else step.patch + moot

    def _add(self, entry: Entry, step: Step) -> int:
        """The entry, as it was recorded where it comes out the same, or as a new one; gives its number."""
        before = self._recorded.get(entry.op)
        if before is not None and same(self.domain.state, before, signed(entry, before.seq)):
            self._append(before)
            return before.seq
        entry = signed(entry, self._next_seq)
        if before is not None or self._number_of(entry.op) is not None:
            entry = entry.model_copy(update={"op": f"{entry.op}{REVISED}{entry.seq}"})
        self._next_seq += 1
        self.new.append(entry)
        if step.outgoing:
            self.outgoing[entry.seq] = list(step.outgoing)
        if entry.voids:
            # Of a log of an earlier release: the fold leaves out what is voided, wherever it stands.
            self._refold(entry)
        else:
            self._append(entry)
        return entry.seq

    def _append(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.state = fold.apply_entry(self.state, entry)
        self.last_place = self.state.get("latest") or self.last_place

    def _refold(self, entry: Entry) -> None:
        log = [*self._before(), entry]
        state = fold.fold(self.domain.state().model_dump(mode="json"), log)
        moved = state["state"] if state["state"] != entry.from_state else None
        self.new[-1] = entry.model_copy(update={"to_state": moved})
        self.entries.append(self.new[-1])
        self.state = state


def kept(message: Outgoing) -> Told:
    """A message as the log keeps it."""
    data = {} if message.name in UNTOLD else message.data
    return Told(channel=message.channel, name=message.name, data=to_jsonable_python(dict(data)))
