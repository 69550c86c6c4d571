"""What the engine relies on about every machine."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from statemachine import StateMachine

import models.machines
from models.machines import contract
from rules.line import line_notice


def _machines() -> list[type[StateMachine]]:
    found = []
    for module in pkgutil.iter_modules(models.machines.__path__):
        room = importlib.import_module(f"models.machines.{module.name}")
        found += [
            each
            for each in vars(room).values()
            if isinstance(each, type) and issubclass(each, StateMachine) and each.__module__ == room.__name__
        ]
    return found


@pytest.mark.parametrize("machine", _machines(), ids=lambda machine: machine.__name__)
def test_a_machine_has_neither_guards_nor_hooks(machine: type[StateMachine]) -> None:
    """Its answers depend on state and event alone, so they may be kept (ADR 8)."""
    for state in machine.states:
        for transition in state.transitions:
            assert not list(transition.cond), f"{state.id}: {transition.event} has a guard"
    hooks = [name for name in vars(machine) if name.startswith(("on_", "before_", "after_"))]
    assert not hooks


@pytest.mark.parametrize("machine", _machines(), ids=lambda machine: machine.__name__)
def test_an_illegal_event_raises(machine: type[StateMachine]) -> None:
    """Strict: an event that is not allowed is refused, never ignored."""
    assert machine.allow_event_without_transition is False
    assert machine.catch_errors_as_events is False


def test_every_state_of_a_contract_is_in_one_group() -> None:
    """Before service, in force, over: the groups divide the machine's states, and the rules name the same ones."""
    groups = (contract.BEFORE_SERVICE, contract.IN_FORCE, contract.OVER)
    assert sorted(state for group in groups for state in group) == sorted(
        str(each.value) for each in contract.ContractMachine.states
    )
    assert {str(each.value) for each in contract.ContractMachine.final_states} == contract.OVER
    assert (line_notice.BEFORE_SERVICE, line_notice.OVER) == (contract.BEFORE_SERVICE, contract.OVER)
