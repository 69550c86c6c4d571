"""The plan of the club's end as it is in force."""

from __future__ import annotations

from sqlmodel import Session

from models.tables.club.club import PROGRAMME, ClubPlan
from rules.club.program import Plan, notice_plan, plan_of


def plan_in_force(session: Session) -> Plan:
    """The plan in force: the replaced one, otherwise the one of the notice."""
    row = session.get(ClubPlan, PROGRAMME)
    return plan_of(row.plan) if row else notice_plan()
