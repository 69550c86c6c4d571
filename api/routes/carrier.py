"""NTT's callbacks (W-13.1, W-25.1)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from temporalio.service import RPCError, RPCStatusCode

from api.auth import House
from api.people import keep_line
from api.problems import Problem
from api.send import update
from api.webhooks import finish, take, verified
from models.messages.carrier import FilingStatusMessage
from models.messages.filing import CarrierStatus, FilingState, workflow_id
from models.tables.log import Entity

router = APIRouter(prefix="/v1/carrier", tags=["carrier"])


@router.post("/filings/{filing_id}/status", summary="Where a filing stands")
async def filing_status(filing_id: str, request: Request, house: House) -> dict[str, Any]:
    """Each message carries the whole known state; a lower sequence is kept and changes nothing."""
    webhook_id, message = await verified(request, house, FilingStatusMessage)
    entity_id = workflow_id(filing_id)
    if not await _known(house, entity_id):
        raise Problem(404, "NOT_FOUND", "There is no filing under this id.")
    body = message.model_dump(mode="json")
    taken = await take(house, webhook_id, kind="FILING_STATUS", entity_id=entity_id, line_key=None, body=body)
    if taken.seen:
        return {"status": "already_taken"}
    line_key = None
    if message.line_id is not None:
        line_key = await house.read(lambda session: _line(session, entity_id, str(message.line_id), taken.at))
    command = CarrierStatus(
        op=f"carrier/{webhook_id}",
        at=taken.at,
        actor="carrier",
        line_key=line_key,
        **message.model_dump(exclude={"line_id", "reason", "defects"}),
        defects=list(message.defects or []),
    )
    outcome = await _send(house, entity_id, command)
    await finish(house, webhook_id)
    return {"status": outcome}


async def _send(house: House, entity_id: str, command: CarrierStatus) -> str:
    try:
        answer = await update(house, entity_id, "carrier_status", command)
    except Problem as problem:
        if problem.status != 409:
            raise
        # The filing is over: the message stays in the log of messages and changes nothing.
        return "kept"
    return str(answer.decision.get("outcome", "taken"))


async def _known(house: House, entity_id: str) -> bool:
    """A callback can overtake our own first record of the filing, so its workflow counts too."""
    if await house.read(lambda session: session.get(Entity, entity_id) is not None):
        return True
    try:
        await house.client.get_workflow_handle(entity_id).describe()
    except RPCError as error:
        if error.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT}:
            return False
        raise
    return True


def _line(session: Session, entity_id: str, line_id: str, at: Any) -> str:
    entity = session.get(Entity, entity_id)
    operator = FilingState.model_validate(entity.state).operator if entity else "EAST"
    return keep_line(session, line_id, operator, at)
