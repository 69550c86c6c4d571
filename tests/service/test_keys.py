"""Keys of a home: random, private, made once."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path

import pytest

from service.access.keys import KeysError, ensure_keys, new_keys, read_keys
from service.access.sealing import asked_for
from settings import Settings


def test_new_keys_are_private_and_complete(tmp_path: Path) -> None:
    """The file holds every role's key and the carrier's secret, and only its owner may read it."""
    path = tmp_path / "keys.json"
    old = os.umask(0)
    try:
        ensure_keys(path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read = json.loads(path.read_text())
    assert set(read) == {"backoffice", "operator", "auditor", "site", "carrier_webhook_secret"}
    assert len(set(read.values())) == 5
    prefix, _, secret = read["carrier_webhook_secret"].partition("_")
    assert prefix == "whsec"
    assert len(base64.b64decode(secret, validate=True)) == 32
    assert list(tmp_path.iterdir()) == [path]


def test_keys_are_kept(tmp_path: Path) -> None:
    """A second start finds the keys of the first, byte for byte."""
    path = tmp_path / "keys.json"
    first = ensure_keys(path)
    written = path.read_bytes()
    assert ensure_keys(path) == first
    assert path.read_bytes() == written


def test_two_homes_have_different_keys() -> None:
    """Keys are random."""
    assert new_keys().operator != new_keys().operator


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Reading without making says where it looked and which variable decides."""
    with pytest.raises(KeysError, match="KEIYAKU_KEYS_FILE"):
        read_keys(tmp_path / "none.json")


@pytest.mark.parametrize("damaged", ["", "{}", "[]", '{"operator": "secret-but-short"}'])
def test_a_damaged_file_is_kept_and_refused(tmp_path: Path, damaged: str) -> None:
    """Damaged keys are neither replaced nor printed."""
    path = tmp_path / "keys.json"
    path.write_text(damaged)
    with pytest.raises(KeysError, match="damaged") as caught:
        ensure_keys(path)
    assert "secret-but-short" not in str(caught.value)
    assert path.read_text() == damaged


def test_a_named_file_that_cannot_be_read_is_not_taken_for_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A worker that would go on without it would take everybody's commands; a secret of its own needs no file."""
    monkeypatch.setenv("KEIYAKU_HOME", str(tmp_path))
    assert asked_for(Settings.load()) is None
    monkeypatch.setenv("KEIYAKU_KEYS_FILE", str(tmp_path))
    with pytest.raises(KeysError, match="cannot be read"):
        asked_for(Settings.load())
    monkeypatch.setenv("KEIYAKU_DOOR_SECRET", "s" * 40)
    assert asked_for(Settings.load()) is not None
