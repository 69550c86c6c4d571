"""Alarms and dashboard, as far as they can be read; `test_watching.py` holds them to a running stack."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import activities.figures  # noqa: F401  # its figures are registered by the import
from activities.net import kept
from api.access.watch import WHY
from decisions.registry import DOMAINS
from deploy.observe.asked import OBSERVE, panels, rules

RUNBOOK = OBSERVE.parents[1] / "docs" / "runbook.md"
ENTRY = re.compile(r"^### (\w+)\n(.+)$", re.MULTILINE)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alarm_leads_to_its_entry_in_the_runbook(rule: dict[str, Any]) -> None:
    """The anchor is a heading of the runbook with words below it; severity and summary are there."""
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    entries = {name.lower(): words for name, words in ENTRY.findall(RUNBOOK.read_text(encoding="utf-8"))}
    assert RUNBOOK.parents[1] / page == RUNBOOK
    assert anchor == rule["alert"].lower()
    assert len(entries[anchor]) > 40
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"]


def test_every_entry_of_the_runbook_is_an_alarm() -> None:
    """No entry stays when its alarm goes."""
    section = RUNBOOK.read_text(encoding="utf-8").partition("## Alarms")[2].partition("\n## ")[0]
    assert {name for name, _ in ENTRY.findall(section)} == {rule["alert"] for rule in rules()}


def test_every_alarm_is_proved_raised_and_quiet() -> None:
    """`rules_test.yml` holds each alarm to a moment at which it is raised and one at which it is not."""
    cases = yaml.safe_load((OBSERVE / "rules_test.yml").read_text(encoding="utf-8"))["tests"]
    looks = [each for case in cases for each in case["alert_rule_test"]]
    alarms = {rule["alert"] for rule in rules()}
    for raised in (True, False):
        assert {each["alertname"] for each in looks if bool(each["exp_alerts"]) is raised} == alarms


def test_what_an_alarm_takes_the_increase_of_is_there_before_the_first() -> None:
    """Each label that is asked for is one that a process shows, as 0 from its beginning."""
    asked = {
        why for rule in rules() for each in re.findall(r'why=~?"([^"]+)"', rule["expr"]) for why in each.split("|")
    }
    assert asked < set(WHY)
    for why in WHY:
        assert REGISTRY.get_sample_value("keiyaku_refused_total", {"why": why}) is not None
    for kind in DOMAINS:
        labels = {"kind": kind, "month_turn": "yes"}
        assert REGISTRY.get_sample_value("keiyaku_due_lag_seconds_count", labels) is not None

    async def run(stop: asyncio.Event) -> None:
        stop.set()

    async def once() -> None:
        stop = asyncio.Event()
        await kept("a part that never failed", lambda: run(stop), stop)

    asyncio.run(once())
    assert REGISTRY.get_sample_value("keiyaku_worker_parts_failed_total", {"part": "a part that never failed"}) == 0


def test_the_dashboard_is_provisioned() -> None:
    """Its panels ask the data source that is provisioned, none lies over another, and Prometheus loads the rules."""
    source = yaml.safe_load((OBSERVE / "grafana/datasources/prometheus.yaml").read_text(encoding="utf-8"))
    uids = {each["uid"] for each in source["datasources"]}
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        assert panel["datasource"]["uid"] in uids
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    prometheus = yaml.safe_load((OBSERVE / "prometheus.yml").read_text(encoding="utf-8"))
    compose = yaml.safe_load((OBSERVE.parents[1] / "docker-compose.yml").read_text(encoding="utf-8"))
    for path in prometheus["rule_files"]:
        assert f"./deploy/observe/rules.yml:{path}:ro" in compose["services"]["prometheus"]["volumes"]
    scraped = {
        name for job in prometheus["scrape_configs"] for sd in job.get("dns_sd_configs", ()) for name in sd["names"]
    }
    assert scraped <= compose["services"].keys()
