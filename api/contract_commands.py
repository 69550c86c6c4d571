"""From a contract's door to its update: the note is kept, the command is sent once, the decision comes back."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from api.dry_run import dry_decision
from api.fields import Body, LongText, ReasonCode, Text, shown
from api.idempotency import Mutation, once
from api.people import keep_note
from api.send import update
from api.services import Caller, Services
from models.messages.contract import workflow_id
from models.messages.entity import Command


class Mutable(Body):
    """What every mutation may carry."""

    reason: LongText | None = None
    reason_code: ReasonCode | None = None
    on_behalf_of: Text | None = None


class Bare(Mutable):
    """Nothing but what every mutation may carry."""

    model_config = shown(reason="asked at the counter")


class Reasoned(Mutable):
    """A discretionary step demands a reason (X-05)."""

    model_config = shown(reason="checked by telephone", reason_code="other")

    reason: LongText
    reason_code: ReasonCode = "other"


COMMON = set(Mutable.model_fields)


async def command(
    request: Request,
    house: Services,
    who: Caller,
    contract_id: str,
    name: str,
    made: Command,
    body: Mutable | None = None,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    """Send one command to a contract; a dry run decides without sending.

    Raises:
        Problem: 404 for an unknown contract, or what was refused.
    """
    entity_id = workflow_id(contract_id)
    common = {
        "actor": who.name,
        "on_behalf_of": body.on_behalf_of if body else None,
        "reason_code": body.reason_code if body else None,
    }
    made = made.model_copy(update=common)
    if dry_run:
        answer = await house.read(lambda session: dry_decision(session, "contract", entity_id, name, made))
        return JSONResponse({**answer.decision, "state": answer.state, "dry_run": True})

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        note_id = None
        if body is not None and body.reason is not None:
            text = body.reason
            note_id = await house.read(lambda session: keep_note(session, f"N{seen.stem}", text, seen.at))
        sent = made.model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
        answer = await update(house, entity_id, name, sent)
        return 200, {**answer.decision, "state": answer.state}

    return await once(request, house, who, work)


def fields(body: Body) -> dict[str, Any]:
    """A body's own fields, without what every mutation may carry."""
    return body.model_dump(exclude=COMMON)
