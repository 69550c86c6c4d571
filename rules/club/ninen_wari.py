"""The two-year discounts (にねん割) of a line by all that NTT told of them, in any order (M-03.1, M-03.6, M-03.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from rules.calendar import Month
from rules.club.booking import window
from rules.club.renewal import decided_on, first_term_starts_on, lost_until, term_end_month

RENEWALS_MAX = 100
"""Renewals looked through; two hundred years."""


@dataclass(frozen=True)
class Told:
    """One fact about にねん割."""

    started: bool
    """Whether it began, or was cancelled (解約)."""
    on: date
    """The Japan day NTT named."""


@dataclass(frozen=True)
class Discount:
    """One contract of にねん割, renewed every two years until it ends."""

    started_on: date
    """The first day of its first term, always the first of a month (M-03.8)."""
    ended_on: date | None = None
    """The day it was cancelled, or another one began in its place; None while it runs."""
    replaced: bool = False
    """Whether another one took its place."""


@dataclass(frozen=True)
class Renewal:
    """One renewal of a discount on which a bonus may rest (M-03.1)."""

    end_month: Month
    lost: str | None = None
    """Why the discount renewed nothing: `NINEN_WARI_CANCELLED` or `NINEN_WARI_REPLACED` (M-03.6); None: it did."""


def first_day_of_term(told_on: date) -> date:
    """The first day of the term: the day told where that is the first of a month, otherwise the next first (M-03.8)."""
    return told_on if told_on.day == 1 else first_term_starts_on(told_on)


def discounts(told: Iterable[Told]) -> tuple[Discount, ...]:
    """The discounts a line had, earliest first; the order in which they were told does not matter.

    By the days NTT named: a cancellation ends the discount that ran then, and none that began later; a start ends
    the one before it. Of one day the cancellation counts first, as for a discount taken anew, unless nothing ran.
    """
    found: list[Discount] = []
    idle_cancellation: date | None = None
    for fact in sorted(set(told), key=lambda each: (each.on, each.started)):
        runs = bool(found) and found[-1].ended_on is None
        if not fact.started:
            if runs:
                found[-1] = replace(found[-1], ended_on=fact.on)
            else:
                idle_cancellation = fact.on
            continue
        begins = first_day_of_term(fact.on)
        if found and found[-1].started_on == begins and runs:
            continue
        if runs:
            # On the day NTT named, not with the next term: two never run beside each other.
            found[-1] = replace(found[-1], ended_on=fact.on, replaced=True)
        found.append(Discount(begins, fact.on if idle_cancellation == fact.on else None))
    return tuple(found)


def of_end_month(found: Iterable[Discount], end_month: Month) -> Discount | None:
    """The discount of which a term ends in a month; one that renewed then goes before one that did not."""
    having = [each for each in found if any(month == end_month for month in _end_months(each, end_month))]
    kept = [each for each in having if each.ended_on is None or each.ended_on > lost_until(end_month)]
    return kept[0] if kept else having[-1] if having else None


def renewals(found: Iterable[Discount], registered_on: date, today: date, last: Month | None) -> dict[Month, Renewal]:
    """The renewals that concern a membership: those decided by a day and the next one ahead (M-03.1, M-03.6 to M-03.8).

    Args:
        found: the discounts of its line.
        registered_on: the day of registration; renewals whose window was over by then are not the member's (M-03.7).
        today: the Japan day asked about.
        last: the last term end month with a bonus, once that is announced; the first one after it is the last named.
    """
    by_month: dict[Month, Renewal] = {}
    for discount in found:
        for month in _end_months(discount, None):
            if window(month).to_on < registered_on:
                continue
            lost = _lost(discount, month)
            if month not in by_month or by_month[month].lost is not None:
                by_month[month] = Renewal(month, lost)
            if lost is not None or decided_on(month) > today or (last is not None and month > last):
                break
    return by_month


def _lost(discount: Discount, month: Month) -> str | None:
    if discount.ended_on is None or discount.ended_on > lost_until(month):
        return None
    return "NINEN_WARI_REPLACED" if discount.replaced else "NINEN_WARI_CANCELLED"


def _end_months(discount: Discount, through: Month | None) -> Iterator[Month]:
    """Term end months of a discount, earliest first, as far as it goes; `through` ends the search."""
    for index in range(RENEWALS_MAX):
        month = term_end_month(discount.started_on, index)
        if through is not None and month > through:
            return
        yield month
        if _lost(discount, month) is not None:
            return
