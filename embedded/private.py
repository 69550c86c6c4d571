"""What a home holds is its user's alone: files 0600, folders 0700, whatever the umask of the shell says."""

from __future__ import annotations

import os
from pathlib import Path


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


def close_folder(path: Path, *, passed_through: bool = False) -> None:
    """Let only its owner list a folder; `passed_through`: another account owns something inside and may reach it."""
    wanted = 0o711 if passed_through else 0o700
    if path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o777 & ~wanted:
        path.chmod(wanted)
