"""On which day a cancellation fee is looked up and taxed, and what an initial cancellation makes of it (A-30, A-37)."""

from __future__ import annotations

from datetime import date, timedelta

from rules import terms
from rules.money import Money, untaxed, with_tax


def last_day_on_contract(ended_on: date, *, change: bool) -> date:
    """The day whose amount and tax a fee bears: the last one on the contract that ends (W-99.4, A-37).

    For a change of course that is the day before the change (a dated parameter), else the end itself.

    Args:
        ended_on: last day of the contract; for a course change the first day on the new course.
        change: whether it ends by a change of course.
    """
    if change and terms.dated("fee.last_day_of_change", str).on(ended_on) == "day_before":
        return ended_on - timedelta(days=1)
    return ended_on


def taxed_fee(amount: int, last_day: date) -> Money:
    """A cancellation fee with the tax of the last day on the contract, where fees are taxed (W-99.4, A-37).

    Args:
        amount: yen, tax-exclusive.
        last_day: see `last_day_on_contract`.

    Raises:
        DatedError: no tax rate is known for that day.
    """
    return with_tax(amount, last_day) if terms.dated("fee.taxed", bool).on(last_day) else untaxed(amount)


def amount_of_initial_cancellation(amount: int, last_day: date) -> int:
    """What an initial cancellation makes of a fee that exists: it takes its place (W-12.4, A-30)."""
    own = terms.dated("fee.initial_cancellation_amount", int).on(last_day)
    return amount + own if terms.dated("fee.initial_cancellation_effect", str).on(last_day) == "added_to_fee" else own
