"""What one pass over an entity has recorded so far, and what of it goes out and is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic

from pydantic_core import to_jsonable_python

from decisions.domain import Domain, NotAllowedError, Outgoing, S, T
from decisions.lists import with_numbers
from decisions.past import Past
from decisions.recording.book import kept
from decisions.revision_summary import Revised
from decisions.walk import Refusals, Walk
from models.messages.entity import Answer, Entry, Refused, Told
from rules.calendar import japan_day
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
    waiting: Revised[Any, Any] | None = None
    """What a change comes to that is held: nothing of it is recorded before an operator approves it."""


@dataclass(frozen=True)
class _Once:
    """What goes out of messages that are sent together."""

    goes: list[tuple[int, Outgoing]]
    """With the sequence number of the entry that sends it."""
    changed: dict[str, int] = field(default_factory=dict)
    """How many go of a name, of each of which that is another number than was decided."""
    left_out: dict[int, list[Told]] = field(default_factory=dict)
    """Entry → those of its messages that do not go."""


class Pass(Generic[S, T]):
    """One pass over one entity at one business moment, the moment of keying in."""

    def __init__(
        self,
        domain: Domain[S, T],
        state: dict[str, Any],
        moment: datetime,
        *,
        log: Callable[[], Sequence[Entry]] | Sequence[Entry] = (),
        past: Callable[[], Past | None] | None = None,
        facts: object | None = None,
        standing: T | None,
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
    def typed(self) -> S:
        """The typed state as it stands now."""
        return self.domain.state.model_validate(self.outcome.state)

    @property
    def log_begun(self) -> bool:
        """Whether anything was recorded before."""
        return bool(self.outcome.state["seq"])

    def _so_far(self) -> list[Entry]:
        return [*self.log, *self.outcome.entries]

    def _since(self) -> list[Entry]:
        """What has been recorded since the point of the life that is known."""
        return [*(self.past.since if self.past is not None else ()), *self.outcome.entries]

    def _walk(self) -> Walk[S, T]:
        return Walk(self.domain, self.outcome.state, log=self._so_far, standing=self.standing)

    def _take(self, walk: Walk[S, T]) -> None:
        self.outcome.state = walk.state
        self.outcome.entries.extend(walk.new)
        self.outcome.outgoing.extend(
            (entry.seq, each) for entry in walk.new for each in walk.outgoing.get(entry.seq, ())
        )

    def _adopt(self, revised: Revised[S, T]) -> None:
        self.outcome.state = revised.state
        self.outcome.entries.extend(revised.entries)
        self.outcome.outgoing.extend(revised.outgoing)
        self.outcome.answer = Answer(state=self.outcome.state["state"], decision=revised.told)

    # What goes out, and what is told

    def _say_once(self) -> None:
        """Of what goes out together nothing is said twice, whatever was carried out at once; what is told says so."""
        entries = self.outcome.entries
        if not entries:
            return
        once = self._once(self.outcome.outgoing, entries, self.outcome.before, self.outcome.state)
        self.outcome.outgoing, changed = once.goes, once.changed
        if once.left_out:
            self.outcome.entries = entries = [_marked(entry, once.left_out.get(entry.seq, ())) for entry in entries]
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
    ) -> _Once:
        """What goes out of messages, each with the number of its entry."""
        messages = [message for _, message in sent]
        made = self.domain.revision.once(messages, before, after, japan_day(self.moment))
        if made == messages:
            return _Once(sent)
        numbers = [seq for seq, _ in sent] + [entries[-1].seq] * (len(made) - len(sent))
        left = [(seq, each) for seq, each in zip(numbers, made, strict=True) if each is not None]
        goes = Counter(message.name for _, message in left)
        was = Counter(message.name for message in messages)
        changed = {name: goes[name] for name in {*goes, *was} if goes[name] != was[name]}
        left_out: dict[int, list[Told]] = {}
        for (seq, message), each in zip(sent, made, strict=False):
            if each is None:
                left_out.setdefault(seq, []).append(kept(message))
        return _Once(left, changed, left_out)

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


def _marked(entry: Entry, left_out: Sequence[Told]) -> Entry:
    """The entry, with those of its messages marked that do not go out, since another one says what is to be said."""
    left, told = list(left_out), list[Told]()
    for each in entry.told:
        if each in left:
            left.remove(each)
            told.append(each.model_copy(update={"unsent": True}))
        else:
            told.append(each)
    return entry.model_copy(update={"told": told})
