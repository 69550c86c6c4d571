"""A members' club on a real PostgreSQL, the clock its members live by, and the runs over all of them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, delete, text
from sqlmodel import Session

from activities.club.ending import ClubEnd
from activities.record import Recorder
from activities.runs import run_pages
from api.memberships.import_rows import ImportedLot, ImportRow, decide, write
from models.messages.club.membership import MemberLine, MembershipState, PlanAnnounced, workflow_id
from models.messages.entity import Command, Recorded, RecordRequest
from models.tables.clock import Clock
from rules.calendar import JST, start_of
from rules.club.program import notice_plan
from store.club import ledger_runs
from worker import recorder as make_recorder

D = date.fromisoformat
OVER = start_of(D("2025-04-01"))
_NUMBERS = itertools.count(1)
_LOTS = [ImportedLot(D("2022-05-10"), "monthly", 500, 400), ImportedLot(D("2023-05-10"), "monthly", 300, 300)]


@dataclass
class Club:
    """Members, and the clock they live by."""

    engine: Engine
    recorder: Recorder
    made: list[str] = field(default_factory=list)

    def at(self, text_: str) -> None:
        """The business clock stands there."""
        moment = datetime.fromisoformat(text_ if "T" in text_ else f"{text_}T00:00:00").replace(tzinfo=JST)
        with Session(self.engine) as session, session.begin():
            session.execute(delete(Clock))
            session.add(Clock(id=1, offset_s=0, frozen_at=moment))

    def join(self, **given: Any) -> str:
        """A member taken over in June 2023, told of the end in July."""
        self.at("2023-06-01T09:00:00")
        number = next(_NUMBERS)
        line: dict[str, Any] = {"operator": "EAST", "service_type": "NEXT_FAMILY", "service_class": "FAMILY"}
        line |= {"in_use_since": D("2017-04-12"), "ninen_wari_started_on": given.get("ninen_wari")}
        row = ImportRow(
            external_id=f"{given.get('name', 'M')}-{number}",
            member={"name": "会員", "email": "a@example.jp", "phone": "03"},
            line_id=f"CAF77{number:08d}",
            line=MemberLine.model_validate(line),
            registered_on=given.get("registered_on", D("2018-04-01")),
            mail_magazine=True,
            storage_plan_gb=given.get("storage_plan_gb"),
            lots=given.get("lots", _LOTS),
        )
        with Session(self.engine) as session, session.begin():
            decide(session, [row], "test", "op")
            assert row.outcome == "waiting", row.detail
            write(session, [row])
        self.at("2023-07-01")
        self.ask(
            row.member_id, "plan_announced", PlanAnnounced(op="told", actor="program", announced_on=D("2023-07-01"))
        )
        with Session(self.engine) as session, session.begin():
            ledger_runs.redate(session, D("2023-07-01"))
        self.made.append(row.member_id)
        return row.member_id

    def ask(self, member_id: str, name: str, command: Command | dict[str, Any]) -> Recorded:
        """One command, that must be granted."""
        given = command if isinstance(command, dict) else command.model_dump(mode="json")
        recorded = self.recorder.record(
            RecordRequest(kind="membership", entity_id=workflow_id(member_id), seq=0, name=name, command=given)
        )
        assert recorded.refused is None, recorded.refused
        return recorded

    def timer(self, member_id: str, until: datetime = OVER) -> Recorded:
        """The member's own timer rings."""
        return self.recorder.record(
            RecordRequest(kind="membership", entity_id=workflow_id(member_id), seq=0, until=until)
        )

    def run(self, size: int = 3) -> dict[str, int]:
        """The whole run of a process of its own, in small pages."""
        return asyncio.run(run_pages(self.engine, ClubEnd(notice_plan(), size, webhooks=True).page))

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """What a query gives."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql), values).all())

    def state(self, member_id: str) -> MembershipState:
        """As it is recorded."""
        ((state,),) = self.rows("select state from entity where entity_id = :id", id=workflow_id(member_id))
        return MembershipState.model_validate(state)

    def ends(self, member_id: str) -> int:
        """How often its end is in the log."""
        query = "select count(*) from transition where entity_id = :id and event = 'end'"
        ((count,),) = self.rows(query, id=workflow_id(member_id))
        return int(count)


@contextmanager
def a_club(engine: Engine) -> Iterator[Club]:
    """A club whose members are over when the test is, so that later runs pass them by."""
    made = Club(engine, make_recorder(engine, webhooks=True))
    yield made
    made.at("2025-04-01")
    for member_id in made.made:
        made.timer(member_id)
    with Session(engine) as session, session.begin():
        session.execute(delete(Clock))
