"""A member: points by lot, storage, renewals, letters, log, and the work on it."""

from __future__ import annotations

import asyncio

from starlette.responses import RedirectResponse, Response

from desk.commands import MEMBER, Form, named, offered
from desk.telling import told
from desk.web import HEADERS, Page, local_now


async def member(page: Page) -> Response:
    """Everything of one membership on one page."""
    member_id = page.request.path_params["id"]
    found, points, explained = await asyncio.gather(
        page.door.get(f"/v1/memberships/{member_id}"),
        page.door.get(f"/v1/memberships/{member_id}/points"),
        page.door.get(f"/v1/memberships/{member_id}/explain"),
    )
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    person = await page.door.get(f"/v1/people/{found.body['person_id']}") if found.body.get("person_id") else None
    return page.show(
        "member.html",
        member=found.body,
        person=person.body if person is not None and person.ok else None,
        points=points.body,
        explained=explained.body,
        forms=offered(MEMBER, found.body["allowed"], page.door.who.role),
    )


async def form(page: Page) -> Response:
    """A form to fill in."""
    wanted = named(MEMBER, page.request.path_params["form"])
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    return await _form(page, wanted, {}, None)


async def _form(page: Page, wanted: Form, entered: dict[str, str], problem: object, status: int = 200) -> Response:
    member_id = page.request.path_params["id"]
    found, clock = await asyncio.gather(page.door.get(f"/v1/memberships/{member_id}"), page.door.get("/v1/clock"))
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    return page.show(
        "form.html", status, form=wanted, owner=found.body, place=f"/desk/members/{member_id}", entered=entered,
        problem=problem, now=local_now(clock.body["now"]),
    )  # fmt: skip


async def check(page: Page) -> Response:
    """What the request would do."""
    member_id, wanted = page.request.path_params["id"], named(MEMBER, page.request.path_params["form"])
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    path = wanted.path.format(id=member_id)
    said = await page.door.send(wanted.method, path, wanted.body(page.form), key=page.key(), dry_run=True)
    if not said.ok:
        return await _form(page, wanted, dict(page.form), said.body, said.status)
    found = await page.door.get(f"/v1/memberships/{member_id}")
    steps = told(wanted.needs or wanted.name, said.body, found.body, page.form.get("received_at"), page.language)
    return page.show(
        "confirm.html", form=wanted, place=f"/desk/members/{member_id}", owner=found.body, entered=page.form,
        effect=said.body, steps=steps,
    )  # fmt: skip


async def do(page: Page) -> Response:
    """The confirmed request."""
    member_id, wanted = page.request.path_params["id"], named(MEMBER, page.request.path_params["form"])
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    path = wanted.path.format(id=member_id)
    said = await page.door.send(wanted.method, path, wanted.body(page.form), key=page.key())
    if not said.ok:
        return await _form(page, wanted, dict(page.form), said.body, said.status)
    return RedirectResponse(f"/desk/members/{member_id}?done={wanted.name}", 303, HEADERS)
