"""A bell between threads and an event loop: who waits in the loop is woken from anywhere, and need not look around."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Rung from any thread; heard once by the loop that waits for it, however often it was rung before."""

    def __init__(self) -> None:
        """Nobody has rung."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heard = asyncio.Event()
        self._rung = False

    def ring(self) -> None:
        """Wake whoever waits; without anybody waiting the next one does not wait at all."""
        if self._rung:
            return
        self._rung = True
        loop = self._loop
        if loop is not None:
            # The loop of a process that ends is closed under threads that still write: they need wake nobody.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._heard.set)

    async def wait(self) -> None:
        """Return as soon as it is rung, or was since the last time."""
        self._loop = asyncio.get_running_loop()
        if not self._rung:
            await self._heard.wait()
        self._heard.clear()
        self._rung = False
