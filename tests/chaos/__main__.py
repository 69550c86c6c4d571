"""`make chaos`: nothing that is killed, paused, terminated or restored older stops the service, or loses or doubles.

`--operations` (default 500), `--seed` (default: another one each time, which is printed), `--minutes` (default: none;
after so long nothing more is asked). Prints the faults as they come and the counts at the end; exit 1 where anything
was lost, doubled, answered wrongly, not healed, not delivered, or not answered.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from tests.chaos.faults import FAULTS
from tests.chaos.run import chaos

PATIENCE_S = 300.0
FAULTS_MAX = 1_000_000


def main() -> int:
    """Run and print."""
    wanted = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    wanted.add_argument("--operations", type=int, default=500)
    wanted.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    wanted.add_argument("--minutes", type=float, default=float("inf"))
    wanted.add_argument("--faults", type=int, default=FAULTS_MAX, help="at most; by default until all is asked")
    wanted.add_argument("--kind", choices=sorted(FAULTS), action="append", help="kinds of faults; all by default")
    wanted.add_argument("--patience", type=float, default=PATIENCE_S, help="seconds until something counts as stopped")
    wanted.add_argument("--logs", type=Path, help="a directory in which the logs of the stack are left")
    given = wanted.parse_args()
    again = f"python -m tests.chaos --operations {given.operations} --seed {given.seed}"
    _say(f"seed {given.seed}")
    counts = chaos(
        given.seed,
        given.operations,
        seconds=given.minutes * 60,
        faults=given.faults,
        patience_s=given.patience,
        say=_say,
        keep=given.logs,
        kinds=tuple(given.kind) if given.kind else None,
    )
    for line in counts.lines():
        _say(line)
    _say(f"seed {given.seed}: {'well' if counts.well else 'FAILED'}; again: {again}")
    return 0 if counts.well else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
