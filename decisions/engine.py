"""The order of deciding: what is due by a fact's legal moment first, then the fact, then what follows up to now.

A life is a function of its facts. What comes in order is simply appended (`Run.command`); what is late, an undo or a
correction decides the rest of the life again (`decisions.revise`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from decisions import approval, revise
from decisions.domain import Context, Handler, NotAllowedError, S, Step, T, TakenOut
from decisions.in_order import InOrder, NoRoomError
from decisions.lists import together
from decisions.past import Past
from decisions.recording.outcome import Outcome
from decisions.revision_summary import Revised
from decisions.walk import Walk
from models import place
from models.actors import TIMER
from models.messages.entity import Answer, Command, DecideRevision, DecisionFailed, Held, Refused
from rules.dated import DatedError
from rules.refusal import Refusal

__all__ = ["AnyRun", "Outcome", "Run"]


class Run(InOrder[S, T]):
    """A pass that decides commands: in their order, late, undone, corrected, held and approved."""

    def due(self, until: datetime) -> None:
        """Carry out what is due, and show anew what waits for an approval where it comes to something else by that."""
        self.carry_out_due(until)
        self._hold_again(Command(op=TIMER, at=self.moment, actor=TIMER))

    def set_aside(self, failed: DecisionFailed) -> None:
        """Note that a defect keeps from laying out what waits: it alone is left, everything else goes on."""
        last = revise.last_place(self._so_far())
        self._adopt(approval.set_aside(self.domain, self.outcome.state, last, failed, self.moment))

    def command(self, name: str, command: Command) -> None:
        """Decide a command and show anew what waits for an approval where it comes to something else by that.

        A refusal is kept as a value, with what had fallen due before it.
        """
        self.decide(name, command)
        self._hold_again(command)

    def decide(self, name: str, command: Command) -> None:
        """Decide a command, and leave what waits besides as it was shown.

        What is approved is what was shown: where something fell due meanwhile, that is looked at first.
        """
        if isinstance(command, DecideRevision) and command.accept:
            self.due(self.moment)
        self._decide(name, command)

    def lay_out(self, held_id: str) -> None:
        """Show one that waits anew, where it comes to something else by now.

        Raises:
            Exception: a defect of ours in it; nothing of this entity is wrong but what waits.
        """
        self._hold_again_one(held_id, Command(op=TIMER, at=self.moment, actor=TIMER))

    def _decide(self, name: str, command: Command) -> None:
        handler = self.domain.commands[name]
        try:
            if isinstance(command, DecideRevision):
                self._decide_revision(command)
            elif handler.takes_out is not None:
                self._take_out(name, handler, command)
            else:
                self._happen(name, handler, command)
        except NoRoomError as error:
            if handler.no_room is None:
                self._refuse(error.refusal)
            else:
                self._kept_instead(handler.no_room, command, error.refusal)
        except (NotAllowedError, Refusal, DatedError) as refusal:
            self._refuse(refusal)
        self._say_once()
        self.close(command)

    def close(self, command: Command) -> None:
        """Close the record of what is over where the command, or what was noted, was the last thing it waited for."""
        if not self.outcome.entries:
            return
        steps = self.domain.closes(self.outcome.before, self.outcome.state, self.standing, self.moment)
        if steps:
            self.note(steps, Command(op=f"{command.op}/closes", at=self.moment, actor=TIMER), caused_by=None)

    # A fact

    def _happen(self, name: str, handler: Handler[S], command: Command) -> None:
        if handler.refutes is not None and self._refute(handler.refutes, command):
            taken_out, sent = self.outcome.answer, len(self.outcome.outgoing)
            self._decide_fact(name, handler, command)
            if taken_out is not None and self.outcome.answer is not None:
                rest = [message for _, message in self.outcome.outgoing[sent:]]
                lists = together(taken_out.decision, self.outcome.answer.decision, rest)
                self.outcome.answer = self.outcome.answer.model_copy(update={"decision": lists})
            return
        self._decide_fact(name, handler, command)

    def _decide_fact(self, name: str, handler: Handler[S], command: Command) -> None:
        happening = self._happening(name, handler, command)
        latest = self.outcome.state.get("latest")
        in_order = latest is None or happening.is_appended or happening.place > latest
        in_order = in_order and not self.outcome.state.get("ungrounded")
        if self.domain.revisable and not handler.lasting and not in_order:
            self.carry_out_due(self.moment)
            if place.is_beside(happening.place, latest):
                self._check_beside(replace(happening))
            past = self.past if self.past is not None and happening.place > self.past.place else None
            self._revise(revise.Change(insert=happening), command, past)
            return
        self._in_order(happening, command)

    def _refute(self, refutes: Callable[[S, Any, Context], TakenOut | None], command: Command) -> bool:
        """Take out what this fact shows to be wrong, before it is decided itself; gives whether there was anything."""
        self.carry_out_due(self.moment)
        walk = self._walk()
        taken = refutes(walk.typed, command, walk.context(self.moment, self.facts))
        if taken is not None and revise.is_revisable(taken.entry):
            other = command.model_copy(update={"op": f"{command.op}/refutes", "approved": True})
            self._revise(revise.Change(takes_out=taken), other)
            return True
        return False

    def _take_out(self, name: str, handler: Handler[S], command: Command) -> None:
        self.carry_out_due(self.moment)
        walk = self._walk()
        walk.check_allowed(name, walk.typed)
        lately = self._taken_lately(handler, command, walk)
        taken = lately
        if taken is None and handler.takes_out is not None:
            taken = handler.takes_out(walk.typed, command, walk.context(self.moment, self.facts))
        if taken is None or not revise.is_revisable(taken.entry):
            self._happen_as_before(name, command)
            return
        self._revise(revise.Change(takes_out=taken), command, self.past if lately is not None else None)

    def _taken_lately(self, handler: Handler[S], command: Command, walk: Walk[S, T]) -> TakenOut | None:
        """What is to be taken out, where it happened lately in a long life; None: the whole log has to say."""
        if self.past is None or handler.takes_out is None:
            return None
        try:
            taken = handler.takes_out(walk.typed, command, walk.context(self.moment, self.facts, self._since()))
        except (NotAllowedError, Refusal):
            return None
        return taken if self.past.reaches(taken.entry) and revise.is_revisable(taken.entry) else None

    def _kept_instead(
        self, steps: Callable[[S, Any, Context, Refusal], list[Step]], command: Command, refusal: Refusal
    ) -> None:
        walk = self._walk()
        made = steps(walk.typed, command, Context(self.moment, self.moment), refusal)
        walk.note(made, command, self.moment, caused_by=None)
        self._take(walk)
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=walk.new[-1].decision)

    # Out of order

    def _revise(self, change: revise.Change, command: Command, past: Past | None = None) -> None:
        log = self._so_far() if past is None else self._since()
        whole = self._so_far if past is not None else None
        revised = revise.revise(self.domain, log, change, self.moment, command, self.standing, past, whole)
        self._check_room(revised.state)
        against = self._against(change, revised)
        if against and not command.approved:
            self._hold(revise.last_place(log, past), change, command, revised, against)
            return
        self._adopt(revised)

    def _against(self, change: revise.Change, revised: Revised[S, T]) -> list[str]:
        """Why the revision is against the customer.

        Where all that was decided keeps its outcome and its day, a late fact is against nobody for what it would
        have done had it been keyed in last: that is the customer's own letter, not a revision.
        """
        typed = self.domain.state.model_validate
        after = typed(revised.state)
        found = revised.against(typed(self.outcome.state), after)
        if not found or change.insert is None or not revised.keeps_outcomes:
            return found
        walk = self._walk()
        latest = self.outcome.state["latest"]
        last = replace(change.insert, legal_at=max(self.moment, place.moment_of(latest)), told={})
        walk.happen(last)
        walk.finish(self.moment)
        return found if last.refused is not None else self.domain.revision.against(walk.typed, after)

    # What waits for an approval

    def _decide_revision(self, command: DecideRevision) -> None:
        """An operator approves or refuses what is held (X-05)."""
        self.carry_out_due(self.moment)
        held = self.domain.state.model_validate(self.outcome.state).awaiting.get(command.held_id)
        if held is None:
            message = f"No revision {command.held_id} waits for approval."
            values = {"held": command.held_id}
            if again := approval.waits_as(self._so_far(), command.held_id):
                message += f" It comes to something else by now and waits as {again}."
                values["waits_as"] = again
            raise NotAllowedError(message, code="NOTHING_HELD", articles=("X-05",), values=values)
        last = revise.last_place(self._so_far())
        decided = approval.answered(self.domain, self.outcome.state, last, command, self.moment)
        if not command.accept:
            self._adopt(decided)
            return
        if held.fact is not None and not self.domain.revisable:
            self._adopt(decided)
            self._approved(held, command.held_id)
            return
        change = self._change_of(held, command.held_id)
        so_far = [*self._so_far(), *decided.entries]
        made = Command(
            op=f"{command.op}/revision",
            at=held.keyed_at,
            actor=held.actor,
            on_behalf_of=held.on_behalf_of,
            reason_code=held.reason_code,
            note_id=held.note_id,
            approved=True,
        )
        revised = revise.revise(self.domain, so_far, change, self.moment, made, self.standing)
        self._check_room(revised.state)
        self._adopt(decided)
        self._adopt(revised)

    def _approved(self, held: Held, held_id: str) -> None:
        """A held fact of a life without places: it happens now, as whoever keyed it in said."""
        happening = revise.happening_of(self.domain, held.fact, f"held/{held_id}", held) if held.fact else None
        if happening is None:
            message = f"What waits as {held_id} is no fact."
            raise TypeError(message)
        command = happening.command.model_copy(update={"at": self.moment, "approved": True})
        self._in_order(replace(happening, command=command, legal_at=self.moment, keyed_at=self.moment), command)

    def _change_of(self, held: Held, held_id: str) -> revise.Change:
        if held.fact is None:
            entry = revise.first_of(self._so_far(), str(held.takes_out))
            if entry is None:
                message = "What it would take out has been taken out meanwhile."
                raise NotAllowedError(message, code="NOTHING_HELD", articles=("X-05",))
            outcome = "corrected" if held.event == "correct" else "undone"
            return revise.Change(takes_out=TakenOut(entry, held.event, outcome))
        return revise.Change(insert=revise.happening_of(self.domain, held.fact, f"held/{held_id}", held))

    def _hold_again(self, command: Command) -> None:
        """What waits is shown anew where what was just recorded makes it come to something else."""
        if all(entry.event in {approval.HOLD, approval.ANSWER} for entry in self.outcome.entries):
            return
        for held_id in approval.laid_out(self.outcome.state):
            self._hold_again_one(held_id, command)

    def _hold_again_one(self, held_id: str, command: Command) -> None:
        shown = next((entry for entry in self._so_far() if str(entry.seq) == held_id), None)
        comes = self._once_approved(held_id)
        if shown is None or not approval.is_as_shown(shown, comes):
            last = revise.last_place(self._so_far())
            state = self.outcome.state
            held = approval.hold_again(self.domain, state, last, held_id, command, self.moment, comes)
            self.outcome.state = held.state
            self.outcome.entries.extend(held.entries)

    def _once_approved(self, held_id: str) -> Revised[S, T] | Refused:
        """What an approval of what waits would come to now; nothing of it is recorded."""
        tried = Run(self.domain, self.outcome.state, self.moment, log=self._so_far(), standing=self.standing)
        answer = DecideRevision(op=f"tried/{held_id}", at=self.moment, held_id=held_id, accept=True, approved=True)
        tried._decide(approval.ANSWER, answer)
        made = tried.outcome
        if made.refused is not None or made.answer is None:
            return made.refused or Refused(status=409, code="NOTHING_DECIDED", detail="Nothing is decided.")
        told = made.answer.decision
        return Revised(self.domain, made.state, made.entries, made.outgoing, told)


AnyRun = Run[Any, Any]
"""A pass over an entity whose kind is known by its name only."""
