"""What every page shares: who is signed in, the language, the frame, the headers, forms."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from api.doors.idempotency import KEY_MAX
from api.programs.view import in_force
from desk import session as sessions
from desk.answering import Answered, answered, of_this_site
from desk.door import Door, services, still_known
from desk.ways import ways
from desk.wording.crossed import crossed
from desk.words import (
    WORDS,
    ahead,
    code_text,
    course_name,
    days,
    named,
    plain_date,
    plain_moment,
    plain_month,
    say,
    state_text,
    yen,
)
from rules.club.program import Plan
from rules.explain.articles import Language, cite, event, paraphrase, task

LANGUAGE_COOKIE = "keiyaku_desk_language"
DONE_COOKIE = "keiyaku_desk_done"
"""What was done just now, for the next page alone: a link cannot say so, and another session's word does not count."""
DONE_S = 60
FORM_BYTES_MAX = 64_000
IMPORT_BYTES_MAX = 1_000_000
"""A part of an import, one line at the least: as much as the doors take of any body."""

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
    answers: Answered = field(default_factory=lambda: Answered("/desk/"))
    plan: Plan | None = None
    """The closing plan in force, whose days the club's articles name."""

    @property
    def language(self) -> Language:
        """Of the page."""
        return self.door.language

    def show(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        more = {"csrf": self.csrf, "who": self.door.who, "answers": self.answers, "in_force": self.plan, **values}
        return page(self.request, self.desk, template, self.language, status, **more)

    def done(self, place: str, what: str) -> Response:
        """On to a page that says what was done."""
        answer = RedirectResponse(place, 303, HEADERS)
        answer.set_cookie(
            DONE_COOKIE, f"{what}.{_seal(self.csrf, what)}", max_age=DONE_S, path="/desk", httponly=True,
            samesite="strict", secure=self.request.url.scheme == "https",
        )  # fmt: skip
        return answer

    def key(self) -> str:
        """The key under which a form is sent: made with the form, so that a double click is one command."""
        made = self.form.get("op", "").strip()
        if made.isascii() and made.isprintable() and len(made) <= KEY_MAX:
            return made or secrets.token_urlsafe(18)
        # No page of ours made it, and a header could not carry it; it still stands for one command.
        return hashlib.sha256(made.encode("utf-8", "surrogatepass")).hexdigest()


_ID = re.compile(r"(?!\.{1,2}$)[^\x00-\x20\x7f-\x9f/?#%\\]+")
"""What names one thing in an address of the door; anything else would be another address there."""

Handler = Callable[[Page], Awaitable[Response]]


def signed_in(desk: Desk, handler: Handler, path: str = "") -> Callable[[Request], Awaitable[Response]]:
    """A route for whoever is signed in; a form has to carry the session's word.

    Args:
        desk: what the pages were mounted with.
        handler: answers.
        path: of the route.
    """

    async def answer(request: Request) -> Response:
        form = await read_form(request) if request.method == "POST" else {}
        if form is None:
            return not_taken(desk)(request, 413)
        answers = answered(request, path, form if of_this_site(request) else None)
        token = request.cookies.get(sessions.COOKIE)
        house = services(desk.app)
        found, plan = (
            await house.read(lambda session: _asked(session, token, house.person_min)) if token else (None, None)
        )
        if found is None or not await still_known(desk.app, found):
            return _to_sign_in(request, desk, answers)
        language = language_of(request)
        if request.method == "POST" and not sessions.same(form.get("csrf"), found.csrf):
            return _of_another_session(request, desk, answers, found)
        if not all(_ID.fullmatch(str(each)) for each in request.path_params.values()):
            more = {"csrf": found.csrf, "who": found.who, "answers": Answered("/desk/"), "detail": "not_found"}
            return page(request, desk, "refused.html", language, 404, **more)
        if _is_to_be_renewed(request, desk, found):
            # A page and no redirect: what a form led to may not be sent on to another site (`form-action`).
            there = f"{RENEWAL}?to={quote(answers.home)}"
            return page(
                request, desk, "signed_in.html", language, csrf="", who=None, answers=answers, target=there, unseen=True
            )
        return await handler(Page(request, desk, Door(desk.app, found.who, language), found.csrf, form, answers, plan))

    return answer


RENEWAL = "/desk/oidc/again"
"""Where the provider is asked again about a person, who sees nothing of it."""
RESTS_COOKIE = "keiyaku_desk_provider_rests"
"""The provider did not answer just now: until the session is over nobody waits for it at every page."""


def _is_to_be_renewed(request: Request, desk: Desk, found: sessions.SignedIn) -> bool:
    """A page that a person opens, half of the session's time being over; what is typed or partly loaded never is."""
    opens = request.method == "GET" and not _by_script(request) and request.headers.get("hx-request") != "true"
    opens = opens and request.headers.get("sec-fetch-dest", "document") == "document"
    person = not found.mark and services(desk.app).sign_in is not None
    return opens and person and found.is_old and RESTS_COOKIE not in request.cookies


def _to_sign_in(request: Request, desk: Desk, answers: Answered) -> Response:
    """Whoever is asked to sign in comes back to the page, with what was typed on it."""
    language, target = language_of(request), f"/desk/sign-in?to={quote(answers.home)}"
    if _by_script(request):
        said = {"code": "UNAUTHENTICATED", "detail": say("session_over", language)}
        return JSONResponse({**said, "message": said["detail"]}, 401, HEADERS)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={**HEADERS, "HX-Redirect": target})
    if request.method != "POST":
        return RedirectResponse(target, 303, HEADERS)
    more = {"target": answers.home, "wrong": "", "kept": answers}
    return page(request, desk, "sign_in.html", language, 401, csrf="", who=None, answers=Answered(target), **more)


def _of_another_session(request: Request, desk: Desk, answers: Answered, found: sessions.SignedIn) -> Response:
    """A form of a session that is over, in the hands of the one that counts: to be looked at again."""
    language = language_of(request)
    if _by_script(request):
        said = {"code": "UNAUTHENTICATED", "detail": say("csrf", language)}
        return JSONResponse({**said, "message": said["detail"]}, 403, HEADERS)
    # What its link says stays out of the switch: the language changes on the page the form is on.
    more = {"detail": "csrf", "kept": answers, "answers": Answered(answers.home)}
    return page(request, desk, "refused.html", language, 403, csrf=found.csrf, who=found.who, **more)


def _by_script(request: Request) -> bool:
    """Whether a script of the desk asks, which reads JSON."""
    return "application/json" in request.headers.get("accept", "")


def _seal(csrf: str, what: str) -> str:
    return hmac.new(csrf.encode(), what.encode(), hashlib.sha256).hexdigest()[:32]


def _done(request: Request, csrf: str) -> str:
    """What this session did just now; empty for nothing."""
    what, _, seal = request.cookies.get(DONE_COOKIE, "").partition(".")
    return what if csrf and what and hmac.compare_digest(seal.encode(), _seal(csrf, what).encode()) else ""


def _asked(session: Session, token: str, person_min: int) -> tuple[sessions.SignedIn | None, Plan]:
    """Whose session it is, and the club's plan."""
    return sessions.find(session, token, person_min), in_force(session)


def language_of(request: Request) -> Language:
    """Japanese, unless English was switched on."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "ja"


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None for one that is too long."""
    most = IMPORT_BYTES_MAX if request.url.path.startswith("/desk/imports/") else FORM_BYTES_MAX
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    found: dict[str, str] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        # Several boxes ticked under one name are one field; codes hold no blank.
        found[name] = f"{found[name]} {value}" if name in found else value
    return found


def page(
    request: Request, desk: Desk, template: str, language: Language, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page in its frame."""
    values = {"op": secrets.token_urlsafe(18), "kept": None, "answers": answered(request, ""), **values}
    partial = request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"
    done = "" if partial else _done(request, values["csrf"])
    text = _TEMPLATES.get_template(template).render(
        lang=language,
        t=lambda key, **more: say(key, language, **more),
        path=request.url.path,
        partial=partial,
        ui_url=desk.ui_url,
        rehearsal=services(desk.app).clock is not None,
        provider=services(desk.app).sign_in is not None,
        date=lambda value: plain_date(value, language),
        moment=lambda value: plain_moment(value, language),
        month_of=lambda value: plain_month(value, language),
        yen=lambda value: yen(value, language),
        course=lambda value: course_name(value, language),
        labels=values["form"].labels(language) if "form" in values else {},
        ahead=lambda item, kind: ahead(item, kind, language),
        ways=lambda row: ways(row, values["who"].role),
        crossed=lambda body: crossed(body, language),
        code=lambda kind, value: code_text(kind, value, language),
        takes=lambda roles: ("、" if language == "ja" else " or ").join(
            code_text("role", each, language) for each in sorted(roles)
        ),
        task=lambda code: task(code, language),
        words_of=lambda name, kind="": event(name, language, kind),
        state=lambda kind, value: state_text(kind, value, language),
        cite=lambda article: cite(article, language),
        paraphrase=lambda article: days(paraphrase(article, language, values.get("in_force"))),
        done=done,
        **values,
    )
    answer = HTMLResponse(text, status, HEADERS)
    if DONE_COOKIE in request.cookies and not partial:
        answer.delete_cookie(DONE_COOKIE, path="/desk")
    return answer


def failed(desk: Desk) -> Callable[[Request, int, str], HTMLResponse]:
    """The page of what fell into the net; nothing is read for it, not even who is signed in."""

    def shown(request: Request, status: int, error_id: str) -> HTMLResponse:
        return page(
            request,
            desk,
            "failed.html",
            language_of(request),
            status,
            csrf="",
            who=None,
            failed=status,
            error_id=error_id,
        )

    return shown


def not_taken(desk: Desk) -> Callable[[Request, int], HTMLResponse]:
    """The page of what was too large, or came too slowly, to reach any page; nothing is read for it."""

    def shown(request: Request, status: int) -> HTMLResponse:
        detail = _NOT_TAKEN.get(status, "not_taken")
        more = {"csrf": "", "who": None, "answers": Answered("/desk/"), "detail": detail}
        return page(request, desk, "refused.html", language_of(request), status, **more)

    return shown


_NOT_TAKEN: Mapping[int, str] = {400: "unreadable", 413: "too_large"}
"""What a page says of it, by its status."""


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
_TEMPLATES.filters["named"] = named
_TEMPLATES.filters["days"] = days
