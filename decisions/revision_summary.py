"""What a revision comes to: what falls, what comes, the money, who is told, and the entry that says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.domain import Domain, Outgoing, operator_task, patch
from decisions.walk import Happening, Walk, base_op
from models import place
from models.actors import BY_ITSELF
from models.messages.entity import Entry, Told
from rules.calendar import japan_day
from rules.citation import Decision

if TYPE_CHECKING:
    from decisions.revise import Change, Revision

ARTICLES = ("X-05",)
"""What orders the facts of a life."""

GROUND_GONE = "GROUND_GONE"
REVISED_EVENT = "revised"

LISTS = ("revises", "money", "tells")
"""What a revision adds to the answer."""

TAKES_OUT = "takes_out"
"""Where an undo or a correction keeps which facts it took out: the wrong one, and answers that were about it."""


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

    @property
    def own(self) -> dict[str, Any]:
        """What the caller is answered without the lists, and what the entry is called that says so."""
        own = {name: each for name, each in self.told.items() if name not in LISTS}
        said = (entry.event for entry in self.entries if own.items() <= entry.decision.items())
        return {"event": next(said, None), "state": self.state["state"], **own}

    @property
    def before_it_is_recorded(self) -> dict[str, Any]:
        """The lists while nothing of it is recorded: what comes has no id yet."""
        money = [each if each["was"] else {**each, "charge_id": None} for each in self.told.get("money", ())]
        return {name: self.told.get(name, []) for name in LISTS} | {"money": money}

    def against(self, before: Any, after: Any) -> list[str]:
        """Why it is against the customer; empty where nothing recorded falls."""
        fallen = any(each["seq"] is not None for each in self.revises)
        return self.domain.revision.against(before, after) if fallen else []

    @property
    def keeps_outcomes(self) -> bool:
        """Whether every recorded entry that falls is replaced by one of the same event, outcome and day."""
        replaced = [each for each in self.revises if each["seq"] is not None]
        return all(each["becomes"] is not None and _kind(each["was"]) == _kind(each["becomes"]) for each in replaced)


def summed_up(pass_: Revision) -> Revised:
    """A life decided again beside what was recorded: entries to write, what is sent, what the caller is told."""
    walk, change = pass_.walk, pass_.change
    fallen = pass_.fallen()
    cause = _cause(pass_)
    new = [_because(entry, cause, change) for entry in walk.new]
    typed = pass_.domain.state.model_validate(walk.state)
    again, withdrawn = _messages(pass_, new, fallen, typed)
    revises = _differences(fallen, new)
    counterparts = pass_.domain.revision.retold(withdrawn, typed, [each for _, each in again])
    moved = pass_.domain.revision.billed(pass_.before, typed, pass_.standing, japan_day(pass_.moment))
    told = {
        "revises": revises,
        "money": [*pass_.domain.revision.money(pass_.before, typed), *moved],
        "tells": tells([*(each for _, each in again), *counterparts], withdrawn),
    }
    head = _head(pass_, fallen, counterparts, told)
    state = walk.state
    entries = list(new)
    outgoing = list(again)
    if head is not None:
        entries.append(head)
        outgoing.extend((head.seq, each) for each in counterparts)
        state = fold.apply_entry(state, head)
    own = change.insert.told if change.insert is not None else (head.decision if head is not None else {})
    answer = {**own, **told} if fallen or change.takes_out is not None or takes_back(moved) else own
    entries.sort(key=lambda entry: entry.seq)
    return Revised(pass_.domain, state, entries, outgoing, answer, revises)


def tells(sent: Sequence[Outgoing], withdrawn: Sequence[Told] = ()) -> list[dict[str, Any]]:
    """Who outside is told what, and what was told and no longer holds; each once, with how many messages where more."""
    named = [(each.name, each.channel, "sent") for each in sent if each.channel in TOLD_CHANNELS]
    named += [(each.name, each.channel, "withdrawn") for each in withdrawn]
    return listed(Counter(named))


Message = tuple[str, str, str]
"""What, by which channel, and how: `sent` or `withdrawn`."""


def listed(named: Mapping[Message, int]) -> list[dict[str, Any]]:
    """A row each: `times` only where it is several messages."""
    return [
        {"what": what, "channel": channel, "how": how, **({"times": times} if times > 1 else {})}
        for (what, channel, how), times in named.items()
        if times > 0
    ]


def counted(rows: Iterable[Mapping[str, Any]]) -> Counter[Message]:
    """How many messages rows of `listed` stand for, in their order."""
    found: Counter[Message] = Counter()
    for each in rows:
        found[each["what"], each["channel"], each["how"]] += each.get("times", 1)
    return found


def with_numbers(decision: dict[str, Any], changed: Mapping[str, int]) -> dict[str, Any]:
    """A decision that lists what it sends, with the letters that go out and no others.

    Args:
        decision: as it was told.
        changed: how many letters of a name go out, of each name of which that is another number than was listed.
    """
    if "tells" not in decision or not changed:
        return decision
    told = counted(decision["tells"])
    for what, channel, how in list(told):
        if how == "sent" and what in changed:
            told[what, channel, how] = changed[what]
    named = {what for what, _, how in told if how == "sent"}
    told.update({(name, "notice", "sent"): changed[name] for name in sorted(set(changed) - named)})
    return {**decision, "tells": listed(told)}


def takes_back(moved: Sequence[dict[str, Any]]) -> bool:
    """Whether something that was billed already is owed no more, or is another amount."""
    return any(each["was"] is not None for each in moved)


def together(first: dict[str, Any], then: dict[str, Any], sent: Sequence[Outgoing]) -> dict[str, Any]:
    """What is answered of a fact that takes another one out first: its own decision, and the lists of both."""
    lists = {
        name: [*first.get(name, []), *(each for each in then.get(name, []) if each not in first.get(name, []))]
        for name in ("revises", "money")
    }
    withdrawn = [each for each in then.get("tells", []) if each["how"] == "withdrawn"]
    told = counted([*first.get("tells", []), *tells(sent), *withdrawn])
    return {**then, **lists, "tells": listed(told)}


def laid_out(
    domain: Domain[Any],
    before: dict[str, Any],
    walk: Walk,
    fallen: Sequence[Entry],
    happening: Happening,
    moved: Sequence[dict[str, Any]] = (),
) -> Revised:
    """What a fact comes to that says itself which entries fall: the same lists as of a life decided again."""
    own = [entry for entry in walk.new if base_op(entry.op).partition("#")[0] == happening.op]
    rest = [entry for entry in walk.new if entry not in own]
    typed = domain.state.model_validate
    sent = [each for messages in walk.outgoing.values() for each in messages]
    told = {
        "revises": _differences(fallen, [*own, *(entry.model_copy(update={"because": own[0].seq}) for entry in rest)]),
        "money": [*domain.revision.money(typed(before), typed(walk.state)), *moved],
        "tells": tells(sent),
    }
    outgoing = [(seq, each) for seq, messages in walk.outgoing.items() for each in messages]
    return Revised(domain, walk.state, list(walk.new), outgoing, told, told["revises"])


TOLD_CHANNELS = frozenset({"notice", "carrier"})
"""Channels that reach somebody outside."""


def _cause(pass_: Revision) -> int:
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
    pass_: Revision, new: Sequence[Entry], fallen: Sequence[Entry], typed: Any
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
    # A database keeps the data of a message, not the order of its names.
    return json.dumps(told.model_dump(mode="json"), sort_keys=True)


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


def _kind(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["event"], row["outcome"], row["effective_on"]


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
    pass_: Revision, fallen: Sequence[Entry], counterparts: Sequence[Outgoing], told: dict[str, Any]
) -> Entry | None:
    """The entry that says what falls: the undo or correction itself, or the sum of what a late fact revises."""
    taken = pass_.change.takes_out
    # What came by itself was nobody's decision: it goes without being missed.
    along = sorted(
        base_op(entry.op) for entry, fact in pass_.lost if entry.actor in BY_ITSELF or pass_.is_about_what_is_gone(fact)
    )
    ungrounded = sorted({base_op(entry.op) for entry, _ in pass_.lost} - set(along))
    if taken is None and not fallen and ungrounded == pass_.walk.typed.ungrounded:
        return None
    just_now = {entry.seq for entry in fallen}
    newly_lost = [entry for entry, _ in pass_.lost if entry.seq in just_now and base_op(entry.op) not in along]
    grounded = not ungrounded and GROUND_GONE in pass_.walk.typed.tasks
    seq = pass_.head_seq if taken is not None else max(entry.seq for entry in pass_.walk.new) + 1
    state = pass_.walk.typed
    gone = [entry.seq for entry in sorted(fallen, key=lambda each: each.seq)]
    articles = tuple(dict.fromkeys(article for entry in fallen for article in entry.articles)) or ARTICLES
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
    before = pass_.before.state
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
