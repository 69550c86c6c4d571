"""No door has a line number of its own kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from models.messages.carrier import FilingStatusMessage, LineCheckResult, LineNotice, LineTokenRequest, OutgoingMessage
from models.texts.line_id import WRITTEN_MAX, LineId


def _named(document: dict[str, Any], schema: Any, seen: set[str]) -> Iterator[Any]:
    """Every property `line_id` of a schema, at any depth."""
    if isinstance(schema, list):
        for each in schema:
            yield from _named(document, each, seen)
    elif isinstance(schema, dict):
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from _named(document, document["components"]["schemas"][name], seen)
        for key, each in schema.items():
            if key == "properties" and "line_id" in each:
                yield each["line_id"]
            yield from _named(document, each, seen)


def test_every_line_number_of_a_request_is_of_the_one_kind(app: FastAPI) -> None:
    """Bodies and parameters of every operation that name a `line_id` take any spelling (W-03.1)."""
    document = app.openapi()
    found = []
    for path in document["paths"].values():
        for operation in path.values():
            found += [each["schema"] for each in operation.get("parameters", []) if each["name"] == "line_id"]
            found += list(_named(document, operation.get("requestBody", {}), set()))
    assert len(found) >= 5
    for schema in found:
        kinds = schema.get("anyOf", [schema])
        assert any(each.get("maxLength") == WRITTEN_MAX for each in kinds), schema


@pytest.mark.parametrize(
    "message", [FilingStatusMessage, LineCheckResult, LineNotice, LineTokenRequest, OutgoingMessage]
)
def test_every_line_number_between_ntt_and_us_is_of_the_one_kind(message: Any) -> None:
    """What NTT answers and tells, and what it is told, names a line in the one form (W-13.1b)."""
    field = message.model_fields["line_id"]
    assert LineId.__metadata__[0] in field.metadata or LineId in field.annotation.__args__  # type: ignore[attr-defined]


def test_a_line_check_names_the_line_in_its_one_form() -> None:
    """NTT's own spelling of the line a browser is on is the member's line (M-09.2)."""
    assert LineCheckResult(line_id="caf-123-4567").line_id == "CAF1234567"
