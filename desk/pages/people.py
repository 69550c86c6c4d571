"""Finding people, and one person with everything that is theirs."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from desk.commands import PERSON
from desk.web import HEADERS, Page


async def search(page: Page) -> Response:
    """As the clerk types; only the list comes back when the page asks by itself."""
    wanted = page.request.query_params.get("q", "")[:200].strip()
    said = await page.door.get("/v1/people", q=wanted, limit=50) if wanted else None
    people = said.items if said else []
    if said is not None and not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    return page.show("people.html", q=wanted, people=people)


async def person(page: Page) -> Response:
    """Contact details, contracts, memberships, changes, letters."""
    person_id = page.request.path_params["id"]
    said = await page.door.get(f"/v1/people/{person_id}")
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    editable = page.door.who.role in PERSON.roles
    return page.show("person.html", person=said.body, form=PERSON, editable=editable, problem=None, entered=page.form)


async def person_again(page: Page) -> Response:
    """From the confirmation back to the form, with everything as it was typed."""
    return await person(page)


async def check_person(page: Page) -> Response:
    """What would change, before it does."""
    person_id = page.request.path_params["id"]
    said = await page.door.get(f"/v1/people/{person_id}")
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    body = PERSON.body(page.form) or {}
    changed = [
        (each, said.body[each.name], body[each.name])
        for each in PERSON.fields
        if each.name in said.body and each.name in body and said.body[each.name] != body[each.name]
    ]
    return page.show(
        "person_confirm.html", person=said.body, form=PERSON, body=body, entered=page.form, changed=changed
    )


async def change_person(page: Page) -> Response:
    """Only what differs from the record is sent."""
    person_id = page.request.path_params["id"]
    said = await page.door.send("PUT", f"/v1/people/{person_id}", PERSON.body(page.form), key=page.key())
    if said.ok:
        return RedirectResponse(f"/desk/people/{person_id}?done=person", 303, HEADERS)
    known = await page.door.get(f"/v1/people/{person_id}")
    if not known.ok:
        return page.show("refused.html", known.status, detail=known.body)
    return page.show(
        "person.html", said.status, person=known.body, form=PERSON, editable=True, problem=said.body, entered=page.form
    )


async def letter(page: Page) -> Response:
    """A letter as it was sent, as a page to print."""
    owner, notice_id = page.request.path_params["owner"], page.request.path_params["notice"]
    kind = page.request.path_params["kind"]
    said = await page.door.get(f"/v1/{kind}/{owner}/notices")
    found = next((each for each in said.items if each["notice_id"] == notice_id), None)
    if found is None:
        return page.show("refused.html", 404, detail="not_found")
    back = f"/desk/{'members' if kind == 'memberships' else kind}/{owner}#letters"
    return page.show("letter.html", letter=found, back=back)


async def resend(page: Page) -> Response:
    """The letter goes out again, and the clerk is back where it was asked for."""
    notice_id, back = page.request.path_params["notice"], page.form.get("back", "/desk/")
    said = await page.door.send("POST", f"/v1/notices/{notice_id}/resend", {}, key=page.key())
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    place = back if back.startswith("/desk/") else "/desk/"
    return RedirectResponse(f"{place}?done=resend#letters", 303, HEADERS)
