"""A dry run: the same decisions on the read row, with nothing changed and nothing sent."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from api.doors.problems import Problem
from api.doors.send import refused
from decisions.engine import Run
from decisions.registry import DOMAINS
from decisions.revision_summary import TOLD_CHANNELS
from models.messages.entity import Answer, Command
from models.operations.operation import impossible, refused_at_once
from models.tables.log import Entity
from store.database import business_now
from store.facts.looked_up import look_up, standing
from store.log import entries, past


def dry_decision(session: Session, kind: str, entity_id: str | None, name: str, command: Command) -> Answer:
    """What would be decided now.

    Raises:
        Problem: 404, or the refusal the command would get.
    """
    domain = DOMAINS[kind]
    moment = business_now(session)
    command = command.model_copy(update={"op": "dry-run", "at": moment})
    entity = session.get(Entity, entity_id) if entity_id else None
    if entity_id is not None and entity is None:
        raise Problem(404, "NOT_FOUND", f"There is no {kind} under this id.")
    state = entity.state if entity else domain.state().model_dump(mode="json")
    typed = domain.state.model_validate(state)
    if not typed.closed and refused_at_once(domain.operations, name, typed, command, moment):
        detail = impossible(kind, name, typed)
        allowed = domain.allowed(typed)
        raise Problem(409, "ILLEGAL_TRANSITION", detail, state=typed.state, allowed=allowed)
    run = Run(
        domain,
        state,
        moment,
        log=lambda: entries(session, entity_id) if entity_id else [],
        past=(lambda: past(session, entity_id) if entity_id else None) if domain.revisable else None,
        facts=look_up(session, domain, state, name, command, moment),
        standing=standing(session, kind, state),
    )
    run.command(name, command)
    if run.outcome.refused is not None:
        raise refused(run.outcome.refused.model_dump(mode="json"))
    if run.outcome.answer is None:
        raise Problem(409, "NOTHING_DECIDED", "Nothing was decided.")
    answer = run.outcome.answer
    return answer.model_copy(update={"decision": {**answer.decision, **_effects(run)}})


def _effects(run: Run) -> dict[str, Any]:
    """What would follow: who is told, and what comes to lie ahead with the moment until which it can be undone."""
    before = run.outcome.before.get("agenda", {})
    agenda = sorted(run.outcome.state.get("agenda", {}).items(), key=lambda pair: (pair[1]["at"], pair[0]))
    tells = [
        *(run.outcome.answer.decision.get("tells", []) if run.outcome.answer else []),
        *(
            {"channel": message.channel, "what": message.name, "name": message.name, "how": "sent"}
            for _, message in run.outcome.outgoing
            if message.channel in TOLD_CHANNELS
        ),
    ]
    return {
        # A revision tells itself what it sends: each message is named once.
        "tells": [each for index, each in enumerate(tells) if _message(each) not in map(_message, tells[:index])],
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


def _message(told: dict[str, Any]) -> tuple[str, str, str]:
    return told["what"], told["channel"], told["how"]
