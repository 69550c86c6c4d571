"""Business time; movable in a rehearsal environment only (X-06)."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from api.contracts.view import moment
from api.doors.auth import AnyCaller, House
from api.doors.commands import OperatorSending
from api.doors.fields import Day, Moment
from api.doors.idempotency import Mutation
from api.doors.problems import Problem
from api.services import Services
from rules.calendar import JST, japan_day, start_of
from store.database import ClockStoppedError, now

log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1/clock", tags=["clock"])

YEARS_AHEAD_MAX = 60


class Advance(BaseModel):
    """Where to move; a date means its 00:00 in Japan."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "2019-05-01"}]})

    to: Moment | Day = Field(union_mode="left_to_right")


@router.get("", summary="Business time")
async def read(house: House, _: AnyCaller) -> dict[str, Any]:
    """Now, today in Japan, whether this is a rehearsal; and real time, by which `/v1/events` is ordered."""
    return await _shown(house)


@router.post("/advance", summary="Move business time forward, with everything due on the way")
async def advance(body: Advance, request: Request, door: OperatorSending) -> JSONResponse:
    """Returns when everything due up to then has happened, in order, and every read agrees.

    What NTT or the storage service is asked for in vain keeps nobody's time: it is named as `waiting`.
    """
    house = door.services
    if house.clock is None:
        raise Problem(404, "NOT_FOUND", "The clock of this environment cannot be moved.")
    to = body.to if isinstance(body.to, datetime) else start_of(body.to)
    if not request.headers.get("idempotency-key"):
        return JSONResponse(await _moved(house, to, await house.now()))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await _moved(house, to, seen.at)

    return await door.once(work)


async def _moved(house: Services, to: datetime, asked_at: datetime) -> dict[str, Any]:
    await _advance(house, to, asked_at)
    rows = await house.read(lambda session: session.execute(_WAITING, {"to": to, "most": WAITING_MAX}).all())
    waiting = [{"entity_id": each.entity_id, "what": each.what, "since": moment(each.since)} for each in rows]
    return {**await _shown(house), "waiting": waiting}


WAITING_MAX = 100
"""Of what still waits after an advance so much is named, the longest first."""

# A filing that has never been sent has no row of its own: its contract says since when it should be under way.
_WAITING = text("""
select w.entity_id, w.what, w.since from (
  select a.entity_id, a.item_id as what, a.due_at as since from agenda a where a.due_at <= :to
  union all
  select 'filing/' || c.filing_id, 'send_filing', max(t.at)
  from contract c join transition t on t.entity_id = 'contract/' || c.contract_id and t.event = 'start_filing'
  where c.state = 'filing' and not exists (select from filing f where f.filing_id = c.filing_id)
  group by c.filing_id having max(t.at) <= :to
) w order by w.since, w.entity_id, w.what limit :most
""")


async def _advance(house: Services, to: datetime, asked_at: datetime) -> None:
    """Move on, unless a repeat of the same request finds that it has been done since it was first asked."""
    at = await house.now()
    if to.year > at.year + YEARS_AHEAD_MAX:
        raise Problem(
            422,
            "TOO_FAR_AHEAD",
            f"Move at most {YEARS_AHEAD_MAX} years at once.",
            ("X-06",),
            values={"years": YEARS_AHEAD_MAX},
        )
    if asked_at <= to <= at or house.clock is None:
        return
    try:
        await house.clock.advance(to)
    except ValueError as backwards:
        raise Problem(422, "BACKWARDS", str(backwards), ("X-06",), values={"now": at, "to": to}) from None
    except ClockStoppedError as stopped:
        log.exception("the clock could not be moved to %s", to.isoformat())
        detail = f"The clock stopped on the way: {stopped}. What is done stays done; send the same request again."
        raise Problem(503, "CLOCK_STOPPED", detail, ("X-06",)) from None


async def _shown(house: Services) -> dict[str, Any]:
    clock = await house.read(now)
    return {
        "now": clock.business.astimezone(JST).isoformat(),
        "today": japan_day(clock.business).isoformat(),
        "real": clock.real.astimezone(JST).isoformat(),
        "rehearsal": house.clock is not None,
    }
