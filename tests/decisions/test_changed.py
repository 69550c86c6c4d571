"""The typed names of what an entry may change are those of the state itself."""

from __future__ import annotations

import pytest

from decisions.contract import changed as contract
from decisions.membership import changed as membership
from models.messages.club.membership import MembershipState
from models.messages.contract.contract import ContractState
from models.messages.entity import EntityState

KINDS = [(contract.Values, contract.Put, ContractState), (membership.Values, membership.Put, MembershipState)]

ENGINE = {"schema_version", "seq", "state", "latest", "ungrounded", "awaiting"}
"""What the engine alone keeps."""


@pytest.mark.parametrize(("values", "put", "state"), KINDS)
def test_only_fields_of_the_state_can_be_named(values: type, put: type, state: type[EntityState]) -> None:
    """An entry can change nothing that the state of its kind does not have."""
    assert {*values.__annotations__, *put.__annotations__} <= set(state.model_fields) - ENGINE


@pytest.mark.parametrize(("values", "put", "state"), KINDS)
def test_every_field_of_the_state_can_be_changed(values: type, put: type, state: type[EntityState]) -> None:
    """A field added to the state can be set or put by an entry, so that none is changed past the type checker."""
    assert set(state.model_fields) - ENGINE <= {*values.__annotations__, *put.__annotations__}
