"""NTT's callbacks (W-13.1, W-25.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from temporalio.service import RPCError, RPCStatusCode

from api.carrier.webhooks import finish, is_undecided, message_id, other_filing, take, verified
from api.contracts.kinds import FILING
from api.doors.auth import House
from api.doors.commands import deliver
from api.doors.people import find_line, keep_line
from api.doors.problems import Problem
from models.messages.carrier import FilingStatusMessage
from models.messages.filing import CarrierStatus, FilingState, workflow_id
from models.tables.log import Entity

router = APIRouter(prefix="/v1/carrier", tags=["carrier"])


TOLD = replace(FILING, missing=None)
"""NTT may answer before our own first record of a filing: its workflow is asked, not its row."""


@router.post("/filings/{filing_id}/status", summary="Where a filing stands")
async def filing_status(filing_id: str, request: Request, house: House) -> dict[str, Any]:
    """Each message carries the whole known state; a lower sequence is kept and changes nothing.

    What is not answered 200 says what to do next in `send_again`: `same`, `signed_anew`, `corrected`, `as_another`.
    """
    webhook_id, message = await verified(request, house, FilingStatusMessage)
    if message.filing_id != filing_id and (message.filing_id is not None or house.carrier_names_filing):
        raise other_filing(request, f"names {message.filing_id or 'no filing'}")
    entity_id = workflow_id(filing_id)
    if not await _known(house, entity_id):
        raise Problem(404, "NOT_FOUND", "There is no filing under this id.")
    body = message.model_dump(mode="json", exclude={"filing_id"})
    taken = await take(
        request,
        house,
        message_id("in", webhook_id),
        kind="FILING_STATUS",
        entity_id=entity_id,
        line_key=None,
        body=body,
    )
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
        **message.model_dump(exclude={"filing_id", "line_id", "reason", "defects"}),
        defects=list(message.defects or []),
    )
    outcome = await _send(house, filing_id, command)
    await finish(house, taken.message_id)
    return {"status": outcome}


async def _send(house: House, filing_id: str, command: CarrierStatus) -> str:
    try:
        answer = await deliver(house, TOLD, filing_id, "carrier_status", command)
    except Problem as problem:
        if problem.status != 409 or is_undecided(problem):
            raise
        # The filing is over: the message stays in the log of messages and changes nothing.
        return "kept"
    return str(answer.decision["outcome"])


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


def _line(session: Session, entity_id: str, line_id: str, at: datetime) -> str:
    """The key of the line that a message names; a line seen first belongs to the filing's side of NTT.

    Raises:
        Problem: 503 while neither the line nor the filing is on record: which side it is on is not known yet.
    """
    known = find_line(session, line_id)
    if known is not None:
        return known
    entity = session.get(Entity, entity_id)
    if entity is None:
        detail = "The filing is not on record yet, so the new line's operator is not known; send the message again."
        raise Problem(503, "FILING_NOT_RECORDED", detail)
    return keep_line(session, line_id, FilingState.model_validate(entity.state).carrier_area, at)
