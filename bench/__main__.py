"""`make bench`: every figure with what it is a ratio to."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench import command, life
from embedded.stack import EmbeddedStack, Ports


async def run() -> None:
    """Start one stack in a temporary home and measure on it."""
    with tempfile.TemporaryDirectory(prefix="keiyaku-bench-") as folder:
        # Readable by the account PostgreSQL runs as when we are root.
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - one call at start-up; only passing through is allowed
        stack = EmbeddedStack(Path(folder) / "home", ports=Ports.free(), say=lambda _: None)
        await stack.start()
        try:
            for part in (life, command):
                for line in await part.run(stack):
                    print(line, flush=True)
        finally:
            await stack.stop()


if __name__ == "__main__":
    asyncio.run(run())
    sys.stdout.flush()
    os._exit(0)
