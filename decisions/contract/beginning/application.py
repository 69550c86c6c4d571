"""From the application to its acceptance (articles 3 to 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from decisions.common.checks import not_in_future
from decisions.common.closing import CLOSE, close_item
from decisions.contract.beginning.service import withdraw_filing_item
from decisions.contract.changed import Values, patch
from decisions.contract.course.consequences import moved_term
from decisions.contract.facts import LineKnown, WorkDayKnown
from decisions.contract.ids import now_item
from decisions.contract.line import contents
from decisions.contract.lines import rule_line
from decisions.contract.money.agency import agency_ended
from decisions.domain import Context, NotAllowedError, Outgoing, Step, known, operator_task
from models.messages.contract.contract import Apply, ContractState, ShowIdentity, SwitchCourse, WithReceipt
from models.messages.entity import AgendaItem, Command
from models.messages.filing import START_FILING
from rules.calendar import japan_day
from rules.citation import Decision, edition
from rules.contract import application
from rules.courses import course
from rules.dated import DatedError
from rules.refusal import Refusal

REFUSAL_GROUNDS = {
    "not_line_holder": "REFUSE_NOT_LINE_HOLDER",
    "operational": "REFUSE_OPERATIONAL",
    "general_terms": "REFUSE_GENERAL_TERMS",
    "other": "REFUSE_GENERAL_TERMS",
}
"""Published reason code → ground of article 7."""


def apply(state: ContractState, command: Apply, context: Context) -> list[Step]:
    """An application (W-05.x, W-06.x, W-07.x, W-08.1): accepted, filed, waiting, or declined and kept as a record."""
    if state.seq:
        message = "The contract exists already."
        raise NotAllowedError(message, articles=("W-03.1",))
    received = _received(command, context)
    try:
        _check_submission(command, context)
        checked = application.accept(
            command.course,
            rule_line(command.line),
            japan_day(command.received_at),
            start_line=command.start_line,
            identity_required=command.identity_required,
        )
    except Refusal as refusal:
        return [received, _declined(refusal, command.received_at)]
    except DatedError as gap:
        return [received, _declined(Refusal("OUTSIDE_TERMS", str(gap), ("W-99.1",)), command.received_at)]
    return [received, _next_step(checked, context, command.received_at)]


def _check_submission(command: Apply, context: Context) -> None:
    not_in_future("received_at", command.received_at, context.keyed_at)
    day = japan_day(command.received_at)
    application.application_day(
        command.channel, command.received_at, written_on=command.written_on, posted_on=command.posted_on
    )
    consents = application.Consents(**command.consents.model_dump())
    application.check_consents(consents, command.line.carrier_area, day)
    application.check_line_free(command.course, line_taken=known(context, LineKnown).line_taken)


def _received(command: Apply, context: Context) -> Step:
    """The record that an application came in, whatever becomes of it."""
    day = japan_day(command.received_at)
    row = "W-05.4" if command.channel == "paper" else "W-05.3"
    data = {
        "applied_on": day.isoformat(),
        "written_on": command.written_on.isoformat() if command.written_on else None,
        "posted_on": command.posted_on.isoformat() if command.posted_on else None,
    }
    decision = Decision("applied", (row, "W-05.1"), day, edition(day), f"Application of {day}.", data)
    chapter = _chapter(command.course)
    values: Values = {
        "contract_id": command.contract_id,
        "person_id": command.person_id,
        "line_key": command.line_key,
        "filing_id": command.filing_id if command.start_line else None,
        "chapter": chapter,
        "course": command.course,
        "applied_course": command.course,
        "channel": command.channel,
        "start_line": command.start_line,
        "identity_required": command.identity_required,
        "applied_on": day,
        "received_on": day,
        "held_from": known(context, LineKnown).from_on or japan_day(context.keyed_at),
        "line": command.line,
        "wished_dates": command.wished_dates,
        "consents": command.consents,
        "written_on": command.written_on,
        "posted_on": command.posted_on,
    }
    return Step("apply", decision, patch(values), received_at=command.received_at)


def _chapter(code: str) -> int:
    """The chapter applied under; 1 is the only one open to applications, whatever course they name (W-C2.1)."""
    try:
        return course.chapter_of(code) or 1
    except Refusal:
        return 1


def _declined(refusal: Refusal, received_at: datetime) -> Step:
    day = japan_day(received_at)
    data = {"reasons": list(refusal.reasons)}
    decision = Decision("declined", refusal.articles, day, edition(day), refusal.detail, data)
    change = patch({"line_key": None}, put={"agenda": {CLOSE: close_item(day)}})
    return Step("decline", decision, change, move="decline", received_at=received_at)


def _next_step(checked: Decision, context: Context, received_at: datetime) -> Step:
    """What an application in order leads to: identity, filing, operator or acceptance."""
    if checked.outcome == "identity_requested":
        return Step("request_identity", checked, move="request_identity", received_at=received_at)
    if checked.outcome == "filing":
        on = japan_day(context.moment)
        item = now_item(START_FILING, START_FILING, context.moment, on, ["W-08.1"], "代行申込みの開始")
        change = patch(put={"agenda": {START_FILING: item}})
        return Step("file", checked, change, move="file", received_at=received_at)
    if checked.outcome == "needs_operator":
        task = operator_task("NOT_LINE_HOLDER", context.moment, *checked.articles)
        return Step("hold", checked, patch(put={"tasks": task}), received_at=received_at)
    return Step("accept", checked, move="accept", received_at=received_at)


def request_identity(state: ContractState, command: Command, context: Context) -> list[Step]:
    """Ask for an identity document issued by a public body (W-05.2): may, so by an operator or the back office."""
    _ = (state, command)
    day = japan_day(context.moment)
    detail = "An identity document is to be shown first."
    decision = Decision("identity_requested", ("W-05.2",), day, edition(day), detail)
    return [Step("request_identity", decision, patch({"identity_required": True}), move="request_identity")]


def show_identity(state: ContractState, command: ShowIdentity, context: Context) -> list[Step]:
    """The document was shown; the application goes on where it stood (W-05.2)."""
    not_in_future("shown_at", command.shown_at, context.keyed_at)
    if state.line is None or state.applied_on is None:
        message = "The application has no line to decide about."
        raise NotAllowedError(message)
    day = japan_day(command.shown_at)
    shown = Decision("identity_shown", ("W-05.2",), day, edition(day), f"Identity shown on {day}.")
    step = Step("show_identity", shown, move="show_identity", received_at=command.shown_at)
    if "NOT_LINE_HOLDER" in state.tasks:
        return [step]
    checked = application.accept(state.course, rule_line(state.line), state.applied_on, start_line=state.start_line)
    checked = replace(checked, effective_on=day)
    return [step, _next_step(checked, context, command.shown_at)]


def accept(state: ContractState, command: Command, context: Context) -> list[Step]:
    """An operator accepts after the holder test (W-07.1, W-07.3, X-05)."""
    _ = command
    day = japan_day(context.moment)
    decision = Decision("accepted", ("W-07.1", "W-07.3", "X-05"), day, edition(day), "Accepted by an operator.")
    asked = [key for key in ("NOT_LINE_HOLDER", "LINE_NOTICE_BEFORE_SERVICE") if key in state.tasks]
    return [Step("accept", decision, patch(drop={"tasks": asked}), move="accept")]


def refuse(state: ContractState, command: Command, context: Context) -> list[Step]:
    """An operator refuses under article 7 (W-07.1, W-07.2, X-05); an open order with NTT is taken back."""
    day = japan_day(context.moment)
    ground = REFUSAL_GROUNDS.get(command.reason_code or "other", "REFUSE_GENERAL_TERMS")
    refused = application.operator_refusal(ground, day)
    decision = replace(refused, outcome="declined", articles=(*refused.articles, "X-05"))
    outgoing = (Outgoing("notice", "application_refused", {"ground": ground}),)
    return [_out("refuse", state, decision, context, None, outgoing)]


def withdraw(state: ContractState, command: WithReceipt, context: Context) -> list[Step]:
    """The applicant takes the application back before service starts (W-05.1); not from the work day on (W-08.1).

    A start that is announced for a later day is no start yet (W-12.1n).
    """
    if command.received_at is not None:
        not_in_future("received_at", command.received_at, context.keyed_at)
    work_on = known(context, WorkDayKnown).filing_work_on
    day = japan_day(command.received_at or context.moment)
    if state.state == "filing" and work_on is not None and day >= work_on:
        message = f"The construction day {work_on} has come; the order can no longer be taken back."
        raise NotAllowedError(message, code="WORK_DAY_REACHED", articles=("W-08.1",), values={"on": work_on})
    decision = Decision("withdrawn", ("W-05.1",), day, edition(day), "The applicant withdrew.")
    if state.state == "active":
        return [_before_start(state, decision, day, command.received_at)]
    return [_out("withdraw", state, decision, context, command.received_at, ())]


def _before_start(state: ContractState, decision: Decision, day: date, received_at: datetime | None) -> Step:
    """Withdrawn between the announcement of the first day of service and that day: no term has begun (W-12.1n)."""
    start_on = state.service_start_on
    if start_on is None or day >= start_on:
        message = f"Service began on {start_on}; it is cancelled, not withdrawn."
        raise NotAllowedError(message, code="SERVICE_BEGUN", articles=("W-12.1n", "W-10.1"), values={"on": start_on})
    values: Values = {"service_start_on": None, "minimum_term": None, "pending_course_change": None, "choice": None}
    drop = {
        "agenda": list(state.agenda),
        "charges": list(state.charges),
        "benefits": list(state.benefits),
    }
    decision = replace(decision, articles=(*decision.articles, "W-12.1n"))
    change = patch(values, put={"agenda": {CLOSE: close_item(day)}}, drop=drop)
    outgoing = tuple(contents.told(state, "withdrawn", day))
    move = "withdraw_before_start"
    return Step("withdraw", decision, change, move=move, received_at=received_at, outgoing=outgoing)


def _out(
    event: str,
    state: ContractState,
    decision: Decision,
    context: Context,
    received_at: datetime | None,
    outgoing: tuple[Outgoing, ...],
) -> Step:
    """Leave before service: the line is free, an open order goes back, the record stays correctable for a while."""
    day = decision.effective_on or japan_day(context.moment)
    agenda: dict[str, AgendaItem] = {CLOSE: close_item(day), **withdraw_filing_item(state, context)}
    # What is about the application goes by itself (`models.tasks`); an order that NTT would not take was for it alone.
    drop = {"tasks": [key for key in ("EFFECT_REFUSED",) if key in state.tasks], "agenda": [START_FILING]}
    return Step(
        event,
        decision,
        patch(put={"agenda": agenda}, drop=drop),
        move=event,
        received_at=received_at,
        outgoing=outgoing,
    )


def switch_course(state: ContractState, command: SwitchCourse, context: Context) -> list[Step]:
    """An operator moves it to the course that fits the line NTT answered with (W-04.2, A-38, A-39, A-41)."""
    day = japan_day(context.moment)
    decision = course.course_switch(state.course, command.to_course, day)
    line = state.line
    answered = state.ntt_service_type
    if line is not None and answered:
        line = line.model_copy(update={"service_type": answered})
    if line is not None:
        course.check_matches_line(command.to_course, rule_line(line))
    gone = ["LINE_TYPE_CHANGED", "COURSE_DOES_NOT_MATCH_LINE"]
    agency, told, agency_articles = agency_ended(state, day - timedelta(days=1))
    change = patch(
        {"course": command.to_course, "chapter": 1, "line": line, **agency, **moved_term(state, day)},
        drop={"tasks": [key for key in gone if key in state.tasks]},
    )
    notice = Outgoing("notice", "course_moved", {"course": command.to_course, "on": day.isoformat()})
    decision = replace(decision, effective_on=day, articles=(*decision.articles, *agency_articles))
    moved = contents.told(state, "course_changed", day, chapter=1, to_course=command.to_course)
    return [Step("switch_course", decision, change, outgoing=(notice, *told, *moved))]
