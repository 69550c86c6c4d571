"""A contract: what it is, what happens next, what was decided and why, and the work on it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response

from desk.commands import CONTRACT, Form, named, offered
from desk.web import HEADERS, Page, local_now
from desk.words import today_of

_PARTS = ("charges", "statements", "notices", "carrier-messages", "explain")


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
    charges, statements, notices, carrier, explained = parts
    return page.show(
        "contract.html",
        contract=found.body,
        person=person.body if person is not None and person.ok else None,
        charges=charges.items,
        statements=statements.items,
        notices=notices.items,
        carrier=carrier.items,
        decisions=explained.body["decisions"] if explained.ok else [],
        forms=offered(CONTRACT, found.body["allowed"], page.door.who.role),
        zoom=_zoom(today_of(clock.body["now"])),
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


async def form(page: Page) -> Response:
    """A form to fill in."""
    wanted = named(CONTRACT, page.request.path_params["form"])
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    return await _form(page, wanted, dict(page.request.query_params), None)


async def _form(page: Page, wanted: Form, entered: dict[str, str], problem: Any, status: int = 200) -> Response:
    contract_id = page.request.path_params["id"]
    found, clock = await asyncio.gather(page.door.get(f"/v1/contracts/{contract_id}"), page.door.get("/v1/clock"))
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    return page.show(
        "form.html",
        status,
        form=wanted,
        owner=found.body,
        place=f"/desk/contracts/{contract_id}",
        entered=entered,
        problem=problem,
        now=local_now(clock.body["now"]),
    )


async def check(page: Page) -> Response:
    """What the request would do: decided, and nothing changed."""
    contract_id, wanted = page.request.path_params["id"], named(CONTRACT, page.request.path_params["form"])
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    path = wanted.path.format(id=contract_id)
    said = await page.door.send(wanted.method, path, wanted.body(page.form), key=page.key(), dry_run=True)
    if not said.ok:
        return await _form(page, wanted, dict(page.form), said.body, said.status)
    found = await page.door.get(f"/v1/contracts/{contract_id}")
    return page.show(
        "confirm.html",
        form=wanted,
        place=f"/desk/contracts/{contract_id}",
        owner=found.body,
        entered=page.form,
        effect=said.body,
        steps=_told(page, wanted, said.body, found.body),
    )


def _told(page: Page, wanted: Form, effect: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    from desk.telling import told

    return told(wanted.needs or wanted.name, effect, owner, page.form.get("received_at"), page.language)


async def do(page: Page) -> Response:
    """The confirmed request."""
    contract_id, wanted = page.request.path_params["id"], named(CONTRACT, page.request.path_params["form"])
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    path = wanted.path.format(id=contract_id)
    said = await page.door.send(wanted.method, path, wanted.body(page.form), key=page.key())
    if not said.ok:
        return await _form(page, wanted, dict(page.form), said.body, said.status)
    return RedirectResponse(f"/desk/contracts/{contract_id}?done={wanted.name}", 303, HEADERS)


async def statement(page: Page) -> Response:
    """A statement as a page to print."""
    contract_id, wanted = page.request.path_params["id"], page.request.path_params["statement"]
    said = await page.door.get(f"/v1/contracts/{contract_id}/statements")
    found = next((each for each in said.items if each["statement_id"] == wanted), None)
    if found is None:
        return page.show("refused.html", 404, detail="not_found")
    return page.show("statement.html", statement=found, contract_id=contract_id)
