"""What goes wrong, by a seeded generator in a thread of its own, while lives go on.

An older PostgreSQL is left out: what was recorded since is then lost, as no service can know it. An operator says what
counts (`keiyaku recover`), and `tests/whole/test_healing.py` proves it. Temporal's store is only a motor: lost or
restored older, everything goes on.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import TimeoutError as LateError
from contextlib import suppress
from typing import TYPE_CHECKING

from temporalio.client import Client
from temporalio.service import RPCError

from embedded.errors import StackError
from service.healing.executions import RUNNING
from tests.chaos.processes import children, stop_tree

if TYPE_CHECKING:
    from embedded.background import BackgroundStack
    from tests.chaos.crew import Crew

VICTIMS = ("worker", "api", "temporal", "postgres", "carrier")
PAUSE_S = (0.5, 8.0)
BREATH_S = (0.5, 6.0)
"""Between one fault and the next."""
PATIENT = 0.7
"""How often the next fault waits until the stack is whole again; otherwise it comes on top of the last one."""
CLICKED_MAX = 4
NEWEST = 10
"""The newest executions are met before anything is recorded of them."""


class Breaker(threading.Thread):
    """Breaks something every few seconds until it is stopped, or has done so often enough."""

    def __init__(
        self,
        background: BackgroundStack,
        seed: int,
        *,
        most: int | None,
        say: Callable[[str], None],
        kinds: tuple[str, ...] | None = None,
        crew: Crew,
    ) -> None:
        """Nothing is broken yet.

        Args:
            background: the stack.
            seed: the same one breaks the same, as far as the same is there to be broken.
            most: faults at most; None: until it is stopped.
            say: takes one line a fault.
            kinds: of `FAULTS`; all by default.
            crew: more workers, which are broken too.
        """
        super().__init__(name="breaker", daemon=True)
        self.background = background
        self._crew = crew
        self._victims = (*VICTIMS, *crew.names)
        self.done: Counter[str] = Counter()
        self.not_back: list[str] = []
        """What was not ready again in time, or could not be broken for a reason nobody foresaw."""
        self._chance = random.Random(f"{seed}/faults")  # noqa: S311  # nothing secret
        self._most = most
        self._say = say
        self._kinds = kinds or tuple(FAULTS)
        self._enough = threading.Event()
        self._began = time.monotonic()

    def run(self) -> None:
        """One fault after the other."""
        weights = [FAULTS[each] for each in self._kinds]
        while (self._most is None or self.done.total() < self._most) and not self._enough.wait(
            self._chance.uniform(*BREATH_S)
        ):
            kind = self._chance.choices(self._kinds, weights)[0]
            name, patient = self._chance.choice(self._victims), self._chance.random() < PATIENT
            try:
                if patient:
                    self.whole()
                what = getattr(self, f"_{kind}")(name)
            except (StackError, LateError) as error:
                what = f"{kind} {name}"
                self.not_back.append(f"{what}: {type(error).__name__} {error}")
            except (RPCError, RuntimeError) as error:  # the SDK's word for a server that nobody answers at
                what = f"{kind}: Temporal is away ({type(error).__name__})"
            self.done[kind] += 1
            self._say(f"{time.monotonic() - self._began:7.1f} s  {what}")

    def stop(self) -> None:
        """Break nothing more, and wait for what is under way."""
        self._enough.set()
        self.join()

    def whole(self) -> None:
        """Return when every child is ready.

        Raises:
            StackError, TimeoutError: one is not.
        """
        for name in self._victims:
            self._there(name)

    def _there(self, name: str) -> int:
        """The process of a child that is ready."""
        if name in self._crew.names:
            return self._crew.there(name)
        self.background.run(self.background.stack.wait_ready(name))
        return self.background.pid(name)

    def _kill(self, name: str) -> str:
        with suppress(ProcessLookupError):
            os.kill(self._there(name), signal.SIGKILL)
        return f"kill {name}"

    def _end(self, name: str) -> str:
        with suppress(ProcessLookupError):
            os.kill(self._there(name), signal.SIGTERM)
        return f"end {name}"

    def _kill_two(self, name: str) -> str:
        """Two at the same moment."""
        other = self._chance.choice([each for each in self._victims if each != name])
        pids = [self._there(name), self._there(other)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return f"kill {name} and {other}"

    def _kill_part(self, _: str) -> str:
        """One process of the database server: it ends all others, and recovers."""
        found = sorted(children(self._there("postgres")))
        place = self._chance.random()
        if found:
            with suppress(ProcessLookupError):
                os.kill(found[int(place * len(found))], signal.SIGKILL)
        return "kill a part of postgres"

    def _pause(self, name: str) -> str:
        """It stands still for some seconds and goes on as if nothing had been."""
        seconds = self._chance.uniform(*PAUSE_S)
        pid = self._there(name)
        with suppress(ProcessLookupError):
            stop_tree(pid, signal.SIGSTOP)
            self._enough.wait(seconds)
            stop_tree(pid, signal.SIGCONT)
        return f"pause {name} for {seconds:.1f} s"

    def _hang(self, name: str) -> str:
        """It stands still until it is replaced."""
        pid = self._there(name)
        self._say(f"    {name} stands still until it is replaced")
        with suppress(ProcessLookupError):
            stop_tree(pid, signal.SIGSTOP)
            if name in self._crew.names:
                self._crew.wait_restarted(name, after=pid)
            else:
                self.background.run(self.background.stack.wait_restarted(name, after=pid))
        return f"hang {name}"

    def _terminate(self, _: str) -> str:
        """Executions are ended, as a person does in the Web UI."""
        return self._click("terminate")

    def _cancel(self, _: str) -> str:
        """They are cancelled."""
        return self._click("cancel")

    def _click(self, what: str) -> str:
        many, from_newest = self._chance.randint(1, CLICKED_MAX), self._chance.random() < 0.5
        places = [self._chance.random() for _ in range(many)]

        async def work() -> list[str]:
            client = await Client.connect(self.background.stack.urls.temporal)
            # As visibility gives them: the newest first.
            found = [each.id async for each in client.list_workflows(RUNNING, page_size=1000)]
            found = found[:NEWEST] if from_newest else found
            chosen = sorted({found[int(place * len(found))] for place in places}) if found else []
            for workflow_id in chosen:
                handle = client.get_workflow_handle(workflow_id)
                with suppress(RPCError):  # over meanwhile
                    await (handle.terminate() if what == "terminate" else handle.cancel())
            return chosen

        async def bounded() -> list[str]:
            async with asyncio.timeout(10):
                return await work()

        try:
            return f"{what} {', '.join(asyncio.run(bounded())) or 'nothing'}"
        except TimeoutError:
            return f"{what}: Temporal does not answer"

    def _lose(self, _: str) -> str:
        """Temporal's store is gone; it begins empty."""
        self.background.hold("temporal", hard=True)
        for path in self.background.stack.home.glob("temporal.db*"):
            path.unlink()
        self.background.release("temporal")
        return "lose Temporal's store"

    def _restore(self, _: str) -> str:
        """Temporal's store is kept now, or is again what it was when it was kept."""
        home = self.background.stack.home
        kept = home / "kept"
        self.background.hold("temporal", hard=True)
        stored = list(home.glob("temporal.db*"))
        if kept.exists():
            for path in stored:
                path.unlink()
            for path in kept.iterdir():
                path.rename(home / path.name)
            kept.rmdir()
            what = "restore Temporal's store as it was kept"
        else:
            kept.mkdir()
            for path in stored:
                shutil.copy2(path, kept / path.name)
            what = "keep Temporal's store"
        self.background.release("temporal")
        return what


FAULTS = {
    "kill": 8,
    "end": 3,
    "kill_two": 2,
    "kill_part": 2,
    "pause": 5,
    "hang": 0.5,
    "terminate": 4,
    "cancel": 3,
    "lose": 0.4,
    "restore": 1,
}
"""Name → how often, among the others."""
