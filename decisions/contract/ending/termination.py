"""Termination (解除) by NTT-ME, on its own date (W-10.7, W-12.3c)."""

from __future__ import annotations

from datetime import date

from decisions.contract.changed import Values
from decisions.contract.course import pending
from decisions.contract.ending.ahead import on_last_day
from decisions.contract.ids import END, end_item
from decisions.contract.line import choice
from decisions.contract.money.fee import fee_data, fee_decision, planned_charges
from decisions.contract.parts import Parts
from decisions.domain import Context, Outgoing, Step
from models.messages.contract.changes import Terminate
from models.messages.contract.contract import ContractState
from rules.calendar import japan_day
from rules.citation import Decision, edition
from rules.refusal import Refusal


def terminate(state: ContractState, command: Terminate, context: Context) -> list[Step]:
    """End the contract after a last day of the operator's choosing; a fee inside a term is planned (W-12.3c, X-05).

    Raises:
        Refusal: `BEFORE_SERVICE_START`, `BEFORE_LAST_CHANGE`, or `ENDS_EARLIER` where it ends by then anyway.
    """
    end_on = command.effective_on
    _check_day(state, end_on)
    today = japan_day(context.moment)
    last = on_last_day(state, end_on)
    money = fee_decision(last, end_on, "termination")
    rows = ("W-12.3c", "W-10.7") if state.chapter == 1 else ("W-10.7",)
    articles = tuple(dict.fromkeys((*rows, *money.articles, "X-05")))
    free, gone = pending.dropped_by_end(state, end_on)
    charges = planned_charges(state, money, end_on, "termination")
    item = end_item(end_on, list(articles), undoable=False, label="解除")
    data = fee_data(money, last)
    detail = f"The contract is terminated and in force to the end of {end_on}. {money.detail}"
    decision = Decision("accepted", articles, end_on, edition(today), detail, data)
    notice = Outgoing("notice", "termination", {"end_on": end_on.isoformat(), **data})
    values: Values = {"end_on": end_on, "end_reason": "termination", **free}
    parts = leaving(state, today) + Parts(values, {"agenda": {END: item}, "charges": charges}, gone, (notice,))
    return [
        Step(
            "terminate",
            decision,
            parts.patch(),
            move="terminate",
            state_from=min(today, end_on),
            outgoing=parts.outgoing,
        )
    ]


def leaving(state: ContractState, on: date) -> Parts:
    """What an end of another kind takes off: an open choice, and what an earlier notice planned.

    Fees of a change stay: an operator let them stand, and the change itself decides what becomes of them.
    """
    planned = [key for key, each in state.charges.items() if each.state == "planned" and key not in state.fee_days]
    return choice.closing(state, "lapsed", on) + Parts(drop={"charges": planned})


def _check_day(state: ContractState, end_on: date) -> None:
    if state.service_start_on is not None and end_on < state.service_start_on:
        detail = f"{end_on} lies before the service start on {state.service_start_on}; withdraw or correct it instead."
        raise Refusal(
            "BEFORE_SERVICE_START", detail, ("W-12.3c",), values={"on": end_on, "started_on": state.service_start_on}
        )
    last = state.course_history[-1].from_on if len(state.course_history) > 1 else None
    if last is not None and end_on < last:
        raise Refusal(
            "BEFORE_LAST_CHANGE", f"The contract changed its course on {last}.", ("W-12.3c",), values={"on": last}
        )
    if state.state == "ending" and state.end_on is not None and state.end_on <= end_on:
        raise Refusal(
            "ENDS_EARLIER", f"The contract ends on {state.end_on} already.", ("W-10.7",), values={"on": state.end_on}
        )
