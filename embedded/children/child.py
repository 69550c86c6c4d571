"""One supervised child: started when what it needs is ready, kept until told otherwise."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded.children.process import Account, describe_exit, ends_with_parent
from embedded.errors import ChildFailedError, StackError
from embedded.private import appending
from models.said import said, trouble

FAILURES_MAX = 5
_TAIL_LINES = 20
_TAIL_BYTES = 16_384
_LOG_BYTES_MAX = 32 * 1024 * 1024
_PROBE_SECONDS = 0.05
_PROBE_TIMEOUT_SECONDS = 10.0
_ALIVE_EVERY_SECONDS = 3.0
_MISSES_MIN = 3
# After Ctrl-C every child dies at once: the breath lets us learn that we are stopping before we speak of a death.
_BREATH_SECONDS = 0.1
_BACKOFF_SECONDS_MAX = 2.0
# Somebody's kill, not the child's own failure: it says nothing about whether the next start will work.
_FOREIGN = frozenset({-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGQUIT})


async def nothing() -> None:
    """What most children need before a start."""


async def _at_once(_pid: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Child:
    """What to start and how to treat it."""

    name: str
    command: tuple[str, ...]
    log: Path
    """Both outputs are appended to it."""
    env: Mapping[str, str]
    cwd: Path = Path("/")
    ready: Callable[[int], Awaitable[bool]] = _at_once
    """Asked with the pid until it says yes."""
    before: Callable[[], Awaitable[None]] = nothing
    """Runs before every start; a StackError from it stops everything, as no further try can help."""
    needs: tuple[str, ...] = ()
    """Names of children that must be ready before this one is started, every time."""
    once: bool = False
    """It does its work and ends: an exit with 0 is its being ready."""
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    """Sent by the kernel when the supervisor is gone."""
    stop_seconds: float = 2.0
    """How long an orderly end may take before it is killed."""
    start_seconds: float = 60.0
    """How long it may take to become ready."""
    alive: Callable[[int], Awaitable[bool]] | None = None
    """Asked with the pid while it runs; None: only its end is noticed. Cheap, and true of one whose peers are away."""
    hung_seconds: float = 30.0
    """How long it may not be alive before it is killed and started again."""


@dataclass(frozen=True, kw_only=True)
class _Start:
    """What became of one start."""

    ready: bool = False
    why: str = ""
    own: bool = True
    """Whether a failure was the child's own, rather than somebody's kill."""


@dataclass
class Keeper:
    """Keeps one child running."""

    child: Child
    say: Callable[[str], None]
    changed: Callable[[], None]
    """Called whenever the pid changes."""
    needs: list[Keeper] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    starts: int = 0
    pid: int | None = None
    """The latest process; it stands until the next one is started, or the child is held or ended."""
    _allowed: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        """A child may run until it is held."""
        self._allowed.set()

    @property
    def held(self) -> bool:
        """Whether it is kept from running."""
        return not self._allowed.is_set()

    async def run(self) -> None:
        """Start it, and start it again, for ever; for a child that runs once, until it has.

        Raises:
            ChildFailedError: it did not become ready FAILURES_MAX times in a row.
            StackError: it cannot be started at all.
        """
        failures = 0
        while True:
            await self._until_allowed()
            process = await self._spawn()
            start = await self._until_ready(process)
            if start.ready and self.child.once:
                self.ready.set()
                return
            if start.ready:
                failures = 0
                why = await self._until_gone(process)
            else:
                failures += self._counts(start)
                why = start.why
            if failures >= FAILURES_MAX:
                raise ChildFailedError(self.child.name, failures, log_tail(self.child.log))
            # Doubles with every failure in a row, so that five of them take seconds, not milliseconds.
            await asyncio.sleep(min(_BREATH_SECONDS * 2**failures, _BACKOFF_SECONDS_MAX))
            if not self.held:
                self.say(said("child_again", name=self.child.name, pid=process.pid, why=why))

    async def _until_allowed(self) -> None:
        """Wait until it is not held and everything it needs is ready."""
        while self.held or not self._served():
            await self._allowed.wait()
            for needed in self.needs:
                await needed.ready.wait()

    async def _until_gone(self, process: asyncio.subprocess.Process) -> str:
        """It is ready: say so after a restart, then wait for its end and tell how it ended."""
        self.ready.set()
        if self.starts > 1:
            self.say(said("child_back", name=self.child.name, pid=process.pid))
        hung = False
        while process.returncode is None:
            watch = asyncio.ensure_future(self._until_hung(process.pid))
            ending = asyncio.ensure_future(process.wait())
            try:
                await asyncio.wait({watch, ending}, return_when=asyncio.FIRST_COMPLETED)
                if watch.done() and process.returncode is None:
                    watch.result()
                    hung = True
                    _signal(process.pid, signal.SIGKILL)
                    await ending
            finally:
                watch.cancel()
                ending.cancel()
        self.ready.clear()
        if hung:
            return said("child_hung", seconds=self.child.hung_seconds)
        return describe_exit(process.returncode or 0)

    async def _until_hung(self, pid: int) -> None:
        """Return when it has not been alive for too long; for ever where nobody can ask it."""
        if self.child.alive is None:
            await asyncio.Event().wait()
            return
        misses, since = 0, 0.0
        # Misses are counted too: it may be we who stood still, as a stopped process group does.
        while misses < _MISSES_MIN or time.monotonic() - since < self.child.hung_seconds:
            await asyncio.sleep(min(_ALIVE_EVERY_SECONDS, self.child.hung_seconds / _MISSES_MIN))
            asked = time.monotonic()
            if await self._says_yes(self.child.alive, pid):
                misses = 0
            else:
                since = since if misses else asked
                misses += 1

    def _served(self) -> bool:
        return all(needed.ready.is_set() for needed in self.needs)

    def _counts(self, start: _Start) -> bool:
        """Whether a start that came to nothing was its own failure: not a kill, a hold, or a lack of what it needs."""
        return start.own and not self.held and self._served()

    async def hold(self, *, hard: bool) -> None:
        """End it, by SIGKILL if `hard`, and keep it from running until `release`."""
        self._allowed.clear()
        await self.end(hard=hard)

    def release(self) -> None:
        """Let it run again."""
        self._allowed.set()

    def kill(self) -> None:
        """SIGKILL the running process, if there is one; it will be started again unless it is held."""
        if self._process is not None and self._process.returncode is None:
            # Not Process.kill(): that speaks to the transport, which may already be closing.
            _signal(self._process.pid, signal.SIGKILL)

    async def end(self, *, hard: bool = False) -> None:
        """End the running process and wait until it is gone: asked first, killed when it takes too long."""
        process = self._process
        if process is not None and process.returncode is None:
            _signal(process.pid, signal.SIGKILL if hard else self.child.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), self.child.stop_seconds)
            except TimeoutError:
                _signal(process.pid, signal.SIGKILL)
                await process.wait()
        self.ready.clear()
        self.pid = None
        self.changed()

    async def _spawn(self) -> asyncio.subprocess.Process:
        child = self.child
        try:
            await child.before()
            child.log.parent.mkdir(parents=True, exist_ok=True)
            _rotate(child.log)
        except OSError as error:
            raise StackError(said("child_not_prepared", name=child.name, why=error)) from None
        with os.fdopen(appending(child.log), "ab") as log:
            try:
                self._process = process = await asyncio.create_subprocess_exec(
                    *child.command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=asyncio.subprocess.STDOUT,
                    cwd=child.cwd,
                    env=child.env,
                    preexec_fn=ends_with_parent(child.death_signal, child.account),
                )
            except OSError as error:
                what = {"name": child.name, "command": child.command[0], "why": trouble(error)}
                raise StackError(said("child_not_started", **what)) from None
        self.pid = process.pid
        self.starts += 1
        self.changed()
        if self.held:  # held while it was being prepared: nobody has ended this one yet
            await self.end(hard=True)
        return process

    async def _until_ready(self, process: asyncio.subprocess.Process) -> _Start:
        """Wait until it is ready, or has ended, or the time is over."""
        began = time.monotonic()
        while process.returncode is None:
            if not self.child.once and await self._answers(process.pid) and process.returncode is None:
                return _Start(ready=True)
            if time.monotonic() - began > self.child.start_seconds:
                _signal(process.pid, signal.SIGKILL)
                await process.wait()
                return _Start(why=said("child_slow", seconds=self.child.start_seconds))
            try:
                await asyncio.wait_for(process.wait(), _PROBE_SECONDS)
            except TimeoutError:
                continue
        if self.child.once and process.returncode == 0:
            return _Start(ready=True)
        why = said("child_ended_early", how=describe_exit(process.returncode))
        return _Start(why=why, own=process.returncode not in _FOREIGN)

    async def _answers(self, pid: int) -> bool:
        return await self._says_yes(self.child.ready, pid)

    async def _says_yes(self, probe: Callable[[int], Awaitable[bool]], pid: int) -> bool:
        try:
            return await asyncio.wait_for(probe(pid), _PROBE_TIMEOUT_SECONDS)
        except TimeoutError:
            return False


def log_tail(log: Path) -> str:
    """The last lines of a log."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-_TAIL_LINES:])


def _rotate(log: Path) -> None:
    """Keep one earlier log, so that a home that runs for years does not fill the disk."""
    if log.exists() and log.stat().st_size > _LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended by itself, and nobody has waited for it yet
