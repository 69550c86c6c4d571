"""What a body says before anybody is asked who sends it: one text, read in one way."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.wire.json_text import DEPTH_MAX, UnfitJsonError, parse

DOORS = ("/v1/applications", "/v1/sessions", "/v1/carrier/line-notices", "/v1/contracts/import", "/desk/", "/nowhere")
DEEP = '["∀",' + "[" * 2000 + "]" * 2000 + ',"x"]'


def sent(app: FastAPI, path: str, body: bytes, headers: list[tuple[str, str]] | None = None) -> httpx.Response:
    """One request with a key that counts, at doors behind which nothing answers."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            more = [("Authorization", "Bearer key of operator"), *(headers or [])]
            return await client.post(path, content=body, headers=more)

    return asyncio.run(send())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("path", DOORS)
def test_a_body_too_deep_is_refused_in_every_encoding(app: FastAPI, path: str, encoding: str) -> None:
    """400 at every door, whatever a reader of bytes would take the text for."""
    answer = sent(app, path, DEEP.encode(encoding), [("Idempotency-Key", "k")])
    assert (answer.status_code, answer.json()["code"]) == (400, "MALFORMED")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_json_is_utf_8(app: FastAPI, encoding: str) -> None:
    """Another encoding is refused with its reason; the mark that some editors put before UTF-8 is none."""
    answer = sent(app, "/v1/applications", '{"a": 1}'.encode(encoding))
    assert (answer.status_code, "UTF-8" in answer.json()["detail"]) == (400, True)
    assert parse('{"a": 1}'.encode("utf-8-sig")) == {"a": 1}


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '[{"deep": {"a": 1, "b": 0, "\\u0061": 1}}]'])
def test_a_name_stands_once_in_an_object(app: FastAPI, text: str) -> None:
    """Of two values under one name neither counts: 400 that names it, however the name is written."""
    with pytest.raises(UnfitJsonError, match="`a` stands twice"):
        parse(text)
    answer = sent(app, "/v1/carrier/line-notices", text.encode())
    assert (answer.status_code, "`a`" in answer.json()["detail"]) == (400, True)


def test_nesting_is_counted_outside_of_texts() -> None:
    """Brackets within a text are no levels, and as many levels as are allowed are read."""
    levels: Any = parse(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)
    assert levels
    assert parse(b'["' + b"[" * 1000 + b'"]') == ["[" * 1000]


def test_one_request_has_one_idempotency_key(app: FastAPI) -> None:
    """Two headers are 400, also when they say the same: what stands before this service may see another one."""
    keys = [("Idempotency-Key", "one"), ("Idempotency-Key", "one")]
    answer = sent(app, "/v1/messages/M1/resend", b"{}", keys)
    assert (answer.status_code, answer.json()["code"]) == (400, "MALFORMED")
