"""Facts of decisions about memberships."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from decisions.membership.facts import BalanceKnown, EntryKnown, GrantedKnown, LineKnown
from models.messages.club.membership import AdjustPoints, Identity, Leave
from models.messages.entity import Command
from models.tables.club.club import Member, PointLot
from models.tables.people import Line
from rules.calendar import japan_day
from rules.club.program import Plan
from store.club.ledger import granted_by_month, granted_for, imported_by_month
from store.club.ledger_reads import balance, forfeited_by_leaving, spent_on
from store.club.plan import plan_in_force
from store.facts.shape import LookUps


class Standing:
    """What any decision about a membership may ask; looked up where it is asked, once."""

    def __init__(self, session: Session) -> None:
        """Bind the transaction."""
        self._session = session
        self._plan: Plan | None = None

    def plan(self) -> Plan:
        """The plan of the programme in force."""
        if self._plan is None:
            self._plan = plan_in_force(self._session)
        return self._plan

    def booked_months(self, member_id: str) -> dict[str, int]:
        """Points granted a member for months of use, by month; of none where the membership begins."""
        return granted_by_month(self._session, member_id)

    def imported_months(self, member_id: str) -> dict[str, int]:
        """Of these, the points that another system had booked and an import brought along."""
        return imported_by_month(self._session, member_id)

    def spent_on(self, member_id: str) -> list[date]:
        """The Japan days on which points were spent that did not come back."""
        return spent_on(self._session, member_id)


def balance_known(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> BalanceKnown:
    """The points usable on the day a member leaves; where that is past, what goes of all there is now (M-05.7)."""
    received = command.received_at if isinstance(command, Leave) else None
    day, member_id = japan_day(received or moment), state["member_id"]
    forfeited = forfeited_by_leaving(session, member_id, day) if day < japan_day(moment) else None
    return BalanceKnown(balance=balance(session, member_id, day).points, forfeited=forfeited)


def granted(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> GrantedKnown:
    """What was granted for the month of an adjustment."""
    _ = moment
    if not isinstance(command, AdjustPoints):
        message = f"{type(command).__name__} adjusts nothing"
        raise TypeError(message)
    points = granted_for(session, state["member_id"], command.usage_month, command.term_end_month)
    return GrantedKnown(granted=points)


def entry(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> EntryKnown:
    """Whether the line has a membership on the first day of this one or later, and whether it had one before."""
    _ = state
    if not isinstance(command, Identity):
        message = f"{type(command).__name__} begins no membership"
        raise TypeError(message)
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
    return EntryKnown(
        line_known=known,
        line_taken=taken,
        former_member=former is not None,
        booked_renewals=tuple(month for month in session.execute(booked).scalars() if month),
    )


def line_known(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> LineKnown:
    """Whether the line could carry this membership again."""
    _ = (command, moment)
    taken = _taken(session, state["line_key"], state["member_id"], state["registered_on"])
    return LineKnown(line_taken=taken)


def _taken(session: Session, line_key: str, member_id: str, began: date) -> bool:
    """Whether another membership holds the line on a day or later (M-02.1)."""
    query = text(
        "select 1 from member where line_key = :line_key and member_id <> :member_id "
        "and held && daterange(cast(:began as date), null, '[)') limit 1"
    )
    values = {"line_key": line_key, "member_id": member_id, "began": began}
    return session.execute(query, values).first() is not None


LOOK_UPS: LookUps = {
    BalanceKnown: balance_known,
    GrantedKnown: granted,
    EntryKnown: entry,
    LineKnown: line_known,
}
"""What decisions about a membership name, and what looks it up."""
