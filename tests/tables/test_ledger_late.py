"""A grant whose ground was keyed in late, in a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables.club.club import PointEntry, PointLot
from store.club import ledger

Make = Callable[..., str]


def _grant(engine: Engine, member: str, month: str, granted_on: date, known_on: date) -> PointLot:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        made = ledger.grant(
            session, member, 300, granted_on, usage_month=month, articles=("M-02.1",), known_on=known_on
        )
    with Session(engine) as session:
        return session.get_one(PointLot, made.lot_id)


def test_a_lot_known_after_the_announcement_has_the_new_expiry(club_engine: Engine, new_member: Make) -> None:
    """Booked for 2023-05-10 and keyed in on 2023-08-01: re-dated already, with its old day kept (M-04.4)."""
    lot = _grant(club_engine, new_member(), "2023-04", date(2023, 5, 10), date(2023, 8, 1))
    assert (lot.expires_on, lot.original_expires_on, lot.left) == (date(2025, 3, 31), date(2026, 3, 31), 300)


def test_a_lot_that_has_expired_meanwhile_lapses_at_once(club_engine: Engine, new_member: Make) -> None:
    """Booked for 2020-06-10, known on 2023-12-01: granted and expired on 2023-04-01, so nothing is left (M-04.1)."""
    member = new_member()
    assert _grant(club_engine, member, "2020-05", date(2020, 6, 10), date(2023, 12, 1)).left == 0
    with Session(club_engine) as session:
        rows = session.exec(
            select(PointEntry.kind, PointEntry.points, PointEntry.on)
            .where(PointEntry.member_id == member)
            .order_by(PointEntry.entry_id)  # type: ignore[arg-type]
        ).all()
    assert [tuple(row) for row in rows] == [
        ("grant", 300, date(2020, 6, 10)),
        ("expire", -300, date(2023, 4, 1)),
    ]
