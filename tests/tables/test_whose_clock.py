"""What time it is, the database says: workers whose own clocks are an hour wrong record as if they were right."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

from activities.outbox.destinations import RelayConfig, SmtpConfig
from activities.outbox.relay import Relay
from activities.record import Recorder
from activities.rows.contract import ContractRows
from models.messages.contract.contract import workflow_id
from models.messages.entity import Recorded, RecordRequest
from models.tables.people import Person
from rehearsal.home import begin
from store.database import now, real_now

HOUR = timedelta(hours=1)
_OURS = {"activities", "api", "decisions", "desk", "models", "rules", "service", "store"}
_OPS = itertools.count(1)


class _AnyDatetime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


@pytest.fixture
def own_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Puts the clock of this process forward or back, for all our rooms; called again, from where it really stands."""
    read = time.time

    def put(by: timedelta) -> None:
        class Wrong(datetime, metaclass=_AnyDatetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + by

        monkeypatch.setattr(time, "time", lambda: read() + by.total_seconds())
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in _OURS and issubclass(getattr(module, "datetime", type), datetime):
                monkeypatch.setattr(module, "datetime", Wrong)

    return put


@pytest.fixture
def engine(migrated: Engine) -> Engine:
    """Empty tables, no clock row: real time."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with migrated.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    return migrated


def record(engine: Engine, name: str | None, *, until: datetime | None = None, **command: Any) -> Recorded:
    """What a worker does for contract K1, with no moment given by a door."""
    made = {"op": f"op-{next(_OPS)}", "actor": "operator", "reason_code": "TEST", **command} if name else {}
    request = RecordRequest(kind="contract", entity_id=workflow_id("K1"), seq=0, name=name, command=made, until=until)
    recorded = Recorder(engine, {"contract": ContractRows()}, webhooks=True).record(request)
    assert recorded.refused is None, recorded.refused
    return recorded


def imported(engine: Engine) -> None:
    """Contract K1 of a person who has an address."""
    with Session(engine) as session, session.begin():
        columns = {"person_id": "P1", "name": "山田 太郎", "email": "taro@example.jp"}
        session.add(Person(**columns, created_at=real_now(session)))
    line = {"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}
    life = {"applied_on": "2009-04-01", "service_start_on": "2009-04-01"}
    record(engine, "import", contract_id="K1", person_id="P1", course="W1_FAMILY", line=line, **life)


def cancelled(engine: Engine) -> Recorded:
    """The notice arrives as it is keyed in."""
    with Session(engine) as session:
        received_at = now(session).business.isoformat()
    return record(engine, "cancel", channel="paper", received_at=received_at)


def rows(engine: Engine, sql: str) -> list[Any]:
    """What the database holds."""
    with engine.connect() as connection:
        return list(connection.execute(text(sql)).all())


@pytest.mark.parametrize("moved", [False, True], ids=["real time", "rehearsal"])
def test_workers_an_hour_apart_record_in_order(
    engine: Engine, own_clock: Callable[[timedelta], None], *, moved: bool
) -> None:
    """Of one contract decided by turns by a worker an hour behind and one an hour ahead, no entry goes back in time."""
    if moved:
        begin(engine, datetime(2030, 4, 1, tzinfo=UTC))
    with Session(engine) as session:
        before = now(session)
    imported(engine)
    for turn in range(3):
        own_clock(-HOUR)
        cancelled(engine)
        own_clock(HOUR if turn else timedelta(0))
        record(engine, "undo_cancellation")
    own_clock(timedelta(0))
    with Session(engine) as session:
        after = now(session)
    log = rows(engine, "select event, at, recorded_at from transition order by seq")
    assert [row.event for row in log] == ["import", *["cancel", "undo_cancellation"] * 3]
    recorded = [before.real, *(row.recorded_at for row in log), after.real]
    decided = [before.business, *(row.at for row in log), after.business]
    assert recorded == sorted(recorded)
    assert decided == sorted(decided)
    sent = rows(engine, "select created_at, next_attempt_at from outbox order by id")
    assert sent
    assert {row.created_at for row in sent} | {row.next_attempt_at for row in sent} <= {row.recorded_at for row in log}


def put_agenda(engine: Engine, ahead: timedelta) -> datetime:
    """What lies ahead of K1 comes to lie so far from now: when."""
    with Session(engine) as session, session.begin():
        due_at = real_now(session) + ahead
        moved = """
            update entity set state = jsonb_set(state, '{agenda}', (
              select jsonb_object_agg(key, jsonb_set(value, '{at}', to_jsonb(cast(:at as text))))
              from jsonb_each(state -> 'agenda')))
        """
        session.execute(text(moved), {"at": due_at.isoformat()})
    return due_at


def test_what_is_due_is_carried_out_by_the_clock_of_the_database(
    engine: Engine, own_clock: Callable[[timedelta], None]
) -> None:
    """A worker an hour ahead leaves what lies a minute ahead, its timer fired or not; one behind takes what is past."""
    imported(engine)
    seq = cancelled(engine).state["seq"]
    due_at = put_agenda(engine, timedelta(minutes=1))
    own_clock(HOUR)
    assert record(engine, None).state["seq"] == seq
    assert record(engine, None, until=due_at).state["seq"] == seq
    put_agenda(engine, -timedelta(minutes=1))
    own_clock(-HOUR)
    assert record(engine, None).state["state"] == "ended"


def test_a_database_whose_clock_is_set_back_still_records_in_order(engine: Engine) -> None:
    """After another server has taken over, whose clock is behind, an entry bears at least its predecessor's moment."""
    imported(engine)
    with engine.begin() as connection:
        last = connection.execute(text("update entity set recorded_at = recorded_at + interval '1 hour' returning *"))
        ahead = last.one().recorded_at
    cancelled(engine)
    (row,) = rows(engine, "select recorded_at from transition where seq = 2")
    assert row.recorded_at == ahead


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_relay_with_a_wrong_clock_tries_what_is_due_and_nothing_else(
    engine: Engine, own_clock: Callable[[timedelta], None], hours: int
) -> None:
    """When a message is tried, and when tried again, its receiver being away, is measured by the database's clock."""
    imported(engine)
    own_clock(hours * HOUR)
    cancelled(engine)
    smtp = SmtpConfig(host="127.0.0.1", port=9, sender="WAKWAK <noreply@wakwak.example>", timeout_seconds=1)
    relay = Relay(engine, RelayConfig(smtp=smtp, carrier_urls={}, retry_seconds_min=60))
    for lane in relay._due(relay._lanes):
        relay._drain(lane)
    (row,) = rows(
        engine,
        """
        select attempts, next_attempt_at > clock_timestamp() as later,
          next_attempt_at < clock_timestamp() + interval '2 minutes' as soon
        from outbox where channel = 'email' and attempts > 0
        """,
    )
    assert (row.attempts, row.later, row.soon) == (1, True, True)
    assert relay._due(relay._lanes) == []
