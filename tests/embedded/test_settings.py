"""Settings from the environment: defaults, and errors that name the variable."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from service.access.keys import KeysError, ensure_keys, webhook_secret
from settings import Settings, SettingsError, variable_of


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("KEIYAKU_", "TEMPORAL_")):
            monkeypatch.delenv(name)


def test_defaults() -> None:
    """Without any variable the published defaults hold."""
    read = Settings.load()
    assert (read.api_port, read.temporal_port, read.ui_port, read.carrier_port) == (8000, 7233, 8233, 8100)
    assert read.home == Path.cwd() / ".keiyaku"
    assert read.keys_path == read.home / "keys.json"
    assert read.starts_at == datetime.fromisoformat("2018-05-20T09:00:00+09:00")
    assert read.samples
    assert not read.rehearsal
    assert read.temporal_address == "127.0.0.1:7233"
    assert read.temporal_namespace == "default"
    assert read.carrier_url_east == read.carrier_url_west == read.storage_url == "http://127.0.0.1:8100"


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Variables replace defaults, with and without our prefix."""
    monkeypatch.setenv("KEIYAKU_API_PORT", "18000")
    monkeypatch.setenv("KEIYAKU_SAMPLES", "0")
    monkeypatch.setenv("KEIYAKU_HOME", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.internal:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "keiyaku")
    read = Settings.load()
    assert read.api_port == 18000
    assert not read.samples
    assert read.home == tmp_path
    assert (read.temporal_address, read.temporal_namespace) == ("temporal.internal:7233", "keiyaku")


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """`KEIYAKU_API_PORT=` is what a compose file writes for a default."""
    monkeypatch.setenv("KEIYAKU_API_PORT", "")
    assert Settings.load().api_port == 8000


@pytest.mark.parametrize("value", ["real", "2018-05-20T09:00:00+09:00", "2018-05-20T00:00:00Z"])
def test_clocks(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """The clock is `real`, or a timestamp with an offset."""
    monkeypatch.setenv("KEIYAKU_CLOCK", value)
    moment = Settings.load().starts_at
    assert (moment is None) if value == "real" else (moment == datetime.fromisoformat("2018-05-20T09:00:00+09:00"))


@pytest.mark.parametrize(
    "value", ["now", "REAL", "2018-05-20", "2018-05-20T09:00:00", "1526774400", "2018-13-01T00:00:00+09:00"]
)
def test_bad_clocks(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Everything else is refused by name: a day, a moment without offset, a number, a wish."""
    monkeypatch.setenv("KEIYAKU_CLOCK", value)
    with pytest.raises(SettingsError, match=r"^KEIYAKU_CLOCK: .*2018-05-20T09:00:00\+09:00"):
        Settings.load()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KEIYAKU_API_PORT", "0"),
        ("KEIYAKU_API_PORT", "65536"),
        ("KEIYAKU_UI_PORT", "http"),
        ("KEIYAKU_SAMPLES", "perhaps"),
        ("KEIYAKU_REHEARSAL", "2"),
        ("KEIYAKU_CARRIER_URL_EAST", "ntt-east"),
        ("KEIYAKU_DATABASE_URL", "mysql://u:hunter2@db/k"),
        ("KEIYAKU_CARRIER_SECRET", "hunter2"),
        ("KEIYAKU_SMTP_TLS", "ssl"),
    ],
)
def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """The message begins with the variable, and never repeats what may be a password."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=rf"^{variable}: ") as caught:
        Settings.load()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("value", "port"), [("1", 1), ("65535", 65535)])
def test_outermost_ports(monkeypatch: pytest.MonkeyPatch, value: str, port: int) -> None:
    """The first and the last port are allowed."""
    monkeypatch.setenv("KEIYAKU_API_PORT", value)
    assert Settings.load().api_port == port


def test_every_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mistakes take one error."""
    monkeypatch.setenv("KEIYAKU_API_PORT", "x")
    monkeypatch.setenv("KEIYAKU_CLOCK", "x")
    with pytest.raises(SettingsError, match=r"KEIYAKU_API_PORT: .*; KEIYAKU_CLOCK: "):
        Settings.load()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_database_is_read_with_our_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """However the URL was written, SQLAlchemy gets psycopg 3."""
    monkeypatch.setenv("KEIYAKU_DATABASE_URL", f"{scheme}://u:p@db.internal/keiyaku?sslmode=require")
    assert Settings.load().require_database_url() == "postgresql+psycopg://u:p@db.internal/keiyaku?sslmode=require"


def test_a_missing_database_is_named() -> None:
    """Nothing points silently at some database."""
    with pytest.raises(SettingsError, match="KEIYAKU_DATABASE_URL is not set"):
        Settings.load().require_database_url()


def test_the_carriers_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment's secret wins over the keys file; without either the place is named."""
    monkeypatch.setenv("KEIYAKU_KEYS_FILE", str(tmp_path / "k.json"))
    with pytest.raises(KeysError, match=r"k\.json"):
        webhook_secret(Settings.load())
    kept = ensure_keys(tmp_path / "k.json")
    assert webhook_secret(Settings.load()) == kept.carrier_webhook_secret
    monkeypatch.setenv("KEIYAKU_CARRIER_SECRET", "whsec_b3RoZXI=")
    assert webhook_secret(Settings.load()) == "whsec_b3RoZXI="
    assert "b3RoZXI" not in repr(Settings.load())


def test_variables_of_fields() -> None:
    """Temporal's own variables carry no prefix of ours."""
    assert variable_of("api_port") == "KEIYAKU_API_PORT"
    assert variable_of("temporal_port") == "KEIYAKU_TEMPORAL_PORT"
    assert variable_of("temporal_address") == "TEMPORAL_ADDRESS"


def test_a_rehearsal_spreads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moved clock waits until everything due has happened, so wake-ups may not be late."""
    monkeypatch.setenv("KEIYAKU_SPREAD_S", "900")
    assert Settings.load().spread_s == 900
    with pytest.raises(SettingsError, match="KEIYAKU_SPREAD_S"):
        Settings.load(rehearsal=True)


@pytest.mark.parametrize("name", ["", "a.b", "a:b", "a/b", "a b"])
def test_a_deployment_has_a_name_that_temporal_takes(name: str) -> None:
    """Its versions are written `name.version` and `name:version`."""
    with pytest.raises(SettingsError, match="KEIYAKU_DEPLOYMENT"):
        Settings.load(deployment=name)
