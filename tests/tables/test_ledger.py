"""The points ledger on a real PostgreSQL: its writers, and what the database refuses whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from models.tables.club.club import Member, PointEntry, PointLot
from rules.refusal import Refusal
from store.club import ledger, ledger_reads, ledger_runs

Make = Callable[..., str]
WHY = ("M-02.1",)


def give(engine: Engine, member_id: str, month: str, points: int, granted_on: date) -> str:
    with Session(engine) as session, session.begin():
        return ledger.grant(session, member_id, points, granted_on, usage_month=month, articles=WHY).lot_id


def lots(engine: Engine, member_id: str) -> dict[str, PointLot]:
    with Session(engine) as session:
        rows = session.exec(select(PointLot).where(col(PointLot.member_id) == member_id)).all()
        return {row.lot_id: row for row in rows}


def kinds(engine: Engine, member_id: str) -> list[tuple[str, int, date]]:
    with Session(engine) as session:
        return [(row.kind, row.points, row.on) for row in ledger_reads.entries(session, member_id)]


def balance(engine: Engine, member_id: str, on: date) -> int:
    with Session(engine) as session:
        return ledger_reads.balance(session, member_id, on).points


def sql(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


# --- granting ----------------------------------------------------------------------------------------------------


def test_a_usage_month_is_granted_once(club_engine: Engine, new_member: Make) -> None:
    """A repeated grant for the same member, kind and month changes nothing (M-02.1)."""
    member = new_member()
    first = give(club_engine, member, "2023-05", 300, date(2023, 6, 1))
    assert give(club_engine, member, "2023-05", 400, date(2023, 6, 2)) == first
    assert kinds(club_engine, member) == [("grant", 300, date(2023, 6, 1))]


def test_two_runs_at_once_grant_once(club_engine: Engine, new_member: Make) -> None:
    """Twenty runs booking the same month at the same time make one lot."""
    member = new_member()
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda _: give(club_engine, member, "2023-05", 300, date(2023, 6, 1)), range(20)))
    assert len(set(made)) == 1
    assert balance(club_engine, member, date(2023, 6, 1)) == 300


def test_the_database_refuses_a_second_monthly_lot(club_engine: Engine, new_member: Make) -> None:
    """Direct SQL cannot make a second monthly lot of a month, whatever its id."""
    member = new_member()
    give(club_engine, member, "2023-05", 300, date(2023, 6, 1))
    with pytest.raises(IntegrityError, match="uq_lot_monthly"):
        sql(
            club_engine,
            'insert into point_lot (lot_id, member_id, kind, granted_on, points, "left", expires_on, '
            "original_expires_on, usage_month) "
            "values (:id, :member, 'monthly', '2023-06-02', 5, 5, '2025-03-31', '2026-03-31', '2023-05')",
            id=f"{member}-other",
            member=member,
        )


@pytest.mark.parametrize(
    ("granted_on", "expires_on", "original"),
    [
        (date(2022, 3, 31), date(2024, 3, 31), date(2024, 3, 31)),
        (date(2022, 4, 1), date(2025, 3, 31), date(2025, 3, 31)),
        (date(2023, 4, 1), date(2026, 3, 31), date(2026, 3, 31)),
        (date(2023, 6, 30), date(2026, 3, 31), date(2026, 3, 31)),
        (date(2023, 7, 1), date(2025, 3, 31), date(2026, 3, 31)),
        (date(2023, 12, 31), date(2025, 3, 31), date(2026, 3, 31)),
    ],
)
def test_a_lot_gets_the_expiry_known_on_its_day(
    club_engine: Engine, new_member: Make, granted_on: date, expires_on: date, original: date
) -> None:
    """From the announcement of 2023-07-01 on new lots of the re-dated range get the new day at once (M-04.4)."""
    member = new_member()
    give(club_engine, member, "2023-01", 100, granted_on)
    (lot,) = lots(club_engine, member).values()
    assert (lot.expires_on, lot.original_expires_on) == (expires_on, original)


def test_an_adjustment_is_there_from_its_own_day_and_expires_by_the_original_one(
    club_engine: Engine, new_member: Make
) -> None:
    """Made good on 2024-01-10 for a grant of 2023-12-01: usable from the 10th, through 2025-03-31 (A-09)."""
    member = new_member()
    made = ledger.Adjustment(300, date(2023, 12, 1), "2023-11", None, "x", ("M-02.5",), "other")
    for _ in range(2):
        with Session(club_engine) as session, session.begin():
            ledger.adjust(session, member, made, date(2024, 1, 10))
    assert balance(club_engine, member, date(2024, 1, 9)) == 0
    assert balance(club_engine, member, date(2024, 1, 10)) == 300
    assert balance(club_engine, member, date(2025, 3, 31)) == 300
    assert balance(club_engine, member, date(2025, 4, 1)) == 0
    assert kinds(club_engine, member) == [("adjust", 300, date(2024, 1, 10))]


# --- spending ----------------------------------------------------------------------------------------------------


def test_spending_takes_the_earliest_expiry_first(club_engine: Engine, new_member: Make) -> None:
    """A lot of FY2021 goes before one of FY2022, whichever was written first (A-15)."""
    member = new_member()
    late = give(club_engine, member, "2022-05", 900, date(2022, 6, 1))
    early = give(club_engine, member, "2022-02", 1200, date(2022, 3, 1))
    with Session(club_engine) as session, session.begin():
        spent = ledger.spend(session, member, 1500, date(2023, 8, 1), "exchange/a")
    assert [(use.lot_id, use.points) for use in spent.uses] == [(early, 1200), (late, 300)]
    assert spent.balance_after == 600


def test_all_or_nothing(club_engine: Engine, new_member: Make) -> None:
    """One point too many is refused and takes nothing; all of it goes."""
    member = new_member()
    give(club_engine, member, "2022-05", 100, date(2022, 6, 1))
    with Session(club_engine) as session, pytest.raises(Refusal) as refused:
        ledger.spend(session, member, 101, date(2023, 8, 1), "exchange/b")
    assert refused.value.code == "INSUFFICIENT_POINTS"
    assert balance(club_engine, member, date(2023, 8, 1)) == 100
    with Session(club_engine) as session, session.begin():
        assert ledger.spend(session, member, 100, date(2023, 8, 1), "exchange/b").balance_after == 0


def test_the_same_spending_takes_once(club_engine: Engine, new_member: Make) -> None:
    """A repeat under the same key answers the same uses and takes nothing."""
    member = new_member()
    give(club_engine, member, "2022-05", 100, date(2022, 6, 1))
    answers = []
    for _ in range(2):
        with Session(club_engine) as session, session.begin():
            answers.append(ledger.spend(session, member, 60, date(2023, 8, 1), "exchange/same"))
    assert answers[0] == answers[1]
    assert balance(club_engine, member, date(2023, 8, 1)) == 40


def test_of_two_hundred_clients_exactly_one_spends_the_last_points(club_engine: Engine, new_member: Make) -> None:
    """Two hundred spenders of the same 500 points at once: one wins, the others are told there is too little."""
    member = new_member()
    give(club_engine, member, "2022-05", 500, date(2022, 6, 1))

    def one(number: int) -> str:
        try:
            with Session(club_engine) as session, session.begin():
                ledger.spend(session, member, 500, date(2023, 8, 1), f"exchange/r{number}")
        except Refusal as refusal:
            return refusal.code
        return "spent"

    with ThreadPoolExecutor(200) as pool:
        won = list(pool.map(one, range(200)))
    assert sorted(won) == ["INSUFFICIENT_POINTS"] * 199 + ["spent"]
    assert balance(club_engine, member, date(2023, 8, 1)) == 0


def test_the_last_usable_day_is_inclusive(club_engine: Engine, new_member: Make) -> None:
    """FY2021 points are spendable on 2024-03-31 and not on 2024-04-01, before any run has lapsed them (A-12)."""
    for day, usable in ((date(2024, 3, 31), True), (date(2024, 4, 1), False)):
        member = new_member()
        give(club_engine, member, "2022-02", 100, date(2022, 3, 31))
        assert balance(club_engine, member, day) == (100 if usable else 0)
        with Session(club_engine) as session, session.begin():
            if usable:
                ledger.spend(session, member, 100, day, f"exchange/{member}")
            else:
                with pytest.raises(Refusal, match="usable"):
                    ledger.spend(session, member, 100, day, f"exchange/{member}")


def test_points_are_usable_through_the_leave_day(club_engine: Engine, new_member: Make) -> None:
    """With the end known, the leave day is the last one, processed or not (M-05.7)."""
    end = {
        "end_state": "left",
        "end_cause": "left",
        "usable_through": date(2024, 10, 15),
        "ended_on": date(2024, 10, 15),
    }
    member = new_member(**end)
    give(club_engine, member, "2022-05", 100, date(2022, 6, 1))
    with Session(club_engine) as session, session.begin():
        ledger.spend(session, member, 10, date(2024, 10, 15), f"exchange/{member}")
    assert balance(club_engine, member, date(2024, 10, 16)) == 0
    with Session(club_engine) as session, pytest.raises(Refusal) as refused:
        ledger.spend(session, member, 10, date(2024, 10, 16), f"exchange/{member}/2")
    assert refused.value.code == "POINTS_FORFEITED"
    assert refused.value.articles == ("M-05.7",)


# --- giving back -------------------------------------------------------------------------------------------------


def test_points_go_back_to_their_own_lots_once(club_engine: Engine, new_member: Make) -> None:
    """A failed exchange returns each point to the lot it came from; a repeat returns nothing."""
    member = new_member()
    early = give(club_engine, member, "2022-02", 100, date(2022, 3, 1))
    late = give(club_engine, member, "2022-05", 100, date(2022, 6, 1))
    with Session(club_engine) as session, session.begin():
        ledger.spend(session, member, 150, date(2023, 8, 1), f"exchange/{member}")
    backs = []
    for _ in range(2):
        with Session(club_engine) as session, session.begin():
            backs.append(ledger.give_back(session, f"exchange/{member}", date(2023, 8, 2)))
    assert backs[0] == 150
    found = lots(club_engine, member)
    assert (found[early].left, found[late].left) == (100, 100)
    assert [kind for kind, *_ in kinds(club_engine, member)].count("return") == 2


def test_what_came_back_was_not_spent(club_engine: Engine, new_member: Make) -> None:
    """Of two exchanges the later one failed: points were spent last on the day of the other one."""
    member = new_member()
    give(club_engine, member, "2022-05", 300, date(2022, 6, 1))
    with Session(club_engine) as session, session.begin():
        assert ledger_reads.spent_on(session, member) == []
        ledger.spend(session, member, 100, date(2023, 8, 1), f"exchange/{member}/kept")
        ledger.spend(session, member, 100, date(2023, 8, 5), f"exchange/{member}/failed")
        assert ledger_reads.spent_on(session, member) == [date(2023, 8, 1), date(2023, 8, 5)]
        ledger.give_back(session, f"exchange/{member}/failed", date(2023, 8, 6))
        assert ledger_reads.spent_on(session, member) == [date(2023, 8, 1)]


def test_what_comes_back_to_an_expired_lot_lapses_again(club_engine: Engine, new_member: Make) -> None:
    """Points of FY2021 returned after 2024-03-31 are not usable again; those of FY2022 are."""
    member = new_member()
    give(club_engine, member, "2022-02", 100, date(2022, 3, 1))
    give(club_engine, member, "2022-05", 100, date(2022, 6, 1))
    with Session(club_engine) as session, session.begin():
        ledger.spend(session, member, 150, date(2024, 3, 31), f"exchange/{member}")
    with Session(club_engine) as session, session.begin():
        assert ledger.give_back(session, f"exchange/{member}", date(2024, 4, 2)) == 50
    assert balance(club_engine, member, date(2024, 4, 2)) == 100
    assert ("expire", -100, date(2024, 4, 1)) in kinds(club_engine, member)


# --- expiry, re-dating, the end ----------------------------------------------------------------------------------


def test_expiry_is_by_the_day_and_once(club_engine: Engine, new_member: Make) -> None:
    """1,200/900/700 of FY2021/22/23: 2,800 on 2024-03-31, 1,600 the next day, 0 from 2025-04-01 (M-04.6)."""
    member = new_member()
    for month, points, day in (
        ("2022-02", 1200, date(2022, 3, 31)),
        ("2022-03", 900, date(2022, 4, 1)),
        ("2023-03", 700, date(2023, 4, 1)),
    ):
        give(club_engine, member, month, points, day)
    expected = {date(2024, 3, 31): 2800, date(2024, 4, 1): 1600, date(2025, 3, 31): 1600, date(2025, 4, 1): 0}
    assert {day: balance(club_engine, member, day) for day in expected} == expected
    for day in (date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 1), date(2025, 4, 1)):
        with Session(club_engine) as session, session.begin():
            ledger_runs.redate(session, day)
            ledger_runs.expire(session, day)
        assert {each: balance(club_engine, member, each) for each in expected} == expected
    assert sum(points for _, points, _ in kinds(club_engine, member)) == 0
    with Session(club_engine) as session:
        rows = [row for row in ledger_reads.entries(session, member) if row.kind == "expire"]
    assert [(row.points, row.on, row.articles[0]) for row in rows] == [
        (-1200, date(2024, 4, 1), "M-04.2"),
        (-900, date(2025, 4, 1), "M-04.5"),
        (-700, date(2025, 4, 1), "M-04.5"),
    ]


def test_redating_keeps_the_old_day_and_the_reason(club_engine: Engine, new_member: Make) -> None:
    """A lot of 2023-04-01 moves from 2026-03-31 to 2025-03-31 at the announcement, not a day before (M-04.4)."""
    member = new_member()
    lot_id = give(club_engine, member, "2023-03", 700, date(2023, 4, 1))
    kept = give(club_engine, member, "2023-02", 50, date(2023, 3, 31))
    for day, expires_on in ((date(2023, 6, 30), date(2026, 3, 31)), (date(2023, 7, 1), date(2025, 3, 31))):
        for _ in range(2):
            with Session(club_engine) as session, session.begin():
                ledger_runs.redate(session, day)
        assert lots(club_engine, member)[lot_id].expires_on == expires_on
    with Session(club_engine) as session:
        (row,) = [row for row in ledger_reads.entries(session, member) if row.kind == "redate"]
    assert (row.expires_from, row.expires_to, row.on) == (date(2026, 3, 31), date(2025, 3, 31), date(2023, 7, 1))
    assert row.reason == "programme_end/2023-07-01"
    assert lots(club_engine, member)[kept].expires_on == date(2025, 3, 31)


def test_an_end_zeroes_every_lot(club_engine: Engine, new_member: Make) -> None:
    """A conversion of 2024-06-10 forfeits what is left on that day; what expired before is EXPIRE (M-05.1, A-11)."""
    member = new_member()
    give(club_engine, member, "2022-02", 100, date(2022, 3, 1))
    give(club_engine, member, "2022-05", 200, date(2022, 6, 1))
    with Session(club_engine) as session, session.begin():
        row = session.get_one(Member, member)
        row.end_state, row.end_cause, row.usable_through = "ineligible", "conversion", date(2024, 6, 9)
        session.flush()
        assert ledger.forfeit_all(session, member, date(2024, 6, 10)) == 300
        assert ledger.forfeit_all(session, member, date(2024, 6, 10)) == 0
    gone = [each for each in kinds(club_engine, member) if each[1] < 0]
    assert gone == [("expire", -100, date(2024, 4, 1)), ("forfeit", -200, date(2024, 6, 10))]
    assert balance(club_engine, member, date(2024, 6, 9)) == 200
    assert balance(club_engine, member, date(2024, 6, 10)) == 0


def test_the_ledger_is_double(club_engine: Engine, new_member: Make) -> None:
    """What members hold and what the other accounts hold sum to zero."""
    member = new_member()
    give(club_engine, member, "2022-05", 100, date(2022, 6, 1))
    with Session(club_engine) as session:
        held = sum(session.exec(select(PointLot.left)).all())
        # An entry adds to a lot what it takes from its account.
        assert held - sum(session.exec(select(PointEntry.points)).all()) == 0


# --- what the database refuses -----------------------------------------------------------------------------------


@pytest.fixture
def one_lot(club_engine: Engine, new_member: Make) -> str:
    """A lot of 100 points."""
    return give(club_engine, new_member(), "2022-05", 100, date(2022, 6, 1))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('update point_lot set "left" = -1 where lot_id = :lot', "lot_left"),
        ('update point_lot set "left" = 101 where lot_id = :lot', "lot_left"),
        ('update point_lot set "left" = 99 where lot_id = :lot', "its entries sum to 100"),
        ("update point_lot set points = 500 where lot_id = :lot", "cannot be changed"),
        ("update point_lot set granted_on = '2023-06-01' where lot_id = :lot", "cannot be changed"),
        ("update point_lot set usage_month = null where lot_id = :lot", "cannot be changed"),
        ("update point_lot set expires_on = '2026-03-31' where lot_id = :lot", "no entry keeps the old day"),
        ("delete from point_lot where lot_id = :lot", "cannot be deleted"),
        ("update point_entry set points = 1 where lot_id = :lot", "appended, never changed"),
        ("delete from point_entry where lot_id = :lot", "appended, never changed"),
    ],
)
def test_the_database_refuses_a_change_of_what_was(
    club_engine: Engine, one_lot: str, statement: str, said: str
) -> None:
    """No lot below zero or above its grant, no lot apart from its entries, nothing rewritten: not even by hand."""
    with pytest.raises(DBAPIError, match=said):
        sql(club_engine, statement, lot=one_lot)


@pytest.mark.parametrize(
    ("kind", "account", "points", "said"),
    [
        ("grant", "issued", 5, "uq_entry_first"),
        ("adjust", "issued", 5, "uq_entry_first"),
        ("spend", "spent", -5, "its entries sum to 95"),
        ("spend", "spent", 5, "entry_kind"),
        ("spend", "issued", -5, "entry_kind"),
        ("gift", "spent", -5, "entry_kind"),
        ("redate", "none", 0, "entry_redate"),
    ],
)
def test_the_database_refuses_an_entry_that_does_not_add_up(
    club_engine: Engine, one_lot: str, kind: str, account: str, points: int, said: str
) -> None:
    """An entry has the sign and the other side of its kind, and the lot follows it in the same transaction."""
    with pytest.raises(DBAPIError, match=said):
        sql(
            club_engine,
            'insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at) '
            "select lot_id, member_id, :kind, :account, :points, '2023-08-01', '[\"M-04.6\"]', 'by hand', now() "
            "from point_lot where lot_id = :lot",
            lot=one_lot,
            kind=kind,
            account=account,
            points=points,
        )


def test_an_entry_cannot_be_another_members(club_engine: Engine, one_lot: str, new_member: Make) -> None:
    """The lot and the member of an entry belong together."""
    with pytest.raises(IntegrityError, match="entry_lot"):
        sql(
            club_engine,
            'insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at) '
            "values (:lot, :other, 'spend', 'spent', -5, '2023-08-01', '[\"M-04.6\"]', 'x', now())",
            lot=one_lot,
            other=new_member(),
        )


def test_a_line_has_one_membership_at_a_time(club_engine: Engine, new_member: Make) -> None:
    """Two memberships may follow each other on one line, from the leave day on, and never overlap (M-02.1, A-13)."""
    first = new_member()
    copy = (
        "insert into member (member_id, line_key, line_no, state, registered_on, held, service_type, service_class, "
        "service_history, in_use_since, storage_state, storage_support, mail_club, mail_ntt_east, needs_operator, "
        "workflow_started, created_at) select :id, line_key, line_no, 'active', '2022-05-01', "
        "daterange(cast(:began as date), null, '[)'), service_type, service_class, service_history, in_use_since, "
        "'on', '{}', false, false, false, true, now() from member where member_id = :first"
    )
    with pytest.raises(IntegrityError, match="one_membership_per_line"):
        sql(club_engine, copy, id=f"{first}-b", began="2022-05-01", first=first)
    sql(
        club_engine,
        "update member set held = daterange('2018-01-01', '2022-05-01', '[)') where member_id = :first",
        first=first,
    )
    with pytest.raises(IntegrityError, match="one_membership_per_line"):
        sql(club_engine, copy, id=f"{first}-b", began="2022-04-30", first=first)
    sql(club_engine, copy, id=f"{first}-b", began="2022-05-01", first=first)


# --- any sequence ------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2021, 6, 1), date(2025, 6, 30))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.integers(50, 500), st.integers(0, 40)),
        st.tuples(st.just("spend"), st.integers(1, 900), st.integers(0, 40)),
        st.tuples(st.just("back"), st.integers(0, 8), st.integers(0, 40)),
        st.tuples(st.just("expire"), st.just(0), st.integers(0, 200)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, began=DAYS)
def test_after_any_sequence_the_ledger_adds_up(
    club_engine: Engine, new_member: Make, steps: list[tuple[str, int, int]], began: date
) -> None:
    """Whatever is granted, spent, returned and lapsed in whatever order: lots, entries and balance agree."""
    member, day = new_member(), began
    refs: list[str] = []
    for number, (what, value, days) in enumerate(steps):
        day = date.fromordinal(day.toordinal() + days)
        with Session(club_engine) as session, session.begin():
            if what == "grant" and day <= date(2023, 12, 31):
                ledger.grant(session, member, value, day, usage_month=f"n{number}", articles=WHY)
            elif what == "spend":
                before = ledger_reads.balance(session, member, day).points
                ref = f"exchange/{member}/{number}"
                try:
                    spent = ledger.spend(session, member, value, day, ref)
                except Refusal:
                    assert value > before
                else:
                    refs.append(ref)
                    assert spent.balance_after == before - value
            elif what == "back" and refs:
                before = ledger_reads.balance(session, member, day).points
                back = ledger.give_back(session, refs[value % len(refs)], day)
                assert ledger_reads.balance(session, member, day).points == before + back
            elif what == "expire":
                before = ledger_reads.balance(session, member, day).points
                ledger_runs.redate(session, day)
                ledger_runs.expire(session, day)
                assert ledger_reads.balance(session, member, day).points == before
    with Session(club_engine) as session:
        entries = session.exec(select(PointEntry).where(col(PointEntry.member_id) == member)).all()
        held = {row.lot_id: row.left for row in lots(club_engine, member).values()}
        assert sum(held.values()) == sum(row.points for row in entries)
        for lot_id, left in held.items():
            assert left == sum(row.points for row in entries if row.lot_id == lot_id)
        assert ledger_reads.balance(session, member, date(2026, 4, 1)).points == 0
