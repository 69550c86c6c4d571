"""Contracts that exist already enter as running ones; chapter 2 can enter no other way (W-C2.1, W-99.2)."""

from __future__ import annotations

from datetime import date

from decisions.common.checks import not_in_future
from decisions.contract.changed import Values, patch
from decisions.contract.course.course_change import chapter_of
from decisions.contract.facts import CourseEnd, ImportKnown
from decisions.contract.ids import DISCONTINUED
from decisions.contract.lines import rule_line
from decisions.domain import Context, NotAllowedError, RaisedTask, Step, known, operator_task
from models.messages.contract.contract import ContractState, Import
from models.messages.contract.parts import MinimumTerm, PaymentAgency
from rules.calendar import Month, japan_day
from rules.charges import payment_agency
from rules.citation import Decision, edition
from rules.contract.application import check_line_free
from rules.courses import course, rollout
from rules.refusal import Refusal

TERM_MONTHS = 24
"""Months of the term whose last day an import names (W-12.1)."""


def enter(state: ContractState, command: Import, context: Context) -> list[Step]:
    """Take a running contract over as it stands on the import day.

    Raises:
        Refusal: `UNKNOWN_COURSE`, `COURSE_NOT_CURRENT`, `COURSE_CLOSED`, `COURSE_NOT_IN_AREA`,
            `COURSE_DOES_NOT_MATCH_LINE`, `LINE_TAKEN`, `IN_THE_FUTURE`, `BEFORE_APPLICATION`, `NO_TERM_IN_CHAPTER_TWO`,
            `TERM_BEFORE_SERVICE_START`, `TERM_ENDS_INSIDE_MONTH`, `PAYMENT_AGENCY_NOT_OFFERED`.
    """
    if state.seq:
        message = "The contract exists already."
        raise NotAllowedError(message, articles=("W-03.1",))
    today = japan_day(context.keyed_at)
    chapter = chapter_of(command.course)
    _check_course(command, today, chapter)
    _check_dates(command, context, chapter)
    if command.payment_agency and not payment_agency.is_offered(chapter):
        detail = "Payment on behalf belongs to with フレッツ only."
        raise Refusal("PAYMENT_AGENCY_NOT_OFFERED", detail, ("W-24.1",))
    asked = known(context, ImportKnown)
    check_line_free(command.course, line_taken=asked.line_taken)
    ended = _course_ended(command.course, today, asked.ended)
    articles = {1: ("W-00.1", "W-03.1"), 2: ("W-99.2", "W-17.1")}.get(chapter, ("W-09.1",))
    term = _term(command.minimum_term_end_on)
    agency = PaymentAgency(state="on", since=command.service_start_on) if command.payment_agency else None
    data = {"course": command.course, "minimum_term": term.model_dump(mode="json") if term else None}
    detail = f"In force since {command.service_start_on}, taken over on {today}."
    tasks: dict[str, RaisedTask] = {}
    if ended is not None:
        articles, detail = (*articles, *ended.articles), f"{detail} {ended.detail}"
        tasks = operator_task(DISCONTINUED, context.keyed_at, *ended.articles)
    decision = Decision("imported", articles, command.service_start_on, edition(command.applied_on), detail, data)
    values: Values = {
        "contract_id": command.contract_id,
        "person_id": command.person_id,
        "line_key": command.line_key,
        "chapter": chapter,
        "course": command.course,
        "applied_course": command.course,
        "applied_on": command.applied_on,
        "received_on": command.applied_on,
        "held_from": today,
        "line": command.line,
        "service_start_on": command.service_start_on,
        "minimum_term": term,
        "payment_agency": agency,
    }
    # Known to have been in force since its service start: reads as of earlier days answer from then on.
    return [
        Step(
            "import",
            decision,
            patch(values, put={"tasks": tasks}),
            move="import_running",
            state_from=command.service_start_on,
            received_at=context.keyed_at,
        )
    ]


def _course_ended(code: str, today: date, end: CourseEnd | None) -> Decision | None:
    return rollout.taken_over_after(code, today, end.on, end.to_course) if end is not None else None


def taken_over_on(state: ContractState) -> date | None:
    """The business day of the import; None for a contract that began here."""
    imported = bool(state.course_history) and state.course_history[0].reason == "import"
    return state.held_from if imported else None


def _check_course(command: Import, today: date, chapter: int) -> None:
    now = course.course_on(command.course, today)
    if now.data["course"] != command.course or now.outcome == "not_yet":
        detail = f"On the import day {today}: {now.detail}. Name the course of that day."
        raise Refusal("COURSE_NOT_CURRENT", detail, now.articles, values={"on": today, "course": now.data["course"]})
    course.check_area(command.course, command.line.carrier_area)
    course.check_matches_line(command.course, rule_line(command.line))
    if chapter == 2:
        course.check_open_for_sale(command.course, command.applied_on)


def _check_dates(command: Import, context: Context, chapter: int) -> None:
    not_in_future("applied_on", command.applied_on, context.keyed_at)
    not_in_future("service_start_on", command.service_start_on, context.keyed_at)
    if command.service_start_on < command.applied_on:
        detail = f"Service cannot start on {command.service_start_on}, before the application of {command.applied_on}."
        raise Refusal(
            "BEFORE_APPLICATION",
            detail,
            ("W-12.1n",),
            values={"on": command.service_start_on, "applied_on": command.applied_on},
        )
    end_on = command.minimum_term_end_on
    if end_on is not None and chapter == 2:
        raise Refusal("NO_TERM_IN_CHAPTER_TWO", "With フレッツ has no minimum term.", ("W-23.4",))
    if end_on is not None and end_on < command.service_start_on:
        detail = f"A term to {end_on} ends before the service start on {command.service_start_on}."
        raise Refusal(
            "TERM_BEFORE_SERVICE_START",
            detail,
            ("W-12.1",),
            values={"last": end_on, "started_on": command.service_start_on},
        )
    if end_on is not None and end_on != (last := Month.of(end_on).last_day):
        # Terms are counted in whole months, also one carried over from 光コラボ: a day inside one is a slip.
        detail = f"A term ends with its last month, not on {end_on}; name {last} or the end of another."
        raise Refusal(
            "TERM_ENDS_INSIDE_MONTH",
            detail,
            ("W-12.1", "W-12.2a"),
            values={"last": end_on, "month_end": last},
        )


def _term(end_on: date | None) -> MinimumTerm | None:
    """The term up to that day, inclusive; its start is counted back, as paragraph 1 counts it (W-12.1)."""
    if end_on is None:
        return None
    start_on = Month.of(end_on).plus(1 - TERM_MONTHS).first_day
    return MinimumTerm(start_on=start_on, end_on=end_on, source="application")
