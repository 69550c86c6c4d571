"""The typed names of what an entry may change are those of the state itself."""

from __future__ import annotations

import pytest

from decisions import domain
from decisions.contract import changed as contract
from decisions.exchange import changed as exchange
from decisions.filing import changed as filing
from decisions.membership import changed as membership
from decisions.program import changed as program
from decisions.registry import DOMAINS
from decisions.rollout import changed as rollout
from models.messages.entity import EntityState, Patch

CHANGED = {
    "contract": (contract.Values, contract.Put),
    "membership": (membership.Values, membership.Put),
    "filing": (filing.Values, domain.Put),
    "exchange": (exchange.Values, domain.Put),
    "rollout": (rollout.Values, domain.Put),
    "program": (program.Values, program.Put),
}

KINDS = [pytest.param(*CHANGED[kind], each.state, id=kind) for kind, each in DOMAINS.items()]

ENGINE = {"schema_version", "seq", "state", "latest", "ungrounded", "awaiting"}
"""What the engine alone keeps."""


def _stored(state: type[EntityState]) -> set[str]:
    """The names under which the fields are stored."""
    return {each.alias or name for name, each in state.model_fields.items()}


@pytest.mark.parametrize(("values", "put", "state"), KINDS)
def test_only_fields_of_the_state_can_be_named(values: type, put: type, state: type[EntityState]) -> None:
    """An entry can change nothing that the state of its kind does not have."""
    assert {*values.__annotations__, *put.__annotations__} <= _stored(state) - ENGINE


@pytest.mark.parametrize(("values", "put", "state"), KINDS)
def test_every_field_of_the_state_can_be_changed(values: type, put: type, state: type[EntityState]) -> None:
    """A field added to the state can be set or put by an entry, so that none is changed past the type checker."""
    assert _stored(state) - ENGINE <= {*values.__annotations__, *put.__annotations__}


def test_two_patches_are_one_in_which_the_other_wins() -> None:
    """Fields and keys of both are there, and what both drop is dropped once."""
    one = Patch(set={"a": 1, "b": 1}, put={"tasks": {"x": {"n": 1}}}, drop={"agenda": ["end"]})
    other = Patch(
        set={"b": 2}, put={"tasks": {"x": {"n": 2}, "y": {}}}, drop={"agenda": ["end", "close"], "tasks": ["z"]}
    )
    assert one + other == Patch(
        set={"a": 1, "b": 2},
        put={"tasks": {"x": {"n": 2}, "y": {}}},
        drop={"agenda": ["end", "close"], "tasks": ["z"]},
    )
