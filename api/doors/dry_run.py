"""A dry run: the same decisions on the read row, with nothing changed and nothing sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.doors.problems import Problem
from api.doors.send import refused
from api.wire.spoken import tried
from decisions.common import part_by_part
from decisions.engine import AnyRun, Run
from decisions.lists import Message, Tells, counted, listed, tells
from decisions.registry import DOMAINS
from models.messages.entity import DECISION_FAILED, Answer, Command, DecideRevision, Entry, Refused
from models.operations.operation import impossible, refused_at_once
from models.tables.log import Entity
from rules.explain.articles import Language
from store.database import business_now
from store.facts.looked_up import look_up, standing
from store.log import entries, past

log = logging.getLogger(__name__)

OP = "dry-run"
"""The operation id of what nobody asked to be done."""


def dry_decision(
    session: Session, kind: str, entity_id: str | None, name: str, command: Command, language: Language | None = None
) -> Answer:
    """What would be decided now, with its sentence in a language; as the log would keep it where none is named.

    Raises:
        Problem: 404, or the refusal the command would get.
    """
    return _answered(_run(session, kind, entity_id, _state(session, kind, entity_id), name, command), kind, language)


def foreseen(
    session: Session,
    kind: str,
    entity_id: str,
    steps: Sequence[tuple[str, Command]],
    language: Language,
    *,
    now: datetime,
    at: datetime,
) -> Answer:
    """What the last of several commands would be told, if all but it came now and it came at a moment.

    Args:
        session: an open session.
        kind: of the entity.
        entity_id: which.
        steps: the commands, by name, in their order.
        language: of the sentence.
        now: the business moment at which it is asked; a clock that runs would be later each time it is looked at.
        at: that of the last, never before now; what falls due until then is carried out first.

    Raises:
        Problem: 404, or the refusal the first that is not possible would get.
    """
    state, so_far = _state(session, kind, entity_id), None
    if len(steps) > 1:
        so_far = entries(session, entity_id)
    for index, (name, command) in enumerate(steps[:-1]):
        own = command.model_copy(update={"op": f"{OP}-{index}"})
        run = _run(session, kind, entity_id, state, name, own, now, so_far)
        state, so_far = run.outcome.state, [*(so_far or ()), *run.outcome.entries]
    return _answered(_run(session, kind, entity_id, state, *steps[-1], max(at, now), so_far), kind, language)


def of_an_approval(session: Session, kind: str, entity_id: str, held_id: str) -> Sequence[Entry]:
    """What an approval now would record of what waits for an operator; nothing where it waits no more."""
    approval = DecideRevision(held_id=held_id, accept=True)
    try:
        run = _run(session, kind, entity_id, _state(session, kind, entity_id), "decide_revision", approval)
    except Problem:
        return ()
    return run.outcome.entries


def _state(session: Session, kind: str, entity_id: str | None) -> dict[str, Any]:
    """The state as it is stored; of what is only about to begin, that of nothing.

    Raises:
        Problem: 404.
    """
    entity = session.get(Entity, entity_id) if entity_id else None
    if entity_id is not None and entity is None:
        raise Problem(404, "NOT_FOUND", f"There is no {kind} under this id.")
    return entity.state if entity else DOMAINS[kind].state().model_dump(mode="json")


def _run(
    session: Session,
    kind: str,
    entity_id: str | None,
    state: dict[str, Any],
    name: str,
    command: Command,
    moment: datetime | None = None,
    told: Sequence[Entry] | None = None,
) -> AnyRun:
    """Decide, and write nothing.

    Args:
        session: an open session.
        kind: of the entity.
        entity_id: which; None: one that is only about to begin.
        state: its state.
        name: of the command.
        command: as it would come.
        moment: the business moment; None: now.
        told: its log, where that is another one than what is stored.

    Raises:
        Problem: the refusal the command would get.
    """
    domain = DOMAINS[kind]
    moment = business_now(session) if moment is None else moment
    command = command.model_copy(update={"op": command.op or OP, "at": moment})
    typed = domain.state.model_validate(state)
    if not typed.closed and refused_at_once(domain.operations, name, typed, command, moment):
        detail = impossible(kind, name, typed)
        allowed = domain.allowed(typed)
        raise Problem(409, "ILLEGAL_TRANSITION", detail, state=typed.state, allowed=allowed)
    kept = domain.revisable and told is None
    facts, asked = look_up(session, domain, state, name, command, moment), standing(session, kind, state)

    def begin(from_state: dict[str, Any], from_log: Sequence[Entry]) -> AnyRun:
        return Run(domain, from_state, moment, log=from_log, facts=facts, standing=asked)

    run = Run(
        domain,
        state,
        moment,
        log=told if told is not None else lambda: entries(session, entity_id) if entity_id else [],
        past=(lambda: past(session, entity_id) if entity_id else None) if kept else None,
        facts=facts,
        standing=asked,
    )
    run = _decided(run, begin, name, command)
    if run.outcome.refused is not None:
        raise refused(_of_recorded(run.outcome.refused, int(state["seq"])).model_dump(mode="json"))
    if run.outcome.answer is None:
        raise Problem(409, "NOTHING_DECIDED", "Nothing was decided.")
    return run


def _decided(run: AnyRun, begin: part_by_part.Begin, name: str, command: Command) -> AnyRun:
    """Decide; a defect of ours is answered as the command itself would be, which goes on past what else fails.

    Raises:
        Problem: 409 `DECISION_FAILED`, the command cannot be decided because of a defect.
        SQLAlchemyError: the database is away.
    """
    try:
        run.decide(name, command)
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever it is, it is what the command would meet
        log.warning("a dry run of %s met a defect; its parts one by one", name, exc_info=error)
    else:
        return run
    try:
        return part_by_part.decide(begin, run, name, command, (SQLAlchemyError,))
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("a dry run of %s failed by a defect", name)
        detail = f"{name} could not be decided because of a defect in this service; nothing of it would be recorded."
        raise Problem(409, DECISION_FAILED, detail) from error


def _of_recorded(told: Refused, last: int) -> Refused:
    """A refusal without the number of what would be recorded before it, which nobody could look up.

    Args:
        told: as the run refused it.
        last: the last number that is recorded.
    """
    again = told.values.get("waits_as")
    if again is None or int(again) <= last:
        return told
    held = told.values["held"]
    detail = (
        f"Revision {held} comes to something else by what is due now. "
        "Once that is recorded it waits under a new number: look at it, then approve that one."
    )
    return told.model_copy(update={"detail": detail, "values": {"held": held, "overtaken": held}})


def _answered(run: AnyRun, kind: str, language: Language | None) -> Answer:
    answer = run.outcome.answer
    if answer is None:
        message = "what was refused has no answer"
        raise RuntimeError(message)
    answer = tried(run, answer, kind, OP, language) if language is not None else answer
    decision = _without_new_numbers(answer.decision, int(run.outcome.before["seq"]))
    return answer.model_copy(update={"decision": {**decision, **_effects(run)}})


def _without_new_numbers(decision: dict[str, Any], last: int) -> dict[str, Any]:
    """A decision that names no entry later than the last that is recorded: nobody could look it up, or approve it."""
    made = dict(decision)
    if made.get("held_id") is not None and int(made["held_id"]) > last:
        made["held_id"] = None
    if made.get("revises"):
        made["revises"] = [
            {**row, "seq": None} if row["seq"] is not None and row["seq"] > last else row for row in made["revises"]
        ]
    if made.get("voids"):
        made["voids"] = [seq for seq in made["voids"] if seq <= last]
    return made


def _effects(run: AnyRun) -> dict[str, Any]:
    """What would follow: who is told, what comes to lie ahead with the moment until which it can be undone.

    Whether the record closes with it is said where it does.
    Of what would wait for an operator, what follows once it is approved.
    """
    waiting = run.outcome.waiting
    state = waiting.state if waiting is not None else run.outcome.state
    before = run.outcome.before.get("agenda", {})
    agenda = sorted(state.get("agenda", {}).items(), key=lambda pair: (pair[1]["at"], pair[0]))
    # A revision tells itself what it sends: each message is counted once.
    told = counted(run.outcome.answer.decision.get("tells", []) if run.outcome.answer else [])
    sent = counted(tells([message for _, message in run.outcome.outgoing]))
    closes = state.get("closed") and not run.outcome.before.get("closed")
    return {
        **({"closed": True} if closes else {}),
        "tells": [
            {**each, "name": each["what"]} if _message(each) not in told else each for each in listed(told | sent)
        ],
        "ahead": [
            {
                "on": item["on"],
                "event": item["event"],
                "label": item["label"],
                "undo_until": item["undo_until"],
            }
            for name, item in agenda
            if name not in before or before[name]["at"] != item["at"]
        ],
    }


def _message(told: Tells) -> Message:
    return told["what"], told["channel"], told["how"]
