"""What came to nothing is left alone for a while, longer each time; a rest is forgotten after twice the longest."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class _Rest:
    seconds: float
    until: float
    """Monotonic."""


class Rests:
    """Who rests now: `key in rests`."""

    def __init__(self, first_s: float, max_s: float) -> None:
        """Nobody does yet. The first rest and the longest, in seconds; each is twice the one before."""
        self._first_s = first_s
        self._max_s = max_s
        self._known: dict[str, _Rest] = {}

    def begin(self, key: str) -> float:
        """It rests from now on: for how many seconds."""
        now = time.monotonic()
        self._known = {each: rest for each, rest in self._known.items() if rest.until > now - 2 * self._max_s}
        before = self._known.get(key)
        seconds = min(before.seconds * 2, self._max_s) if before else self._first_s
        self._known[key] = _Rest(seconds, now + seconds)
        return seconds

    def __contains__(self, key: str) -> bool:
        """Whether it rests now."""
        rest = self._known.get(key)
        return rest is not None and rest.until > time.monotonic()

    def resting(self) -> list[str]:
        """All that rest now."""
        return [each for each in self._known if each in self]

    def keep(self, keys: Collection[str]) -> None:
        """Forget all others: what was done for them came to something."""
        self._known = {each: rest for each, rest in self._known.items() if each in keys}
