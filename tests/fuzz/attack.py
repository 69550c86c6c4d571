"""Requests made from the published document, fitting and unfitting, to every operation of a running stack."""

from __future__ import annotations

import copy
import json
import random
import time
import uuid
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import NonInteractiveExampleWarning, Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from schemathesis.transport.serialization import Binary
from standardwebhooks import Webhook

if TYPE_CHECKING:
    from schemathesis import Case
    from schemathesis.schemas import APIOperation

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
WAIT_S = 60


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: Any, value: Any) -> bytes:
    """Bytes and texts as they are; anything else as one line."""
    if isinstance(value, Binary):
        return value.data
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")


SHOWN_MAX = 5


@dataclass
class World:
    """A running stack, and what is in it to be hit."""

    url: str
    keys: dict[str, str]
    """By role, with `carrier_webhook_secret`."""
    ids: dict[str, list[str]]
    """By the name of the path parameter, ids of things that are there."""
    member_token: str | None = None
    today: str = "2018-05-20"


@dataclass
class Outcome:
    """What came of it."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    by_operation: dict[str, Counter[int]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    """By kind and operation."""
    shown: dict[str, list[str]] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)
    """Operations for which nothing could be made."""

    def lines(self) -> Iterator[str]:
        """As a person reads it."""
        said = ", ".join(f"{status}: {times}" for status, times in sorted(self.statuses.items()))
        yield f"{self.requests} requests ({said}); {sum(self.wrong.values())} wrong answers"
        refused = sorted(name for name, found in self.by_operation.items() if not any(each < 300 for each in found))
        yield f"{len(self.by_operation)} operations; never granted: {', '.join(refused) or 'none'}"
        for name, times in sorted(self.wrong.items()):
            yield f"  {times} × {name}"
            yield from (f"      {each}" for each in self.shown[name])


def published(world: World) -> dict[str, Any]:
    """The document, as anybody reads it."""
    return dict(requests.get(f"{world.url}/openapi.json", timeout=WAIT_S).json())


def attack(
    world: World, *, examples: int, seconds: float, seed_number: int, document: dict[str, Any] | None = None
) -> Outcome:
    """Try every operation with fitting and unfitting requests until the time is up.

    Args:
        world: whom to ask.
        examples: requests of each kind for one operation in one round.
        seconds: at most so long; every operation is asked at least once.
        seed_number: the same one gives the same requests.
        document: what the answers are held to; None: the published one.
    """
    document = document or published(world)
    schema = schemathesis.openapi.from_dict(document)
    operations = [each.ok() for each in schema.get_all_operations()]
    outcome, until, round_number = Outcome(), time.monotonic() + seconds, 0
    chance = random.Random(seed_number)  # noqa: S311  # nothing secret
    with requests.Session() as http:
        while round_number == 0 or time.monotonic() < until:
            for operation in operations:
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    left = examples if time.monotonic() < until else 1
                    _ask(world, http, operation, mode, left, seed_number + round_number, chance, outcome)
            round_number += 1
    return outcome


def _ask(  # one round's whole setting
    world: World,
    http: requests.Session,
    operation: APIOperation,
    mode: GenerationMode,
    examples: int,
    number: int,
    chance: random.Random,
    outcome: Outcome,
) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Case) -> None:
        _one(world, http, case, chance, outcome)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonInteractiveExampleWarning)
        try:
            once()
        except Unsatisfiable:
            # An operation without input has nothing that does not fit.
            outcome.unreached.append(f"{operation.label} {mode.value}")


def _one(world: World, http: requests.Session, case: Case, chance: random.Random, outcome: Outcome) -> None:
    name = case.operation.label
    _aim(world, case, chance)
    headers = _headers(world, case)
    answer: Any
    if case.operation.path.startswith("/v1/carrier/") and case.method == "POST":
        answer = _send_signed(world, http, case)
    else:
        answer = case.call(base_url=world.url, session=http, headers=headers, timeout=WAIT_S)
    outcome.requests += 1
    outcome.statuses[answer.status_code] += 1
    outcome.by_operation.setdefault(name, Counter())[answer.status_code] += 1
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as failures:
        for failure in failures.exceptions:
            kind = f"{type(failure).__name__} {answer.status_code} of {name}"
            outcome.wrong[kind] += 1
            shown = outcome.shown.setdefault(kind, [])
            if len(shown) < SHOWN_MAX:
                shown.append(f"{str(failure)[:300]!r} on {case.as_curl_command(headers=headers)[:600]}")


def _aim(world: World, case: Case, chance: random.Random) -> None:
    """Half of the requests are about something that is there, a third of them as the example says it.

    The clock moves no further than today, and the member's own session stays open: nobody logs out of it.
    """
    for name in list(case.path_parameters or {}):
        if world.ids.get(name) and chance.random() < 0.5:
            case.path_parameters[name] = chance.choice(world.ids[name])
    example = _example(case)
    if example is not None and chance.random() < 0.3:
        case.body = copy.deepcopy(example)
    if case.operation.path.endswith("/credentials"):
        case.path_parameters["member_id"] = world.ids["member_id"][-1]
    if case.operation.path == "/v1/clock/advance" and isinstance(case.body, dict) and "to" in case.body:
        case.body["to"] = world.today


def _example(case: Case) -> Any:
    """The example of the body, where it is JSON."""
    raw = case.operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in raw:
        return raw["example"]
    shape = raw.get("schema", {})
    shape = next((each for each in shape.get("anyOf", []) if "$ref" in each), shape)
    name = shape.get("$ref", "").rpartition("/")[2]
    schemas = case.operation.schema.raw_schema["components"]["schemas"]
    found = schemas.get(name, {}).get("examples")
    return found[0] if found else None


_BY_KEY = ("/history", "/explain", "/notices", "/carrier-messages", ".svg", "/settlements", "/outcome")
"""Of an exchange, what its member's own session does not reach."""


def _headers(world: World, case: Case) -> dict[str, str]:
    path = case.operation.path
    logs_in = path == "/v1/sessions" and case.method.upper() == "POST"
    role = "site" if logs_in else "operator"
    is_member = path.startswith(("/v1/session", "/v1/items", "/v1/exchanges")) and not logs_in
    is_member = is_member and not path.endswith(_BY_KEY)
    ends = path == "/v1/session" and case.method.upper() == "DELETE"
    bearer = world.member_token if is_member and not ends and world.member_token else world.keys[role]
    headers = {"Authorization": f"Bearer {bearer}"}
    if case.method.upper() != "GET":
        headers["Idempotency-Key"] = uuid.uuid4().hex
    return headers


def _send_signed(world: World, http: requests.Session, case: Case) -> requests.Response:
    """As NTT signs what it sends."""
    at, webhook_id = datetime.now(UTC), uuid.uuid4().hex
    body = json.dumps(case.body if isinstance(case.body, dict | list | str | int | float | bool) else {})
    headers = {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(world.keys["carrier_webhook_secret"]).sign(webhook_id, at, body),
    }
    return http.post(f"{world.url}{case.formatted_path}", data=body.encode(), headers=headers, timeout=WAIT_S)
