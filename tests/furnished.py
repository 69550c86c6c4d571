"""Databases and stacks that begin with every migration: made once in a test run, copied for whoever needs one."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded.background import BackgroundStack, in_background
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from migrations.upgrade import upgrade
from reference.migrations import serving

LOSES_NOTHING_HERE = """
# Of a test: what is killed is a process, never the machine, so nothing need reach the disk.
fsync = off
full_page_writes = off
"""


class Furniture:
    """One data directory of a server that has stopped, for all processes of a run."""

    def __init__(self, shared: Path) -> None:
        """Nothing is made yet.

        Args:
            shared: a directory that every process of the run knows.
        """
        self._pattern = shared / "furnished"
        self._lock = shared / "furnished.lock"

    def put(self, data: Path) -> None:
        """A copy at `data`, which does not exist yet, as a server left it that was told to stop."""
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._pattern.exists():
                self._make()
        _copy(self._pattern, data)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a server on a copy, gone afterwards."""
        with temporary_home("keiyaku-database-") as folder:
            self.put(folder / "pg")
            with serving(folder) as url:
                yield url

    @contextmanager
    def stack(self, **settings: Any) -> Iterator[BackgroundStack]:
        """A stack on such a database, in a home that is gone afterwards; `settings` are those of `EmbeddedStack`."""
        # A space: homes lie in folders of people.
        with temporary_home("keiyaku test-") as folder:
            self.put(folder / "home" / "pg")
            with in_background(EmbeddedStack(folder / "home", ports=Ports.free(), **settings)) as background:
                yield background

    def _make(self) -> None:
        with temporary_home("keiyaku-database-") as folder:
            with serving(folder) as url:
                upgrade(url)
            with (folder / "pg" / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write(LOSES_NOTHING_HERE)
            shutil.rmtree(half := self._pattern.with_suffix(".half"), ignore_errors=True)
            _copy(folder / "pg", half)
            half.rename(self._pattern)


def _copy(source: Path, target: Path) -> None:
    """With owner and rights: as root the server is another account, whose directory it must be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
