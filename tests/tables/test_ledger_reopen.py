"""Points come back when the end that had closed them turns out wrong, in a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables.club.club import Member, PointEntry, PointLot
from store.club import ledger, ledger_reads
from store.club.ledger_reopen import reopen

Make = Callable[..., str]


def _closed(engine: Engine, member: str) -> None:
    """Two lots of 100 and 200 points, 50 spent of the first, forfeited by a conversion of 2024-03-10."""
    with Session(engine) as session, session.begin():
        for month, points, on in (("2022-02", 100, date(2022, 3, 10)), ("2023-05", 200, date(2023, 6, 10))):
            ledger.grant(session, member, points, on, usage_month=month, articles=("M-02.1",))
        ledger.spend(session, member, 50, date(2024, 1, 10), "exchange/1")
        row = session.get_one(Member, member)
        row.end_state, row.end_cause, row.usable_through = "ineligible", "conversion", date(2024, 3, 9)
        session.flush()
        assert ledger.forfeit_all(session, member, date(2024, 3, 10)) == 250


def _active_again(session: Session, member: str) -> None:
    row = session.get_one(Member, member)
    row.end_state, row.end_cause, row.usable_through = None, None, None
    session.flush()


def test_what_an_end_took_comes_back_with_the_days_of_its_grants(club_engine: Engine, new_member: Make) -> None:
    """Corrected on 2024-03-20: 50 and 200 points again, each expiring as before; asked twice they come once (A-09)."""
    member = new_member()
    _closed(club_engine, member)
    with Session(club_engine) as session, session.begin():
        _active_again(session, member)
        assert reopen(session, member, date(2024, 3, 20), "c1") == 250
        assert reopen(session, member, date(2024, 3, 20), "c2") == 0
    with Session(club_engine) as session:
        found = ledger_reads.balance(session, member, date(2024, 3, 20))
        assert [(lot.granted_on, lot.left, lot.expires_on) for lot in found.lots if lot.left] == [
            (date(2022, 3, 10), 50, date(2024, 3, 31)),
            (date(2023, 6, 10), 200, date(2025, 3, 31)),
        ]
        entries = session.exec(select(PointEntry.points).where(PointEntry.member_id == member)).all()
        lots = session.exec(select(PointLot.left).where(PointLot.member_id == member)).all()
        assert sum(entries) == sum(lots) == found.points == 250


def test_what_expired_meanwhile_stays_gone(club_engine: Engine, new_member: Make) -> None:
    """Corrected on 2024-04-01, the lot of March 2022 has expired the day before (M-04.2)."""
    member = new_member()
    _closed(club_engine, member)
    with Session(club_engine) as session, session.begin():
        _active_again(session, member)
        assert reopen(session, member, date(2024, 4, 1), "c1") == 200


def _fails(session: Session, ref: str, on: date) -> int:
    """What of an exchange's points can be used again when it fails."""
    return ledger.give_back(session, ref, on)


def _over(session: Session, member: str, cause: str, through: date) -> None:
    row = session.get_one(Member, member)
    row.end_state, row.end_cause, row.usable_through = ("left" if cause == "left" else "ineligible"), cause, through
    session.flush()


@pytest.mark.parametrize("cause", ["conversion", "left"])
def test_what_a_failed_exchange_gave_back_after_a_wrong_end_comes_back_with_it(
    club_engine: Engine, new_member: Make, cause: str
) -> None:
    """50 of 250 on their way when it ended and refused after it: 250 once the end is undone, and once only (M-09.5)."""
    member = new_member()
    with Session(club_engine) as session, session.begin():
        ledger.grant(session, member, 250, date(2023, 6, 10), usage_month="2023-05", articles=("M-02.1",))
        ledger.spend(session, member, 50, date(2024, 3, 5), f"exchange/{member}")
        _over(session, member, cause, date(2024, 3, 9))
        assert ledger.forfeit_all(session, member, date(2024, 3, 10)) == 200
        assert _fails(session, f"exchange/{member}", date(2024, 3, 12)) == 0
        _active_again(session, member)
        assert reopen(session, member, date(2024, 3, 20), "c1") == 250
        assert reopen(session, member, date(2024, 3, 20), "c2") == 0
        assert ledger_reads.balance(session, member, date(2024, 3, 20)).points == 250


def test_an_exchange_that_fails_between_two_wrong_ends_loses_nothing(club_engine: Engine, new_member: Make) -> None:
    """Its points return to the lot that was given back without them; the second end undone gives those as well."""
    member = new_member()
    with Session(club_engine) as session, session.begin():
        ledger.grant(session, member, 250, date(2023, 6, 10), usage_month="2023-05", articles=("M-02.1",))
        ledger.spend(session, member, 50, date(2024, 3, 5), f"exchange/{member}")
        for number, failing in enumerate((True, False)):
            day = date(2024, 3 + number, 10)
            _over(session, member, "conversion", day.replace(day=9))
            assert ledger.forfeit_all(session, member, day) == (200, 250)[number]
            _active_again(session, member)
            assert reopen(session, member, day.replace(day=20), f"c{number}") == (200, 250)[number]
            if failing:
                assert _fails(session, f"exchange/{member}", day.replace(day=21)) == 50
        entries = session.exec(select(PointEntry.points).where(PointEntry.member_id == member)).all()
        lots = session.exec(select(PointLot.left).where(PointLot.member_id == member)).all()
        assert sum(entries) == sum(lots) == 250


def test_a_past_day_reads_as_it_is_known_now(club_engine: Engine, new_member: Make) -> None:
    """Ended on 03-10 by mistake, corrected on 04-01: usable on every day of March, what expired on 03-31 too (X-05)."""
    member = new_member()
    _closed(club_engine, member)
    with Session(club_engine) as session, session.begin():
        on = [date(2024, 3, 9), date(2024, 3, 10), date(2024, 3, 31), date(2024, 4, 1), date(2024, 5, 1)]
        assert [ledger_reads.balance(session, member, day).points for day in on] == [250, 0, 0, 0, 0]
        _active_again(session, member)
        assert reopen(session, member, date(2024, 4, 1), "c1") == 200
        assert [ledger_reads.balance(session, member, day).points for day in on] == [250, 250, 250, 200, 200]


def test_an_end_told_again_for_a_later_day_reads_so(club_engine: Engine, new_member: Make) -> None:
    """Converted on 03-10, told again as 03-20 when both are past: usable through 03-19, and nothing after it (A-11)."""
    member = new_member()
    _closed(club_engine, member)
    with Session(club_engine) as session, session.begin():
        _over(session, member, "conversion", date(2024, 3, 19))
        assert ledger.forfeit_all(session, member, date(2024, 3, 20)) == 0
        on = [date(2024, 3, 10), date(2024, 3, 19), date(2024, 3, 20)]
        assert [ledger_reads.balance(session, member, day).points for day in on] == [250, 250, 0]
