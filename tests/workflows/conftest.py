"""Every kind of entity on a real PostgreSQL, with defects planted into its handlers."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ExecuteActivityInput

from activities.failures import DEFECT_TRIES, PlainFailures
from activities.notices.render import NoticeDataError
from activities.record import Recorder
from decisions.domain import Context, Domain, Handler, Outgoing, Step, patch
from decisions.registry import DOMAINS
from models.messages.entity import AgendaItem, Command, Recorded, RecordRequest
from models.tables.club.club import Member
from models.tables.club.exchange import Exchange
from models.tables.log import Entity
from models.tables.people import Line
from rules.calendar import japan_day
from rules.citation import Decision
from store.database import engine as make_engine
from tests.furnished import Furniture
from worker import recorder

STATES = Path(__file__).parents[1] / "golden" / "states"
NOW = datetime(2018, 6, 20, 1, 0, tzinfo=UTC)
"""The business moment at which these entities live; their clock stands."""

_NUMBERS = itertools.count(1)

LETTERS = {"contract", "membership", "exchange"}
"""Kinds whose decisions write letters."""


@dataclass
class Planted:
    """What fails, and how; empty: nothing does."""

    failure: Exception | Outgoing | None = None

    def go_off(self) -> tuple[Outgoing, ...]:
        """Raise the defect, or give the letter that cannot be written.

        Raises:
            Exception: the planted one.
        """
        if isinstance(self.failure, Exception):
            raise self.failure
        return (self.failure,) if self.failure is not None else ()


class PlantedCommand(Command):
    """Sets fields and puts items on the agenda."""

    values: dict[str, Any] = {}  # noqa: RUF012  # pydantic copies it
    items: dict[str, dict[str, Any]] = {}  # noqa: RUF012  # pydantic copies it


def planted_domain(domain: Domain[Any], planted: Planted) -> Domain[Any]:
    """The domain with two commands and a due item of a test's own: `seed`, `plain`, `fragile`."""

    def seed(_state: Any, command: PlantedCommand, context: Context) -> list[Step]:
        change = patch(command.values, put={"agenda": command.items})
        return [Step("seed", _decision(context.moment), change)]

    def fragile(_state: Any, command: Command, context: Context) -> list[Step]:
        _ = command
        return [Step("fragile", _decision(context.moment), outgoing=planted.go_off())]

    def due(_state: Any, item: AgendaItem, context: Context) -> list[Step]:
        out = planted.go_off() if item.event == "fragile" else ()
        return [Step(item.event, _decision(context.moment), patch(drop={"agenda": [item.item_id]}), outgoing=out)]

    commands = {"seed": Handler(seed, PlantedCommand), "fragile": Handler(fragile, Command)}
    return replace(
        domain,
        commands={**domain.commands, **commands},
        due={**domain.due, "fragile": due, "plain": due},
    )


def _decision(moment: datetime) -> Decision:
    return Decision("done", ("X-05",), japan_day(moment), None, "done")


def item(item_id: str, event: str, at: datetime, effect: str | None = None) -> dict[str, Any]:
    """An agenda item as a patch holds it."""
    said = AgendaItem(
        item_id=item_id, event=event, at=at, on=japan_day(at), articles=["X-05"], label=item_id, effect=effect
    )
    return said.model_dump(mode="json")


def values_of(kind: str, number: int) -> dict[str, Any]:
    """The fields of a kept state, made into those of a new entity with nothing ahead."""
    names = {
        "contract": "contract-changer",
        "filing": "filing-filed",
        "membership": "membership-spender",
        "exchange": "exchange-sent",
        "program": "program-statements",
        "rollout": "rollout-merger",
    }
    said: dict[str, Any] = json.loads((STATES / f"{names[kind]}.json").read_text(encoding="utf-8"))["state"]
    changed = {"closed": False, "agenda": {}, "tasks": {}, "person_id": None, "line_key": f"L{number}"}
    changed |= {f"{kind}_id": f"X{number}", "member_id": f"M{number}", "filing_id": f"X{number}", "charges": {}}
    changed |= {"text_id": None} | ({"sent_at": None} if kind == "exchange" else {})
    return {name: changed.get(name, value) for name, value in said.items() if name != "seq"}


class World:
    """A database of this session's own, and a recorder with planted defects on it."""

    def __init__(self, engine: Engine) -> None:
        """Use the database."""
        self.engine = engine
        self.planted = Planted()
        self.domains = {kind: planted_domain(domain, self.planted) for kind, domain in DOMAINS.items()}
        real = recorder(engine)
        self.recorder = Recorder(engine, real._projections, self.domains)

    def entity(self, kind: str, *items: dict[str, Any]) -> str:
        """A new entity of a kind, with these items ahead; gives its workflow id."""
        number = next(_NUMBERS)
        entity_id = f"{kind}/X{number}"
        self._rows(kind, number)
        told = self.ask(
            entity_id, "seed", values=values_of(kind, number), items={each["item_id"]: each for each in items}
        )
        assert told.answer is not None, told.refused
        return entity_id

    def _rows(self, kind: str, number: int) -> None:
        """What an entity's read row stands on."""
        if kind not in {"contract", "membership", "exchange"}:
            return
        with Session(self.engine) as session, session.begin():
            line = Line(line_key=f"L{number}", line_id=f"CAF{number:010d}", operator="EAST", created_at=NOW)
            session.add(line)
            session.flush()
            if kind == "exchange":
                session.add(_member(number, line.line_no or 0))
                session.flush()
                session.add(_exchange(number))

    def ask(self, entity_id: str, name: str, *, op: str | None = None, **fields: Any) -> Recorded:
        """Send a command, as the workflow does."""
        command = {"op": op or f"op-{next(_NUMBERS)}", "at": NOW.isoformat(), "actor": "test", **fields}
        return self._record(entity_id, name=name, command=command)

    def pass_to(self, entity_id: str, until: datetime) -> Recorded:
        """Let its timer fire."""
        return self._record(entity_id, until=until)

    def _record(self, entity_id: str, **more: Any) -> Recorded:
        kind = entity_id.partition("/")[0]
        return self.recorder.decide_and_record(RecordRequest(kind=kind, entity_id=entity_id, seq=0, **more))

    def state(self, entity_id: str) -> Any:
        """The stored state, typed."""
        with Session(self.engine) as session:
            row = session.get_one(Entity, entity_id)
            return self.domains[row.kind].state.model_validate(row.state)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """One query."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), values).all())

    def ahead(self, entity_id: str) -> set[str]:
        """What the agenda table says is ahead of it."""
        return {row.item_id for row in self.rows("select item_id from agenda where entity_id = :id", id=entity_id)}

    def clock_to(self, moment: datetime) -> None:
        """Let the environment's clock stand at a moment."""
        with self.engine.begin() as connection:
            connection.execute(
                text("insert into clock (id, offset_s, frozen_at) values (1, 0, :at)"
                     " on conflict (id) do update set frozen_at = :at"),
                {"at": moment},
            )  # fmt: skip


def _member(number: int, line_no: int) -> Member:
    return Member(
        member_id=f"M{number}",
        line_key=f"L{number}",
        line_no=line_no,
        state="active",
        registered_on=date(2018, 1, 1),
        held=Range(date(2018, 1, 1), None, bounds="[)"),
        service_type="NEXT_FAMILY",
        service_class="FAMILY",
        in_use_since=date(2016, 1, 1),
        created_at=NOW,
    )


def _exchange(number: int) -> Exchange:
    known = {
        "exchange_id": f"X{number}",
        "member_id": f"M{number}",
        "item_id": "GIFT-100",
        "kind": "gift_code",
        "quantity": 1,
        "points": 100,
        "state": "confirmed",
        "email": "taro@example.jp",
        "phone": "0300000000",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Exchange(**{name: value for name, value in known.items() if name in Exchange.model_fields})


@pytest.fixture(scope="session")
def database_of_defects(furniture: Furniture) -> Iterator[Engine]:
    """An engine on a database of this session's own."""
    with furniture.database() as url:
        engine = make_engine(url, pool_size=5)
        yield engine
        engine.dispose()


@pytest.fixture
def world(database_of_defects: Engine) -> World:
    """Nothing planted, the clock at `NOW`."""
    found = World(database_of_defects)
    found.clock_to(NOW)
    with database_of_defects.begin() as connection:
        connection.execute(
            text("insert into exchange_item (item_id, name, kind, points, position, on_offer)"
                 " values ('GIFT-100', 'x', 'gift_code', 100, 1, true) on conflict do nothing")
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Moments:
    """Moments around `NOW`."""

    now: datetime = NOW
    hour: timedelta = timedelta(hours=1)


@pytest.fixture
def moments() -> Moments:
    """For tests, which cannot import this file."""
    return Moments()


@pytest.fixture
def make_item() -> Any:
    """Makes an agenda item."""
    return item


@pytest.fixture
def unwritable() -> Any:
    """A letter that a kind's decision cannot write: the kinds without letters fail by the same error in a handler."""

    def make(kind: str, letter: str, data: dict[str, Any]) -> Any:
        return Outgoing("notice", letter, data) if kind in LETTERS else NoticeDataError(letter)

    return make


@pytest.fixture
def last_attempt() -> Any:
    """Runs an effect as a worker does the last time it tries, and gives its end as a workflow is told of it."""

    class Effect:
        """The innermost of the interceptors: the activity itself."""

        async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
            return input.fn()

    def run(effect: Callable[[], None]) -> ActivityError:
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, attempt=DEFECT_TRIES)
        worker: Any = PlainFailures().intercept_activity(Effect())  # type: ignore[arg-type]  # it only executes
        told = ExecuteActivityInput(fn=effect, args=(), executor=None, headers={})
        with pytest.raises(ApplicationError) as raised:
            asyncio.run(environment.run(worker.execute_activity, told))
        names: dict[str, Any] = {"identity": "", "activity_type": "some_effect", "activity_id": "1"}
        error = ActivityError("", scheduled_event_id=1, started_event_id=2, retry_state=None, **names)
        error.__cause__ = raised.value
        return error

    return run
