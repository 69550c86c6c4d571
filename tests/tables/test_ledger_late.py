"""A grant whose ground was keyed in late, in a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from models.messages.club.membership import Leave
from models.tables.club.club import Member, PointEntry, PointLot
from rules.calendar import JST, start_of
from store.club import ledger
from store.facts.membership import balance_known

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


def test_a_late_leave_forfeits_what_was_granted_since(club_engine: Engine, new_member: Make) -> None:
    """M-05.7: left on 2023-05-31, keyed in on 06-12: the points of 06-10 go as well, those expired before do not."""
    member = new_member()
    left, told = date(2023, 5, 31), date(2023, 6, 12)
    moment = datetime(2023, 6, 12, 10, tzinfo=JST)
    _grant(club_engine, member, "2022-04", date(2022, 5, 10), told)
    _grant(club_engine, member, "2020-05", date(2020, 6, 10), told)
    _grant(club_engine, member, "2023-05", date(2023, 6, 10), told)
    with Session(club_engine) as session, session.begin():
        known = balance_known(session, {"member_id": member}, Leave(received_at=start_of(left)), moment)
        row = session.get_one(Member, member)
        row.state, row.end_state, row.end_cause = "left", "left", "left"
        row.usable_through = row.ended_on = left
        session.flush()
        assert ledger.forfeit_all(session, member, date(2023, 6, 1)) == known.forfeited == 600
    with Session(club_engine) as session:
        today = balance_known(session, {"member_id": member}, Leave(), moment)
    assert (known.balance, today.forfeited) == (300, None)
