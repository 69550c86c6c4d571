"""Contracts, their filings and their money."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, Field

from api.wire.shapes.common import Ahead, Awaiting, Begun, DecisionShown, Money, Shown, Task


class ContractBegun(Begun):
    """What an application began; a dry run has no ids and answers 200."""

    contract_id: str | None
    workflow_id: str | None
    decision: DecisionShown


class ContractSummary(Shown):
    """What a list and the contract itself tell."""

    contract_id: str
    workflow_id: str
    state: str
    chapter: int | None
    course: str
    operator: str | None
    line_id: str | None
    applied_on: date | None
    service_start_on: date | None
    end_on: date | None


class ContractRow(ContractSummary):
    """A contract in a list."""

    needs_operator: bool
    next_action_at: AwareDatetime | None


class ContractPage(Shown):
    """Contracts."""

    items: list[ContractRow]
    next_cursor: str | None


class CourseFrom(Shown):
    """A course a contract was on."""

    course: str
    from_on: date
    reason: str


class ContractShown(ContractSummary):
    """One contract."""

    minimum_term: dict[str, Any] | None
    end_reason: str | None
    payment_agency: dict[str, Any] | None
    watch: dict[str, Any] | None
    choice: dict[str, Any] | None
    pending_course_change: dict[str, Any] | None
    course_history: list[CourseFrom]
    filing_id: str | None
    agenda: list[Ahead]
    allowed: list[str]
    courses: dict[str, list[str]] = Field(default={})
    """Command, such as `request_course_change`, → the courses it would be granted for now; empty of a day past."""
    needs_operator: list[Task]
    awaiting: list[Awaiting]
    billed_party: str


class Charge(Shown):
    """A charge."""

    charge_id: str
    code: str
    money: Money
    state: str
    due_on: date | None
    articles: list[str]


class ChargePage(Shown):
    """Charges."""

    items: list[Charge]
    next_cursor: str | None


class Payable(Shown):
    """A row of what is owed to NTT, yen with NTT's tax."""

    entry_id: int
    area: str
    contract_id: str
    month: str
    code: str
    amount: int
    reverses: int | None
    line_charge_id: str
    articles: list[str]
    at: AwareDatetime


class PayablePage(Shown):
    """Rows of what is owed to NTT, and their sum over all pages."""

    items: list[Payable]
    total: int
    next_cursor: str | None


class Statement(Shown):
    """A monthly statement."""

    statement_id: str
    month: str
    due_on: date
    state: str
    money: Money
    paid: int
    owed: int
    items: list[dict[str, Any]]


class StatementPage(Shown):
    """Statements, the earliest month first."""

    items: list[Statement]
    next_cursor: str | None


class Filing(Shown):
    """An agency filing."""

    filing_id: str
    workflow_id: str
    contract_id: str
    state: str
    operator: str
    sequence: int
    work_on: date | None
    opened_on: date | None
    line_id: str | None
    defects: list[str]
    needs_operator: list[Task]


class Taken(Shown):
    """What became of a message of NTT."""

    status: str
