"""What may be asked and what decides it are two tables; they never say different things."""

from __future__ import annotations

import pytest

from decisions.registry import DOMAINS


@pytest.mark.parametrize("kind", sorted(DOMAINS))
def test_every_operation_has_a_handler_of_the_same_command(kind: str) -> None:
    """An operation is offered only where a handler decides it, and both take the same command."""
    domain = DOMAINS[kind]
    assert {name: each.command for name, each in domain.operations.items()} == {
        name: domain.commands[name].command for name in domain.operations
    }
