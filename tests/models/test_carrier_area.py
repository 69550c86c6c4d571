"""What is stored and sent of NTT's side keeps the name it always had."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pydantic_core
import pytest
from pydantic import BaseModel, TypeAdapter

from models.messages.club.exchange import ExchangeState
from models.messages.club.membership import MemberLine
from models.messages.contract.changes import Relocate
from models.messages.contract.contract import LineFacts
from models.messages.contract.parts import Relocation
from models.messages.entity import Message
from models.messages.filing import FileWithCarrier, FilingInput, FilingState

MOMENT = datetime(2018, 5, 20, tzinfo=UTC)
FILING = {"filing_id": "F1", "contract_id": "K1"}

MESSAGES: list[tuple[type[Message], str, dict[str, Any]]] = [
    (LineFacts, "operator", {}),
    (MemberLine, "operator", {"service_type": "X", "service_class": "FAMILY", "in_use_since": date(2018, 5, 20)}),
    (Relocate, "to_operator", {"received_at": MOMENT}),
    (Relocation, "to_operator", {"received_on": date(2018, 5, 20), "outcome": "unchanged"}),
    (FilingInput, "operator", FILING),
    (FilingState, "operator", FILING),
    (FileWithCarrier, "operator", {**FILING, "brand": "NEXT", "service_type": "FAMILY"}),
    (ExchangeState, "operator", {}),
]


class Around(BaseModel):
    """A model of somebody else, with a message inside."""

    inside: Any


@pytest.mark.parametrize(("message", "key", "others"), MESSAGES, ids=lambda each: getattr(each, "__name__", ""))
def test_documents_keep_the_key(message: type[Message], key: str, others: dict[str, Any]) -> None:
    """However it is written, alone or inside another, the key is the old one; and by it it is read."""
    name = key.replace("operator", "carrier_area")
    said = message.model_validate({**others, key: "WEST"})
    assert getattr(said, name) == "WEST"
    for written in (
        said.model_dump(),
        said.model_dump(mode="json"),
        said.model_dump(exclude_defaults=True),
        json.loads(said.model_dump_json()),
        json.loads(pydantic_core.to_json(said)),  # what Temporal is given
        Around(inside=said).model_dump(mode="json")["inside"],
        TypeAdapter(list[message]).dump_python([said])[0],  # type: ignore[valid-type]
    ):
        assert written[key] == "WEST"
        assert name not in written
