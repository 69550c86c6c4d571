"""Yen with consumption tax by date of supply (W-99.4, X-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules import terms


@dataclass(frozen=True)
class Money:
    """An amount in yen: tax-exclusive, its consumption tax, and both together."""

    amount: int
    tax: int
    total: int

    def as_json(self) -> dict[str, int]:
        """`{"amount", "tax", "total"}`."""
        return {"amount": self.amount, "tax": self.tax, "total": self.total}


def with_tax(amount: int, supplied_on: date) -> Money:
    """Add the tax of the day of supply, rounded down (W-99.4, X-07, A-37: the rounding is a dated parameter).

    Args:
        amount: yen, tax-exclusive; below 0 it mirrors the same amount above.
        supplied_on: the Japan day of supply; for a cancellation fee the last day on the contract (A-37).

    Raises:
        DatedError: no rate is known for that day.
    """
    hundredths = abs(amount) * terms.dated("tax.rate_percent", int).on(supplied_on)
    added = {"floor": 0, "half_up": 50, "ceiling": 99}[terms.dated("tax.rounding", str).on(supplied_on)]
    tax = (hundredths + added) // 100
    tax = tax if amount >= 0 else -tax
    return Money(amount, tax, amount + tax)


def untaxed(amount: int) -> Money:
    """An amount that carries no tax of ours, such as a passed-through charge (W-24.1)."""
    return Money(amount, 0, amount)
