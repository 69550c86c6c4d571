"""Alembic's entry: the address comes from the caller, the metadata from `models.tables`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import models.tables

_ = models.tables


def run() -> None:
    """Migrate one database, given as the `sqlalchemy.url` option or a live connection."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("no database address was given")
    wait_ms = int(context.config.get_main_option("lock_timeout_ms") or 0)
    made = create_engine(url, connect_args={"options": f"-c lock_timeout={wait_ms}"})
    with made.connect() as opened:
        _migrate(opened)


def _migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=SQLModel.metadata,
        compare_type=True,
        # A lock lasts for one migration, not for all that follow; and an index can be built concurrently.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
