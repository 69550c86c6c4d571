"""A member whose facts are keyed in in any order, driven through the pure engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from decisions.membership.parts import LEDGER
from models.messages.club.membership import MembershipState
from rules.calendar import JST

LINE = {
    "operator": "EAST",
    "service_type": "NEXT_FAMILY",
    "service_class": "FAMILY",
    "in_use_since": "2016-04-12",
}

NOTICE = {"by": "customer"}
"""Of a notice: the customer asked NTT for it."""


def at(text: str) -> datetime:
    """A moment of Japan time: `2022-05-01T09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


class Member:
    """One membership and the orders it gave to the ledger."""

    def __init__(self, life: Any) -> None:
        """Nothing has happened yet."""
        self.life = life
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.letters: list[tuple[str, dict[str, Any]]] = []
        self.refused: Any = None
        self.told: dict[str, Any] = {}

    def join(self, applied: str = "2022-05-01T09:00", keyed: str | None = None, **line: Any) -> Member:
        """Apply, and key it in then or later."""
        facts = {"member_id": "M1", "line_key": "L1", "applied_at": at(applied), "line": {**LINE, **line}}
        return self.ask("register", keyed or applied, **facts)

    def notice(self, kind: str, on: str, keyed: str, **details: Any) -> Member:
        """NTT tells something of the line."""
        return self.ask("line_notice", keyed, notice_id=f"{kind}/{on}", kind=kind, effective_on=on, details=details)

    def ask(self, name: str, moment: str, **fields: Any) -> Member:
        """Any command."""
        return self._keep(self.life.ask(name, at(moment), **fields))

    def approve(self, moment: str) -> Member:
        """An operator approves what waits, if anything does."""
        for held_id in list(self.now.awaiting):
            self.ask("decide_revision", moment, held_id=held_id, accept=True)
        return self

    def wait(self, moment: str) -> Member:
        """Let timers fire."""
        return self._keep(self.life.pass_to(at(moment)))

    def _keep(self, outcome: Any) -> Member:
        self.refused = outcome.refused
        self.told = outcome.answer.decision if outcome.answer else {}
        self.letters += [
            (letter.name, {key: value for key, value in letter.data.items() if key not in {"member_id", "ends_on"}})
            for _, letter in outcome.outgoing
            if letter.channel == "notice"
        ]
        self.orders += [(order.name, order.data) for _, order in outcome.outgoing if order.channel == LEDGER]
        return self

    @property
    def now(self) -> MembershipState:
        """The typed state."""
        state: MembershipState = self.life.now
        return state

    def renewals(self) -> dict[str, tuple[str, list[str]]]:
        """State and reasons by term end month."""
        return {key: (each.state, each.reasons) for key, each in self.now.renewals.items()}


def months(member: Member) -> list[str]:
    """Usage months that were ordered, in their order."""
    return [order["usage_month"] for name, order in member.orders if name == "grant" and "usage_month" in order]
