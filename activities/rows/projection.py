"""What each kind of entity adds to a recorded decision: the read rows written with it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from decisions.engine import Outcome


class Projection(Protocol):
    """The read side of one kind of entity."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """Write read rows and outgoing messages of what was decided."""
