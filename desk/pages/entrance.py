"""Signing in and out, and the language."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.persons import NotAPersonError, ProviderAwayError
from api.access.sign_in import Begun
from api.access.watch import turned_away
from api.services import Caller
from desk import session as sessions
from desk.answering import Answered, inside, of_this_site
from desk.door import caller_of, services, still_known
from desk.web import HEADERS, LANGUAGE_COOKIE, RESTS_COOKIE, Desk, language_of, not_taken, page, read_form

ROLES = frozenset({"backoffice", "operator", "auditor"})
"""`site` acts for members and has no desk."""


async def sign_in(desk: Desk, request: Request) -> Response:
    """The form, and what comes of it. A page elsewhere cannot sign anybody in: browsers say where a form comes from."""
    form = await read_form(request) if request.method == "POST" else {}
    if form is None:
        return not_taken(desk)(request, 413)
    target = inside(form.get("to") or request.query_params.get("to", "/desk/"))
    kept = _typed_before(request, form, target)
    language, switch = language_of(request), Answered(f"/desk/sign-in?to={quote(target)}")
    more: dict[str, Any] = {"csrf": "", "who": None, "target": target, "kept": kept, "answers": switch}
    if "key" not in form:
        beside = await _signed_in_beside(desk, request) if kept is not None and kept.again else None
        if beside is not None:
            values = {**more, "csrf": beside.csrf, "who": beside.who, "answers": Answered(target), "detail": "kept"}
            return page(request, desk, "refused.html", language, **values)
        return page(request, desk, "sign_in.html", language, wrong="", **more)
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    key = form["key"].strip()
    who = None if elsewhere else await caller_of(desk.app, key)
    if who is None or who.role not in ROLES:
        return page(request, desk, "sign_in.html", language, 401, wrong="wrong_key", **more)
    token = await services(desk.app).read(lambda session: sessions.begin(session, who, key))
    found = await services(desk.app).read(lambda session: sessions.find(session, token))
    if kept is None or not kept.again or found is None:
        return _let_in(desk, request, token, RedirectResponse(target, 303, HEADERS))
    values = {**more, "csrf": found.csrf, "who": found.who, "answers": Answered(target), "detail": "kept"}
    return _let_in(desk, request, token, page(request, desk, "refused.html", language, **values))


async def _session_of(desk: Desk, request: Request) -> sessions.SignedIn | None:
    """The session of the browser; None where it has none, or one that is over."""
    house, token = services(desk.app), request.cookies.get(sessions.COOKIE)
    return await house.read(lambda session: sessions.find(session, token, house.person_min)) if token else None


async def _signed_in_beside(desk: Desk, request: Request) -> sessions.SignedIn | None:
    """Who has signed in in another tab meanwhile, as at the provider, which would not bring back what was typed."""
    found = await _session_of(desk, request)
    return found if found is not None and await still_known(desk.app, found) else None


def _typed_before(request: Request, form: Mapping[str, str], target: str) -> Answered | None:
    """What was typed before the session was found to be over; only a page of the desk hands it on."""
    check = form.get("check", "")
    if not check or not of_this_site(request) or inside(check) != check:
        return None
    typed = {name[len(KEPT) :]: value for name, value in form.items() if name.startswith(KEPT)}
    return Answered(target, check, typed)


KEPT = "kept."
"""Before the name of a field that waits for somebody to sign in."""


def _let_in(desk: Desk, request: Request, token: str, answer: Response) -> Response:
    secure = _base(desk, request).startswith("https:")
    answer.set_cookie(
        sessions.COOKIE, token, max_age=sessions.HOURS * 3600, path="/desk", httponly=True, samesite="strict",
        secure=secure,
    )  # fmt: skip
    return answer


def _base(desk: Desk, request: Request) -> str:
    """The doors as the browser sees them."""
    return services(desk.app).desk_url or f"{request.url.scheme}://{request.url.netloc}"


AWAY_COOKIE = "keiyaku_desk_away"
"""What a browser was sent to the provider with."""
AWAY_S = 600
"""How long somebody may take there."""
BACK = "/desk/oidc/back"


@dataclass(frozen=True)
class Away:
    """What a browser was sent to the provider with, and needs again when it comes back."""

    state: str
    nonce: str
    verifier: str
    target: str
    csrf: str = ""
    """Of the session that is to be prolonged; empty: somebody signs in."""
    actor: str = ""
    """Whose that is."""
    known_as: str = ""
    """By what that is known in the database."""


async def go_to_provider(desk: Desk, request: Request) -> Response:
    """Off to the identity provider; what has to come back is kept by this browser alone."""
    language = language_of(request)
    if services(desk.app).sign_in is None:
        return page(request, desk, "refused.html", language, 404, csrf="", who=None, detail="not_found")
    return await _sent_away(desk, request) or _provider_away(desk, request)


async def go_again(desk: Desk, request: Request) -> Response:
    """The provider is asked about whoever is signed in, unseen; one that is away is asked again later."""
    house, target = services(desk.app), inside(request.query_params.get("to", "/desk/"))
    found = await _session_of(desk, request)
    if found is None or found.mark or house.sign_in is None:
        return RedirectResponse(target, 303, HEADERS)
    sent = await _sent_away(desk, request, found)
    if sent is not None:
        return sent
    answer = RedirectResponse(target, 303, HEADERS)
    answer.set_cookie(RESTS_COOKIE, "1", max_age=RESTS_S, path="/desk", httponly=True, samesite="strict")
    return answer


RESTS_S = 60
"""For so long a provider that did not answer is not waited for again."""


async def _sent_away(desk: Desk, request: Request, again: sessions.SignedIn | None = None) -> Response | None:
    """The way to the provider; None: it is away.

    Args:
        desk: what the pages were mounted with.
        request: of the browser.
        again: whose session is to be prolonged.
    """
    flow, base = services(desk.app).sign_in, _base(desk, request)
    if flow is None:
        return None
    try:
        begun = await flow.begin(f"{base}{BACK}", unseen=again is not None)
    except ProviderAwayError:
        return None
    kept = [begun.state, begun.nonce, begun.verifier, inside(request.query_params.get("to", "/desk/"))]
    kept += [again.csrf, again.who.name, again.known_as] if again is not None else ["", "", ""]
    answer = RedirectResponse(begun.url, 303, HEADERS)
    answer.set_cookie(
        AWAY_COOKIE, base64.urlsafe_b64encode(json.dumps(kept).encode()).decode(), max_age=AWAY_S, path="/desk/oidc",
        httponly=True, samesite="lax", secure=base.startswith("https:"),
    )  # fmt: skip
    return answer


def _provider_away(desk: Desk, request: Request) -> Response:
    return page(request, desk, "refused.html", language_of(request), 503, csrf="", who=None, detail="provider_away")


async def back_from_provider(desk: Desk, request: Request) -> Response:
    """Who comes back with the right answer is signed in; anybody else is told and nothing more.

    A session that was to be prolonged is over where the provider does not vouch for the same person any more.
    """
    house, away = services(desk.app), _kept(request.cookies.get(AWAY_COOKIE, ""))
    flow = house.sign_in
    if flow is None or away is None:
        return _not_let_in(desk, request, "/desk/", "wrong_person")
    begun = Begun("", away.state, away.nonce, away.verifier)
    try:
        person = await flow.finish(begun, f"{_base(desk, request)}{BACK}", request.url.query)
    except NotAPersonError as error:
        turned_away(request, "sign-in", str(error))
        if away.known_as:
            await house.read(lambda session: sessions.end_known(session, away.known_as))
        # Who was only to be asked again has done nothing wrong: perhaps the day at the provider is over.
        return _not_let_in(desk, request, inside(away.target), "" if away.known_as else "wrong_person")
    except ProviderAwayError:
        return _provider_away(desk, request)
    # A page and no redirect: a cookie of this site only is not sent along a way that began at another.
    target, who = inside(away.target), Caller(person.actor, person.role)
    more: dict[str, Any] = {"target": target, "answers": Answered(target)}
    answer = page(request, desk, "signed_in.html", language_of(request), csrf="", who=None, **more)
    answer.delete_cookie(AWAY_COOKIE, path="/desk/oidc")
    word = sessions.Word(house.person_min, (away.csrf or None) if away.actor == who.name else None)

    def begin(session: Session) -> str:
        if away.known_as:
            sessions.end_known(session, away.known_as)
        return sessions.begin(session, who, word)

    return _let_in(desk, request, await house.read(begin), answer)


def _not_let_in(desk: Desk, request: Request, target: str, wrong: str) -> Response:
    more: dict[str, Any] = {"csrf": "", "who": None, "target": target, "wrong": wrong}
    answers = Answered(f"/desk/sign-in?to={quote(target)}" if target != "/desk/" else "/desk/sign-in")
    refused = page(request, desk, "sign_in.html", language_of(request), 401, answers=answers, **more)
    refused.delete_cookie(AWAY_COOKIE, path="/desk/oidc")
    return refused


def _kept(cookie: str) -> Away | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(cookie.encode()))
    except ValueError:
        return None
    if (
        not isinstance(found, list)
        or len(found) != len(fields(Away))
        or not all(isinstance(each, str) for each in found)
    ):
        return None
    away = Away(*found)
    return away if away.state and away.nonce and away.verifier and away.target else None


async def sign_out(desk: Desk, request: Request) -> Response:
    """The session is over, here and in the database."""
    token = request.cookies.get(sessions.COOKIE)
    if token:
        form = await read_form(request) or {}
        found = await services(desk.app).read(lambda session: sessions.find(session, token))
        if found is not None and sessions.same(form.get("csrf"), found.csrf):
            await services(desk.app).read(lambda session: sessions.end(session, token))
    answer = RedirectResponse("/desk/sign-in", 303, HEADERS)
    answer.delete_cookie(sessions.COOKIE, path="/desk")
    return answer


async def language(desk: Desk, request: Request) -> Response:
    """The other language, on the same page; what was typed on it goes along to be looked at again."""
    _ = desk
    # 307: a form is sent on as it is, to a place that looks for the session's word in it.
    way = 307 if request.method == "POST" else 303
    answer = RedirectResponse(inside(request.query_params.get("to", "/desk/")), way, HEADERS)
    other = "ja" if language_of(request) == "en" else "en"
    answer.set_cookie(LANGUAGE_COOKIE, other, max_age=31_536_000, path="/desk", samesite="lax")
    return answer
