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
    """Add the tax of the day of supply, rounded down (W-99.4, X-07).

    Args:
        amount: yen, tax-exclusive.
        supplied_on: the Japan day of supply; for a cancellation fee the contract's end date (A-37).

    Raises:
        DatedError: no rate is known for that day.
    """
    tax = amount * int(terms.dated("tax.rate_percent").on(supplied_on)) // 100
    return Money(amount, tax, amount + tax)


def untaxed(amount: int) -> Money:
    """An amount that carries no tax of ours, such as a passed-through charge (W-24.1)."""
    return Money(amount, 0, amount)
