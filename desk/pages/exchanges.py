"""An exchange of points: where it stands, what it took and what came of it, letters, NTT, log, and the work on it."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from desk.offers import offers
from desk.owners import OWNERS
from desk.web import Page

_PARTS = ("explain", "notices", "carrier-messages")


async def exchange(page: Page) -> Response:
    """Everything of one exchange on one page; its codes are the member's alone."""
    exchange_id = page.request.path_params["id"]
    found, *parts, clock = await asyncio.gather(
        page.door.get(f"/v1/exchanges/{exchange_id}"),
        *(page.door.get(f"/v1/exchanges/{exchange_id}/{part}") for part in _PARTS),
        page.door.get("/v1/clock"),
    )
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    explained, letters, carrier = parts
    person_id = found.body["person_id"]
    person = await page.door.get(f"/v1/people/{person_id}") if person_id else None
    return page.show(
        "exchange.html",
        exchange=found.body,
        person=person.body if person is not None and person.ok else None,
        decisions=explained.body["decisions"] if explained.ok else [],
        letters=letters.items,
        carrier=carrier.items,
        forms=await offers(page.door, OWNERS["exchanges"], exchange_id, found.body, clock.body["now"]),
        tasks=[{**each, "kind": "exchange", "id": exchange_id} for each in found.body["needs_operator"]],
    )
