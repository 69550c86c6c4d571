"""What an operator decides about a fee that waited (W-12.3d, W-12.2p, A-33)."""

from __future__ import annotations

from dataclasses import replace

from decisions.contract.changed import patch
from decisions.contract.course import pending
from decisions.contract.money.charges import due_on, fee_of, money_of, occasion
from decisions.domain import Context, NotAllowedError, Outgoing, Step
from models.messages.contract.changes import DecideFee
from models.messages.contract.contract import ContractState
from rules.calendar import japan_day
from rules.charges import fee
from rules.citation import edition
from rules.refusal import Refusal


def decide_fee(state: ContractState, command: DecideFee, context: Context) -> list[Step]:
    """Let a waiting fee stand or drop it; before the day of its change it is planned, from then on due (W-12.3d).

    Raises:
        Refusal: `NO_SUCH_CHARGE`.
        NotAllowedError: `FEE_NOT_WAITING`, the charge waits for nobody.
    """
    charge = state.charges.get(command.charge_id)
    if charge is None:
        raise Refusal("NO_SUCH_CHARGE", "The contract has no charge under this id.", ("W-12.3d",))
    if charge.state != "needs_operator":
        message = f"The charge {charge.charge_id} is {charge.state}; it waits for nobody."
        raise NotAllowedError(
            message, code="FEE_NOT_WAITING", articles=("W-12.3d",), values={"charge": charge.charge_id}
        )
    today = japan_day(context.moment)
    ended_on = state.fee_days.get(charge.charge_id) or state.end_on or today
    money = money_of(charge)
    ruling = fee.operator_decision(money, ended_on, due=command.due)
    row = "W-12.2p" if charge.code == "benefit_fee" else "W-12.3d"
    articles = tuple(dict.fromkeys((row, *(each for each in ruling.articles if each != "W-12.3d"), "X-05")))
    waiting_change = pending.applied_for(state)
    ahead = waiting_change is not None and charge.charge_id in waiting_change.charges
    became = ("planned" if ahead else "due") if command.due else "waived"
    kept = {} if command.due else fee_of(ruling).as_json()
    decided = charge.model_copy(update={"state": became, "due_on": due_on(ruling), "articles": list(articles), **kept})
    waiting = [key for key, each in state.charges.items() if each.state == "needs_operator" and key != charge.charge_id]
    drop = {"tasks": [pending.FEE_TASK]} if pending.FEE_TASK in state.tasks and not waiting else {}
    data = {**ruling.data, "charge_id": charge.charge_id}
    decision = replace(ruling, articles=articles, effective_on=ended_on, edition=edition(ended_on), data=data)
    told = {"fee": money.as_json(), **occasion(state, [charge.charge_id])}
    notice = Outgoing("notice", "fee_waived", told)
    if command.due:
        notice = Outgoing("notice", "fee_due", {**told, "fee_due_on": ruling.data["due_on"], "code": charge.code})
    change = patch(put={"charges": {charge.charge_id: decided}}, drop=drop)
    return [Step("decide_fee", decision, change, state_from=today, outgoing=(notice,))]
