"""When the increased storage returns to its own size (増量特典, M-07.4, M-07.6; A-05, A-06, A-08)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules import terms
from rules.calendar import Month


@dataclass(frozen=True)
class Running:
    """Days on which a support service runs (M-07.7)."""

    since: date | None
    """Its first day; None: from before anything was told of it."""
    ended_on: date | None
    """Its last day, inclusive; None: it goes on."""


@dataclass(frozen=True)
class ServiceTold:
    """What was told of one service once."""

    active: bool
    """Whether it begins on the day, or ends on it."""
    on: date
    """Its first day, or its last one, inclusive."""
    ahead: bool = False
    """Told before that day: it may yet come to nothing."""


def running(told: Iterable[ServiceTold]) -> tuple[Running, ...]:
    """The days on which one service runs by all that was told of it, in whatever order it was told (M-07.7, A-08).

    An end belongs to the start before it; of several starts without an end between them the earliest counts, of
    several ends the latest. Where no start comes before an end, the service ran unseen until then; but where the end
    and the only start, after it, were both told ahead, the service was called off and never ran.

    Returns:
        the times it runs, earliest first; at most the last one goes on.
    """
    said = list(told)
    begun, over = {each.on for each in said if each.active}, {each.on for each in said if not each.active}
    unseen = sorted(day for day in over if day < min(begun, default=date.max))
    found: list[Running] = []
    since: date | None = None
    for day in sorted((begun | over).difference(unseen)):
        begins, ends = day in begun, day in over
        if since is not None:
            if ends and not begins:
                found.append(Running(since, day))
                since = None
        elif begins and ends:
            found.append(Running(day, day))
        elif begins:
            since = day
        else:
            found[-1] = Running(found[-1].since, day)
    if since is not None and not found and unseen and all(each.ahead for each in said):
        return ()
    if since is not None:
        found.append(Running(since, None))
    return (*((Running(None, unseen[-1]),) if unseen else ()), *found)


def counted_from(ended_on: date, support_ended_on: date | None = None) -> date:
    """The day from which the reversion is counted: the later of the end and the last support service's end (A-08).

    Args:
        ended_on: leave day, day of becoming ineligible, or programme end.
        support_ended_on: the end of the last support service, None if there was none.
    """
    alone = terms.dated("club.storage_counts_from", str).on(ended_on) == "end"
    return ended_on if support_ended_on is None or alone else max(ended_on, support_ended_on)


def reverts_on(ended_on: date, support_ended_on: date | None = None) -> date:
    """The day at whose end the capacity returns to the plan's own (M-07.4, A-05, A-08).

    Args:
        ended_on: leave day, day of becoming ineligible, or programme end.
        support_ended_on: the end of the last support service, None if there was none.

    Returns:
        the last day of the month after the later of both; the work is due at 00:00 JST of the next day (A-05).
    """
    return _grace(counted_from(ended_on, support_ended_on))


def _grace(day: date) -> date:
    """The end of the month after a day, or that day itself where the owner reads it so (M-07.4, A-05)."""
    if terms.dated("club.storage_reverts", str).on(day) == "same_day":
        return day
    return Month.of(day).plus(1).last_day


def advised_by(reverts_on: date) -> date:
    """The last day on which a member can be told of a reversion the usual time before it (M-07.6)."""
    return reverts_on - timedelta(
        days=terms.constant("club_runs.storage_advice_days", dict[str, int])["before_reversion"]
    )


def is_late(reverts_on: date, known_on: date) -> bool:
    """Whether a reversion became known too late for the advice before it, so that deletion waits (M-07.6, A-05).

    What is deleted is gone: where nobody could be told the usual time before, the grace of M-07.4 is counted from the
    day on which it became known (a dated parameter, by that day).

    Args:
        reverts_on: the reversion day by the rule.
        known_on: the day on which it became known that the capacity reverts on it.
    """
    return known_on > advised_by(reverts_on) and terms.dated("club.storage_late_end", str).on(known_on) != "legal_day"


def returns_on(ended_on: date, services: Iterable[Running] = (), late_on: date | None = None) -> date | None:
    """The day at whose end the capacity returns; None while a support service keeps it (M-07.4, M-07.7, A-05, A-08).

    A service is tested on its own days, those told ahead included: one that has begun by the reversion day and goes
    on keeps the increase, one that has ended since the end of the membership starts the month anew, and one that
    begins later or never ran changes nothing.

    Args:
        ended_on: leave day, day of becoming ineligible, or programme end.
        services: the days on which support services run.
        late_on: the day on which the reversion became known, where that was late (`is_late`): nothing is deleted
            before the grace counted from it is over. None: in time.
    """
    found = _tested(ended_on, services, late_on)
    return found[1] if found is not None else None


def limit_falls_on(ended_on: date, services: Iterable[Running] = (), late_on: date | None = None) -> date | None:
    """The last day of the larger usable size: the reversion day (A-06, a dated parameter); arguments as `returns_on`.

    Returns:
        that day, or where the owner reads it so the day on which the perk, or the last service that kept it, ended;
        None while a support service keeps it.
    """
    found = _tested(ended_on, services, late_on)
    if found is None:
        return None
    falls_with_perk = terms.dated("club.storage_limit_falls", str).on(ended_on) == "with_the_perk"
    return found[0] if falls_with_perk else found[1]


def _tested(ended_on: date, services: Iterable[Running], late_on: date | None) -> tuple[date, date] | None:
    """The day from which the reversion is counted, and its own; None while a service keeps the increase."""
    told, last = list(services), None
    while True:
        day = reverts_on(ended_on, last)
        if late_on is not None:
            day = max(day, _grace(late_on))
        alone = terms.dated("club.support_tested", str).on(ended_on) == "at_end"
        tested_on = ended_on if alone else day
        counted = ended_on if last is None else last
        kept = [
            each
            for each in told
            if (each.since is None or each.since <= tested_on) and (each.ended_on is None or each.ended_on > counted)
        ]
        if not kept:
            return counted_from(ended_on, last), day
        ends = [each.ended_on for each in kept if each.ended_on is not None]
        if len(ends) < len(kept):
            return None
        last = max(ends)
