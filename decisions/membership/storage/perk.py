"""The storage perk when a membership ends: the flag goes off, the capacity stays for a while (M-07.3, M-07.4, A-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from decisions.domain import Context, Outgoing
from models.messages.club.membership import PROGRAMME_END, MembershipState, Storage
from models.messages.entity import AgendaItem
from rules.calendar import end_of
from rules.club import reversion, storage

REVERT = "storage_revert"
"""In the agenda: the moment at which the capacity returns to the plan's own."""


@dataclass(frozen=True)
class PerkOff:
    """What an end means for the storage; part of the entry that ends the membership."""

    storage: Storage
    agenda: dict[str, AgendaItem] = field(default_factory=dict)
    outgoing: tuple[Outgoing, ...] = ()


def perk_off(state: MembershipState, ended_on: date, context: Context) -> PerkOff:
    """The perk is off from `ended_on` on; the capacity returns at the end of the next month (M-07.3, M-07.4).

    Whom a support service keeps whole loses the flag only (M-07.7). Whoever left or lost the line is told what to do
    until then; the end of the programme itself was announced and advised before (M-07.6).
    """
    _ = context
    off = planned(state.storage, ended_on)
    known = state.agenda.get("end")
    announced = known is not None and known.data.get("cause") == PROGRAMME_END
    letter = () if announced or off.reverts_on is None else (advice(off, ended_on),)
    return PerkOff(off, revert_agenda(off), letter)


def planned(kept: Storage, ended_on: date) -> Storage:
    """The storage once the perk has gone off on a day, as the support services stand (M-07.7, A-08).

    Reversion is the end of the month after the later of `ended_on` and the last day of a support service; one that
    runs on the day of the test keeps the capacity until it ends.
    """
    ends = [each.ended_on for each in kept.support.values() if each.ended_on is not None]
    reverts_on = reversion.reverts_on(ended_on, max(ends, default=None))
    tested_on = reversion.support_tested_on(ended_on, max(ends, default=None))
    runs = any(each.active and (each.since is None or each.since <= tested_on) for each in kept.support.values())
    return kept.model_copy(
        update={
            "state": "reverted" if kept.state == "reverted" else "exempt" if runs else "off_grace",
            "perk_off_on": ended_on,
            "reverts_on": None if runs else reverts_on,
        }
    )


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


def advice(off: Storage, ended_on: date) -> Outgoing:
    """The letter that asks a member to act before the capacity reverts (M-07.6)."""
    reverts_on = off.reverts_on or ended_on
    data = {
        "ended_on": ended_on,
        "advise_by": reverts_on,
        "reverts_on": reverts_on,
        "perk_gb": f"{storage.perk_gb(ended_on).normalize():f}",
        "capacity_gb": f"{plan_gb(off, reverts_on).normalize():f}",
    }
    return Outgoing("notice", "storage_advice", data)
