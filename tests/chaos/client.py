"""A careful client: every request under one key of its own, sent again under it until somebody answers."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

REQUEST_S = 20.0
"""A door answers within ten seconds, with 503 if need be; a server that stands still answers nothing."""
ADVANCE_S = 130.0
PAUSE_S = 0.2
LONG_S = 45.0
"""A wait that is told."""

CLOCK = "/v1/clock/advance"


class NoAnswerError(Exception):
    """Nobody answered for longer than anything may take."""


@dataclass
class Asked:
    """One request and what was answered to it."""

    key: str
    role: str
    method: str
    path: str
    body: Any
    dry_run: bool = False
    entity_id: str | None = None
    """The workflow id of the entity it is about; of a new one, as the answer names it."""
    status: int | None = None
    answer: Any = None

    @property
    def op(self) -> str:
        """The operation id that the door makes of the key."""
        return f"{self.role}/{hashlib.sha256(self.key.encode()).hexdigest()[:32]}"

    @property
    def granted(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and self.status < 300

    def __str__(self) -> str:
        """As it stands in a report."""
        dry = " (dry run)" if self.dry_run else ""
        return f"{self.method} {self.path}{dry} under {self.key}"


@dataclass
class Client:
    """Asks one stack; for one thread."""

    base: str
    keys: Mapping[str, str]
    """Role → bearer key."""
    patience_s: float
    say: Callable[[str], None] = print
    """Takes one line, where a request has to be repeated for long."""
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    """Requests on the wire, repeats included."""
    failures: Counter[str] = field(default_factory=Counter)
    """5xx by status, and connections lost."""
    slowest_s: float = 0.0

    def __post_init__(self) -> None:
        """One connection pool for all of it."""
        self._http = httpx.Client(base_url=self.base, timeout=REQUEST_S, trust_env=False)

    def ask(self, asked: Asked) -> Asked:
        """Ask until there is an answer, and keep it.

        Raises:
            NoAnswerError: there was none within the patience.
        """
        self.asked.append(asked)
        answer = self.send(asked)
        asked.status, asked.answer = answer.status_code, answer.json()
        return asked

    def send(self, asked: Asked) -> httpx.Response:
        """The same request under the same key, until it is answered by anything but a 5xx.

        Raises:
            NoAnswerError: there was none within the patience.
        """
        headers = {"Authorization": f"Bearer {self.keys[asked.role]}"}
        if asked.method != "GET":
            headers["Idempotency-Key"] = asked.key
        timeout = ADVANCE_S if asked.path == CLOCK else REQUEST_S
        params = {"dry_run": "true"} if asked.dry_run else {}
        began = told = time.monotonic()
        while True:
            self.sent += 1
            try:
                answer = self._http.request(
                    asked.method, asked.path, json=asked.body, headers=headers, params=params, timeout=timeout
                )
            except httpx.TransportError as error:
                self.failures["connection lost"] += 1
                said = type(error).__name__
            else:
                waited = time.monotonic() - began
                self.slowest_s = max(self.slowest_s, waited)
                if answer.status_code < 500:
                    return answer
                self.failures[str(answer.status_code)] += 1
                said = f"{answer.status_code} {answer.text[:300]}"
            if time.monotonic() - told > LONG_S:
                told = time.monotonic()
                self.say(f"    {asked}: no answer for {told - began:.0f} s; the last one: {said}")
            if time.monotonic() - began > self.patience_s:
                raise NoAnswerError(f"{asked}: no answer for {self.patience_s:g} s; the last one: {said}")
            time.sleep(PAUSE_S)

    def read(self, path: str) -> Any:
        """A read that must work.

        Raises:
            NoAnswerError: it is not answered.
            AssertionError: it is refused.
        """
        answer = self.send(Asked("", "auditor", "GET", path, None))
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def now(self) -> datetime:
        """The business moment, in Japan time."""
        return datetime.fromisoformat(self.read("/v1/clock")["now"])

    def close(self) -> None:
        """Hang up."""
        self._http.close()
