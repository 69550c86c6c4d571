"""A deadline at the client: what `statement_timeout` is at the server, for a server that does not answer any more.

A paused machine or a dead network leaves a driver waiting for ever: no error comes, and a thread that waits cannot be
cancelled. A watch looks at every connection once a second and cuts those on which one statement has been under way too
long; whoever waits gets the error of a lost connection, and tries again like after any other.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import weakref
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

LOOK_EVERY_S = 1.0

_PROGRESS = ("commit", "rollback", "before_cursor_execute")
"""Events of the engine that say that a connection has begun something new."""


class _Watched:
    """One connection: how often it has begun something, and since when the watch has seen it at the same thing."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = weakref.ref(connection)
        self.begun = 0
        self.seen = -1
        self.since = 0.0

    def is_late(self, now: float, deadline_s: float) -> bool:
        """Whether it has been at one thing for too long."""
        connection = self.connection()
        if connection is None or connection.closed:
            return False
        if connection.pgconn.transaction_status != TransactionStatus.ACTIVE:
            self.seen = -1
        elif self.seen != self.begun:
            self.seen, self.since = self.begun, now
        return self.seen == self.begun and now - self.since >= deadline_s

    def cut(self) -> None:
        """End the connection under whoever waits for it: reading gives an end of file."""
        connection = self.connection()
        if connection is None or connection.closed:
            return
        gone_by_itself = contextlib.suppress(OSError, psycopg.Error)
        with gone_by_itself, socket.socket(fileno=os.dup(connection.fileno())) as twin:
            twin.shutdown(socket.SHUT_RDWR)
        self.seen = -1


class Deadline:
    """Watches the connections of one engine, for as long as there is the engine."""

    def __init__(self, engine: Engine, deadline_s: float) -> None:
        """Begin to watch.

        Args:
            engine: on psycopg.
            deadline_s: real seconds that one statement may take, the server's own time-out included.
        """
        self._deadline_s = deadline_s
        self._watched: weakref.WeakKeyDictionary[psycopg.Connection[Any], _Watched] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        event.listen(engine, "connect", self._connected)
        for name in _PROGRESS:
            event.listen(engine, name, self._progressed)
        event.listen(engine.pool, "checkout", lambda dbapi, *_: self._begun(dbapi))
        threading.Thread(target=_watch, args=(weakref.ref(engine), self), name="deadlines", daemon=True).start()

    def look(self) -> None:
        """Cut what is late."""
        now = time.monotonic()
        with self._lock:
            watched = list(self._watched.values())
        for each in watched:
            if each.is_late(now, self._deadline_s):
                each.cut()

    def _connected(self, connection: psycopg.Connection[Any], *_: Any) -> None:
        with self._lock:
            self._watched[connection] = _Watched(connection)

    def _progressed(self, connection: Any, *_: Any) -> None:
        if not connection.invalidated:
            self._begun(connection.connection.driver_connection)

    def _begun(self, dbapi: Any) -> None:
        found = self._watched.get(dbapi)
        if found is not None:
            found.begun += 1


def _watch(engine: weakref.ref[Engine], deadline: Deadline) -> None:
    while engine() is not None:
        deadline.look()
        time.sleep(LOOK_EVERY_S)
