"""Course changes by application: asked for, undone, accepted by an operator, carried out (articles 9, 12, 21, 24).

A contract stays one contract in every course. Outside chapters 1 and 2 its `chapter` is 0; the term it carries there,
and whether that term came from with フレッツ II, decide what a later change or end costs (W-12.3b2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from decisions.common.checks import not_in_future
from decisions.contract.changed import Put, Values, patch
from decisions.contract.course import pending
from decisions.contract.course.consequences import Consequences, consequences_of
from decisions.contract.ending.voiding import last_entry, voiding
from decisions.contract.facts import LineKnown
from decisions.contract.ids import fee_id
from decisions.contract.line import choice, contents, line_types
from decisions.contract.line.relocation import relocated
from decisions.contract.lines import rule_line
from decisions.contract.money import benefit, watch
from decisions.contract.money.agency import agency_ended
from decisions.contract.money.charges import State, charge_of
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, TakenOut, known, operator_task
from decisions.fold import consequences
from models.messages.contract.changes import DecideCourseChange, RequestCourseChange, UndoCourseChange
from models.messages.contract.contract import ContractState
from models.messages.contract.earlier import CARRIED_TERM, FACTS
from models.messages.contract.parts import AppliedChange, MadeChange
from models.messages.entity import AgendaItem, Charge
from rules.calendar import japan_day, start_of
from rules.charges import fee
from rules.citation import Decision, edition
from rules.contract.application import check_line_free
from rules.courses import course
from rules.line.eligibility import Line
from rules.refusal import Refusal

OUTSIDE = 0
"""The chapter kept for a course that neither chapter 1 nor chapter 2 rules."""

EVENT = "request_course_change"
"""The event of an application for a change, and the command."""

_CHARGE_STATES: dict[str, State] = {"needs_operator": "needs_operator", "watched": "watched"}


@dataclass(frozen=True)
class Plan:
    """A change that can be recorded: by a request, or by a choice that names it."""

    decision: Decision
    values: Values
    put: Put
    outgoing: tuple[Outgoing, ...]


def chapter_of(code: str) -> int:
    """The chapter a contract of that course is kept under; `OUTSIDE` for other WAKWAK courses."""
    return course.chapter_of(code) or OUTSIDE


def request(state: ContractState, command: RequestCourseChange, context: Context) -> list[Step]:
    """An application for another course (W-09.1, W-09.2, W-21.1).

    Raises:
        NotAllowedError: `COURSE_CHANGE_PENDING`.
        Refusal: as `rules.courses.course.course_change`; `IN_THE_FUTURE`, `BEFORE_SERVICE_START`, `BEFORE_LAST_CHANGE`.
    """
    not_in_future("received_at", command.received_at, context.keyed_at)
    if state.chapter == OUTSIDE:
        # On its present course it holds no line of this book; another contract may hold it by now.
        check_line_free(command.to_course, line_taken=known(context, LineKnown).line_taken)
    return [plan_change(state, command.to_course, command.received_at, context, change_on=command.change_on)]


def plan_change(
    state: ContractState, to_course: str, received_at: datetime, context: Context, *, change_on: date | None = None
) -> Step:
    """The entry of an application for another course, by a request or by a choice (W-09.1, W-11.1, W-11.2, W-21.1).

    Args:
        state: the contract.
        to_course: the course applied for.
        received_at: when the application arrived; not checked against now.
        context: the moment of the decision.
        change_on: the agreed day of the change; None: the first day of the month after acceptance.

    Raises:
        NotAllowedError: `COURSE_CHANGE_PENDING`, or the contract has no line.
        Refusal: as `request`.
    """
    made = _plan(state, to_course, received_at, context, agreed_on=change_on)
    return Step(
        EVENT,
        made.decision,
        patch(made.values, put=made.put),
        received_at=received_at,
        outgoing=made.outgoing,
    )


def _plan(
    state: ContractState,
    to_course: str,
    received_at: datetime,
    context: Context,
    *,
    agreed_on: date | None = None,
    accepted_on: date | None = None,
) -> Plan:
    """Test a change and lay out its patch; `accepted_on` is the day an operator accepted after the holder test."""
    if pending.applied_for(state) is not None:
        message = "A course change is pending already; take it back first."
        raise NotAllowedError(message, code="COURSE_CHANGE_PENDING", articles=("W-09.1",))
    if state.line is None:
        message = "The contract has no line yet."
        raise NotAllowedError(message, articles=("W-09.2",))
    received_on = japan_day(received_at)
    line = relocated(state, rule_line(state.line))
    if accepted_on is not None:
        line = replace(line, holder_is_applicant=True)
    ruling = _ruling(state, to_course, received_on, agreed_on, line, accepted_on)
    change_on = ruling.effective_on or received_on
    _check_day(state, change_on)
    asked = AppliedChange(
        from_course=state.course,
        to_course=ruling.data["course"],
        change_on=change_on,
        agreed_on=agreed_on,
        received_at=received_at,
        status="planned",
        charges=[],
    )
    if ruling.outcome == "needs_operator":
        waiting = asked.model_copy(update={"status": "needs_operator", "change_on": agreed_on})
        task = operator_task(pending.HOLDER_TASK, context.moment, *ruling.articles)
        told = waiting.model_dump(mode="json", include={"from_course", "to_course", "change_on"})
        decision = replace(ruling, effective_on=agreed_on, data={**ruling.data, **told})
        return Plan(decision, {"pending_course_change": waiting}, {"tasks": task}, ())
    return _accepted(state, ruling, asked, change_on, context)


def _ruling(
    state: ContractState,
    to_course: str,
    received_on: date,
    agreed_on: date | None,
    line: Line,
    accepted_on: date | None,
) -> Decision:
    """The rule on the change; a contract that carries a term may also go on to a further course (W-12.3b2)."""
    further = state.chapter == OUTSIDE and chapter_of(to_course) == OUTSIDE and state.carried_term
    if not further or to_course == state.course:
        return course.course_change(state.course, to_course, received_on, agreed_on, line, accepted_on=accepted_on)
    return course.further_change(state.course, to_course, received_on, agreed_on)


def _check_day(state: ContractState, change_on: date) -> None:
    if state.service_start_on is not None and change_on < state.service_start_on:
        detail = f"{change_on} lies before the service start on {state.service_start_on}."
        raise Refusal(
            "BEFORE_SERVICE_START", detail, ("W-09.1",), values={"on": change_on, "started_on": state.service_start_on}
        )
    last = state.course_history[-1].from_on if len(state.course_history) > 1 else None
    if last is not None and change_on < last:
        raise Refusal(
            "BEFORE_LAST_CHANGE", f"The contract is in its course since {last}.", ("W-09.1",), values={"on": last}
        )


def _accepted(state: ContractState, ruling: Decision, asked: AppliedChange, change_on: date, context: Context) -> Plan:
    to_course = asked.to_course
    after = consequences_of(state, to_course, change_on, japan_day(asked.received_at))
    charges = waiting_charges(state, after.money, to_course, change_on)
    told = {
        "from_course": asked.from_course,
        "to_course": to_course,
        "change_on": change_on.isoformat(),
        "minimum_term": after.term.as_json() if after.term else None,
        "carried": after.money.data.get("carried"),
        "fee": after.money.data["fee"],
        "fee_outcome": after.money.outcome,
        "fee_due_on": after.money.data.get("due_on"),
    }
    shown = {name: told[name] for name in ("minimum_term", "carried", "fee", "fee_outcome")}
    planned = AppliedChange.model_validate({**asked.model_dump(), **shown, "charges": list(charges)})
    at = start_of(change_on)
    articles = tuple(dict.fromkeys((*ruling.articles, *after.articles)))
    item = AgendaItem(
        item_id=pending.ITEM,
        event=pending.ITEM,
        at=at,
        on=change_on,
        articles=list(articles),
        label=f"コース変更 {to_course} {change_on}",
        undo_until=at,
    )
    put: Put = {"agenda": {pending.ITEM: item}}
    if charges:
        put["charges"] = charges
        put["fee_days"] = dict.fromkeys(charges, change_on)
    if any(each.state == "needs_operator" for each in charges.values()):
        put["tasks"] = operator_task(pending.FEE_TASK, context.moment, *after.money.articles)
    detail = f"{ruling.detail}. {after.money.detail}"
    decision = replace(ruling, outcome="accepted", articles=articles, detail=detail, data={**ruling.data, **told})
    leaves = state.chapter == 1 or state.carried_term
    letter = told if leaves else {key: each for key, each in told.items() if not key.startswith("fee")}
    letters = (Outgoing("notice", "course_change_date", letter),)
    return Plan(decision, {"pending_course_change": planned}, put, letters)


def waiting_charges(state: ContractState, money: Decision, to_course: str, change_on: date) -> dict[str, Charge]:
    """Charges of a change that an operator has to decide about, or that are suspended (W-12.3d, W-12.6c, W-12.2p)."""
    found: dict[str, Charge] = {}
    became = _CHARGE_STATES.get(money.outcome)
    if became is not None:
        own = charge_of(money, charge_id=fee_id(state), code="termination_fee", state=became)
        found[own.charge_id] = own
    return {**found, **benefit.planned(state, change_on, "course_change", to_course=to_course)}


def undone(state: ContractState, command: UndoCourseChange, context: Context) -> TakenOut:
    """The change that is taken back before its day: the life goes on without it (W-09.1).

    Raises:
        NotAllowedError: `NOTHING_PENDING`; a move with the line cannot be taken back (W-09.3).
    """
    _ = command
    entry = last_entry(context.log, EVENT)
    if pending.applied_for(state) is None or entry is None:
        message = "No course change is pending that can be taken back."
        raise NotAllowedError(message, code="NOTHING_PENDING", articles=("W-09.1",))
    return TakenOut(entry, "undo_course_change", "undone")


def undo(state: ContractState, command: UndoCourseChange, context: Context) -> list[Step]:
    """Take a change back before its day: the contract is exactly as before, charges and tasks included (W-09.1).

    What an operator decided about the change meanwhile goes with it.

    Raises:
        NotAllowedError: `NOTHING_PENDING`; a move with the line cannot be taken back (W-09.3).
    """
    _ = command
    entry = last_entry(context.log, EVENT)
    waiting = pending.applied_for(state)
    if waiting is None or entry is None:
        message = "No course change is pending that can be taken back."
        raise NotAllowedError(message, code="NOTHING_PENDING", articles=("W-09.1",))
    step = voiding("undo_course_change", context.log, entry, context, "undone")
    resting = [
        each.seq
        for each in context.log
        if each.seq > entry.seq
        and (
            each.event == "decide_course_change"
            or (each.event == "decide_fee" and each.decision.get("charge_id") in waiting.charges)
            or (each.event == "waive" and set(each.decision.get("charges", ())) & set(waiting.charges))
        )
    ]
    gone = {*step.voids, *(seq for each in resting for seq in consequences(context.log, each))}
    voided = sorted(gone)
    return [replace(step, voids=tuple(voided), decision=replace(step.decision, data={"voids": voided}))]


def decide(state: ContractState, command: DecideCourseChange, context: Context) -> list[Step]:
    """An operator decides after the holder test (W-07.1, W-07.3, W-09.2, X-05).

    Raises:
        NotAllowedError: no change waits for an operator.
        Refusal: as `request`, on what has changed since.
    """
    waiting = pending.applied_for(state)
    if waiting is None or waiting.status != "needs_operator":
        message = "No course change waits for an operator."
        raise NotAllowedError(message, code="NOTHING_PENDING", articles=("W-09.2",))
    today = japan_day(context.moment)
    values, drop = pending.without(state)
    if not command.accept:
        refused = Decision("refused", ("W-07.1", "W-09.2", "X-05"), today, edition(today), "The operator refuses.")
        notice = Outgoing("notice", "application_refused", {"ground": "REFUSE_NOT_LINE_HOLDER"})
        return [Step("decide_course_change", refused, patch(values, drop=drop), outgoing=(notice,))]
    free = state.model_copy(update={"pending_course_change": None})
    made = _plan(free, waiting.to_course, waiting.received_at, context, agreed_on=waiting.agreed_on, accepted_on=today)
    articles = tuple(dict.fromkeys(("W-07.1", "W-09.2", "X-05", *made.decision.articles)))
    decision = replace(made.decision, articles=articles)
    change = patch({**values, **made.values}, put=made.put, drop=drop)
    return [Step("decide_course_change", decision, change, outgoing=made.outgoing)]


def carry_out(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """At 00:00 JST of the change date the contract is in its new course (W-09.1, W-12.x, W-24.4)."""
    _ = context
    waiting = pending.applied_for(state)
    if waiting is None:
        detail = "No course change is pending any more."
        decision = Decision("nothing", ("W-09.1",), item.on, edition(item.on), detail)
        return [Step("course_change", decision, patch(drop={"agenda": [pending.ITEM]}), received_at=item.at)]
    to_course = str(course.course_on(waiting.to_course, item.on).data["course"])
    if to_course == state.course or state.chapter == chapter_of(to_course) == 1:
        # NTT's line type has moved it into chapter 1 meanwhile; there the course follows the line (W-09.5).
        gone, drop = pending.without(state)
        detail = f"The contract is {state.course} already: the change to {to_course} is without object."
        decision = Decision("superseded", ("W-09.5", "W-09.3"), item.on, edition(item.on), detail)
        return [Step("course_change", decision, patch(gone, drop=drop), received_at=item.at)]
    return [_changed(state, waiting, to_course, item)]


def _changed(state: ContractState, waiting: AppliedChange, to_course: str, item: AgendaItem) -> Step:
    """The entry of a change that takes effect: the new course, its term and fees, and what the change answers."""
    received_on = japan_day(waiting.received_at)
    after = consequences_of(state, to_course, item.on, received_on)
    agency, told, agency_articles = agency_ended(state, item.on - timedelta(days=1))
    free = state.model_copy(update={"pending_course_change": None})
    parts = (
        choice.closing(state, "course_change", received_on)
        + _in_its_course(state, after, received_on, item.on, to_course)
        + Parts(agency, drop={"agenda": [pending.ITEM]}, outgoing=told)
        + _fees_of_the_day(state, waiting, after.money, to_course, item)
        + line_types.plan(free, item.on, course=to_course, begins=True)
    )
    data = {
        "from_course": state.course,
        "to_course": to_course,
        "fee": after.money.data["fee"],
        "fee_outcome": after.money.outcome,
        "carried": after.money.data.get("carried"),
        "minimum_term": after.term.as_json() if after.term else None,
    }
    articles = tuple(dict.fromkeys((*item.articles, *after.articles, *agency_articles)))
    detail = f"The contract is {to_course} from {item.on}. {after.money.detail}"
    letters = contents.told(state, "course_changed", item.on, chapter=chapter_of(to_course), to_course=to_course)
    return Step(
        "course_change",
        Decision("changed", articles, item.on, edition(received_on), detail, data),
        parts.patch(),
        move="choose_course_change" if state.state == "choosing" else None,
        received_at=item.at,
        state_from=item.on,
        outgoing=(*parts.outgoing, *letters),
    )


def _in_its_course(
    state: ContractState, after: Consequences, received_on: date, changed_on: date, to_course: str
) -> Parts:
    """Course, chapter and minimum term from the day of the change, and what is left of benefits (W-12.2p, W-12.3)."""
    chapter = chapter_of(to_course)
    values: Values = {
        "course": to_course,
        "chapter": chapter,
        "minimum_term": after.term,
        "pending_course_change": None,
        "last_change": MadeChange(
            from_course=state.course, to_course=to_course, received_on=received_on, change_on=changed_on
        ),
    }
    drop: dict[str, list[str]] = {}
    if state.state == "ending" and after.term is not None:
        values["term_began_while_ending"] = True
    if after.carries:
        values["carried_term"] = True
    elif state.carried_term:
        values["carried_term"] = False
        drop[FACTS] = [CARRIED_TERM]
    return Parts(values, {} if chapter == 1 else {"benefits": benefit.left(state, changed_on)}, drop)


def _fees_of_the_day(
    state: ContractState, waiting: AppliedChange, money: Decision, to_course: str, item: AgendaItem
) -> Parts:
    """What the change costs from its day: fees that stood, those not raised before, and the suspended watched."""
    late = benefit.not_raised(state, item.on, to_course)
    put: Put = {
        "charges": {**_fallen_due(state, waiting, item.on), **late},
        "fee_days": dict.fromkeys(late, item.on),
    }
    if any(each.state == "needs_operator" for each in late.values()):
        put["tasks"] = operator_task(pending.FEE_TASK, item.at, "W-12.2p")
    raised = [*late.values(), *(state.charges[key] for key in waiting.charges if key in state.charges)]
    return Parts(put=put) + _watched(state, raised, money, item.on)


def _watched(state: ContractState, charges: Iterable[Charge], money: Decision, changed_on: date) -> Parts:
    """Fees suspended by a waiver granted before the change are watched from its day (W-12.6c, A-35)."""
    own_until = money.data.get("watch_until")
    suspended = []
    for charge in charges:
        until = benefit.watched_until(state, charge, changed_on)
        if until is None and own_until is not None:
            until = date.fromisoformat(own_until)
        if until is None and state.minimum_term is not None:
            until = fee.watch_until(state.minimum_term.end_on, changed_on)
        if charge.state == "watched" and until is not None:
            suspended.append(watch.Suspended(charge, changed_on, until))
    return watch.begin_all(state, *suspended) if suspended else Parts()


def _fallen_due(state: ContractState, waiting: AppliedChange, changed_on: date) -> dict[str, Charge]:
    """Fees of the change that an operator let stand before its day are due from it."""
    planned = [state.charges[key] for key in waiting.charges if key in state.charges]
    return {
        each.charge_id: each.model_copy(update={"state": "due", "due_on": fee.fee_due_on(changed_on)})
        for each in planned
        if each.state == "planned"
    }
