"""What a person types beside a running stack."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.whole.conftest import House


def keiyaku(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command on a home."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KEIYAKU_")}
    command = [sys.executable, "-m", "cli", *words]
    return subprocess.run(
        command, env={**env, "KEIYAKU_HOME": str(home)}, capture_output=True, text=True, check=False, timeout=60
    )


def test_verify_reads_the_database_of_the_running_home(house: House) -> None:
    """With nothing but the home named, every stored state is compared with the fold of its log."""
    house.active()
    done = keiyaku(house.stack.home, "verify")
    said = "ok: every stored state is the fold of its log\nok: every open entity runs\n"
    assert (done.returncode, done.stdout) == (0, said), done.stderr


def test_what_a_home_holds_is_private_to_its_user(house: House) -> None:
    """Neither the servers' files nor logs, keys or numbers of processes can be read by anybody else."""
    house.active()
    home = house.stack.home
    files = [path for path in home.rglob("*") if not path.is_socket()]
    names = {str(path.relative_to(home)) for path in files}
    assert {"temporal.db", "carrier.db", "keys.json", "pids.json", "addresses.json", "lock", "logs/api.log"} <= names
    assert [path for path in files if stat.S_IMODE(path.lstat().st_mode) & 0o077] == []


def test_erase_names_what_still_runs(house: House) -> None:
    """A contract in force keeps its person; the answer says which one."""
    contract_id = house.active()
    refused = keiyaku(house.stack.home, "erase", contract_id)
    assert refused.returncode == 1
    assert f"contract/{contract_id}" in refused.stderr
    assert house.call("GET", f"/v1/contracts/{contract_id}").status_code == 200


def test_without_a_running_home_it_says_what_to_do(tmp_path: Path) -> None:
    """No traceback: where was looked, and how to start one."""
    done = keiyaku(tmp_path, "verify")
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr
