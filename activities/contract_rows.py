"""Contracts: their read row, line hold, charges and messages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session, col

from activities.outgoing import Recipient, write_outgoing
from decisions.engine import Outcome
from models.messages.contract import ContractState
from models.tables.contract import ChargeRow, Contract, LineHold
from models.tables.people import Line

_LEFT = {"declined", "withdrawn"}


class ContractRows:
    """The read side of contracts."""

    def __init__(self, webhook_url: str | None = None) -> None:
        """Bind where webhooks go, None for nowhere."""
        self._webhook_url = webhook_url

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """The row behind every list, the hold, the charges and what goes out."""
        state = ContractState.model_validate(outcome.state)
        row = session.get(Contract, state.contract_id)
        if row is None:
            row = Contract(contract_id=state.contract_id, state="", chapter=1, course="", created_at=moment)
            session.add(row)
        item = state.next_item()
        row.person_id, row.line_key, row.filing_id = state.person_id, state.line_key, state.filing_id
        row.state, row.chapter, row.course = state.state, state.chapter, state.course
        row.operator = state.line.operator if state.line else None
        row.applied_on, row.service_start_on, row.end_on = state.applied_on, state.service_start_on, state.end_on
        row.needs_operator = bool(state.tasks)
        row.next_action_at = item.at if item else None
        row.payment_agency = state.payment_agency.state if state.payment_agency else None
        session.flush()
        line = session.get(Line, state.line_key) if state.line_key else None
        _write_hold(session, state, line)
        _write_charges(session, state, moment)
        if outcome.outgoing:
            recipient = Recipient(
                person_id=state.person_id,
                operator=row.operator,
                line_id=line.line_id if line else None,
                contract_id=state.contract_id,
                webhook_url=self._webhook_url,
            )
            write_outgoing(session, entity_id, outcome.outgoing, recipient, moment)


def _write_hold(session: Session, state: ContractState, line: Line | None) -> None:
    """From the application until the contract is declined, withdrawn or ended (W-03.1)."""
    hold = session.get(LineHold, state.contract_id)
    if line is None or state.held_from is None or (state.state in _LEFT and hold is None):
        if hold is not None:
            session.delete(hold)
            session.flush()
        return
    until: date | None = None
    if state.state in {"ending", "ended"} and state.end_on is not None:
        until = state.end_on + timedelta(days=1)
    elif state.state in _LEFT:
        until = state.held_from
    held = Range(state.held_from, max(until, state.held_from) if until else None, bounds="[)")
    if hold is None:
        session.add(LineHold(contract_id=state.contract_id, line_no=line.line_no or 0, held=held))
    elif hold.held != held or hold.line_no != line.line_no:
        hold.held, hold.line_no = held, line.line_no or 0
    session.flush()


def _write_charges(session: Session, state: ContractState, moment: datetime) -> None:
    """Rows follow the folded state; a charge the fold no longer has was voided and stays marked so."""
    rows = session.execute(select(ChargeRow).where(col(ChargeRow.contract_id) == state.contract_id)).scalars().all()
    known = {row.charge_id: row for row in rows}
    for charge in state.charges.values():
        row = known.pop(charge.charge_id, None)
        if row is None:
            row = ChargeRow(
                **charge.model_dump(mode="python", exclude={"due_on"}),
                due_on=charge.due_on,
                contract_id=state.contract_id,
                created_at=moment,
            )
            session.add(row)
        for name, value in charge.model_dump(mode="python").items():
            setattr(row, name, value)
        row.voided = False
    for row in known.values():
        row.voided = True
