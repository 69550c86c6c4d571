"""Contracts that are taken in are written as sets of rows, and stand there as if each had been recorded by itself."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, delete, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from api.contracts import imports
from api.doors.idempotency import Mutation
from models.messages.contract.attributes import attributes, attributes_at_start
from models.messages.contract.contract import ContractState, workflow_id
from models.messages.entity import RecordRequest
from models.tables.clock import Clock
from models.tables.people import Person, PersonChange
from rules.calendar import JST
from service.healing.executions import Executions
from store import contracts
from store.rollouts import begin_alone
from worker import recorder

NOW = datetime(2018, 6, 10, 10, tzinfo=JST)
LISTENS: Any = SimpleNamespace(webhooks=True)
ROWS = {
    "entity": "select kind, seq, state, offset_s, closed, created_at from entity where entity_id = :entity",
    "log": "select * from transition where entity_id = :entity order by seq",
    "agenda": "select item_id, due_at, effect from agenda where entity_id = :entity order by item_id",
    "row": "select * from contract where contract_id = :contract",
    "hold": "select h.contract_id, h.held, l.line_key from line_hold h join line l using (line_no) "
    "where contract_id = :contract",
    "webhooks": "select message_id, entity_id, channel, payload, business_at, attempts from outbox "
    "where entity_id = :entity order by id",
}


@pytest.fixture
def engine(migrated: Engine) -> Iterator[Engine]:
    """The business clock stands still."""
    with Session(migrated) as session, session.begin():
        session.execute(delete(Clock))
        session.add(Clock(id=1, offset_s=0, frozen_at=NOW))
    yield migrated
    with Session(migrated) as session, session.begin():
        session.execute(delete(Clock))


def line(external_id: str, line_id: str, number: int = 1, **changes: Any) -> imports.Row:
    """One line of an import."""
    said = {**imports.EXAMPLE, **changes, "external_id": external_id}
    return imports._row(number, json.dumps({**said, "line": {**said["line"], "line_id": line_id}}))


def take_in(engine: Engine, rows: list[imports.Row], op: str) -> list[Any]:
    """As one page of a request."""
    seen = Mutation(op=op, at=NOW.astimezone(UTC), stem="X")
    with Session(engine) as session, session.begin():
        return imports._write(session, house=LISTENS, rows=rows, who="backoffice", seen=seen, before=imports._Before())


def standing(engine: Engine, contract_id: str, line_key: str) -> dict[str, Any]:
    """Everything that is written of a contract, its own names left out."""
    with engine.connect() as connection:
        ids = {"entity": workflow_id(contract_id), "contract": contract_id}
        found = {
            name: [
                {key: value for key, value in row.items() if key not in {"recorded_at", "hash", "external_id"}}
                for row in connection.execute(
                    text(sql), {key: value for key, value in ids.items() if f":{key}" in sql}
                ).mappings()
            ]
            for name, sql in ROWS.items()
        }
    said = json.dumps(found, default=str, sort_keys=True).replace(contract_id[1:], "ID").replace(line_key, "LINE")
    # A place ends with a digest of the fact, which names the contract; an event's id and time tell the recording.
    said = re.sub(r"\|import\|[0-9a-f]{16}", "|import|DIGEST", said)
    for event in found["webhooks"]:
        said = said.replace(str(event["payload"]["time"]), "TIME").replace(str(event["payload"]["id"])[:27], "TIME")
    return dict(json.loads(said))


@pytest.mark.parametrize(
    "changes",
    [{}, {"course": "W2_FAMILY", "payment_agency": False, "minimum_term_end_on": "2019-04-30"}],
    ids=["chapter 2", "chapter 1"],
)
def test_a_set_of_rows_is_what_one_by_one_would_be(engine: Engine, changes: dict[str, Any]) -> None:
    """State, log, agenda, row, hold and webhook are those of the recorder, which every other command goes through."""
    number = len(changes)
    row = line(f"SET-{number}", f"CAF{7_700_000_000 + number}", **changes)
    (made,) = take_in(engine, [row], f"op-set-{number}")
    assert row.outcome == "imported", row.detail

    alone = f"K{number:024d}"
    other = f"LALONE{number}"
    with engine.begin() as connection:
        known = connection.execute(text("select patch -> 'set' ->> 'line_key' from transition where entity_id = :id"),
                                   {"id": workflow_id(made.contract_id)}).scalar_one()  # fmt: skip
        connection.execute(
            text("insert into line (line_key, line_id, operator, created_at) values (:key, :id, 'EAST', now())"),
            {"key": other, "id": f"CAF{7_800_000_000 + number}"},
        )
    with Session(engine) as session, session.begin():
        session.add(Person(person_id=f"P{alone[1:]}", name="", email="", created_at=NOW))
    row.contract_id = alone
    assert row.body is not None
    command = imports._command(row, row.body, "backoffice", other)
    command = command.model_copy(update={"op": f"op-set-{number}/1", "at": NOW.astimezone(UTC)})
    request = RecordRequest(
        kind="contract",
        entity_id=workflow_id(alone),
        seq=0,
        name="import",
        command=command.model_dump(mode="json"),
        offset_s=made.offset_s,
    )
    recorded = recorder(engine, webhooks=True).record(request)
    assert recorded.refused is None
    assert standing(engine, made.contract_id, str(known)) == standing(engine, alone, other)
    assert (made.state["seq"], made.done) == (1, [f"op-set-{number}/1"])


def test_a_repeated_request_starts_what_it_wrote_and_another_one_does_not(engine: Engine) -> None:
    """Cut off between writing and starting, the same request gives the same executions; a later one finds them."""
    first = take_in(engine, [line("AGAIN", "CAF7900000001")], "op-again")
    same, other = line("AGAIN", "CAF7900000001"), line("AGAIN", "CAF7900000001")
    repeated = take_in(engine, [same], "op-again")
    assert [each.model_dump() for each in repeated] == [each.model_dump() for each in first]
    assert (same.outcome, take_in(engine, [other], "op-other"), other.outcome) == ("imported", [], "already")


def test_of_two_lines_for_one_line_one_enters_over_pages_as_well(engine: Engine) -> None:
    """The later page is told that the line is taken, and that an id stands for another line."""
    taken, moved = line("LATER", "CAF7900000002", 2), line("FIRST", "CAF7900000003", 3)
    take_in(engine, [line("FIRST", "CAF7900000002")], "op-pages")
    assert take_in(engine, [taken, moved], "op-pages-2") == []
    assert [taken.code, moved.code] == ["LINE_TAKEN", "EXTERNAL_ID_CONFLICT"]


def test_a_page_is_written_before_a_rollout_begins_or_after_it(engine: Engine) -> None:
    """While a rollout chooses its contracts no page enters: none is decided by what the rollout ends (W-C1.5)."""
    with Session(engine) as beginning, Session(engine) as page:
        begin_alone(beginning)
        page.execute(text("set local lock_timeout = '50ms'"))
        seen = Mutation(op="op-begins", at=NOW.astimezone(UTC), stem="X")
        rows, before = [line("BEGINS", "CAF7900000010")], imports._Before()
        with pytest.raises(OperationalError, match="lock timeout"):
            imports._write(page, house=LISTENS, rows=rows, who="backoffice", seen=seen, before=before)
    assert [each.contract_id for each in take_in(engine, rows, "op-begins")] == [f"K{imports._stem('BEGINS')}"]


def test_an_id_stands_for_one_person_by_whatever_they_are_or_were_known(engine: Engine) -> None:
    """The same id and line are the same contract after a change of name or address; someone else altogether is not."""
    person = imports.EXAMPLE["person"]
    stranger = {"name": "別人 太郎", "name_kana": "ベツジン タロウ", "email": "other@example.jp", "phone": "0399990000"}
    married = person | {"name": "新姓 花子", "name_kana": "シンセイ ハナコ", "email": "new@example.jp"}
    take_in(engine, [line("WHO", "CAF7900000009")], "op-who")
    cases = [(person | stranger, "EXTERNAL_ID_CONFLICT"), (married, None), (person | {"phone": "0399990000"}, None)]
    for said, code in cases:
        row = line("WHO", "CAF7900000009", person=said)
        assert take_in(engine, [row], "op-again") == []
        assert (row.outcome, row.code) == ("refused" if code else "already", code)
    with Session(engine) as session, session.begin():
        known = session.get_one(Person, f"P{imports._stem('WHO')}")
        change = {"at": NOW, "actor": "test", "reason_code": "moved", "reason": "x"}
        before = {name: getattr(known, name) for name in stranger}
        session.add(PersonChange(change_id="C-WHO", person_id=known.person_id, before=before, after=stranger, **change))
        for name, value in stranger.items():
            setattr(known, name, value)
    for said in (person, person | stranger):
        row = line("WHO", "CAF7900000009", person=said)
        take_in(engine, [row], "op-later")
        assert row.outcome == "already"


def test_a_line_that_is_there_already_says_what_differs_and_changes_nothing(engine: Engine) -> None:
    """Each field by its name, also of an earlier line of the same file; what a person was known as is no difference."""
    person = imports.EXAMPLE["person"]
    (made,) = take_in(engine, [line("OTHERWISE", "CAF7900000011")], "op-otherwise")
    other = {"applied_on": "2009-03-01", "payment_agency": False, "person": person | {"address": "大阪府大阪市北区1-1"}}
    differing = line("OTHERWISE", "CAF7900000011", line=imports.EXAMPLE["line"] | {"brand": "PREMIUM"}, **other)
    same = line("OTHERWISE", "CAF7900000011")
    assert take_in(engine, [differing, same], "op-again-otherwise") == []
    names = ["applied_on", "line.brand", "payment_agency", "person.address"]
    told = differing.told()
    assert (told["outcome"], told["differs"]) == ("already", names)
    assert all(name in told["message"] for name in names)
    assert "differs" not in same.told()
    twice = [line("TWICE", "CAF7900000012", 1), line("TWICE", "CAF7900000012", 2, service_start_on="2009-05-01")]
    take_in(engine, twice, "op-twice")
    assert [each.told().get("differs") for each in twice] == [None, ["service_start_on"]]
    with engine.connect() as connection:
        state = connection.execute(
            text("select state from entity where entity_id = :id"), {"id": workflow_id(made.contract_id)}
        ).scalar_one()
    assert (state["applied_on"], state["line"]["brand"]) == ("2009-04-01", "B")


def test_a_line_that_somebody_met_first_is_looked_up_again(engine: Engine) -> None:
    """Decided with a key that another request gave it a moment later, the page is not written but decided anew."""
    row = line("MET", "CAF7900000004")
    with Session(engine) as session, session.begin():
        imports._decide(session, [row], "backoffice", "op-met", imports._Before())
    with engine.begin() as connection:
        connection.execute(
            text("insert into line (line_key, line_id, operator, created_at) values ('LMET', :id, 'EAST', now())"),
            {"id": "CAF7900000004"},
        )
    assert row.entering is not None
    with Session(engine) as session, pytest.raises(contracts.LineMetError):
        contracts.enter(session, [row.entering], NOW, webhooks=False)
    row.ask_again()
    (made,) = take_in(engine, [row], "op-met")
    assert made.line_key == "LMET"


def test_nothing_is_left_to_publish_at_a_start(engine: Engine) -> None:
    """The start names every search attribute that the state sets, so that the first task changes none."""
    (made,) = take_in(engine, [line("SHOWN", "CAF7900000005")], "op-shown")
    state = ContractState.model_validate(made.state)
    given = {pair.key.name: pair.value for pair in attributes_at_start(state)}
    wanted = {each.key.name: each.value for each in attributes(state)}
    assert made.attributed
    assert {name: given.get(name) for name in wanted} == wanted
    assert None not in given.values()


def test_the_healer_leaves_to_the_door_what_has_only_just_entered(engine: Engine) -> None:
    """For a while after it was written a contract without an execution is on its way to one."""
    (made,) = take_in(engine, [line("LATELY", "CAF7900000006")], "op-lately")
    executions = Executions(engine, None)  # type: ignore[arg-type]
    assert workflow_id(made.contract_id) in asyncio.run(executions.entered_lately(600))
    assert asyncio.run(executions.entered_lately(0)) == set()
