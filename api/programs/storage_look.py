"""What the storage service holds beyond the plans of members: what a wind-down would put at risk (M-07.5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import text
from sqlmodel import Session

from api.services import Services
from rules.calendar import start_of
from rules.club.storage import StoredFile, overflow, plan_default_gb

LINES_MAX = 500
"""Lines asked for in one dry run; the answer says of how many."""

AT_ONCE = 16
TIMEOUT_S = 3.0

_LINES = """
select l.line_id, m.storage_plan_gb, count(*) over () as of
from member m join line l using (line_key)
where m.state = 'active'
  and not exists (select from jsonb_each(m.storage_support) s where (s.value ->> 'active')::boolean)
order by m.member_id limit :size
"""


@dataclass(frozen=True)
class _Line:
    line_id: str
    plan_gb: Decimal
    of: int


async def files_at_risk(house: Services) -> dict[str, Any] | None:
    """Members, files and GB that would not fit without the increase, of the lines looked at; None: nobody to ask."""
    if house.storage_url is None:
        return None
    lines = await house.read(_lines)
    room = asyncio.Semaphore(AT_ONCE)
    members, files, size = 0, 0, Decimal(0)
    async with httpx.AsyncClient(base_url=house.storage_url.rstrip("/"), timeout=TIMEOUT_S) as http:

        async def look(line: _Line) -> list[StoredFile]:
            async with room:
                answer = await http.get(f"/storage/{line.line_id}/files")
            answer.raise_for_status()
            stored = [
                StoredFile(each["id"], _moment(each["stored_at"]), Decimal(str(each["gb"]))) for each in answer.json()
            ]
            return overflow(stored, line.plan_gb)

        try:
            found = await asyncio.gather(*(look(line) for line in lines))
        except httpx.HTTPError:
            return None
    for gone in found:
        members += bool(gone)
        files += len(gone)
        size += sum((file.gb for file in gone), Decimal(0))
    of = lines[0].of if lines else 0
    return {"members": members, "files": files, "gb": float(size), "looked_at": len(lines), "of": of}


def _lines(session: Session) -> list[_Line]:
    rows = session.execute(text(_LINES), {"size": LINES_MAX})
    return [
        _Line(row.line_id, plan_default_gb() if row.storage_plan_gb is None else row.storage_plan_gb, row.of)
        for row in rows
    ]


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value) if "T" in value else start_of(date.fromisoformat(value))
