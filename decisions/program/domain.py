"""Everything that can happen to a programme, whichever it is: its calendar says what its runs are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from decisions.common import defects, settling
from decisions.domain import Context, Domain, Due, Handler, NotAllowedError, Step, operator_task
from decisions.program.billing import BILLING
from decisions.program.changed import Put, Values, patch
from decisions.program.club import CLUB
from decisions.program.plan import replace_plan
from decisions.program.schedule import LEFT_OUT, MORE, UNNOTED, Program, Slot, next_page, page_of, scheduled, under_way
from models.machines.program import ProgramMachine
from models.messages.entity import AgendaItem, Command, EffectDone
from models.messages.program import BeginProgram, ProgramState, ReplacePlan, RunDone
from models.operations.program import OPERATIONS
from rules.calendar import japan_day
from rules.citation import Decision
from rules.refusal import Refusal

PROGRAMS: Mapping[str, Program] = {program.code: program for program in (BILLING, CLUB)}
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
    program = PROGRAMS.get(command.code)
    if program is None:
        raise Refusal(
            "UNKNOWN_PROGRAMME",
            f"There is no programme {command.code!r}.",
            _BY_CALENDAR,
            values={"given": command.code},
        )
    on = japan_day(context.moment)
    plan = command.plan or program.default_plan()
    begun = state.model_copy(update={"code": command.code, "plan": plan})
    firsts = [(run, run.first(begun, on)) for run in program.runs]
    agenda = {run.event: scheduled(run, slot) for run, slot in firsts if slot is not None}
    decision = Decision("begun", _BY_CALENDAR, on, None, f"{command.code} runs from {on}.")
    return [Step("begin", decision, patch({"code": command.code, "plan": plan}, put={"agenda": agenda}))]


def begin_run(state: ProgramState, item: AgendaItem, context: Context) -> list[Step]:
    """The moment of a run: the work goes onto the agenda for an activity, and the next run onto the calendar.

    A worker that was away records each missed period on its own; the runs then follow one another in order.
    """
    _ = context
    run = PROGRAMS[state.code].run(item.event)
    work = under_way(run, item)
    following = run.following(state, Slot(str(item.data["period"]), item.on))
    put = {work.item_id: work}
    if following is not None:
        put[run.event] = scheduled(run, following)
    drop = [] if following is not None else [item.item_id]
    decision = Decision("begun", tuple(item.articles), item.on, None, f"{item.event} for {item.data['period']}.")
    return [Step(item.event, decision, patch(put={"agenda": put}, drop={"agenda": drop}), received_at=item.at)]


def run_done(state: ProgramState, command: EffectDone, context: Context) -> list[Step]:
    """A run, or a page of one, has been carried out: its counts are kept, what follows goes onto the calendar.

    A page that leaves more to do is followed by the next one; while an operator holds the programme the next one
    waits with the calendar.

    Raises:
        NotAllowedError: no such run is under way.
    """
    item = state.agenda.get(command.item_id)
    if item is None or item.effect is None:
        message = f"Nothing called {command.item_id} is waiting for an outside effect."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    run, period = PROGRAMS[state.code].run(item.event), str(item.data["period"])
    more = bool(command.data.get(MORE))
    counts = _together(state, item, command.data)
    put: Put = {"runs": {item.event: RunDone(period=period, counts=counts)}}
    values: Values = {}
    if more:
        rest = next_page(item, context.moment)
        if state.state == "paused":
            values["held"] = [*state.held, rest]
        else:
            put["agenda"] = {rest.item_id: rest}
    else:
        put["agenda"] = _follow_up(state, item, counts, context.moment)
        for name, why in {UNNOTED: LEFT_OUT, **run.alerts}.items():
            if counts.get(name):
                put["tasks"] = {**put.get("tasks", {}), **operator_task(why, context.moment, *item.articles)}
    decision = Decision(
        "page_done" if more else "done",
        tuple(item.articles),
        japan_day(context.moment),
        None,
        f"{item.event} for {period} was carried out{' in part' if more else ''}.",
        {"period": period, "counts": counts},
    )
    change = patch(values, put=put, drop={"agenda": [command.item_id]})
    return [Step(f"{item.event}_page" if more else f"{item.event}_done", decision, change)]


def _together(state: ProgramState, item: AgendaItem, data: Mapping[str, object]) -> dict[str, int]:
    """The counts of a run so far: those of the present page and of its earlier ones."""
    counts = {name: count for name, count in data.items() if isinstance(count, int) and name != MORE}
    before = state.runs.get(item.event)
    if page_of(item) > 1 and before is not None and before.period == item.data["period"]:
        counts = {name: before.counts.get(name, 0) + counts.get(name, 0) for name in {**before.counts, **counts}}
    return counts


def _follow_up(
    state: ProgramState, item: AgendaItem, counts: Mapping[str, int], moment: datetime
) -> dict[str, AgendaItem]:
    """Runs of other kinds that a finished one calls for, not before now, unless the calendar has them earlier."""
    program = PROGRAMS[state.code]
    wanted = program.run(item.event).when_done(state, str(item.data["period"]), counts)
    ahead = {event: scheduled(program.run(event), slot) for event, slot in wanted.items()}
    return {
        event: each.model_copy(update={"at": max(each.at, moment)})
        for event, each in ahead.items()
        if event not in state.agenda or each.at < state.agenda[event].at
    }


def pause(state: ProgramState, command: Command, context: Context) -> list[Step]:
    """Take the calendar down until it is resumed; a run under way is finished (X-05)."""
    _ = command
    held = [item for item in state.agenda.values() if item.effect is None]
    decision = Decision("paused", ("X-05",), japan_day(context.moment), None, "No run begins until it is resumed.")
    return [
        Step("pause", decision, patch({"held": held}, drop={"agenda": [item.item_id for item in held]}), move="pause")
    ]


def resume(state: ProgramState, command: Command, context: Context) -> list[Step]:
    """Put the calendar back as it was; what was due meanwhile is carried out at once, in order (X-05).

    What a run could not do, and an operator was told of, is tried again.
    """
    _ = command
    agenda = {item.item_id: item for item in state.held}
    again = [run for run in PROGRAMS[state.code].runs if run.retried in state.tasks and run.event in state.runs]
    for run in again:
        day = japan_day(context.moment)
        work = under_way(run, scheduled(run, Slot(state.runs[run.event].period, day)))
        retry = work.model_copy(
            update={
                "item_id": f"{work.item_id}/{state.seq}",
                "at": context.moment,
                "data": {**work.data, "retry": True},
            }
        )
        agenda[retry.item_id] = retry
    decision = Decision("resumed", ("X-05",), japan_day(context.moment), None, "The runs go on.")
    drop = {"tasks": [str(run.retried) for run in again]}
    change = patch({"held": []}, put={"agenda": agenda}, drop=drop)
    return [Step("resume", decision, change, move="resume")]


def _due() -> dict[str, Due[ProgramState]]:
    return {run.event: begin_run for program in PROGRAMS.values() for run in program.runs}


PROGRAM: Domain[ProgramState, object] = Domain(
    kind="program",
    state=ProgramState,
    machine=ProgramMachine,
    commands={
        "begin": Handler(begin, BeginProgram),
        "pause": Handler(pause, Command),
        "resume": Handler(resume, Command),
        "replace_plan": Handler(replace_plan, ReplacePlan),
        "effect_done": Handler(run_done, EffectDone),
        **defects.COMMANDS,
        **settling.COMMANDS,
    },
    due={**_due(), **defects.DUE},
    operations=OPERATIONS,
)
