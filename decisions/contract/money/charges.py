"""Charges as a ruling on a fee makes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from models.messages.contract.contract import ContractState
from models.messages.entity import Charge
from rules.charges.fee_amount import last_day_on_contract
from rules.citation import Decision
from rules.money import Money

Code = Literal["termination_fee", "benefit_fee"]
State = Literal["planned", "due", "paid", "waived", "watched", "needs_operator"]


def charge_of(money: Decision, *, charge_id: str, code: Code, state: State, benefit_id: str | None = None) -> Charge:
    """The charge a ruling on a fee raises."""
    fee = fee_of(money)
    return Charge(
        charge_id=charge_id,
        code=code,
        amount=fee.amount,
        tax=fee.tax,
        total=fee.total,
        state=state,
        due_on=due_on(money),
        articles=list(money.articles),
        benefit_id=benefit_id,
    )


def fee_of(money: Decision) -> Money:
    """The amount of a ruling on a fee."""
    return Money(**money.data["fee"])


def due_on(money: Decision) -> date | None:
    """The Japan day, inclusive, by which the fee of a ruling is to be paid; None where none falls due."""
    told: str | None = money.data.get("due_on")
    return date.fromisoformat(told) if told else None


def money_of(charge: Charge) -> Money:
    """The amount of a charge."""
    return Money(charge.amount, charge.tax, charge.total)


OWED = frozenset({"planned", "due", "paid", "needs_operator"})
"""States of a charge that the contractor pays, or would."""


def occasion(state: ContractState, charge_ids: Iterable[str]) -> dict[str, str]:
    """What a letter about fees says of the day that raised them (A-37).

    Of a change of course its day and the last day on the old course, which decides the tax; of the others the last day
    of the contract, where it ends. A contract that goes on has no last day.
    """
    ids = list(charge_ids)
    changed = max((state.fee_days[key] for key in ids if key in state.fee_days), default=None)
    told: dict[str, str] = {}
    if changed is not None:
        last = last_day_on_contract(changed, change=True)
        told = {"change_on": changed.isoformat(), "last_on": last.isoformat()}
    if state.end_on is not None and any(key not in state.fee_days for key in ids):
        told["end_on"] = state.end_on.isoformat()
    return told
