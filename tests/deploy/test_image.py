"""What goes into the image, and what never does."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import stat
from pathlib import Path

import pytest

from deploy import make_env, production_lock

ROOT = Path(__file__).resolve().parents[2]


def _ignored(path: str) -> bool:
    """As Docker reads the file: the last pattern that matches a path, or a folder above it, decides."""
    ignored = False
    parts = path.split("/")
    above = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        keeps, pattern = line.startswith("!"), line.removeprefix("!")
        patterns = {pattern, pattern.removeprefix("**/")}
        if any(fnmatch.fnmatch(each, one) for each in above for one in patterns):
            ignored = not keeps
    return ignored


@pytest.mark.parametrize(
    "path",
    [
        *(".env", "keys.json", ".keiyaku/keys.json", ".venv/bin/python", ".git/config", "deploy/tls/server.key"),
        *(".keiyaku-build/base-bookworm.tar", "tests/whole/conftest.py", "bench/common/house.py"),
        "client/keiyaku_client/client.py",
        *("api/.env", "rules/__pycache__/contract.cpython-311.pyc"),
    ],
)
def test_secrets_homes_and_tests_stay_out(path: str) -> None:
    """Only what is named goes in, so what nobody thought of stays out."""
    assert _ignored(path)


@pytest.mark.parametrize(
    "path",
    [
        "cli.py",
        "worker.py",
        "settings.py",
        "rules/terms/x.yaml",
        "migrations/env.py",
        "docs/runbook.md",
        "deploy/requirements.lock",
    ],
)
def test_what_runs_goes_in(path: str) -> None:
    """The rooms of the service and the locks are in the image."""
    assert not _ignored(path)


def test_every_room_that_the_processes_import_goes_in() -> None:
    """Each package of the service is named."""
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    for room in rooms - {"bench", "reference", "deploy", "tests"}:
        assert not _ignored(f"{room}/__init__.py"), room


def test_the_production_lock_is_cut_from_the_whole_one() -> None:
    """It is up to date, with the same files and hashes, without development tools and packaged servers."""
    assert production_lock.PRODUCTION.read_text(encoding="utf-8") == production_lock.production()
    names = set(re.findall(r"^([a-z0-9-]+)==", production_lock.PRODUCTION.read_text("utf-8"), re.MULTILINE))
    assert {"temporalio", "sqlmodel", "fastapi", "python-statemachine"} <= names
    assert not names & {*production_lock.EMBEDDED_ONLY, "pytest", "ruff", "mypy", "hypothesis"}


def test_the_image_runs_as_a_known_user() -> None:
    """The uid that the runbook gives the keys file to is the image's."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"--uid {make_env.UID} " in dockerfile
    assert f"USER {make_env.UID}:{make_env.UID}" in dockerfile


def test_the_files_that_are_made_are_secret_and_made_once(tmp_path: Path) -> None:
    """`.env` and keys.json are readable by nobody else, hold random values, and a second run changes neither."""
    make_env.make(tmp_path, demo=True)
    env, keys = (tmp_path / ".env").read_bytes(), (tmp_path / "keys.json").read_bytes()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o400
    if os.geteuid() == 0:
        assert (tmp_path / "keys.json").stat().st_uid == make_env.UID
    secret = json.loads(keys)["carrier_webhook_secret"]
    assert f"KEIYAKU_CARRIER_SECRET='{secret}'" in env.decode()
    make_env.make(tmp_path, demo=True)
    assert ((tmp_path / ".env").read_bytes(), (tmp_path / "keys.json").read_bytes()) == (env, keys)


def test_an_env_file_that_could_not_say_a_value_is_refused() -> None:
    """An apostrophe would end the quoting, so it is refused instead of being written wrongly."""
    with pytest.raises(ValueError, match="KEIYAKU_DB_PASSWORD"):
        make_env.env_text({"KEIYAKU_DB_PASSWORD": "it's"})
