"""The stand-in's own SQLite file: what is committed here survives a kill -9 and a power cut."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
create table if not exists journal (
  id integer primary key autoincrement, method text not null, path text not null, body text not null,
  received_at text not null);
create table if not exists scripts (name text primary key, steps text not null);
create table if not exists filing_faults (
  filing_id text not null, fault text not null, primary key (filing_id, fault));
create table if not exists filings (
  filing_id text primary key, operator text not null, body text not null, filed_at text not null,
  line_id text not null unique, cancelled_at text, cancellation text);
create table if not exists corrections (
  filing_id text not null references filings, correction_id text not null, body text not null,
  primary key (filing_id, correction_id));
create table if not exists steps (
  step_id text primary key, filing_id text not null references filings, sequence integer not null,
  due_at text not null, step text not null, dropped integer not null default 0, corrected_at text,
  played_at text, answer integer,
  unique (filing_id, sequence));
create index if not exists steps_ahead on steps (due_at) where played_at is null and dropped = 0;
create table if not exists tokens (token text primary key, operator text not null, line_id text not null);
create table if not exists messages (
  message_id text primary key, operator text not null, body text not null);
create table if not exists notices (
  notice_id text primary key, operator text, body text not null, answer integer);
create table if not exists files (line_id text not null, file_id text not null, body text not null,
  primary key (line_id, file_id));
create table if not exists capacities (line_id text primary key, body text not null);
create table if not exists deletions (
  id integer primary key autoincrement, line_id text not null, file_id text not null, body text not null);
create index if not exists deletions_of_line on deletions (line_id, file_id);
create table if not exists mails (id integer primary key autoincrement, body text not null);
"""


def dumps(value: Any) -> str:
    """JSON in one canonical form, so that equal bodies are equal texts."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def stamp(moment: datetime) -> str:
    """An aware moment as UTC text of fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Store:
    """One connection, one writer at a time; used from threads, never across an await."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it.

        Raises:
            sqlite3.Error: the file cannot be opened, or is no database.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        # WAL alone may lose the last commits in a power cut; FULL syncs each of them.
        self._connection.execute("pragma synchronous = full")
        self._connection.execute("pragma foreign_keys = on")
        self._connection.executescript(f"begin immediate;{SCHEMA}commit;")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; what is read inside cannot change before the end."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The rows of one query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row of one query."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
