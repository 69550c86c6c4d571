"""A member: points by lot, exchanges, storage, renewals, letters, log, and the work on it."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from desk.offers import offers
from desk.owners import OWNERS, correctable
from desk.web import Page

EXCHANGES_SHOWN = 20
"""Exchanges on one page, the latest first."""


async def member(page: Page) -> Response:
    """Everything of one membership on one page."""
    member_id = page.request.path_params["id"]
    cursor = page.request.query_params.get("exchanges", "")[:400]
    found, points, explained, letters, exchanges, clock = await asyncio.gather(
        page.door.get(f"/v1/memberships/{member_id}"),
        page.door.get(f"/v1/memberships/{member_id}/points"),
        page.door.get(f"/v1/memberships/{member_id}/explain"),
        page.door.get(f"/v1/memberships/{member_id}/notices"),
        page.door.get(f"/v1/memberships/{member_id}/exchanges", limit=EXCHANGES_SHOWN, cursor=cursor),
        page.door.get("/v1/clock"),
    )
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    person = await page.door.get(f"/v1/people/{found.body['person_id']}") if found.body.get("person_id") else None
    entries = explained.body["decisions"] if explained.ok else []
    forms = await offers(page.door, OWNERS["members"], member_id, found.body, clock.body["now"], entries=entries)
    return page.show(
        "member.html",
        member=found.body,
        person=person.body if person is not None and person.ok else None,
        points=points.body,
        explained=explained.body,
        forms=forms,
        may={each.name for each in forms},
        correctable=correctable,
        tasks=[{**each, "kind": "membership", "id": member_id} for each in found.body["needs_operator"]],
        letters=letters.items,
        exchanges=exchanges.items,
        more_exchanges=exchanges.body["next_cursor"] if exchanges.ok else None,
    )
