"""One run: a stack in an empty home, lives, faults, and the counts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from embedded.background import in_background
from embedded.stack import EmbeddedStack, Ports
from tests.chaos.count import Counts, count
from tests.chaos.drive import Drive
from tests.chaos.faults import Breaker
from tests.chaos.lives import OPENED_AT_ONCE


def chaos(
    seed: int,
    operations: int,
    *,
    seconds: float,
    faults: int,
    patience_s: float,
    say: Callable[[str], None],
    keep: Path | None = None,
    kinds: tuple[str, ...] | None = None,
) -> Counts:
    """Start, drive and break, mend, count.

    Args:
        seed: the same one asks and breaks the same; when what meets what is the machine's affair.
        operations: how many are asked, dry runs and moves of the clock included; some more to fill the last round.
        seconds: after so long nothing more is asked.
        faults: at most.
        patience_s: how long one operation may take with all its repeats, and how long everything may take to settle.
        say: takes one line.
        keep: where the logs of the stack are left.
        kinds: of faults; all by default.
    """
    base = Path(tempfile.mkdtemp(prefix="keiyaku-chaos-"))
    base.chmod(0o711)
    try:
        stack = EmbeddedStack(base / "home", ports=Ports.free(), say=lambda line: say(f"    {line}"))
        with in_background(stack) as background:
            drive = Drive(stack, seed, operations, seconds, patience_s, say)
            drive.script(OPENED_AT_ONCE)
            breaker = Breaker(background, seed, most=faults, say=say, kinds=kinds)
            breaker.start()
            try:
                drive.run()
            finally:
                breaker.stop()
            breaker.whole()
            counts = count(drive, patience_s, say)
            counts.faults, counts.not_back = breaker.done, breaker.not_back
            drive.close()
            return counts
    finally:
        if keep is not None:
            shutil.copytree(base / "home" / "logs", keep, dirs_exist_ok=True)
        shutil.rmtree(base, ignore_errors=True)
