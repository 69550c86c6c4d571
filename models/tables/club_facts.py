"""Facts that decisions about memberships need: the plan in force, the line, balances, what was booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from models.messages.entity import Command
from models.messages.membership import AdjustPoints, Correct, Identity, Leave
from models.tables.club import Member, PointLot, plan_in_force
from models.tables.ledger import granted_for
from models.tables.ledger_reads import balance
from models.tables.people import Line
from rules.calendar import japan_day


def look_up(session: Session, state: Mapping[str, Any], command: Command | None, moment: datetime) -> dict[str, Any]:
    """The plan in force for everything, timers included; what else the command asks for."""
    facts: dict[str, Any] = {"plan": plan_in_force(session)}
    if isinstance(command, Identity):
        facts |= _line(session, command, moment)
    elif isinstance(command, Leave):
        day = japan_day(command.received_at or moment)
        facts["balance"] = balance(session, state["member_id"], day).points
    elif isinstance(command, Correct):
        facts["line_taken"] = _taken(session, state["line_key"], state["member_id"], state["registered_on"])
    elif isinstance(command, AdjustPoints):
        facts["granted"] = granted_for(session, state["member_id"], command.usage_month, command.term_end_month)
    return facts


def _line(session: Session, command: Identity, moment: datetime) -> dict[str, Any]:
    """Whether the line has a membership on the first day of this one or later, and whether it had one before."""
    applied = getattr(command, "applied_at", None)
    began = japan_day(applied) if applied is not None else getattr(command, "registered_on", japan_day(moment))
    taken = _taken(session, command.line_key, command.member_id, began)
    former = session.execute(
        select(col(Member.member_id))
        .where(col(Member.line_key) == command.line_key, col(Member.member_id) != command.member_id)
        .limit(1)
    ).first()
    booked = select(col(PointLot.term_end_month)).where(
        col(PointLot.member_id) == command.member_id, col(PointLot.kind) == "renewal"
    )
    # A dry run writes no line, so one that is new is as good as known there.
    known = session.get(Line, command.line_key) is not None or (not command.line_key and command.op == "dry-run")
    return {
        "line_known": known,
        "line_taken": taken,
        "former_member": former is not None,
        "booked_renewals": [month for month in session.execute(booked).scalars() if month],
    }


def _taken(session: Session, line_key: str, member_id: str, began: Any) -> bool:
    """Whether another membership holds the line on a day or later (M-02.1)."""
    query = text(
        "select 1 from member where line_key = :line_key and member_id <> :member_id "
        "and held && daterange(cast(:began as date), null, '[)') limit 1"
    )
    values = {"line_key": line_key, "member_id": member_id, "began": began}
    return session.execute(query, values).first() is not None
