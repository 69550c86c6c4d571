"""Exchanging points, from the member's own session only (ポイント交換, M-09)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from sqlmodel import Session

from api.doors.auth import House, MemberOnly, MemberOrReader
from api.doors.commands import MemberDoor, OperatorDoor, OperatorSending
from api.doors.fields import Body, Email, Moment, PhoneOrNone, Reasoned, SettlementBody, Text, shown
from api.doors.idempotency import Mutation
from api.doors.paging import Paging
from api.exchanges import case, requests, view
from api.exchanges.member_sessions import check_site
from api.services import Caller
from api.wire.spoken import details
from models.messages.club.exchange import PAYMENT_TOLD, UNDO_PAYMENT_TOLD, PaymentTold, workflow_id
from models.messages.contract.notices import SettleTask
from models.messages.entity import Command
from rules.calendar import japan_day
from store.database import business_now

router = APIRouter(prefix="/v1", tags=["sessions"])

_KNOWN = replace(requests.EXCHANGE, missing="There is no exchange that was sent under this id.")

_WRONGLY_KEYED = replace(_KNOWN, usual_reason="entry_error")
"""Taken back is only what an operator has keyed in."""

QUANTITY_MAX = 1_000_000
"""What a database holds; the rules say less."""


class DraftBody(Body):
    """What is wanted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"item_id": "GIFT-100", "quantity": 1}]})

    item_id: Text
    quantity: int = Field(default=1, ge=-QUANTITY_MAX, le=QUANTITY_MAX)


class FormBody(Body):
    """Fields of the request form, each for this request only; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"email": "taro@example.com", "phone": "03-0000-0001", "quantity": 2}]},
    )

    email: Email | Literal[""] | None = None
    phone: PhoneOrNone | None = None
    quantity: int | None = Field(default=None, ge=-QUANTITY_MAX, le=QUANTITY_MAX)


class OutcomeBody(Reasoned):
    """What NTT East said of a fee payment that it has not answered, by telephone or letter."""

    model_config = shown(outcome="taken", told_at="2024-06-12T10:00:00+09:00", reason="told by telephone")

    outcome: Literal["taken", "refused"]
    told_at: Moment


@router.get("/items", summary="What points can be exchanged for")
async def items(house: House, who: MemberOnly) -> dict[str, Any]:
    """Gift codes and the payment of charges (M-01.4); `available` counts what can be had now."""

    def load(session: Session) -> dict[str, Any]:
        now = business_now(session)
        check_site(session, who.member_id, now)
        return {"items": view.items(session, japan_day(now)), "next_cursor": None}

    return await house.read(load)


@router.get("/exchanges", summary="Codes handed over")
async def codes(
    house: House,
    who: MemberOnly,
    page: Paging,
) -> dict[str, Any]:
    """ポイント交換済みコード一覧, the latest first; it closes with the programme (M-09.7, A-18)."""
    told = page.position

    def load(session: Session) -> dict[str, Any]:
        check_site(session, who.member_id, business_now(session))
        rows = view.issued(session, who.member_id, page.limit + 1, told)
        return page.cut(rows, lambda _: (str(told + page.limit),))

    return await house.read(load)


@router.post("/exchanges", status_code=201, summary="Choose an item: a draft, pre-filled")
async def draft(body: DraftBody, door: MemberDoor, who: MemberOnly) -> JSONResponse:
    """Nothing is deducted; e-mail and telephone come from the member's record (M-09.3, M-09.4)."""
    read = door.services.read

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 201, await read(lambda session: requests.draft(session, who, seen, body.item_id, body.quantity))

    return await door.once(work)


@router.get("/exchanges/{exchange_id}", summary="One request")
async def read(exchange_id: str, house: House, who: MemberOrReader) -> dict[str, Any]:
    """Where it stands; from the sending on with its codes, which are the member's alone.

    To the back office what it took and gave back, what it waits for, and what can be asked of it; the look is kept.
    """

    def load(session: Session) -> dict[str, Any]:
        if isinstance(who, Caller):
            return case.shown(session, who, exchange_id)
        row = requests.own(session, who.member_id, exchange_id)
        check_site(session, who.member_id, business_now(session))
        return view.request(session, row)

    return await house.read(load)


@router.put("/exchanges/{exchange_id}", summary="Change the form")
async def edit(exchange_id: str, body: FormBody, door: MemberDoor, who: MemberOnly) -> JSONResponse:
    """For this request only; what was confirmed has to be confirmed again (M-09.4, M-09.5)."""
    changes = body.model_dump(exclude_none=True)
    read = door.services.read

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await read(lambda session: requests.edit(session, who, exchange_id, seen.at, changes))

    return await door.once(work)


@router.post("/exchanges/{exchange_id}/confirm", summary="The confirmation screen")
async def confirm(exchange_id: str, door: MemberDoor, who: MemberOnly) -> JSONResponse:
    """Both contact fields must be there; still nothing is deducted (M-09.4, M-09.5)."""
    read = door.services.read

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await read(lambda session: requests.confirm(session, who, exchange_id, seen.at))

    return await door.once(work)


@router.post("/exchanges/{exchange_id}/send", summary="Send: points leave here")
async def send(exchange_id: str, door: MemberDoor, who: MemberOnly) -> JSONResponse:
    """Atomically, after the line has been compared again; a gift code is in the answer (M-09.5, M-09.7, A-17)."""

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await requests.send(door.services, who, exchange_id, seen)

    kept = await door.once(work)
    sent = json.loads(bytes(kept.body))
    # Kept in the language of the log: whoever repeats the request may read another.
    said = await door.services.read(lambda session: details(session, workflow_id(exchange_id), [1], door.language))
    if 1 not in said or not isinstance(sent.get("decision"), dict):
        return kept
    return JSONResponse({**sent, "decision": {**sent["decision"], "detail": said[1]}}, kept.status_code)


@router.post("/exchanges/{exchange_id}/settlements", summary="An operator has dealt with what waited for an exchange")
async def settlements(exchange_id: str, body: SettlementBody, door: OperatorSending) -> JSONResponse:
    """A defect is tried again; the request itself stays the member's own (M-09.9)."""
    return await door.send(_KNOWN, exchange_id, "settle_task", SettleTask, body)


@router.post("/exchanges/{exchange_id}/outcome", summary="What NTT said of a fee payment, keyed in by an operator")
async def outcome(exchange_id: str, body: OutcomeBody, door: OperatorDoor) -> JSONResponse:
    """Counts as NTT's own answer at that moment: taken, or refused and the points return (M-09.6, M-04.6, A-18)."""
    return await door.send(_KNOWN, exchange_id, PAYMENT_TOLD, PaymentTold, body)


@router.delete("/exchanges/{exchange_id}/outcome", summary="Take back what was keyed in of NTT's answer")
async def undo_outcome(exchange_id: str, door: OperatorDoor) -> JSONResponse:
    """NTT is asked again; points that had come back are taken once more, or it is refused (M-09.6, M-04.6)."""
    return await door.send(_WRONGLY_KEYED, exchange_id, UNDO_PAYMENT_TOLD, Command)
