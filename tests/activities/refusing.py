"""A table that takes no row of somebody: what a poisoned row does to whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text


@contextmanager
def refused(
    engine: Engine, table: str, column: str, value: str, *, on: str = "insert", at_the_end: bool = False
) -> Iterator[None]:
    """Refuse rows of a value, at once or at the end of the transaction."""
    kind = "constraint trigger" if at_the_end else "trigger"
    when = f"after {on} on {table} deferrable initially deferred" if at_the_end else f"before {on} on {table}"
    with engine.begin() as connection:
        connection.execute(
            text(f"""
                create function refuse_{table}() returns trigger language plpgsql as
                $$ begin raise exception 'not this one'; end $$;
                create {kind} refuses {when} for each row when (new.{column} = '{value}')
                execute function refuse_{table}()
            """)
        )
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"drop function refuse_{table}() cascade"))
