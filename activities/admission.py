"""What may be asked straight through Temporal, where everybody who reaches its frontend can ask (see `models.seal`)."""

from __future__ import annotations

from typing import Any

from decisions.domain import Domain
from models.messages.entity import Command, RecordRequest, Refused
from models.seal import START, Seals

STRAIGHT = "temporal:"
"""How the actor of a command begins that came without a door: who sent it is only what it says."""

ACTOR_MAX = 80

_BEGUN_BY_ANYBODY = frozenset({"contract", "filing", "membership", "rollout"})
"""Kinds that may begin by a start straight through Temporal; an exchange needs a member's session."""


def admitted(seals: Seals | None, domain: Domain[Any], request: RecordRequest, command: Command) -> Command | Refused:
    """The command as it counts, or why it does not.

    With a seal of ours it counts as it is. Without one, only what is published for operators does (an operation with
    an example, a beginning): at the moment it is decided, in nobody's name but Temporal's, and approving nothing.

    Args:
        seals: None: no secret is known here, and everything counts.
        domain: the kind of entity.
        request: what came with it.
        command: what is asked.
    """
    if seals is None or request.outside is None:
        return command
    name = START if request.outside == START else str(request.name)
    if seals.holds(request.entity_id, name, command):
        return command
    if command.seal is not None:
        return _refused("BAD_SEAL", "The seal of this command is not ours, or something in it was changed.")
    operation = domain.operations.get(str(request.name))
    published = operation is not None and bool(operation.example)
    if not (published if request.outside != START else domain.kind in _BEGUN_BY_ANYBODY):
        what = f"{request.name} is not sent straight through Temporal"
        return _refused("NOT_PUBLISHED", f"{what}: the page of the execution lists what is; the API has the rest.")
    actor = command.actor.removeprefix(STRAIGHT)
    # Nothing is said in another's name, and no free text goes along.
    return command.model_copy(
        update={"at": None, "actor": f"{STRAIGHT}{actor}"[:ACTOR_MAX], "on_behalf_of": None, "approved": False}
    )


def _refused(code: str, detail: str) -> Refused:
    return Refused(status=403, code=code, detail=detail, articles=["X-05"])
