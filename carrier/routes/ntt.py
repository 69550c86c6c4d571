"""The doors of NTT East and West: filings, line checks, notices from our side."""

from __future__ import annotations

import asyncio
from asyncio import to_thread
from typing import Any

from fastapi import APIRouter

from carrier import filings, lines
from carrier.house import CarrierAreaDep, HouseDep
from carrier.journal import ReplyLostError
from carrier.problems import CarrierError
from models.messages.carrier import (
    FilingCancellation,
    FilingCorrection,
    FilingRequest,
    Identifier,
    LineCheck,
    LineTokenRequest,
    OutgoingMessage,
)

router = APIRouter(tags=["NTT"])


@router.post("/{operator}/filings")
async def file(house: HouseDep, operator: CarrierAreaDep, filing: FilingRequest) -> dict[str, Any]:
    """Take a filing and plan its script; known by its filing id, so a repetition plans nothing."""
    script = await to_thread(filings.script_of, house.store, filing.contract_id, house.config.default_script)
    if (
        "http_503" in script.faults_of_filing()
        and not await to_thread(filings.known, house.store, filing.filing_id)
        and await to_thread(filings.refuse_once, house.store, filing.filing_id, "http_503")
    ):
        raise CarrierError(503, "UNAVAILABLE", "NTT does not take filings right now; send it again")
    planned = await to_thread(filings.plan, house.store, operator, filing, script)
    if "slow" in planned.faults:
        await asyncio.sleep(house.config.slow_reply_seconds)
    if "reply_lost" in planned.faults:
        raise ReplyLostError
    return {"filing_id": filing.filing_id, "received": True, "repeated": not planned.new}


@router.get("/{operator}/filings/{filing_id}")
def filing(house: HouseDep, operator: CarrierAreaDep, filing_id: Identifier) -> dict[str, Any]:
    """A filing as NTT knows it, with its steps."""
    return filings.as_json(house.store, operator, filing_id)


@router.post("/{operator}/filings/{filing_id}/cancel")
def cancel(
    house: HouseDep, operator: CarrierAreaDep, filing_id: Identifier, request: FilingCancellation
) -> dict[str, Any]:
    """Drop what is ahead; one `cancelled` follows at the cancellation's moment. A repetition changes nothing."""
    filings.cancel(house.store, operator, filing_id, request)
    return {"filing_id": filing_id, "cancelled": True}


@router.post("/{operator}/filings/{filing_id}/corrections")
def correct(
    house: HouseDep, operator: CarrierAreaDep, filing_id: Identifier, request: FilingCorrection
) -> dict[str, Any]:
    """Take corrected fields after a defect; the script goes on. Known by its correction id."""
    filings.correct(house.store, operator, filing_id, request)
    return {"filing_id": filing_id, "correction_id": request.correction_id, "received": True}


@router.post("/{operator}/line-checks")
def check_line(house: HouseDep, operator: CarrierAreaDep, check: LineCheck) -> dict[str, str]:
    """The line that a browser's token stands for."""
    return {"line_id": lines.check_token(house.store, operator, check.line_token)}


@router.post("/{operator}/line-tokens")
def issue_line_token(house: HouseDep, operator: CarrierAreaDep, request: LineTokenRequest) -> dict[str, str]:
    """What NTT's network would hand to a browser on that line."""
    return {"line_token": lines.issue_token(house.store, operator, request.line_id)}


@router.post("/{operator}/messages")
def take_message(house: HouseDep, operator: CarrierAreaDep, message: OutgoingMessage) -> dict[str, Any]:
    """Keep a notice of an agreed kind (W-13.1); known by its message id."""
    new = lines.take_message(house.store, operator, message)
    return {"message_id": message.message_id, "received": True, "repeated": not new}
