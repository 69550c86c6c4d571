"""What lists of contracts in the Web UI are searched by, from the folded state."""

from __future__ import annotations

from typing import Any

from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from models.messages import search
from models.messages.contract.contract import ContractState


def attributes(state: ContractState) -> list[SearchAttributeUpdate[Any]]:
    """Every attribute of a contract, set or unset."""
    item = state.next_item()
    found: list[SearchAttributeUpdate[Any]] = [
        search.CONTRACT_STATE.value_set(state.state),
        search.COURSE.value_set(state.course),
        search.NEEDS_OPERATOR.value_set(bool(state.tasks)),
        search.ENDS_ON.value_set(search.noon(state.end_on)) if state.end_on else search.ENDS_ON.value_unset(),
        search.NEXT_ACTION_ON.value_set(item.at) if item else search.NEXT_ACTION_ON.value_unset(),
    ]
    return [*found, search.LINE_OPERATOR.value_set(state.line.carrier_area)] if state.line else found


def attributes_at_start(state: ContractState) -> TypedSearchAttributes:
    """The same for an execution that is started with a state: it then has nothing to change (`attributed`)."""
    return TypedSearchAttributes(
        [SearchAttributePair(each.key, each.value) for each in attributes(state) if each.value is not None]
    )
