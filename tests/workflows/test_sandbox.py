"""The sandbox leaves out questions whose answers nobody uses."""

from __future__ import annotations

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import WorkflowSerializationContext
from temporalio.worker import WorkflowInstance

from models.messages.contract.contract import ContractState
from workflows import sandbox


def test_nothing_of_our_converter_looks_at_a_context() -> None:
    """No codec, no external storage, and the same bytes whether or not it is told whose payload it writes."""
    plain = pydantic_data_converter
    told = plain.with_context(WorkflowSerializationContext(namespace="default", workflow_id="contract/K1"))
    assert plain.payload_codec is None
    assert plain.external_storage is None
    values = [ContractState(contract_id="K1"), {"day": "2018-06-01"}, None, b"bytes"]
    assert told.payload_converter.to_payloads(values) == plain.payload_converter.to_payloads(values)


@pytest.mark.parametrize("name", ["get_serialization_context", "get_external_store_context"])
def test_the_sdk_still_asks_what_is_left_out(name: str) -> None:
    """Both questions exist in the SDK: a later one that asks otherwise makes this fail, not silently slow."""
    assert name in vars(WorkflowInstance)
    assert name in vars(sandbox._LeanInstance)
