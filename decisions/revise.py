"""Deciding the rest of a life again: a late fact at its legal place, an undo, a correction.

What comes out as it was recorded stays untouched; what comes out otherwise is voided and replaced by entries that
name the fact that caused it. A fact whose ground has gone becomes an operator's task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.domain import Domain, Outgoing, TakenOut, operator_task, patch
from decisions.walk import Happening, Walk, base_op
from models import place
from models.messages.entity import Command, DecideRevision, Entry, Fact, Held, Told
from rules.calendar import japan_day
from rules.citation import Decision

GROUND_GONE = "GROUND_GONE"
APPROVAL = "REVISION_APPROVAL"
REVISED_EVENT = "revised"
_ARTICLES = ("X-05",)


@dataclass(frozen=True)
class Change:
    """What becomes of the set of facts: one more, one less, or none where a life is only checked."""

    insert: Happening | None = None
    takes_out: TakenOut | None = None


@dataclass
class Revised:
    """A life decided again."""

    domain: Domain[Any]
    state: dict[str, Any]
    entries: list[Entry] = field(default_factory=list)
    """New entries, by number."""
    outgoing: list[tuple[int, Outgoing]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    """What the caller is answered."""
    revises: list[dict[str, Any]] = field(default_factory=list)

    def against(self, before: Any, after: Any) -> list[str]:
        """Why it is against the customer; empty where nothing recorded falls."""
        fallen = any(each["seq"] is not None for each in self.revises)
        return self.domain.revision.against(before, after) if fallen else []


def after_beginning(log: Sequence[Entry], legal_at: datetime) -> datetime:
    """The given moment, or the one right after the life that can be decided again began where that is later."""
    places = [entry.place for entry in log if entry.place is not None]
    return max(place.moment_of(min(places)) + timedelta(microseconds=1), legal_at) if places else legal_at


def last_place(log: Sequence[Entry]) -> str | None:
    """The last place taken so far, also by what revises: a further head comes behind it."""
    return max((entry.place for entry in log if entry.place is not None), default=None)


def is_revisable(entry: Entry) -> bool:
    """Whether the log holds what it takes to decide the life again without that entry."""
    return entry.fact is not None and entry.place is not None


def first_of(log: Sequence[Entry], op: str) -> Entry | None:
    """The first entry of a fact that still counts."""
    gone = fold.voided(log)
    return next((entry for entry in log if base_op(entry.op) == op and entry.seq not in gone), None)


def happening_of(domain: Domain[Any], fact: Fact, op: str, keyed: Entry | Held) -> Happening:
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


class _Revision:
    """One pass: the prefix of the life that nothing touches, and the rest decided again."""

    def __init__(
        self,
        domain: Domain[Any],
        log: Sequence[Entry],
        change: Change,
        moment: datetime,
        command: Command,
        standing: Any,
    ) -> None:
        self.domain = domain
        self.change = change
        self.moment = moment
        self.command = command
        gone = fold.voided(log)
        live = fold.in_order(entry for entry in log if entry.seq not in gone)
        self.gone = _with_consequences(log, change.takes_out.entry) if change.takes_out is not None else []
        """The entries of the fact that is taken out, and what they caused."""
        self.without_ground = _without_ground(log)
        self.begins = min([self._begins(), *(str(entry.place) for entry in self.without_ground)])
        self.prefix = [entry for entry in live if entry.place is None or entry.place < self.begins]
        self.rest = [entry for entry in live if entry.place is not None and entry.place >= self.begins]
        self.head_seq = max(entry.seq for entry in log) + 1
        self.last_place = last_place(log)
        # An undo is the head itself and comes first; a late fact is, and what it revises is summed up behind it.
        first = self.head_seq + (1 if change.takes_out is not None else 0)
        numbers: dict[str, int] = {}
        for entry in sorted(log, key=lambda each: each.seq):
            numbers.setdefault(base_op(entry.op), entry.seq)
        state = fold.fold(domain.state().model_dump(mode="json"), self.prefix)
        self.walk = Walk(
            domain,
            state,
            log=lambda: self.prefix,
            standing=standing,
            next_seq=first,
            recorded={base_op(entry.op): entry for entry in self.rest},
            numbers=numbers,
        )
        self.lost: list[tuple[Entry, Happening]] = []
        """Recorded facts that the life does not allow: they stay facts, and count again once their ground is back."""

    def _begins(self) -> str:
        if self.change.insert is not None:
            return self.change.insert.place
        if self.change.takes_out is None:
            return ""
        return str(self.change.takes_out.entry.place)

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
            if entry.fact is None:
                if not _follows(entry):
                    line.append((str(entry.place), entry, None))
            elif base_op(entry.op) != removed:
                happening = happening_of(self.domain, entry.fact, base_op(entry.op), entry)
                where = str(entry.place) if happening.is_appended else happening.place
                line.append((where, entry, happening))
        if self.change.insert is not None:
            line.append((self.change.insert.place, None, self.change.insert))
        return line

    def is_about_what_is_gone(self, fact: Happening) -> bool:
        """Whether a fact is an answer about the one that is taken out."""
        about = self.domain.commands[fact.name].about
        return about is not None and bool(self.gone) and about(fact.command, self.gone)

    def fallen(self) -> list[Entry]:
        """Recorded entries that no longer count."""
        kept = {entry.seq for entry in self.walk.entries}
        return [entry for entry in self.rest if entry.seq not in kept]


def _with_consequences(log: Sequence[Entry], first: Entry) -> list[Entry]:
    found = {entry.seq for entry in log if base_op(entry.op).partition("#")[0] == base_op(first.op)}
    for entry in sorted(log, key=lambda each: each.seq):
        if entry.caused_by in found:
            found.add(entry.seq)
    return [entry for entry in log if entry.seq in found]


def _is_past(entry: Entry, agenda: Mapping[str, Any]) -> bool:
    """Whether what a defect set aside then has been carried out by now, or is not to be any more."""
    item_id = entry.decision.get("item_id") if entry.event == DECISION_FAILED_EVENT else None
    return item_id is not None and item_id not in agenda


DECISION_FAILED_EVENT = "decision_failed"


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


TAKES_OUT = "takes_out"
"""Where an undo or a correction keeps which facts it took out: the wrong one, and answers that were about it."""


def _follows(entry: Entry) -> bool:
    """Whether an entry is made anew with what it follows from: a timer's, or a further one of a fact."""
    return not entry.voids and (entry.op.startswith("due/") or "#" in base_op(entry.op).rpartition("/")[2])


def revise(
    domain: Domain[Any], log: Sequence[Entry], change: Change, moment: datetime, command: Command, standing: Any
) -> Revised:
    """Decide a life again with a fact more or a fact less.

    Args:
        domain: the kind of entity.
        log: its whole log.
        change: the fact.
        moment: the business moment of keying in.
        command: who keyed it in.
        standing: what any decision of the kind may ask.

    Raises:
        NotAllowedError, Refusal, DatedError: the fact is refused at its place; nothing changes.
    """
    pass_ = _Revision(domain, log, change, moment, command, standing)
    pass_.run()
    if change.insert is not None and change.insert.refused is not None:
        raise change.insert.refused
    return _summed_up(pass_)


def differences(domain: Domain[Any], log: Sequence[Entry], standing: Any) -> list[str]:
    """A whole life decided again from its facts, as far as the log holds them: what comes out otherwise.

    Empty for a life whose rules have not changed since; entries of earlier releases are taken as they are.
    """
    if not domain.revisable or not any(entry.place for entry in log):
        return []
    moment = max(entry.at for entry in log)
    pass_ = _Revision(domain, log, Change(), moment, Command(op="check", at=moment, actor="check"), standing)
    pass_.run()
    fallen = [f"entry {entry.seq} ({entry.event}) would not be decided so" for entry in pass_.fallen()]
    new = [f"'{entry.event}' of {entry.effective_on} would be decided" for entry in pass_.walk.new]
    return [*fallen, *new]


def _summed_up(pass_: _Revision) -> Revised:
    walk, change = pass_.walk, pass_.change
    fallen = pass_.fallen()
    cause = _cause(pass_)
    new = [_because(entry, cause, change) for entry in walk.new]
    typed = pass_.domain.state.model_validate(walk.state)
    again, withdrawn = _messages(pass_, new, fallen, typed)
    revises = _differences(fallen, new)
    told = {
        "revises": revises,
        "money": pass_.domain.revision.money(_before(pass_), typed),
        "tells": [
            *({"what": each.name, "channel": each.channel, "how": "sent"} for _, each in again),
            *({"what": each.name, "channel": each.channel, "how": "withdrawn"} for each in withdrawn),
        ],
    }
    counterparts = pass_.domain.revision.retold(withdrawn, typed)
    head = _head(pass_, fallen, counterparts, told)
    state = walk.state
    entries = list(new)
    outgoing = list(again)
    if head is not None:
        entries.append(head)
        outgoing.extend((head.seq, each) for each in counterparts)
        state = fold.apply_entry(state, head)
    own = change.insert.told if change.insert is not None else (head.decision if head is not None else {})
    answer = {**own, **told} if fallen or change.takes_out is not None else own
    entries.sort(key=lambda entry: entry.seq)
    return Revised(pass_.domain, state, entries, outgoing, answer, revises)


def _before(pass_: _Revision) -> Any:
    state = fold.fold(pass_.domain.state().model_dump(mode="json"), [*pass_.prefix, *pass_.rest])
    return pass_.domain.state.model_validate(state)


def _cause(pass_: _Revision) -> int:
    """The entry that caused the revision: the undo, or the first entry of the late fact."""
    if pass_.change.insert is None:
        return pass_.head_seq
    own = pass_.change.insert.op
    return next(entry.seq for entry in pass_.walk.new if entry.op == own)


def _because(entry: Entry, cause: int, change: Change) -> Entry:
    """A further entry names its cause; those of the late fact itself do not."""
    own = change.insert is not None and base_op(entry.op).partition("#")[0] == change.insert.op
    return entry if own else entry.model_copy(update={"because": cause})


def _messages(
    pass_: _Revision, new: Sequence[Entry], fallen: Sequence[Entry], typed: Any
) -> tuple[list[tuple[int, Outgoing]], list[Told]]:
    """What is to be sent now, and what was told and no longer holds; what was told and still holds is neither."""
    told_before = Counter(_key(each) for entry in fallen for each in entry.told)
    again: list[tuple[int, Outgoing]] = []
    for entry in new:
        for told, message in zip(entry.told, pass_.walk.outgoing.get(entry.seq, ()), strict=True):
            if told_before[_key(told)]:
                told_before[_key(told)] -= 1
            elif not pass_.domain.revision.moot(message, typed):
                again.append((entry.seq, message))
    withdrawn: list[Told] = []
    for entry in fallen:
        for each in entry.told:
            if told_before[_key(each)]:
                told_before[_key(each)] -= 1
                withdrawn.append(each)
    return again, withdrawn


def _key(told: Told) -> str:
    return told.model_dump_json()


def _differences(fallen: Sequence[Entry], new: Sequence[Entry]) -> list[dict[str, Any]]:
    """Which entries fall and what stands in their place; then which come that nothing stood for."""
    became = {base_op(entry.op): entry for entry in new}
    rows = [
        {"seq": entry.seq, "was": _row(entry), "becomes": _row(became.get(base_op(entry.op)))}
        for entry in sorted(fallen, key=lambda each: each.seq)
    ]
    gone = {base_op(entry.op) for entry in fallen}
    rows += [
        {"seq": None, "was": None, "becomes": _row(entry)}
        for entry in new
        if base_op(entry.op) not in gone and entry.because is not None
    ]
    return rows


def _row(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "event": entry.event,
        "outcome": entry.decision.get("outcome"),
        "effective_on": entry.effective_on.isoformat(),
        "detail": entry.decision.get("detail"),
    }


def _head(
    pass_: _Revision, fallen: Sequence[Entry], counterparts: Sequence[Outgoing], told: dict[str, Any]
) -> Entry | None:
    """The entry that says what falls: the undo or correction itself, or the sum of what a late fact revises."""
    taken = pass_.change.takes_out
    along = sorted(base_op(entry.op) for entry, fact in pass_.lost if pass_.is_about_what_is_gone(fact))
    ungrounded = sorted({base_op(entry.op) for entry, _ in pass_.lost} - set(along))
    if taken is None and not fallen and ungrounded == pass_.walk.typed.ungrounded:
        return None
    just_now = {entry.seq for entry in fallen}
    newly_lost = [entry for entry, _ in pass_.lost if entry.seq in just_now and base_op(entry.op) not in along]
    grounded = not ungrounded and GROUND_GONE in pass_.walk.typed.tasks
    seq = pass_.head_seq if taken is not None else max(entry.seq for entry in pass_.walk.new) + 1
    state = pass_.walk.typed
    gone = [entry.seq for entry in sorted(fallen, key=lambda each: each.seq)]
    articles = tuple(dict.fromkeys(article for entry in fallen for article in entry.articles)) or _ARTICLES
    tasks: dict[str, Any] = {}
    if newly_lost:
        tasks = operator_task(
            GROUND_GONE, pass_.moment, *dict.fromkeys(a for each in newly_lost for a in each.articles)
        )
    cause = _cause(pass_)
    first = taken.entry if taken is not None else None
    detail = (
        f"Entry {first.seq} ({first.event}) no longer counts."
        if first is not None
        else f"Entry {cause} came late: {len(gone)} entries are decided otherwise."
    )
    lost = [{"seq": entry.seq, "event": entry.event} for entry in newly_lost]
    data = {"voids": gone, **told, **({"ground_gone": lost} if lost else {})}
    on = japan_day(pass_.moment)
    edition = first.edition if first is not None else None
    decision = Decision(taken.outcome if taken is not None else REVISED_EVENT, articles, on, edition, detail, data)
    before = _before(pass_).state
    command = pass_.command
    op = str(command.op) if taken is not None else f"revision/{command.op}"
    return Entry(
        seq=seq,
        op=op,
        event=taken.event if taken is not None else REVISED_EVENT,
        from_state=before,
        to_state=state.state if state.state != before else None,
        received_at=pass_.moment,
        at=pass_.moment,
        effective_on=on,
        state_from=on,
        actor=command.actor,
        on_behalf_of=command.on_behalf_of,
        reason_code=command.reason_code,
        note_id=command.note_id,
        articles=list(articles),
        edition=edition,
        voids=gone,
        patch=patch(
            {"ungrounded": ungrounded} if ungrounded != state.ungrounded else None,
            put={"tasks": tasks} if tasks else None,
            drop={"tasks": [GROUND_GONE]} if grounded else None,
        ),
        decision={**decision.as_json(), "retroactive": False},
        place=place.behind(max(pass_.last_place or "", pass_.walk.last_place or ""), place.of_head(pass_.moment)),
        because=None if taken is not None else cause,
        known={TAKES_OUT: [base_op(taken.entry.op), *along]} if taken is not None else {},
        told=[Told(channel=each.channel, name=each.name, data=_plain(each)) for each in counterparts],
    )


def _plain(message: Outgoing) -> dict[str, Any]:
    shaped: dict[str, Any] = to_jsonable_python(dict(message.data))
    return shaped


# Approval


def hold(
    domain: Domain[Any],
    state: dict[str, Any],
    log: Sequence[Entry],
    change: Change,
    command: Command,
    moment: datetime,
    revised: Revised,
    against: Sequence[str],
) -> Revised:
    """Keep a change that is against the customer until an operator approves it: nothing of the life changes."""
    seq = int(state["seq"]) + 1
    insert = change.insert
    fact = None
    if insert is not None:
        handler = domain.commands[insert.name]
        known = to_jsonable_python(insert.facts) if handler.facts is not None else {}
        said = insert.command.model_dump(mode="json", exclude=set(_KEYED))
        fact = Fact(name=insert.name, command=said, legal_at=insert.legal_at, known=known)
    held = Held(
        fact=fact,
        takes_out=base_op(change.takes_out.entry.op) if change.takes_out is not None else None,
        event=change.takes_out.event if change.takes_out is not None else str(insert.name if insert else ""),
        keyed_at=moment,
        actor=command.actor,
        on_behalf_of=command.on_behalf_of,
        reason_code=command.reason_code,
        note_id=command.note_id,
        against=list(against),
    )
    detail = "It turns out against the customer: an operator approves it first, with a reason."
    data = {"held_id": str(seq), "against": list(against), **{k: revised.told.get(k, []) for k in REVISION_SHOWN}}
    decision = Decision("needs_approval", _ARTICLES, None, None, detail, data)
    change_ = patch(put={"awaiting": {str(seq): held}, "tasks": operator_task(APPROVAL, moment, *_ARTICLES)})
    return _single(domain, state, log, "hold_revision", command, moment, decision, change_)


_KEYED = ("op", "at", "actor", "on_behalf_of", "reason_code", "note_id", "approved")
REVISION_SHOWN = ("revises", "money", "tells")
"""What a revision adds to the answer."""


def answered(
    domain: Domain[Any], state: dict[str, Any], log: Sequence[Entry], command: DecideRevision, moment: datetime
) -> Revised:
    """What is held leaves the waiting list, approved or refused."""
    others = [key for key in state.get("awaiting", {}) if key != command.held_id]
    drop = {"awaiting": [command.held_id], **({} if others else {"tasks": [APPROVAL]})}
    outcome = "approved" if command.accept else "refused"
    detail = f"Revision {command.held_id} was {outcome} by an operator."
    decision = Decision(outcome, _ARTICLES, japan_day(moment), None, detail, {"held_id": command.held_id})
    return _single(domain, state, log, "decide_revision", command, moment, decision, patch(drop=drop))


def _single(
    domain: Domain[Any],
    state: dict[str, Any],
    log: Sequence[Entry],
    event: str,
    command: Command,
    moment: datetime,
    decision: Decision,
    change: Any,
) -> Revised:
    """One entry that stays as it is whatever is revised later."""
    on = japan_day(moment)
    entry = Entry(
        seq=int(state["seq"]) + 1,
        op=str(command.op),
        event=event,
        from_state=state["state"],
        to_state=None,
        received_at=moment,
        at=moment,
        effective_on=on,
        state_from=on,
        actor=command.actor,
        on_behalf_of=command.on_behalf_of,
        reason_code=command.reason_code,
        note_id=command.note_id,
        articles=list(decision.articles),
        edition=decision.edition,
        patch=change,
        decision=decision.as_json(),
        place=place.behind(last_place(log), place.of_head(moment)),
    )
    return Revised(domain, fold.apply_entry(state, entry), [entry], [], entry.decision)
