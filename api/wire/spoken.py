"""What a decision says in one sentence, in the language of whoever reads it.

The log keeps what was decided with its English sentence, and nothing in it changes with who reads it. Every other
language is worded from the entry as it is read, by the same function that tells why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from decisions import fold
from decisions.approval import HOLD
from decisions.engine import AnyRun
from decisions.registry import DOMAINS
from models.messages.entity import Answer, Entry
from models.tables.log import Entity, Transition
from rules.calendar import start_of
from rules.explain import english, sentence
from rules.explain.articles import Language
from store.log import entries, lately

KEPT: Language = "en"
"""The language of what the log keeps."""

IF_APPROVED = "if_approved"
"""What is decided once an operator approves what waits."""

FOLDED_MAX = 100
"""Entries of a log that are folded to word the last of them."""

State = Mapping[str, Any]
Revises = Sequence[Mapping[str, Any]]
"""What falls and what stands in its place, row by row."""


def details(session: Session, entity_id: str, numbers: Collection[int], language: Language) -> dict[int, str]:
    """Number of an entry → its sentence."""
    if not numbers:
        return {}
    kind = entity_id.partition("/")[0]
    if language == KEPT:
        kept = [entry for entry in entries(session, entity_id, after=min(numbers) - 1) if entry.seq in numbers]
        return {each.seq: english(str(each.decision["detail"]), kind) for each in kept if "detail" in each.decision}
    log = [entry for entry in entries(session, entity_id) if entry.seq <= max(numbers)]
    return {
        entry.seq: _sentence(entry, facts, language, kind)
        for entry, facts in zip(log, fold.along(_initial(kind), log), strict=True)
        if entry.seq in numbers and "detail" in entry.decision
    }


def recorded(
    session: Session,
    entity_id: str,
    op: str,
    answer: Answer,
    language: Language,
    waits: Callable[[str], Sequence[Entry]],
) -> Answer:
    """What a command was answered, with its sentences; as it is, where nothing was recorded under its operation.

    Args:
        session: to read with.
        entity_id: whose.
        op: the command's operation.
        answer: as it is kept.
        language: of the reader.
        waits: the id of what waits for an approval → what that would record now.
    """
    if "detail" not in answer.decision:
        return answer
    query = select(col(Transition.seq)).where(col(Transition.entity_id) == entity_id, col(Transition.op) == op)
    seq = session.execute(query).scalar_one_or_none()
    if seq is None:
        return answer
    own = _answering(entries(session, entity_id, after=seq - 1), op, answer)
    kind = entity_id.partition("/")[0]
    if own is None:
        return answer
    if own.seq > FOLDED_MAX:
        # What was just decided stands in the state: a long life is not folded again for the sake of a sentence.
        state = session.get_one(Entity, entity_id).state
        said = _with(answer, _sentence(own, (state, state), language, kind))
    else:
        said = _with(answer, details(session, entity_id, [own.seq], language).get(own.seq))
    comes = waits(answer.decision["held_id"]) if IF_APPROVED in answer.decision else ()
    return _revising_as_recorded(session, entity_id, said, comes, language)


def revised(session: Session, entity_id: str, rows: Revises, language: Language) -> Revises:
    """The rows of a revision as a command was answered them, of an answer that has no sentence of the log itself."""
    kind = entity_id.partition("/")[0]
    answer = Answer(state="", decision={"revises": list(rows)})
    if language == KEPT:
        said = in_english(answer, kind)
    else:
        said = _revising_as_recorded(session, entity_id, answer, (), language)
    return list(said.decision["revises"])


def tried(run: AnyRun, answer: Answer, kind: str, op: str, language: Language) -> Answer:
    """What a dry run would be answered, with the sentences of the entries it would leave."""
    if language == KEPT:
        return in_english(answer, kind)
    own = _answering(run.outcome.entries, op, answer)
    if own is None or "detail" not in answer.decision:
        return answer
    said = _with(answer, _sentence(own, (run.outcome.before, run.outcome.state), language, kind))
    made = run.outcome.entries
    if run.outcome.waiting is not None:
        # In the place of the entry that only says that it waits.
        made = [*(each for each in made if each.event != HOLD), *run.outcome.waiting.entries]
    return _revising(said, lambda: _Told(_initial(kind), [*run.log, *made]), language, kind)


def in_english(answer: Answer, kind: str) -> Answer:
    """The sentences of the log with names in place of codes."""
    decision = dict(answer.decision)
    if isinstance(decision.get("detail"), str):
        decision["detail"] = english(decision["detail"], kind)
    if decision.get("revises"):
        sides = ("was", "becomes")
        decision["revises"] = [
            {**row, **{side: _named(row[side], kind) for side in sides if row.get(side)}} for row in decision["revises"]
        ]
    if decision.get(IF_APPROVED):
        decision[IF_APPROVED] = _named(decision[IF_APPROVED], kind)
    return answer.model_copy(update={"decision": decision})


def _named(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {**row, "detail": english(str(row["detail"]), kind)} if row.get("detail") else dict(row)


def _answering(log: Sequence[Entry], op: str, answer: Answer) -> Entry | None:
    """The entry that says what the answer says: of several of one command, not the one that only says it came in."""
    first = next((index for index, entry in enumerate(log) if entry.op == op), None)
    if first is None:
        return None
    asked = {name: answer.decision[name] for name in _TELLING if name in answer.decision}
    same = (entry for entry in log[first:] if all(entry.decision.get(name) == asked[name] for name in asked))
    return next(same, log[first])


_TELLING = ("outcome", "effective_on", "articles")


def _revising_as_recorded(
    session: Session, entity_id: str, answer: Answer, comes: Sequence[Entry], language: Language
) -> Answer:
    """What falls and what comes of a life as it is recorded, in the reader's language."""
    kind = entity_id.partition("/")[0]
    # What a revision touches is behind every point that it leaves; an answer of long ago may tell of what is not.
    kept = lately(session, entity_id) if _asks(answer) else None
    if kept is not None:
        state, since = kept
        lives = _Told(state, [*since, *comes])
        if lives.tells_all(answer):
            return _revising(answer, lambda: lives, language, kind)
    return _revising(answer, lambda: _Told(_initial(kind), [*entries(session, entity_id), *comes]), language, kind)


def _initial(kind: str) -> State:
    begun: State = DOMAINS[kind].state().model_dump(mode="json")
    return begun


def _asks(answer: Answer) -> bool:
    return bool(answer.decision.get("revises"))


class _Told:
    """Entries of a life by what is said of them in short, with the state before and after each."""

    def __init__(self, initial: State, log: Sequence[Entry]) -> None:
        self.along = list(zip(log, fold.along(initial, log), strict=True))
        self._said = {(*_about(entry), entry.effective_on.isoformat()): (entry, facts) for entry, facts in self.along}

    def find(self, row: Mapping[str, Any]) -> tuple[Entry, tuple[State, State]] | None:
        return self._said.get((row["event"], row["detail"], row["effective_on"]))

    def of_approval(self, own: Mapping[str, Any]) -> tuple[Entry, tuple[State, State]] | None:
        return next(
            (each for each in reversed(self.along) if _about(each[0]) == (own["event"], own.get("detail"))), None
        )

    def tells_all(self, answer: Answer) -> bool:
        rows = (row[side] for row in answer.decision["revises"] for side in ("was", "becomes"))
        own = _own(answer)
        return all(row is None or self.find(row) for row in rows) and (own is None or self.of_approval(own) is not None)


def _own(answer: Answer) -> Mapping[str, Any] | None:
    """What an approval would record of itself, where that has an event and a day."""
    own = answer.decision.get(IF_APPROVED)
    return own if own and own["event"] is not None and own.get("effective_on") is not None else None


def _revising(answer: Answer, told: Callable[[], _Told], language: Language, kind: str) -> Answer:
    """What falls and what comes is told in the reader's language, too."""
    if not _asks(answer):
        return answer
    decision, lives = dict(answer.decision), told()

    def reworded(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        if row is None:
            return None
        found = lives.find(row)
        # What waits no more, or comes to something else by now: what was to happen, and when, without its arithmetic.
        worded = _sentence(*found, language, kind) if found is not None else _in_short(row, language, kind)
        return {**row, "detail": worded}

    decision["revises"] = [
        {**row, "was": reworded(row["was"]), "becomes": reworded(row["becomes"])} for row in decision["revises"]
    ]
    own = _own(answer)
    if own is not None:
        found = lives.of_approval(own)
        worded = _sentence(*found, language, kind) if found is not None else _in_short(own, language, kind)
        decision[IF_APPROVED] = {**own, "detail": worded}
    return answer.model_copy(update={"decision": decision})


def _about(entry: Entry) -> tuple[str, str | None]:
    return entry.event, entry.decision.get("detail")


def _sentence(entry: Entry, facts: tuple[State, State], language: Language, kind: str) -> str:
    return sentence(
        event=entry.event,
        articles=tuple(entry.articles),
        decision=entry.decision,
        facts=facts,
        when=(entry.received_at, entry.effective_on),
        language=language,
        kind=kind,
    )


def _in_short(row: Mapping[str, Any], language: Language, kind: str) -> str:
    on = date.fromisoformat(row["effective_on"])
    return sentence(
        event=row["event"],
        articles=(),
        decision={"outcome": row["outcome"]},
        facts=({}, {}),
        when=(start_of(on), on),
        language=language,
        kind=kind,
    )


def _with(answer: Answer, said: str | None) -> Answer:
    return answer if said is None else answer.model_copy(update={"decision": {**answer.decision, "detail": said}})
