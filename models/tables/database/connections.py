"""Room on the database server: a process that could ask for more connections than are left refuses to start."""

from __future__ import annotations

import logging
import re
import uuid

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

OTHERS = 10
"""Connections left to people, jobs and backups."""
_FULL = re.compile(r"too many clients|too many connections|remaining connection slots|connection limit exceeded")
"""What the server says; the driver gives no code for what fails before there is a connection."""
_NAME = re.compile(r"keiyaku:[0-9a-f]{12}:(?P<most>\d+)")


class NoRoomError(RuntimeError):
    """The server's `max_connections` does not hold what is running and this process as well."""


def claim(most: int) -> str:
    """An `application_name` for every connection of one process: who it is, and how many it may open at most."""
    return f"keiyaku:{uuid.uuid4().hex[:12]}:{most}"


def claimed(connection: Connection) -> int:
    """How many connections the processes that are running may open together, the asking one included."""
    names = connection.execute(text("select distinct application_name from pg_stat_activity")).scalars()
    return sum(int(found["most"]) for found in map(_NAME.fullmatch, names) if found)


def ensure_room(engine: Engine) -> None:
    """Refuse to go on where the server could run out of connections.

    Every process names its connections by `claim`, and holds at least one of them as long as it lives; so the names
    that the server sees add up to what may be asked of it.

    Raises:
        NoRoomError: with the figures, and what to do.
        OperationalError: the database does not answer.
    """
    try:
        connected = engine.connect()
    except DBAPIError as error:
        if not _FULL.search(str(error.orig)):
            raise
        raise NoRoomError(
            "the database has no connection left: raise max_connections or run fewer processes "
            "(docs/production.md, Connections)"
        ) from None
    with connected as connection:
        needed = claimed(connection) + OTHERS
        limits = ("max_connections", "superuser_reserved_connections")
        there, reserved = (int(connection.execute(text(f"show {name}")).scalar_one()) for name in limits)
    if needed > there - reserved:
        raise NoRoomError(
            f"the database takes {there - reserved} connections, and with this process {needed} could be asked for: "
            f"raise max_connections to {needed + reserved} or run fewer processes (docs/production.md, Connections)"
        )


def ensure_room_if_it_answers(engine: Engine) -> None:
    """As `ensure_room`; a database that does not answer yet is waited for by everything else, and so is its room.

    Raises:
        NoRoomError: as `ensure_room`.
    """
    try:
        ensure_room(engine)
    except DBAPIError as error:
        log.warning("the database does not say whether it has room: %s", type(error).__name__)
