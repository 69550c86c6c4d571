"""What a look-up would find, for decisions that are run without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from decisions.contract.facts import (
    BilledItem,
    ImportKnown,
    InquiryKnown,
    LineKnown,
    PaymentsKnown,
    StatementsKnown,
    WorkDayKnown,
)
from decisions.domain import Domain
from decisions.exchange.facts import OutcomeKnown, SendKnown
from decisions.membership.facts import BalanceKnown, EntryKnown, GrantedKnown
from decisions.membership.facts import LineKnown as MemberLineKnown
from models.messages.contract.rollout import RolloutStep
from rules.club.program import Plan, notice_plan

_USUAL: dict[type, dict[str, Any]] = {
    LineKnown: {"line_taken": False, "from_on": None},
    ImportKnown: {"line_taken": False, "from_on": None, "ended": None},
    WorkDayKnown: {"filing_work_on": None},
    StatementsKnown: {"statement": None},
    PaymentsKnown: {"payment": None},
    InquiryKnown: {"filing": None, "note": None},
    EntryKnown: {"line_known": True, "line_taken": False, "former_member": False, "booked_renewals": ()},
    MemberLineKnown: {"line_taken": False},
    BalanceKnown: {"balance": 0, "forfeited": None},
    GrantedKnown: {"granted": 0},
    SendKnown: {"request": None, "session": None, "purse": None, "stock": 0},
    OutcomeKnown: {"item_name": None, "purse": None, "asked_of_member": frozenset()},
}


def looked_up(domain: Domain[Any], name: str, given: Mapping[str, Any]) -> Any:
    """The facts of one command, of its handler's type: as given, otherwise the usual."""
    kind = domain.commands[name].facts
    if kind is None:
        return None
    usual = _USUAL.get(kind, {})
    if kind in {SendKnown, OutcomeKnown}:
        usual = {"plan": notice_plan(), **usual}
    return kind(**{**usual, **{key: value for key, value in given.items() if not usual or key in usual}})


@dataclass
class Standing:
    """What any decision may ask."""

    statements: list[str] = field(default_factory=list)
    program: Plan = field(default_factory=notice_plan)

    owed_back: int = 0
    left_to_bill: bool = False
    months_billed: dict[str, str] = field(default_factory=dict)
    items_billed: list[BilledItem] = field(default_factory=list)
    line_has_another: bool = False
    months_booked: dict[str, int] = field(default_factory=dict)
    rollouts_begun: list[RolloutStep] = field(default_factory=list)

    def rollouts(self) -> list[RolloutStep]:
        """Rollouts that have begun, the contract's part of each."""
        return self.rollouts_begun

    months_imported: dict[str, int] = field(default_factory=dict)
    days_spent: list[date] = field(default_factory=list)

    def booked_months(self, member_id: str) -> dict[str, int]:
        """Points granted for months of use."""
        _ = member_id
        return self.months_booked

    def imported_months(self, member_id: str) -> dict[str, int]:
        """Those of them that an import brought along."""
        _ = member_id
        return self.months_imported

    def spent_on(self, member_id: str) -> list[date]:
        """Days on which points were spent."""
        _ = member_id
        return self.days_spent

    def refundable(self) -> int:
        """As much as is owed back: nothing waits to be billed."""
        return self.credit()

    def credit(self) -> int:
        """Yen the contractor is owed back."""
        return self.owed_back

    def unbilled(self) -> bool:
        """Whether the next statement bills something or takes something back."""
        return self.left_to_bill

    def owed_statements(self) -> list[str]:
        """Statements still to be paid."""
        return self.statements

    def billed_months(self) -> dict[str, str]:
        """Charge ids of monthly fees on statements, by month."""
        return self.months_billed

    def billed_items(self) -> list[BilledItem]:
        """Items on statements that stand."""
        return self.items_billed

    def line_taken(self, line_key: str, first: date, until: date | None) -> bool:
        """Whether another contract holds the line on some of those days."""
        _ = (line_key, first, until)
        return self.line_has_another

    def plan(self) -> Plan:
        """The plan of the programme in force."""
        return self.program
