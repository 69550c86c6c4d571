"""What an operator sees from outside, on a running stack: figures of every process, and all that alarms ask for."""

from __future__ import annotations

import json
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from deploy.observe.asked import MADE_BY_PROMETHEUS, expressions, named
from embedded.ports import LOOPBACK
from store.database import engine
from tests.whole.conftest import House


def pages(house: House) -> dict[str, str]:
    """The pages of the API and of the worker."""
    worker = f"http://{LOOPBACK}:{house.stack.ports.metrics}/metrics"
    return {"api": house.http.get("/metrics").text, "worker": httpx.get(worker, trust_env=False).text}


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
    asked = {each for expression in expressions() for each in named(expression)}
    assert len(asked) > 20

    def missing() -> set[str]:
        shown: set[str] = set()
        for page in pages(house).values():
            for family in text_string_to_metric_families(page):
                shown |= {family.name, *(f"{family.name}_{end}" for end in ("total", "count", "sum", "bucket"))}
        return asked - shown - MADE_BY_PROMETHEUS

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


def lines(house: House, process: str) -> list[dict[str, Any]]:
    """What a process has logged."""
    text = (house.stack.home / "logs" / f"{process}.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def logged(house: House, process: str, name: str, value: str) -> dict[str, Any]:
    """The one line of a process that names something; it is written while the answer is on its way."""
    house.until(lambda: any(each.get(name) == value for each in lines(house, process)))
    (line,) = [each for each in lines(house, process) if each.get(name) == value]
    return line


def test_a_request_is_followed_through_the_logs_by_its_ids(house: House) -> None:
    """The door's line and the worker's name the operation that the log of decisions holds, and nobody."""
    body = house.application()
    answer = house.call("POST", "/v1/applications", body)
    entity_id = f"contract/{answer.json()['contract_id']}"
    asked = logged(house, "api", "request_id", answer.headers["x-request-id"])
    told = {name: asked[name] for name in ("process", "method", "route", "status", "entity_id")}
    route = {"method": "POST", "route": "/v1/applications"}
    assert told == {"process": "api", **route, "status": 201, "entity_id": entity_id}

    decided = logged(house, "worker", "operation", asked["operation"])
    told = {name: decided[name] for name in ("process", "kind", "outcome", "entity_id")}
    assert told == {"process": "worker", "kind": "contract", "outcome": "granted", "entity_id": entity_id}
    database = engine(house.stack.database_url)
    with database.connect() as connection:
        query = text("select op from transition where entity_id = :id")
        ops = set(connection.execute(query, {"id": entity_id}).scalars())
    database.dispose()
    assert asked["operation"] in {op.partition("#")[0] for op in ops}

    for process in ("api", "worker"):
        said = (house.stack.home / "logs" / f"{process}.log").read_text(encoding="utf-8")
        for personal in (body["line"]["line_id"], *map(str, body["applicant"].values())):
            assert personal not in said
