"""What waits: revisions that an operator approves or refuses, and filings with what NTT found wrong."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from starlette.responses import Response

from desk.commands import FILING, named, offered
from desk.door import Said
from desk.owners import OWNERS
from desk.telling import figures, told
from desk.web import Page
from desk.words import course_name, say

_APPROVAL = "approval"
"""The reason a dry run is asked with; nothing is kept of it."""


async def revisions(page: Page) -> Response:
    """Each revision that waits: what falls, what comes, money, who is told, who keyed it in."""
    owner = OWNERS.get(page.request.path_params["place"])
    form = named(owner.forms, "revision") if owner is not None else None
    if owner is None or form is None:
        return page.show("refused.html", 404, detail="not_found")
    owner_id = page.request.path_params["id"]
    found = await owner.read(page.door, owner_id)
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    may = page.door.who.role in form.roles
    waiting = found.body["awaiting"] if may else []
    tried = await asyncio.gather(
        *(
            page.door.send(
                "POST",
                f"{owner.api}/{owner_id}/revisions",
                {"held_id": each["held_id"], "accept": True, "reason": _APPROVAL},
                key=secrets.token_urlsafe(12),
                dry_run=True,
            )
            for each in waiting
        )
    )
    clock = await page.door.get("/v1/clock")
    person = await page.door.get(f"/v1/people/{found.body['person_id']}") if found.body.get("person_id") else None
    answers: list[Said | None] = [*tried] if may else [None] * len(found.body["awaiting"])
    return page.show(
        "revisions.html",
        owner=found.body,
        kind=owner.kind,
        place=owner.page(owner_id),
        title=course_name(found.body["course"], page.language)
        if "course" in found.body
        else say("memberships", page.language),
        person=person.body if person is not None and person.ok else None,
        held=[
            _tried(page, each, answer, found.body, clock.body["now"], kind=owner.kind)
            for each, answer in zip(found.body["awaiting"], answers, strict=True)
        ],
        may=may,
        roles=form.roles,
        back=page.request.query_params.get("from", ""),
    )


def _tried(
    page: Page, held: dict[str, Any], answer: Said | None, owner: dict[str, Any], now: str, *, kind: str
) -> dict[str, Any]:
    """A revision with what its approval would do; nothing of that for who may not approve."""
    if answer is None:
        return {**held, "effect": None, "ok": False, "steps": None, "figures": []}
    received_at = (held["said"] or {}).get("received_at")
    steps = (
        told(held["event"], answer.body, owner, received_at, page.language, now=now, kind=kind, plan=page.plan)
        if answer.ok
        else None
    )
    told_of = figures(answer.body, owner, page.language) if answer.ok else []
    return {**held, "effect": answer.body, "ok": answer.ok, "steps": steps, "figures": told_of}


async def filing(page: Page) -> Response:
    """Where the order for a new line stands, what NTT found wrong, and the way to its contract."""
    filing_id = page.request.path_params["id"]
    found = await page.door.get(f"/v1/filings/{filing_id}")
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    allowed = ["correct_filing"] if found.body["state"] == "defect" else []
    allowed += ["settle_task"] if found.body["needs_operator"] else []
    return page.show(
        "filing.html",
        filing=found.body,
        forms=offered(FILING, allowed, page.door.who.role),
        tasks=[{**each, "kind": "filing", "id": filing_id} for each in found.body["needs_operator"]],
    )
