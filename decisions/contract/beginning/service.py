"""The first day of service and the minimum term it starts (articles 8 and 12-1)."""

from __future__ import annotations

from datetime import date, datetime

from decisions.common.closing import CLOSE, close_item
from decisions.contract.changed import Values, patch
from decisions.contract.facts import LineKnown
from decisions.contract.ids import now_item
from decisions.contract.line import contents
from decisions.contract.lines import rule_line
from decisions.domain import Context, NotAllowedError, Outgoing, RaisedTask, Step, known, operator_task
from models.machines.contract import BEFORE_SERVICE
from models.messages.contract.contract import ContractState, FilingReport, StartService
from models.messages.entity import AgendaItem, Patch
from models.messages.filing import WITHDRAW_FILING
from rules.calendar import japan_day
from rules.citation import Decision, edition
from rules.contract import minimum_term
from rules.contract.application import holder_test
from rules.courses.course import matching_course
from rules.refusal import Refusal

_OF_A_RUNNING_CONTRACT = frozenset(
    {"cancel", "request_course_change", "relocate", "choose", "initial_cancellation", "terminate", "add_benefit"}
)


def check_begun(state: ContractState, name: str, on: date) -> None:
    """A letter that arrived before the service it is about had begun (W-12.1n).

    Raises:
        Refusal: `BEFORE_SERVICE_START`.
    """
    if name in _OF_A_RUNNING_CONTRACT and state.state in BEFORE_SERVICE:
        detail = f"On {on} the service had not started yet; withdraw the application instead."
        raise Refusal("BEFORE_SERVICE_START", detail, ("W-12.1n",), values={"on": on})


OPENED_FOR_ANOTHER = "OPENED_LINE_OF_ANOTHER"
"""The applicant does not hold the line that was ordered with the application (W-07.1, A-21)."""


def start_service(state: ContractState, command: StartService, context: Context) -> list[Step]:
    """The announced first day of service on a line that exists already (W-12.1, W-12.1n).

    Raises:
        Refusal: `BEFORE_APPLICATION`.
    """
    return [_started(state, command.service_start_on, context, ("W-12.1n",), move="start_service")]


def _started(
    state: ContractState,
    on: date,
    context: Context,
    articles: tuple[str, ...],
    *,
    move: str,
    received_at: datetime | None = None,
    more: Patch | None = None,
) -> Step:
    if state.applied_on is None or on < state.applied_on:
        detail = f"Service cannot start on {on}, before the application of {state.applied_on}."
        raise Refusal("BEFORE_APPLICATION", detail, ("W-12.1n",), values={"on": on, "applied_on": state.applied_on})
    term = minimum_term.for_application(state.applied_on, on)
    data = {"minimum_term": term.data["minimum_term"], "service_start_on": on.isoformat()}
    decision = Decision(
        outcome="active",
        articles=(*term.articles, *articles),
        effective_on=on,
        edition=edition(state.applied_on),
        detail=f"Service starts on {on}. {term.detail}",
        data=data,
    )
    change = patch({"service_start_on": on, "minimum_term": data["minimum_term"]})
    if more is not None:
        change += more
    return Step(
        move,
        decision,
        change,
        move=move,
        received_at=received_at,
        state_from=min(on, japan_day(context.moment)),
        outgoing=(
            Outgoing("notice", "service_start", {**data, "course": state.course}),
            *contents.told(state, "begun", on),
        ),
    )


def filing_report(state: ContractState, command: FilingReport, context: Context) -> list[Step]:
    """What the filing tells its contract (W-08.1, W-04.2, W-13.1a)."""
    if state.state != "filing":
        return [_late_report(state, command)]
    if command.outcome == "opened":
        return [_opened(state, command, context)]
    if command.outcome in {"cancelled", "not_available"}:
        return [_failed(state, command, context)]
    return [_noted(command, context)]


def _opened(state: ContractState, command: FilingReport, context: Context) -> Step:
    if state.line is None:
        message = "The contract has no line to open."
        raise NotAllowedError(message, articles=("W-08.1",))
    on = command.opened_on or japan_day(context.moment)
    if known(context, LineKnown).line_taken:
        decision = Decision(
            "needs_operator",
            ("W-03.1",),
            on,
            edition(on),
            "The line NTT opened already carries another contract; an operator decides.",
        )
        task = operator_task("LINE_TAKEN_AT_OPENING", context.moment, "W-03.1")
        return Step("filing_report", decision, patch(put={"tasks": task}), received_at=command.occurred_at)
    line = state.line.model_copy(update={"service_type": command.service_type} if command.service_type else {})
    tasks: dict[str, RaisedTask] = {}
    holder = holder_test(rule_line(line), on, start_line=state.start_line, line_opened=True)
    if holder.outcome == "needs_operator":
        tasks |= operator_task(OPENED_FOR_ANOTHER, context.moment, *holder.articles)
    if matching_course(line.service_type, on) != state.course:
        tasks |= operator_task("COURSE_DOES_NOT_MATCH_LINE", context.moment, "W-04.2", "W-06.1")
    values: Values = {"line_key": command.line_key, "line": line.model_dump(mode="json")}
    return _started(
        state,
        on,
        context,
        ("W-08.1", "W-12.1n"),
        move="line_opened",
        received_at=command.occurred_at,
        more=patch(values, put={"tasks": tasks}, drop={"tasks": [why for why in _OF_THE_FILING if why in state.tasks]}),
    )


def _failed(state: ContractState, command: FilingReport, context: Context) -> Step:
    on = japan_day(command.occurred_at or context.moment)
    said = {"cancelled": "NTT cancelled the order.", "not_available": "NTT cannot provide the line."}
    decision = Decision(
        "declined",
        ("W-08.1", "W-06.1"),
        on,
        edition(on),
        said[command.outcome],
        {"reasons": [f"LINE_{command.outcome.upper()}"]},
    )
    outgoing = (Outgoing("notice", "filing_failed", {"outcome": command.outcome}),)
    return Step(
        "filing_failed",
        decision,
        patch(
            put={"agenda": {CLOSE: close_item(on)}},
            drop={"tasks": [key for key in ("EFFECT_REFUSED",) if key in state.tasks]},
        ),
        move="filing_failed",
        received_at=command.occurred_at,
        outgoing=outgoing,
    )


_OF_THE_FILING = ("FILING_LATE", "FILING_DEFECT")
"""Tasks that are over once the line is open."""

_NOTED = {
    "type_changed": ("LINE_TYPE_CHANGED", ("W-04.2", "W-13.1a")),
    "jeopardy": ("FILING_LATE", ("W-08.1", "W-13.1a")),
    "defect": ("FILING_DEFECT", ("W-08.1", "W-13.1a")),
    "defect_cleared": ("FILING_DEFECT", ("W-08.1", "W-13.1a")),
}


def _noted(command: FilingReport, context: Context) -> Step:
    why, articles = _NOTED[command.outcome]
    on = japan_day(command.occurred_at or context.moment)
    decision = Decision(
        command.outcome,
        articles,
        on,
        edition(on),
        f"The filing reports: {command.outcome}{f' ({command.milestone})' if command.milestone else ''}.",
        {"service_type": command.service_type} if command.service_type else {},
    )
    values: Values = {"ntt_service_type": command.service_type} if command.service_type else {}
    if command.outcome == "defect_cleared":
        return Step("filing_report", decision, patch(values, drop={"tasks": [why]}), received_at=command.occurred_at)
    task = operator_task(why, context.moment, *articles)
    return Step("filing_report", decision, patch(values, put={"tasks": task}), received_at=command.occurred_at)


def _late_report(state: ContractState, command: FilingReport) -> Step:
    """The contract has left the filing already (withdrawn, say): kept in the log, changes nothing."""
    on = japan_day(command.occurred_at) if command.occurred_at else None
    decision = Decision(
        "noted", ("W-08.1",), on, edition(on) if on else None, f"Reported {command.outcome} while {state.state}."
    )
    return Step("filing_report", decision, received_at=command.occurred_at)


def withdraw_filing_item(state: ContractState, context: Context) -> dict[str, AgendaItem]:
    """The order still open with NTT is taken back too (W-08.1)."""
    if state.state != "filing" or state.filing_id is None:
        return {}
    on = japan_day(context.moment)
    item = now_item(WITHDRAW_FILING, WITHDRAW_FILING, context.moment, on, ["W-08.1"], "代行申込みの取下げ")
    return {WITHDRAW_FILING: item}
