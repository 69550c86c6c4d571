"""The programme's end of many members together, on a real PostgreSQL: as by their own timers, once, whatever dies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from activities.club import advice
from activities.club.ending import ClubEnd, to_wake
from activities.runs import FIRST
from decisions.membership.ending.many_ends import ALIKE, Alike, DiffersError, end_of_alike
from models.messages.club.membership import ChangeStoragePlan, MembershipState, workflow_id
from models.messages.entity import Held, Undeliverable
from rules.calendar import start_of
from rules.club.program import notice_plan, plan_of
from store import chain
from store.club import ledger
from store.locks import lock_entity
from tests.activities.club.club import OVER, Club, a_club
from tests.given import Standing

D = date.fromisoformat


@pytest.fixture(scope="module")
def engine(migrated: Engine) -> Engine:
    """A database of this file's own."""
    return migrated


@pytest.fixture
def club(engine: Engine) -> Iterator[Club]:
    """A club of this test."""
    with a_club(engine) as club:
        yield club


# --- the same as by their own timers -----------------------------------------------------------------------------

_OWN = {"entry_id", "hash", "recorded_at", "line_no", "id", "external_id", "created_at", "next_attempt_at", "offset_s"}
"""What is another from row to row whoever writes it; the hashes are looked at by `chain.broken`."""


def everything(club: Club, member_id: str) -> dict[str, list[str]]:
    """Every row of every table that is about a member, without whose it is."""
    ((line_key, person_id),) = club.rows("select line_key, person_id from member where member_id = :id", id=member_id)
    found: dict[str, list[str]] = {}
    for table in SQLModel.metadata.sorted_tables:
        by = next((name for name in ("entity_id", "member_id") if name in table.columns), None)
        if by is None:
            continue
        own_id = workflow_id(member_id) if by == "entity_id" else member_id
        query = f'select to_jsonb(t) from "{table.name}" t where {by} = :id'  # a table of ours
        documents = [
            json.dumps({key: value for key, value in row.items() if key not in _OWN}, sort_keys=True)
            for (row,) in club.rows(query, id=own_id)
        ]
        for name, stands_for in ((member_id, "#M"), (str(line_key), "#L"), (str(person_id), "#P")):
            documents = [each.replace(name, stands_for) for each in documents]
        # The place of an import says whose it is, hashed.
        # The id of an event says when it was recorded, in real time.
        documents = [re.sub(r'"id": "[^",]*Z,', '"id": "#,', each) for each in documents]
        documents = [re.sub(r"\|import\|[0-9a-f]{16}", "|import|#", each) for each in documents]
        if documents:
            found[table.name] = sorted(documents)
    return found


def _command(name: str, when: str, **values: Any) -> Callable[[Club, str], None]:
    def ask(club: Club, member_id: str) -> None:
        club.at(when)
        club.ask(member_id, name, {"op": f"{name}-{when}", "actor": "operator", **values})

    return ask


def _nothing(club: Club, member_id: str) -> None:
    _ = (club, member_id)


def _bonus(club: Club, member_id: str) -> None:
    club.at("2024-01-10")
    club.timer(member_id, datetime.fromisoformat("2024-01-10T00:00:00+09:00"))
    states = {each.state for each in club.state(member_id).renewals.values()}
    assert "booked" in states
    assert "open" not in states


def _spent(club: Club, member_id: str) -> None:
    with Session(club.engine) as session, session.begin():
        ledger.spend(session, member_id, 450, D("2024-05-01"), "exchange/x")


def _of_an_earlier_release(club: Club, member_id: str) -> None:
    query = "update entity set state = state - '{awaiting,ungrounded}'::text[] where entity_id = :id"
    with club.engine.begin() as connection:
        connection.execute(text(query), {"id": workflow_id(member_id)})


_SUPPORT = {"service": "REMOTE_SUPPORT", "on": "2024-02-01"}

PLAIN: dict[str, tuple[dict[str, Any], list[Callable[[Club, str], None]]]] = {
    "nothing ever happened": ({}, [_nothing]),
    "no points": ({"lots": []}, [_nothing]),
    "some points spent": ({}, [_spent]),
    "registered on another day": ({"registered_on": D("2020-02-29")}, [_nothing]),
    "a larger plan from the beginning": ({"storage_plan_gb": "25"}, [_nothing]),
    "a larger plan later": ({}, [_command("change_storage_plan", "2024-03-01", capacity_gb="50", on="2024-03-05")]),
    "kept whole by a support service": ({}, [_command("change_support", "2024-02-01", active=True, **_SUPPORT)]),
    "a support service that ended": ({}, [_command("change_support", "2024-02-01", active=False, **_SUPPORT)]),
    "a renewal bonus": ({"ninen_wari": D("2021-09-01")}, [_bonus]),
    "recorded by an earlier release": ({}, [_of_an_earlier_release]),
    "much changed": (
        {},
        [
            _command("set_mail_consents", "2023-08-01", club=False, ntt_east=True),
            _command("change_credentials", "2023-09-01"),
            _command("set_mail_consents", "2024-08-01", club=True, ntt_east=True),
        ],
    ),
}
"""Members whom the run ends: what they were taken over with, and what happened to them."""


def test_a_run_writes_what_every_members_own_timer_would_have_written(club: Club) -> None:
    """M-07.1, M-06.3, M-04.5: twins, one by timer and one by the run; every row of every table is the same."""
    twins: list[tuple[str, str, str]] = []
    for what, (given, happened) in PLAIN.items():
        pair = [club.join(**given), club.join(**given)]
        for member_id in pair:
            for each in happened:
                each(club, member_id)
        twins.append((what, pair[0], pair[1]))
    club.at("2025-04-01")
    for _, by_timer, _ in twins:
        club.timer(by_timer)
    assert club.run() == {"ended": len(PLAIN), "left": 0}
    for what, by_timer, by_run in twins:
        assert club.state(by_run).state == "ended_programme"
        assert everything(club, by_run) == everything(club, by_timer), what
    assert chain.broken(club.engine) == []


def test_the_ends_effective_day_is_the_programmes_however_late_the_run_is(club: Club) -> None:
    """M-07.1: run two days late it says 2025-03-31 all the same, and nothing before the day is over."""
    member_id = club.join()
    club.at("2025-03-31T23:59:59")
    assert club.run().get("ended", 0) == 0
    club.at("2025-04-03T10:00:00")
    assert club.run() == {"ended": 1, "left": 0}
    state = club.state(member_id)
    assert (state.ended_on, state.usable_through) == (D("2025-03-31"), D("2025-03-31"))
    ((at, effective_on),) = club.rows(
        "select at, effective_on from transition where entity_id = :id and event = 'end'", id=workflow_id(member_id)
    )
    assert (at, effective_on) == (OVER, D("2025-03-31"))


def test_a_run_whose_database_is_set_back_still_records_in_order(club: Club) -> None:
    """After another server has taken over, whose clock is behind, no end is earlier than the entry before it."""
    member_id = club.join()
    club.at("2025-04-01")
    with club.engine.begin() as connection:
        ahead = "update entity set recorded_at = recorded_at + interval '1 hour' where entity_id = :id returning *"
        before = connection.execute(text(ahead), {"id": workflow_id(member_id)}).one().recorded_at
    assert club.run() == {"ended": 1, "left": 0}
    log = "select recorded_at from transition where entity_id = :id and event = 'end'"
    assert club.rows(log, id=workflow_id(member_id)) == [(before,)]


def test_only_what_is_alike_may_be_asked() -> None:
    """A rule that comes to ask for the day of registration is refused, instead of answered for thousands by one."""
    with pytest.raises(DiffersError, match="registered_on"):
        _ = Alike(registered_on=D("2018-04-01")).registered_on
    assert set(ALIKE) <= set(MembershipState.model_fields)


def test_anything_but_a_plain_end_is_not_decided_together(club: Club) -> None:
    """The plan ends later than the item says: the timer's decision goes on with the membership, and so it is left."""
    state = club.state(club.join()).model_dump(mode="json")
    assert end_of_alike(state, Standing()) is not None
    later = notice_plan().as_json() | {"ends_on": "2025-06-30"}
    assert end_of_alike(state, Standing(program=plan_of(later))) is None


# --- who is left -------------------------------------------------------------------------------------------------


def _exchange(club: Club, member_id: str) -> None:
    with club.engine.begin() as connection:
        connection.execute(
            text("""
                insert into exchange_item (item_id, name, kind, points, position, on_offer)
                values ('GIFT', 'ギフト', 'gift_code', 100, 1, true) on conflict do nothing
            """)
        )
        connection.execute(
            text("""
                insert into exchange (exchange_id, member_id, item_id, kind, quantity, points, state, email, phone,
                  created_at, sent_at, uses)
                values ('X' || :id, :id, 'GIFT', 'gift_code', 1, 100, 'sent', '', '', now(), now(), '[]')
            """),
            {"id": member_id},
        )


def _undeliverable(club: Club, member_id: str) -> None:
    note = Undeliverable(op=f"lost/{member_id}", actor="worker", message_id="m", channel="email")
    assert club.recorder.note_undeliverable(workflow_id(member_id), note)


def _awaiting(club: Club, member_id: str) -> None:
    held = Held(event="correct", keyed_at=datetime.now(UTC), actor="operator", against=["EARLIER_END"])
    with club.engine.begin() as connection:
        connection.execute(
            text("""
                update entity set state = jsonb_set(state, '{awaiting}', jsonb_build_object('9', cast(:held as jsonb)))
                where entity_id = :id
            """),
            {"held": held.model_dump_json(), "id": workflow_id(member_id)},
        )


def _notice(kind: str, on: str, **details: Any) -> Callable[[Club, str], None]:
    return _command("line_notice", "2025-03-20", notice_id="n", kind=kind, effective_on=on, details=details)


UNUSUAL: dict[str, Callable[[Club, str], None]] = {
    "an exchange under way": _exchange,
    "a task": _undeliverable,
    "a revision that waits for approval": _awaiting,
    "left on the last day": _command("leave", "2025-03-31T10:00:00"),
    "a line that is lost later": _notice("terminated", "2025-06-01"),
    "a line that was lost": _notice("terminated", "2025-03-25"),
    "another type to come": _notice("service_type_changed", "2025-04-10", service_type="NEXT_MANSION"),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_an_unusual_member_is_left_to_the_own_timer(club: Club, what: str) -> None:
    """Nothing of it is touched by the run, which ends the plain one beside it; then its timer ends it."""
    plain, unusual = club.join(), club.join()
    UNUSUAL[what](club, unusual)
    club.at("2025-04-01")
    before = everything(club, unusual)
    ended_before = club.state(unusual).state != "active"
    counts = club.run()
    assert (counts["ended"], club.ends(plain)) == (1, 1)
    assert everything(club, unusual) == before
    with Session(club.engine) as session:
        told = to_wake(session, notice_plan(), FIRST, 100)
    assert workflow_id(plain) in told
    club.timer(unusual)
    assert club.ends(unusual) == 1
    assert not ended_before


def test_a_member_the_database_refuses_costs_only_itself(club: Club) -> None:
    """Of five on a page one has an entry already where its end would write one: four end, and the one is left."""
    ids = [club.join() for _ in range(5)]
    with club.engine.begin() as connection:
        connection.execute(
            text("""
                with lot as (
                  update point_lot set "left" = "left" - 1 where lot_id = :lot_id returning lot_id, member_id
                )
                insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
                select lot_id, member_id, 'expire', 'expired', -1, '2025-04-01', '["X-05"]', 'end/2025-04-01', now()
                from lot
            """),
            {"lot_id": f"{ids[2]}-i-1"},
        )
    club.at("2025-04-01")
    assert club.run(size=5) == {"ended": 4, "left": 1}
    assert [club.ends(each) for each in ids] == [1, 1, 0, 1, 1]
    assert club.state(ids[2]).state == "active"
    club.made.remove(ids[2])
    with club.engine.begin() as connection:
        connection.execute(text("update entity set closed = true where entity_id = :id"), {"id": workflow_id(ids[2])})
        connection.execute(text("delete from agenda where entity_id = :id"), {"id": workflow_id(ids[2])})


# --- once, whatever dies -----------------------------------------------------------------------------------------


def test_a_run_killed_in_the_middle_goes_on(club: Club) -> None:
    """The connection dies in the second page of three: its members are as before, and the next run ends who is left."""
    ids = sorted(club.join() for _ in range(5))
    club.at("2025-04-01")
    dying = ClubEnd(notice_plan(), 2)
    with Session(club.engine) as session, session.begin():
        first = dying.page(session, FIRST)
    with Session(club.engine) as session:
        assert dying.page(session, str(first.last)).counts == {"ended": 2, "left": 0}
        pid = session.execute(text("select pg_backend_pid()")).scalar_one()
        club.rows("select pg_terminate_backend(:pid)", pid=pid)
        with pytest.raises(OperationalError):
            session.execute(text("select 1"))
    assert [club.ends(each) for each in ids] == [1, 1, 0, 0, 0]
    assert club.run(size=2) == {"ended": 3, "left": 0}
    assert [club.ends(each) for each in ids] == [1] * 5
    assert club.run(size=2) == {"ended": 0, "left": 0}
    assert chain.broken(club.engine) == []


def test_two_runs_at_once_end_everybody_once(club: Club) -> None:
    """Each takes what the other does not hold; together they end all, nobody twice."""
    ids = [club.join() for _ in range(12)]
    club.at("2025-04-01")
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: club.run(size=2), range(2)))
    more = club.run()
    assert sum(each["ended"] for each in [*counts, more]) == len(ids)
    assert [club.ends(each) for each in ids] == [1] * len(ids)
    assert chain.broken(club.engine) == []


def test_who_is_decided_about_or_has_ended_meanwhile_is_passed_over(club: Club) -> None:
    """One member's lock is held, another's own timer was quicker: both are left, and have one end afterwards."""
    held, quicker, plain = (club.join() for _ in range(3))
    club.at("2025-04-01")
    club.timer(quicker)
    with Session(club.engine) as session, session.begin():
        lock_entity(session, workflow_id(held))
        assert club.run() == {"ended": 1, "left": 1}
    club.timer(held)
    assert [club.ends(each) for each in (held, quicker, plain)] == [1, 1, 1]


def test_everybody_the_end_concerns_is_told_a_page_at_a_time(club: Club) -> None:
    """Those it ended and those it left, in order, each once; nobody who had ended otherwise."""
    ids = [club.join() for _ in range(4)]
    gone = club.join()
    club.at("2025-02-10T10:00:00")
    club.ask(gone, "leave", {"op": "leave", "actor": "operator"})
    club.at("2025-02-11")
    club.timer(gone, start_of(D("2025-02-11")))
    _exchange(club, ids[0])
    club.at("2025-04-01")
    assert club.run() == {"ended": 3, "left": 1}
    told: list[str] = []
    with Session(club.engine) as session:
        while page := to_wake(session, notice_plan(), told[-1] if told else FIRST, 3):
            told += page
    assert {workflow_id(each) for each in ids} <= set(told)
    assert workflow_id(gone) not in told
    assert len(told) == len(set(told))


@pytest.mark.parametrize(("on", "size"), [("2025-05-01", "25GB"), ("2025-05-02", "5GB")])
def test_the_advice_before_the_end_names_the_plan_that_is_kept(club: Club, on: str, size: str) -> None:
    """M-07.6, A-05: a plan bought for the day at whose 00:00 files are deleted is what the letter says is kept."""
    member_id = club.join(storage_plan_gb="5")
    club.ask(member_id, "change_storage_plan", ChangeStoragePlan(op=on, actor="x", capacity_gb="25", on=D(on)))
    with Session(club.engine) as session, session.begin():
        advice.before_end(notice_plan()).page(session, FIRST)
    ((body,),) = club.rows(
        "select body from notice where entity_id = :id and kind = 'storage_advice'", id=f"membership/{member_id}"
    )
    assert f"増量前の容量: {size}" in body
