"""What if: today against the 26th, another course, a waiver: dates and money side by side. Nothing changes here."""

from __future__ import annotations

import asyncio
import secrets
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
WAIVER = "waive"
ASKING = frozenset({"backoffice", "operator"})
"""Who may ask with a dry run."""


async def what_if(page: Page) -> Response:
    """Each column is asked of the door: a dry run where the notice could arrive now, a pure decision elsewhere."""
    contract_id = page.request.path_params["id"]
    to_course = page.request.query_params.get("to_course", "COLLABO")[:40]
    found, clock = await asyncio.gather(page.door.get(f"/v1/contracts/{contract_id}"), page.door.get("/v1/clock"))
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    if page.door.who.role not in ASKING:
        return page.show("refused.html", 403, detail="no_right")
    now, contract = clock.body["now"], found.body
    late = _late(today_of(now))
    today, other_course = await asyncio.gather(_noticed(page, contract, now), _course(page, contract, now, to_course))
    # What the state does not allow today is not possible on the 26th, nor with a waiver: the door's word stands there.
    possible = today.ok or EVENT in contract["allowed"]
    later = await _later(page, contract, late) if possible else today
    waived = await _waived(page, contract, now) if possible and WAIVER in contract["allowed"] else today
    link = f"cancellation?channel=paper&received_at={local_now(now)}"
    columns = [
        _column(page, "today_notice", today, contract, now, link=link),
        _column(page, "late_notice", later, contract, late.isoformat()),
        other_course,
        _column(page, "with_waiver", waived, contract, now),
    ]
    return page.show("what_if.html", contract=contract, columns=columns, to_course=to_course, courses=COURSES)


def _late(today: date) -> datetime:
    """Ten in the morning of the next day on which a notice is past the cut-off."""
    cutoff = int(dated("cancellation.cutoff_day").on(today))
    month = Month.of(today) if today.day <= cutoff else Month.of(today).plus(1)
    return datetime.fromisoformat(f"{month.first_day.replace(day=cutoff + 1)}T10:00:00+09:00")


async def _noticed(page: Page, contract: dict[str, Any], now: str) -> Said:
    body = {"channel": "paper", "received_at": now}
    return await page.door.send("POST", _path(contract, "cancellation"), body, key=_once(), dry_run=True)


async def _later(page: Page, contract: dict[str, Any], at: datetime) -> Said:
    body = {"channel": "paper", "received_at": at.isoformat()}
    when = await page.door.send("POST", "/v1/decisions/cancellation-date", body, key=_once())
    if not when.ok:
        return when
    return _joined(when, await _fee(page, contract, when.body["effective_on"], "cancellation"))


async def _course(page: Page, contract: dict[str, Any], now: str, to_course: str) -> dict[str, Any]:
    body = {"to_course": to_course, "channel": "paper", "received_at": now}
    said = await page.door.send("POST", _path(contract, "course-changes"), body, key=_once(), dry_run=True)
    return {
        **_column(page, "other_course", said, contract, now, event="course_change",
                  link=f"course-change?to_course={to_course}&channel=paper&received_at={local_now(now)}"),
        "to_course": to_course,
    }  # fmt: skip


async def _waived(page: Page, contract: dict[str, Any], now: str) -> Said:
    body = {"channel": "paper", "received_at": now}
    when = await page.door.send("POST", "/v1/decisions/cancellation-date", body, key=_once())
    if not when.ok:
        return when
    return _joined(when, await _fee(page, contract, when.body["effective_on"], "cancellation", waiver="death"))


async def _fee(page: Page, contract: dict[str, Any], ended_on: str, cause: str, **more: Any) -> Said:
    if contract.get("chapter") != 1 or not contract.get("applied_on"):
        return Said(200, {"outcome": "none", "fee": {"amount": 0, "tax": 0, "total": 0}, "articles": ["W-23.4"]})
    term = contract.get("minimum_term")
    body = {
        "applied_on": contract["applied_on"],
        "minimum_term_end_on": term["end_on"] if term else None,
        "ended_on": ended_on,
        "cause": cause,
        **more,
    }
    return await page.door.send("POST", "/v1/decisions/termination-fee", body, key=_once())


def _joined(when: Said, fee: Said) -> Said:
    """The date and the fee as one decision, as a contract would be told."""
    if not fee.ok:
        return fee
    return Said(
        200,
        {
            **when.body,
            "fee": fee.body["fee"],
            "fee_outcome": fee.body["outcome"],
            "fee_due_on": fee.body.get("due_on"),
            "articles": [*when.body["articles"], *fee.body["articles"]],
        },
    )


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
