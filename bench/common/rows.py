"""The tables, past the doors: many rows at once, and waiting for what others write."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, text

PATIENCE_S = 600.0

_ENDED = text("""
    select count(*), extract(epoch from max(recorded_at) - min(recorded_at)) from transition
    where event = 'end' and entity_id like :mark
""")
_WAITING = text("select count(*) from outbox where delivered_at is null and failed_at is null")


def execute(database: Engine, sql: str, **values: object) -> None:
    """Statements of one transaction without the time limit that interactive ones have."""
    with database.begin() as connection:
        connection.execute(text("set local statement_timeout = 0"))
        for statement in sql.split(";"):
            connection.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})


def alone(database: Engine, sql: str) -> None:
    """A statement outside any transaction, such as `vacuum`, without a time limit."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.execute(text(sql))
        connection.execute(text("reset statement_timeout"))


async def until_delivered(database: Engine) -> None:
    """Wait until nothing waits to be delivered: delivery is not what is measured.

    Raises:
        TimeoutError: something still does.
    """
    clock = asyncio.get_running_loop()
    deadline = clock.time() + PATIENCE_S
    while True:
        with database.connect() as connection:
            waiting = connection.execute(_WAITING).scalar_one()
        if waiting == 0:
            return
        if clock.time() > deadline:
            message = f"{waiting} messages were not delivered within {PATIENCE_S:.0f} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.2)


async def until_ended(database: Engine, mark: str, count: int) -> float:
    """Wait until all contracts whose ids begin so have ended; seconds from the first to the last, as recorded.

    Raises:
        TimeoutError: not all of them have.
    """
    clock = asyncio.get_running_loop()
    deadline = clock.time() + PATIENCE_S
    while True:
        with database.connect() as connection:
            ended, seconds = connection.execute(_ENDED, {"mark": f"contract/{mark}%"}).one()
        if ended == count:
            return float(seconds)
        if clock.time() > deadline:
            message = f"{ended} of {count} ended within {PATIENCE_S:.0f} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.05)
