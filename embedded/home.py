"""The directory of a stack: made when missing, ours to write, held by one supervisor at a time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from embedded.errors import HomeBusyError, StackError
from embedded.private import appending, close_folder, make_private, replace_text
from models.said import said, trouble


def make_home(home: Path) -> None:
    """Make the directory, or see that we can write there.

    Raises:
        StackError: it cannot be made, or belongs to somebody else.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(said("home_not_made", home=home, why=trouble(error))) from None
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise StackError(said("home_not_ours", home=home))
    # As root the database belongs to another account, which has to reach it.
    close_folder(home, passed_through=os.geteuid() == 0)
    make_private(home)


_ADDRESSES = "addresses.json"


def write_addresses(home: Path, addresses: Mapping[str, str]) -> None:
    """Say where the servers of a running home answer, for commands typed beside it."""
    replace_text(home / _ADDRESSES, json.dumps(dict(addresses)) + "\n")


def read_addresses(home: Path) -> dict[str, str]:
    """Where they answer, or answered last; empty in a home that never ran."""
    try:
        return dict(json.loads((home / _ADDRESSES).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


@contextmanager
def temporary_home(prefix: str) -> Iterator[Path]:
    """A folder for a home, gone afterwards; another account, as PostgreSQL may have, may pass it and not look."""
    with TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


class HomeLock:
    """Holds a home until it is released or the process is gone; the kernel lets go by itself."""

    def __init__(self, home: Path) -> None:
        """Take the home.

        Raises:
            HomeBusyError: another process has it.
            StackError: the lock file cannot be opened.
        """
        try:
            self._file: IO[str] = os.fdopen(appending(home / "lock"), "a+")
        except OSError as error:
            raise StackError(said("lock_not_opened", path=home / "lock", why=trouble(error))) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            by = said("by_process", pid=holder) if holder else ""
            raise HomeBusyError(said("home_busy", home=home, by=by)) from None
        with suppress(OSError):  # the number only serves the message above
            self._file.truncate(0)
            self._file.write(str(os.getpid()))
            self._file.flush()

    def release(self) -> None:
        """Let the next one have it; harmless when repeated."""
        self._file.close()
