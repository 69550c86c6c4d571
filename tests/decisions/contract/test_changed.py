"""The typed names of what an entry may change are those of the state itself."""

from __future__ import annotations

import pytest

from decisions.contract.changed import Put, Values
from models.messages.contract.contract import ContractState

ENGINE = {"schema_version", "seq", "state", "latest", "ungrounded", "awaiting"}
"""What the engine alone keeps."""


@pytest.mark.parametrize("named", [Values, Put])
def test_only_fields_of_the_state_can_be_named(named: type) -> None:
    """An entry of a contract can change nothing that its state does not have."""
    assert set(named.__annotations__) <= set(ContractState.model_fields) - ENGINE


def test_every_field_of_the_state_can_be_changed() -> None:
    """A field added to the state can be set or put by an entry, so that none is changed past the type checker."""
    can = {*Values.__annotations__, *Put.__annotations__}
    assert set(ContractState.model_fields) - ENGINE <= can
