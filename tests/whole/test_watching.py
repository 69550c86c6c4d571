"""What an operator sees from outside, on a running stack: figures of every process, and all that alarms ask for."""

from __future__ import annotations

import re

import httpx
from prometheus_client.parser import text_string_to_metric_families

from embedded.ports import LOOPBACK
from tests.deploy.test_observe import panels, rules
from tests.whole.conftest import House

_WORDS = frozenset({"by", "or", "and", "on", "sum", "min", "max"})
_MADE_BY_PROMETHEUS = frozenset({"up"})


def pages(house: House) -> dict[str, str]:
    """The pages of the API and of the worker."""
    worker = f"http://{LOOPBACK}:{house.stack.ports.metrics}/metrics"
    return {"api": house.http.get("/metrics").text, "worker": httpx.get(worker, trust_env=False).text}


def named(expression: str) -> set[str]:
    """The metrics that a PromQL expression asks for."""
    plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|without|on) \([^)]*\)", " ", expression)
    return {each for each in re.findall(r"\b[a-z_][a-z0-9_]*\b(?! *\()", plain) if each not in _WORDS}


def sample(page: str, name: str, **labels: str) -> float | None:
    """One value of a page; None: it has none."""
    for family in text_string_to_metric_families(page):
        for each in family.samples:
            if each.name == name and labels.items() <= each.labels.items():
                return each.value
    return None


def test_everything_that_alarms_and_panels_ask_for_is_on_a_page(house: House) -> None:
    """Each metric named in a rule or a panel is one that a process of a running stack shows."""
    house.active()
    asked = {each for rule in rules() for each in named(rule["expr"])}
    asked |= {each for panel in panels() for target in panel["targets"] for each in named(target["expr"])}
    assert len(asked) > 20

    def missing() -> set[str]:
        shown: set[str] = set()
        for page in pages(house).values():
            for family in text_string_to_metric_families(page):
                shown |= {family.name, *(f"{family.name}_{end}" for end in ("total", "count", "sum", "bucket"))}
        return asked - shown - _MADE_BY_PROMETHEUS

    house.until(lambda: not missing(), 20)


def test_each_page_tells_of_the_house_and_of_its_process(house: House) -> None:
    """Both know how many contracts there are; requests are the API's, decisions the worker's, the SDK's figures both's.

    Nothing of a person or a contract is in them.
    """
    contract_id = house.active()
    assert house.call("POST", f"/v1/contracts/{contract_id}/cancellation", {}).status_code == 400

    def told() -> bool:
        return all(sample(page, "keiyaku_entities", kind="contract") for page in pages(house).values())

    house.until(told, 40)
    found = pages(house)
    path = {"method": "POST", "route": "/v1/contracts/{contract_id}/cancellation"}
    assert (sample(found["api"], "keiyaku_requests_seconds_count", **path, outcome="refused") or 0) >= 1
    decided = {"kind": "contract", "command": "start_service", "outcome": "granted"}
    assert (sample(found["worker"], "keiyaku_commands_seconds_count", **decided) or 0) >= 1
    for page in found.values():
        assert (sample(page, "temporal_request_total") or 0) >= 1
        assert "CAF" not in page
        assert contract_id not in page
