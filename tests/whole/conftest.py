"""A whole stack a session: real Temporal, PostgreSQL, stand-in, worker and API, on free ports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.background import BackgroundStack, in_background
from embedded.stack import EmbeddedStack, Ports
from tests.whole.house import House


@pytest.fixture(scope="session")
def running() -> Iterator[BackgroundStack]:
    """One stack for all tests of the session that share a timeline."""
    home = Path(tempfile.mkdtemp(prefix="keiyaku-whole-"))
    home.chmod(0o711)
    with in_background(EmbeddedStack(home / "home", ports=Ports.free())) as background:
        yield background
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def house(running: BackgroundStack) -> House:
    """The running stack as its users see it."""
    return House.of(running)
