"""Finding people, and one person with everything that is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from desk.answering import EDIT, SEEN, meanwhile
from desk.commands import PERSON
from desk.web import Page

SHOWN_MAX = 50
"""People of one page: whoever needs more narrows the search or goes on."""


async def search(page: Page) -> Response:
    """As the clerk types; only the list comes back when the page asks by itself."""
    asked = page.request.query_params
    wanted, cursor = asked.get("q", "")[:200].strip(), asked.get("cursor", "")[:400]
    said = await page.door.get("/v1/people", q=wanted, cursor=cursor, limit=SHOWN_MAX) if wanted else None
    if said is not None and not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    more = said.body["next_cursor"] if said is not None else None
    return page.show("people.html", q=wanted, people=said.items if said else [], more=more, later=bool(cursor))


async def person(page: Page) -> Response:
    """Contact details, contracts, memberships, changes, letters."""
    return await _form(page, None, {})


async def _form(page: Page, problem: Any, entered: Mapping[str, str], status: int = 200) -> Response:
    said = await page.door.get(f"/v1/people/{page.request.path_params['id']}")
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    editable, known = page.door.who.role in PERSON.roles, _known(said.body)
    shown = {**{f"{SEEN}{name}": value for name, value in known.items()}, **known, **entered}
    return page.show(
        "person.html", status, person=said.body, form=PERSON, editable=editable, problem=problem, entered=shown
    )


def _known(person: Mapping[str, Any]) -> dict[str, str]:
    return {name: person.get(name) or "" for name in _RECORD}


_RECORD = ("name", "name_kana", "email", "phone", "postal_code", "address")
"""What is known of a person: an emptied field is emptied there, too. The door says which cannot be."""


def _body(typed: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """What is sent: what differs from the record, and why. What stands there is not judged again."""
    emptied = {name: "" for name in _RECORD if name in typed and not typed[name].strip()}
    said = {**(PERSON.body(typed) or {}), **emptied}
    return {name: value for name, value in said.items() if name not in _RECORD or known.get(name) != value}


async def check_person(page: Page) -> Response:
    """What would change, before it does; the door is asked."""
    if page.form.get(EDIT):
        return await _form(page, None, page.form)
    person_id = page.request.path_params["id"]
    said = await page.door.get(f"/v1/people/{person_id}")
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    known = _known(said.body)
    settled = meanwhile(page.form, known)
    body = _body(settled.typed, known)
    tried = await page.door.send("PUT", f"/v1/people/{person_id}", body, key=page.key(), dry_run=True)
    if not tried.ok:
        return await _form(page, tried.body, page.form, tried.status)
    changed = [
        (each, said.body[each.name], body[each.name]) for each in PERSON.fields if each.name in tried.body["fields"]
    ]
    more: dict[str, Any] = {"seen": {name: known[name] for name in tried.body["fields"]}, "meanwhile": settled.changed}
    return page.show(
        "person_confirm.html", person=said.body, form=PERSON, body=body, changed=changed, op=page.key(), **more
    )


async def change_person(page: Page) -> Response:
    """What was confirmed, and nothing besides."""
    person_id = page.request.path_params["id"]
    found = await page.door.get(f"/v1/people/{person_id}")
    if found.ok and meanwhile(page.form, _known(found.body)).changed:
        return await check_person(page)
    said = await page.door.send("PUT", f"/v1/people/{person_id}", _body(page.form, {}), key=page.key())
    if said.ok:
        return page.done(f"/desk/people/{person_id}", "person")
    return await _form(page, said.body, page.form, said.status)


async def letter(page: Page) -> Response:
    """A letter as it was sent, as a page to print."""
    owner, notice_id = page.request.path_params["owner"], page.request.path_params["notice"]
    kind = page.request.path_params["kind"]
    said = await page.door.get(f"/v1/notices/{quote(notice_id, safe='')}")
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    found = said.body
    if found["listed_with"] != f"{_KINDS.get(kind)}/{owner}":
        return page.show("refused.html", 404, detail="not_found")
    back = f"/desk/{'members' if kind == 'memberships' else kind}/{owner}#letters"
    return page.show("letter.html", letter=found, back=back)


_KINDS = {"contracts": "contract", "memberships": "membership", "people": "person"}
"""Part of the address → kind of what has the letter in its list."""


async def resend(page: Page) -> Response:
    """The letter goes out again, and the clerk is back where it was asked for."""
    notice_id, back = page.request.path_params["notice"], page.form.get("back", "/desk/")
    said = await page.door.send("POST", f"/v1/notices/{notice_id}/resend", {}, key=page.key())
    if not said.ok:
        return page.show("refused.html", said.status, detail=said.body)
    if back == "/desk/" or not back.startswith("/desk/"):
        return page.done("/desk/", "resend")
    return page.done(f"{back}#letters", "letter")
