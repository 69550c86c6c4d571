"""A command whose answer was lost, and that is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from api.doors.send import _stored
from models.messages.entity import Recorded, RecordRequest
from models.tables.people import Line, Person
from rules.calendar import JST
from worker import recorder

ENTITY = "contract/K1"
NOW = datetime.now(JST)
APPLIED, STARTED, CANCELLED = (NOW - timedelta(days=days) for days in (150, 140, 70))
LINE = {"operator": "EAST"}
CONSENTS = {"general_terms": "2018-06-01", "course_terms": "2018-06-01", "carrier_terms": "EAST-2017"}


def record(engine: Engine, name: str, **command: Any) -> Recorded:
    """What the recorder tells the workflow."""
    made = {"op": name, "at": NOW.isoformat(), "actor": "backoffice", **command}
    return recorder(engine).record(RecordRequest(kind="contract", entity_id=ENTITY, seq=0, name=name, command=made))


def test_a_repeat_tells_the_state_that_the_first_answer_told(migrated: Engine) -> None:
    """A cancellation keyed in late ends the contract in the same breath; asked again, it is over as well.

    The recorder and the doors, which look for what was recorded when an execution is gone, say the same.
    """
    with Session(migrated) as session, session.begin():
        session.add(Person(person_id="P1", name="山田 太郎", email="taro@example.jp", created_at=NOW))
        session.add(Line(line_key="L1", line_id="CAF0000000001", operator="EAST", created_at=NOW))
    applied = {"course": "W2_FAMILY", "channel": "paper", "received_at": APPLIED.isoformat(), "line": LINE}
    record(migrated, "apply", contract_id="K1", person_id="P1", line_key="L1", consents=CONSENTS, **applied)
    started = record(migrated, "start_service", service_start_on=STARTED.date().isoformat())
    assert started.refused is None
    late = {"channel": "paper", "received_at": CANCELLED.isoformat()}
    first = record(migrated, "cancel", **late)
    again = record(migrated, "cancel", **late)
    assert first.answer is not None
    assert (first.answer.state, again.answer) == ("ended", first.answer)
    with Session(migrated) as session:
        assert _stored(session, ENTITY, "cancel") == first.answer
