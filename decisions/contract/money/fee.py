"""The fee of article 12 on one contract's facts, and the charges that an end or a change plans (W-12.3, W-23.4)."""

from __future__ import annotations

from datetime import date

from decisions.contract.ids import fee_id
from decisions.contract.money import benefit
from decisions.contract.money.charges import State, charge_of
from models.messages.contract.contract import ContractState
from models.messages.entity import Charge
from rules.charges import fee
from rules.citation import Decision, edition
from rules.contract import minimum_term

_CHARGE_STATES: dict[str, State] = {"due": "planned", "reduced": "planned", "needs_operator": "needs_operator"}
"""Outcome of the rule → state of the charge that a notice plans."""


def fee_decision(
    state: ContractState,
    ended_on: date,
    cause: fee.Cause = "cancellation",
    *,
    to_course: str | None = None,
    initial_cancellation: bool = False,
) -> Decision:
    """The fee rule on this contract, with the waiver granted before (W-12.3, W-12.6, W-23.4).

    Args:
        state: the contract.
        ended_on: its last day, or the day of the change.
        cause: how it ends.
        to_course: destination of a course change.
        initial_cancellation: whether it ends by one, which reduces the fee (W-12.4).
    """
    if state.chapter == 2 or state.applied_on is None:
        return fee.no_fee_in_chapter_two(ended_on)
    outside = state.chapter not in {1, 2}
    if outside and not state.carried_term:
        return _fee_of_other_service(ended_on)
    return fee.termination_fee(
        in_carried_contract=outside,
        applied_on=state.applied_on,
        minimum_term_end_on=_binding_end(state, ended_on),
        ended_on=ended_on,
        cause=cause,
        to_course=to_course,
        initial_cancellation=initial_cancellation,
        waiver=state.fee_terms.strongest,
    )


def _binding_end(state: ContractState, ended_on: date) -> date | None:
    """The last day of the term, where service had begun by the end (W-12.1n)."""
    end_on = state.minimum_term.end_on if state.minimum_term else None
    return minimum_term.binding_end(end_on, state.service_start_on, ended_on)


def _fee_of_other_service(ended_on: date) -> Decision:
    """A course outside chapters 1 and 2 that carries no term of ours charges under its own rules (A-32)."""
    data = {"fee": fee.NOTHING.as_json(), "carried": None}
    detail = "The course is outside this book: a fee, if any, follows its own rules."
    return Decision("none", ("W-12.3b2",), ended_on, edition(ended_on), detail, data)


def planned_charges(
    state: ContractState, money: Decision, ended_on: date, cause: fee.Cause = "cancellation"
) -> dict[str, Charge]:
    """The charges an end plans, by id: the fee of article 12 and those of benefits (W-12.2p)."""
    charge = planned_charge(state, money)
    own = {charge.charge_id: charge} if charge is not None else {}
    return {**own, **benefit.planned(state, ended_on, cause)}


def planned_charge(state: ContractState, money: Decision) -> Charge | None:
    """The charge a notice plans; it is decided again on the effective day."""
    became = _CHARGE_STATES.get(money.outcome)
    if became is None:
        return None
    return charge_of(money, charge_id=fee_id(state), code="termination_fee", state=became)


def fee_data(money: Decision, state: ContractState) -> dict[str, object]:
    """What a caller is told about the fee."""
    term = state.minimum_term.model_dump(mode="json") if state.minimum_term else None
    return {
        "fee": money.data["fee"],
        "fee_outcome": money.outcome,
        "fee_due_on": money.data.get("due_on"),
        "minimum_term": term,
    }
