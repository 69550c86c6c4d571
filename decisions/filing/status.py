"""NTT's answers to a filing: any order, repeats, steps skipped or taken back before the opening (W-08.1, W-13.1a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from decisions.common import effects
from decisions.common import unanswered as common
from decisions.domain import Context, NotAllowedError, RaisedTask, Step, operator_task
from decisions.filing.changed import Values, patch
from models.messages.entity import AgendaItem, EffectDone, Patch, Unanswered
from models.messages.filing import (
    REPORT_TO_CONTRACT,
    SEND_CORRECTION,
    SEND_FILING,
    SEND_WITHDRAWAL,
    CarrierStatus,
    CorrectFiling,
    FileWithCarrier,
    FilingState,
    WithdrawFiling,
)
from models.tasks import TASKS
from rules.calendar import end_of, japan_day
from rules.citation import Decision, edition
from rules.line import filing

ARTICLES = ("W-08.1", "W-13.1a")

_LATE = {"late_accepted": "受付", "late_work_date": "工事日決定", "late_opened": "開通"}
"""Milestone → its name on the operator's timer."""

_REPORTED = {"opened", "cancelled", "not_available", "type_changed"}
"""Statuses the contract is told of."""

FINAL = frozenset({"opened", "cancelled", "not_available"})
"""States in which the order is over."""


def filed(state: FilingState, command: FileWithCarrier, context: Context) -> list[Step]:
    """The order is with NTT: the soft point of no return (W-08.1)."""
    on = japan_day(context.moment)
    decision = Decision("filed", ("W-08.1",), on, edition(on), f"Filed with NTT {command.carrier_area} on {on}.")
    values: Values = {
        "filing_id": command.filing_id,
        "contract_id": command.contract_id,
        "operator": command.carrier_area,
        "brand": command.brand,
        "service_type": command.service_type,
        "wished_dates": command.wished_dates,
        "filed_at": context.moment,
    }
    agenda = {
        "late_accepted": _milestone("late_accepted", filing.accepted_by(on)),
        "late_work_date": _milestone("late_work_date", filing.work_date_by(on)),
    }
    # NTT may have been silent for so long that an operator was told before the order could be handed over.
    agenda = {name: item for name, item in agenda.items() if name not in state.jeopardy}
    return [Step("file", decision, patch(values, put={"agenda": agenda}), move="file")]


def carrier_status(state: FilingState, command: CarrierStatus, context: Context) -> list[Step]:
    """One status message; it carries the whole known state, so a lower sequence changes nothing (W-13.1a)."""
    if command.sequence <= state.sequence or state.state in FINAL:
        detail = f"Message {command.sequence} came after message {state.sequence} or the end; kept, changes nothing."
        on = japan_day(command.occurred_at)
        decision = Decision("stale", ("W-13.1a",), on, edition(on), detail)
        return [Step("stale_status", decision, received_at=command.occurred_at)]
    on = command.opened_on if command.status == "opened" and command.opened_on else japan_day(command.occurred_at)
    decision = Decision(
        command.status,
        ARTICLES if command.status != "type_changed" else (*ARTICLES, "W-04.2"),
        on,
        edition(on),
        f"NTT: {command.status}.",
        {"sequence": command.sequence, "work_on": command.work_on.isoformat() if command.work_on else None},
    )
    move = None if command.status == "type_changed" else f"carrier_{command.status}"
    return [
        Step(
            f"carrier_{command.status}",
            decision,
            _change(state, command, context),
            move=move,
            received_at=command.occurred_at,
            state_from=japan_day(command.occurred_at),
        )
    ]


def _change(state: FilingState, command: CarrierStatus, context: Context) -> Patch:
    values: Values = {"sequence": command.sequence, "defects": command.defects}
    if command.work_on is not None:
        values["work_on"] = command.work_on
    if command.line_key is not None:
        values["line_key"] = command.line_key
    if command.service_type is not None:
        values["service_type"] = command.service_type
    if command.status == "opened":
        values["opened_on"] = command.opened_on or japan_day(command.occurred_at)
    agenda, drop = _milestones(state, command)
    tasks: dict[str, RaisedTask] = {}
    cleared = "FILING_DEFECT" in state.tasks and command.status != "defect"
    if command.status == "defect":
        tasks = operator_task("FILING_DEFECT", context.moment, *ARTICLES)
    reports = command.status in _REPORTED or command.status == "defect" or cleared
    if reports:
        outcome = command.status if command.status in {*_REPORTED, "defect"} else "defect_cleared"
        agenda[f"report_{command.sequence}"] = _report(command, outcome, context, values)
    gone = _tasks_gone(state, command)
    return patch(values, put={"agenda": agenda, "tasks": tasks}, drop={"agenda": drop, "tasks": gone})


def _tasks_gone(state: FilingState, command: CarrierStatus) -> list[str]:
    """What no operator needs to look after any more: everything at the end, a late answer once it has come."""
    if command.status in FINAL:
        return _about_the_order(state)
    gone = {"LATE_ACCEPTED"}
    if command.status != "defect":
        gone.add("FILING_DEFECT")
    if command.work_on is not None:
        gone.add("LATE_WORK_DATE")
    return [task for task in state.tasks if task in gone]


def _about_the_order(state: FilingState) -> list[str]:
    """What goes with the order; a defect of ours does not, since what it left undone may still be on the agenda."""
    codes = {code for code, each in TASKS.items() if each.about == "order"} | {"EFFECT_REFUSED"}
    return [key for key, each in state.tasks.items() if each.why in codes]


def _report(command: CarrierStatus, outcome: str, context: Context, values: Values) -> AgendaItem:
    """The contract is told; an activity does it, since the contract is a workflow of its own."""
    data = {
        "outcome": outcome,
        "opened_on": values.get("opened_on"),
        "line_key": values.get("line_key"),
        "service_type": command.service_type,
        "occurred_at": command.occurred_at,
    }
    return AgendaItem(
        item_id=f"report_{command.sequence}",
        event="report",
        at=context.moment,
        on=japan_day(context.moment),
        articles=list(ARTICLES),
        label="契約への報告",
        effect=REPORT_TO_CONTRACT,
        data=data,
    )


def _milestones(state: FilingState, command: CarrierStatus) -> tuple[dict[str, AgendaItem], list[str]]:
    """Milestones met leave the agenda; a known or moved work date brings the next one."""
    if command.status in FINAL:
        return {}, [item for item in state.agenda if item in _LATE]
    drop = ["late_accepted"] if "late_accepted" in state.agenda else []
    agenda: dict[str, AgendaItem] = {}
    if command.work_on is not None and command.work_on != state.work_on:
        agenda["late_opened"] = _milestone("late_opened", filing.opened_by(command.work_on))
    if command.work_on is not None and "late_work_date" in state.agenda:
        drop.append("late_work_date")
    return agenda, drop


def _milestone(name: str, on: date) -> AgendaItem:
    return AgendaItem(
        item_id=name, event=name, at=end_of(on), on=on, articles=list(ARTICLES), label=f"{_LATE[name]}期限 {on}"
    )


def late(state: FilingState, item: AgendaItem, context: Context) -> list[Step]:
    """A milestone did not come in time: jeopardy, for an operator (W-08.1, F-23)."""
    decision = Decision(
        "jeopardy",
        ARTICLES,
        item.on,
        None,
        f"{_LATE[item.event]} was expected by {item.on}.",
        {"milestone": item.event},
    )
    report = AgendaItem(
        item_id=f"report_{item.event}",
        event="report",
        at=item.at,
        on=item.on,
        articles=list(ARTICLES),
        label="契約への報告",
        effect=REPORT_TO_CONTRACT,
        data={"outcome": "jeopardy", "milestone": item.event, "occurred_at": item.at.isoformat()},
    )
    change = patch(
        {"jeopardy": [*state.jeopardy, item.event]},
        put={"tasks": operator_task(item.event.upper(), context.moment, *ARTICLES), "agenda": {report.item_id: report}},
        drop={"agenda": [item.item_id]},
    )
    return [Step("jeopardy", decision, change, received_at=item.at)]


def unanswered(state: FilingState, command: Unanswered, context: Context) -> list[Step]:
    """NTT does not answer: of the order itself its acceptance is late, as if it had been sent (W-08.1, F-23).

    Raises:
        NotAllowedError: `NOTHING_TO_DO`, nobody is asked any more.
    """
    if command.item_id != SEND_FILING:
        return common.unanswered(state, command, context)
    if state.state != "prepared" or "late_accepted" in state.jeopardy:
        message = "The order has been sent."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    milestone = _milestone("late_accepted", filing.accepted_by(japan_day(command.asked_at)))
    (step,) = late(state, milestone, context)
    return [replace(step, patch=step.patch + Patch(set=command.values))]


def correct(state: FilingState, command: CorrectFiling, context: Context) -> list[Step]:
    """Corrected fields go to NTT after a defect (W-08.1, W-08.4)."""
    on = japan_day(context.moment)
    data = {"fields": command.fields}
    decision = Decision("corrected", ("W-08.1", "W-08.4"), on, edition(on), "Corrected and sent again.", data)
    item = _effect(SEND_CORRECTION, context.moment, "訂正の送付", {"note_id": command.note_id, "op": command.op})
    cleared = AgendaItem(
        item_id=f"report_cleared_{state.sequence}",
        event="report",
        at=context.moment,
        on=on,
        articles=list(ARTICLES),
        label="契約への報告",
        effect=REPORT_TO_CONTRACT,
        data={"outcome": "defect_cleared", "occurred_at": context.moment.isoformat()},
    )
    change = patch(
        {"defects": []},
        put={"agenda": {SEND_CORRECTION: item, cleared.item_id: cleared}},
        drop={"tasks": [key for key in state.tasks if key == "FILING_DEFECT"]},
    )
    return [Step("correct", decision, change, move="correct")]


def withdraw(state: FilingState, command: WithdrawFiling, context: Context) -> list[Step]:
    """The order is taken back before the work day, the hard point of no return (W-08.1)."""
    _ = command
    on = japan_day(context.moment)
    if state.work_on is not None and on >= state.work_on:
        message = f"The construction day {state.work_on} has come."
        raise NotAllowedError(message, code="WORK_DAY_REACHED", articles=("W-08.1",), values={"on": state.work_on})
    decision = Decision("cancelled", ("W-08.1",), on, edition(on), "Taken back before the construction day.")
    item = _effect(SEND_WITHDRAWAL, context.moment, "取下げの送付", {"at": context.moment.isoformat()})
    drop = [key for key in state.agenda if key in _LATE]
    change = patch(put={"agenda": {SEND_WITHDRAWAL: item}}, drop={"agenda": drop, "tasks": _about_the_order(state)})
    return [Step("withdraw", decision, change, move="withdraw")]


def _effect(name: str, at: datetime, label: str, data: Mapping[str, str | None]) -> AgendaItem:
    return AgendaItem(
        item_id=name,
        event=name,
        at=at,
        on=japan_day(at),
        articles=["W-08.1"],
        label=label,
        effect=name,
        data=dict(data),
    )


def effect_done(state: FilingState, command: EffectDone, context: Context) -> list[Step]:
    """An outside effect was carried out; a filing that is over and has told everybody is closed."""
    (step,) = effects.effect_done(state, command, context)
    over = state.state in FINAL and set(state.agenda) <= {command.item_id}
    return [replace(step, patch=step.patch + patch({"closed": True}))] if over else [step]
