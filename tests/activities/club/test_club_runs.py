"""The club's set-based runs on a real PostgreSQL: booked once, by the rule, by lot; letters to whom they concern."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session

from activities.club import advice as club_advice
from activities.club import announcement as club_announcement
from activities.club.grants import grant_page, is_over, missed
from activities.runs import FIRST, Page, run_pages
from models.tables.club.club import Member
from models.tables.people import Line, Person
from rules.calendar import Month
from rules.club import points, points_table
from rules.club.grants import monthly_points
from rules.club.program import notice_plan
from rules.refusal import Refusal
from store.club import ledger, ledger_runs

_NUMBERS = itertools.count(1)
MAY = Month(2023, 5)
BOOKED = date(2023, 6, 10)


@pytest.fixture(scope="module")
def engine(migrated: Engine) -> Engine:
    """A database of this file's own."""
    return migrated


@pytest.fixture
def member(engine: Engine) -> Callable[..., str]:
    """Makes an active member with a person and a line; columns can be given."""

    def make(**columns: Any) -> str:
        number = next(_NUMBERS)
        member_id, now = f"M{number:06d}", datetime.now(UTC)
        with Session(engine) as session, session.begin():
            line = Line(line_key=f"L{number:06d}", line_id=f"CAF{number:010d}", operator="EAST", created_at=now)
            person = Person(person_id=f"P{number:06d}", name="会員", email=f"m{number}@example.com", created_at=now)
            session.add_all([line, person])
            session.flush()
            values: dict[str, Any] = {
                "state": "active",
                "registered_on": date(2018, 1, 1),
                "held": Range(date(2018, 1, 1), None, bounds="[)"),
                "service_type": "NEXT_FAMILY",
                "service_class": "FAMILY",
                "in_use_since": date(2016, 1, 1),
                "mail_club": True,
                "created_at": now,
            }
            ids: dict[str, Any] = {"member_id": member_id, "person_id": person.person_id}
            ids |= {"line_key": line.line_key, "line_no": line.line_no}
            session.add(Member(**{**values, **ids, **columns}))
        return member_id

    return make


@pytest.fixture(autouse=True)
def _nobody_yet(engine: Engine) -> None:
    """Members of earlier tests have left long ago, so that runs pass them by."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                update member set state = 'left', end_state = 'left', usable_through = '2019-01-01', mail_club = false,
                  storage_state = 'reverted' where state = 'active'
            """)
        )


def book(engine: Engine, month: Month = MAY, on: date = BOOKED, size: int = 3) -> dict[str, int]:
    """The whole run, in small pages."""
    plan = notice_plan()
    return asyncio.run(run_pages(engine, lambda session, after: grant_page(session, month, on, plan, after, size)))


def rows(engine: Engine, sql: str, **values: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(sql), values).all())


def lots(engine: Engine, member_id: str) -> list[Any]:
    return rows(engine, "select * from point_lot where member_id = :id order by lot_id", id=member_id)


# --- booking -----------------------------------------------------------------------------------------------------


def test_a_second_run_adds_nothing(engine: Engine, member: Callable[..., str]) -> None:
    """M-02.1: seven members in pages of three, one lot and one entry each, however often it runs."""
    ids = [member() for _ in range(7)]
    assert book(engine)["granted"] == 7
    assert book(engine)["granted"] == 0
    for member_id in ids:
        (lot,) = lots(engine, member_id)
        assert (lot.granted_on, lot.usage_month, lot.points, lot.left) == (BOOKED, "2023-05", 500, 500)
        (entry,) = rows(engine, "select * from point_entry where member_id = :id", id=member_id)
        assert (entry.kind, entry.points, entry.on) == ("grant", 500, BOOKED)
        assert "M-02.1" in entry.articles


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"registered_on": date(2023, 5, 31)},
        {"registered_on": date(2023, 6, 1)},
        {"in_use_since": date(2023, 5, 31)},
        {"in_use_since": date(2023, 6, 1)},
        {"in_use_since": date(2022, 6, 30)},
        {"in_use_since": date(2022, 5, 31)},
        {"in_use_since": date(2020, 5, 1)},
        {"in_use_through": date(2023, 5, 30)},
        {"in_use_through": date(2023, 5, 31)},
        {"service_type": "MANSION"},
        {"service_type": "LIGHT_FAMILY"},
    ],
)
def test_the_statement_says_what_the_rule_says(
    engine: Engine, member: Callable[..., str], facts: dict[str, Any]
) -> None:
    """M-02.1 to M-02.3, both sides of every boundary: the set-based run against the rule on the same facts."""
    member_id = member(**facts)
    known = {
        "registered_on": date(2018, 1, 1),
        "in_use_since": date(2016, 1, 1),
        "service_type": "NEXT_FAMILY",
        **facts,
    }
    since = known["in_use_since"]
    ruled = monthly_points(
        MAY,
        known["service_type"],
        years_of_use=points_table.year_of_use(since, MAY) if since <= MAY.last_day else None,
        in_use_through=known.get("in_use_through"),
        in_use_since=since,
        registered_on=known["registered_on"],
    )
    book(engine)
    assert sum(lot.points for lot in lots(engine, member_id)) == ruled.data["points"]


def test_a_type_that_changed_counts_by_the_last_day_of_the_month(engine: Engine, member: Callable[..., str]) -> None:
    """M-02.2: changed on 05-31 counts for May, on 06-01 for June; the present row says the new type in both cases."""
    expected = {}
    for on, said in (("2023-05-31", "NEXT_MANSION"), ("2023-06-01", "NEXT_FAMILY")):
        history = [
            {"service_type": "NEXT_FAMILY", "service_class": "FAMILY", "from_on": "2016-01-01"},
            {"service_type": "NEXT_MANSION", "service_class": "MANSION", "from_on": on},
        ]
        member_id = member(service_type="NEXT_MANSION", service_class="MANSION", service_history=history)
        years = points_table.year_of_use(date(2016, 1, 1), MAY)
        expected[member_id] = points_table.points_of(said, years, MAY.last_day)
    book(engine)
    assert {member_id: lots(engine, member_id)[0].points for member_id in expected} == expected


def test_who_is_gone_by_the_day_of_booking_gets_nothing(engine: Engine, member: Callable[..., str]) -> None:
    """Usable through the day itself: a lot; through the day before: nobody would close it again."""
    ends = {"end_state": "left", "end_cause": "left"}
    on, before = (member(usable_through=day, ended_on=day, **ends) for day in (BOOKED, BOOKED - timedelta(days=1)))
    book(engine)
    assert (len(lots(engine, on)), len(lots(engine, before))) == (1, 0)


def test_a_lot_that_was_imported_for_the_month_stands(engine: Engine, member: Callable[..., str]) -> None:
    """M-02.1: one grant per line and month, whoever booked it."""
    member_id = member()
    with Session(engine) as session, session.begin():
        ledger.grant(session, member_id, 100, date(2023, 6, 1), usage_month="2023-05", articles=["M-02.1"])
    book(engine)
    assert [lot.points for lot in lots(engine, member_id)] == [100]


def test_a_run_after_the_last_day_of_booking_is_rejected_and_counted(
    engine: Engine, member: Callable[..., str]
) -> None:
    """M-02.5: 2023-12-31 books, 2024-01-01 does not, and says for how many an adjustment is needed."""
    member(), member()
    november = Month(2023, 11)
    assert (is_over(date(2023, 12, 31), notice_plan()), is_over(date(2024, 1, 1), notice_plan())) == (False, True)
    with pytest.raises(Refusal, match="adjustment"):
        book(engine, november, date(2024, 1, 1))
    with Session(engine) as session:
        assert missed(session, november, date(2024, 1, 1)) == 2
    assert book(engine, november, date(2023, 12, 31))["granted"] == 2


# --- re-dating and expiry ----------------------------------------------------------------------------------------


def test_lots_expire_by_the_announced_plan(engine: Engine, member: Callable[..., str]) -> None:
    """M-04.1 to M-04.5: booked before the announcement, re-dated by it, lapsed at the end, the ledger at zero."""
    member_id = member()
    book(engine)
    assert lots(engine, member_id)[0].expires_on == date(2026, 3, 31)
    with Session(engine) as session, session.begin():
        assert ledger_runs.redate(session, date(2023, 6, 30)).done == 0
        assert ledger_runs.redate(session, date(2023, 7, 1)).done >= 1
        assert ledger_runs.redate(session, date(2023, 7, 1)).done == 0
    lot = lots(engine, member_id)[0]
    assert (lot.expires_on, lot.original_expires_on) == (date(2025, 3, 31), date(2026, 3, 31))
    book(engine, Month(2023, 6), date(2023, 7, 10))
    assert {each.expires_on for each in lots(engine, member_id)} == {date(2025, 3, 31)}
    with Session(engine) as session, session.begin():
        assert ledger_runs.expire(session, date(2025, 3, 31)).done == 0
        assert ledger_runs.expire(session, date(2025, 4, 1)).done >= 2
    entries = rows(engine, "select * from point_entry where member_id = :id order by entry_id", id=member_id)
    assert sum(entry.points for entry in entries) == 0
    assert {(entry.on, "M-04.5" in entry.articles) for entry in entries if entry.kind == "expire"} == {
        (date(2025, 4, 1), True)
    }
    redated = next(entry for entry in entries if entry.kind == "redate")
    assert (redated.expires_from, redated.expires_to) == (date(2026, 3, 31), date(2025, 3, 31))
    assert redated.reason == "programme_end/2023-07-01"


# --- letters -----------------------------------------------------------------------------------------------------


def grant(engine: Engine, member_id: str, granted_on: date, amount: int, month: str) -> None:
    with Session(engine) as session, session.begin():
        ledger.grant(session, member_id, amount, granted_on, usage_month=month, articles=["M-02.1"])


def letters(engine: Engine, member_id: str) -> list[Any]:
    return rows(engine, "select * from notice where entity_id = :id", id=f"membership/{member_id}")


def test_only_members_with_consent_are_reminded_and_once(engine: Engine, member: Callable[..., str]) -> None:
    """M-08.2: consent and points that lapse on that very day; a second run writes nothing."""
    told, silent, later = member(), member(mail_club=False), member()
    for member_id in (told, silent):
        grant(engine, member_id, date(2022, 3, 31), 300, "2022-02")
        grant(engine, member_id, date(2021, 12, 10), 40, "2021-11")
    grant(engine, later, date(2022, 4, 1), 300, "2022-03")
    reminder = club_advice.reminder(date(2024, 3, 31), notice_plan())
    assert reminder is not None
    for _ in range(2):
        with Session(engine) as session, session.begin():
            reminder.page(session, FIRST)
    (letter,) = letters(engine, told)
    assert "340ポイント" in letter.body
    assert "2024年3月31日" in letter.body
    assert letters(engine, silent) == letters(engine, later) == []
    sent = rows(engine, "select channel from outbox where entity_id = :id order by 1", id=f"membership/{told}")
    assert [row.channel for row in sent] == ["email"]


def test_pages_of_letters_are_taken_up_after_the_last_one(engine: Engine, member: Callable[..., str]) -> None:
    """Three members in pages of two: the second page ends the run."""
    for _ in range(3):
        member()
    with Session(engine) as session, session.begin():
        advice = club_advice.before_end(notice_plan())
        first = advice.page(session, FIRST, 2)
        assert (first.last is not None, first.counts) == (True, {"letters": 2})
        assert advice.page(session, str(first.last), 2) == Page(None, {"letters": 1})


def test_advice_about_stored_data_goes_to_whom_it_concerns(engine: Engine, member: Callable[..., str]) -> None:
    """M-07.6, M-07.7: everybody before the end but those a support service keeps; then those about to revert."""
    running = {"REMOTE_SUPPORT": {"active": True, "since": "2024-01-01", "ended_on": None}}
    later = {"REMOTE_SUPPORT": {"active": True, "since": "2025-05-01", "ended_on": None}}
    ending = {"REMOTE_SUPPORT": {"active": False, "since": "2024-01-01", "ended_on": "2025-05-20"}}
    plain, kept = member(storage_plan_gb=Decimal(25)), member(storage_support=running)
    too_late, until_may = member(storage_support=later), member(storage_support=ending)
    over = {"state": "left", "end_state": "left", "usable_through": date(2025, 3, 15), "end_cause": "left"}
    grace = member(**over, storage_state="off_grace", perk_off_on=date(2025, 3, 15), reverts_on=date(2025, 4, 30))
    with Session(engine) as session, session.begin():
        club_advice.before_end(notice_plan()).page(session, FIRST)
        club_advice.before_reversion(Month(2025, 4)).page(session, FIRST)
        assert club_advice.kept(session, Month(2025, 4)) == 0
    assert "25GB" in letters(engine, plain)[0].body
    assert "2025年4月30日" in letters(engine, grace)[0].body
    assert letters(engine, kept) == letters(engine, until_may) == []
    assert len(letters(engine, too_late)) == 1, "what begins after the reversion keeps nothing (A-08)"


def test_who_was_told_the_same_at_once_is_not_told_it_again(engine: Engine, member: Callable[..., str]) -> None:
    """M-07.6: taken over after the end and advised then, nobody gets the same letter from the run of 04-16."""
    over = {"state": "ended_programme", "end_state": "ended_programme", "usable_through": date(2025, 3, 31)}
    grace = {**over, "storage_state": "off_grace", "perk_off_on": date(2025, 3, 31), "reverts_on": date(2025, 4, 30)}
    told, april = member(**grace), Month(2025, 4)
    with Session(engine) as session, session.begin():
        club_advice.before_reversion(april).page(session, FIRST)
        renamed = "update notice set notice_id = notice_id || '/at-once' where entity_id = :id"
        session.execute(text(renamed), {"id": f"membership/{told}"})
    other = member(**grace)
    with Session(engine) as session, session.begin():
        assert club_advice.before_reversion(april).page(session, FIRST).counts == {"letters": 1}
    assert (len(letters(engine, told)), len(letters(engine, other))) == (1, 1)


def test_the_announcement_reaches_open_memberships_and_writes_to_each_once(
    engine: Engine, member: Callable[..., str]
) -> None:
    """M-08.4: whoever is a member when it begins; what became of them stays when it is begun again."""
    plan, ids = notice_plan(), [member() for _ in range(3)]
    with Session(engine) as session, session.begin():
        club_announcement.select_targets(session, plan.announced_on)
        assert club_announcement.progress(session, plan.announced_on) == (3, {"planned": 3})
        written = [club_announcement.letters_page(session, plan, FIRST, 2) for _ in range(3)]
        assert [page.counts["letters"] for page in written] == [2, 1, 0]
        session.execute(text("update wind_down_target set state = 'failed' where member_id = :id"), {"id": ids[0]})
        session.execute(text("update wind_down_target set state = 'told' where member_id <> :id"), {"id": ids[0]})
        club_announcement.select_targets(session, plan.announced_on)
        assert club_announcement.progress(session, plan.announced_on) == (0, {"failed": 1, "told": 2})
        club_announcement.select_targets(session, plan.announced_on, retry=True)
        assert club_announcement.progress(session, plan.announced_on) == (1, {"planned": 1, "told": 2})
    body = letters(engine, ids[0])[0].body
    for said in ("2023年9月30日", "2023年12月", "2025年3月31日", "2026年3月31日", "2025年4月30日"):
        assert said in body
    assert points.expiry(date(2023, 4, 1), plan=plan).expires_on == date(2025, 3, 31)
