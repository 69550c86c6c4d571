"""`keiyaku up` as it is typed, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.home import temporary_home
from embedded.ports import free_ports
from embedded.stack import Ports


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that PostgreSQL's account can pass through, too."""
    with temporary_home("keiyaku up-") as folder:
        yield folder / "home"


def test_started_into_a_pipe_that_is_closed_it_says_so_and_leaves_nothing_running(home: Path) -> None:
    """`make run | head -1`: the reason on standard error, an exit code that is no success, and every server gone."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KEIYAKU_")}
    ports = {variable: str(port) for variable, port in Ports.free().by_variable.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "up"],
        env={**env, **ports, "KEIYAKU_HOME": str(home), "KEIYAKU_UI_PORT": str(free_ports(1)[0])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    pids = home / "pids.json"
    try:
        # Closed once there is something to stop; nothing was printed yet that it could have failed on.
        deadline = time.monotonic() + 120
        while not (pids.exists() and json.loads(pids.read_text(encoding="utf-8"))):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline, "no server was started within 120 s"
            time.sleep(0.05)
        started = json.loads(pids.read_text(encoding="utf-8")).values()
        process.stdout.close()
        code = process.wait(timeout=150)
        said = process.stderr.read()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert (code, "broken pipe" in said, "Traceback" in said) == (1, True, False), said
    left = [*started, *json.loads(pids.read_text(encoding="utf-8")).values()]
    assert [pid for pid in left if Path(f"/proc/{pid}").exists()] == []
