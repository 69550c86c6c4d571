"""The calendar of WAKWAK billing: statements on the issue day, due dates looked at on the day after (W-24.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from decisions.program.schedule import Program, Run, Slot
from models.messages.program import CHECK_OVERDUE, ISSUE_STATEMENTS, WAKWAK_BILLING, ProgramState
from rules.calendar import Month
from rules.charges.billing import statement_dates
from rules.charges.payment_agency import decided_after


def _issue(month: Month) -> Slot:
    return Slot(str(month), statement_dates(month).issued_on)


def _first_issue(state: ProgramState, begins_on: date) -> Slot:
    """The month in which the programme begins is the first one billed."""
    _ = state
    return _issue(Month.of(begins_on))


def _next_issue(state: ProgramState, slot: Slot) -> Slot:
    _ = state
    return _issue(Month.parse(slot.period).plus(1))


def _check_of(month: Month) -> Slot:
    """The day after the due date of the month's statements and its grace: then what is unpaid is decided (W-24.3)."""
    on = decided_after(statement_dates(month).due_on) + timedelta(days=1)
    return Slot(on.isoformat(), on)


def _check_after_issue(state: ProgramState, period: str, counts: Mapping[str, int]) -> Mapping[str, Slot]:
    """Where nothing is to be paid there is nothing to look at."""
    _ = state
    return {CHECK_OVERDUE: _check_of(Month.parse(period))} if counts.get("open") else {}


def _check_again(state: ProgramState, period: str, counts: Mapping[str, int]) -> Mapping[str, Slot]:
    """What was left alone while a waiver is asked for (A-36) is looked at again after the next due date."""
    if not counts.get("suspended") or CHECK_OVERDUE in state.agenda:
        return {}
    on = Month.of(date.fromisoformat(period)).plus(1).first_day
    return {CHECK_OVERDUE: Slot(on.isoformat(), on)}


BILLING = Program(
    code=WAKWAK_BILLING,
    runs=(
        Run(
            event=ISSUE_STATEMENTS,
            activity=ISSUE_STATEMENTS,
            label="請求書の発行",
            articles=("W-10.7", "W-24.1", "W-99.4"),
            first=_first_issue,
            following=_next_issue,
            when_done=_check_after_issue,
        ),
        Run(
            event=CHECK_OVERDUE,
            activity=CHECK_OVERDUE,
            label="支払期日の確認",
            articles=("W-24.3", "W-11.3"),
            first=lambda _state, _on: None,
            following=lambda _state, _slot: None,
            when_done=_check_again,
        ),
    ),
)
