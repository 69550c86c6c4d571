"""What happens in its order: it is appended, with what falls due before it and what follows from it up to now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from decisions import approval, revise
from decisions.domain import Handler, NotAllowedError, S, Step, T
from decisions.lists import Moves, takes_back, with_numbers
from decisions.recording.again import base_op
from decisions.recording.book import never
from decisions.recording.outcome import Pass
from decisions.revision_summary import Revised, laid_out
from decisions.walk import Happening, Walk, shared_since
from models import place
from models.messages.entity import Answer, Command
from rules.calendar import japan_day
from rules.refusal import Refusal


class NoRoomError(Exception):
    """What was decided has no room beside another entity."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep what the caller is told."""
        super().__init__(refusal.detail)
        self.refusal = refusal


class InOrder(Pass[S, T]):
    """A pass that appends: facts in the order of the life, and what falls due by itself."""

    def carry_out_due(self, until: datetime) -> None:
        """Carry out every agenda item due by the moment, inclusive, earliest first; effects are left to activities."""
        walk = self._walk()
        walk.pass_to(until)
        self._take(walk)
        self._say_once()

    def carry_out(self, item_id: str) -> None:
        """Carry out one agenda item at the moment it stands for.

        Raises:
            KeyError: it is not on the agenda.
            RuntimeError: it recorded nothing, or is still on the agenda.
        """
        walk = self._walk()
        walk.carry_out(walk.typed.agenda[item_id])
        self._take(walk)

    def note(self, steps: Sequence[Step], command: Command, *, caused_by: int | None) -> None:
        """Record steps as they are, whatever is due: what a defect left undone must not hinder noting it."""
        walk = self._walk()
        walk.note(steps, command, self.moment, caused_by=caused_by)
        self._take(walk)

    def _in_order(self, happening: Happening, command: Command) -> None:
        """Append a fact. One that itself says what falls is held like a revision where that is against the customer."""
        walk = self._walk()
        walk.happen(happening)
        for each in self._shared_since(happening):
            walk.happen(each)
        walk.finish(self.moment)
        self._check_room(walk.state)
        fallen = [entry for entry in self._so_far() if entry.seq in gone] if (gone := walk.voids()) else []
        moved = self._billed(walk) if happening.refused is None else []
        if fallen:
            revised = laid_out(self.domain, self.outcome.state, walk, fallen, happening)
            typed = self.domain.state.model_validate
            against = revised.against(typed(self.outcome.state), typed(walk.state))
            if against and not command.approved:
                self.carry_out_due(self.moment)
                revised.told = {**happening.told, **revised.told}
                last = revise.last_place(self._so_far())
                self._hold(last, revise.Change(insert=happening), command, revised, against)
                return
            walk.add_told(happening, revised.told)
        told = happening.told
        if not fallen and takes_back(moved):
            told = {**told, **laid_out(self.domain, self.outcome.state, walk, (), happening, moved).told}
        self._take(walk)
        if happening.refused is not None:
            raise happening.refused
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=told)

    def _happen_as_before(self, name: str, command: Command) -> None:
        """A log of an earlier release does not hold its facts: what the entry caused is voided, nothing more."""
        walk = self._walk()
        happening = Happening(name, command, str(command.op), self.moment, self.moment, self.facts)
        walk.happen(happening)
        walk.finish(self.moment)
        self._check_room(walk.state)
        self._take(walk)
        if happening.refused is not None:
            raise happening.refused
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=happening.told)

    def _shared_since(self, happening: Happening) -> list[Happening]:
        """Changes of many carried out since a fact that was keyed in late: the life as it was then had no part in them.

        It began only now, or had left and comes back by this fact.
        """
        if happening.refused is not None:
            return []
        found = shared_since(self.domain, self.standing, happening.legal_at, self.moment, never)
        taken = {base_op(entry.op) for entry in self._so_far()} if found and self.log_begun else set()
        return [each for each in found if each.op not in taken]

    def _billed(self, walk: Walk[S, T]) -> list[Moves]:
        """What is billed already and moves by what was decided in order."""
        before, after = self.outcome.state, walk.state
        # Of a life that begins nothing can be billed: one taken over has had its fees elsewhere for years.
        if not self.log_begun or all(before.get(name) == after.get(name) for name in self.domain.revision.billed_by):
            return []
        typed = self.domain.state.model_validate
        on = japan_day(self.moment)
        return self.domain.revision.billed(typed(self.outcome.state), walk.typed, self.standing, on)

    def _check_beside(self, happening: Happening) -> None:
        """Of two facts of one kind and one moment the second takes nothing from the first: it is refused as ever.

        Raises:
            NotAllowedError: what was decided last leaves no room for it.
        """
        self._walk().happen(happening)
        if isinstance(happening.refused, NotAllowedError):
            raise happening.refused

    def _happening(self, name: str, handler: Handler[S], command: Command) -> Happening:
        """The fact at its legal moment: never after its keying in, never before the life began.

        Where the log does not hold its facts, as one of an earlier release, it counts from its keying in.
        """
        if (
            not self.domain.revisable
            or handler.lasting
            or (self.outcome.state.get("latest") is None and self.log_begun)
        ):
            return Happening(name, command, str(command.op), self.moment, self.moment, self.facts)
        latest = self.outcome.state.get("latest")
        happened_at = command.happened_at()
        if happened_at is None:
            legal_at = max(self.moment, place.moment_of(latest)) if latest is not None else self.moment
            return Happening(name, command, str(command.op), legal_at, self.moment, self.facts, rank=handler.rank)
        legal_at = min(happened_at, self.moment)
        if legal_at < self.moment and self.domain.revisable and place.is_late(legal_at, latest):
            first = self.past.began() if self.past is not None else revise.began(self.log)
            legal_at = min(revise.after_beginning(first, legal_at), self.moment)
        return Happening(name, command, str(command.op), legal_at, self.moment, self.facts, rank=handler.rank)

    def _check_room(self, state: dict[str, Any]) -> None:
        """Pass where what was decided has room beside other entities; otherwise nothing of it is taken.

        Raises:
            NoRoomError: it has none.
        """
        if self.domain.room is None or self.standing is None:
            return
        typed = self.domain.state.model_validate
        refusal = self.domain.room(typed(self.outcome.before), typed(state), self.standing)
        if refusal is not None:
            self.carry_out_due(self.moment)
            raise NoRoomError(refusal)

    def _hold(
        self, last: str | None, change: revise.Change, command: Command, revised: Revised[S, T], against: Sequence[str]
    ) -> None:
        """Record that a change waits; what it comes to is shown as an approval tells it."""
        once = self._once(revised.outgoing, revised.entries, self.outcome.state, revised.state)
        waiting = replace(revised, outgoing=once.goes, told=with_numbers(revised.told, once.changed))
        state = self.outcome.state
        self._adopt(approval.hold(self.domain, state, last, change, command, self.moment, waiting, against))
        self.outcome.waiting = waiting
