"""What a cancellation would bring on any day from now on, with or without a waiver: decided as the door decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.doors.auth import House, Reader
from api.doors.dry_run import foreseen
from api.doors.fields import ChannelName, Moment, MonthText
from api.doors.problems import Problem
from api.wire.language import Spoken
from models.messages.contract.contract import Cancel, workflow_id
from models.messages.contract.notices import Waive, WaiverCase
from models.messages.entity import Command
from store.database import business_now

router = APIRouter(prefix="/v1/contracts", tags=["contracts"])

Arrival = Annotated[Moment | None, Query(description="When the notice would arrive; now, where it is left out.")]
Waiver = Annotated[WaiverCase | None, Query(description="As if this waiver were granted today.")]


@router.get("/{contract_id}/what-if", summary="What a cancellation would bring, today or later")
async def what_if(
    contract_id: str,
    house: House,
    who: Reader,
    language: Spoken,
    channel: ChannelName = "paper",
    received_at: Arrival = None,
    wanted_month: MonthText | None = None,
    waiver: Waiver = None,
) -> dict[str, Any]:
    """The decision of the cancellation itself: what falls due on this contract until then comes first.

    A notice that has arrived already, or arrives now, gives what `POST …/cancellation?dry_run=true` gives.
    """
    if channel not in ("paper", "online"):
        raise Problem(422, "CHANNEL_NOT_OFFERED", "A cancellation is notified on paper or online only.", ["W-10.1"])

    def decide(session: Session) -> dict[str, Any]:
        now = business_now(session)
        # A waiver comes before the notice it is to count for.
        first = now if waiver is None else now + timedelta(microseconds=1)
        at = first if received_at is None else max(received_at, first) if waiver is not None else received_at
        steps: list[tuple[str, Command]] = [
            ("cancel", Cancel(actor=who.name, channel=channel, received_at=at, wanted_month=wanted_month))
        ]
        if waiver is not None:
            granted = Waive(actor=who.name, reason_code="evidence_accepted", approved=True, case=waiver)
            steps.insert(0, ("waive", granted))
        answer = foreseen(session, "contract", workflow_id(contract_id), steps, language, now=now, at=at)
        return {**answer.decision, "state": answer.state, "dry_run": True}

    return await house.read(decide)
