"""`make bench`: every figure with what it is a ratio to. A name takes one part."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from types import ModuleType

from bench import club, command, ending, life, month, order, people, rollout
from embedded.stack import EmbeddedStack, Ports

PARTS: dict[str, tuple[ModuleType, str]] = {
    "life": (life, "2018-05-20T09:00:00+09:00"),
    "command": (command, "2019-05-01T09:00:00+09:00"),
    "month": (month, "2018-06-30T23:57:00+09:00"),
    "order": (order, "2018-05-20T09:00:00+09:00"),
    "rollout": (rollout, "2017-07-03T09:00:00+09:00"),
    "club": (club, "2023-06-01T09:00:00+09:00"),
    "ending": (ending, "2025-03-31T12:00:00+09:00"),
    "people": (people, "2018-05-20T09:00:00+09:00"),
}
"""Name → what measures it, and the business moment its home begins at."""


async def run(names: list[str]) -> None:
    """Measure each part on a stack of its own, in a temporary home."""
    for name in names:
        part, clock = PARTS[name]
        with tempfile.TemporaryDirectory(prefix="keiyaku-bench-") as folder:
            # Readable by the account PostgreSQL runs as when we are root.
            os.chmod(folder, 0o711)  # noqa: PTH101, S103 - one call at start-up; only passing through is allowed
            home = Path(folder) / "home"
            at = datetime.fromisoformat(clock)
            stack = EmbeddedStack(home, ports=Ports.free(), clock=at, say=lambda _: None)
            await stack.start()
            try:
                for line in await part.run(stack):
                    print(line, flush=True)
            finally:
                await stack.stop()


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in PARTS]
    if unknown:
        sys.exit(f"Unknown: {', '.join(unknown)}. Name some of {', '.join(PARTS)}, or none for all.")
    asyncio.run(run(sys.argv[1:] or list(PARTS)))
    sys.stdout.flush()
    os._exit(0)
