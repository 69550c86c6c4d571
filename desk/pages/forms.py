"""A form of whatever owner: filled in, checked against the door, confirmed, sent. One way for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from desk.answering import EDIT, SEEN, Meanwhile, meanwhile
from desk.commands import Form, meant
from desk.door import Said
from desk.offers import filled, unanswerable
from desk.owners import NEW, OWNERS, Owner, present
from desk.telling import figures, told
from desk.ways import TODAY
from desk.web import Page, local_now
from rules.club.program import plan_of


def _wanted(page: Page) -> tuple[Owner, Form] | None:
    owner = OWNERS.get(page.request.path_params["place"])
    form = owner.form(page.request.path_params["form"]) if owner is not None else None
    return (owner, form) if owner is not None and form is not None else None


async def form(page: Page) -> Response:
    """A form to fill in; what the link says stands in it already."""
    wanted = _wanted(page)
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    if page.door.who.role not in wanted[1].roles:
        return page.show("refused.html", 403, detail="no_right", roles=wanted[1].roles)
    return await _form(page, *wanted, dict(page.request.query_params), None)


async def _form(
    page: Page, owner: Owner, wanted: Form, entered: Mapping[str, str], problem: Any, status: int = 200
) -> Response:
    owner_id = page.request.path_params["id"]
    found, clock = await asyncio.gather(owner.read(page.door, owner_id), page.door.get("/v1/clock"))
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    stored, form = await asyncio.gather(
        present(page.door, wanted, found.body, _person(page)),
        filled(page.door, owner, owner_id, wanted, found.body),
    )
    return page.show(
        "form.html",
        status,
        form=form,
        unanswerable=unanswerable(form),
        owner=found.body,
        kind=owner.kind,
        place=owner.page(owner_id),
        action=_at(owner, owner_id),
        entered={**_seen(stored), **stored, **entered},
        problem=problem,
        person=_person(page),
        now=local_now(clock.body["now"]),
        **({"op": page.key()} if status == _AWAY else {}),
    )


def _seen(stored: Mapping[str, str]) -> dict[str, str]:
    return {f"{SEEN}{name}": value for name, value in stored.items()}


async def _body(
    page: Page, owner: Owner, owner_id: str, wanted: Form
) -> tuple[dict[str, Any] | None, dict[str, str], Meanwhile]:
    """What is sent, what stands now of the fields it is about, and what of them changed since the form was shown."""
    stored: dict[str, str] = {}
    if any(each.stored for each in wanted.fields):
        found = await owner.read(page.door, owner_id)
        stored = await present(page.door, wanted, found.body, _person(page)) if found.ok else {}
    settled = meanwhile(page.form, stored)
    typed = settled.typed
    if wanted.changed_only:
        typed = {name: text for name, text in typed.items() if text.strip() != stored.get(name)}
    return wanted.body(typed), stored, settled


def _person(page: Page) -> str:
    """Whose details a form that begins something stands filled in with, by the link it was reached by."""
    return str(page.form.get(PERSON) or page.request.query_params.get(PERSON, ""))[:_ID_MAX]


PERSON = "person"
_ID_MAX = 60


def _at(owner: Owner, owner_id: str) -> str:
    return f"/desk/{owner.place}/{owner_id}"


async def check(page: Page) -> Response:
    """What the request would do: decided, and nothing changed."""
    wanted = _wanted(page)
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    owner, filled_in = wanted
    if page.form.get(EDIT):
        return await _form(page, owner, filled_in, page.form, None)
    form_ = meant(owner.forms, filled_in, page.form)
    owner_id = page.request.path_params["id"]
    effect: dict[str, Any] | None = None
    body, stored, settled = await _body(page, owner, owner_id, form_)
    if form_.rehearses:
        address = form_.address(owner_id, page.form)
        said = await page.door.send(form_.method, address, body, key=page.key(), dry_run=True)
        if not said.ok and not _declined(said):
            return await _form(page, owner, filled_in, page.form, said.body, said.status)
        effect = {**said.body, **said.body["decision"]} if said.ok and form_.begins else said.body
    found, clock = await asyncio.gather(owner.read(page.door, owner_id), page.door.get("/v1/clock"))
    if not found.ok:
        return page.show("refused.html", found.status, detail=found.body)
    steps = None
    if effect is not None and (owner_id != NEW or form_.begins):
        event, received_at, now = form_.needs or form_.name, page.form.get("received_at"), clock.body["now"]
        own = effect.get("if_approved", effect)
        # The articles name the days of the plan that is tried, not of the one that it would replace.
        plan = plan_of(effect["plan"]) if "plan" in effect else page.plan
        steps = told(event, own, found.body, received_at, page.language, now=now, kind=owner.kind, plan=plan)
    return page.show(
        "confirm.html",
        form=await filled(page.door, owner, owner_id, form_, found.body),
        filled_in=filled_in.name,
        place=owner.page(owner_id),
        action=_at(owner, owner_id),
        owner=found.body,
        kind=owner.kind,
        entered=settled.typed,
        meanwhile=settled.changed,
        stored=stored,
        effect=effect,
        figures=figures(effect or {}, found.body, page.language),
        steps=steps,
        op=page.key(),
    )


async def do(page: Page) -> Response:
    """The confirmed request; back to where it was asked for, with what became of it."""
    wanted = _wanted(page)
    if wanted is None:
        return page.show("refused.html", 404, detail="not_found")
    owner, form_ = wanted
    owner_id = page.request.path_params["id"]
    body, _, settled = await _body(page, owner, owner_id, form_)
    if settled.changed and (form_.method == "PUT" or form_.changed_only):
        # Confirmed beside values that stand no more: it would undo what somebody else has done, unseen.
        return await check(page)
    said = await page.door.send(form_.method, form_.address(owner_id, page.form), body, key=page.key())
    begun = _begun(form_, said) if owner_id == NEW else ""
    if begun:
        return page.done(owner.page(begun), form_.name if said.status != _TAKEN else "already")
    if not said.ok:
        return await _form(page, owner, form_, page.form, said.body, said.status)
    became = "waits" if said.body.get("outcome") == "needs_approval" else form_.name
    return page.done("/desk/" if page.form.get("from") == TODAY else owner.page(owner_id), became)


def _begun(form: Form, said: Said) -> str:
    """The id of what a form began, or of the very same that began before; empty for nothing."""
    if not isinstance(said.body, dict):
        return ""
    the_same = said.status == _TAKEN and said.body.get("code") == "ALREADY_BEGUN"
    return str(said.body.get(form.begins or "rollout_id", "")) if said.ok or _declined(said) or the_same else ""


def _declined(said: Said) -> bool:
    """Whether an application is refused by a rule and yet kept, as one that was not accepted."""
    return said.status == _BY_A_RULE and isinstance(said.body, dict) and said.body.get("state") == "declined"


_BY_A_RULE = 422

_TAKEN = 409
"""Somebody else has done it, on another page perhaps."""

_AWAY = 503
"""The same request under the same key gives the answer later; after a refusal a form is a new request."""
