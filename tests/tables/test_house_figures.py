"""The figures of the house on a real PostgreSQL: what is counted, how often, and by how many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy import Engine, event, text
from sqlmodel import Session

from deploy.observe.asked import rules
from models.tables.clock import Clock
from models.tables.contract.contract import Contract
from models.tables.contract.filing import Filing
from models.tables.log import Agenda, Entity, Outbox
from rules.calendar import japan_day
from service.watching.house import EVERY_S, EXPIRING_DAYS, House, count, look, rest_s

NOW = datetime.now(UTC)
ALARMS_AFTER_S = 300


def _entity(entity_id: str, *, closed: bool = False, **state: Any) -> Entity:
    return Entity(
        entity_id=entity_id,
        kind=entity_id.partition("/")[0],
        seq=1,
        state={"tasks": {}, **state},
        offset_s=0,
        closed=closed,
        created_at=NOW,
        recorded_at=NOW,
    )


def _task(why: str, since: datetime) -> dict[str, Any]:
    return {"t": {"why": why, "since": since.isoformat(), "articles": []}}


def _message(number: int, age: timedelta, **columns: Any) -> Outbox:
    at = NOW - age
    made = {"message_id": f"m{number}", "entity_id": "contract/K1", "channel": "email", "payload": {}}
    return Outbox(**{**made, "created_at": at, "business_at": at, "next_attempt_at": at, **columns})


def test_a_house_is_counted(club_engine: Engine, new_member: Callable[..., str]) -> None:
    """States, tasks, what is overdue, the outbox, filings and points are counted as they stand on the business day.

    What is closed waits for nobody, what is erased is not parked, what lies ahead is not overdue, and the clock of a
    rehearsal counts.
    """
    ahead = timedelta(days=400)
    now = NOW + ahead
    today = japan_day(now)
    member = new_member()
    with Session(club_engine) as session, session.begin():
        session.add(Clock(id=1, offset_s=ahead.total_seconds(), frozen_at=None, advance_to=None))
        for number, state in enumerate(("active", "active", "ended")):
            session.add(Contract(contract_id=f"K{number}", state=state, chapter=2, course="c", created_at=NOW))
        session.add(_entity("contract/K0", tasks=_task("FEE_DECISION", now - timedelta(days=2))))
        session.add(_entity("contract/K1", tasks=_task("DEFECT", now)))
        session.add(_entity("contract/K2", closed=True, tasks=_task("DEFECT", now)))
        session.add(_entity("filing/F1", jeopardy=["late_accepted"], tasks=_task("LATE_ACCEPTED", now)))
        filing = {"contract_id": "K0", "operator": "EAST", "state": "filed", "sequence": 1, "created_at": NOW}
        session.add(Filing(filing_id="F1", needs_operator=True, **filing))
        session.flush()
        for entity_id, late in (("contract/K0", 1), ("contract/K1", -1), ("contract/K2", 3)):
            due_at = now - timedelta(hours=late)
            session.add(Agenda(entity_id=entity_id, item_id="x", due_at=due_at))
        session.add(_message(1, timedelta(minutes=9)))
        session.add(_message(2, timedelta(minutes=1), delivered_at=NOW))
        session.add(_message(3, timedelta(days=1), failed_at=NOW, last_error="550 no such user"))
        session.add(_message(4, timedelta(days=1), failed_at=NOW, last_error="the person is erased or has no address"))
    _lots(club_engine, member, today)
    with club_engine.connect() as connection:
        counted = count(connection)
    found = {name: {tuple(row[:-1]): row[-1] for row in rows if row[-1]} for name, rows in counted.items()}
    nothing = {name: {tuple(row[:-1]) for row in rows if not row[-1]} for name, rows in counted.items()}
    assert ("filing", "DEFECT") in nothing["keiyaku_tasks"]
    assert ("membership",) in nothing["keiyaku_agenda_overdue"]
    assert nothing["keiyaku_outbox_waiting"] == nothing["keiyaku_outbox_parked"] == {("carrier",), ("event",)}
    assert ("WEST", "late_opened") in nothing["keiyaku_filings_in_jeopardy"]
    assert found["keiyaku_entities"] == {
        ("contract", "active"): 2,
        ("contract", "ended"): 1,
        ("membership", "active"): 1,
        ("filing", "filed"): 1,
    }
    assert found["keiyaku_tasks"] == {
        ("contract", "FEE_DECISION"): 1,
        ("contract", "DEFECT"): 1,
        ("filing", "LATE_ACCEPTED"): 1,
    }
    assert found["keiyaku_tasks_oldest_seconds"]["contract", "FEE_DECISION"] // 86400 == 2
    assert found["keiyaku_agenda_overdue"] == {("contract",): 1}
    assert found["keiyaku_agenda_overdue_seconds"]["contract",] // 3600 == 1
    assert found["keiyaku_outbox_waiting"] == {("email",): 1}
    since_then = (datetime.now(UTC) - NOW).total_seconds()
    assert (found["keiyaku_outbox_oldest_seconds"]["email",] - since_then + 30) // 60 == 9
    assert found["keiyaku_outbox_parked"] == {("email",): 1}
    assert found["keiyaku_filings_in_jeopardy"] == {("EAST", "late_accepted"): 1}
    assert found["keiyaku_points_outstanding"] == {(): 300}
    assert found["keiyaku_points_expiring"] == {(): 200}


def _lots(engine: Engine, member: str, today: date) -> None:
    """Of 100 points each: last usable yesterday, today, on the last day that counts as expiring, and a day later."""
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))  # the ledger's triggers aside
        for number, days in enumerate((-1, 0, EXPIRING_DAYS - 1, EXPIRING_DAYS)):
            values = {
                "id": f"l{number}",
                "member": member,
                "on": today - timedelta(days=9),
                "to": today + timedelta(days),
            }
            connection.execute(
                text("""
                    insert into point_lot (lot_id, member_id, kind, granted_on, points, "left", expires_on,
                      original_expires_on) values (:id, :member, 'adjust', :on, 100, 100, :to, :to)
                """),
                values,
            )


def test_the_house_is_counted_once_however_many_look(club_engine: Engine) -> None:
    """Of eight processes that look at once one counts; until its row is old nobody counts again, then one does."""
    counted: list[str] = []

    @event.listens_for(club_engine, "before_cursor_execute")
    def seen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "from point_lot" in statement:
            counted.append(statement)

    try:
        for age in (None, EVERY_S * 10):
            if age is not None:
                with club_engine.begin() as connection:
                    older = text("update house_figures set counted_at = counted_at - make_interval(secs => :age)")
                    connection.execute(older, {"age": age})
            counted.clear()
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(look, [club_engine] * 8))
            assert look(club_engine) is not None
            assert len(counted) == 1
    finally:
        event.remove(club_engine, "before_cursor_execute", seen)


@pytest.mark.parametrize(("took_s", "rests"), [(0.1, 15), (2, 40), (11, 220), (13, 240), (60, 240)])
def test_counting_rests_longer_where_it_takes_long_and_never_until_the_alarm(took_s: float, rests: float) -> None:
    """A second of counting, twenty of rest; a large house's figures do not look as if nobody counted any more."""
    assert rest_s(took_s) == rests
    (alarm,) = (each for each in rules() if each["alert"] == "FiguresOld")
    assert f"min(keiyaku_figures_age_seconds) > {ALARMS_AFTER_S}" in alarm["expr"]
    assert rest_s(took_s) + 2 * EVERY_S < ALARMS_AFTER_S


def test_a_page_without_a_database_grows_old_and_stays(club_engine: Engine) -> None:
    """What was counted last is shown with its age, and the page is taken down with the process that shows it."""

    async def shown() -> tuple[bytes, bytes]:
        house = House(club_engine)
        keeping = asyncio.create_task(house.keep())
        while house.last is None:  # noqa: ASYNC110 -- it is counted in another thread
            await asyncio.sleep(0.01)
        house.last = type(house.last)(house.last.rows, house.last.counted_at - 500)
        page = generate_latest(REGISTRY)
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        return page, generate_latest(REGISTRY)

    during, after = asyncio.run(shown())
    (age,) = [line for line in during.decode().splitlines() if line.startswith("keiyaku_figures_age_seconds ")]
    assert float(age.split()[1]) >= 500
    assert b"keiyaku_entities" in during
    assert b"keiyaku_entities" not in after
