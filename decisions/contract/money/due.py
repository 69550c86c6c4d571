"""By when a fee is to be paid, told alike wherever it is told: with the statement that carries it (W-12.3c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from decisions.contract.facts import AskedStanding
from decisions.domain import Step
from models.messages.contract.contract import ContractState
from models.messages.entity import Patch

_BY_A_RULE = frozenset({"planned", "due"})
"""States of a charge whose due day a rule on the fee gives."""

_BILLED_ALREADY = frozenset({"charge_owed"})
"""Events whose charges stand on a statement by now: they are due with it."""


def with_statement(steps: Sequence[Step], state: ContractState, standing: AskedStanding) -> list[Step]:
    """What a decision says of due days, each that of the statement that carries the fee.

    A rule gives the day by the fee itself, such as the end of the month after the contract's end. A fee that becomes
    known only later, by a letter that is keyed in late or by a correction, stands on the next statement: that day is
    in the answer, the log, the charge and the letter alike.

    Args:
        steps: as decided by the rules.
        state: the contract before them.
        standing: knows on which day this is decided, and what the contractor was told before.
    """
    return [_told(step, state, standing) for step in steps]


def _told(step: Step, state: ContractState, standing: AskedStanding) -> Step:
    data = _dated(step.decision.data, standing)
    if "fee" in data and data.get("due_on"):
        data["due_on"] = _payable(data["due_on"], standing)
    outgoing = tuple(
        replace(each, data=_dated(each.data, standing)) if each.channel == "notice" else each for each in step.outgoing
    )
    charges = step.patch.put.get("charges", {})
    if step.event in _BILLED_ALREADY or not charges:
        return replace(step, decision=replace(step.decision, data=data), outgoing=outgoing)
    put = {**step.patch.put, "charges": {key: _due(each, state, standing) for key, each in charges.items()}}
    patch = Patch(set=step.patch.set, put=put, drop=step.patch.drop)
    return replace(step, decision=replace(step.decision, data=data), patch=patch, outgoing=outgoing)


def _due(charge: Mapping[str, Any], state: ContractState, standing: AskedStanding) -> dict[str, Any]:
    told, before = charge.get("due_on"), state.charges.get(str(charge.get("charge_id")))
    as_before = before is not None and before.due_on is not None and before.due_on.isoformat() == told
    if not told or as_before or charge.get("state") not in _BY_A_RULE:
        return dict(charge)
    return {**charge, "due_on": _payable(told, standing)}


def _dated(value: Any, standing: AskedStanding) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _payable(each, standing) if key == "fee_due_on" and each is not None else _dated(each, standing)
            for key, each in value.items()
        }
    return [_dated(each, standing) for each in value] if isinstance(value, list | tuple) else value


def _payable(due_on: object, standing: AskedStanding) -> str:
    return standing.payable_on(date.fromisoformat(str(due_on))).isoformat()
