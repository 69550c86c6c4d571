"""A contract: what it is, what happens next, what was decided and why, and the work on it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from starlette.responses import Response

from desk.offers import offers
from desk.owners import OWNERS, correctable
from desk.web import HEADERS, Page
from desk.words import today_of

_PARTS = ("charges", "statements", "notices", "carrier-messages", "explain", "payments")


async def contract(page: Page) -> Response:
    """Everything of one contract on one page."""
    contract_id = page.request.path_params["id"]
    found, *parts, clock = await asyncio.gather(
        page.door.get(f"/v1/contracts/{contract_id}"),
        *(page.door.get(f"/v1/contracts/{contract_id}/{part}") for part in _PARTS),
        page.door.get("/v1/clock"),
    )
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    person = await page.door.get(f"/v1/people/{found.body['person_id']}") if found.body.get("person_id") else None
    charges, statements, notices, carrier, explained, payments = parts
    owner, now = OWNERS["contracts"], clock.body["now"]
    decisions = explained.body["decisions"] if explained.ok else []
    forms, beside = await asyncio.gather(
        offers(page.door, owner, contract_id, found.body, now, entries=decisions),
        offers(page.door, owner, contract_id, found.body, now, entries=decisions, beside=True),
    )
    return page.show(
        "contract.html",
        contract=found.body,
        person=person.body if person is not None and person.ok else None,
        charges=charges.items,
        statements=statements.items,
        notices=notices.items,
        carrier=carrier.items,
        decisions=decisions,
        payments=payments.items,
        forms=forms,
        beside={each.name for each in beside},
        may={each.name for each in forms},
        correctable=correctable,
        tasks=[{**each, "kind": "contract", "id": contract_id, **found.body} for each in found.body["needs_operator"]],
        zoom=(zoom := _zoom(today_of(now))),
        zoomed=asked if (asked := page.request.query_params.get("zoom", "")) in zoom else "",
    )


def _zoom(today: date) -> dict[str, tuple[str, str]]:
    return {
        name: ((today - timedelta(days=days)).isoformat(), (today + timedelta(days=days)).isoformat())
        for name, days in (("zoom_1y", 183), ("zoom_3m", 61))
    }


async def timeline(page: Page) -> Response:
    """The picture; the same as the API's."""
    kind, owner = page.request.path_params["kind"], page.request.path_params["id"]
    asked = page.request.query_params
    said = await page.door.get(f"/v1/{kind}/{owner}/timeline.svg", from_on=asked.get("from"), to_on=asked.get("to"))
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    return Response(said.text, media_type="image/svg+xml", headers={**HEADERS, "Content-Security-Policy": _SVG_POLICY})


_SVG_POLICY = "default-src 'none'; frame-ancestors 'self'"


async def statement(page: Page) -> Response:
    """A statement as a page to print."""
    contract_id, wanted = page.request.path_params["id"], page.request.path_params["statement"]
    said, contract, payments = await asyncio.gather(
        page.door.get(f"/v1/contracts/{contract_id}/statements"),
        page.door.get(f"/v1/contracts/{contract_id}"),
        page.door.get(f"/v1/contracts/{contract_id}/payments"),
    )
    found = next((each for each in said.items if each["statement_id"] == wanted), None)
    if found is None:
        return page.show("refused.html", 404, detail="not_found")
    owner = contract.body.get("person_id")
    person = await page.door.get(f"/v1/people/{owner}") if owner else None
    return page.show(
        "statement.html",
        statement=found,
        contract=contract.body,
        person=person.body if person is not None and person.ok else None,
        payments=[each for each in payments.items if each["statement_id"] == wanted],
    )
