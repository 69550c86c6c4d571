"""The production composition, as far as it can be checked without a Docker engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import app
from embedded.temporal import SEARCH_ATTRIBUTES
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The parsed file."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def test_every_dependency_network_volume_and_secret_exists(compose: dict[str, Any]) -> None:
    """A service names only services, networks, volumes and secrets that the file defines."""
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), volume


def test_a_healthy_dependency_has_a_health_check(compose: dict[str, Any]) -> None:
    """Nobody waits for the health of a service that never says it."""
    services = compose["services"]
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed


def test_our_processes_are_commands_of_the_console_script(compose: dict[str, Any]) -> None:
    """What `command` names can be typed after `keiyaku`."""
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    ours = {name: service["command"] for name, service in compose["services"].items() if "build" in service}
    assert set(ours) == {"migrate", "worker", "api"}
    assert {command[0] for command in ours.values()} <= known


def test_every_variable_of_ours_is_a_setting(compose: dict[str, Any]) -> None:
    """A misspelt variable would be silently ignored, so each is a field of `Settings`."""
    fields = {f"KEIYAKU_{name.upper()}" for name in Settings.model_fields} | {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    for service in compose["services"].values():
        if "build" in service:
            assert set(service["environment"]) <= fields


def test_the_rehearsal_clock_stays_out_of_production(compose: dict[str, Any]) -> None:
    """No process of ours rehearses, and the server's time skipping is not switched on."""
    for service in compose["services"].values():
        assert "KEIYAKU_REHEARSAL" not in service.get("environment", {})
    assert "timeskipping" not in (ROOT / "deploy" / "temporal.yaml").read_text(encoding="utf-8").lower()


def test_production_creates_the_same_search_attributes_as_the_embedded_stack() -> None:
    """A list that works here works there."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    created = dict(re.findall(r"\b([A-Z]\w+)=(Keyword|Datetime|Bool)\b", text))
    assert created == dict(SEARCH_ATTRIBUTES)


def test_no_secret_has_a_default() -> None:
    """A password or key that nobody set stops the start instead of being guessable."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name, rest in re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEYS_FILE))(\S*?)[ }]", text):
        assert rest.startswith(":?") or name == "KEIYAKU_SMTP_PASSWORD", name
