"""Serving until a signal: the life of `make run`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from embedded.stack import EmbeddedStack
from models.said import said
from settings import Settings

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def serve(
    settings: Settings,
    *,
    say: Callable[[str], None] = print,
    started: Callable[[EmbeddedStack], Awaitable[None]] | None = None,
) -> None:
    """Run the stack until SIGINT, SIGTERM or SIGHUP, then stop it. A second signal does not wait.

    Run it in the main thread: signals arrive there, and children end with the thread that started them.

    Args:
        settings: ports, home, clock and samples.
        say: takes one line for the console.
        started: runs once everything is ready.

    Raises:
        StackError: it could not be started, or a child failed for good. Everything has been stopped.
    """
    running = EmbeddedStack.from_settings(settings, say=say)
    work = asyncio.ensure_future(_run(running, started))
    loop = asyncio.get_running_loop()
    received: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        received.append(number)
        if len(received) == 1:
            say(said("signal", signal=number.name))
            work.cancel()
        else:
            running.kill_all()

    for number in _STOPPING:
        loop.add_signal_handler(number, on_signal, number)
    try:
        await work
    except asyncio.CancelledError:
        if not received:  # somebody else's cancellation, not a signal
            raise
    finally:
        for number in _STOPPING:
            loop.remove_signal_handler(number)


async def _run(running: EmbeddedStack, started: Callable[[EmbeddedStack], Awaitable[None]] | None) -> None:
    try:
        await running.start()
        if started is not None:
            await started(running)
        await running.until_failed()
    finally:
        await running.stop()
