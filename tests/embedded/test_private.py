"""A home is its user's alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embedded.home import HomeLock, make_home, write_addresses
from embedded.private import replace_text
from rehearsal.welcome import Marker


def modes(folder: Path) -> dict[str, str]:
    """Permission bits by name."""
    return {each.name: f"{each.stat().st_mode & 0o777:o}" for each in folder.iterdir()}


@pytest.fixture(autouse=True)
def open_umask() -> object:
    """A shell that lets everybody read."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_is_written_is_readable_by_nobody_else(tmp_path: Path) -> None:
    """Whatever the shell allows, and also what an earlier release left open."""
    home = tmp_path / "home"
    home.mkdir(mode=0o777)
    (home / "temporal.db").write_text("left open")
    make_home(home)
    HomeLock(home).release()
    write_addresses(home, {"api": "http://127.0.0.1:8000"})
    replace_text(home / "pids.json", "{}")
    Marker(home).write("playing", {})
    written = ("temporal.db", "lock", "addresses.json", "pids.json", "samples.json")
    assert modes(home) == dict.fromkeys(written, "600")
    assert home.stat().st_mode & 0o077 & ~0o011 == 0
