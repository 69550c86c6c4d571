"""When the increased storage returns to its own size (増量特典, M-07.4, M-07.6; A-05, A-06, A-08)."""

from __future__ import annotations

from datetime import date

from rules import terms
from rules.calendar import Month


def counted_from(ended_on: date, support_ended_on: date | None = None) -> date:
    """The day from which the reversion is counted: the later of the end and the last support service's end (A-08).

    Args:
        ended_on: leave day, day of becoming ineligible, or programme end.
        support_ended_on: the end of the last support service, None if there was none.
    """
    alone = terms.dated("club.storage_counts_from").on(ended_on) == "end"
    return ended_on if support_ended_on is None or alone else max(ended_on, support_ended_on)


def reverts_on(ended_on: date, support_ended_on: date | None = None) -> date:
    """The day at whose end the capacity returns to the plan's own (M-07.4, A-05, A-08).

    Args:
        ended_on: leave day, day of becoming ineligible, or programme end.
        support_ended_on: the end of the last support service, None if there was none.

    Returns:
        the last day of the month after the later of both; the work is due at 00:00 JST of the next day (A-05).
    """
    day = counted_from(ended_on, support_ended_on)
    if terms.dated("club.storage_reverts").on(day) == "same_day":
        return day
    return Month.of(day).plus(1).last_day


def limit_falls_on(ended_on: date, support_ended_on: date | None = None) -> date:
    """The last day of the larger usable size: the reversion day (A-06, a dated parameter)."""
    if terms.dated("club.storage_limit_falls").on(ended_on) == "with_the_perk":
        return counted_from(ended_on, support_ended_on)
    return reverts_on(ended_on, support_ended_on)


def support_tested_on(ended_on: date, support_ended_on: date | None = None) -> date:
    """The day on which a running support service keeps the increase: the reversion day (M-07.7, A-08)."""
    if terms.dated("club.support_tested").on(ended_on) == "at_end":
        return ended_on
    return reverts_on(ended_on, support_ended_on)
