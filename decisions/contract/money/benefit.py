"""Benefits (特典) with a term and a fee of their own beside article 12 (W-12.2p, A-49)."""

from __future__ import annotations

from datetime import date

from decisions.contract.changed import patch
from decisions.contract.course import pending
from decisions.contract.money.charges import State, charge_of
from decisions.domain import Context, Outgoing, Step
from models.messages.contract.changes import AddBenefit
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import Benefit
from models.messages.entity import Charge
from rules.calendar import japan_day
from rules.charges import fee
from rules.citation import Decision, edition
from rules.contract import benefit as rule
from rules.contract import minimum_term
from rules.courses.course import chapter_of
from rules.money import with_tax
from rules.refusal import Refusal

_ARTICLES = ("W-12.2p", "X-05")

_STATES: dict[str, State] = {"due": "planned", "needs_operator": "needs_operator", "watched": "watched"}
"""Outcome of the rule → state of the charge."""


def add_benefit(state: ContractState, command: AddBenefit, context: Context) -> list[Step]:
    """Record a benefit's own obligation (W-12.2p).

    Raises:
        Refusal: `BENEFIT_EXISTS`, `BEFORE_SERVICE_START`, `AFTER_CONTRACT_END`, `BENEFIT_WITHOUT_MONTHS`.
    """
    if command.benefit_id in state.benefits:
        raise Refusal(
            "BENEFIT_EXISTS",
            f"The contract has the benefit {command.benefit_id} already.",
            _ARTICLES,
            values={"benefit": command.benefit_id},
        )
    if state.service_start_on is not None and command.from_on < state.service_start_on:
        detail = f"A benefit cannot count from {command.from_on}, before the service start on {state.service_start_on}."
        raise Refusal(
            "BEFORE_SERVICE_START",
            detail,
            _ARTICLES,
            values={"on": command.from_on, "started_on": state.service_start_on},
        )
    if state.end_on is not None and command.from_on > state.end_on:
        raise Refusal(
            "AFTER_CONTRACT_END", f"The contract ends on {state.end_on}.", _ARTICLES, values={"on": state.end_on}
        )
    term = minimum_term.for_benefit(command.minimum_months, command.from_on)
    benefit = Benefit(
        benefit_id=command.benefit_id,
        minimum_months=command.minimum_months,
        fee=command.fee,
        from_on=command.from_on,
        end_on=term.end_on,
    )
    money = with_tax(command.fee, japan_day(context.moment)).as_json()
    data = {"benefit_id": command.benefit_id, "minimum_term": term.as_json(), "fee": money}
    day = japan_day(context.moment)
    detail = f"Until {term.end_on} the benefit {command.benefit_id} has a fee of its own terms."
    decision = Decision("recorded", _ARTICLES, command.from_on, edition(day), detail, data)
    notice = Outgoing("notice", "benefit_terms", {**benefit.model_dump(mode="json"), "fee": money})
    given = state.model_copy(update={"benefits": {command.benefit_id: benefit}})
    raised = planned(given, state.end_on, "cancellation") if state.state == "ending" and state.end_on else {}
    change = patch(put={"benefits": {command.benefit_id: benefit}, **({"charges": raised} if raised else {})})
    return [Step("add_benefit", decision, change, state_from=day, outgoing=(notice,))]


def running(state: ContractState) -> list[Benefit]:
    """The benefits whose obligation has not been settled."""
    return [each for each in state.benefits.values() if each.over_on is None]


def _decided(
    state: ContractState, benefit: Benefit, ended_on: date, cause: fee.Cause, to_course: str | None = None
) -> Decision:
    """The fee rule on one benefit, with the waiver granted before; initial cancellation does not reduce it (A-49)."""
    term = minimum_term.for_benefit(benefit.minimum_months, benefit.from_on)
    return rule.fee_of_benefit(
        benefit.fee, term, ended_on, cause, to_course=to_course, waiver=state.fee_terms.strongest
    )


def planned(
    state: ContractState, ended_on: date, cause: fee.Cause, *, to_course: str | None = None
) -> dict[str, Charge]:
    """The charges that an end or a change on that day raises for running benefits, by id.

    An end raises none where a change that is ahead ends them first: that one's fees wait for an operator.

    Args:
        state: the contract.
        ended_on: its last day, or the day of the change.
        cause: how it ends.
        to_course: destination of a course change.
    """
    found: dict[str, Charge] = {}
    if cause != "course_change" and _settled_by_change(state, ended_on):
        return found
    for benefit in running(state):
        money = _decided(state, benefit, ended_on, cause, to_course)
        if money.outcome in _STATES:
            charge = _charge(state, benefit, money, _STATES[money.outcome])
            found[charge.charge_id] = charge
    return found


def _settled_by_change(state: ContractState, ended_on: date) -> bool:
    ahead = pending.applied_for(state)
    leaves = ahead is not None and chapter_of(ahead.to_course) != 1
    return rule.ends_with_change(pending.change_on(state), ended_on, leaves=leaves)


def _charge(state: ContractState, benefit: Benefit, money: Decision, became: State) -> Charge:
    charge_id = benefit_charge_id(state, benefit)
    return charge_of(money, charge_id=charge_id, code="benefit_fee", state=became, benefit_id=benefit.benefit_id)


def not_raised(state: ContractState, changed_on: date, to_course: str) -> dict[str, Charge]:
    """Fees of benefits that were recorded only after the change had been asked for, by id."""
    found = planned(state, changed_on, "course_change", to_course=to_course)
    return {key: each for key, each in found.items() if key not in state.charges}


def left(state: ContractState, changed_on: date) -> dict[str, Benefit]:
    """Benefits end with the course they were given for; what they cost then is decided once (W-12.2p)."""
    return {each.benefit_id: each.model_copy(update={"over_on": changed_on}) for each in running(state)}


def benefit_of(state: ContractState, charge: Charge) -> Benefit | None:
    """The benefit whose fee a charge is; None for any other charge."""
    return state.benefits.get(charge.benefit_id) if charge.benefit_id is not None else None


def watched_until(state: ContractState, charge: Charge, changed_on: date) -> date | None:
    """The last day of the watch over a benefit's suspended fee (W-12.6c, A-35); None where it is no such fee."""
    benefit = benefit_of(state, charge)
    return fee.watch_until(benefit.end_on, changed_on) if benefit is not None else None


def benefit_charge_id(state: ContractState, benefit: Benefit) -> str:
    """The id of the fee of one benefit, the same whatever raises it: it is owed once."""
    return f"{state.contract_id}-B-{benefit.benefit_id}"


def settled(state: ContractState, ended_on: date) -> tuple[dict[str, Charge], list[Decision]]:
    """The fees of running benefits on the last day: what was planned, and what the notice could not plan for yet.

    A charge that is no longer planned, such as one an operator waived, stays as it is.
    """
    charges: dict[str, Charge] = {}
    rulings: list[Decision] = []
    for benefit in running(state):
        charge_id = benefit_charge_id(state, benefit)
        present = state.charges.get(charge_id)
        if present is not None and present.state != "planned":
            continue
        money = _decided(state, benefit, ended_on, "cancellation")
        if present is None and money.outcome != "due":
            continue
        charges[charge_id] = _charge(state, benefit, money, "due" if money.outcome == "due" else "waived")
        rulings.append(money)
    return charges, rulings
