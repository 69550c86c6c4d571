"""The HTTP server: it waits only so long for a caller to finish speaking, and sleeps while nobody calls."""

from __future__ import annotations

import asyncio
import contextlib
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from activities.bell import Bell

TICK_S = 1.0

HEADERS_S = 10.0
"""Seconds in which the head of a request has to arrive whole; the doors themselves wait for its body."""


class QuietServer(uvicorn.Server):
    """Looks once a second whether to go on, instead of ten times, and at once when it is told to end.

    Ten wake-ups a second are most of what a process costs that serves nobody.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        """Nothing is served yet."""
        super().__init__(config)
        self._ending = Bell()

    async def main_loop(self) -> None:
        """Until told to end; the date that answers carry is kept to the second."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._ending.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal ends it at once; its handler runs between two steps of the loop and would not wake it by itself."""
        super().handle_exit(sig, frame)
        self._ending.ring()


class TimedProtocol(H11Protocol):
    """Closes a connection whose next request does not come to the end of its head."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        """A connection that says nothing at all is closed as well."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """The clock runs from the first byte of a head to its last."""
        if self._is_idle() and self._head is None:
            self._wait_for_head()
        super().data_received(data)
        if not self._is_idle():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """An idle connection between requests has uvicorn's own limit."""
        self._stop_waiting()
        super().on_response_complete()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait_for_head(self) -> None:
        self._head = self.loop.call_later(HEADERS_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _give_up(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.close()
