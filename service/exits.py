"""What the exit code of a command says; `keiyaku --help` and the guide for integrators list the same."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """One number for one kind of trouble, so that a script need not read sentences."""

    DONE = 0
    SETUP = 1
    """A setting, key or file is missing or wrong; `verify`, `recover` and `rehearse`: not as it should be."""
    TYPED = 2
    """Typed wrongly; also 400."""
    NOT_ALLOWED = 3
    """401 and 403."""
    NOT_FOUND = 4
    REFUSED = 5
    """409 and 422: not possible in this state, or against a rule."""
    AWAY = 6
    """Nobody answers, or 5xx: try again, a command under the same `--idempotency-key`."""
    LINES_REFUSED = 7
    """An import went through, with lines that did not enter."""
