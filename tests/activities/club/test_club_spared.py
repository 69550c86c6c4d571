"""The club's runs go on beside a member whose rows cannot be written: that one has an operator's task, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.testing import ActivityEnvironment

from activities.club.announcement import select_targets
from activities.club.runs import ClubRuns
from activities.mass.command import MassCommand
from models.messages.entity import AgendaItem
from rules.calendar import start_of
from tests.activities.club.club import Club, a_club
from tests.activities.refusing import refused

D = date.fromisoformat


_LATE_LOT = """
with lot as (
  insert into point_lot (lot_id, member_id, kind, granted_on, points, "left", expires_on, original_expires_on,
    usage_month)
  values ('late-' || :id, :id, 'monthly', '2023-05-10', 100, 100, '2024-03-31', '2026-03-31', '2023-04')
  returning lot_id, member_id
)
insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
select lot_id, member_id, 'grant', 'issued', 100, '2023-05-10', '["M-02.1"]', 'grant/2023-04', now() from lot
"""


@pytest.fixture(scope="module")
def engine(migrated: Engine) -> Engine:
    """A database of this file's own."""
    return migrated


@pytest.fixture
def club(engine: Engine) -> Iterator[Club]:
    """A club of this test."""
    with a_club(engine) as club:
        yield club


def runs(club: Club) -> ClubRuns:
    """The runs, for those that tell no workflow."""
    nobody: Any = None
    return ClubRuns(club.engine, nobody, MassCommand(nobody, club.recorder), club.recorder)


def item(event: str, on: str, period: str) -> AgendaItem:
    """One of the programme's agenda."""
    day = D(on)
    return AgendaItem(
        item_id=event, event=event, at=start_of(day), on=day, articles=[], label=event, data={"period": period}
    )


def done(club: Club, what: str, on: str, period: str) -> dict[str, int]:
    """What an activity gives, run as a worker runs it."""
    work = getattr(runs(club), what)
    return asyncio.run(ActivityEnvironment().run(work, "program/club", item(what, on, period)))


def tasks(club: Club, member_id: str) -> list[str]:
    """What of a member waits for an operator."""
    return list(club.state(member_id).tasks)


@pytest.mark.parametrize("at_the_end", [False, True])
def test_points_are_booked_for_the_others(club: Club, at_the_end: bool) -> None:
    """M-02.1: the database refuses one member's entry, at once or at the commit; a second run books nothing twice."""
    first, spoilt, last = club.join(), club.join(), club.join()
    club.at("2023-08-10")
    with refused(club.engine, "point_entry", "member_id", spoilt, at_the_end=at_the_end):
        for _ in range(2):
            counts = done(club, "book_monthly_points", "2023-08-10", "2023-07")
            assert counts["failed"] == 1
    booked = {row.member_id for row in club.rows("select member_id from point_lot where usage_month = '2023-07'")}
    assert {first, last} <= booked
    assert spoilt not in booked
    assert [tasks(club, each) for each in (first, spoilt, last)] == [[], ["DEFECT"], []]
    assert done(club, "book_monthly_points", "2023-08-10", "2023-07")["granted"] == 1, "once it can, it is booked"


def test_points_are_booked_for_the_others_where_even_the_task_cannot_be_written(club: Club) -> None:
    """The run does everybody else, and counts the one of which its programme has the task."""
    first, spoilt, last = club.join(), club.join(), club.join()
    club.at("2023-08-10")
    own_log = refused(club.engine, "transition", "entity_id", f"membership/{spoilt}")
    with refused(club.engine, "point_entry", "member_id", spoilt), own_log:
        counts = done(club, "book_monthly_points", "2023-08-10", "2023-07")
    assert (counts["failed"], counts["unnoted"]) == (1, 1)
    booked = {row.member_id for row in club.rows("select member_id from point_lot where usage_month = '2023-07'")}
    assert booked & {first, spoilt, last} == {first, last}
    assert done(club, "book_monthly_points", "2023-08-10", "2023-07")["granted"] == 1


def test_points_of_the_others_lapse(club: Club) -> None:
    """M-04.5: one lot cannot be closed at the end of its last day; every other one is."""
    ids = [club.join() for _ in range(3)]
    club.at("2025-04-01")
    with refused(club.engine, "point_entry", "member_id", ids[1]):
        assert done(club, "expire_points", "2025-04-01", "2025-04-01")["failed"] == 2
    left = 'select coalesce(sum("left"), 0) from point_lot where member_id = :id'
    assert [club.rows(left, id=each)[0][0] for each in ids] == [0, 700, 0]
    assert tasks(club, ids[1]) == ["DEFECT"]
    assert done(club, "expire_points", "2025-04-01", "2025-04-01")["lots"] == 2


def test_a_lot_that_cannot_be_redated_does_not_lapse_on_its_old_day(club: Club) -> None:
    """M-04.4: its former last day no longer holds; it waits for whoever mends it, and the others are re-dated."""
    spoilt, other = club.join(lots=[]), club.join(lots=[])
    with club.engine.begin() as connection:
        for member_id in (spoilt, other):
            connection.execute(text(_LATE_LOT), {"id": member_id})
    club.at("2024-04-01")
    with refused(club.engine, "point_entry", "member_id", spoilt):
        done(club, "expire_points", "2024-04-01", "2024-04-01")
    found = club.rows("select member_id, expires_on, \"left\" from point_lot where lot_id like 'late-%' order by 1")
    assert {row.member_id: (row.expires_on, row.left) for row in found} == {
        spoilt: (D("2024-03-31"), 100),
        other: (D("2025-03-31"), 100),
    }
    assert tasks(club, spoilt) == ["DEFECT"]


@pytest.mark.parametrize(
    ("what", "on", "period"),
    [("remind_expiring", "2025-03-01", "2025-03-31"), ("advise_end", "2025-03-01", "2025-03-01")],
)
def test_the_others_get_their_letters(club: Club, what: str, on: str, period: str) -> None:
    """M-04.1, M-07.6: one letter that cannot be written keeps nobody else's back."""
    ids = [club.join() for _ in range(3)]
    club.at(on)
    with refused(club.engine, "notice", "entity_id", f"membership/{ids[1]}"):
        counts = done(club, what, on, period)
    assert counts == {"letters": 2, "failed": 1}
    assert [tasks(club, each) for each in ids] == [[], ["DEFECT"], []]
    assert done(club, what, on, period) == {"letters": 1}


def test_letters_go_to_the_others_where_even_the_task_cannot_be_written(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-07.6: page after page, and the programme hears of the one left out."""
    monkeypatch.setattr("activities.club.runs.LETTERS_PER_EFFECT", 1)
    monkeypatch.setattr("activities.club.advice.LETTERS_PER_WRITE", 1)
    ids = sorted(club.join() for _ in range(4))
    club.at("2025-03-01")
    own_log = refused(club.engine, "transition", "entity_id", f"membership/{ids[0]}")
    with refused(club.engine, "notice", "entity_id", f"membership/{ids[0]}"), own_log:
        counts = done(club, "advise_end", "2025-03-01", "2025-03-01")
        while counts.get("more"):
            counts = done(club, "advise_end", "2025-03-01", "2025-03-01")
    assert counts["unnoted"] == 1
    found = club.rows("select entity_id from notice where kind = 'storage_advice'")
    assert {f"membership/{each}" for each in ids[1:]} <= {row.entity_id for row in found}


def test_the_others_are_written_to_of_the_closure(club: Club) -> None:
    """M-08.4: the announcement comes to its end, and who could not be written to is an operator's task."""
    ids = [club.join() for _ in range(3)]
    with Session(club.engine) as session, session.begin():
        select_targets(session, D("2023-07-01"))
        session.execute(text("update wind_down_target set state = 'told'"))
    with refused(club.engine, "notice", "entity_id", f"membership/{ids[1]}"):
        counts = done(club, "announce_wind_down", "2023-07-01", "2023-07-01")
    assert "more" not in counts
    assert [tasks(club, each) for each in ids] == [[], ["DEFECT"], []]
    letters = club.rows("select entity_id from notice where kind = 'club_closure' order by entity_id")
    assert {row.entity_id for row in letters} == {f"membership/{ids[0]}", f"membership/{ids[2]}"}


def test_the_programme_knows_who_was_not_written_to_where_the_member_cannot_be_told_of(club: Club) -> None:
    """M-08.4: the announcement ends, its programme has the task, and begun again it writes to that one too."""
    ids = [club.join() for _ in range(2)]
    with Session(club.engine) as session, session.begin():
        select_targets(session, D("2023-07-01"))
        session.execute(text("update wind_down_target set state = 'told'"))
    own_log = refused(club.engine, "transition", "entity_id", f"membership/{ids[1]}")
    with refused(club.engine, "notice", "entity_id", f"membership/{ids[1]}"), own_log:
        counts = done(club, "announce_wind_down", "2023-07-01", "2023-07-01")
    assert "more" not in counts
    assert counts["failed"] == 1
    with Session(club.engine) as session, session.begin():
        select_targets(session, D("2023-07-01"), retry=True)
        session.execute(text("update wind_down_target set state = 'told'"))
    done(club, "announce_wind_down", "2023-07-01", "2023-07-01")
    letters = club.rows("select entity_id from notice where kind = 'club_closure'")
    assert {f"membership/{each}" for each in ids} <= {row.entity_id for row in letters}
