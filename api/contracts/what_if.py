"""What a cancellation would bring on any day from now on, with or without a waiver: decided as the door decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.doors.auth import House, Reader
from api.doors.dry_run import foreseen
from api.doors.fields import ChannelName, Moment, MonthText
from api.doors.problems import as_problem
from api.wire.language import Spoken
from models.messages.contract.contract import Cancel, workflow_id
from models.messages.contract.notices import Waive, WaiverCase
from models.messages.entity import Command
from rules.contract.cancellation import check_channel
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
    with as_problem():
        check_channel(channel)

    def decide(session: Session) -> dict[str, Any]:
        now = business_now(session)
        at = received_at or now
        steps: list[tuple[str, Command]] = []
        if waiver is not None:
            # It comes before the notice it is to count for.
            at = max(at, now + timedelta(microseconds=1))
            granted = Waive(actor=who.name, reason_code="evidence_accepted", approved=True, case=waiver)
            steps.append(("waive", granted))
        notice = Cancel(actor=who.name, channel=channel, received_at=at, wanted_month=wanted_month)
        steps.append(("cancel", notice))
        answer = foreseen(session, "contract", workflow_id(contract_id), steps, language, now=now, at=at)
        return {**answer.decision, "state": answer.state, "dry_run": True}

    return await house.read(decide)
