"""Programmes: they have no read rows of their own; their entity row says everything."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from decisions.engine import Outcome


class ProgramRows:
    """The read side of programmes: the folded state in the entity's row is what is read."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """Nothing goes out and nothing is listed: runs write their own ledgers."""
        _ = (session, entity_id, outcome, moment)
