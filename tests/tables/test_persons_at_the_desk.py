"""Whose role was taken away at the identity provider is out of the desk as soon as it is asked again, unseen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Engine, text

from api.access.persons import Provider
from api.access.sign_in import CodeFlow
from api.app import create_app
from api.services import KeyRing, Services
from desk.app import mount
from tests.issuer import AUDIENCE, CLIENT, SECRET, Issuer, listening

MINUTES = 20
SILENT = {"prompt": ["none"]}


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """On loopback, without TLS."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with listening() as made:
        yield made


class Browser:
    """One browser at the desk of a database, whose person signs in at the issuer."""

    def __init__(self, engine: Engine, issuer: Issuer) -> None:
        """Nobody is signed in."""
        self.engine, self.issuer = engine, issuer
        with engine.begin() as connection:
            connection.execute(text("delete from desk_session"))
        provider = Provider(issuer.url, AUDIENCE)
        self.house = Services(
            engine=engine, client=None, keys=KeyRing({}), webhook_secret="whsec_AAAA", people=provider,  # type: ignore[arg-type]
            sign_in=CodeFlow(provider, CLIENT, SECRET), person_min=MINUTES,
        )  # fmt: skip
        app = create_app(self.house)
        mount(app)
        self.transport, self.cookies = httpx.ASGITransport(app=app), httpx.Cookies()

    def get(self, path: str) -> httpx.Response:
        """One page, with the cookies so far."""

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self.transport, base_url="http://desk.test", cookies=self.cookies
            ) as client:
                answer = await client.get(path)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        """One form of a page of the desk."""

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self.transport, base_url="http://desk.test", cookies=self.cookies
            ) as client:
                answer = await client.post(path, data=form, headers={"sec-fetch-site": "same-origin"})
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def goes(self, path: str) -> str:
        """Where a page sends the browser."""
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def led(self, path: str) -> str | None:
        """Where a page leads on to by itself; None: it stays."""
        found = re.search(r'http-equiv="refresh" content="0;url=([^"]*)"', self.get(path).text)
        return found[1] if found else None

    def comes_back(self, away: str) -> httpx.Response:
        """The provider lets it pass at once."""
        return self.get(self.issuer.asked(urlsplit(away).query))

    def signs_in(self) -> None:
        """As a person does."""
        assert self.comes_back(self.goes("/desk/oidc")).status_code == 200

    def later(self, **by: Any) -> None:
        """So much time goes by."""
        moved = "update desk_session set created_at = created_at - :by, expires_at = expires_at - :by"
        with self.engine.begin() as connection:
            connection.execute(text(moved), {"by": timedelta(**by)})

    def sessions(self) -> list[tuple[str, str]]:
        """Role and word of every session."""
        with self.engine.connect() as connection:
            return [(row.role, row.csrf) for row in connection.execute(text("select role, csrf from desk_session"))]


@pytest.fixture
def browser(club_engine: Engine, issuer: Issuer) -> Browser:
    """Somebody has signed in just now, and again so long ago that the provider is asked with the next page."""
    found = Browser(club_engine, issuer)
    found.signs_in()
    return found


def again(browser: Browser) -> httpx.Response:
    """The way of the next page over the provider."""
    browser.later(minutes=MINUTES / 2 + 1)
    there = browser.led("/desk/people?x=1")
    assert there == "/desk/oidc/again?to=/desk/people%3Fx%3D1"
    away = browser.goes(there)
    assert {"prompt": parse_qs(urlsplit(away).query)["prompt"]} == SILENT
    return browser.comes_back(away)


def test_the_provider_is_asked_again_and_nothing_is_seen_of_it(browser: Browser) -> None:
    """From half of the time on, with the next page; the session is a new one, and forms that lie open are its own."""
    ((_, csrf),) = browser.sessions()
    back = again(browser)
    assert back.status_code == 200
    assert "url=/desk/people?x=1" in back.text
    assert browser.sessions() == [("operator", csrf)]
    browser.later(minutes=MINUTES / 2 + 1)
    assert browser.led("/desk/people") == "/desk/oidc/again?to=/desk/people"


@pytest.mark.parametrize(("roles", "left"), [(None, []), (["site"], []), (["auditor"], ["auditor"])])
def test_a_role_that_was_taken_away_is_gone(browser: Browser, roles: Any, left: list[str]) -> None:
    """No role, none of a desk: the session is over; another role: that one counts from then on."""
    browser.issuer.said = {"roles": roles}
    assert again(browser).status_code == (200 if left else 401)
    assert [role for role, _ in browser.sessions()] == left


def test_who_is_not_signed_in_there_any_more_is_asked_to(browser: Browser) -> None:
    """The provider refuses to answer unseen: the page for signing in, and the session is over."""
    browser.later(minutes=MINUTES / 2 + 1)
    state = parse_qs(urlsplit(browser.goes("/desk/oidc/again")).query)["state"][0]
    back = browser.get(f"/desk/oidc/back?error=login_required&state={state}")
    assert (back.status_code, browser.sessions()) == (401, [])


def test_a_provider_that_is_away_keeps_nobody_from_working_and_nobody_for_longer(browser: Browser) -> None:
    """The page comes without its word until the time is over; then nobody is in, whenever the session was to end."""
    browser.later(minutes=MINUTES / 2 + 1)
    browser.issuer.named = "http://somebody.example"
    assert browser.goes("/desk/oidc/again?to=/desk/people") == "/desk/people"
    assert browser.led("/desk/people") is None
    with browser.engine.begin() as connection:
        connection.execute(text("update desk_session set expires_at = expires_at + interval '10 hours'"))
    browser.later(minutes=MINUTES / 2)
    assert browser.goes("/desk/people") == "/desk/sign-in?to=/desk/people"


def test_what_was_typed_outlives_the_session_of_a_person(browser: Browser) -> None:
    """They sign in in another tab, where the provider brings nothing back, and go on here with what they typed."""
    browser.later(minutes=MINUTES)
    typed = {"name": "山田太郎", "op": "o-1", "csrf": "x"}
    over = browser.post("/desk/people/P1/check", typed)
    assert over.status_code == 401
    assert 'href="/desk/oidc" target="_blank"' in over.text
    kept = dict(re.findall(r'name="(to|check|kept[.][^"]*)" value="([^"]*)"', over.text))
    assert kept["kept.name"] == "山田太郎"
    assert browser.post("/desk/sign-in", kept).text.count("山田太郎") == over.text.count("山田太郎")
    browser.signs_in()
    on = browser.post("/desk/sign-in", kept)
    assert (on.status_code, 'action="/desk/people/P1/check"' in on.text, "山田太郎" in on.text) == (200, True, True)
