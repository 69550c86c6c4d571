"""The engine every process uses, with bounded waits; and what time it is, which PostgreSQL alone says.

Of machines that differ by an hour each would be right by its own clock. So a process asks its own only how long
something takes; a moment that is recorded, decided or compared comes from the database, in real and in business time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session

from models.tables.database.connections import claim
from models.tables.database.deadlines import Deadline

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


@dataclass(frozen=True)
class Now:
    """One look at the clock of the database."""

    real: datetime
    business: datetime
    """Moved where the environment is a rehearsal (X-06)."""

    @classmethod
    def of(cls, real: datetime, offset_s: float | None, frozen_at: datetime | None) -> Now:
        """From `clock_timestamp()` and the columns of the `clock` row, None where there is none."""
        if frozen_at is not None:
            return cls(real.astimezone(UTC), frozen_at.astimezone(UTC))
        return cls(real.astimezone(UTC), real.astimezone(UTC) + timedelta(seconds=offset_s or 0))

    @property
    def offset_s(self) -> float:
        """Business time minus real time, in seconds; 0 in production."""
        return (self.business - self.real).total_seconds()


_NOW = text("""
select t.real, c.offset_s, c.frozen_at from (select clock_timestamp() as real) t left join clock c on c.id = 1
""")


def now(session: Session) -> Now:
    """What time it is, in one statement; a transaction that asks again is told a later moment."""
    row = session.execute(_NOW).one()
    return Now.of(row.real, row.offset_s, row.frozen_at)


class ClockStoppedError(Exception):
    """Business time could not be moved on; the message says what is in its way."""


def business_now(session: Session) -> datetime:
    """The business moment (X-06): real time, moved where the environment is a rehearsal."""
    return now(session).business


def real_now(session: Session) -> datetime:
    """Real time, for what is recorded and for what counts in real hours."""
    return now(session).real


_RECORDED_AT = "keiyaku.recorded_at"


def recorded_at(session: Session) -> datetime:
    """Real time at which everything of this transaction is recorded: asked once, where nobody has said it."""
    transaction, at = session.info.get(_RECORDED_AT, (None, None))
    if isinstance(at, datetime) and transaction is session.get_transaction():
        return at
    return record_at(session, real_now(session))


def record_at(session: Session, at: datetime) -> datetime:
    """Say the moment of this transaction, and give it: for whoever has looked at the clock under a lock anyway."""
    session.info[_RECORDED_AT] = (session.get_transaction(), at)
    return at


def clock_offset(session: Session) -> timedelta:
    """Business time minus real time at this moment; zero where no clock row exists."""
    return timedelta(seconds=now(session).offset_s)
