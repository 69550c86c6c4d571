"""The service as a command sees it: where it answers, with which key, and what an answer means for the exit code."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NoReturn

import httpx
import typer

from embedded.home import read_addresses
from service.access.keys import KeysError, keys_of
from settings import LOOPBACK, Settings, SettingsError

URL, KEY = "KEIYAKU_URL", "KEIYAKU_KEY"
ROLES = ("backoffice", "operator", "auditor")
WAIT_S = 130
"""Longer than the service itself waits for its servers."""


class Exit(IntEnum):
    """What the exit code of a command over HTTP says."""

    DONE = 0
    SETUP = 1
    """No address, no key, or a file that cannot be read or written."""
    TYPED = 2
    """Typed wrongly; also 400."""
    NOT_ALLOWED = 3
    """401 and 403."""
    NOT_FOUND = 4
    REFUSED = 5
    """409 and 422: not possible in this state, or against a rule."""
    AWAY = 6
    """Nobody answers, or 5xx: try again under the same `--idempotency-key`."""
    LINES_REFUSED = 7
    """An import went through, with lines that did not enter."""


CODES = (
    "Exit codes: 0 done · 1 no service or key known · 2 typed wrongly · 3 not allowed · 4 not found · 5 refused by a \
rule or state · 6 nobody answers, try again · 7 lines of an import refused"
)
"""The same for the end of a help page."""

_BY_STATUS = {400: Exit.TYPED, 401: Exit.NOT_ALLOWED, 403: Exit.NOT_ALLOWED, 404: Exit.NOT_FOUND}


def stop(code: Exit, message: str) -> NoReturn:
    """End with one sentence on standard error."""
    sys.stderr.write(f"keiyaku: {message}\n")
    raise typer.Exit(int(code))


class Door:
    """Requests to one service, in the name of one key."""

    def __init__(self, url: str, key: str, language: str = "ja") -> None:
        """Speak to the service at `url`; nothing is sent yet."""
        self.url = url
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
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
            again = (
                "" if method == "GET" else f"; whether it was done is not known: repeat with --idempotency-key {key}"
            )
            stop(Exit.AWAY, f"{self.url} does not answer ({type(error).__name__}){again}")

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


def granted(answer: httpx.Response) -> Any:
    """The JSON of an answer.

    Raises:
        typer.Exit: it is a refusal; title, detail, code and articles stand on standard error.
    """
    if answer.is_success:
        return answer.json()
    if answer.status_code >= 500:
        key = answer.request.headers.get("idempotency-key")
        again = f"; repeat with --idempotency-key {key}" if key else ""
        stop(Exit.AWAY, f"{_said(answer)}{again}")
    stop(_BY_STATUS.get(answer.status_code, Exit.REFUSED), _said(answer))


def _said(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, Mapping):
        return f"{answer.request.url} answered {answer.status_code}, and not as keiyaku does"
    articles = "、".join(problem.get("articles") or [])
    said = f"{problem.get('detail') or problem.get('title')} ({problem.get('code', answer.status_code)})"
    if problem.get("message") and answer.request.headers.get("accept-language", "").startswith("ja"):
        said = f"{problem['message']}。{said}"
    more = {name: problem[name] for name in ("state", "allowed", "reasons", "errors") if problem.get(name)}
    return said + (f" [{articles}]" if articles else "") + (f" {json.dumps(more, ensure_ascii=False)}" if more else "")


def find_door(role: str, language: str) -> Door:
    """The service of `KEIYAKU_URL` with `KEIYAKU_KEY`; without them that of the home, with its key of a role.

    Raises:
        typer.Exit: there is neither. A key of the home is never sent to another address.
    """
    url, key = os.environ.get(URL), os.environ.get(KEY)
    if url:
        if not key:
            stop(Exit.SETUP, f"{URL} names a service: give its key in {KEY}")
        return Door(url, key, language)
    if role not in ROLES:
        stop(Exit.TYPED, f"--as {role}: one of {', '.join(ROLES)}")
    try:
        settings = Settings.load()
        key = key or str(getattr(keys_of(settings), role))
    except (SettingsError, KeysError) as error:
        stop(Exit.SETUP, f"{error} (or name a service by {URL} and {KEY})")
    here = read_addresses(settings.home).get("api", f"http://{LOOPBACK}:{settings.api_port}")
    return Door(here, key, language)
