"""The storage perk when a membership ends: the flag goes off, the capacity stays for a while (M-07.3, M-07.4, A-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from decisions.domain import Outgoing
from models.messages.club.membership import PROGRAMME_END, MembershipState, Storage, Support, SupportTold
from models.messages.entity import AgendaItem
from rules.calendar import end_of, japan_day
from rules.club import reversion, storage
from rules.club.reversion import Running, ServiceTold

ADVICE = "storage_advice"
"""The letter that asks a member to act before the capacity reverts."""

REVERT = "storage_revert"
"""In the agenda: the moment at which the capacity returns to the plan's own."""


@dataclass(frozen=True)
class PerkOff:
    """What an end means for the storage; part of the entry that ends the membership."""

    storage: Storage
    agenda: dict[str, AgendaItem] = field(default_factory=dict)
    outgoing: tuple[Outgoing, ...] = ()


def perk_off(state: MembershipState, ended_on: date, known_on: date | None = None) -> PerkOff:
    """The perk is off from `ended_on` on; the capacity returns at the end of the next month (M-07.3, M-07.4).

    Whom a support service keeps whole loses the flag only (M-07.7). Whoever left or lost the line is told what to do
    until then; the end of the programme itself was announced and advised before, but to nobody who was taken over
    after it (M-07.6).

    Args:
        state: the membership.
        ended_on: its last day.
        known_on: the day on which that became known, where it was too late for the advice (`known_late`).
    """
    off = planned(state.storage, ended_on, known_on)
    known = state.agenda.get("end")
    taken_over = state.imported is not None and state.imported.on > ended_on
    announced = known is not None and known.data.get("cause") == PROGRAMME_END and known_on is None and not taken_over
    letter = () if announced or off.state != "off_grace" else (advice(off, ended_on),)
    return PerkOff(off, revert_agenda(off), letter)


def planned(kept: Storage, ended_on: date, known_on: date | None = None) -> Storage:
    """The storage once the perk has gone off on a day, as the support services stand (M-07.7, A-08).

    One that runs on the day of the test keeps the capacity until it ends. Where the reversion became known too late
    for the advice, it waits (`rules.club.reversion.is_late`).
    """
    reverts_on = reversion.returns_on(ended_on, running(kept), known_on)
    runs = reverts_on is None
    return kept.model_copy(
        update={
            "state": "reverted" if kept.state == "reverted" else "exempt" if runs else "off_grace",
            "perk_off_on": ended_on,
            "reverts_on": reverts_on,
            "known_on": None if runs else known_on,
        }
    )


def known_late(before: Storage, after: Storage, ended_on: date, today: date) -> date | None:
    """The day on which it became known when the capacity reverts, where that is too late for the advice (M-07.6, A-05).

    What was known of the same reversion before stays known since then, whatever else is told meanwhile.

    Args:
        before: the storage as it stands.
        after: with the support services as they are told now.
        ended_on: the last day of the membership as it is told now.
        today: the Japan day of the telling.
    """
    legal = reversion.returns_on(ended_on, running(after))
    if legal is None:
        # A service keeps it by its legal day; should it not by a later one, this is when that was known.
        return None
    if before.state == "reverted" and legal < today:
        return before.known_on
    if before.state == "off_grace" and before.perk_off_on is not None:
        was = reversion.returns_on(before.perk_off_on, running(before))
        if was == legal:
            return before.known_on
    return today if reversion.is_late(legal, today) else None


def still_lowered(kept: Storage, ended_on: date, known_on: date | None, now: datetime) -> bool:
    """Whether a capacity that was lowered would have been by now, by all that is known (M-07.4, M-07.7, A-08).

    Args:
        kept: the storage, with the support services as they are told now.
        ended_on: the last day of the membership.
        known_on: the day on which the reversion became known, where that was late.
        now: the business moment.
    """
    day = reversion.returns_on(ended_on, running(kept), known_on)
    return day is not None and end_of(day) <= now


def raised(kept: Storage, state: Literal["on", "off_grace"]) -> Storage:
    """The storage of which the capacity is to be the larger one again; files that are gone stay gone (M-07.7, A-08)."""
    told = told_gb(kept)
    return kept.model_copy(
        update={
            "state": state,
            "reverts_on": None,
            "reverted_at": None,
            "deleted_files": 0,
            "set_gb": None if told is None else f"{told.normalize():f}",
        }
    )


def told_gb(kept: Storage) -> Decimal | None:
    """GB that the storage service was told last; None where it was told nothing."""
    if kept.set_gb is not None:
        return Decimal(kept.set_gb)
    if kept.state == "reverted" and kept.reverts_on is not None:
        return kept_gb(kept, kept.reverts_on)
    return None


def capacity_gb(kept: Storage, day: date) -> Decimal:
    """GB that are usable on a Japan day: the plan's, with the increase until it has gone (M-07.2, A-06)."""
    plan = plan_gb(kept, day)
    if kept.state == "reverted":
        return plan
    off_on = kept.perk_off_on if kept.state == "off_grace" else None
    falls_on = reversion.limit_falls_on(off_on, running(kept), kept.known_on) if off_on is not None else None
    return storage.capacity_gb(plan, day, falls_on)


def running(kept: Storage) -> list[Running]:
    """The days on which support services run."""
    return [time for each in kept.support.values() for time in times_of(told_of(each))]


def told_of(support: Support) -> list[SupportTold]:
    """Everything told of a service; of an older log what its three fields leave of it."""
    if support.told:
        return support.told
    since, ended_on = support.since, support.ended_on
    found = [] if ended_on is None else [SupportTold(active=False, on=ended_on)]
    if since is not None or support.active:
        found.append(SupportTold(active=True, on=since or date.min))
    return sorted(found, key=lambda each: (each.on, each.active))


def times_of(told: Sequence[SupportTold]) -> tuple[Running, ...]:
    """The days on which a service runs by what was told of it."""
    return reversion.running(ServiceTold(each.active, each.on, each.ahead) for each in told)


def revert_agenda(kept: Storage) -> dict[str, AgendaItem]:
    """The moment of the reversion, 00:00 of the day after it (A-05); nothing while it is kept."""
    if kept.state != "off_grace" or kept.reverts_on is None:
        return {}
    item = AgendaItem(
        item_id=REVERT,
        event=REVERT,
        at=end_of(kept.reverts_on),
        on=kept.reverts_on,
        articles=["M-07.4", "M-07.5"],
        label=f"増量前の容量に戻す {kept.reverts_on}",
    )
    return {REVERT: item}


def plan_gb(kept: Storage, day: date) -> Decimal:
    """GB of the plan without the increase on a Japan day (M-07.2)."""
    known = kept.plan_on(day)
    return Decimal(known) if known is not None else storage.plan_default_gb()


def kept_gb(kept: Storage, reverts_on: date) -> Decimal:
    """GB that stay after a reversion day: the plan's of the moment at which files are deleted (M-07.6, A-05)."""
    return plan_gb(kept, japan_day(end_of(reverts_on)))


def advice(off: Storage, ended_on: date) -> Outgoing:
    """The letter that asks a member to act before the capacity reverts (M-07.6)."""
    reverts_on = off.reverts_on or ended_on
    data = {
        "ended_on": ended_on,
        "advise_by": reverts_on,
        "reverts_on": reverts_on,
        "perk_gb": f"{storage.perk_gb(ended_on).normalize():f}",
        "capacity_gb": f"{kept_gb(off, reverts_on).normalize():f}",
    }
    return Outgoing("notice", ADVICE, data)
