"""What a decision says in one sentence, in the language of whoever reads it.

The log keeps what was decided with its English sentence, and nothing in it changes with who reads it. Every other
language is worded from the entry as it is read, by the same function that tells why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from decisions import fold
from decisions.engine import Run
from decisions.registry import DOMAINS
from models.messages.entity import Answer, Entry
from models.tables.log import Entity, Transition
from rules.explain import sentence
from rules.explain.articles import Language
from store.log import entries

KEPT: Language = "en"
"""The language of what the log keeps."""

FOLDED_MAX = 100
"""Entries of a log that are folded to word the last of them."""

State = Mapping[str, Any]


def details(session: Session, entity_id: str, numbers: Collection[int], language: Language) -> dict[int, str]:
    """Number of an entry → its sentence; empty for the language that is kept."""
    if language == KEPT or not numbers:
        return {}
    kind = entity_id.partition("/")[0]
    log = [entry for entry in entries(session, entity_id) if entry.seq <= max(numbers)]
    initial = DOMAINS[kind].state().model_dump(mode="json")
    return {
        entry.seq: _sentence(entry, facts, language, kind)
        for entry, facts in zip(log, fold.along(initial, log), strict=True)
        if entry.seq in numbers and "detail" in entry.decision
    }


def recorded(session: Session, entity_id: str, op: str, answer: Answer, language: Language) -> Answer:
    """What a command was answered, with its sentence; as it is, where nothing was recorded under its operation."""
    if language == KEPT or "detail" not in answer.decision:
        return answer
    query = select(col(Transition.seq)).where(col(Transition.entity_id) == entity_id, col(Transition.op) == op)
    seq = session.execute(query).scalar_one_or_none()
    if seq is None:
        return answer
    if seq <= FOLDED_MAX:
        return _with(answer, details(session, entity_id, [seq], language).get(seq))
    # What was just decided stands in the state: a long life is not folded again for the sake of a sentence.
    (own,) = entries(session, entity_id, after=seq - 1)[:1]
    state = session.get_one(Entity, entity_id).state
    return _with(answer, _sentence(own, (state, state), language, entity_id.partition("/")[0]))


def tried(run: Run, answer: Answer, kind: str, op: str, language: Language) -> Answer:
    """What a dry run would be answered, with the sentence of the entry it would leave."""
    own = next((entry for entry in run.outcome.entries if entry.op == op), None)
    if language == KEPT or own is None or "detail" not in answer.decision:
        return answer
    return _with(answer, _sentence(own, (run.outcome.before, run.outcome.state), language, kind))


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


def _with(answer: Answer, said: str | None) -> Answer:
    return answer if said is None else answer.model_copy(update={"decision": {**answer.decision, "detail": said}})
