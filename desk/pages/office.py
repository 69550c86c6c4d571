"""Today, the clock of a rehearsal, and the auditor's pages with their lists as CSV."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from desk.door import Said
from desk.owners import place_of
from desk.pages.csv import answer, everything
from desk.web import Page
from desk.words import ahead, today_of
from models.messages.program import FLETS_CLUB
from rules.calendar import JST, Month, end_of
from rules.explain.articles import Language


async def today(page: Page) -> Response:
    """What needs a decision, what could not be delivered, what happens by itself, how the service is."""
    clock = await page.door.get("/v1/clock")
    on = today_of(clock.body["now"])
    waiting, tonight, month, health = await asyncio.gather(
        page.door.get("/v1/tasks", named="true"),
        page.door.get("/v1/agenda", to=(on + timedelta(days=1)).isoformat()),
        page.door.get("/v1/agenda", to=Month.of(on).last_day.isoformat()),
        page.door.get("/healthz"),
    )
    sorts = Counter((each["kind"], _sort_of(each, page.language)) for each in month.items)
    return page.show(
        "today.html",
        clock=clock.body,
        tasks=[each for each in waiting.items if each["why"] != "UNDELIVERABLE" and each["kind"] != "filing"],
        filings=[each for each in waiting.items if each["kind"] == "filing"],
        parked=_parked(waiting.items),
        tonight=tonight.items,
        # A list has its first part on the page; what is counted of a longer one is said to be that.
        beyond={name for name, said in (("tasks", waiting), ("tonight", tonight), ("month", month)) if _goes_on(said)},
        counted=len(month.items),
        midnight=end_of(on + timedelta(days=1)).astimezone(JST).isoformat(),
        tomorrow=on + timedelta(days=1),
        month=sorted(sorts.items(), key=lambda pair: (-pair[1], pair[0])),
        health=health.body or {},
    )


def _goes_on(said: Said) -> bool:
    return isinstance(said.body, dict) and bool(said.body.get("next_cursor"))


def _parked(waiting: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each message that was given up, once; what it is about stands there by itself when none is left of it."""
    found = [each for each in waiting if each["why"] == "UNDELIVERABLE"]
    told = {each["entity_id"] for each in found if each.get("message_id")}
    return [each for each in found if each.get("message_id") or each["entity_id"] not in told]


def _sort_of(item: Mapping[str, Any], language: Language) -> str:
    """What happens, without to whom and when: timers are named with that first."""
    words = ahead(item, item["kind"], language)
    return words.split(" ")[0] if language == "ja" else words


async def resend(page: Page) -> Response:
    """A message that was given up is tried again."""
    message_id = quote(page.request.path_params["message"], safe="")
    said = await page.door.send("POST", f"/v1/messages/{message_id}/resend", {}, key=page.key())
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    return page.done("/desk/", "resend")


async def not_so(page: Page) -> Response:
    """What an address is not asked in this way, told as a page."""
    return page.show("refused.html", 405, detail="not_so")


async def nowhere(page: Page) -> Response:
    """An address that leads to no page, told as a page."""
    return page.show("refused.html", 404, detail="not_found")


async def clock(page: Page) -> Response:
    """Where business time stands."""
    said = await page.door.get("/v1/clock")
    if not said.body["rehearsal"]:
        return page.show("refused.html", 404, detail="not_found")
    if page.door.who.role not in _CLOCK:
        return page.show("refused.html", 403, detail="no_right", roles=_CLOCK)
    since = page.request.query_params.get("since", "")[:200]
    found = await page.door.get("/v1/events", after=since, limit=HAPPENED_MAX) if since else None
    happened = found.body["items"] if found is not None and found.ok else []
    return page.show(
        "clock.html",
        clock=said.body,
        problem=None,
        since=since,
        happened=happened,
        waiting=await _overdue(page, said.body["now"]) if since else [],
        more=happened[-1]["id"] if len(happened) == HAPPENED_MAX else None,
        place_of=place_of,
    )


async def _overdue(page: Page, now: str) -> list[Mapping[str, Any]]:
    """What was due by now and is not done: somebody outside does not answer, or an operator has to settle it first."""
    found = await page.door.get("/v1/agenda")
    return [each for each in found.items if datetime.fromisoformat(each["at"]) <= datetime.fromisoformat(now)]


_CLOCK = frozenset({"operator"})

HAPPENED_MAX = 200
"""Of what happened on the way, so much is shown at once."""


async def move_clock(page: Page) -> Response:
    """Forward to a day, with everything due on the way."""
    before = await page.door.get("/v1/clock")
    said = await page.door.send("POST", "/v1/clock/advance", {"to": page.form.get("to", "")}, key=page.key())
    if said.ok:
        cursor = quote(f"{before.body['real']},,0")
        return page.done(f"/desk/clock?since={cursor}", "clock")
    now = await page.door.get("/v1/clock")
    return page.show(
        "clock.html",
        said.status,
        clock=now.body,
        problem=said.body,
        since="",
        happened=[],
        waiting=[],
        more=None,
        place_of=place_of,
    )


async def audit(page: Page) -> Response:
    """One month: who decided what, and who looked at whom."""
    clock = await page.door.get("/v1/clock")
    asked = page.request.query_params
    month = asked.get("month") or clock.body["today"][:7]
    decided, looks, club, log = await asyncio.gather(
        page.door.get("/v1/operator-decisions", month=month, limit=_ROWS, cursor=asked.get("decided")),
        page.door.get("/v1/access-log", month=month, newest_first="true", limit=_ROWS, cursor=asked.get("looks")),
        page.door.get(f"/v1/programs/{FLETS_CLUB}/progress", limit=1),
        page.door.get("/v1/log-proof", month=month),
    )
    if not decided.ok:
        return page.show("refused.html", decided.status, detail=decided.body)
    return page.show(
        "audit.html",
        month=month,
        decided=decided.items,
        more_decided=decided.body["next_cursor"],
        later=bool(asked.get("decided")),
        looks=_together(looks.items),
        more_looks=looks.body.get("next_cursor"),
        earlier=bool(asked.get("looks")),
        may_look=looks.ok,
        ledger=club.body["ledger"] if club.ok else {},
        log=log.body if log.ok else None,
        lists=list(_LISTS),
        place_of=place_of,
    )


def _together(looks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Looks as somebody took them: what one page read of one person, part by part, is one look at all those parts."""
    found: list[dict[str, Any]] = []
    for each in looks:
        last = found[-1] if found else None
        if last is not None and _of_one_page(last, each):
            last["actions"] = list(dict.fromkeys([each["action"], *last["actions"]]))
            last["recorded_at"] = each["recorded_at"]
        else:
            found.append({**each, "actions": [each["action"]]})
    return found


def _of_one_page(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if not one["person_id"] or {one["action"], other["action"]} - _READING:
        return False
    if any(one[name] != other[name] for name in ("person_id", "actor", "role")):
        return False
    between = datetime.fromisoformat(one["recorded_at"]) - datetime.fromisoformat(other["recorded_at"])
    return abs(between) <= _ONE_PAGE


_READING = frozenset({"read", "letters", "log", "messages", "decisions", "case"})
_ONE_PAGE = timedelta(seconds=2)
"""A page reads its parts side by side; whoever opens another one takes longer."""

_ROWS = 200
"""Rows of each of the auditor's lists on one page."""

_DECISIONS = ("at", "recorded_at", "entity_id", "seq", "event", "text", "outcome", "outcome_text", "effective_on",
              "actor", "on_behalf_of", "reason", "articles", "edition", "voids")  # fmt: skip
_LOOKS = ("at", "recorded_at", "actor", "role", "action", "person_id", "shown")


async def decisions_csv(page: Page) -> Response:
    """A month's decisions, every one."""
    month = page.request.query_params.get("month", "")
    rows, refused = await everything(page, "/v1/operator-decisions", month=month)
    if refused is not None:
        return refused
    return answer(f"decisions-{month}.csv", _DECISIONS, rows, page.language)


async def looks_csv(page: Page) -> Response:
    """The looks of a month, or the whole access log."""
    month = page.request.query_params.get("month")
    rows, refused = await everything(page, "/v1/access-log", **({"month": month} if month else {}))
    name = f"access-log-{month}.csv" if month else "access-log.csv"
    return refused if refused is not None else answer(name, _LOOKS, rows, page.language)


async def list_csv(page: Page) -> Response:
    """A list, whole."""
    name = page.request.path_params["name"]
    if name not in _LISTS:
        return page.show("refused.html", 404, detail="not_found")
    path, columns = _LISTS[name]
    rows, refused = await everything(page, path)
    kind = name.removesuffix("s")
    return refused if refused is not None else answer(f"{name}.csv", columns, rows, page.language, kind)


_LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "tasks": ("/v1/tasks", ("since", "kind", "id", "why", "text", "until", "articles", "channel", "detail")),
        "contracts": (
            "/v1/contracts",
            ("contract_id", "state", "chapter", "course", "operator", "line_id", "applied_on", "service_start_on",
             "end_on", "needs_operator", "next_action_at"),
        ),
        "memberships": (
            "/v1/memberships",
            ("member_id", "state", "line_id", "service_type", "registered_on", "ended_on", "end_reason",
             "needs_operator"),
        ),
        "rollouts": (
            "/v1/rollouts",
            ("rollout_id", "kind", "state", "courses", "to_course", "announced_on", "effective_on", "planned", "done",
             "skipped", "failed"),
        ),
        "agenda": ("/v1/agenda", ("at", "kind", "id", "event", "label", "articles", "undo_until")),
    }
)  # fmt: skip
"""By name: where it is read, and the columns."""
