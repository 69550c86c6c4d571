"""`make chaos`: nothing that is killed, paused, terminated or restored older stops the service, or loses or doubles.

`--operations` (default 500), `--seed` (default: another one each time, which is printed), `--minutes` (default: none;
after so long nothing more is asked). Prints the faults as they come and the counts at the end; exit 1 where anything
was lost, doubled, answered wrongly, not healed, not delivered, or not answered.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from pathlib import Path

from embedded.background import BackgroundStack
from tests.chaos.count import Counts
from tests.chaos.faults import FAULTS
from tests.chaos.run import chaos, in_empty_home

PATIENCE_S = 300.0
EXIT_ENDED = 128 + signal.SIGTERM


def main() -> int:
    """Run and print."""
    wanted = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    wanted.add_argument("--operations", type=int, default=500)
    wanted.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    wanted.add_argument("--minutes", type=float, default=float("inf"))
    wanted.add_argument("--faults", type=int, help="so many exactly; by default until all is asked")
    wanted.add_argument("--kind", choices=sorted(FAULTS), action="append", help="kinds of faults; all by default")
    wanted.add_argument("--workers", type=int, default=3, help="how many work, and are broken")
    wanted.add_argument("--patience", type=float, default=PATIENCE_S, help="seconds until something counts as stopped")
    wanted.add_argument("--logs", type=Path, help="a directory in which the logs of the stack are left")
    given = wanted.parse_args()
    # So that the stack is stopped and its home removed, whoever ends the run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_ENDED))
    again = f"python -m tests.chaos --operations {given.operations} --seed {given.seed} --workers {given.workers}"
    _say(f"seed {given.seed}")

    def run(background: BackgroundStack) -> Counts:
        _, counts = chaos(
            background,
            given.seed,
            given.operations,
            patience_s=given.patience,
            seconds=given.minutes * 60,
            faults=given.faults,
            kinds=tuple(given.kind) if given.kind else None,
            workers=given.workers,
            say=_say,
        )
        return counts

    counts = in_empty_home(run, _say, given.logs)
    for line in counts.lines():
        _say(line)
    _say(f"seed {given.seed}: {'well' if counts.well else 'FAILED'}; again: {again}")
    return 0 if counts.well else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
