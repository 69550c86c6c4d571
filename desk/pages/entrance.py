"""Signing in and out, and the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk import session as sessions
from desk.door import caller_of, services
from desk.web import HEADERS, LANGUAGE_COOKIE, Desk, language_of, page, read_form

ROLES = frozenset({"backoffice", "operator", "auditor"})
"""`site` acts for members and has no desk."""


def _inside(target: str) -> str:
    """A place of the desk; anything else becomes its first page."""
    parts = urlsplit(target)
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/desk") and "\\" not in target
    return target if ours and not target.startswith("//") else "/desk/"


async def sign_in(desk: Desk, request: Request) -> Response:
    """The form, and what comes of it. A page elsewhere cannot sign anybody in: browsers say where a form comes from."""
    target = _inside(request.query_params.get("to", "/desk/"))
    language = language_of(request)
    if request.method == "GET":
        return page(request, desk, "sign_in.html", language, csrf="", who=None, target=target, wrong=False)
    form = await read_form(request)
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    who = None if elsewhere else caller_of(desk.app, form.get("key", "").strip())
    if who is None or who.role not in ROLES:
        return page(request, desk, "sign_in.html", language, 401, csrf="", who=None, target=target, wrong=True)
    token = await services(desk.app).read(lambda session: sessions.begin(session, who))
    answer = RedirectResponse(_inside(form.get("to", "/desk/")), 303, HEADERS)
    answer.set_cookie(
        sessions.COOKIE,
        token,
        max_age=sessions.HOURS * 3600,
        path="/desk",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


async def sign_out(desk: Desk, request: Request) -> Response:
    """The session is over, here and in the database."""
    token = request.cookies.get(sessions.COOKIE)
    if token:
        form = await read_form(request)
        found = await services(desk.app).read(lambda session: sessions.find(session, token))
        if found is not None and sessions.same(form.get("csrf"), found.csrf):
            await services(desk.app).read(lambda session: sessions.end(session, token))
    answer = RedirectResponse("/desk/sign-in", 303, HEADERS)
    answer.delete_cookie(sessions.COOKIE, path="/desk")
    return answer


async def language(desk: Desk, request: Request) -> Response:
    """The other language, on the same page."""
    _ = desk
    answer = RedirectResponse(_inside(request.query_params.get("to", "/desk/")), 303, HEADERS)
    other = "ja" if language_of(request) == "en" else "en"
    answer.set_cookie(LANGUAGE_COOKIE, other, max_age=31_536_000, path="/desk", samesite="lax")
    return answer
