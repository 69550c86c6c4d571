"""Facts of decisions about contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from decisions.contract.facts import (
    BilledItem,
    FilingKnown,
    ImportKnown,
    InquiryKnown,
    LineKnown,
    PaymentKnown,
    PaymentsKnown,
    StatementKnown,
    StatementsKnown,
    WorkDayKnown,
)
from models.messages.contract.billing import AboutStatement, ReversePayment
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import Command
from models.tables.contract.filing import Filing
from models.tables.people import Line, Note
from rules.calendar import Month, japan_day
from store.billing import statements
from store.billing.owed import still_to_bill, unbilled
from store.database import business_now
from store.facts.shape import LookUps
from store.rollouts import begin_none, begun, ended_courses

_BILLED_ITEMS = """
select i.item_id, i.code, i.month, i.price_status as line_code, i.amount, i.tax, i.total,
  s.settled_on is not null as paid, s.due_on
from statement_item i join statement s using (statement_id)
where i.contract_id = :contract_id and i.code in ('monthly_basic', 'line_pass_through') and i.reverses is null
  and not exists (select from statement_item r where r.reverses = i.item_id)
order by i.month, i.item_id
"""


class Standing:
    """What any decision about a contract may ask; looked up where it is asked."""

    def __init__(self, session: Session, state: Mapping[str, Any], *, records: bool = False) -> None:
        """Bind the transaction and the contract; `records`: what is decided is written in it."""
        self._session = session
        self._records = records
        self._contract_id = str(state.get("contract_id") or "")

    def owed_statements(self) -> Sequence[str]:
        """Ids of the statements still to be paid (W-11.3, W-23.3)."""
        return statements.owed_statements(self._session, self._contract_id)

    def credit(self) -> int:
        """Yen the contractor is owed back."""
        return statements.credit(self._session, self._contract_id)

    def refundable(self) -> int:
        """Yen the contractor is owed back and the next statement will not use either."""
        credit = self.credit()
        if not credit:
            return 0
        month = Month.of(japan_day(business_now(self._session)))
        return max(0, credit - still_to_bill(self._session, self._contract_id, month))

    def unbilled(self) -> bool:
        """Whether the next statement bills something or takes something back."""
        return unbilled(self._session, self._contract_id, Month.of(japan_day(business_now(self._session))))

    def billed_months(self) -> Mapping[str, str]:
        """The monthly basic fees on statements that stand: charge id by month (W-12.5)."""
        return statements.billed_months(self._session, self._contract_id)

    def billed_items(self) -> Sequence[BilledItem]:
        """Monthly fees and NTT's charges on statements that nothing has taken back, by month."""
        rows = self._session.execute(text(_BILLED_ITEMS), {"contract_id": self._contract_id})
        return [BilledItem(**row) for row in rows.mappings()]

    def rollouts(self) -> Sequence[RolloutStep]:
        """Rollouts that have begun, this contract's part of each; where it is recorded, none begins meanwhile."""
        if self._records:
            begin_none(self._session)
        return begun(self._session, self._contract_id)

    def line_taken(self, line_key: str, first: date, until: date | None) -> bool:
        """Whether another contract holds a line on any of these days, the end exclusive (W-03.1, W-17.1)."""
        return line_taken(self._session, line_key, self._contract_id, first, until)


def line_taken(
    session: Session, line_key: str | None, contract_id: str, first: date, until: date | None = None
) -> bool:
    """Whether another contract holds the line on that business day or later, before `until` (W-03.1, W-17.1)."""
    line = session.get(Line, line_key) if line_key else None
    if line is None:
        return False
    held = session.execute(
        text(
            "select 1 from line_hold where line_no = :line_no and contract_id <> :contract_id "
            "and held && daterange(cast(:first as date), cast(:until as date), '[)')"
        ),
        {"line_no": line.line_no, "contract_id": contract_id, "first": first, "until": until},
    )
    return held.first() is not None


def line_known(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> LineKnown:
    """Whether the line a command names, or the contract's own, is free from the legal day on.

    A line that opens is held from the application for it, as every line is.
    """
    return _line_known(session, state, command, min(command.happened_at() or moment, moment))


def _line_known(session: Session, state: Mapping[str, Any], command: Command, since: datetime) -> LineKnown:
    named = getattr(command, "line_key", None)
    line_key = named or state.get("line_key")
    contract_id = str(state.get("contract_id") or getattr(command, "contract_id", ""))
    first = japan_day(since)
    if named and state.get("held_from"):
        first = min(first, date.fromisoformat(str(state["held_from"])))
    return LineKnown(line_taken=line_taken(session, line_key, contract_id, first), from_on=first)


def import_known(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> ImportKnown:
    """Whether the line of a contract that is taken over is free from today on, and whether its course goes on."""
    line = _line_known(session, state, command, moment)
    ended = ended_courses(session, japan_day(moment)).get(str(getattr(command, "course", "")))
    return ImportKnown(**line.model_dump(), ended=ended)


def work_day(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> WorkDayKnown:
    """The construction day of the order with NTT."""
    _ = (command, moment)
    filing = session.get(Filing, state["filing_id"]) if state.get("filing_id") else None
    return WorkDayKnown(filing_work_on=filing.work_on if filing else None)


def statement(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> StatementsKnown:
    """The statement a command is about."""
    _ = (state, moment)
    if not isinstance(command, AboutStatement):
        message = f"{type(command).__name__} is about no statement"
        raise TypeError(message)
    found = statements.statement_facts(session, command.statement_id)
    return StatementsKnown(statement=StatementKnown.model_validate(found) if found else None)


def payment(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> PaymentsKnown:
    """The payment a command is about."""
    _ = (state, moment)
    if not isinstance(command, ReversePayment):
        message = f"{type(command).__name__} is about no payment"
        raise TypeError(message)
    found = statements.payment_facts(session, command.payment_id)
    return PaymentsKnown(payment=PaymentKnown.model_validate(found) if found else None)


def inquiry(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> InquiryKnown:
    """What the filing tells, and the text of the inquiry, which may go to NTT (W-08.2, W-13.1d)."""
    _ = moment
    filing = session.get(Filing, state["filing_id"]) if state.get("filing_id") else None
    note = session.get(Note, command.note_id) if command.note_id else None
    told = (
        FilingKnown(filing_state=filing.state, work_on=filing.work_on, opened_on=filing.opened_on) if filing else None
    )
    return InquiryKnown(filing=told, note=note.text if note else None)


LOOK_UPS: LookUps = {
    LineKnown: line_known,
    ImportKnown: import_known,
    WorkDayKnown: work_day,
    StatementsKnown: statement,
    PaymentsKnown: payment,
    InquiryKnown: inquiry,
}
"""What decisions about a contract name, and what looks it up."""
