"""Play made-up lives against the service: `python -m tests.prove --sequences 100000 --resume build/prove.json`.

Every seed is one life. What fails is made small and printed as a test to paste. With `--resume` the work goes on where
it stopped, however it was stopped; without failures the exit code is 0.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.prove.lives import KINDS, Kind
from tests.prove.shrink import as_test, shrink

SAVED_EVERY = 500
"""Sequences between two writes of the file."""


@dataclass
class Progress:
    """Where the work stands."""

    next_seed: int
    failed: dict[str, list[int]] = field(default_factory=dict)
    """Seeds that failed, by kind of life."""
    path: Path | None = None

    @classmethod
    def of(cls, path: Path | None, first_seed: int) -> Progress:
        """As the file tells it, or a beginning."""
        if path is None or not path.exists():
            return cls(first_seed, path=path)
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(told["next_seed"], told["failed"], path)

    def failures(self) -> int:
        """How many lives failed."""
        return sum(len(seeds) for seeds in self.failed.values())

    def save(self) -> None:
        """Written whole, then put in place: a stop in between loses nothing."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".part")
        beside.write_text(json.dumps({"next_seed": self.next_seed, "failed": self.failed}), encoding="utf-8")
        beside.replace(self.path)


def _said(kind: Kind, name: str, seed: int) -> None:
    facts, today = kind.made(seed)
    kept, day = shrink(facts, today, lambda some, at: kind.fails(some, at, seed))
    print(f"\n# {name}, seed {seed}")
    print(as_test(name, seed, kept, day, kind.fails(kept, day, seed)), flush=True)


def prove(kinds: dict[str, Kind], sequences: int, progress: Progress, *, stop_after: int, seconds: float) -> None:
    """Play the next sequences, at most so many and for about so long."""
    began, last = time.monotonic(), progress.next_seed + sequences
    while progress.next_seed < last and time.monotonic() - began < seconds:
        seed = progress.next_seed
        for name, kind in kinds.items():
            if kind.fails(*kind.made(seed), seed):
                progress.failed.setdefault(name, []).append(seed)
                _said(kind, name, seed)
        progress.next_seed += 1
        if progress.next_seed % SAVED_EVERY == 0:
            progress.save()
            print(f"seed {progress.next_seed}: {progress.failures()} failed so far", file=sys.stderr, flush=True)
        if progress.failures() >= stop_after:
            break
    progress.save()


def main(arguments: list[str] | None = None) -> int:
    """Read the options, play, and say what became of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--sequences", type=int, default=100_000, help="how many seeds at most in this run")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--resume", type=Path, help="a file that keeps where the work stands")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after about so long")
    parser.add_argument("--stop-after", type=int, default=20, help="stop after so many failures")
    parser.add_argument("--kind", choices=sorted(KINDS), action="append", help="kinds of life; all by default")
    options = parser.parse_args(arguments)
    progress = Progress.of(options.resume, options.first_seed)
    kinds = {name: kind for name, kind in KINDS.items() if options.kind is None or name in options.kind}
    first = progress.next_seed
    prove(kinds, options.sequences, progress, stop_after=options.stop_after, seconds=options.seconds)
    print(f"seeds {first} to {progress.next_seed - 1}: {progress.failures()} failed: {progress.failed}")
    return 1 if progress.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
