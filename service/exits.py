"""What the exit code of a command says; `keiyaku --help` and the guide for integrators list the same."""

from __future__ import annotations

from enum import IntEnum

from models.said import Said, said


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


class TemporalAwayError(RuntimeError):
    """Nobody answers where Temporal should, or not to us; the message says where, and why."""


def of_server(error: Exception) -> tuple[Exit, Said] | None:
    """What a person reads where a server did not do what was asked, and how the command ends.

    Returns:
        None where it is no server's trouble: a defect of ours, which is not to be hidden.
    """
    # Read only where something has gone wrong: together they take longer than most commands.
    from sqlalchemy.exc import DBAPIError, ProgrammingError
    from temporalio.service import RPCError, RPCStatusCode

    while isinstance(error, ExceptionGroup):  # several were asked at once
        error = error.exceptions[0]
    if isinstance(error, TemporalAwayError):
        return Exit.AWAY, error.args[0]
    if isinstance(error, RPCError):
        kept_out = error.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}
        why = said("temporal_refuses", why=f"{error.status.name}: {error.message}")
        return Exit.NOT_ALLOWED if kept_out else Exit.AWAY, why
    if isinstance(error, ProgrammingError):
        return Exit.SETUP, said("database_not_fit", why=_first_line(error.orig))
    if isinstance(error, DBAPIError):
        return Exit.AWAY, said("database_away", why=_first_line(error.orig))
    return None


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]
