"""One run: lives, faults, and the counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from embedded.background import BackgroundStack, in_background
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from tests.chaos.count import Counts, count
from tests.chaos.crew import Crew
from tests.chaos.drive import Drive
from tests.chaos.faults import Breaker
from tests.chaos.lives import OPENED_AT_ONCE


def in_empty_home(run: Callable[[BackgroundStack], Counts], say: Callable[[str], None], logs: Path | None) -> Counts:
    """One run on a stack of its own.

    Args:
        run: what is done with it.
        say: takes one line.
        logs: where the logs of its processes are left; None: nowhere.
    """
    with temporary_home("keiyaku-chaos-") as folder:
        stack = EmbeddedStack(folder / "home", ports=Ports.free(), say=lambda line: say(f"    {line}"))
        try:
            with in_background(stack) as background:
                return run(background)
        finally:
            if logs is not None:
                shutil.copytree(folder / "home" / "logs", logs, dirs_exist_ok=True)


def chaos(
    background: BackgroundStack,
    seed: int,
    operations: int,
    *,
    patience_s: float,
    seconds: float = float("inf"),
    faults: int | None = None,
    kinds: tuple[str, ...] | None = None,
    workers: int = 1,
    say: Callable[[str], None] = print,
) -> tuple[Drive, Counts]:
    """Drive and break a stack in which nothing has happened, wait until it is settled, count.

    Args:
        background: the stack.
        seed: the same one asks and breaks the same; what meets what is the machine's affair.
        operations: how many are asked at least, dry runs and moves of the clock included.
        patience_s: how long one operation may take with all its repeats, and how long everything may take to settle.
        seconds: after so long nothing more is asked.
        faults: so many exactly, and operations until then; None: until all is asked.
        kinds: of faults; all by default.
        workers: how many there are, the stack's own included.
        say: takes one line.
    """
    drive = Drive(background.stack, seed, operations, seconds, patience_s, say)
    drive.script(OPENED_AT_ONCE)
    crew = Crew(background, workers - 1)
    with crew.at_work():
        breaker = Breaker(background, seed, most=faults, kinds=kinds, say=say, crew=crew)
        breaker.start()
        try:
            drive.run(lambda: faults is not None and breaker.is_alive())
        finally:
            breaker.stop()
        breaker.whole()
        counts = count(drive, patience_s, say)
    counts.faults, counts.not_back = breaker.done, breaker.not_back
    return drive, counts
