"""What happens by itself soon, and what people decided in a month."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import text
from sqlmodel import Session

from api.care.language import Spoken
from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.fields import Day, MonthText
from api.doors.paging import WholePaging
from rules.calendar import Month, end_of, japan_day, start_of
from rules.explain.articles import cite, event
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

_DECIDED = text("""
select t.entity_id, t.seq, t.event, t.at, t.recorded_at, t.effective_on, t.actor, t.on_behalf_of, t.articles, t.edition,
  t.voids, coalesce(n.text, t.reason_code) as reason
from transition t left join note n using (note_id)
where t.at >= :begin and t.at < :finish and t.actor not in ('timer', 'carrier', 'worker')
  and (cast(:actor as text) is null or t.actor = :actor)
order by t.at, t.entity_id, t.seq
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


@router.get("/v1/operator-decisions", summary="What people decided in a month")
async def decided(
    house: House,
    _: Reader,
    language: Spoken,
    page: WholePaging,
    month: MonthText,
    actor: Annotated[str | None, Query(max_length=100)] = None,
) -> dict[str, Any]:
    """By the business moment, with who, why, articles and edition; what came by itself or from NTT is left out."""
    wanted = Month.parse(month)
    values = {"begin": start_of(wanted.first_day), "finish": end_of(wanted.last_day), "actor": actor}

    def load(session: Session) -> list[dict[str, Any]]:
        return [
            {
                "at": moment(row.at),
                "recorded_at": moment(row.recorded_at),
                "entity_id": row.entity_id,
                "seq": row.seq,
                "event": row.event,
                "text": event(row.event, language, row.entity_id.partition("/")[0]),
                "effective_on": row.effective_on.isoformat(),
                "actor": row.actor,
                "on_behalf_of": row.on_behalf_of,
                "reason": row.reason,
                "articles": row.articles,
                "citations": list(dict.fromkeys(cite(each, language) for each in row.articles)),
                "edition": row.edition,
                "voids": row.voids,
            }
            for row in session.execute(_DECIDED, values)
        ]

    return page.of(await house.read(load))


@router.get("/v1/log-proof", summary="Whether the log of a month is as it was written")
async def log_proof(house: House, _: Reader, month: MonthText) -> dict[str, Any]:
    """Each entry is chained to the one before it; everything decided about in the month is read from its beginning."""
    wanted = Month.parse(month)
    begin, finish = start_of(wanted.first_day), end_of(wanted.last_day)
    proof = await house.read(lambda session: chain.month(session, begin, finish))
    return {"month": month, "holds": not proof.broken, **asdict(proof)}
