"""`make bench`: every figure with what it is a ratio to. A name takes one part; `--write` keeps it in docs."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from types import ModuleType
from typing import Literal

from bench import page
from bench.commands import cold, command, order, pace
from bench.common.report import Report
from bench.lives import life, lives
from bench.mass import club, ending, importing, rollout
from bench.month_end import midnight, month, overdue
from bench.size import growth, idle, memory, people
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports

PARTS: dict[str, tuple[ModuleType, str]] = {
    "life": (life, "2018-05-20T09:00:00+09:00"),
    "command": (command, "2019-05-01T09:00:00+09:00"),
    "cold": (cold, "2019-05-01T09:00:00+09:00"),
    "pace": (pace, "2018-06-10T09:00:00+09:00"),
    "import": (importing, "2018-05-20T09:00:00+09:00"),
    "memory": (memory, "2019-05-01T09:00:00+09:00"),
    "idle": (idle, "2018-05-20T09:00:00+09:00"),
    "growth": (growth, "2018-06-10T09:00:00+09:00"),
    "lives": (lives, "2018-06-30T23:58:20+09:00"),
    "midnight": (midnight, "real"),
    "overdue": (overdue, "real"),
    "month": (month, "2018-06-30T23:57:00+09:00"),
    "order": (order, "2018-05-20T09:00:00+09:00"),
    "rollout": (rollout, "2016-11-03T09:00:00+09:00"),
    "club": (club, "2023-06-01T09:00:00+09:00"),
    "ending": (ending, "2025-03-31T12:00:00+09:00"),
    "people": (people, "2018-05-20T09:00:00+09:00"),
}
"""Name → what measures it, and the business moment its home begins at; `real`: no clock is moved
in it but the one that the part itself sets."""


async def run(names: list[str]) -> dict[str, Report]:
    """Measure each part on a stack of its own, in a temporary home, and say what came out."""
    said: dict[str, Report] = {}
    for name in names:
        part, clock = PARTS[name]
        with temporary_home("keiyaku-bench-") as folder:
            at: datetime | Literal["real"] = "real" if clock == "real" else datetime.fromisoformat(clock)
            stack = EmbeddedStack(folder / "home", ports=Ports.free(), clock=at, say=lambda _: None)
            await stack.start()
            try:
                said[name] = await part.run(stack)
                print(*said[name], sep="\n", flush=True)
            finally:
                await stack.stop()
    return said


if __name__ == "__main__":
    asked = [name for name in sys.argv[1:] if name != "--write"]
    unknown = [name for name in asked if name not in PARTS]
    if unknown:
        sys.exit(f"Unknown: {', '.join(unknown)}. Name some of {', '.join(PARTS)}, or none for all.")
    measured = asyncio.run(run(asked or list(PARTS)))
    if "--write" in sys.argv[1:]:
        page.write(measured)
    sys.stdout.flush()
    os._exit(0)
