"""NTT's notices about lines (W-13.1b, W-25.1, W-25.1f)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from api.carrier.subscribers import LINE_SUBSCRIBERS, LineSubscriber, tell
from api.carrier.webhooks import Callback, finish, message_id, sent_once, take, verified
from api.doors.auth import House
from api.doors.people import find_line
from api.doors.problems import Problem
from api.services import Services
from models.messages.carrier import LineNotice
from models.tables.contract.filing import CarrierMessage

router = APIRouter(prefix="/v1/carrier", tags=["carrier"])

EXAMPLE = {
    "notice_id": "N-2019-000123",
    "line_id": "CAF1234567890",
    "kind": "service_type_changed",
    "effective_on": "2019-02-10",
    "details": {"service_type": "MANSION", "by": "customer"},
}

_BODY = {"requestBody": {"required": True, "content": {"application/json": {"example": EXAMPLE}}}}


@router.post("/line-notices", summary="Something happened to a line", openapi_extra=_BODY)
async def line_notices(request: Request, house: House) -> dict[str, Any]:
    """One signed notice serves every contract and membership on the line; a repeated `notice_id` changes nothing.

    Of two notices with one `notice_id`, or under one `webhook-id`, the first stands and another is 409. A line nobody
    is on is `unknown_line`: the notice is kept. What is not answered 200 says what to do next in `send_again`: `same`,
    `signed_anew`, `corrected`, `as_another`.
    """
    webhook_id, sent = await verified(request, house, LineNotice)
    await sent_once(request, house, webhook_id, sent.notice_id)
    line_key = await house.read(lambda session: find_line(session, sent.line_id))
    taken = await take(
        request,
        house,
        message_id("notice", sent.notice_id),
        kind="LINE_CHARGES" if sent.kind == "line_statement" else "LINE_CHANGE",
        entity_id=None,
        line_key=line_key,
        body=sent.model_dump(mode="json"),
    )
    if taken.seen:
        return {"status": "already_taken"}
    notice = LineNotice.model_validate(taken.body)
    served = await _serve(house, notice, taken)
    if notice.kind == "line_statement" and not any(each["outcome"] == "taken" for each in served):
        await house.read(lambda session: _forget_items(session, taken.message_id))
    await finish(house, taken.message_id)
    return {"status": "taken" if served else "unknown_line", "served": served}


async def _serve(house: Services, notice: LineNotice, taken: Callback) -> list[dict[str, str]]:
    """Tell everyone on the line; one that does not answer keeps nobody else from hearing.

    Raises:
        Problem: 503 or 409 `DECISION_FAILED` once all were tried; the repeated notice reaches those who missed it.
    """
    line_key = await house.read(lambda session: find_line(session, notice.line_id))
    if line_key is None:
        return []
    key: str = line_key
    served: list[dict[str, str]] = []
    missed: Problem | None = None
    for subscriber in LINE_SUBSCRIBERS:
        for each in await _on_line(house, subscriber, key, notice):
            try:
                outcome = await tell(house, subscriber, each, notice, taken.at)
            except Problem as problem:
                missed = problem
            else:
                served.append({"kind": subscriber.kind.name, "id": each, "outcome": outcome})
    if missed is not None:
        raise missed
    return served


async def _on_line(house: Services, subscriber: LineSubscriber, line_key: str, notice: LineNotice) -> list[str]:
    return await house.read(lambda session: subscriber.find(session, line_key, notice))


def _forget_items(session: Session, message_id: str) -> None:
    """Charges of a month without payment on behalf are not ours to hold (W-25.1f)."""
    row = session.get_one(CarrierMessage, message_id)
    row.body = {**row.body, "details": {**row.body["details"], "items": []}}
    flag_modified(row, "body")
