"""What may stand behind the question mark: on every operation, what it declares, each once."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.doors.query import declared
from api.services import Services
from tests.api.structure import operations


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    """A caller who sends whatever he likes."""
    return TestClient(app, raise_server_exceptions=False)


def test_every_operation_refuses_an_unknown_parameter(app: FastAPI, client: TestClient) -> None:
    """A name that is not declared is 400 and named, before key, body and database are looked at."""
    for method, path, route in operations(app):
        url = re.sub(r"\{\w+\}", "X0", path)
        answer = client.request(method, url, params={"dryRun": "true"})
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (400, "MALFORMED"), (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["errors"] == [{"field": "dryRun", "problem": "unknown"}]
        assert problem["accepted"] == declared(route)
        assert "'dryRun' is unknown" in problem["detail"]


def test_every_operation_refuses_a_repeated_parameter(app: FastAPI, client: TestClient) -> None:
    """Which of two values is meant cannot be known; the first is not quietly dropped."""
    for method, path, route in operations(app):
        url = re.sub(r"\{\w+\}", "X0", path)
        for name in declared(route):
            answer = client.request(method, f"{url}?{name}=true&{name}=false")
            assert answer.status_code == 400, (method, path, name)
            assert answer.json()["errors"] == [{"field": name, "problem": "repeated"}]


def test_the_document_and_the_door_agree(app: FastAPI) -> None:
    """What the published document lists is what the door takes."""
    paths = app.openapi()["paths"]
    for method, path, route in operations(app):
        listed = paths[path][method.lower()].get("parameters", [])
        assert sorted(each["name"] for each in listed if each["in"] == "query") == sorted(declared(route))


def test_a_dry_run_stays_where_the_interface_has_it(app: FastAPI) -> None:
    """`?dry_run=` is for what is decided about contracts, exchanges, memberships, programmes, rollouts and people."""
    having = {path.split("/")[2] for _, path, route in operations(app) if "dry_run" in declared(route)}
    assert having == {"applications", "contracts", "exchanges", "memberships", "people", "programs", "rollouts"}


def test_a_long_name_is_told_in_part(client: TestClient) -> None:
    """What a caller sends is not sent back at length."""
    answer = client.get("/v1/clock", params={f"{'x' * 500}{each}": "1" for each in range(50)})
    assert answer.status_code == 400
    assert len(answer.content) < 3_000


def test_a_route_added_later_is_guarded_too(app: FastAPI) -> None:
    """The check hangs on the app, so a new route needs nothing of its own."""
    services: Services = app.state.services
    other = create_app(services)

    @other.get("/v1/later")
    async def later(known: str = "") -> dict[str, str]:
        return {"known": known}

    client = TestClient(other)
    assert client.get("/v1/later", params={"known": "x"}).json() == {"known": "x"}
    assert client.get("/v1/later", params={"knwon": "x"}).status_code == 400
