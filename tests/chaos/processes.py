"""Signals to a server and what it started: what a machine does to all of it at once."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path


def stop_tree(pid: int, number: signal.Signals) -> None:
    """Signal a process and its children, as a machine that hangs stops all of a server."""
    # It first: a server that stands still has no more children than those that are found then.
    os.kill(pid, number)
    for each in children(pid):
        with suppress(ProcessLookupError):
            os.kill(each, number)


def children(pid: int) -> list[int]:
    """Processes whose parent it is."""
    found: list[int] = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if int(parent) == pid:
                found.append(int(each.name))
    return found
