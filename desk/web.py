"""What every page shares: who is signed in, the language, the frame, the headers, forms."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk import session as sessions
from desk.door import Door, services, still_known
from desk.ways import ways
from desk.words import WORDS, ahead, code_text, course_name, plain_date, plain_moment, say, state_text, yen
from rules.explain.articles import Language, cite, event, paraphrase, task

LANGUAGE_COOKIE = "keiyaku_desk_language"
FORM_BYTES_MAX = 64_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Nothing of a page comes from elsewhere, nothing of it is framed or kept."""


@dataclass(frozen=True)
class Desk:
    """What the pages were mounted with."""

    app: FastAPI
    ui_url: str | None = None
    """Temporal's Web UI with the namespace, such as `http://…/namespaces/default`; None: no links to it."""


@dataclass(frozen=True)
class Page:
    """One request of somebody who is signed in."""

    request: Request
    desk: Desk
    door: Door
    csrf: str
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """Of the page."""
        return self.door.language

    def show(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        return page(
            self.request, self.desk, template, self.language, status, csrf=self.csrf, who=self.door.who, **values
        )

    def key(self) -> str:
        """The key under which a form is sent: made with the form, so that a double click is one command."""
        return self.form.get("op") or secrets.token_urlsafe(18)


Handler = Callable[[Page], Awaitable[Response]]


def signed_in(desk: Desk, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A route for whoever is signed in; a form has to carry the session's word."""

    async def answer(request: Request) -> Response:
        token = request.cookies.get(sessions.COOKIE)
        found = await services(desk.app).read(lambda session: sessions.find(session, token)) if token else None
        if found is None or not await still_known(desk.app, found.who):
            return RedirectResponse(f"/desk/sign-in?to={quote(_here(request))}", 303, HEADERS)
        language = language_of(request)
        form: Mapping[str, str] = {}
        if request.method == "POST":
            form = await read_form(request)
            if not sessions.same(form.get("csrf"), found.csrf):
                return page(request, desk, "refused.html", language, 403, csrf="", who=None, detail="csrf")
        return await handler(Page(request, desk, Door(desk.app, found.who, language), found.csrf, form))

    return answer


def _here(request: Request) -> str:
    return (
        request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method == "GET"
        else "/desk/"
    )


def language_of(request: Request) -> Language:
    """Japanese, unless English was switched on."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "ja"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of one that is too long, none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            return {}
    found: dict[str, str] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        # Several boxes ticked under one name are one field; codes hold no blank.
        found[name] = f"{found[name]} {value}" if name in found else value
    return found


def page(
    request: Request, desk: Desk, template: str, language: Language, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page in its frame."""
    values = {"op": secrets.token_urlsafe(18), **values}
    text = _TEMPLATES.get_template(template).render(
        lang=language,
        t=lambda key, **more: say(key, language, **more),
        path=request.url.path,
        partial=request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true",
        ui_url=desk.ui_url,
        rehearsal=services(desk.app).clock is not None,
        provider=services(desk.app).sign_in is not None,
        date=lambda value: plain_date(value, language),
        moment=lambda value: plain_moment(value, language),
        yen=lambda value: yen(value, language),
        course=course_name,
        labels=values["form"].labels(language) if "form" in values else {},
        ahead=lambda item, kind: ahead(item, kind, language),
        ways=lambda row: ways(row, values["who"].role),
        code=lambda kind, value: code_text(kind, value, language),
        task=lambda code: task(code, language),
        words_of=lambda name, kind="": event(name, language, kind),
        state=lambda kind, value: state_text(kind, value, language),
        cite=lambda article: cite(article, language),
        paraphrase=lambda article: paraphrase(article, language),
        done=request.query_params.get("done", "")[:60],
        **values,
    )
    return HTMLResponse(text, status, HEADERS)


def local_now(now: str) -> str:
    """A moment as `datetime-local` takes it, in Japan time, to the minute."""
    return datetime.fromisoformat(now).strftime("%Y-%m-%dT%H:%M")


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.globals["words"] = WORDS
