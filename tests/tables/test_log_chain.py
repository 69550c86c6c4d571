"""The log cannot be rewritten: not by the service's role at all, and by nobody unseen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from migrations.grants import settle
from models.tables.log import Entity, Transition
from store import chain
from store.database import engine as make_engine

_NUMBERS = itertools.count(1)
OLD = datetime.now(UTC) - timedelta(hours=1)


def life(engine: Engine, entries: int = 3, *, recorded_at: datetime = OLD) -> str:
    """An entity with so many entries: its id."""
    entity_id = f"contract/KCHAIN{next(_NUMBERS)}"
    with Session(engine) as session, session.begin():
        session.add(
            Entity(
                entity_id=entity_id, kind="contract", seq=entries, state={}, offset_s=0, created_at=recorded_at,
                recorded_at=recorded_at,
            )
        )  # fmt: skip
        session.flush()
        for seq in range(1, entries + 1):
            session.add(
                Transition(
                    entity_id=entity_id, seq=seq, op=f"op-{seq}", event="apply", received_at=OLD, at=OLD,
                    recorded_at=recorded_at, effective_on=date(2018, 5, 20), state_from=date(2018, 5, 20),
                    actor="operator", articles=["W-07.1"], voids=[], patch={"é": 1.5}, decision={"日": [1]},
                    hash="chosen by the writer",
                )
            )  # fmt: skip
            session.flush()
    return entity_id


def by_the_owner(engine: Engine, statement: str, entity_id: str) -> None:
    """What somebody with the owner's rights can do: switch the guards off and rewrite."""
    with engine.begin() as connection:
        connection.execute(text("alter table transition disable trigger user"))
        connection.execute(text(statement), {"id": entity_id})
        connection.execute(text("alter table transition enable trigger user"))


@pytest.fixture(scope="module")
def service(club_engine: Engine) -> Iterator[Engine]:
    """The same database as the service's role."""
    url = club_engine.url.set(username="keiyaku_service")
    owner = club_engine.url.render_as_string(hide_password=False)
    for _ in range(2):
        assert settle(owner, url.render_as_string(hide_password=False))
    assert not settle(owner, owner)
    engine = make_engine(url.render_as_string(hide_password=False), pool_size=2)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "update transition set actor = 'carrier' where entity_id = :id and seq = 2",
        "update transition set decision = '{}' where entity_id = :id and seq = 3",
        "delete from transition where entity_id = :id and seq = 2",
        "delete from transition where entity_id = :id and seq = 3",
        "update transition t set hash = transition_hash(null, t) where entity_id = :id and seq = 2",
    ],
)
def test_what_the_owner_rewrites_is_seen(club_engine: Engine, change: str) -> None:
    """A changed, a missing, a cut entry and a forged hash are named; the logs of the others are as they were."""
    rewritten, untouched = life(club_engine), life(club_engine)
    assert not [each for each in chain.broken(club_engine) if rewritten in each or untouched in each]
    by_the_owner(club_engine, change, rewritten)
    found = chain.broken(club_engine)
    assert [each for each in found if each.startswith(f"{rewritten}:")]
    with Session(club_engine) as session:
        month = chain.month(session, OLD, OLD + timedelta(seconds=1))
        other = chain.month(session, OLD + timedelta(seconds=1), OLD + timedelta(seconds=2))
    assert rewritten in [each["entity_id"] for each in month.broken]
    assert untouched not in [each["entity_id"] for each in month.broken]
    assert (other.entities, other.entries, other.broken) == (0, 0, [])
    assert not [each for each in found if each.startswith(f"{untouched}:")]
    by_the_owner(club_engine, "delete from transition where entity_id = :id", rewritten)
    by_the_owner(club_engine, "delete from entity where entity_id = :id", rewritten)


def test_a_hash_does_not_depend_on_who_asks(club_engine: Engine) -> None:
    """The writer cannot choose it, and a session of another time zone computes the same."""
    entity_id = life(club_engine)
    with club_engine.begin() as connection:
        connection.execute(text("set local timezone = 'Asia/Tokyo'"))
        connection.execute(text("set local datestyle = 'German'"))
        query = text("select hash, transition_hash(null, t) from transition t where entity_id = :id and seq = 1")
        stored, computed = connection.execute(query, {"id": entity_id}).one()
    assert stored == computed
    assert len(stored) == 64


@pytest.mark.parametrize(
    "statement",
    [
        "update transition set actor = 'x'",
        "delete from transition",
        "truncate transition",
        "truncate transition, entity cascade",
        "alter table transition disable trigger all",
        "alter table transition disable trigger transition_append_only",
        "drop trigger transition_chained on transition",
        "create or replace function chain_transition() returns trigger language plpgsql as 'begin return new; end'",
        "set session_replication_role = replica",
        "update point_entry set points = 0",
        "delete from point_entry",
        "truncate point_entry",
        "delete from payment",
        "update statement_item set amount = 0",
        "delete from log_anchor",
        "update alembic_version set version_num = '0001'",
        "drop table transition",
        "create table mine (id int)",
        "create temporary table point_lot (like public.point_lot)",
        "create schema mine",
        "create function mine() returns int language sql as 'select 1'",
        "copy transition to program 'cat'",
        "alter function transition_hash(text, transition) rename to other",
        "set session authorization postgres",
        "set role postgres",
    ],
)
def test_the_service_rewrites_nothing(service: Engine, statement: str) -> None:
    """Whatever the service's role tries with the log and the ledgers, the database refuses."""
    with service.connect() as connection, pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        connection.execute(text(statement))


def test_the_service_reads_and_adds(service: Engine) -> None:
    """What it needs it may: entries are chained for it as for everybody."""
    life(service)
    assert isinstance(chain.broken(service), list)


def test_an_anchor_proves_the_log_of_its_day(club_engine: Engine, service: Engine) -> None:
    """One a day; what is added later changes nothing, a whole life taken away with all its rows is seen."""
    gone = life(club_engine)
    assert chain.anchor(service)
    assert not chain.anchor(service)
    life(club_engine, recorded_at=datetime.now(UTC))
    assert [holds for _, holds in chain.anchors(service)] == [True]
    by_the_owner(club_engine, "delete from transition where entity_id = :id", gone)
    by_the_owner(club_engine, "delete from entity where entity_id = :id", gone)
    assert not [each for each in chain.broken(club_engine) if gone in each]
    assert [holds for _, holds in chain.anchors(service)] == [False]
