"""A defect of ours costs an entity a task, never its life: on the recorder with the real database, every kind."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from activities.notices.render import render
from decisions.fold import fold
from models.messages.entity import DecisionFailed
from workflows.refusals import defect_id

if TYPE_CHECKING:
    from tests.workflows.conftest import Moments, World

KINDS = ["contract", "filing", "membership", "exchange", "program", "rollout"]
DEFECTS = ["KeyError", "OverflowError", "letter without its data", "no such letter"]


LOG = "select event from transition where entity_id = :id order by seq"


@pytest.fixture(params=DEFECTS)
def defect(request: pytest.FixtureRequest, unwritable: Any) -> Any:
    """What goes wrong, for a kind."""

    def of(kind: str) -> Any:
        made = {
            "KeyError": lambda: KeyError("owed"),
            "OverflowError": lambda: OverflowError("date value out of range"),
            "letter without its data": lambda: unwritable(kind, "service_start", {}),
            "no such letter": lambda: unwritable(kind, "nobody_wrote_this", {}),
        }
        return made[request.param]()

    return of


@pytest.fixture(params=DEFECTS)
def given_up(request: pytest.FixtureRequest, last_attempt: Any) -> Any:
    """How an effect that meets a defect ends, as its workflow is told."""

    def effect() -> None:
        if request.param == "KeyError":
            _ = {}["owed"]
        elif request.param == "OverflowError":
            _ = date.max + timedelta(days=1)
        else:
            render("service_start" if request.param == "letter without its data" else "nobody_wrote_this", {}, None)

    return lambda: last_attempt(effect)


def tasks(state: Any) -> list[tuple[str, bool]]:
    """The tasks of a state, and whether each names an error."""
    return [(task.why, task.error_id is not None) for task in state.tasks.values()]


def assert_folds(world: World, entity_id: str) -> None:
    """The stored state is the fold of the log."""
    from sqlmodel import Session

    from store.log import entries

    domain = world.domains[entity_id.partition("/")[0]]
    with Session(world.engine) as session:
        log = entries(session, entity_id)
    stored = world.rows("select state from entity where entity_id = :id", id=entity_id)[0].state
    assert fold(domain.state().model_dump(mode="json"), log) == stored


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_of_a_decision_is_told_and_noted_and_the_next_command_works(
    world: World, defect: Any, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """409 in plain words with an error id that the log explains, a task, and nothing of the command recorded."""
    entity_id = world.entity(kind)
    world.planted.failure = defect(kind)
    with caplog.at_level(logging.ERROR):
        told = world.ask(entity_id, "fragile", op="the-one").refused
    assert told is not None
    assert (told.status, told.code) == (409, "DECISION_FAILED")
    (task,) = world.state(entity_id).tasks.values()
    assert (task.why, task.error_id) == ("DEFECT", told.error_id)
    assert str(task.error_id) in told.detail
    (explained,) = [record for record in caplog.records if str(task.error_id) in record.getMessage()]
    assert explained.exc_info is not None
    events = [row.event for row in world.rows(LOG, id=entity_id)]
    assert events == ["seed", "decision_failed"]
    world.planted.failure = None
    assert world.ask(entity_id, "fragile", op="the-one").answer is not None
    assert_folds(world, entity_id)


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_of_a_due_item_sets_it_aside_and_what_is_behind_it_goes_on(
    world: World, defect: Any, make_item: Any, moments: Moments, kind: str
) -> None:
    """Its row is gone, so no clock waits for it; items before, beside and after it and commands are carried out."""
    at = moments.now - timedelta(minutes=5)
    items = [make_item(name, "plain", at) for name in ("a", "z")]
    later = make_item("later", "plain", moments.now)
    entity_id = world.entity(kind)
    world.planted.failure = defect(kind)
    planted = {each["item_id"]: each for each in [*items, later, make_item("m", "fragile", at)]}
    # The seeding command makes them due: it is refused whole, or its due items would be half of it.
    assert world.ask(entity_id, "seed", items=planted).refused is not None
    world.planted.failure = None
    ahead = {key: {**each, "at": (moments.now + moments.hour).isoformat()} for key, each in planted.items()}
    world.ask(entity_id, "seed", items=ahead)
    world.planted.failure = defect(kind)
    world.clock_to(moments.now + moments.hour)
    state = world.pass_to(entity_id, moments.now + moments.hour).state
    assert set(state["agenda"]) == {"m", "retry/m/1"}
    assert world.ahead(entity_id) == {"retry/m/1"}
    assert ("DEFECT", True) in tasks(world.state(entity_id))
    world.planted.failure = None
    assert world.ask(entity_id, "fragile").answer is not None
    assert_folds(world, entity_id)


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_of_an_effect_sets_it_aside(
    world: World, given_up: Any, make_item: Any, moments: Moments, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """Its last attempt gives an error id that the log explains; what the workflow says of it is noted once."""
    entity_id = world.entity(kind, make_item("e", "effect", moments.now, "some_effect"))
    with caplog.at_level(logging.ERROR):
        error_id = defect_id(given_up())
    assert error_id is not None
    (explained,) = [record for record in caplog.records if error_id in record.getMessage()]
    assert explained.exc_info is not None
    failed = DecisionFailed(
        op="effect-failed/e/1/0", actor="worker", what="some_effect", error_id=error_id, item_id="e"
    )
    for _ in range(2):
        world.ask(entity_id, "effect_failed", **failed.model_dump(mode="json", exclude_none=True, exclude={"op"}),
                  op=failed.op)  # fmt: skip
    state = world.state(entity_id)
    assert (state.agenda["e"].error_id, state.next_item().item_id) == (error_id, "retry/e/1")
    assert tasks(state) == [("DEFECT", True)]
    assert world.ask(entity_id, "fragile").answer is not None
    assert_folds(world, entity_id)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_set_aside_is_tried_again_after_a_while_or_when_an_operator_says_so(
    world: World, make_item: Any, moments: Moments, kind: str
) -> None:
    """Failing again it is set aside again, with a longer pause; once the defect is mended nothing of it is left."""
    entity_id = world.entity(kind, make_item("m", "fragile", moments.now + moments.hour))
    world.planted.failure = KeyError("owed")
    moment = moments.now + moments.hour
    for tries, pause in enumerate((1, 6, 24, 24 * 7), start=1):
        world.clock_to(moment)
        world.pass_to(entity_id, moment)
        retry = world.state(entity_id).next_item()
        assert (retry.item_id, retry.at) == (f"retry/m/{tries}", moment + timedelta(hours=pause))
        moment = retry.at
    world.clock_to(moment)
    world.pass_to(entity_id, moment)
    assert world.state(entity_id).next_item() is None
    assert world.ahead(entity_id) == set()
    world.planted.failure = None
    told = world.ask(entity_id, "settle_defect", at=moment.isoformat())
    assert told.answer is not None
    state = world.state(entity_id)
    assert (state.agenda, state.tasks) == ({}, {})
    done = world.rows("select at from transition where entity_id = :id and event = 'fragile'", id=entity_id)
    assert [row.at for row in done] == [moments.now + moments.hour], "decided for the moment it stood for"
    assert_folds(world, entity_id)


def test_a_decision_cut_off_after_its_note_is_noted_once(world: World) -> None:
    """The same operation of the same moment has the same error id, so a repeated attempt adds nothing."""
    entity_id = world.entity("contract")
    world.planted.failure = KeyError("owed")
    told = [world.ask(entity_id, "fragile", op="again").refused for _ in range(2)]
    assert len({each.error_id for each in told if each is not None}) == 1
    assert world.rows("select count(*) as n from transition where entity_id = :id", id=entity_id)[0].n == 2


@pytest.mark.parametrize(
    "outage",
    [
        psycopg.OperationalError("the connection is closed"),
        psycopg.errors.AdminShutdown(),
        psycopg.errors.SerializationFailure(),
        psycopg.errors.DeadlockDetected(),
        psycopg.errors.LockNotAvailable(),
        psycopg.InterfaceError("closed"),
        OperationalError("select 1", {}, psycopg.OperationalError("away")),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_outage_is_not_a_defect(world: World, outage: Exception) -> None:
    """It is raised, so that the same is tried again; nothing is recorded and no task is made."""
    entity_id = world.entity("contract")
    world.planted.failure = outage
    with pytest.raises(type(outage)):
        world.ask(entity_id, "fragile")
    assert world.state(entity_id).tasks == {}


def test_an_undone_decision_takes_what_was_set_aside_with_it(world: World, make_item: Any, moments: Moments) -> None:
    """What is noted of a due item is caused by the entry that put it there: voiding that entry voids the note."""
    entity_id = world.entity("contract", make_item("m", "fragile", moments.now + moments.hour))
    world.planted.failure = KeyError("owed")
    world.clock_to(moments.now + moments.hour)
    world.pass_to(entity_id, moments.now + moments.hour)
    rows = world.rows("select event, caused_by from transition where entity_id = :id order by seq", id=entity_id)
    assert [(row.event, row.caused_by) for row in rows] == [("seed", None), ("decision_failed", 1)]
    state = world.state(entity_id)
    assert [state.agenda[name].caused_by for name in ("m", "retry/m/1")] == [1, 1]
