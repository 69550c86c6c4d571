"""The published document and the public interface say the same."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine

from api.app import create_app, published
from api.services import KeyRing, Services
from api.wire.document import complete, operation_id
from api.wire.examples import EXAMPLES

ROUTES = [
    "GET /healthz",
    "GET /metrics",
    "GET /v1/clock",
    "POST /v1/clock/advance",
    "POST /v1/decisions/cancellation-date",
    "POST /v1/decisions/minimum-term",
    "POST /v1/decisions/termination-fee",
    "POST /v1/decisions/eligibility",
    "POST /v1/decisions/course",
    "POST /v1/decisions/initial-cancellation",
    "POST /v1/decisions/registration",
    "POST /v1/decisions/monthly-points",
    "POST /v1/decisions/renewal-bonus",
    "POST /v1/decisions/points-expiry",
    "POST /v1/decisions/spend",
    "POST /v1/decisions/storage-reversion",
    "POST /v1/applications",
    "GET /v1/contracts",
    "GET /v1/contracts/{contract_id}",
    "GET /v1/contracts/{contract_id}/history",
    "GET /v1/contracts/{contract_id}/charges",
    "GET /v1/contracts/{contract_id}/notices",
    "GET /v1/contracts/{contract_id}/carrier-messages",
    "GET /v1/contracts/{contract_id}/statements",
    "POST /v1/contracts/{contract_id}/identity-request",
    "POST /v1/contracts/{contract_id}/identity",
    "POST /v1/contracts/{contract_id}/withdrawal",
    "POST /v1/contracts/{contract_id}/acceptance",
    "POST /v1/contracts/{contract_id}/service-start",
    "POST /v1/contracts/{contract_id}/cancellation",
    "DELETE /v1/contracts/{contract_id}/cancellation",
    "POST /v1/contracts/{contract_id}/initial-cancellation",
    "POST /v1/contracts/{contract_id}/course-changes",
    "DELETE /v1/contracts/{contract_id}/course-changes/pending",
    "POST /v1/contracts/{contract_id}/relocation",
    "POST /v1/contracts/{contract_id}/choice",
    "POST /v1/contracts/{contract_id}/waivers",
    "POST /v1/contracts/{contract_id}/course-switch",
    "POST /v1/contracts/{contract_id}/refusal",
    "POST /v1/contracts/{contract_id}/termination",
    "POST /v1/contracts/{contract_id}/fee-decision",
    "POST /v1/contracts/{contract_id}/waiver-requests",
    "POST /v1/contracts/{contract_id}/corrections",
    "POST /v1/contracts/{contract_id}/benefits",
    "POST /v1/contracts/{contract_id}/inquiries",
    "POST /v1/contracts/{contract_id}/payments",
    "POST /v1/contracts/{contract_id}/line-charges",
    "POST /v1/contracts/import",
    "GET /v1/filings/{filing_id}",
    "POST /v1/filings/{filing_id}/correction",
    "POST /v1/carrier/filings/{filing_id}/status",
    "POST /v1/carrier/line-notices",
    "GET /v1/carrier/payables",
    "POST /v1/memberships",
    "POST /v1/memberships/import",
    "GET /v1/memberships",
    "GET /v1/memberships/{member_id}",
    "POST /v1/memberships/{member_id}/leave",
    "PUT /v1/memberships/{member_id}/mail-consents",
    "POST /v1/memberships/{member_id}/point-adjustments",
    "POST /v1/memberships/{member_id}/credentials",
    "GET /v1/memberships/{member_id}/points",
    "GET /v1/memberships/{member_id}/ledger",
    "POST /v1/memberships/{member_id}/storage/support",
    "POST /v1/memberships/{member_id}/storage/plan",
    "POST /v1/sessions",
    "GET /v1/session",
    "GET /v1/sessions",
    "DELETE /v1/sessions/{session_id}",
    "GET /v1/items",
    "POST /v1/exchanges",
    "GET /v1/exchanges",
    "PUT /v1/exchanges/{exchange_id}",
    "POST /v1/exchanges/{exchange_id}/confirm",
    "POST /v1/exchanges/{exchange_id}/send",
    "GET /v1/programs/{code}",
    "PUT /v1/programs/{code}/wind-down",
    "POST /v1/programs/{code}/pause",
    "POST /v1/programs/{code}/resume",
    "GET /v1/programs/{code}/progress",
    "POST /v1/rollouts",
    "GET /v1/rollouts/{rollout_id}",
    "POST /v1/rollouts/{rollout_id}/pause",
    "POST /v1/rollouts/{rollout_id}/resume",
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document; nothing behind the doors is needed to publish it."""
    return published()


def _operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_of_the_interface_is_published(document: dict[str, Any], route: str) -> None:
    """The document has each operation of the public interface under its own path."""
    assert route in _operations(document)


def test_every_read_of_a_day_can_be_asked_what_was_known_then(document: dict[str, Any]) -> None:
    """`known_at` stands beside every `as_of`, and the document says what each of them means."""
    asked = {
        name: {each["name"]: each.get("description") for each in operation.get("parameters", ())}
        for name, operation in _operations(document).items()
    }
    of_a_day = {name: each for name, each in asked.items() if {"as_of", "known_at"} & each.keys()}
    assert sorted(of_a_day) == ["GET /v1/contracts/{contract_id}", "GET /v1/memberships/{member_id}"]
    assert all(each[name] for each in of_a_day.values() for name in ("as_of", "known_at"))


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    """Whoever reads an operation with a body finds one to copy."""
    without = []
    for name, operation in _operations(document).items():
        for media in operation.get("requestBody", {}).get("content", {}).values():
            schema = media.get("schema", {})
            for reference in [schema.get("$ref"), *[each.get("$ref") for each in schema.get("anyOf", [])]]:
                if reference:
                    schema = {**schema, **document["components"]["schemas"][reference.rsplit("/", 1)[1]]}
            if not ({"example", "examples"} & (set(media) | set(schema))):
                without.append(name)
    assert not without


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    """Each has a summary and a description."""
    assert not [
        name for name, each in _operations(document).items() if not each.get("summary") or not each.get("description")
    ]


MEDIA = {"application/json", "application/problem+json", "text/plain", "text/csv", "image/svg+xml"}


def test_every_answer_has_a_shape_and_an_example(document: dict[str, Any]) -> None:
    """JSON of a success is a named shape; texts say their media type."""
    for name, operation in _operations(document).items():
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                assert media in MEDIA, name
                plain = not media.endswith("json")
                assert "$ref" in content["schema"] or plain, (name, status)
                assert "example" in content or plain, (name, status)


def test_examples_of_answers_fit_their_shapes() -> None:
    """What is published as an example would pass."""
    for shape, example in EXAMPLES.items():
        shape.model_validate(example)


def _body_example(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    """The example of its body, wherever it stands."""
    media = operation["requestBody"]["content"]["application/json"]
    if "example" in media:
        return media["example"]
    if "examples" in media:
        return next(iter(media["examples"].values()))["value"]
    schema = media["schema"]
    named = [schema, *schema.get("anyOf", []), *schema.get("oneOf", [])]
    models = (document["components"]["schemas"][each["$ref"].rsplit("/", 1)[1]] for each in named if "$ref" in each)
    return next(each["examples"][0] for each in models if "examples" in each)


def test_a_pure_decision_answers_its_example_as_published(document: dict[str, Any]) -> None:
    """Whoever sends the published body is told the published answer; nothing is asked of the database."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    keys = KeyRing({"auditor": ("auditor", "k")})
    app = create_app(Services(engine=engine, client=None, keys=keys, webhook_secret="whsec_AAAA"))  # type: ignore[arg-type]

    async def ask() -> None:
        transport, headers = httpx.ASGITransport(app=app), {"Authorization": "Bearer k"}
        async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
            for name, operation in _operations(document).items():
                if "/decisions/" in name:
                    answer = await client.post(name.removeprefix("POST "), json=_body_example(document, operation))
                    published = operation["responses"]["200"]["content"]["application/json"]["example"]
                    assert (answer.status_code, answer.json()) == (200, published), name

    asyncio.run(ask())


def test_mutations_declare_their_key_and_their_problems(document: dict[str, Any]) -> None:
    """`Idempotency-Key` on every POST, PUT and DELETE that keeps one; problems where they can be answered."""
    operations = _operations(document)
    for name, operation in operations.items():
        parameters = {each["name"]: each for each in operation.get("parameters", [])}
        mutates = not name.startswith("GET ") and "/decisions/" not in name and "/carrier/" not in name
        assert ("Idempotency-Key" in parameters) is mutates, name
        assert not mutates or parameters["Idempotency-Key"]["required"] is (name != "POST /v1/clock/advance"), name
        problems = {status for status, each in operation["responses"].items() if status >= "4" and status != "503"}
        assert "400" in problems, name
        assert not mutates or problems >= {"401", "403", "409", "413", "422"}, name
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("POST /v1/applications", "post_applications"),
        ("GET /v1/contracts", "get_contracts"),
        ("GET /v1/contracts/{contract_id}", "get_contract"),
        ("DELETE /v1/contracts/{contract_id}/course-changes/pending", "delete_contract_course_changes_pending"),
        ("GET /v1/people/{person_id}", "get_person"),
        ("GET /v1/programs/{code}", "get_program"),
        ("DELETE /v1/session", "delete_session"),
        ("DELETE /v1/sessions/{session_id}", "delete_session_by_id"),
    ],
)
def test_an_operation_is_named_by_its_method_and_path(document: dict[str, Any], route: str, name: str) -> None:
    """A generated client calls it so; who moves a function of ours renames nothing of theirs."""
    assert _operations(document)[route]["operationId"] == name == operation_id(*route.split(" "))


def test_two_operations_of_one_name_are_refused() -> None:
    """A client would have only one of them."""
    answers: dict[str, Any] = {"get": {"responses": {"200": {}}}}
    with pytest.raises(ValueError, match="two operations are called get_storage_plan"):
        complete({"paths": {"/v1/storage/plan": answers, "/v1/storage-plan": copy.deepcopy(answers)}})
