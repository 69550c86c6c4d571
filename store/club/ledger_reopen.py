"""Points that an end had closed come back when that end turns out wrong (X-05): nothing of the ledger is edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.club.club import PointEntry, PointLot
from rules.club import points as rules
from rules.club.program import Plan
from store.club.ledger import entry, lot_id_of
from store.club.plan import plan_in_force

_ARTICLES = ("X-05", "M-04.6")

CLOSED_BY_END = "end/"
"""How the reference of an entry begins that the end of a membership wrote."""

REOPENED = "reopen/"


def reopen(session: Session, member_id: str, on: date, ref: str, *, plan: Plan | None = None) -> int:
    """Give back, as a lot of its own with the day of its grant, what an end had taken of each lot (A-09).

    What has expired meanwhile stays gone. A lot is given back once, however often the membership ends.

    Args:
        session: the deciding transaction; the member's lots stay locked until it ends.
        member_id: whose.
        on: the Japan day from which the points are there again.
        ref: the natural key of the correction.
        plan: the plan in force; read when None.

    Returns:
        the points that came back.
    """
    plan = plan or plan_in_force(session)
    total = 0
    for number, (lot, points) in enumerate(_closed(session, member_id), start=1):
        expiry = rules.expiry(lot.granted_on, on, plan)
        if expiry.expires_on < on:
            continue
        lot_id = lot_id_of(member_id, "adjust", f"{ref}-{number}")
        session.add(
            PointLot(
                lot_id=lot_id,
                member_id=member_id,
                kind="adjust",
                granted_on=lot.granted_on,
                points=points,
                left=points,
                expires_on=expiry.expires_on,
                original_expires_on=expiry.original_expires_on,
            )
        )
        session.flush()
        row = entry(session, lot_id, member_id, "adjust", points, on, _ARTICLES, f"{REOPENED}{lot.lot_id}")
        row.reason = "entry_error"
        session.add(row)
        session.flush()
        total += points
    return total


def _closed(session: Session, member_id: str) -> Sequence[tuple[PointLot, int]]:
    """Lots that an end closed and no correction gave back, locked in the order of their ids, with what it took."""
    lots = session.execute(
        select(PointLot).where(col(PointLot.member_id) == member_id).order_by(col(PointLot.lot_id)).with_for_update()
    ).scalars()
    taken = {
        lot_id: -int(points)
        for lot_id, points in session.execute(
            select(col(PointEntry.lot_id), func.sum(PointEntry.points))
            .where(
                col(PointEntry.member_id) == member_id,
                col(PointEntry.kind).in_(("forfeit", "expire")),
                col(PointEntry.ref).startswith(CLOSED_BY_END),
            )
            .group_by(col(PointEntry.lot_id))
        ).all()
    }
    back = session.execute(
        select(col(PointEntry.ref)).where(
            col(PointEntry.member_id) == member_id, col(PointEntry.ref).startswith(REOPENED)
        )
    ).scalars()
    given = {ref.removeprefix(REOPENED) for ref in back}
    return [(lot, taken[lot.lot_id]) for lot in lots if lot.lot_id in taken and lot.lot_id not in given]
