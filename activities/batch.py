"""Rows of one decision, written together at the end of its transaction: one round trip however many there are.

A command must cost little more than an empty update, and on a short transaction the round trips are most of the
cost. So decisions collect their rows here, and psycopg's pipeline sends them in one go.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, SQLModel

_INFO = "keiyaku.batch"


class Batch:
    """Statements of one transaction, in order; `flush` sends them."""

    def __init__(self, session: Session) -> None:
        """Collect for a session's transaction."""
        self._session = session
        self._statements: list[tuple[str, dict[str, Any]]] = []

    @classmethod
    def of(cls, session: Session) -> Batch:
        """The batch of a session; one that has none gets it."""
        batch = session.info.get(_INFO)
        if not isinstance(batch, Batch):
            batch = session.info[_INFO] = cls(session)
            # Whoever forgets to flush loses nothing.
            event.listen(session, "before_commit", lambda _: batch.flush())
        return batch

    def insert(self, model: type[SQLModel], **values: Any) -> None:
        """A new row, columns not named at their defaults; a clash of keys fails the transaction.

        Values rather than an instance: making one costs half a millisecond, and nothing reads it.
        """
        insert, _ = _sql(model)
        self.execute(insert, _values(model, values))

    def upsert(self, model: type[SQLModel], **values: Any) -> None:
        """A row by its primary key: new, or every other column replaced; columns not named at their defaults."""
        _, upsert = _sql(model)
        self.execute(upsert, _values(model, values))

    def execute(self, sql: str, values: dict[str, Any]) -> None:
        """Any statement, with `%(name)s` placeholders."""
        self._statements.append((sql, values))

    def flush(self) -> None:
        """Send everything; what the session itself still holds goes first.

        Raises:
            psycopg.Error: a statement failed, and with it the transaction.
        """
        self._session.flush()
        if not self._statements:
            return
        connection = driver(self._session)
        with connection.pipeline(), connection.cursor() as cursor:
            for sql, values in self._statements:
                cursor.execute(sql, values)
        self._statements.clear()


def driver(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection of a session's transaction."""
    found = session.connection().connection.driver_connection
    if not isinstance(found, psycopg.Connection):
        message = f"the session runs on {type(found).__name__}, not on psycopg"
        raise TypeError(message)
    return found


@functools.cache
def _columns(model: type[SQLModel]) -> tuple[Table, tuple[str, ...], frozenset[str]]:
    table: Table = model.__table__  # type: ignore[attr-defined]
    names = tuple(column.name for column in table.columns if column.identity is None)
    return table, names, frozenset(column.name for column in table.columns if isinstance(column.type, JSONB))


@functools.cache
def _sql(model: type[SQLModel]) -> tuple[str, str]:
    table, names, _ = _columns(model)
    keys = [column.name for column in table.primary_key.columns]
    values = ", ".join(f"%({name})s" for name in names)
    insert = f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({values})'
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in keys)
    return insert, f"{insert} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def _values(model: type[SQLModel], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every column's value.

    Raises:
        TypeError: a value for a column there is not, or none for one that has no default.
    """
    _, names, documents = _columns(model)
    fields = model.model_fields
    missing = [name for name in names if name not in given and fields[name].is_required()]
    unknown = given.keys() - set(names)
    if missing or unknown:
        message = f"{model.__name__}: no value for {missing}, no column for {sorted(unknown)}"
        raise TypeError(message)
    found = {
        name: given[name] if name in given else fields[name].get_default(call_default_factory=True) for name in names
    }
    return {name: Jsonb(value) if name in documents and value is not None else value for name, value in found.items()}
