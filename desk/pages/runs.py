"""What reaches many: rollouts and the programmes, each with its dry run, its progress and what became of everybody."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response

from desk.commands import PROGRAM, ROLLOUT, offered
from desk.owners import NEW
from desk.pages.csv import answer, everything
from desk.web import HEADERS, Page
from models.messages.program import FLETS_CLUB, WAKWAK_BILLING

PROGRAMS = (FLETS_CLUB, WAKWAK_BILLING)
"""Those of a home, by code."""

_MEMBERS = (
    "member_id", "membership", "ended_on", "outcome", "code", "detail", "articles", "told_at", "noticed_at",
    "lots_redated", "points_redated", "storage",
)  # fmt: skip
_OUTCOMES = ("contract_id", "from_course", "state", "outcome", "detail", "articles", "done_at", "noticed_at")


async def rollouts(page: Page) -> Response:
    """The latest first, and the way to announce another; the programmes beside them."""
    found, *programs = await asyncio.gather(
        page.door.get("/v1/rollouts", limit=200), *(page.door.get(f"/v1/programs/{code}") for code in PROGRAMS)
    )
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    return page.show(
        "runs/rollouts.html",
        rollouts=found.items,
        programs=[each.body for each in programs if each.ok],
        forms=offered(ROLLOUT, [], page.door.who.role, beside=True),
        new=NEW,
    )


async def rollout(page: Page) -> Response:
    """One of them: how far it is, and what became of each contract."""
    rollout_id = page.request.path_params["id"]
    asked = page.request.query_params
    outcome = asked.get("outcome", "")[:20]
    found = await page.door.get(
        f"/v1/rollouts/{rollout_id}", outcome=outcome, cursor=asked.get("cursor", "")[:400], limit=50
    )
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    allowed = _allowed(found.body)
    return page.show(
        "runs/rollout.html",
        rollout=found.body,
        outcome=outcome,
        under_way=found.body["state"] == "running",
        forms=offered(ROLLOUT, allowed, page.door.who.role),
        tasks=[{**each, "kind": "rollout", "id": rollout_id} for each in found.body["needs_operator"]],
    )


def _allowed(rollout: dict[str, Any]) -> list[str]:
    """What its state offers; whether it goes, the door decides."""
    by_state = {"announced": ["pause"], "running": ["pause"], "paused": ["resume"]}
    return [*by_state.get(rollout["state"], []), *(["settle_task"] if rollout["needs_operator"] else [])]


async def rollout_csv(page: Page) -> Response:
    """What became of every contract, or of those the page was narrowed to, as one report."""
    rollout_id = page.request.path_params["id"]
    outcome = page.request.query_params.get("outcome", "")[:20]
    rows, refused = await everything(page, f"/v1/rollouts/{rollout_id}", inside="outcomes", outcome=outcome)
    if refused is not None:
        return refused
    return answer(f"rollout-{rollout_id}.csv", _OUTCOMES, rows, page.language, "rollout_outcome")


async def program(page: Page) -> Response:
    """A programme: its plan and dates, how far it is, the proof of its ledger, what became of each member."""
    code = page.request.path_params["id"]
    asked = page.request.query_params
    outcome = asked.get("outcome", "")[:20]
    found, progress = await asyncio.gather(
        page.door.get(f"/v1/programs/{code}"),
        page.door.get(f"/v1/programs/{code}/progress", outcome=outcome, cursor=asked.get("cursor", "")[:400], limit=50),
    )
    if not found.ok or not progress.ok:
        wrong = progress if found.ok else found
        return page.show("refused.html", wrong.status, detail=wrong.body)
    return page.show(
        "runs/program.html",
        program=found.body,
        progress=progress.body,
        outcome=outcome,
        forms=offered(PROGRAM, found.body["allowed"], page.door.who.role),
        tasks=[{**each, "kind": "program", "id": code} for each in found.body["needs_operator"]],
    )


async def program_csv(page: Page) -> Response:
    """What became of every member, or of those the page was narrowed to, as the API reports it."""
    code = page.request.path_params["id"]
    outcome = page.request.query_params.get("outcome", "")[:20]
    rows, refused = await everything(page, f"/v1/programs/{code}/progress", inside="outcomes", outcome=outcome)
    if refused is not None:
        return refused
    return answer(f"{code}-progress.csv", _MEMBERS, rows, page.language, "program_outcome")


async def importing(page: Page) -> Response:
    """A file to take in: tried first, then entered, with progress and a report of what was refused."""
    kind = page.request.path_params["kind"]
    if kind not in _KINDS:
        return page.show("refused.html", 404, detail="not_found")
    return page.show("runs/import.html", kind=kind, may=page.door.who.role in _IMPORTING, roles=_IMPORTING)


async def import_lines(page: Page) -> Response:
    """Some lines of a file, as the page sends them one part after the other; the answer is the door's."""
    kind = page.request.path_params["kind"]
    if kind not in _KINDS:
        return page.show("refused.html", 404, detail="not_found")
    said = await page.door.send_lines(
        f"/v1/{kind}/import", page.form.get("lines", ""), key=page.key(), dry_run=page.form.get("dry") != "0"
    )
    return JSONResponse(said.body, said.status, HEADERS)


_KINDS = frozenset({"contracts", "memberships"})
_IMPORTING = frozenset({"backoffice", "operator"})
