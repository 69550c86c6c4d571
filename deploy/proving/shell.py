"""Running programs, and saying what happens."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_BEGAN = time.monotonic()


class ProvingError(Exception):
    """Something that must hold does not; the message says what."""


def say(line: str) -> None:
    """One line for the console, after the seconds since the beginning."""
    sys.stdout.write(f"{time.monotonic() - _BEGAN:6.0f} s  {line}\n")
    sys.stdout.flush()


def call(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    seconds: float = 900,
    given: bytes | None = None,
    may_fail: bool = False,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, its output kept.

    Raises:
        ProvingError: it failed or took too long; the end of what it said is in the message.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            words,
            input=given,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, **(env or {})},
            check=False,
            cwd=cwd,
        )
    except FileNotFoundError:
        raise ProvingError(f"{words[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise ProvingError(f"{' '.join(words)}: not done after {seconds:g} s") from None
    if done.returncode != 0 and not may_fail:
        said = (done.stdout + done.stderr).decode(errors="replace")[-3000:]
        raise ProvingError(f"{' '.join(words)}: exit code {done.returncode}\n{said}")
    return done


def text(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, seconds: float = 900) -> str:
    """What a program says on its standard output.

    Raises:
        ProvingError: as `call`.
    """
    return call(command, env=env, seconds=seconds).stdout.decode(errors="replace")
