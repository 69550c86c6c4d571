"""The engine every process uses: bounded waits, so that a database that is away is noticed in seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from models.tables.clock import Clock
from models.tables.connections import claim
from models.tables.deadlines import Deadline

POOL_SIZE = 20
OVERFLOW = 10
CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 15_000
DEADLINE_S = 18.0
"""By then a statement that even the server's time-out has not ended is given up: the server stands still."""

_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""A peer that is gone without a word is noticed after some 25 seconds of silence."""

_UNACKNOWLEDGED_MS = 15_000
"""How long sent data may stay unacknowledged before the connection counts as lost."""


def engine(
    url: str,
    *,
    pool_size: int = POOL_SIZE,
    max_overflow: int = OVERFLOW,
    deadline_s: float = DEADLINE_S,
    claims: bool = False,
) -> Engine:
    """An engine on PostgreSQL through psycopg 3; waits are bounded in seconds, also at a server that stands still.

    Args:
        url: as SQLAlchemy reads it.
        pool_size: connections kept.
        max_overflow: connections that may be opened beyond, while all of those are in use.
        deadline_s: real seconds that one statement may take at the client.
        claims: whether its connections say how many there may be of them: for processes that stay (`ensure_room`).
    """
    named = {"application_name": claim(pool_size + max_overflow)} if claims else {}
    made = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=5,
        pool_pre_ping=True,
        # The connection used last has its statements prepared.
        pool_use_lifo=True,
        # Errors end up in logs and histories; their parameters can be personal.
        hide_parameters=True,
        connect_args={
            **named,
            "connect_timeout": CONNECT_TIMEOUT_S,
            **_KEEPALIVES,
            "tcp_user_timeout": _UNACKNOWLEDGED_MS,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=8000 -c timezone=UTC",
        },
    )
    Deadline(made, deadline_s)
    return made


def clock_offset(session: Session) -> timedelta:
    """Business time minus wall time at this moment; zero where no clock row exists."""
    row = session.get(Clock, 1)
    if row is None:
        return timedelta(0)
    if row.frozen_at is not None:
        return row.frozen_at - datetime.now(UTC)
    return timedelta(seconds=row.offset_s)


def business_now(session: Session) -> datetime:
    """The business moment (X-06): wall time, moved where the environment is a rehearsal."""
    row = session.get(Clock, 1)
    if row is not None and row.frozen_at is not None:
        return row.frozen_at.astimezone(UTC)
    offset = timedelta(0) if row is None else timedelta(seconds=row.offset_s)
    return datetime.now(UTC) + offset
