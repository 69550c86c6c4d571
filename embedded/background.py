"""A stack beside synchronous code: its event loop runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from embedded.stack import EmbeddedStack

T = TypeVar("T")
_CALL_SECONDS = 240.0


class BackgroundStack:
    """The faults of a running stack, for callers without an event loop. Every call waits until it has happened."""

    def __init__(self, stack: EmbeddedStack, loop: asyncio.AbstractEventLoop) -> None:
        """Speak for a stack that lives in that loop."""
        self.stack = stack
        self._loop = loop

    def pid(self, name: str) -> int:
        """The process of a running child."""
        return self.stack.pids[name]

    def kill(self, name: str, *, wait: bool = True) -> None:
        """SIGKILL a child; with `wait`, return when its successor is ready."""
        before = self.pid(name)
        self.run(_call(lambda: self.stack.kill(name)))
        if wait:
            self.run(self.stack.wait_restarted(name, after=before))

    def hold(self, name: str, *, hard: bool = False) -> None:
        """End a child, by SIGKILL if `hard`, and keep it away."""
        self.run(self.stack.hold(name, hard=hard))

    def release(self, name: str) -> None:
        """Start a held child; return when it is ready."""
        self.run(self.stack.release(name))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the stack's loop."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(_CALL_SECONDS)


async def _call(work: Any) -> None:
    work()


@contextmanager
def in_background(stack: EmbeddedStack) -> Iterator[BackgroundStack]:
    """The stack, started before the block and stopped after it.

    The thread stays until the stack has stopped: on Linux the children end with the thread that started them.

    Raises:
        StackError: as `EmbeddedStack.start`.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="embedded stack", daemon=True)
    thread.start()
    background = BackgroundStack(stack, loop)
    try:
        background.run(stack.start())
        try:
            yield background
        finally:
            background.run(stack.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_CALL_SECONDS)
        loop.close()
