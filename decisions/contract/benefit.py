"""Benefits (特典) with a term and a fee of their own beside article 12 (W-12.2p, A-49)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from decisions.domain import Context, Outgoing, Step, patch
from models.messages.contract import ContractState
from models.messages.contract_changes import AddBenefit
from models.messages.entity import Charge
from rules import fee, minimum_term
from rules.calendar import japan_day
from rules.citation import Decision, edition
from rules.money import with_tax
from rules.refusal import Refusal

_ARTICLES = ("W-12.2p", "X-05")

CODE = "benefit_fee"

_STATES = {"due": "planned", "needs_operator": "needs_operator", "watched": "watched"}
"""Outcome of the rule → state of the charge."""


def add_benefit(state: ContractState, command: AddBenefit, context: Context) -> list[Step]:
    """Record a benefit's own obligation (W-12.2p).

    Raises:
        Refusal: `BENEFIT_EXISTS`, `BEFORE_SERVICE_START`, `AFTER_CONTRACT_END`, `BENEFIT_WITHOUT_MONTHS`.
    """
    if command.benefit_id in state.benefits:
        raise Refusal("BENEFIT_EXISTS", f"The contract has the benefit {command.benefit_id} already.", _ARTICLES)
    if state.service_start_on is not None and command.from_on < state.service_start_on:
        detail = f"A benefit cannot count from {command.from_on}, before the service start on {state.service_start_on}."
        raise Refusal("BEFORE_SERVICE_START", detail, _ARTICLES)
    if state.end_on is not None and command.from_on > state.end_on:
        raise Refusal("AFTER_CONTRACT_END", f"The contract ends on {state.end_on}.", _ARTICLES)
    term = minimum_term.for_benefit(command.minimum_months, command.from_on)
    record = {
        "benefit_id": command.benefit_id,
        "minimum_months": command.minimum_months,
        "fee": command.fee,
        "from_on": command.from_on.isoformat(),
        "end_on": term.end_on.isoformat(),
        "over_on": None,
    }
    put: dict[str, Any] = {"benefits": {command.benefit_id: record}}
    money = with_tax(command.fee, japan_day(context.moment)).as_json()
    data = {"benefit_id": command.benefit_id, "minimum_term": term.as_json(), "fee": money}
    day = japan_day(context.moment)
    detail = f"Until {term.end_on} the benefit {command.benefit_id} has a fee of its own terms."
    decision = Decision("recorded", _ARTICLES, command.from_on, edition(day), detail, data)
    notice = Outgoing("notice", "benefit_terms", {**record, "fee": money})
    return [Step("add_benefit", decision, patch(put=put), state_from=day, outgoing=(notice,))]


def running(state: ContractState) -> list[Mapping[str, Any]]:
    """The benefits whose obligation has not been settled."""
    return [each for each in state.benefits.values() if each.get("over_on") is None]


def decided(benefit: Mapping[str, Any], ended_on: date, cause: fee.Cause, **more: Any) -> Decision:
    """The fee rule on one benefit; an initial cancellation does not reduce its fee (A-49)."""
    return fee.benefit_fee(int(benefit["fee"]), date.fromisoformat(benefit["end_on"]), ended_on, cause, **more)


def planned(state: ContractState, ended_on: date, cause: fee.Cause, **more: Any) -> dict[str, Charge]:
    """The charges that an end or a change on that day raises for running benefits, by id.

    Args:
        state: the contract.
        ended_on: its last day, or the day of the change.
        cause: how it ends.
        more: passed to the rule, such as `waiver`.
    """
    found: dict[str, Charge] = {}
    for benefit in running(state):
        money = decided(benefit, ended_on, cause, **more)
        if money.outcome in _STATES:
            charge_id = benefit_charge_id(state, benefit)
            found[charge_id] = Charge(
                charge_id=charge_id,
                code=CODE,
                state=_STATES[money.outcome],
                due_on=money.data.get("due_on"),
                articles=list(money.articles),
                **money.data["fee"],
            )
    return found


def not_raised(state: ContractState, ended_on: date, cause: fee.Cause, **more: Any) -> dict[str, Charge]:
    """Fees of benefits that were recorded only after the end or the change had been asked for, by id."""
    return {key: each for key, each in planned(state, ended_on, cause, **more).items() if key not in state.charges}


def left(state: ContractState, changed_on: date) -> dict[str, Any]:
    """Benefits end with the course they were given for; what they cost then is decided once (W-12.2p)."""
    return {str(each["benefit_id"]): {**each, "over_on": changed_on.isoformat()} for each in running(state)}


def watched_until(state: ContractState, charge_id: str, changed_on: date) -> date | None:
    """The last day of the watch over a benefit's suspended fee (W-12.6c, A-35); None where it is no such fee."""
    for each in state.benefits.values():
        if benefit_charge_id(state, each) == charge_id:
            return fee.watch_until(date.fromisoformat(each["end_on"]), changed_on)
    return None


def benefit_charge_id(state: ContractState, benefit: Mapping[str, Any]) -> str:
    """The id of the fee of one benefit, the same whatever raises it: it is owed once."""
    return f"{state.contract_id}-B-{benefit['benefit_id']}"


def settled(state: ContractState, ended_on: date, **more: Any) -> tuple[dict[str, Charge], list[Decision]]:
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
        money = decided(benefit, ended_on, "cancellation", **more)
        if present is None and money.outcome != "due":
            continue
        charges[charge_id] = Charge(
            charge_id=charge_id,
            code=CODE,
            state="due" if money.outcome == "due" else "waived",
            due_on=money.data.get("due_on"),
            articles=list(money.articles),
            **money.data["fee"],
        )
        rulings.append(money)
    return charges, rulings
