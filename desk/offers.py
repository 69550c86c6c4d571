"""What is offered at this moment: what the state allows, the door grants and there is something to choose for."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desk.commands import Field, Form, Option, offered
from desk.door import Door
from desk.owners import Owner, choices
from desk.words import looked_up


async def filled(door: Door, owner: Owner, owner_id: str, form: Form, state: dict[str, Any]) -> Form:
    """The form with its choices: what its owner has, and of what is published only what the door would grant now."""
    waiting = {each["why"] for each in state.get("needs_operator", [])}
    form = replace(form, fields=tuple(each for each in form.fields if not each.when or each.when in waiting))
    wanted = {each.source for each in form.fields}
    form = form.with_options(await choices(door, owner, owner_id, state, wanted))
    return replace(form, fields=tuple(replace(each, options=_among(each, state)) for each in form.fields))


def _among(field: Field, state: Mapping[str, Any]) -> tuple[Option, ...]:
    """The options of a field that its owner's read leaves; all of them where it says nothing of that."""
    left = looked_up(state, field.among) if field.among else None
    return field.options if left is None else tuple(each for each in field.options if each[0] in left)


def unanswerable(form: Form) -> bool:
    """Whether something has to be chosen of a form and there is nothing to choose: it could only be refused."""
    return any(each.required and each.input in _OF_OPTIONS and not each.options for each in form.fields)


_OF_OPTIONS = frozenset({"select", "entry", "yes", "many"})


async def offers(
    door: Door,
    owner: Owner,
    owner_id: str,
    state: dict[str, Any],
    now: str,
    *,
    entries: Sequence[dict[str, Any]] | None = None,
    beside: bool = False,
) -> list[Form]:
    """The forms among the buttons, or beside a row: none that could only be refused, none without a choice to make.

    Args:
        door: to the API.
        owner: the kind of thing.
        owner_id: which.
        state: as it was read.
        now: the business moment.
        entries: its log explained, where the page has read it.
        beside: whether those beside a row.
    """
    forms = offered(owner.forms, state["allowed"], door.who.role, beside=beside)
    wanted = {each.source for form in forms for each in form.fields if each.required}
    found = await choices(door, owner, owner_id, state, wanted, entries)
    kept = await asyncio.gather(*(_useful(door, owner_id, form, found, state, now) for form in forms))
    return [form for form, useful in zip(forms, kept, strict=True) if useful]


async def _useful(
    door: Door, owner_id: str, form: Form, found: Mapping[str, Sequence[Option]], state: dict[str, Any], now: str
) -> bool:
    # A source that was not asked for is of a field nobody has to fill in; `filled` asks for it.
    asked = form.with_options(found)
    fields = (each for each in asked.fields if not each.source or each.source in found)
    if unanswerable(replace(asked, fields=tuple(replace(each, options=_among(each, state)) for each in fields))):
        return False
    if not form.tried_back:
        return True
    tries = (_tried(door, owner_id, form, _typed(form, now, days)) for days in form.tried_back)
    return any(await asyncio.gather(*tries))


async def _tried(door: Door, owner_id: str, form: Form, typed: Mapping[str, str]) -> bool:
    said = await door.send(
        form.method,
        form.address(owner_id, typed),
        form.body(typed),
        key=secrets.token_urlsafe(12),
        dry_run=True,
    )
    return said.ok


def _typed(form: Form, now: str, back: int) -> dict[str, str]:
    """What the form says of how it is tried, so many days back from now."""
    at = (datetime.fromisoformat(now) - timedelta(days=back)).isoformat()
    said = {"now": at[:16], "today": at[:10], "month": at[:7]}
    return {name: said.get(value, value) for name, value in form.tries.items()}
