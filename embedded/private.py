"""What a home holds is its user's alone: files 0600, folders 0700, whatever the umask of the shell says."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from embedded.errors import StackError
from models.said import said, trouble


def appending(path: Path) -> int:
    """A descriptor to read and append to a file, which is made 0600 where it is not there."""
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def replace_text(path: Path, text: str) -> None:
    """Write a file in one step: a reader never sees half of it, and nobody else sees any."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600, exist_ok=False)
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


_OURS = ("lock", "*.json", ".*.new", "*.ready", "*.db", "*.db-*", "logs/*.log", "logs")
"""What a stack writes into its home; the database's own folder, which may be another account's, is private."""


def make_private(home: Path) -> None:
    """Close to others what an earlier release wrote for everybody to read; nothing else that lies there is touched.

    Raises:
        StackError: a file of ours belongs to somebody else.
    """
    for path in {found for pattern in _OURS for found in home.glob(pattern)}:
        try:
            mode = path.lstat().st_mode
            if stat.S_IMODE(mode) & 0o077 and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                path.chmod(stat.S_IMODE(mode) & 0o700)
        except FileNotFoundError:
            continue  # another one's passing file
        except OSError as error:
            raise StackError(said("not_private", path=path, why=trouble(error))) from None


def close_folder(path: Path, *, passed_through: bool = False) -> None:
    """Let only its owner list a folder; `passed_through`: another account owns something inside and may reach it."""
    wanted = 0o711 if passed_through else 0o700
    if path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o777 & ~wanted:
        path.chmod(wanted)
