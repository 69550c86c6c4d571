"""The order of deciding: what is due by a fact's legal moment first, then the fact, then what follows up to now.

A life is a function of its facts. What comes in order is simply appended (`Run.command`); what is late, an undo or a
correction decides the rest of the life again (`decisions.revise`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic_core import to_jsonable_python

from decisions import approval, revise
from decisions.domain import Context, Domain, Handler, NotAllowedError, Outgoing, Step, TakenOut
from decisions.lists import Moves, takes_back, together, with_numbers
from decisions.past import Past
from decisions.revision_summary import Revised, laid_out
from decisions.walk import Happening, Refusals, Walk, base_op, never, shared_since
from models import place
from models.actors import TIMER
from models.messages.entity import Answer, Command, DecideRevision, DecisionFailed, Entry, Held, Refused
from rules.calendar import japan_day
from rules.dated import DatedError
from rules.refusal import Refusal


@dataclass
class Outcome:
    """What a run of the engine recorded, ready to be written in one transaction."""

    state: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    """The state the run began with."""
    entries: list[Entry] = field(default_factory=list)
    """New entries, by number."""
    outgoing: list[tuple[int, Outgoing]] = field(default_factory=list)
    """With the sequence number of the entry that sends it."""
    answer: Answer | None = None
    refused: Refused | None = None
    waiting: Revised | None = None
    """What a change comes to that is held: nothing of it is recorded before an operator approves it."""


class _NoRoomError(Exception):
    """What was decided has no room beside another entity."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep what the caller is told."""
        super().__init__(refusal.detail)
        self.refusal = refusal


class Run:
    """One pass over one entity at one business moment, the moment of keying in."""

    def __init__(
        self,
        domain: Domain[Any],
        state: dict[str, Any],
        moment: datetime,
        *,
        log: Callable[[], Sequence[Entry]] | Sequence[Entry] = (),
        past: Callable[[], Past | None] | None = None,
        facts: object | None = None,
        standing: Any,
    ) -> None:
        """Begin.

        Args:
            domain: the kind of entity.
            state: its folded state.
            moment: the business moment.
            log: its whole log, or what loads it: asked only where a decision needs it.
            past: loads a point of a long life, for what happened lately; None: there is none.
            facts: what was looked up for the command, of its handler's type.
            standing: what any decision of the kind may ask, of the domain's type.
        """
        self.domain = domain
        self.moment = moment
        self.facts = facts
        self.standing = standing
        self.outcome = Outcome(state=dict(state), before=dict(state))
        self._load = log
        self._log: list[Entry] | None = None
        self._load_past = past

    @property
    def log(self) -> list[Entry]:
        """The whole log as it was when the run began."""
        if self._log is None:
            self._log = list(self._load() if callable(self._load) else self._load)
        return self._log

    @cached_property
    def past(self) -> Past | None:
        """A point of a long life, where there is one and nothing of the life waits for its ground."""
        if self._log is not None or self._load_past is None or self.outcome.state.get("ungrounded"):
            return None
        return self._load_past()

    @property
    def typed(self) -> Any:
        """The typed state as it stands now."""
        return self.domain.state.model_validate(self.outcome.state)

    @property
    def log_begun(self) -> bool:
        """Whether anything was recorded before."""
        return bool(self.outcome.state["seq"])

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
        except _NoRoomError as error:
            if handler.no_room is None:
                self._refuse(error.refusal)
            else:
                self._kept_instead(handler.no_room, command, error.refusal)
        except (NotAllowedError, Refusal, DatedError) as refusal:
            self._refuse(refusal)
        self._say_once()
        self._close(command)

    def _close(self, command: Command) -> None:
        """Close the record of what is over where the command was the last thing that it waited for."""
        if not self.outcome.entries:
            return
        steps = self.domain.closes(self.outcome.before, self.outcome.state, self.standing, self.moment)
        if steps:
            self.note(steps, Command(op=f"{command.op}/closes", at=self.moment, actor=TIMER), caused_by=None)

    # In order

    def _happen(self, name: str, handler: Handler[Any], command: Command) -> None:
        if handler.refutes is not None and self._refute(handler.refutes, command):
            taken_out, sent = self.outcome.answer, len(self.outcome.outgoing)
            self._decide_fact(name, handler, command)
            if taken_out is not None and self.outcome.answer is not None:
                rest = [message for _, message in self.outcome.outgoing[sent:]]
                lists = together(taken_out.decision, self.outcome.answer.decision, rest)
                self.outcome.answer = self.outcome.answer.model_copy(update={"decision": lists})
            return
        self._decide_fact(name, handler, command)

    def _decide_fact(self, name: str, handler: Handler[Any], command: Command) -> None:
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

    def _shared_since(self, happening: Happening) -> list[Happening]:
        """Changes of many carried out since a fact that was keyed in late: the life as it was then had no part in them.

        It began only now, or had left and comes back by this fact.
        """
        if happening.refused is not None:
            return []
        found = shared_since(self.domain, self.standing, happening.legal_at, self.moment, never)
        taken = {base_op(entry.op) for entry in self._so_far()} if found and self.log_begun else set()
        return [each for each in found if each.op not in taken]

    def _billed(self, walk: Walk) -> list[Moves]:
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

    def _happening(self, name: str, handler: Handler[Any], command: Command) -> Happening:
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

    # Out of order

    def _refute(self, refutes: Callable[[Any, Any, Context], TakenOut | None], command: Command) -> bool:
        """Take out what this fact shows to be wrong, before it is decided itself; gives whether there was anything."""
        self.carry_out_due(self.moment)
        walk = self._walk()
        taken = refutes(walk.typed, command, walk.context(self.moment, self.facts))
        if taken is not None and revise.is_revisable(taken.entry):
            other = command.model_copy(update={"op": f"{command.op}/refutes", "approved": True})
            self._revise(revise.Change(takes_out=taken), other)
            return True
        return False

    def _take_out(self, name: str, handler: Handler[Any], command: Command) -> None:
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

    def _taken_lately(self, handler: Handler[Any], command: Command, walk: Walk) -> TakenOut | None:
        """What is to be taken out, where it happened lately in a long life; None: the whole log has to say."""
        if self.past is None or handler.takes_out is None:
            return None
        try:
            taken = handler.takes_out(walk.typed, command, walk.context(self.moment, self.facts, self._since()))
        except (NotAllowedError, Refusal):
            return None
        return taken if self.past.reaches(taken.entry) and revise.is_revisable(taken.entry) else None

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

    def _hold(
        self, last: str | None, change: revise.Change, command: Command, revised: Revised, against: Sequence[str]
    ) -> None:
        """Record that a change waits; what it comes to is shown as an approval tells it."""
        sent, changed = self._once(revised.outgoing, revised.entries, self.outcome.state, revised.state)
        waiting = replace(revised, outgoing=sent, told=with_numbers(revised.told, changed))
        state = self.outcome.state
        self._adopt(approval.hold(self.domain, state, last, change, command, self.moment, waiting, against))
        self.outcome.waiting = waiting

    def _against(self, change: revise.Change, revised: Revised) -> list[str]:
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

    def _once_approved(self, held_id: str) -> Revised | Refused:
        """What an approval of what waits would come to now; nothing of it is recorded."""
        tried = Run(self.domain, self.outcome.state, self.moment, log=self._so_far(), standing=self.standing)
        answer = DecideRevision(op=f"tried/{held_id}", at=self.moment, held_id=held_id, accept=True, approved=True)
        tried._decide(approval.ANSWER, answer)
        made = tried.outcome
        if made.refused is not None or made.answer is None:
            return made.refused or Refused(status=409, code="NOTHING_DECIDED", detail="Nothing is decided.")
        told = made.answer.decision
        return Revised(self.domain, made.state, made.entries, made.outgoing, told)

    def _change_of(self, held: Held, held_id: str) -> revise.Change:
        if held.fact is None:
            entry = revise.first_of(self._so_far(), str(held.takes_out))
            if entry is None:
                message = "What it would take out has been taken out meanwhile."
                raise NotAllowedError(message, code="NOTHING_HELD", articles=("X-05",))
            outcome = "corrected" if held.event == "correct" else "undone"
            return revise.Change(takes_out=TakenOut(entry, held.event, outcome))
        return revise.Change(insert=revise.happening_of(self.domain, held.fact, f"held/{held_id}", held))

    # Beside other entities

    def _check_room(self, state: dict[str, Any]) -> None:
        """Pass where what was decided has room beside other entities; otherwise nothing of it is taken.

        Raises:
            _NoRoomError: it has none.
        """
        if self.domain.room is None:
            return
        typed = self.domain.state.model_validate
        refusal = self.domain.room(typed(self.outcome.before), typed(state), self.standing)
        if refusal is not None:
            self.carry_out_due(self.moment)
            raise _NoRoomError(refusal)

    def _kept_instead(
        self, steps: Callable[[Any, Any, Context, Refusal], list[Step]], command: Command, refusal: Refusal
    ) -> None:
        walk = self._walk()
        made = steps(walk.typed, command, Context(self.moment, self.moment), refusal)
        walk.note(made, command, self.moment, caused_by=None)
        self._take(walk)
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=walk.new[-1].decision)

    # Results

    def _so_far(self) -> list[Entry]:
        return [*self.log, *self.outcome.entries]

    def _since(self) -> list[Entry]:
        """What has been recorded since the point of the life that is known."""
        return [*(self.past.since if self.past is not None else ()), *self.outcome.entries]

    def _walk(self) -> Walk:
        return Walk(self.domain, self.outcome.state, log=self._so_far, standing=self.standing)

    def _take(self, walk: Walk) -> None:
        self.outcome.state = walk.state
        self.outcome.entries.extend(walk.new)
        self.outcome.outgoing.extend(
            (entry.seq, each) for entry in walk.new for each in walk.outgoing.get(entry.seq, ())
        )

    def _adopt(self, revised: Revised) -> None:
        self.outcome.state = revised.state
        self.outcome.entries.extend(revised.entries)
        self.outcome.outgoing.extend(revised.outgoing)
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=revised.told)

    def _say_once(self) -> None:
        """Of what goes out together nothing is said twice, whatever was carried out at once; what is told says so."""
        entries = self.outcome.entries
        if not entries:
            return
        sent, changed = self._once(self.outcome.outgoing, entries, self.outcome.before, self.outcome.state)
        self.outcome.outgoing = sent
        if not changed:
            return
        self.outcome.entries = [
            entry.model_copy(update={"decision": with_numbers(entry.decision, changed)}) for entry in entries
        ]
        answer = self.outcome.answer
        if answer is not None:
            self.outcome.answer = answer.model_copy(update={"decision": with_numbers(answer.decision, changed)})

    def _once(
        self,
        sent: list[tuple[int, Outgoing]],
        entries: Sequence[Entry],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> tuple[list[tuple[int, Outgoing]], dict[str, int]]:
        """What goes out of messages, by entry, and how many of a name do, of each of which that is another number."""
        messages = [message for _, message in sent]
        made = self.domain.revision.once(messages, before, after, japan_day(self.moment))
        if made == messages:
            return sent, {}
        numbers = [seq for seq, _ in sent] + [entries[-1].seq] * (len(made) - len(sent))
        left = [(seq, each) for seq, each in zip(numbers, made, strict=True) if each is not None]
        goes = Counter(message.name for _, message in left)
        was = Counter(message.name for message in messages)
        return left, {name: goes[name] for name in {*goes, *was} if goes[name] != was[name]}

    def _refuse(self, refusal: Refusals) -> None:
        if isinstance(refusal, NotAllowedError):
            state = self.domain.state.model_validate(self.outcome.state)
            self.outcome.refused = Refused(
                status=409,
                code=refusal.code,
                detail=refusal.detail,
                articles=list(refusal.articles),
                values=to_jsonable_python(refusal.values),
                state=state.state,
                allowed=self.domain.allowed(state),
            )
        elif isinstance(refusal, Refusal):
            self.outcome.refused = Refused(
                status=422,
                code=refusal.code,
                detail=refusal.detail,
                articles=list(refusal.articles),
                values=to_jsonable_python(refusal.values),
            )
        else:
            self.outcome.refused = Refused(status=422, code="NO_TERM_FOR_DATE", detail=str(refusal), articles=["X-04"])
