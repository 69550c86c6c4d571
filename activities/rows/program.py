"""Programmes: their entity row says everything, but for the club's plan, which every rule of the club asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from activities.batch import Batch
from decisions.engine import Outcome
from models.messages.program import FLETS_CLUB
from models.tables.club.club import PROGRAMME, ClubPlan


class ProgramRows:
    """The read side of programmes; what their runs write are ledgers of their own."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """Put the plan in force where decisions about memberships look it up, once it has changed."""
        _ = entity_id
        plan: dict[str, Any] = outcome.state["plan"]
        if outcome.state["code"] != FLETS_CLUB or plan == outcome.before.get("plan"):
            return
        who = outcome.entries[-1].actor
        Batch.of(session).upsert(ClubPlan, code=PROGRAMME, plan=plan, set_by=who, set_at=moment)
