"""Over which days a contract holds its line, and whether it may: one line carries one contract (W-03.1, W-17.1)."""

from __future__ import annotations

from datetime import date, timedelta

from decisions.contract.changed import patch
from decisions.contract.facts import ContractStanding
from decisions.domain import Context, Step, operator_task
from models.machines.contract import NEVER_BEGUN
from models.messages.contract.contract import ContractState, FilingReport
from models.messages.contract.notices import TakeLineNotice
from models.messages.contract.parts import AppliedChange
from rules.calendar import Month, japan_day
from rules.citation import Decision, edition
from rules.contract.application import check_line_free
from rules.courses.course import chapter_of
from rules.line import line_hold
from rules.refusal import Refusal

TASK = "NOTICE_NEEDS_TAKEN_LINE"
"""What NTT told would put the contract back on a line that another one has by now."""

Hold = tuple[str, date, date | None]
"""The line and the business days it is held, the end exclusive."""


def hold(state: ContractState) -> Hold | None:
    """The line and its days; None holds nothing (W-03.1, W-17.1).

    From the application until the contract is declined, withdrawn or ended, and only on courses of this book.
    """
    if state.line_key is None or state.held_from is None or state.state in NEVER_BEGUN:
        return None
    ended = state.state in {"ending", "ended"} and state.end_on is not None
    days = line_hold.held(
        state.held_from,
        [line_hold.Course(each.course, each.from_on) for each in state.course_history],
        state.end_on + timedelta(days=1) if ended and state.end_on is not None else None,
        _ahead(state),
    )
    return (state.line_key, *days) if days is not None else None


def _ahead(state: ContractState) -> line_hold.Course | None:
    """A change that was applied for; one that waits for an operator can happen next month at the earliest."""
    waiting = state.pending_course_change
    if not isinstance(waiting, AppliedChange):
        return None
    earliest = Month.of(japan_day(waiting.received_at)).plus(1).first_day
    return line_hold.Course(waiting.to_course, waiting.change_on or earliest)


def room(before: ContractState, after: ContractState, standing: ContractStanding) -> Refusal | None:
    """Why a contract cannot come to hold its line on further days: another one has it on some of them.

    Whether a new contract finds its line free is asked before it is decided: what is declined leaves a record.
    """
    held = hold(after)
    if held is None or before.seq == 0 or _is_within(held, hold(before)):
        return None
    line_key, first, until = held
    try:
        check_line_free(_inside(after), line_taken=standing.line_taken(line_key, first, until))
    except Refusal as refusal:
        return refusal
    return None


def _is_within(held: Hold, before: Hold | None) -> bool:
    if before is None or before[0] != held[0] or held[1] < before[1]:
        return False
    return before[2] is None or (held[2] is not None and held[2] <= before[2])


def _inside(state: ContractState) -> str:
    """The course for which the line is held: the present one, the one ahead, or the last one of this book."""
    waiting = state.pending_course_change
    ahead = [waiting.to_course] if isinstance(waiting, AppliedChange) else []
    codes = [state.course, *ahead, *(each.course for each in reversed(state.course_history))]
    return next((code for code in codes if chapter_of(code) is not None), state.course)


def no_room(
    state: ContractState, command: TakeLineNotice | FilingReport, context: Context, refusal: Refusal
) -> list[Step]:
    """What NTT told is true, whatever lines we gave away: it is kept, and an operator sees to the two contracts."""
    _ = state
    on = japan_day(context.moment)
    told = command.model_dump(mode="json", include={"kind", "notice_id", "effective_on", "outcome"})
    detail = f"{refusal.detail}: what NTT told would put this contract back on it. An operator decides."
    decision = Decision("needs_operator", refusal.articles, on, edition(on), detail, told)
    event = "line_notice" if isinstance(command, TakeLineNotice) else "filing_report"
    return [Step(event, decision, patch(put={"tasks": operator_task(TASK, context.moment, *refusal.articles)}))]
