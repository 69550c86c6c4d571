"""What the desk shows when it has nothing to show."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine
from starlette.requests import Request
from starlette.responses import Response

import desk.app
from api.app import create_app
from api.services import KeyRing, Services
from desk import session as sessions
from desk.app import mount
from desk.pages import entrance
from desk.web import LANGUAGE_COOKIE, Desk, Page

COOKIE = f"{sessions.COOKIE}=token"
KEYS = {"operator": ("operator", "key of operator")}


def made() -> FastAPI:
    """The doors and the desk, with nothing behind them."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    app = create_app(Services(engine=engine, client=None, keys=KeyRing(KEYS), webhook_secret="whsec_AAAA"))  # type: ignore[arg-type]
    mount(app)
    return app


def asked(
    app: FastAPI, method: str, path: str, cookie: str = COOKIE, data: dict[str, str] | None = None
) -> httpx.Response:
    """One request of a browser."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.request(method, path, headers={"Cookie": cookie}, data=data)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/desk/"),
        ("GET", "/desk/contracts/K1"),
        ("GET", "/desk/nowhere"),
        ("POST", "/desk/contracts/K1/do/cancel"),
        ("POST", "/desk/sign-in"),
        ("POST", "/desk/sign-out"),
    ],
)
def test_a_desk_without_its_database_says_so_on_a_page(method: str, path: str) -> None:
    """503 with Retry-After, in the language of the page."""
    data = {"key": "key of operator"} if method == "POST" else None
    for language, word in (("ja", "いまは応答できません"), ("en", "Not answering right now")):
        answer = asked(made(), method, path, f"{COOKIE}; {LANGUAGE_COOKIE}={language}", data)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert f"<h1>{word}</h1>" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_defect_of_a_page_is_named_on_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """500 with an id that the log explains; what the error quotes stands on no page."""

    async def broken(_: Desk, _request: Request) -> Response:
        raise KeyError("山田 太郎")

    monkeypatch.setattr(desk.app.entrance, "sign_in", broken)
    with caplog.at_level(logging.ERROR):
        answer = asked(made(), "GET", "/desk/sign-in")
    assert entrance.sign_in is broken
    error_id = caplog.records[0].getMessage().partition(":")[0]
    assert (answer.status_code, error_id in answer.text, "山田" in answer.text) == (500, True, False)
    assert "<h1>この画面に不具合があります</h1>" in answer.text


def keyed(op: str) -> str:
    """The key under which a form with this mark is sent."""
    return Page(Request({"type": "http"}), Desk(FastAPI()), None, "", {"op": op}).key()  # type: ignore[arg-type]


@pytest.mark.parametrize("op", ["あ", "\u200b", "ｏｐ", "a\nb", "x" * 300])
def test_any_mark_of_a_form_stands_for_one_command(op: str) -> None:
    """What no header could carry is carried as something that can: the same for the same form."""
    assert keyed(op) == keyed(op) != keyed(f"{op}2")
    assert keyed(op).isascii()
    assert keyed("made-by-a-page") == "made-by-a-page"


def test_what_is_too_large_for_any_page_is_told_as_one() -> None:
    """To a browser in its language; a script of the desk, which reads JSON, is told as the doors tell it."""
    large = {"text": "a" * 1_100_000}
    for language, word in (("ja", "送信された内容が大きすぎます"), ("en", "What was sent is too large")):
        answer = asked(made(), "POST", "/desk/contracts/K1/check/inquiry", f"{LANGUAGE_COOKIE}={language}", large)
        assert (answer.status_code, word in answer.text) == (413, True)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert ("ブラウザーの「戻る」" if language == "ja" else "Go back in the browser") in answer.text
    smaller = {"text": "a" * 70_000}
    assert asked(made(), "POST", "/desk/sign-in", "", smaller).status_code == 413
    elsewhere = asked(made(), "POST", "/v1/applications", "", large)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (413, "TOO_LARGE")
