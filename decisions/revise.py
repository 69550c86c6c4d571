"""Deciding the rest of a life again: a late fact at its legal place, an undo, a correction.

What comes out as it was recorded stays untouched; what comes out otherwise is voided and replaced by entries that
name the fact that caused it. A fact whose ground has gone becomes an operator's task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Generic

from pydantic import TypeAdapter

from decisions import fold
from decisions.common.defects import FAILED
from decisions.domain import Domain, S, T, TakenOut
from decisions.past import Past
from decisions.recording.again import base_op
from decisions.revision_summary import TAKES_OUT, Revised, summed_up
from decisions.walk import Happening, Walk, shared_since
from models import place
from models.messages.entity import AgendaItem, Command, Entry, Fact, Held
from models.said import Said, said


@dataclass(frozen=True)
class Change:
    """What becomes of the set of facts: one more, one less, or none where a life is only checked."""

    insert: Happening | None = None
    takes_out: TakenOut | None = None


def began(log: Sequence[Entry]) -> str | None:
    """The first place of the life that can be decided again; None where none of it can."""
    return min((entry.place for entry in log if entry.place is not None), default=None)


def after_beginning(first: str | None, legal_at: datetime) -> datetime:
    """The given moment, or the one right after the life that can be decided again began where that is later."""
    return max(place.moment_of(first) + timedelta(microseconds=1), legal_at) if first is not None else legal_at


def last_place(log: Sequence[Entry], past: Past | None = None) -> str | None:
    """The last place taken so far, also by what revises: a further head comes behind it."""
    return max((entry.place for entry in log if entry.place is not None), default=past.place if past else None)


def is_revisable(entry: Entry) -> bool:
    """Whether the log holds what it takes to decide the life again without that entry."""
    return entry.fact is not None and entry.place is not None


def first_of(log: Sequence[Entry], op: str) -> Entry | None:
    """The first entry of a fact that still counts."""
    gone = fold.voided(log)
    return next((entry for entry in log if base_op(entry.op) == op and entry.seq not in gone), None)


def happening_of(domain: Domain[S, T], fact: Fact, op: str, keyed: Entry | Held) -> Happening:
    """A recorded fact, as it was keyed in."""
    handler = domain.commands[fact.name]
    keyed_at = keyed.at if isinstance(keyed, Entry) else keyed.keyed_at
    command = handler.command.model_validate(
        {
            **fact.command,
            "op": op,
            "at": keyed_at,
            "actor": keyed.actor,
            "on_behalf_of": keyed.on_behalf_of,
            "reason_code": keyed.reason_code,
            "note_id": keyed.note_id,
        }
    )
    facts = TypeAdapter(handler.facts).validate_python(fact.known) if handler.facts is not None else None
    return Happening(fact.name, command, op, fact.legal_at, keyed_at, facts, rank=handler.rank)


class Revision(Generic[S, T]):
    """One pass: the prefix of the life that nothing touches, and the rest decided again."""

    def __init__(
        self,
        domain: Domain[S, T],
        log: Sequence[Entry],
        change: Change,
        moment: datetime,
        command: Command,
        standing: T | None,
        past: Past | None = None,
        whole: Callable[[], Sequence[Entry]] | None = None,
    ) -> None:
        """Begin: find what nothing touches, and fold it.

        Args:
            domain: the kind of entity.
            log: its whole log, or with a past the entries since.
            change: the fact.
            moment: the business moment of keying in.
            command: who keyed it in.
            standing: what any decision of the kind may ask.
            past: a point of the life before the change.
            whole: with a past, gives the whole log for what asks further back.
        """
        self.domain = domain
        self.change = change
        self.moment = moment
        self.command = command
        self.standing = standing
        self._whole = whole
        self.gone = _with_consequences(log, change.takes_out.entry) if change.takes_out is not None else []
        """The entries of the fact that is taken out, and what they caused."""
        self.without_ground = _without_ground(log)
        self.begins = min([self._begins(), *(str(entry.place) for entry in self.without_ground)])
        gone = fold.voided(log)
        live = fold.in_order(entry for entry in log if entry.seq not in gone)
        self.prefix = [entry for entry in live if entry.place is None or entry.place < self.begins]
        self.rest = [entry for entry in live if entry.place is not None and entry.place >= self.begins]
        self.head_seq = max([entry.seq for entry in log], default=past.seq if past is not None else 0) + 1
        self.last_place = last_place(log, past)
        number_of = _numbers(log, past)
        self.shared = self._shared(number_of)
        """Changes of many entities in the part that is decided again, in which the life has had no part yet."""
        begun = past.state if past is not None else domain.state().model_dump(mode="json")
        self._begun = fold.fold(begun, self.prefix)
        self.walk = self._walk(number_of)
        self.lost: list[tuple[Entry, Happening]] = []
        """Recorded facts that the life does not allow: they stay facts, and count again once their ground is back."""

    def _walk(self, number_of: Callable[[str], int | None]) -> Walk[S, T]:
        """The way through the rest: what comes out as it was recorded keeps its number."""
        # An undo is the head itself and comes first; a late fact is, and what it revises is summed up behind it.
        first = self.head_seq + (1 if self.change.takes_out is not None else 0)
        return Walk(
            self.domain,
            self._begun,
            log=self._earlier,
            standing=self.standing,
            next_seq=first,
            recorded={base_op(entry.op): entry for entry in self.rest},
            number_of=number_of,
            known_at=self.moment,
        )

    def _earlier(self) -> Sequence[Entry]:
        """Everything before the change, from the beginning of the life."""
        if self._whole is None:
            return self.prefix
        log = self._whole()
        gone = fold.voided(log)
        return [entry for entry in log if entry.seq not in gone and (entry.place is None or entry.place < self.begins)]

    def _begins(self) -> str:
        if self.change.insert is not None:
            return self.change.insert.place
        if self.change.takes_out is None:
            return ""
        return str(self.change.takes_out.entry.place)

    def _shared(self, number_of: Callable[[str], int | None]) -> list[Happening]:
        """None where a life is only checked: then it is asked what its own facts say."""
        if self.change.insert is None and self.change.takes_out is None:
            return []
        since = place.moment_of(self.begins)
        found = shared_since(self.domain, self.standing, since, self.moment, number_of)
        return [each for each in found if each.place >= self.begins]

    def run(self) -> None:
        """Decide the rest again."""
        line = self._line()
        for where, kept, fact in sorted(line, key=lambda each: each[0]):
            if fact is not None:
                self.walk.happen(fact)
            elif kept is not None:
                self.walk.pass_to(place.moment_of(where))
                if not _is_past(kept, self.walk.typed.agenda):
                    self.walk.keep(kept)
        self.walk.finish(self.moment)
        self.lost = [
            (entry, happening)
            for _, entry, happening in line
            if entry is not None and happening is not None and happening.refused is not None
        ]

    def _line(self) -> list[tuple[str, Entry | None, Happening | None]]:
        """What is to happen: the facts, and between them the entries that stay as they are; each with its place."""
        removed = base_op(self.change.takes_out.entry.op) if self.change.takes_out is not None else None
        line: list[tuple[str, Entry | None, Happening | None]] = []
        for entry in [*self.rest, *self.without_ground]:
            if entry.fact is None or self._voids_as_before(entry.fact):
                if not _follows(entry):
                    line.append((str(entry.place), entry, None))
            elif base_op(entry.op) != removed:
                happening = happening_of(self.domain, entry.fact, base_op(entry.op), entry)
                where = str(entry.place) if happening.is_appended else happening.place
                line.append((where, entry, happening))
        if self.change.insert is not None:
            line.append((self.change.insert.place, None, self.change.insert))
        line.extend((each.place, None, each) for each in self.shared)
        return line

    def _voids_as_before(self, fact: Fact) -> bool:
        """Whether a fact voids what cannot be decided again, as an inquiry: it looks at the log, not at the life."""
        return self.domain.commands[fact.name].takes_out is not None

    @cached_property
    def before(self) -> S:
        """The state as it was recorded, before anything is decided again."""
        return self.domain.state.model_validate(fold.fold(self._begun, self.rest))

    def is_about_what_is_gone(self, fact: Happening) -> bool:
        """Whether a fact is an answer about the one that is taken out."""
        about = self.domain.commands[fact.name].about
        return about is not None and bool(self.gone) and about(fact.command, self.gone)

    def fallen(self) -> list[Entry]:
        """Recorded entries that no longer count."""
        kept = {entry.seq for entry in self.walk.entries}
        return [entry for entry in self.rest if entry.seq not in kept]


def _numbers(log: Sequence[Entry], past: Past | None) -> Callable[[str], int | None]:
    """Operation id → the number under which it was first recorded; None: it never was."""
    numbers: dict[str, int | None] = {}
    for entry in sorted(log, key=lambda each: each.seq):
        op = base_op(entry.op)
        # The first of an operation's entries bears its id as it is: what was recorded anew may have it further back.
        if op not in numbers:
            first = past.number_of(op) if past is not None and op != entry.op else None
            numbers[op] = first or entry.seq

    def number_of(op: str) -> int | None:
        if op not in numbers:
            numbers[op] = past.number_of(op) if past is not None else None
        return numbers[op]

    return number_of


def _with_consequences(log: Sequence[Entry], first: Entry) -> list[Entry]:
    found = {entry.seq for entry in log if base_op(entry.op).partition("#")[0] == base_op(first.op)}
    for entry in sorted(log, key=lambda each: each.seq):
        if entry.caused_by in found:
            found.add(entry.seq)
    return [entry for entry in log if entry.seq in found]


def _is_past(entry: Entry, agenda: Mapping[str, AgendaItem]) -> bool:
    """Whether what a defect set aside then has been carried out by now, or is not to be any more."""
    item_id = entry.decision.get("item_id") if entry.event == FAILED else None
    return item_id is not None and item_id not in agenda


def _without_ground(log: Sequence[Entry]) -> list[Entry]:
    """Facts that an earlier revision left without ground: nobody has taken them out. Their latest entry of each."""
    gone = fold.voided(log)
    standing = {base_op(entry.op) for entry in log if entry.seq not in gone}
    taken_out = {op for entry in log for op in entry.known.get(TAKES_OUT, ())}
    found: dict[str, Entry] = {}
    for entry in log:
        op = base_op(entry.op)
        if entry.fact is not None and op not in standing and op not in taken_out:
            found[op] = entry
    return list(found.values())


def _is_beside(entry: Entry) -> bool:
    """Whether it was noted beside the life; a timer's entry of an earlier release may stand behind such a note."""
    return entry.place is not None and place.is_note(entry.place) and not entry.op.startswith("due/")


def _follows(entry: Entry) -> bool:
    """Whether an entry is made anew with what it follows from: a timer's, or a further one of a fact."""
    return not entry.voids and (entry.op.startswith("due/") or "#" in base_op(entry.op).rpartition("/")[2])


def revise(
    domain: Domain[S, T],
    log: Sequence[Entry],
    change: Change,
    moment: datetime,
    command: Command,
    standing: T | None,
    past: Past | None = None,
    whole: Callable[[], Sequence[Entry]] | None = None,
) -> Revised[S, T]:
    """Decide a life again with a fact more or a fact less.

    Args:
        domain: the kind of entity.
        log: its whole log, or with a past the entries since.
        change: the fact.
        moment: the business moment of keying in.
        command: who keyed it in.
        standing: what any decision of the kind may ask.
        past: a point of the life before the change.
        whole: with a past, gives the whole log for what asks further back.

    Raises:
        NotAllowedError, Refusal, DatedError: the fact is refused at its place; nothing changes.
    """
    pass_ = Revision(domain, log, change, moment, command, standing, past, whole)
    pass_.run()
    if change.insert is not None and change.insert.refused is not None:
        raise change.insert.refused
    return summed_up(pass_)


def differences(domain: Domain[S, T], log: Sequence[Entry], standing: T | None) -> list[Said]:
    """A whole life decided again from its facts, as far as the log holds them: what comes out otherwise.

    Empty for a life whose rules have not changed since; entries of earlier releases are taken as they are.
    """
    if domain.differences is not None:
        return domain.differences(log)
    if not domain.revisable or not any(entry.place for entry in log):
        return []
    # A note is written whatever is due: what is due at its moment may not have been carried out yet.
    moment = max((entry.at for entry in log if not _is_beside(entry)), default=log[0].at)
    pass_ = Revision(domain, log, Change(), moment, Command(op="check", at=moment, actor="check"), standing)
    pass_.run()
    fallen = [said("entry_falls", seq=entry.seq, event=entry.event) for entry in pass_.fallen()]
    new = [said("entry_comes", event=entry.event, on=entry.effective_on) for entry in pass_.walk.new]
    return [*fallen, *new]
