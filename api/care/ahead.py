"""What happens by itself soon, and whether the log of a month is as it was written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import TextClause, text
from sqlmodel import Session

from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.fields import Day, MonthText
from api.doors.paging import WholePaging
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.parts import END, moved_with
from models.messages.club.membership import PROGRAMME_END
from models.messages.entity import AgendaItem
from rules.calendar import Month, end_of, japan_day, start_of
from rules.club.program import notice_plan
from store import chain
from store.club.plan import plan_in_force
from store.database import business_now

router = APIRouter(tags=["tasks"])

AHEAD_MAX = 1_000


def _ahead(due_at: str = "a.due_at", also: str = "false") -> TextClause:
    """What is ahead until `:until`, the earliest first.

    Args:
        due_at: SQL of the moment at which an item is due.
        also: which items besides those whose own row is due by then may be so.
    """
    return text(f"""
    select * from (
      select a.entity_id, a.item_id, e.kind, e.state -> 'agenda' -> a.item_id as item, {due_at} as due_at
      from agenda a join entity e using (entity_id)
      where a.due_at <= :until or {also}
    ) ahead
    where due_at <= :until
    order by due_at, entity_id, item_id limit {AHEAD_MAX}
    """)


_AHEAD = _ahead()
_AHEAD_REPLANNED = _ahead(
    f"""case when e.kind = 'membership' and a.item_id = '{END}' and a.due_at > :now
      and e.state #>> '{{agenda,{END},data,cause}}' = '{PROGRAMME_END}' then :ends_at else a.due_at end""",
    f"(a.item_id = '{END}' and cast(:ends_at as timestamptz) <= :until)",
)
"""Until a replaced plan is announced, memberships still keep the programme's end on its former day."""


@router.get("/v1/agenda", summary="What happens by itself, up to the end of a day")
async def agenda(
    house: House, _: Reader, page: WholePaging, to: Annotated[Day | None, Query()] = None
) -> dict[str, Any]:
    """The earliest first, at most a thousand; without `to`, up to the end of today."""

    def load(session: Session) -> list[dict[str, Any]]:
        now = business_now(session)
        values = {"until": end_of(to or japan_day(now))}
        plan, query = plan_in_force(session), _AHEAD
        if plan != notice_plan() and not plan.known_on(japan_day(now)):
            query = _AHEAD_REPLANNED
            values |= {"now": now, "ends_at": end_of(plan.ends_on)}

        def item_of(row: Any) -> dict[str, Any]:
            if row.kind != MEMBERSHIP.kind or not row.item or row.due_at <= now:
                return row.item or {}
            return moved_with(AgendaItem.model_validate(row.item), plan).model_dump(mode="json")

        rows = [(row, item_of(row)) for row in session.execute(query, values)]
        return [
            {
                "entity_id": row.entity_id,
                "kind": row.kind,
                "id": row.entity_id.partition("/")[2],
                "at": moment(row.due_at),
                "event": item.get("event", row.item_id),
                "label": item.get("label", row.item_id),
                "articles": item.get("articles", []),
                "undo_until": item.get("undo_until"),
            }
            for row, item in rows
        ]

    return page.of(await house.read(load))


@router.get("/v1/log-proof", summary="Whether the log of a month is as it was written")
async def log_proof(house: House, _: Reader, month: MonthText) -> dict[str, Any]:
    """Each entry is chained to the one before it; everything decided about in the month is read from its beginning."""
    wanted = Month.parse(month)
    begin, finish = start_of(wanted.first_day), end_of(wanted.last_day)
    proof = await house.read(lambda session: chain.month(session, begin, finish))
    return {"month": month, "holds": not proof.broken, **asdict(proof)}
