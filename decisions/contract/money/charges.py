"""Charges as a ruling on a fee makes them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.messages.entity import Charge
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
