"""A membership that was wrongly over, or booked by what turned out otherwise, on the ledger itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from activities.club.grants import grant_page
from api.memberships.import_rows import ImportedLot
from rules.calendar import JST, Month
from rules.club.program import notice_plan
from store.club.ledger import imported_by_month
from store.club.ledger_reads import balance
from tests.activities.club.club import Club, a_club
from tests.activities.conftest import emptied


@pytest.fixture
def club(migrated: Engine) -> Iterator[Club]:
    """Empty tables."""
    with a_club(emptied(migrated)) as made:
        yield made


def booking(club: Club, month: str) -> None:
    """The run of a usage month, on its day."""
    usage = Month.parse(month)
    club.at(f"{usage.plus(1)}-10")
    with Session(club.engine) as session, session.begin():
        grant_page(session, usage, usage.plus(1).first_day.replace(day=10), notice_plan(), "")


def asked(club: Club, member_id: str, name: str, moment: str, **fields: Any) -> None:
    """A command at a moment, and what falls due with it."""
    club.at(moment)
    at = datetime.fromisoformat(moment).replace(tzinfo=JST)
    club.ask(member_id, name, {"op": f"{name}/{moment}", "at": at.isoformat(), "actor": "test", **fields})
    club.timer(member_id, at)


def months(club: Club, member_id: str) -> list[tuple[str, date, int]]:
    """Monthly lots since the membership came to us."""
    query = (
        "select usage_month, granted_on, points from point_lot where member_id = :id and kind = 'monthly' "
        "and granted_on > '2023-06-01' order by usage_month"
    )
    return [tuple(row) for row in club.rows(query, id=member_id)]


def test_a_month_booked_while_it_was_wrongly_over_is_in_the_ledger_once(club: Club) -> None:
    """Left by mistake over the booking of July: with its day after the correction, and no run adds to it (M-02.1)."""
    member_id, other = club.join(lots=[]), club.join(lots=[])
    booking(club, "2023-05")
    booking(club, "2023-06")
    asked(club, member_id, "leave", "2023-08-04T12:00:00")
    club.timer(member_id, datetime(2023, 8, 5, tzinfo=JST))
    booking(club, "2023-07")
    assert [month for month, *_ in months(club, member_id)] == ["2023-05", "2023-06"]
    left = next(seq for seq, event in club.rows(
        "select seq, event from transition where entity_id = :id", id=f"membership/{member_id}"
    ) if event == "leave_notice")  # fmt: skip
    asked(club, member_id, "correct", "2023-08-20T12:00:00", voids=left, reason_code="entry_error")
    booking(club, "2023-07")
    assert months(club, member_id) == months(club, other)
    assert [(month, on) for month, on, _ in months(club, member_id)] == [
        ("2023-05", date(2023, 6, 10)),
        ("2023-06", date(2023, 7, 10)),
        ("2023-07", date(2023, 8, 10)),
    ]


def test_what_the_ledger_says_was_booked_is_compared_with_what_is_due(club: Club) -> None:
    """MANSION told after the booking asks for a look; told as FAMILY again for that day, nothing does (M-02.2)."""
    member_id = club.join(lots=[])
    booking(club, "2023-06")
    booking(club, "2023-07")
    told = {"notice_id": "N1", "kind": "service_type_changed", "effective_on": "2023-07-10"}
    for moment, service_type, tasks in (
        ("2023-08-12T12:00:00", "MANSION", ["POINTS_BY_ANOTHER_TYPE"]),
        ("2023-08-13T12:00:00", "FAMILY", []),
    ):
        details = {"service_type": service_type, "by": "customer"}
        asked(club, member_id, "line_notice", moment, details=details, **told)
        assert list(club.state(member_id).tasks) == tasks


def test_an_imported_member_whose_end_is_undone_has_nothing_to_look_at(club: Club) -> None:
    """Lots of 150 and 500 points that another system booked by NTT's table; converted by mistake (M-02.2, A-02)."""
    lots = [ImportedLot(date(2022, 6, 10), "monthly", 300, 150), ImportedLot(date(2023, 5, 10), "monthly", 350, 350)]
    member_id = club.join(lots=lots)
    with Session(club.engine) as session:
        assert imported_by_month(session, member_id) == {"2022-05": 300, "2023-04": 350}
    told = {"notice_id": "N1", "kind": "conversion", "effective_on": "2023-07-05", "details": {}}
    asked(club, member_id, "line_notice", "2023-07-12T12:00:00", **told)
    assert club.state(member_id).state == "ineligible"
    told_in = "select seq from transition where entity_id = :id and event = 'conversion'"
    ((seq,),) = club.rows(told_in, id=f"membership/{member_id}")
    asked(club, member_id, "correct", "2023-07-12T13:00:00", voids=seq, reason_code="entry_error")
    state = club.state(member_id)
    assert (state.state, list(state.tasks)) == ("active", [])


def test_no_day_shows_fewer_points_than_none_however_often_an_end_is_told_and_taken_back(club: Club) -> None:
    """Points that came back on 08-20 are not taken from a day before it, whatever earlier end is told then (M-04.6)."""
    member_id = club.join()
    _left_and_taken_back(club, member_id, "2023-08-04T12:00:00", "2023-08-05T12:00:00", "2023-08-20T12:00:00")
    _left_and_taken_back(club, member_id, "2023-08-10T12:00:00", "2023-09-01T12:00:00", "2023-09-05T12:00:00")
    days = [date(2023, 8, 4) + timedelta(days=number) for number in range(40)]
    with Session(club.engine) as session:
        seen = {day: [view.left for view in balance(session, member_id, day).lots] for day in days}
    assert min(left for lots in seen.values() for left in lots) == 0
    assert [sum(seen[day]) for day in (days[0], days[-1])] == [700 + 2 * 500, 700 + 3 * 500], (
        "and the months others got"
    )


def _left_and_taken_back(club: Club, member_id: str, left: str, keyed: str, corrected: str) -> None:
    """The member left by mistake; told at one moment, corrected at another."""
    received = datetime.fromisoformat(left).replace(tzinfo=JST).isoformat()
    asked(club, member_id, "leave", keyed, received_at=received, approved=True)
    seqs = "select max(seq) from transition where entity_id = :id and event = 'leave_notice'"
    ((seq,),) = club.rows(seqs, id=f"membership/{member_id}")
    asked(club, member_id, "correct", corrected, voids=seq, reason_code="entry_error")


def test_a_renewal_that_no_term_ends_in_any_more_is_not_open_in_its_row(club: Club) -> None:
    """にねん割 from 2021-10-01 was told of another line and taken back: nothing renews in 2023-09 (M-03.1, X-05)."""
    member_id, other = club.join(lots=[]), club.join(lots=[])
    told = {"kind": "ninen_wari_started", "notice_id": "N1", "effective_on": "2021-10-01", "details": {}}
    asked(club, member_id, "line_notice", "2023-06-10T12:00:00", **told)
    wrong = next(seq for seq, event in club.rows(
        "select seq, event from transition where entity_id = :id", id=f"membership/{member_id}"
    ) if event == "ninen_wari_started")  # fmt: skip
    rows = "select term_end_month, state, reasons from renewal_entitlement where member_id = :id"
    assert [tuple(row) for row in club.rows(rows, id=member_id)] == [("2023-09", "open", [])]
    taken_back = {"voids": wrong, "reason_code": "entry_error", "approved": True}
    asked(club, member_id, "correct", "2023-06-11T12:00:00", **taken_back)
    assert [tuple(row) for row in club.rows(rows, id=member_id)] == [("2023-09", "disqualified", [])]
    assert not club.state(member_id).renewals
    assert not club.rows(rows, id=other)
