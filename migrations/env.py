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
    with create_engine(url).connect() as opened:
        _migrate(opened)


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
