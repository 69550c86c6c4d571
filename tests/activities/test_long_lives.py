"""Points kept of long lives: what happened lately is decided from them, and comes to the same (X-05)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, col, select

from decisions.contract.domain import CONTRACT
from decisions.engine import Run
from models.messages.entity import Command
from models.tables.log import Entity, PastState
from rules.calendar import JST
from service.verify import differences
from store import log
from store.facts.looked_up import standing
from tests.activities.statements.book import Book

if TYPE_CHECKING:
    from sqlalchemy import Engine

BEGAN = datetime(2018, 7, 1, 9, tzinfo=JST)
ENTITY = "contract/K1"


class LongLife:
    """A contract with many entries, a minute apart."""

    def __init__(self, engine: Engine) -> None:
        """In force since 2018-06-12."""
        self.book = Book(engine)
        self.book.active("K1", "2018-05-20", "2018-06-12")
        self.minutes = 0

    def say(self, name: str, **command: Any) -> None:
        """A command a minute later; decided from the beginning of the life, it would come to the same."""
        self.minutes += 1
        at = BEGAN + timedelta(minutes=self.minutes)
        handler = CONTRACT.commands[name]
        said = handler.command.model_validate({**command, "op": f"tried-{self.minutes}", "at": at, "actor": "test"})
        right = self._from_the_beginning(name, said, at)
        recorded = self.book.record("K1", name, at.isoformat(), **command)
        assert {**recorded.state, "seq": 0} == {**right, "seq": 0}

    def _from_the_beginning(self, name: str, said: Command, at: datetime) -> dict[str, Any]:
        with Session(self.book.engine) as session:
            state = session.get_one(Entity, ENTITY).state
            about = standing(session, "contract", state)
            run = Run(CONTRACT, state, at, log=log.entries(session, ENTITY), standing=about)
            run.command(name, said)
            return run.outcome.state

    def grow(self, entries: int) -> None:
        """Inquiries, which are entries and change nothing."""
        for _ in range(entries):
            self.book.record("K1", "inquire", self._next().isoformat(), topic="GENERAL", attributable=False)

    def _next(self) -> datetime:
        self.minutes += 1
        return BEGAN + timedelta(minutes=self.minutes)

    def points(self) -> list[int]:
        """The numbers up to which the life is kept folded."""
        with Session(self.book.engine) as session:
            query = select(PastState.seq).where(col(PastState.entity_id) == ENTITY).order_by(col(PastState.seq))
            return list(session.exec(query))


@pytest.fixture
def life(migrated: Engine, monkeypatch: pytest.MonkeyPatch) -> LongLife:
    """A life of which a point is kept every ten entries, and no read of the whole log that nobody asked for."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with migrated.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    monkeypatch.setattr(log, "PAST_EVERY", 10)
    return LongLife(migrated)


def test_what_happened_lately_is_undone_without_the_rest(life: LongLife, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three points are kept; a cancellation after the oldest is taken back from there, the log before it unread."""
    life.grow(45)
    assert life.points() == [20, 30, 40]
    life.say("cancel", channel="paper", received_at=BEGAN + timedelta(minutes=life.minutes))
    life.say("undo_cancellation")
    read = log.entries

    def lately(session: Session, entity_id: str, *, after: int = 0) -> Any:
        assert after >= 20, "the whole log was read"
        return read(session, entity_id, after=after)

    at = BEGAN + timedelta(minutes=life.minutes + 1)
    life.book.record("K1", "cancel", at.isoformat(), channel="paper", received_at=at)
    monkeypatch.setattr("activities.record.entries", lately)
    life.book.record("K1", "undo_cancellation", (at + timedelta(minutes=1)).isoformat())
    with Session(life.book.engine) as session:
        assert session.get_one(Entity, ENTITY).state["state"] == "active"
    assert differences(life.book.engine) == []


def test_a_point_goes_when_something_comes_to_stand_before_it(life: LongLife) -> None:
    """A letter from before two points lets them go; one is kept again when the log has grown so far."""
    life.grow(15)
    arrived = BEGAN + timedelta(minutes=life.minutes)
    life.grow(20)
    assert life.points() == [10, 20, 30]
    life.say("cancel", channel="paper", received_at=arrived)
    assert life.points() == [10]
    life.say("undo_cancellation")
    life.grow(10)
    assert life.points()[0] == 40
    assert differences(life.book.engine) == []


def test_what_happened_long_ago_is_corrected_from_the_beginning(life: LongLife) -> None:
    """The start of service is taken out after forty entries: no point is kept any more, and nothing differs."""
    life.grow(40)
    life.say("correct", voids=3, reason_code="entry_error", approved=True)
    assert life.points() == []
    with Session(life.book.engine) as session:
        assert session.get_one(Entity, ENTITY).state["state"] == "accepted"
    assert differences(life.book.engine) == []


def test_a_point_that_is_not_the_fold_of_its_log_is_found(life: LongLife) -> None:
    """`verify` names what was changed by another hand."""
    life.grow(12)
    with Session(life.book.engine) as session, session.begin():
        point = session.get_one(PastState, (ENTITY, 10))
        point.state = {**point.state, "course": "DOCOMO"}
    assert differences(life.book.engine) == [f"{ENTITY}: kept up to entry 10, it is not the fold of the log"]
