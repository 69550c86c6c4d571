"""What happened, as CloudEvents from a cursor: for a system that was away, or that would rather ask than be called."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query
from sqlalchemy import text
from sqlmodel import Session

from api.doors.auth import House, Reader
from api.doors.paging import LIMIT_DEFAULT, LIMIT_MAX
from api.doors.problems import Problem
from models.cloud_event import Recorded, cloud_event

router = APIRouter(tags=["events"])

_AFTER = text("""
select t.entity_id, t.seq, t.event, t.at, t.recorded_at, t.effective_on, t.from_state, t.to_state, t.articles,
  t.edition, t.voids, e.kind
from transition t join entity e using (entity_id)
where (t.recorded_at, t.entity_id, t.seq) > (cast(:recorded_at as timestamptz), :entity_id, :seq)
  and t.recorded_at < (
    select coalesce(min(xact_start), clock_timestamp()) from pg_stat_activity
    where backend_xid is not null and datname = current_database()) - interval '1 second'
order by t.recorded_at, t.entity_id, t.seq limit :limit
""")
"""What is recorded by a transaction that still runs appears at an earlier place later on: the feed ends before the
oldest of them began, less a second for one that has looked at the clock and has no number yet, so that a cursor misses
nothing."""


@router.get("/v1/events", summary="Events after a cursor, as CloudEvents")
async def events(
    house: House,
    _: Reader,
    after: Annotated[str | None, Query(max_length=200, examples=["2018-05-20T00:00:00.000000Z,contract/K1,1"])] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
) -> dict[str, Any]:
    """In the order they were recorded; the id of the last one is the next `after`. None is missed.

    No personal data: what a person is called is asked of `/v1/people`.
    """
    recorded_at, entity_id, seq = _cursor(after)

    def load(session: Session) -> list[dict[str, Any]]:
        rows = session.execute(_AFTER, {"recorded_at": recorded_at, "entity_id": entity_id, "seq": seq, "limit": limit})
        return [cloud_event(row.entity_id, cast("Recorded", row), row.recorded_at) for row in rows]

    items = await house.read(load)
    return {"items": items, "next_after": items[-1]["id"] if items else after}


def _cursor(after: str | None) -> tuple[str, str, int]:
    if after is None:
        return "0001-01-01T00:00:00+00:00", "", 0
    parts = after.split(",")
    try:
        recorded_at, entity_id, seq = parts[0], parts[1], int(parts[2])
        _moment(recorded_at)
    except (ValueError, IndexError):
        raise Problem(400, "MALFORMED", "after: the `id` of an event, as it is.") from None
    if not 0 <= seq <= 2**31 - 1 or not entity_id.isprintable():
        raise Problem(400, "MALFORMED", "after: the `id` of an event, as it is.")
    return recorded_at, entity_id, seq


def _moment(value: str) -> None:
    if datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(value)
