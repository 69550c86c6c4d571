"""What happens by itself soon, and whether the log of a month is as it was written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import text
from sqlmodel import Session

from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.fields import Day, MonthText
from api.doors.paging import WholePaging
from rules.calendar import Month, end_of, japan_day, start_of
from store import chain
from store.database import business_now

router = APIRouter(tags=["tasks"])

AHEAD_MAX = 1_000

_AHEAD = text(f"""
select a.entity_id, a.item_id, a.due_at, e.kind, e.state -> 'agenda' -> a.item_id as item
from agenda a join entity e using (entity_id)
where a.due_at <= :until
order by a.due_at, a.entity_id, a.item_id limit {AHEAD_MAX}
""")


@router.get("/v1/agenda", summary="What happens by itself, up to the end of a day")
async def agenda(
    house: House, _: Reader, page: WholePaging, to: Annotated[Day | None, Query()] = None
) -> dict[str, Any]:
    """The earliest first, at most a thousand; without `to`, up to the end of today."""

    def load(session: Session) -> list[dict[str, Any]]:
        until = end_of(to or japan_day(business_now(session)))
        return [
            {
                "entity_id": row.entity_id,
                "kind": row.kind,
                "id": row.entity_id.partition("/")[2],
                "at": moment(row.due_at),
                "event": (row.item or {}).get("event", row.item_id),
                "label": (row.item or {}).get("label", row.item_id),
                "articles": (row.item or {}).get("articles", []),
                "undo_until": (row.item or {}).get("undo_until"),
            }
            for row in session.execute(_AHEAD, {"until": until})
        ]

    return page.of(await house.read(load))


@router.get("/v1/log-proof", summary="Whether the log of a month is as it was written")
async def log_proof(house: House, _: Reader, month: MonthText) -> dict[str, Any]:
    """Each entry is chained to the one before it; everything decided about in the month is read from its beginning."""
    wanted = Month.parse(month)
    begin, finish = start_of(wanted.first_day), end_of(wanted.last_day)
    proof = await house.read(lambda session: chain.month(session, begin, finish))
    return {"month": month, "holds": not proof.broken, **asdict(proof)}
