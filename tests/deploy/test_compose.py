"""The production composition, as far as it can be read; `make test-compose` runs it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import app
from embedded.servers.temporal import SEARCH_ATTRIBUTES, binary
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
JOBS = {"temporal-schema", "temporal-namespace", "migrate"}
OF_THE_OWNER = {"KEIYAKU_OWNER_DATABASE_URL", "KEIYAKU_SERVICE_DB_PASSWORD"}
"""What the running service must not know."""
OURS = {"migrate", "worker", "worker-before", "relay", "api"}
TEMPORAL_CLIENT = {
    "TEMPORAL_ADDRESS",
    "TEMPORAL_NAMESPACE",
    "TEMPORAL_API_KEY",
    "TEMPORAL_TLS",
    "TEMPORAL_TLS_CLIENT_CERT_PATH",
    "TEMPORAL_TLS_CLIENT_KEY_PATH",
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
    "TEMPORAL_TLS_SERVER_NAME",
}
NOT_REHEARSED_HERE = {
    # Of a home, of a rehearsal or of the stand-in: nothing a container of production is told.
    *("api_port", "temporal_port", "ui_port", "carrier_port", "samples", "sample_items", "rehearsal", "callback_url"),
    "api_host",
    "build_id",  # the image's own
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The parsed file."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its services."""
    return dict(compose["services"])


def _dynamic() -> dict[str, int]:
    values = yaml.safe_load((DEPLOY / "temporal.yaml").read_text(encoding="utf-8"))
    return {name: each[0]["value"] for name, each in values.items()}


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


def test_a_healthy_dependency_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    """Nobody waits for the health of a service that never says it."""
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed


def test_our_processes_are_commands_of_the_console_script(services: dict[str, dict[str, Any]]) -> None:
    """What `command` names can be typed after `keiyaku`."""
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    ours = {name: service["command"] for name, service in services.items() if "build" in service}
    assert set(ours) == OURS | {"stand-in"}
    assert {ours[name][0] for name in OURS} <= known


def test_every_variable_of_ours_is_a_setting(services: dict[str, dict[str, Any]]) -> None:
    """A misspelt variable would be silently ignored, so each is a field of `Settings` or read by a library."""
    fields = {f"KEIYAKU_{name.upper()}" for name in Settings.model_fields} | TEMPORAL_CLIENT | {"PGPASSWORD"}
    for service in services.values():
        if "build" in service:
            assert set(service["environment"]) <= fields


def test_every_setting_of_production_is_passed_on(services: dict[str, dict[str, Any]]) -> None:
    """What a company may have to set reaches the processes: TLS and keys of Temporal and the webhook included."""
    fields = {name for name in Settings.model_fields if not name.startswith("temporal_")} - NOT_REHEARSED_HERE
    wanted = {f"KEIYAKU_{name.upper()}" for name in fields} | TEMPORAL_CLIENT
    assert set(services["migrate"]["environment"]) >= OF_THE_OWNER
    for name in OURS:
        assert name == "migrate" or not OF_THE_OWNER & set(services[name]["environment"])
        assert wanted - OF_THE_OWNER <= set(services[name]["environment"]), wanted - set(services[name]["environment"])


def test_mutual_tls_is_laid_over_every_process_of_ours(services: dict[str, dict[str, Any]]) -> None:
    """Each that speaks to Temporal gets the same certificates and token; `migrate` speaks to the database alone."""
    over = yaml.safe_load((DEPLOY / "mtls.yml").read_text(encoding="utf-8"))["services"]
    assert over.keys() >= OURS - {"migrate"}
    assert over.keys() <= services.keys()
    for name in OURS - {"migrate"}:
        assert over[name]["environment"].keys() == TEMPORAL_CLIENT - {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
        assert over[name]["environment"]["TEMPORAL_API_KEY"].startswith("${TEMPORAL_API_KEY:?")
        assert over[name]["volumes"] == over["temporal"]["volumes"]


def test_the_image_says_its_version() -> None:
    """Two versions of the workers run beside each other because each image names its own."""
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert "ENV KEIYAKU_BUILD_ID=${VERSION}" in last


def test_a_password_is_no_part_of_a_url(services: dict[str, dict[str, Any]]) -> None:
    """The database's password comes in a variable of its own, so that it may have any character."""
    for name in OURS:
        environment = services[name]["environment"]
        assert "PASSWORD" not in environment["KEIYAKU_DATABASE_URL"]
        assert ("KEIYAKU_DB_PASSWORD" if name == "migrate" else "KEIYAKU_SERVICE_DB_PASSWORD") in environment[
            "PGPASSWORD"
        ]


def test_the_rehearsal_clock_stays_out_of_production(services: dict[str, dict[str, Any]]) -> None:
    """No process of ours rehearses, and the server's time skipping is not switched on."""
    for service in services.values():
        assert "KEIYAKU_REHEARSAL" not in service.get("environment", {})
    assert "timeskipping" not in (DEPLOY / "temporal.yaml").read_text(encoding="utf-8").lower()


def test_production_creates_the_same_search_attributes_as_the_embedded_stack(
    services: dict[str, dict[str, Any]],
) -> None:
    """A list that works here works there."""
    pairs = services["temporal-namespace"]["environment"]["SEARCH_ATTRIBUTES"].split()
    assert dict(pair.split("=") for pair in pairs) == dict(SEARCH_ATTRIBUTES)


def test_no_secret_has_a_default() -> None:
    """A password or key that nobody set stops the start instead of being guessable."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name, rest in re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEYS_FILE))(\S*?)[ }]", text):
        assert rest.startswith(":?") or name == "KEIYAKU_SMTP_PASSWORD", name


def test_no_failure_is_hidden() -> None:
    """Neither the file nor the scripts of its jobs carry on past what failed without looking again."""
    for path in (ROOT / "docker-compose.yml", *DEPLOY.glob("*.sh")):
        assert "|| true" not in path.read_text(encoding="utf-8"), path


def test_a_job_that_goes_on_failing_stays_down(services: dict[str, dict[str, Any]]) -> None:
    """Jobs try again a few times, and then their failure is seen."""
    for name in JOBS:
        assert re.fullmatch(r"on-failure:[1-9]", services[name]["restart"]), name
    for name in services.keys() - JOBS:
        assert services[name]["restart"] == "unless-stopped", name


def test_every_container_is_bounded(services: dict[str, dict[str, Any]]) -> None:
    """Memory, processes, logs and rights of every container have a limit."""
    for name, service in services.items():
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert service["logging"]["options"].keys() >= {"max-size", "max-file"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("read_only") is True or name in {"temporal-ui", "grafana"}, name


def test_what_stays_says_how_it_is(services: dict[str, dict[str, Any]]) -> None:
    """Each process of ours, each database and the Temporal server has a health check."""
    for name in ("temporal-db", "temporal", "keiyaku-db", "worker", "relay", "api", "stand-in"):
        assert services[name]["healthcheck"]["test"], name


def test_what_is_not_production_is_behind_a_profile(services: dict[str, dict[str, Any]]) -> None:
    """Stand-ins start only with `demo`, watching only with `observe`, the version before only with `upgrade`."""
    profiles = {name: service["profiles"][0] for name, service in services.items() if "profiles" in service}
    wanted = {"stand-in": "demo", "prometheus": "observe", "grafana": "observe", "worker-before": "upgrade"}
    assert profiles == wanted


def test_the_server_is_the_one_that_the_tests_run(compose: dict[str, Any]) -> None:
    """Compose, the packaged server and the server of `deploy/cluster` are of one version, pinned to the patch."""
    said = subprocess.run([binary(), "--version"], capture_output=True, text=True, check=True).stdout
    images = compose["x-images"]
    found = re.search(r"Server (\S+), UI (\S+)\)", said)
    assert found
    module = re.search(r"go\.temporal\.io/server v(\S+)", (DEPLOY / "cluster" / "go.mod").read_text(encoding="utf-8"))
    assert module
    assert images["temporal"] == f"temporalio/server:{found[1]}"
    assert images["temporal-tools"] == f"temporalio/admin-tools:{found[1]}"
    assert images["temporal-ui"] == f"temporalio/ui:{found[2]}"
    assert module[1] == found[1]


def test_versions_stand_in_one_place(compose: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    """Every image that is not ours is one of `x-images`, with a version of at least two numbers."""
    foreign = {service["image"] for service in services.values() if "build" not in service}
    assert foreign == set(compose["x-images"].values())
    for image in foreign:
        assert re.search(r":v?\d+\.\d+(\.\d+)?$", image), image


def test_the_namespace_limit_is_within_the_frontend_limit() -> None:
    """A namespace's limit above its frontend's would say nothing; lists have a limit that people can work with."""
    values = _dynamic()
    assert values["frontend.namespaceRPS"] < values["frontend.rps"]
    assert 10 < values["frontend.namespaceRPS.visibility"] <= values["frontend.namespaceRPS"]
