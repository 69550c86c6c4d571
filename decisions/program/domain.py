"""Everything that can happen to a programme, whichever it is: its calendar says what its runs are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.domain import Context, Domain, Handler, NotAllowedError, Step, patch
from decisions.program.billing import BILLING
from decisions.program.schedule import Programme, Slot, scheduled, under_way
from models.machines.program import ProgramMachine
from models.messages.entity import AgendaItem, Command, EffectDone
from models.messages.program import BeginProgram, ProgramState, RunDone
from models.operations.operation import allowed
from models.operations.program import OPERATIONS
from rules.calendar import japan_day
from rules.citation import Decision
from rules.refusal import Refusal

PROGRAMMES: Mapping[str, Programme] = {programme.code: programme for programme in (BILLING,)}
"""Every programme, by code."""

_BY_CALENDAR = ("X-06",)


def begin(state: ProgramState, command: BeginProgram, context: Context) -> list[Step]:
    """Put the first run of each kind on the calendar (X-06).

    Raises:
        NotAllowedError: it runs already.
        Refusal: `UNKNOWN_PROGRAMME`.
    """
    if state.seq:
        message = "The programme runs already."
        raise NotAllowedError(message, articles=_BY_CALENDAR)
    programme = PROGRAMMES.get(command.code)
    if programme is None:
        raise Refusal("UNKNOWN_PROGRAMME", f"There is no programme {command.code!r}.", _BY_CALENDAR)
    on = japan_day(context.moment)
    begun = state.model_copy(update={"code": command.code, "plan": command.plan})
    firsts = [(run, run.first(begun, on)) for run in programme.runs]
    agenda = {run.event: scheduled(run, slot) for run, slot in firsts if slot is not None}
    decision = Decision("begun", _BY_CALENDAR, on, None, f"{command.code} runs from {on}.")
    return [Step("begin", decision, patch({"code": command.code, "plan": command.plan}, put={"agenda": agenda}))]


def begin_run(state: ProgramState, item: AgendaItem, context: Context) -> list[Step]:
    """The moment of a run: the work goes onto the agenda for an activity, and the next run onto the calendar.

    A worker that was away records each missed period on its own; the runs then follow one another in order.
    """
    _ = context
    run = PROGRAMMES[state.code].run(item.event)
    work = under_way(run, item)
    following = run.following(state, Slot(str(item.data["period"]), item.on))
    put = {work.item_id: work}
    if following is not None:
        put[run.event] = scheduled(run, following)
    drop = [] if following is not None else [item.item_id]
    decision = Decision("begun", tuple(item.articles), item.on, None, f"{item.event} for {item.data['period']}.")
    return [Step(item.event, decision, patch(put={"agenda": put}, drop={"agenda": drop}), received_at=item.at)]


def run_done(state: ProgramState, command: EffectDone, context: Context) -> list[Step]:
    """A run has been carried out: its counts are kept, and what follows from it goes onto the calendar.

    Raises:
        NotAllowedError: no such run is under way.
    """
    item = state.agenda.get(command.item_id)
    if item is None or item.effect is None:
        message = f"Nothing called {command.item_id} is waiting for an outside effect."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    programme = PROGRAMMES[state.code]
    period = str(item.data["period"])
    counts = {name: count for name, count in command.data.items() if isinstance(count, int)}
    wanted = programme.run(item.event).when_done(state, period, counts)
    ahead = {event: scheduled(programme.run(event), slot) for event, slot in wanted.items()}
    earlier = {
        event: each for event, each in ahead.items() if event not in state.agenda or each.at < state.agenda[event].at
    }
    runs = {item.event: RunDone(period=period, counts=counts)}
    decision = Decision(
        "done",
        tuple(item.articles),
        japan_day(context.moment),
        None,
        f"{item.event} for {period} was carried out.",
        {"period": period, "counts": counts},
    )
    change = patch(put={"agenda": earlier, "runs": runs}, drop={"agenda": [command.item_id]})
    return [Step(f"{item.event}_done", decision, change)]


def pause(state: ProgramState, command: Command, context: Context) -> list[Step]:
    """Take the calendar down until it is resumed; a run under way is finished (X-05)."""
    _ = command
    held = [item for item in state.agenda.values() if item.effect is None]
    decision = Decision("paused", ("X-05",), japan_day(context.moment), None, "No run begins until it is resumed.")
    values: dict[str, Any] = {"held": [item.model_dump(mode="json") for item in held]}
    return [Step("pause", decision, patch(values, drop={"agenda": [item.item_id for item in held]}), move="pause")]


def resume(state: ProgramState, command: Command, context: Context) -> list[Step]:
    """Put the calendar back as it was; what was due meanwhile is carried out at once, in order (X-05)."""
    _ = command
    items = [AgendaItem.model_validate(each) for each in state.held]
    decision = Decision("resumed", ("X-05",), japan_day(context.moment), None, "The runs go on.")
    change = patch({"held": []}, put={"agenda": {item.item_id: item for item in items}})
    return [Step("resume", decision, change, move="resume")]


def _due() -> dict[str, Any]:
    return {run.event: begin_run for programme in PROGRAMMES.values() for run in programme.runs}


PROGRAM: Domain[ProgramState] = Domain(
    kind="program",
    state=ProgramState,
    machine=ProgramMachine,
    commands={
        "begin": Handler(begin, BeginProgram),
        "pause": Handler(pause, Command),
        "resume": Handler(resume, Command),
        "effect_done": Handler(run_done, EffectDone),
    },
    due=_due(),
    allowed=lambda state: allowed(OPERATIONS, state),
)
