"""Bring a database to the newest revision, beside a service that goes on."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

LOCK_S = 2.0
"""How long a migration waits for a table; everybody who wants the table after it waits as long."""

PAUSE_S = 1.0
"""Between two tries, so that those who waited get through."""

TRIES = 30


def config(url: str) -> Config:
    """Alembic's configuration without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def upgrade(url: str, *, lock_s: float = LOCK_S, pause_s: float = PAUSE_S) -> None:
    """Apply every migration that is missing, each in a transaction of its own; harmless when none is.

    A table that is in use is not waited for long, since everybody who comes after would queue behind: it is tried
    again, and what is done stays done.

    Args:
        url: the database, as its owner.
        lock_s: how long one try waits for a table.
        pause_s: how long between two tries.

    Raises:
        OperationalError: the database is away, or a table was never free in 30 tries.
    """
    made = config(url)
    made.set_main_option("lock_timeout_ms", str(round(lock_s * 1000)))
    for left in reversed(range(TRIES)):
        try:
            command.upgrade(made, "head")
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable) or not left:
                raise
            log.warning("a table is in use; the migration is tried again, %d times at most", left)
            time.sleep(pause_s)
        else:
            return
