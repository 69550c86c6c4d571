"""Points that an end had closed come back when that end turns out wrong (X-05): nothing of the ledger is edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.club.club import PointEntry, PointLot
from rules.club import points as rules
from rules.club.program import Plan
from store.club.ledger import entry, lot_id_of
from store.club.plan import plan_in_force

_ARTICLES = ("X-05", "M-04.6")

REOPENED = "reopen/"
"""How the reference of an entry begins that gives back what was taken of the lot it names."""


def reopen(session: Session, member_id: str, on: date, ref: str, *, plan: Plan | None = None) -> int:
    """Give back, as a lot of its own with the day of its grant, what an end had taken of each lot (A-09).

    So come back what the end itself closed and what came to a lot after it and was closed at once: the points of an
    exchange that failed (M-09.5), a grant keyed in late. What has expired meanwhile stays gone. No point is given back
    twice, however often the membership ends.

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


def given_back(session: Session, member_id: str, by: date) -> dict[str, int]:
    """Points that had come back by the end of a Japan day, by the lot they had been taken of."""
    ref = col(PointEntry.ref)
    found = _sums(session, member_id, ref, ref.startswith(REOPENED) & (col(PointEntry.on) <= by))
    return {key.removeprefix(REOPENED): points for key, points in found.items()}


def _closed(session: Session, member_id: str) -> Sequence[tuple[PointLot, int]]:
    """Lots of which more was closed than given back, locked in the order of their ids, with the difference.

    Whatever closed them: only the loss of the right of use forfeits, and what ran out by itself has expired.
    """
    lots = session.execute(
        select(PointLot).where(col(PointLot.member_id) == member_id).order_by(col(PointLot.lot_id)).with_for_update()
    ).scalars()
    closed = _sums(session, member_id, col(PointEntry.lot_id), col(PointEntry.kind).in_(("forfeit", "expire")))
    given = _sums(session, member_id, col(PointEntry.ref), col(PointEntry.ref).startswith(REOPENED))
    found = ((lot, -closed.get(lot.lot_id, 0) - given.get(f"{REOPENED}{lot.lot_id}", 0)) for lot in lots)
    return [(lot, points) for lot, points in found if points > 0]


def _sums(session: Session, member_id: str, by: Any, which: Any) -> dict[str, int]:
    query = select(by, func.sum(PointEntry.points)).where(col(PointEntry.member_id) == member_id, which).group_by(by)
    return {str(key): int(points) for key, points in session.execute(query).all()}
