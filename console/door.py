"""The service as a command sees it: where it answers, with which key, and what an answer means for the exit code."""

from __future__ import annotations

import os
import re
import sys
import uuid
from collections.abc import Mapping
from typing import Any, NoReturn

import httpx
import typer

from console import vocabulary
from console.language import aloud, say, spoken, tell
from embedded.home import read_addresses
from service.access.keys import KeysError, keys_of
from service.exits import Exit
from settings import LOOPBACK, Settings, SettingsError

URL, KEY = "KEIYAKU_URL", "KEIYAKU_KEY"
WAIT_S = 130
"""Longer than the service itself waits for its servers."""


_BY_STATUS = {400: Exit.TYPED, 401: Exit.NOT_ALLOWED, 403: Exit.NOT_ALLOWED, 404: Exit.NOT_FOUND}


_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_HEADER = re.compile(r"[!-~]{1,255}")


def can_be_header(text: str) -> bool:
    """Whether a key can be sent at all."""
    return _HEADER.fullmatch(text) is not None


def stop(code: Exit, message: str) -> NoReturn:
    """End with one sentence on standard error."""
    sys.stderr.write(f"keiyaku: {message}\n")
    raise typer.Exit(int(code))


class Door:
    """Requests to one service, in the name of one key."""

    def __init__(self, url: str, key: str) -> None:
        """Speak to the service at `url`, in the language of the command; nothing is sent yet."""
        self.url = url
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": spoken()}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=WAIT_S)

    def answer(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: bytes | None = None,
        idempotency_key: str | None = None,
        **params: Any,
    ) -> httpx.Response:
        """One request and whatever came back; a fresh `Idempotency-Key` unless one is given.

        Raises:
            typer.Exit: nobody answers.
        """
        key = idempotency_key or uuid.uuid4().hex
        headers = {"Idempotency-Key": key} if method != "GET" else {}
        if content is not None:
            headers["Content-Type"] = "application/x-ndjson"
        found = {name: value for name, value in params.items() if value is not None}
        try:
            return self._http.request(
                method, path, json=body if content is None else None, content=content, headers=headers, params=found
            )
        except (httpx.TransportError, httpx.InvalidURL) as error:
            again = "" if method == "GET" else say("not_known", key=key)
            stop(Exit.AWAY, say("no_answer", url=self.url, why=say(_why(error))) + again)

    def tried(self, path: str, **params: Any) -> httpx.Response | None:
        """One read for who asks again by and by: None where nobody answers, or only to say that they cannot now."""
        try:
            answer = self._http.get(path, params={name: value for name, value in params.items() if value is not None})
        except httpx.TransportError:
            return None
        return None if answer.status_code >= 500 or answer.status_code == 429 else answer

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The JSON of a request that was granted.

        Raises:
            typer.Exit: it was not; what the service said stands on standard error.
        """
        return granted(self.answer(method, path, body, **more))

    def items(self, path: str, at_most: int, **params: Any) -> list[dict[str, Any]]:
        """The first rows of a list, over its pages."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while len(found) < at_most:
            page = self.ask("GET", path, cursor=cursor, limit=min(500, at_most - len(found)), **params)
            found += page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                break
        return found


def _why(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timed_out"
    return "cannot_connect" if isinstance(error, httpx.ConnectError | httpx.InvalidURL) else "broke_off"


def granted(answer: httpx.Response) -> Any:
    """The JSON of an answer.

    Raises:
        typer.Exit: it is a refusal; title, detail, code and articles stand on standard error.
    """
    if answer.is_success:
        try:
            return answer.json()
        except ValueError:  # a page of another program: nothing of ours answers otherwise than in JSON
            stop(Exit.SETUP, say("not_keiyaku", url=answer.request.url, status=answer.status_code))
    if answer.status_code >= 500:
        key = answer.request.headers.get("idempotency-key")
        again = say("repeat", key=key) if key else ""
        stop(Exit.AWAY, f"{_said(answer)}{again}")
    stop(_BY_STATUS.get(answer.status_code, Exit.REFUSED), _said(answer))


def _said(answer: httpx.Response) -> str:
    """A refusal in one sentence, with its code for who looks it up; the service's own `detail` is English."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, Mapping):
        return say("not_keiyaku", url=answer.request.url, status=answer.status_code)
    code = str(problem.get("code", answer.status_code))
    said = problem.get("message") if spoken() == "ja" else None
    # What names fields and updates is told of them below, in words.
    if spoken() == "ja" or problem.get("errors") or problem.get("allowed"):
        said = said or vocabulary.refusal(code)
    said = said or vocabulary.sentence(str(problem.get("detail") or problem.get("title")))
    found = [f"{said}({code})" if spoken() == "ja" else f"{said} ({code})"]
    cited = [vocabulary.scalar(each, "articles") for each in problem.get("articles") or ()]
    found += [say("and").join(dict.fromkeys(cited))] if cited else []
    more = [vocabulary.scalar(each, "reasons") for each in problem.get("reasons") or () if each != code]
    found += [f"{vocabulary.heading('reasons')}: {say('and').join(more)}"] if more else []
    if problem.get("allowed"):
        found.append(f"{vocabulary.heading('allowed now')}: {vocabulary.allowed(problem['allowed'])}")
    told = "message" if spoken() == "ja" else "problem"
    found += [
        f"{_typed(each['field'])}: {each.get(told) or each.get('problem')}" for each in problem.get("errors") or ()
    ]
    return "\n  ".join(found)


def _typed(field: str) -> str:
    """A field as it is typed, with what it means."""
    words = vocabulary.heading(field.rpartition(".")[2])
    return field if words == field else f"{field}={words}"


def find_door(role: str) -> Door:
    """The service of `KEIYAKU_URL` with `KEIYAKU_KEY`; without them that of the home, with its key of a role.

    Raises:
        typer.Exit: there is neither. A key of the home is never sent to another address.
    """
    url, key = os.environ.get(URL), os.environ.get(KEY)
    if url:
        if not key:
            stop(Exit.SETUP, say("no_key", url=URL, key=KEY))
        if not _WEB.match(url):
            stop(Exit.SETUP, f"{URL}: {tell('no_web_address')}")
        return Door(url, _sendable(key))
    try:
        settings = Settings.load()
        key = key or str(getattr(keys_of(settings), role))
    except (SettingsError, KeysError) as error:
        stop(Exit.SETUP, say("no_service", why=aloud(error), url=URL, key=KEY))
    here = read_addresses(settings.home).get("api", f"http://{LOOPBACK}:{settings.api_port}")
    return Door(here, _sendable(key))


def _sendable(key: str) -> str:
    if not can_be_header(key):
        stop(Exit.SETUP, say("no_header", name=KEY))
    return key
