"""Reading the points ledger as of any Japan day: by entries and effective dates, not by what a run has reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from models.tables.club.club import Member, PointEntry, PointLot
from rules.club import points as rules
from rules.club.program import Plan
from store.club.ledger import as_rule_lots, loss_of
from store.club.ledger_reopen import given_back
from store.club.plan import plan_in_force


@dataclass(frozen=True)
class LotView:
    """One lot as of a day."""

    lot_id: str
    kind: str
    granted_on: date
    points: int
    left: int
    """Usable on that day: 0 once expired or forfeited, even where no run has written that yet."""
    expires_on: date
    """As the rules stand on that day (M-04.7)."""
    original_expires_on: date
    usage_month: str | None
    term_end_month: str | None


@dataclass(frozen=True)
class Balance:
    """A member's points as of the end of a day."""

    points: int
    lots: tuple[LotView, ...]
    """In spending order: earliest expiry, then earliest grant."""
    expiring: tuple[tuple[date, int], ...]
    """Last usable day and points, earliest first (M-04.7)."""


def balance(session: Session, member_id: str, on: date, *, plan: Plan | None = None) -> Balance:
    """The balance as of the end of a Japan day, past or ahead, by all that is known now (M-04.6).

    Raises:
        LookupError: there is no such member.
    """
    member = session.get(Member, member_id)
    if member is None:
        message = f"there is no member {member_id}"
        raise LookupError(message)
    plan = plan or plan_in_force(session)
    lost = _lost(member, on)
    rows = _rows(session, member_id, on)
    views = sorted((_view(row, left, on, plan, lost=lost) for row, left in rows), key=_spending_order)
    ahead: Counter[date] = Counter()
    for view in views:
        if view.left:
            ahead[view.expires_on] += view.left
    return Balance(sum(view.left for view in views), tuple(views), tuple(sorted(ahead.items())))


def spent_on(session: Session, member_id: str) -> list[date]:
    """The Japan days on which points were spent, earliest first; those that a failed exchange gave back were not."""
    given_back = select(col(PointEntry.ref)).where(
        col(PointEntry.member_id) == member_id, col(PointEntry.kind) == "return"
    )
    spent = select(col(PointEntry.on)).where(
        col(PointEntry.member_id) == member_id,
        col(PointEntry.kind) == "spend",
        col(PointEntry.ref).not_in(given_back),
    )
    return list(session.execute(spent.distinct().order_by(col(PointEntry.on))).scalars())


def forfeited_by_leaving(session: Session, member_id: str, left_on: date) -> int:
    """Points that closing a membership forfeits which was left on a day that is past, as `ledger.forfeit_all` does it.

    Lots granted since then go as well, points spent since then do not; what had expired is no loss (M-05.7).
    """
    lots = list(session.execute(select(PointLot).where(col(PointLot.member_id) == member_id)).scalars())
    loss = rules.loss_of_use(rules.LossCause.LEFT, left_on)
    on = max([loss.closes_on, *(lot.granted_on for lot in lots)])
    gone = rules.closings(as_rule_lots(lots), on, loss=loss, plan=plan_in_force(session))
    return sum(row.points for row in gone if row.kind == "forfeit")


def entries(session: Session, member_id: str) -> list[PointEntry]:
    """The whole ledger of a member, in the order it was written."""
    query = select(PointEntry).where(col(PointEntry.member_id) == member_id).order_by(col(PointEntry.entry_id))
    return list(session.execute(query).scalars())


def _lost(member: Member, on: date) -> bool:
    loss = loss_of(member)
    return loss is not None and on > loss.usable_through


def _rows(session: Session, member_id: str, on: date) -> list[tuple[PointLot, int]]:
    """Lots that exist by the end of the day, each with what its entries by then sum to.

    What was forfeited by a day on which the points could be used, as is known now, went by an end that no longer
    stands: it counts as there until it has come back as a lot of its own (X-05). For who had lost them it is no matter.
    """
    forfeited = func.sum(case((col(PointEntry.kind) == "forfeit", -col(PointEntry.points)), else_=0))
    query: Any = (
        select(PointLot, func.sum(PointEntry.points), forfeited)
        .join(PointEntry, col(PointEntry.lot_id) == col(PointLot.lot_id))
        .where(col(PointLot.member_id) == member_id, col(PointEntry.on) <= on)
        .group_by(col(PointLot.lot_id))
    )
    rows = session.execute(query).all()
    back = given_back(session, member_id, on) if any(gone for *_, gone in rows) else {}
    return [(row, int(left) + int(gone) - back.get(row.lot_id, 0)) for row, left, gone in rows]


def _view(row: PointLot, left: int, on: date, plan: Plan, *, lost: bool) -> LotView:
    expiry = rules.expiry(row.granted_on, on, plan)
    usable = 0 if lost or expiry.expires_on < on else left
    return LotView(
        row.lot_id,
        row.kind,
        row.granted_on,
        row.points,
        usable,
        expiry.expires_on,
        expiry.original_expires_on,
        row.usage_month,
        row.term_end_month,
    )


def _spending_order(view: LotView) -> tuple[date, date, str]:
    return (view.expires_on, view.granted_on, view.lot_id)
