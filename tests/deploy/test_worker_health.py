"""The health check of a worker's container says what is so."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.worker_health import main


@pytest.fixture
def frontend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[socket.socket]:
    """Something that listens where the worker's Temporal is, and a home in which this process is the worker."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("KEIYAKU_HOME", str(tmp_path))
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{server.getsockname()[1]}")
        (tmp_path / "worker.ready").write_text(str(os.getpid()))
        yield server


def test_a_worker_that_polls_is_healthy(frontend: socket.socket) -> None:
    """It has said so, is alive, and the frontend takes connections."""
    assert frontend.fileno() >= 0
    assert main() == 0


def test_a_worker_that_has_not_said_so_is_not(frontend: socket.socket, tmp_path: Path) -> None:
    """Without its file, or with that of a process that is gone, it is not healthy."""
    assert frontend.fileno() >= 0
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    (tmp_path / "worker.ready").write_text(str(gone.pid))
    assert main() == 1
    (tmp_path / "worker.ready").unlink()
    assert main() == 1


def test_a_worker_without_a_frontend_is_not(frontend: socket.socket) -> None:
    """A frontend that takes no connection makes it unhealthy."""
    frontend.close()
    assert main() == 1


def test_a_relay_needs_no_frontend(frontend: socket.socket, tmp_path: Path) -> None:
    """A relay that has said so is healthy while Temporal is away; a worker's word is not a relay's."""
    frontend.close()
    assert main("relay") == 1
    (tmp_path / "relay.ready").write_text(str(os.getpid()))
    assert main("relay") == 0
