"""Today, the clock of a rehearsal, and the auditor's pages with their lists as CSV."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from desk.csv import answer, everything
from desk.web import HEADERS, Page
from desk.words import today_of
from rules.calendar import Month


async def today(page: Page) -> Response:
    """What needs a decision, what could not be delivered, what happens by itself, how the service is."""
    clock = await page.door.get("/v1/clock")
    on = today_of(clock.body["now"])
    waiting, tonight, month, health = await asyncio.gather(
        page.door.get("/v1/tasks"),
        page.door.get("/v1/agenda", to=(on + timedelta(days=1)).isoformat()),
        page.door.get("/v1/agenda", to=Month.of(on).last_day.isoformat()),
        page.door.get("/healthz"),
    )
    counted = Counter((each["kind"], each["label"].split(" ")[0]) for each in month.items)
    return page.show(
        "today.html",
        clock=clock.body,
        tasks=[each for each in waiting.items if each["why"] != "UNDELIVERABLE" and each["kind"] != "filing"],
        filings=[each for each in waiting.items if each["kind"] == "filing"],
        parked=[each for each in waiting.items if each["why"] == "UNDELIVERABLE"],
        tonight=tonight.items,
        month=sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])),
        health=health.body or {},
    )


async def clock(page: Page) -> Response:
    """Where business time stands."""
    said = await page.door.get("/v1/clock")
    if not said.body["rehearsal"]:
        return page.show("refused.html", 404, detail="not_found")
    return page.show("clock.html", clock=said.body, problem=None)


async def move_clock(page: Page) -> Response:
    """Forward to a day, with everything due on the way."""
    said = await page.door.send("POST", "/v1/clock/advance", {"to": page.form.get("to", "")}, key=page.key())
    if said.ok:
        return RedirectResponse("/desk/?done=clock", 303, HEADERS)
    now = await page.door.get("/v1/clock")
    return page.show("clock.html", said.status, clock=now.body, problem=said.body)


async def audit(page: Page) -> Response:
    """One month: who decided what, and who looked at whom."""
    clock = await page.door.get("/v1/clock")
    month = page.request.query_params.get("month") or clock.body["today"][:7]
    decided, looks = await asyncio.gather(
        page.door.get("/v1/operator-decisions", month=month), page.door.get("/v1/access-log", limit=500)
    )
    if not decided.ok:
        return page.show("refused.html", decided.status, detail=decided.body)
    return page.show("audit.html", month=month, decided=decided.items, looks=looks.items, may_look=looks.ok)


_DECISIONS = ("at", "recorded_at", "entity_id", "seq", "event", "effective_on", "actor", "on_behalf_of", "reason",
              "articles", "edition", "voids")  # fmt: skip
_LOOKS = ("at", "recorded_at", "actor", "role", "action", "person_id", "shown")


async def decisions_csv(page: Page) -> Response:
    """A month's decisions, every one."""
    month = page.request.query_params.get("month", "")
    rows, refused = await everything(page, "/v1/operator-decisions", month=month)
    if refused is not None:
        return refused
    return answer(f"decisions-{month}.csv", _DECISIONS, rows)


async def looks_csv(page: Page) -> Response:
    """The whole access log."""
    rows, refused = await everything(page, "/v1/access-log")
    return refused if refused is not None else answer("access-log.csv", _LOOKS, rows)
