"""What a part says: ratios to a floor, with what they came from, and lines that are no ratio."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

_SMALL = 0.1


@dataclass(frozen=True)
class Figure:
    """One ratio: what to what, how it was found, and how much it may be at most, where there is a target."""

    what: str
    ratio: float
    how: str
    most: float | None = None

    @property
    def shown(self) -> str:
        """The ratio as people read it; a small one, such as of cores, in thousandths."""
        return f"{self.ratio:.2f}" if self.ratio >= _SMALL else f"{self.ratio:.3f}"

    @property
    def verdict(self) -> str:
        """In a word."""
        return "" if self.most is None else "met" if self.ratio <= self.most else "**missed**"

    def __str__(self) -> str:
        """As it is printed while the next part is measured."""
        target = "" if self.most is None else f"; target at most {self.most:g}"
        return f"{self.what}  {self.shown:>5}  ({self.how}{target})"


Report = list[Figure | str]


def ratio(what: str, work_s: float, floor_s: float, note: str = "", *, most: float | None = None) -> Figure:
    """The ratio of two durations, both told; `note` is what else to know of it."""
    how = f"{spoken(work_s)} / {spoken(floor_s)}"
    return Figure(what, work_s / floor_s, f"{how}, {note}" if note else how, most)


def spoken(seconds: float) -> str:
    """A duration as people read it: below a second in milliseconds."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    await work()
    return time.perf_counter() - begin


def at_percent(values: Sequence[float], percent: float) -> float:
    """The value that so many of a hundred do not exceed."""
    found = sorted(values)
    return found[min(len(found) - 1, int(len(found) * percent / 100))]
