"""`make fuzz`: a stack of its own, asked for as long as it takes.

`--seconds` (default 1800) and `--seed` (default: another one each time, which is printed); exit 1 where an answer was
wrong.
"""

from __future__ import annotations

import argparse
import secrets
import sys

from embedded.background import in_background
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from tests.fuzz.attack import attack
from tests.fuzz.seeds import populated


def main() -> int:
    """Start, populate, ask, print the counts."""
    wanted = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    wanted.add_argument("--seconds", type=float, default=1800)
    wanted.add_argument("--examples", type=int, default=20)
    wanted.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    given = wanted.parse_args()
    _say(f"seed {given.seed}")
    with (
        temporary_home("keiyaku-fuzz-") as folder,
        in_background(EmbeddedStack(folder / "home", ports=Ports.free())) as background,
    ):
        world = populated(background.stack)
        outcome = attack(world, examples=given.examples, seconds=given.seconds, seed_number=given.seed)
    for line in outcome.lines():
        _say(line)
    return 1 if outcome.wrong else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
