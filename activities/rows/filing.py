"""Filings: their read row."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from decisions.engine import Outcome
from models.messages.filing import FilingState
from models.tables.contract.filing import Filing


class FilingRows:
    """The read side of filings."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """The row behind lists of filings."""
        _ = entity_id
        state = FilingState.model_validate(outcome.state)
        row = session.get(Filing, state.filing_id)
        if row is None:
            row = Filing(
                filing_id=state.filing_id,
                contract_id=state.contract_id,
                operator=state.carrier_area,
                state="",
                sequence=0,
                created_at=moment,
            )
            session.add(row)
        item = state.next_item()
        row.state, row.sequence, row.work_on, row.opened_on = (
            state.state,
            state.sequence,
            state.work_on,
            state.opened_on,
        )
        row.needs_operator = bool(state.tasks)
        row.next_action_at = item.at if item else None
