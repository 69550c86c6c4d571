"""The published document: to what the routes say, it adds what every operation shares.

Problems with the statuses each operation can answer, the shape of what it answers, the `Idempotency-Key`: in one place,
so that a route that is added has them by its method and path.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.wire.decided import DECIDED
from api.wire.examples import EXAMPLES, FILING_STATUS
from api.wire.shapes import care, club, common, contracts, house, many
from models.messages.carrier import FilingStatusMessage, LineNotice

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"

_ANSWERS: Sequence[tuple[str, type[common.Shown]]] = (
    ("GET /livez", house.Alive),
    ("GET /healthz", house.Health),
    ("GET /v1/clock", house.Clock),
    ("POST /v1/clock/advance", house.Moved),
    ("POST /v1/(contracts|memberships)/import", common.Imported),
    ("POST /v1/applications", contracts.ContractBegun),
    ("POST /v1/memberships", club.MembershipBegun),
    ("POST /v1/rollouts", common.Begun),
    ("GET /v1/contracts", contracts.ContractPage),
    ("GET /v1/contracts/{contract_id}", contracts.ContractShown),
    ("GET /v1/(contracts|memberships|exchanges)/{[a-z_]+}/history", common.EntryPage),
    ("GET /v1/contracts/{contract_id}/what-if", common.Decided),
    ("GET /v1/contracts/{contract_id}/charges", contracts.ChargePage),
    ("GET /v1/(contracts|memberships|exchanges)/{[a-z_]+}/notices", common.NoticePage),
    ("GET /v1/contracts/{contract_id}/statements", contracts.StatementPage),
    ("GET /v1/filings/{filing_id}", contracts.Filing),
    ("GET /v1/memberships/{member_id}", club.Membership),
    ("GET /v1/memberships/{member_id}/points", club.Points),
    ("GET /v1/memberships/{member_id}/ledger", club.LedgerPage),
    ("GET /v1/memberships/{member_id}/exchanges", club.ExchangePage),
    ("GET /v1/memberships/{member_id}/storage", club.Storage),
    ("GET /v1/programs/{code}(/progress)?", many.Program),
    ("GET /v1/rollouts", many.RolloutPage),
    ("GET /v1/rollouts/{rollout_id}", many.Rollout),
    ("GET /v1/(people|access-log|tasks|agenda|operator-decisions)", common.PageOf),
    ("GET /v1/events", care.Events),
    ("GET /v1/log-proof", care.LogProof),
    ("(GET|PUT) /v1/people/{person_id}", care.Person),
    ("GET /v1/people/{person_id}/export", care.PersonExport),
    ("DELETE /v1/people/{person_id}", care.PersonErased),
    ("GET /v1/notices/{notice_id}", common.OneNotice),
    ("POST /v1/notices/{notice_id}/resend", care.Resent),
    ("POST /v1/messages/{message_id}/resend", care.TriedAgain),
    ("GET /v1/(contracts|memberships|exchanges)/{[a-z_]+}/explain", common.Explained),
    ("POST /v1/sessions", club.Session),
    ("GET /v1/session", club.SessionShown),
    ("DELETE /v1/session", club.LoggedOut),
    ("GET /v1/sessions", club.OpenSessions),
    ("DELETE /v1/sessions/{session_id}", club.LoggedOut),
    ("GET /v1/(items|exchanges|exchanges/{exchange_id}/carrier-messages)", common.PageOf),
    ("(POST|DELETE) /v1/exchanges/{exchange_id}/(settlements|outcome)", common.Decided),
    ("(GET|POST|PUT) /v1/exchanges.*", club.Exchange),
    ("POST /v1/carrier/.*", contracts.Taken),
    ("GET /v1/carrier/payables", contracts.PayablePage),
    ("GET /v1/(contracts|memberships|memberships/{[a-z_]+}|contracts/{[a-z_]+})(/[a-z-]+)?", common.PageOf),
    ("(POST|PUT|DELETE) /v1/(contracts|filings|memberships|programs|rollouts)/.*", common.Decided),
)
"""By method and path, the first that fits; a route that has a shape of its own keeps it."""

_TEXTS = {"GET /metrics": "text/plain"}
"""Operations that answer no JSON."""

_PICTURE = re.compile(r"GET .*\.svg")
"""Operations that answer a picture."""

_MORE_TEXTS = {"GET /v1/programs/{code}/progress": "text/csv"}
"""Operations that can answer something else than JSON as well."""

_MESSAGES: Mapping[str, type[BaseModel]] = {
    "/v1/carrier/filings/{filing_id}/status": FilingStatusMessage,
    "/v1/carrier/line-notices": LineNotice,
}
"""By path, what NTT signs: its bytes are verified before anything is read, so the routes themselves take no body."""

_UNKEPT = re.compile(r"/v1/(decisions|carrier)/.*")
"""Below these nothing is done that an `Idempotency-Key` could name, or NTT's own id names it."""

_MAY_BE_NAMED = frozenset({"/v1/clock/advance"})
"""These take an `Idempotency-Key` and do not demand it."""

_SINGULAR = {"people": "person"}
"""Where the singular is not the plural without its last letter."""

_BESIDE_OWN = frozenset({"DELETE /v1/sessions/{session_id}"})
"""Operations on one of many beside the caller's own, which has the plain name."""

_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names the request: the same key and body give the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "b7f6c1de-0f3e-4f0a-9d52-1a6e3b8d2c11",
}

_WHEN = {
    400: "Malformed: nothing has been done.",
    401: "No key, or one that is not known.",
    403: "Not with this key, or not from here.",
    404: "There is nothing under this id.",
    408: "The body did not arrive in time.",
    409: "Not possible in this state, or the key was used for another request.",
    413: "The body is too large.",
    422: "Refused by a rule.",
    503: "Not answering right now; send the same request again.",
}


def complete(document: Json) -> Json:
    """The document with what every operation shares."""
    models = {model: None for _, model in _ANSWERS} | {common.Problem: None, common.DecisionShown: None}
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=_REFERENCE)
    components = document.setdefault("components", {}).setdefault("schemas", {})
    _, sent = models_json_schema([(model, "validation") for model in _MESSAGES.values()], ref_template=_REFERENCE)
    schemas["$defs"] |= sent["$defs"]
    taken = components.keys() & schemas["$defs"].keys()
    if taken:
        message = f"two shapes are called {', '.join(sorted(taken))}"
        raise ValueError(message)
    components |= schemas["$defs"]
    for method, path, operation in _operations(document):
        _complete(method, path, operation)
    named = Counter(operation["operationId"] for _, _, operation in _operations(document))
    twice = sorted(name for name, times in named.items() if times > 1)
    if twice:
        message = f"two operations are called {', '.join(twice)}"
        raise ValueError(message)
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    return document


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def operation_id(method: str, path: str) -> str:
    """What clients made from the document call an operation: the method, then the path, one of many in the singular.

    `GET /v1/contracts/{contract_id}/charges` is `get_contract_charges`: who knows the address knows the name.
    """
    words = [method.lower()]
    for part in path.removeprefix("/v1").strip("/").split("/"):
        if part.startswith("{"):
            words[-1] = _SINGULAR.get(words[-1], words[-1].removesuffix("s"))
        else:
            words.append(re.sub(r"\W", "_", part))
    name = "_".join(words)
    return f"{name}_by_id" if f"{method} {path}" in _BESIDE_OWN else name


def _complete(method: str, path: str, operation: Json) -> None:
    operation["operationId"] = operation_id(method, path)
    responses = operation["responses"]
    responses.pop("422", None)
    _shape(f"{method} {path}", responses)
    message = _MESSAGES.get(path)
    if message is not None:
        body = operation.setdefault("requestBody", {"required": True, "content": {}})["content"]
        media = body.setdefault("application/json", {"example": FILING_STATUS})
        media["schema"] = {"$ref": _REFERENCE.format(model=message.__name__)}
    if method != "GET" and not _UNKEPT.fullmatch(path):
        operation.setdefault("parameters", []).append({**_KEY, "required": path not in _MAY_BE_NAMED})
    if "201" in responses:
        # A dry run, or a repeat of what has been begun.
        responses.setdefault("200", responses["201"])
    for status in _statuses(method, path, operation):
        responses.setdefault(str(status), _problem(status))


def _shape(name: str, responses: Json) -> None:
    status = min(each for each in responses if each.startswith("2"))
    answer = responses[status]
    if name in _TEXTS:
        answer["content"] = {_TEXTS[name]: {"schema": {"type": "string"}}}
        return
    if _PICTURE.fullmatch(name):
        answer["content"] = {"image/svg+xml": {"schema": {"type": "string"}}}
        return
    content = answer.setdefault("content", {}).setdefault("application/json", {})
    if "$ref" not in content.get("schema", {}):
        model = next((each for pattern, each in _ANSWERS if re.fullmatch(_escaped(pattern), name)), None)
        if model is not None:
            content["schema"] = {"$ref": _REFERENCE.format(model=model.__name__)}
            content["example"] = EXAMPLES[model]
    pure = name.removeprefix("POST /v1/decisions/")
    if pure in DECIDED:
        content["example"] = DECIDED[pure]
    if name in _MORE_TEXTS:
        answer["content"][_MORE_TEXTS[name]] = {"schema": {"type": "string"}}
    if name == "GET /healthz":
        responses["503"] = {**answer, "description": _WHEN[503]}


def _escaped(pattern: str) -> str:
    """Braces of a path are braces; those of a class are none."""
    return pattern.replace("{", r"\{").replace("}", r"\}")


def _statuses(method: str, path: str, operation: Json) -> Iterator[int]:
    yield 400
    if not path.startswith("/v1/"):
        return
    yield 503
    is_carrier = path.startswith("/v1/carrier/")
    if "security" in operation or is_carrier:
        yield 401
    if "security" in operation:
        yield 403
    if "{" in path or path == "/v1/clock/advance":
        yield 404
    if method != "GET":
        yield from (408, 409, 413, 422)
    elif re.match(r"/v1/(session|items|exchanges|contracts|memberships)", path):
        yield 422
    if path.endswith("/what-if"):
        yield 409


def _problem(status: int) -> Json:
    example = {**EXAMPLES[common.Problem], "status": status}
    schema = {"$ref": _REFERENCE.format(model="Problem")}
    return {
        "description": _WHEN[status],
        "content": {"application/problem+json": {"schema": schema, "example": example}},
    }
