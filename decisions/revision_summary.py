"""What a revision comes to: what falls, what comes, the money, who is told, and the entry that says so."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic

from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.domain import Domain, Outgoing, RaisedTask, S, T, operator_task, patch
from decisions.lists import LISTS, EntryShown, Lists, Moves, Revises, takes_back, tells
from decisions.recording.again import base_op
from decisions.walk import Happening, Walk
from models import place
from models.actors import BY_ITSELF
from models.messages.entity import EntityState, Entry, Patch, Told
from rules.calendar import japan_day
from rules.citation import Decision

if TYPE_CHECKING:
    from decisions.revise import Change, Revision

ARTICLES = ("X-05",)
"""What orders the facts of a life."""

GROUND_GONE = "GROUND_GONE"
REVISED_EVENT = "revised"

TAKES_OUT = "takes_out"
"""Where an undo or a correction keeps which facts it took out: the wrong one, and answers that were about it."""


@dataclass
class Revised(Generic[S, T]):
    """A life decided again."""

    domain: Domain[S, T]
    state: dict[str, Any]
    entries: list[Entry] = field(default_factory=list)
    """New entries, by number."""
    outgoing: list[tuple[int, Outgoing]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    """What the caller is answered, the lists with it where it lists any."""
    revises: list[Revises] = field(default_factory=list)
    """What falls and comes, told or not."""

    @property
    def own(self) -> dict[str, Any]:
        """What the caller is answered without the lists, and what the entry is called that says so."""
        own = {name: each for name, each in self.told.items() if name not in LISTS}
        said = (entry.event for entry in self.entries if own.items() <= entry.decision.items())
        return {"event": next(said, None), "state": self.state["state"], **own}

    @property
    def lists(self) -> Lists:
        """The lists the caller is answered; empty where it is told none."""
        return Lists.of(self.told) or Lists()

    def against(self, before: S, after: S) -> list[str]:
        """Why it is against the customer; empty where nothing recorded falls."""
        fallen = any(each["seq"] is not None for each in self.revises)
        return self.domain.revision.against(before, after) if fallen else []

    @property
    def keeps_outcomes(self) -> bool:
        """Whether every recorded entry that falls is replaced by one of the same event, outcome and day."""
        replaced = [each for each in self.revises if each["seq"] is not None]
        return all(_kind(each["was"]) == _kind(each["becomes"]) for each in replaced)


def summed_up(pass_: Revision[S, T]) -> Revised[S, T]:
    """A life decided again beside what was recorded: entries to write, what is sent, what the caller is told."""
    walk, change = pass_.walk, pass_.change
    fallen = pass_.fallen()
    cause = _cause(pass_)
    typed = pass_.domain.state.model_validate(walk.state)
    made = [_because(entry, cause, change) for entry in walk.new]
    new, again, withdrawn = _messages(pass_, made, fallen, typed)
    revises = _differences(fallen, new)
    counterparts = pass_.domain.revision.retold(withdrawn, typed, [each for _, each in again])
    moved = pass_.domain.revision.billed(pass_.before, typed, pass_.standing, japan_day(pass_.moment))
    lists = Lists(
        revises,
        [*pass_.domain.revision.money(pass_.before, typed), *moved],
        tells([*(each for _, each in again), *counterparts], withdrawn),
    )
    head = _head(pass_, fallen, counterparts, lists)
    state = walk.state
    entries = list(new)
    outgoing = list(again)
    if head is not None:
        entries.append(head)
        # What takes earlier letters back comes before those that stand in their stead.
        outgoing = [*((head.seq, each) for each in counterparts), *again]
        state = fold.apply_entry(state, head)
    own = change.insert.told if change.insert is not None else (head.decision if head is not None else {})
    answer = {**own, **lists.as_json()} if fallen or change.takes_out is not None or takes_back(moved) else own
    entries.sort(key=lambda entry: entry.seq)
    return Revised(pass_.domain, state, entries, outgoing, answer, revises)


def laid_out(
    domain: Domain[S, T],
    before: dict[str, Any],
    walk: Walk[S, T],
    fallen: Sequence[Entry],
    happening: Happening,
    moved: Sequence[Moves] = (),
) -> Revised[S, T]:
    """What a fact comes to that says itself which entries fall: the same lists as of a life decided again."""
    own = [entry for entry in walk.new if base_op(entry.op).partition("#")[0] == happening.op]
    rest = [entry for entry in walk.new if entry not in own]
    typed = domain.state.model_validate
    sent = [each for messages in walk.outgoing.values() for each in messages]
    lists = Lists(
        _differences(fallen, [*own, *(entry.model_copy(update={"because": own[0].seq}) for entry in rest)]),
        [*domain.revision.money(typed(before), typed(walk.state)), *moved],
        tells(sent),
    )
    outgoing = [(seq, each) for seq, messages in walk.outgoing.items() for each in messages]
    return Revised(domain, walk.state, list(walk.new), outgoing, lists.as_json(), lists.revises)


def _cause(pass_: Revision[S, T]) -> int:
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
    pass_: Revision[S, T], made: Sequence[Entry], fallen: Sequence[Entry], typed: S
) -> tuple[list[Entry], list[tuple[int, Outgoing]], list[Told]]:
    """What is to be sent now, and what was told and no longer holds; what was told and still holds is neither.

    Gives the new entries with them: what does not go out is marked in them.
    """
    before: dict[str, list[Told]] = {}
    for each in sorted((each for entry in fallen for each in entry.told), key=lambda each: each.unsent):
        before.setdefault(_key(each), []).append(each)
    new, again = list[Entry](), list[tuple[int, Outgoing]]()
    for entry in made:
        said: list[Told] = []
        for told, message in zip(entry.told, pass_.walk.outgoing.get(entry.seq, ()), strict=True):
            if same_words := before.get(_key(told)):
                said.append(same_words.pop(0))
            elif pass_.domain.revision.moot(message, typed):
                said.append(told.model_copy(update={"unsent": True}))
            else:
                again.append((entry.seq, message))
                said.append(told)
        new.append(entry.model_copy(update={"told": said}))
    again += _last_words(pass_, new, again)
    left = [each for words in before.values() for each in words]
    withdrawn = [each for entry in fallen for each in entry.told if any(each is one for one in left)]
    return new, again, _no_longer_said(pass_, new, [each for each in withdrawn if not each.unsent])


def _no_longer_said(pass_: Revision[S, T], new: Sequence[Entry], withdrawn: Sequence[Told]) -> list[Told]:
    """Without what another entry that stands tells in the same words, as of one move on which two notices agree."""
    if not withdrawn:
        return []
    revised = {entry.seq: entry for entry in new}
    stands = [*pass_.prefix, *(revised.get(entry.seq, entry) for entry in pass_.walk.entries)]
    said = {_key(each) for entry in stands for each in entry.told if not each.unsent}
    return [each for each in withdrawn if _key(each) not in said]


def _last_words(
    pass_: Revision[S, T], new: Sequence[Entry], again: Sequence[tuple[int, Outgoing]]
) -> list[tuple[int, Outgoing]]:
    """What was told, holds, and would be overtaken by what is sent only now about an earlier moment: it is said again.

    A cancellation keyed in after the termination that came behind it, say: its reader goes by the last letter.
    """
    revised, about = {entry.seq: entry for entry in new}, pass_.domain.revision.about
    sent = {(seq, message.channel, message.name) for seq, message in again}
    last: dict[Hashable, tuple[int, Told]] = {}
    overtaken: dict[Hashable, int] = {}
    # What an earlier revision took back stands behind the whole life; it is no word about a moment of it.
    of_the_life = (each for each in pass_.walk.entries if not each.voids and each.event != REVISED_EVENT)
    for entry in (revised.get(each.seq, each) for each in of_the_life):
        for told, thing in ((each, thing) for each in entry.told if not each.unsent for thing in about(each)):
            last[thing] = (entry.seq, told)
            if (entry.seq, told.channel, told.name) in sent:
                overtaken[thing] = entry.seq
    # One letter may be the last about several things.
    once = {id(last[thing][1]): (seq, *last[thing]) for thing, seq in overtaken.items()}
    return [
        (seq, Outgoing(told.channel, told.name, told.data))
        for seq, at, told in once.values()
        if (at, told.channel, told.name) not in sent
    ]


def _key(told: Told) -> str:
    # A database keeps the data of a message, not the order of its names.
    return json.dumps(told.model_dump(mode="json", exclude={"unsent"}), sort_keys=True)


def _differences(fallen: Sequence[Entry], new: Sequence[Entry]) -> list[Revises]:
    """Which entries fall and what stands in their place; then which come that nothing stood for."""
    became = {base_op(entry.op): entry for entry in new}
    rows: list[Revises] = [
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


def _kind(row: EntryShown | None) -> tuple[str, str | None, str] | None:
    return (row["event"], row["outcome"], row["effective_on"]) if row is not None else None


def _row(entry: Entry | None) -> EntryShown | None:
    if entry is None:
        return None
    return {
        "event": entry.event,
        "outcome": entry.decision.get("outcome"),
        "effective_on": entry.effective_on.isoformat(),
        "detail": entry.decision.get("detail"),
    }


@dataclass(frozen=True)
class _Ground:
    """Facts that the life decided again does not allow."""

    along: list[str]
    """Operation ids of what goes without being missed: nobody decided it, or it is about what is taken out."""
    ungrounded: list[str]
    """Those of the others, which count again once their ground is back."""
    newly_lost: list[Entry]
    """The entries of those that lose it by this revision."""


def _ground(pass_: Revision[S, T], fallen: Sequence[Entry]) -> _Ground:
    along = {
        base_op(entry.op) for entry, fact in pass_.lost if entry.actor in BY_ITSELF or pass_.is_about_what_is_gone(fact)
    }
    just_now = {entry.seq for entry in fallen}
    return _Ground(
        along=sorted(along),
        ungrounded=sorted({base_op(entry.op) for entry, _ in pass_.lost} - along),
        newly_lost=[e for e, _ in pass_.lost if e.seq in just_now and base_op(e.op) not in along],
    )


def _head(
    pass_: Revision[S, T], fallen: Sequence[Entry], counterparts: Sequence[Outgoing], lists: Lists
) -> Entry | None:
    """The entry that says what falls: the undo or correction itself, or the sum of what a late fact revises."""
    taken, state, command = pass_.change.takes_out, pass_.walk.typed, pass_.command
    ground = _ground(pass_, fallen)
    if taken is None and not fallen and ground.ungrounded == state.ungrounded:
        return None
    decision = _head_decision(pass_, fallen, ground, lists)
    before, on = pass_.before.state, japan_day(pass_.moment)
    return Entry(
        seq=pass_.head_seq if taken is not None else max(entry.seq for entry in pass_.walk.new) + 1,
        op=str(command.op) if taken is not None else f"revision/{command.op}",
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
        articles=list(decision.articles),
        edition=decision.edition,
        voids=decision.data["voids"],
        patch=_head_patch(ground, state, pass_.moment),
        decision={**decision.as_json(), "retroactive": False},
        place=place.behind(max(pass_.last_place or "", pass_.walk.last_place or ""), place.of_head(pass_.moment)),
        because=None if taken is not None else _cause(pass_),
        known={TAKES_OUT: [base_op(taken.entry.op), *ground.along]} if taken is not None else {},
        told=[Told(channel=each.channel, name=each.name, data=_plain(each)) for each in counterparts],
    )


def _head_decision(pass_: Revision[S, T], fallen: Sequence[Entry], ground: _Ground, lists: Lists) -> Decision:
    """What falls and why, with the articles of what falls; facts that lose their ground are named."""
    taken = pass_.change.takes_out
    gone = sorted(entry.seq for entry in fallen)
    articles = tuple(dict.fromkeys(article for entry in fallen for article in entry.articles)) or ARTICLES
    data: dict[str, Any] = {"voids": gone, **lists.as_json()}
    if ground.newly_lost:
        data["ground_gone"] = [{"seq": entry.seq, "event": entry.event} for entry in ground.newly_lost]
    on = japan_day(pass_.moment)
    if taken is None:
        detail = f"Entry {_cause(pass_)} came late: {len(gone)} entries are decided otherwise."
        return Decision(REVISED_EVENT, articles, on, None, detail, data)
    detail = f"Entry {taken.entry.seq} ({taken.entry.event}) no longer counts."
    return Decision(taken.outcome, articles, on, taken.entry.edition, detail, data)


def _head_patch(ground: _Ground, state: EntityState, moment: datetime) -> Patch:
    """Facts without ground are kept as such, and an operator has a task as long as there are any."""
    tasks: dict[str, RaisedTask] = {}
    if ground.newly_lost:
        named = dict.fromkeys(article for each in ground.newly_lost for article in each.articles)
        tasks = operator_task(GROUND_GONE, moment, *named)
    settled = not ground.ungrounded and GROUND_GONE in state.tasks
    return patch(
        {"ungrounded": ground.ungrounded} if ground.ungrounded != state.ungrounded else None,
        put={"tasks": tasks} if tasks else None,
        drop={"tasks": [GROUND_GONE]} if settled else None,
    )


def _plain(message: Outgoing) -> dict[str, Any]:
    shaped: dict[str, Any] = to_jsonable_python(dict(message.data))
    return shaped
