"""What if: today against the 26th, another course, a waiver: dates and money side by side. Nothing changes here."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from desk.commands import COURSES
from desk.door import Said
from desk.telling import told
from desk.web import Page, local_now
from desk.words import today_of
from rules.calendar import Month
from rules.terms import dated

EVENT = "cancel"
ASKING = frozenset({"backoffice", "operator"})
"""Who may ask with a dry run."""


async def what_if(page: Page) -> Response:
    """Each column is asked of the contract's own doors: a dry run where the form leads on, what-if elsewhere."""
    contract_id = page.request.path_params["id"]
    to_course = page.request.query_params.get("to_course", "COLLABO")[:40]
    found, clock = await asyncio.gather(page.door.get(f"/v1/contracts/{contract_id}"), page.door.get("/v1/clock"))
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    if page.door.who.role not in ASKING:
        return page.show("refused.html", 403, detail="no_right", roles=ASKING)
    now, contract = clock.body["now"], found.body
    late = _late(today_of(now)).isoformat()
    today, later, waived, other_course = await asyncio.gather(
        _noticed(page, contract, now),
        _asked(page, contract, received_at=late),
        _asked(page, contract, waiver="death"),
        _course(page, contract, now, to_course),
    )
    link = f"cancellation?channel=paper&received_at={local_now(now)}"
    columns = [
        _column(page, "today_notice", today, contract, now, link=link),
        _column(page, "late_notice", later, contract, late),
        other_course,
        _column(page, "with_waiver", waived, contract, now),
    ]
    return page.show(
        "what_if.html",
        contract=contract,
        columns=columns,
        over=_over(columns),
        to_course=to_course,
        courses=COURSES,
    )


def _over(columns: Sequence[dict[str, Any]]) -> str:
    """What every column is refused for, to be said once; empty where there is something to see."""
    codes = {"" if each["ok"] else str(each["effect"]["code"]) for each in columns}
    return codes.pop() if len(codes) == 1 else ""


def _late(today: date) -> datetime:
    """Ten in the morning of the next day on which a notice is past the cut-off."""
    cutoff = dated("cancellation.cutoff_day", int).on(today)
    month = Month.of(today) if today.day <= cutoff else Month.of(today).plus(1)
    return datetime.fromisoformat(f"{month.first_day.replace(day=cutoff + 1)}T10:00:00+09:00")


async def _noticed(page: Page, contract: dict[str, Any], now: str) -> Said:
    body = {"channel": "paper", "received_at": now}
    return await page.door.send("POST", _path(contract, "cancellation"), body, key=_once(), dry_run=True)


async def _asked(page: Page, contract: dict[str, Any], **more: str) -> Said:
    return await page.door.get(_path(contract, "what-if"), channel="paper", **more)


async def _course(page: Page, contract: dict[str, Any], now: str, to_course: str) -> dict[str, Any]:
    body = {"to_course": to_course, "channel": "paper", "received_at": now}
    said = await page.door.send("POST", _path(contract, "course-changes"), body, key=_once(), dry_run=True)
    return {
        **_column(page, "other_course", said, contract, now, event="course_change",
                  link=f"course-change?to_course={to_course}&channel=paper&received_at={local_now(now)}"),
        "to_course": to_course,
    }  # fmt: skip


def _column(
    page: Page,
    title: str,
    said: Said,
    contract: dict[str, Any],
    at: str,
    *,
    event: str = EVENT,
    link: str | None = None,
) -> dict[str, Any]:
    steps = told(event, said.body, contract, at, page.language, now=at, kind="contract") if said.ok else None
    return {
        "title": title,
        "ok": said.ok,
        "effect": said.body,
        "at": at,
        "steps": steps,
        "link": link if said.ok else None,
    }


def _path(contract: dict[str, Any], name: str) -> str:
    return f"/v1/contracts/{contract['contract_id']}/{name}"


def _once() -> str:
    return secrets.token_urlsafe(12)
