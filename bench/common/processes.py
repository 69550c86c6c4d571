"""What the processes of a stack use."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from embedded.stack import EmbeddedStack

TICKS = os.sysconf("SC_CLK_TCK")


def cpu(stack: EmbeddedStack, of: Collection[str] = ("worker", "temporal", "postgres")) -> dict[str, float]:
    """Seconds of a core by process so far, children included."""
    names = {pid: name for name, pid in stack.pids.items() if name in of}
    spent = dict.fromkeys(names.values(), 0.0)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        name = names.get(int(path.parent.name)) or names.get(int(fields[1]))
        if name is not None:
            spent[name] += (int(fields[11]) + int(fields[12])) / TICKS
    return spent
