"""Keeps named children running: in order, started again when they die, ended in reverse order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from embedded.children.child import Child, Keeper
from embedded.errors import StackError
from embedded.private import replace_text
from models.said import said

_POLL_SECONDS = 0.02


class Supervisor:
    """The children of one home.

    It must live in one thread from `start` to `stop`: on Linux the children are signalled when the thread that
    started them ends. So they also end when the supervisor is killed outright. They stay in its process group.
    """

    def __init__(self, children: Sequence[Child], *, home: Path, say: Callable[[str], None] = print) -> None:
        """Know the children.

        Args:
            children: in the order of starting; a child is started once those it `needs` are ready.
            home: an existing directory for `pids.json`, held by one supervisor at a time (`HomeLock`).
            say: takes one line for the console.
        """
        self._home = home
        self._say = say
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: asyncio.Future[None] | None = None
        self._keepers: dict[str, Keeper] = {}
        for child in children:
            needs = [self._keepers[name] for name in child.needs]
            self._keepers[child.name] = Keeper(child, say, self._write_pids, needs)

    @property
    def pids(self) -> dict[str, int]:
        """Name → pid of the children that stay (not of those that run once)."""
        return {
            name: keeper.pid
            for name, keeper in self._keepers.items()
            if keeper.pid is not None and not keeper.child.once
        }

    async def start(self) -> None:
        """Start every child and return when all are ready.

        Raises:
            ChildFailedError: a child did not become ready five times in a row. Everything has been stopped.
            StackError: a child cannot be started at all. Everything has been stopped.
        """
        self._failed = asyncio.get_running_loop().create_future()
        for name, keeper in self._keepers.items():
            task = asyncio.create_task(keeper.run(), name=f"keep {name}")
            task.add_done_callback(self._note_failure)
            self._tasks[name] = task
        try:
            for name in self._keepers:
                await self.wait_ready(name)
                self._say(said("child_ready", name=name))
        except BaseException:
            await self.stop()
            raise

    async def until_failed(self) -> None:
        """Wait for the failure that stops everything; for ever if there is none.

        Raises:
            ChildFailedError: as `start`. The caller stops.
            StackError: as `start`.
        """
        if self._failed is None:
            raise StackError(said("supervisor_not_begun"))
        await asyncio.shield(self._failed)

    async def stop(self) -> None:
        """End every child in reverse order; harmless when repeated."""
        for task in self._tasks.values():  # first, so that nothing is started again
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for keeper in reversed(self._keepers.values()):
            await keeper.end()
        self._tasks.clear()
        if self._failed is not None and self._failed.done() and not self._failed.cancelled():
            self._failed.exception()  # seen: nobody may be waiting for it any more

    def kill_all(self) -> None:
        """SIGKILL every child at once, for a person who will not wait; `stop` still has to follow."""
        for keeper in self._keepers.values():
            keeper.kill()

    def kill(self, name: str) -> None:
        """SIGKILL a child; it is started again."""
        self._keepers[name].kill()

    async def hold(self, name: str, *, hard: bool = False) -> None:
        """End a child (by SIGKILL if `hard`) and do not start it again until `release`."""
        await self._keepers[name].hold(hard=hard)

    def release(self, name: str) -> None:
        """Let a held child run again; `wait_ready` tells when it does."""
        self._keepers[name].release()

    async def wait_ready(self, name: str) -> None:
        """Wait until a child is ready.

        Raises:
            ChildFailedError: something failed for good meanwhile.
            StackError: as `ChildFailedError`.
        """
        waiting = asyncio.ensure_future(self._keepers[name].ready.wait())
        failing = asyncio.ensure_future(self.until_failed())
        try:
            await asyncio.wait({waiting, failing}, return_when=asyncio.FIRST_COMPLETED)
            if failing.done():
                failing.result()
        finally:
            waiting.cancel()
            failing.cancel()

    async def wait_restarted(self, name: str, *, after: int) -> None:
        """Wait until a child runs as another process than `after` and is ready: what follows a `kill`.

        Raises:
            StackError: as `wait_ready`.
        """
        while self.pids.get(name) in {None, after} or not self.is_ready(name):
            await self.wait_ready(name)
            await asyncio.sleep(_POLL_SECONDS)

    def starts(self, name: str) -> int:
        """How often a child has been started."""
        return self._keepers[name].starts

    def is_ready(self, name: str) -> bool:
        """Whether a child is ready now."""
        return self._keepers[name].ready.is_set()

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._failed is None or self._failed.done():
            return
        error = task.exception()
        if error is not None:
            self._failed.set_exception(error)

    def _write_pids(self) -> None:
        """Replace `pids.json` in one step: a reader never sees half of it."""
        replace_text(self._home / "pids.json", json.dumps(self.pids) + "\n")
