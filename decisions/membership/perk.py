"""The storage perk when a membership ends: the flag goes off, the capacity stays for a while (M-07.3, M-07.4, A-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from decisions.domain import Context, Outgoing
from models.messages.entity import AgendaItem
from models.messages.membership import MembershipState, Storage
from rules import storage


@dataclass(frozen=True)
class PerkOff:
    """What an end means for the storage; part of the entry that ends the membership."""

    storage: Storage
    agenda: dict[str, AgendaItem] = field(default_factory=dict)
    outgoing: tuple[Outgoing, ...] = ()


def perk_off(state: MembershipState, ended_on: date, context: Context) -> PerkOff:
    """The perk is off from `ended_on` on; the capacity returns at the end of the next month (M-07.3, M-07.4)."""
    _ = context
    changed = {"state": "off_grace", "perk_off_on": ended_on, "reverts_on": storage.reverts_on(ended_on)}
    return PerkOff(state.storage.model_copy(update=changed))
