"""What an execution says of an outside effect counts as the worker sealed it that carried the effect out (X-05)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ExecuteActivityInput

from activities.failures import PlainFailures
from activities.record import Recorder
from activities.runs import LAST, Page, run_pages
from activities.sealing import SealedResults, work_of
from models.messages.entity import DEFECT, EFFECT_FAILED, NOT_RECORDED, AgendaItem, RecordRequest
from models.messages.filing import FILED, REFUSED_BY_CARRIER, FilingInput
from models.messages.results import EFFECT_DONE, SEALS, effect_done, effect_failed, not_filed, to_record
from models.seal import Seals
from workflows.effects import Came

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.workflows.conftest import Moments, World

SEALS_OF_OURS = Seals(["new secret", "old secret"])
ITEM, CODE, ID = "calling", "CARRIER_REFUSED", "E-1"


class Effect:
    """The innermost of the interceptors: the activity itself."""

    def init(self, outbound: Any) -> None:
        """As the SDK does."""
        context = activity._Context.current()
        context.info, context.heartbeat = outbound.info, outbound.heartbeat

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
        """Do what a test says."""
        given = input.fn()
        return await given if asyncio.iscoroutine(given) else given


class Outbound:
    """The server's side of an activity: what an earlier attempt told, and what this one tells."""

    def __init__(self, told: tuple[Any, ...]) -> None:
        """An earlier attempt told so."""
        self.told, self.tells = told, list[tuple[Any, ...]]()

    def info(self) -> activity.Info:
        """With what was told."""
        return replace(ActivityEnvironment.default_info(), activity_type="calls", heartbeat_details=self.told)

    def heartbeat(self, *details: Any) -> None:
        """Keep it."""
        self.tells.append(details)


def carried_out(
    effect: Callable[[], Any], args: list[Any], outbound: Outbound | None = None, seals: Seals = SEALS_OF_OURS
) -> Any:
    """What a worker of ours answers Temporal."""
    inner: Any = Effect()
    worker = SealedResults(seals).intercept_activity(PlainFailures().intercept_activity(inner))
    told = ExecuteActivityInput(fn=effect, args=args, executor=None, headers={})

    async def run() -> Any:
        worker.init(outbound or Outbound(()))  # type: ignore[arg-type]  # as much of one as is asked
        return await worker.execute_activity(told)

    return asyncio.run(ActivityEnvironment().run(run))


def refuses(code: str, **details: Any) -> Callable[[], Any]:
    """An activity that fails for good."""

    def effect() -> None:
        raise ApplicationError("no", *([details] if details else []), type=code, non_retryable=True)

    return effect


@pytest.fixture
def asked(world: World, moments: Moments, make_item: Any) -> tuple[World, str, AgendaItem]:
    """A contract with an effect on its agenda, on a recorder that asks for seals."""
    entity_id = world.entity("contract")
    ahead = make_item(ITEM, ITEM, moments.now - timedelta(minutes=1), "calls")
    world.ask(entity_id, "seed", items={ITEM: ahead})
    world.recorder = Recorder(
        world.engine, world.recorder._projections, world.domains, seals=SEALS_OF_OURS, webhooks=False
    )
    return world, entity_id, world.state(entity_id).agenda[ITEM]


def recorded(world: World, entity_id: str, name: str, command: Any) -> Any:
    """What the workflow is told that records it."""
    given = command.model_dump(mode="json")
    request = RecordRequest(kind="contract", entity_id=entity_id, seq=0, name=name, command=given)
    return world.recorder.decide_and_record(request)


def events(world: World, entity_id: str) -> list[str]:
    """What its log holds after the seeds."""
    log = world.rows("select event from transition where entity_id = :id order by seq", id=entity_id)
    return [row.event for row in log if row.event != "seed"]


def test_what_the_worker_sealed_is_recorded(asked: tuple[World, str, AgendaItem]) -> None:
    """Done with what it gave, through JSON and back; also by a worker that has the secret being replaced."""
    world, entity_id, item = asked
    given = carried_out(lambda: {"deleted": 2}, [entity_id, item], seals=Seals(["old secret"]))
    came = Came({"deleted": 2}, seals=given[SEALS])
    assert recorded(world, entity_id, EFFECT_DONE, came.sealed(EFFECT_DONE, came.done(item))).refused is None
    assert events(world, entity_id) == [ITEM]


@pytest.mark.parametrize("forged", ["nothing", "other data", "refused", "another entity's", "another try's", "defect"])
def test_a_result_that_no_worker_of_ours_sealed_decides_nothing(
    asked: tuple[World, str, AgendaItem], forged: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The item stays for its worker, the log has a line each time, and an operator one task."""
    world, entity_id, item = asked
    given = carried_out(lambda: {"deleted": 2}, [entity_id, item])
    seals, name, command = given[SEALS], EFFECT_DONE, effect_done(item, {"deleted": 2})
    if forged == "nothing":
        seals = {}
    elif forged == "other data":
        command = effect_done(item, {"deleted": 0})
    elif forged == "refused":
        command = effect_done(item, {"deleted": 2}, CODE)
    elif forged == "another entity's":
        seals = carried_out(lambda: {"deleted": 2}, ["contract/K0", item])[SEALS]
    elif forged == "another try's":
        seals = carried_out(lambda: {"deleted": 2}, [entity_id, item.model_copy(update={"tries": 1})])[SEALS]
    else:
        name, command = EFFECT_FAILED, effect_failed(item, ID)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            told = recorded(world, entity_id, name, Came(seals=seals).sealed(name, command))
            assert told.refused.code == "UNSEALED_RESULT"
    assert told.state["seq"] == world.state(entity_id).seq
    assert world.state(entity_id).agenda[ITEM] == item
    assert [task.why for task in world.state(entity_id).tasks.values()] == ["UNSEALED_RESULT"]
    assert events(world, entity_id) == ["result_not_taken"]
    assert sum("UNSEALED_RESULT" in each.getMessage() for each in caplog.records) == 2


@pytest.mark.parametrize(
    ("code", "name", "failed"), [(CODE, EFFECT_DONE, [CODE]), (DEFECT, EFFECT_FAILED, ["decision_failed"])]
)
def test_a_failure_for_good_bears_a_seal_as_well(
    asked: tuple[World, str, AgendaItem], code: str, name: str, failed: list[str]
) -> None:
    """A refusal of the other side, and a defect of ours with its error id."""
    world, entity_id, item = asked
    with pytest.raises(ApplicationError) as raised:
        carried_out(refuses(code, error_id=ID), [entity_id, item])
    told = raised.value.details[0]
    assert (raised.value.type, raised.value.non_retryable, told["error_id"]) == (code, True, ID)
    came = Came(failed=code, seals=told[SEALS])
    command: Any = effect_failed(item, ID) if name == EFFECT_FAILED else came.done(item)
    taken = recorded(world, entity_id, name, came.sealed(name, command))
    assert taken.refused is None or taken.refused.code == "DECISION_FAILED"
    assert events(world, entity_id) == (failed if name == EFFECT_FAILED else [ITEM])


def test_an_order_is_handed_over_or_refused_as_the_worker_says(moments: Moments) -> None:
    """One seal for each command that the execution makes of it; NTT's refusal, keyed in or not, is none of a door's."""
    start = FilingInput(filing_id="F1", contract_id="K1", operator="EAST", at=moments.now)
    with pytest.raises(ApplicationError) as raised:
        carried_out(refuses(CODE), [start])
    seals = raised.value.details[0][SEALS]
    assert list(seals) == [FILED, REFUSED_BY_CARRIER]
    for name, command in to_record([start], {}, CODE, None):
        sealed = command.model_copy(update={"seal": seals[name]})
        assert SEALS_OF_OURS.holds_result("filing/F1", name, sealed)
        assert not SEALS_OF_OURS.holds("filing/F1", name, sealed)
    handed = carried_out(lambda: None, [start])[SEALS]
    assert list(handed) == [FILED]
    assert handed[FILED] != seals[FILED]
    with pytest.raises(ApplicationError) as broken:
        carried_out(refuses(DEFECT, error_id=ID), [start])
    sealed = not_filed(start, ID).model_copy(update={"seal": broken.value.details[0][SEALS][EFFECT_FAILED]})
    assert SEALS_OF_OURS.holds_result("filing/F1", EFFECT_FAILED, sealed)


def test_what_decides_nothing_is_left_as_it_is(asked: tuple[World, str, AgendaItem]) -> None:
    """A failure that passes is tried again, and one of what is not on record goes back to the record."""
    _, entity_id, item = asked
    for error in (
        ApplicationError("later", type="AWAY"),
        ApplicationError("no", type=NOT_RECORDED, non_retryable=True),
    ):

        def effect(error: ApplicationError = error) -> None:
            raise error

        with pytest.raises(ApplicationError) as raised:
            carried_out(effect, [entity_id, item])
        assert raised.value.details == ()


@pytest.mark.parametrize("by", ["an earlier attempt", "somebody", "another run's attempt"])
def test_a_run_goes_on_only_where_a_worker_of_ours_was(asked: tuple[World, str, AgendaItem], by: str) -> None:
    """A heartbeat of somebody else would have a month's pages passed over; its own last place is gone on from."""
    world, entity_id, item = asked
    other = item.model_copy(update={"caused_by": 99})
    work = work_of("calls", [entity_id, other if by == "another run's attempt" else item])
    seal = SEALS_OF_OURS.of_place(work, (LAST, {"booked": 3})) if by != "somebody" else "1.00"
    outbound, pages = Outbound((LAST, {"booked": 3}, seal)), list[str]()

    def page(_session: Any, after: str) -> Page:
        pages.append(after)
        return Page(None if after else "m1", {"booked": 1})

    given = carried_out(lambda: run_pages(world.engine, page), [entity_id, item], outbound)
    ours = by == "an earlier attempt"
    assert (pages, given["booked"]) == (([LAST], 4) if ours else (["", "m1"], 2))
    for place in outbound.tells:
        assert SEALS_OF_OURS.holds_place(place[-1], work_of("calls", [entity_id, item]), place[:-1])
