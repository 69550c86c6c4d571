"""Which of what waits for an operator has lost what it was about, as the registry of tasks says (`models.tasks`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from decisions.contract.line.relocation import WITH_FLETS, is_applied_for
from decisions.contract.money import waiver
from decisions.contract.money.billing import differing
from decisions.contract.money.watch import OPEN
from decisions.contract.parts import Parts
from models.machines.contract import BEFORE_SERVICE, OVER
from models.messages.contract.contract import ContractState
from models.messages.entity import Patch
from models.tasks import TASKS, About
from rules.courses.course import chapter_of


def moot_tasks(before: ContractState, after: ContractState) -> Patch | None:
    """Tasks that an entry leaves without an object go: nobody could do anything about them any more."""
    found = {key: TASKS[each.why].about for key, each in after.tasks.items() if each.why in TASKS}
    gone = [key for key, about in found.items() if about in _GONE and _GONE[about](before, after)]
    if not gone:
        return None
    parts = Parts(drop={"tasks": gone})
    return (parts + waiver.lapsed_requests(after) if waiver.TASK in gone else parts).patch()


def _decided(before: ContractState, after: ContractState) -> bool:
    """The application has become a contract, or nothing."""
    _ = before
    return after.state not in BEFORE_SERVICE


def _off_the_line(before: ContractState, after: ContractState) -> bool:
    """It has ended, or is on a course that depends on no line."""
    _ = before
    return after.state in OVER or chapter_of(after.course) is None


def _off_the_course(before: ContractState, after: ContractState) -> bool:
    return after.state in OVER or (before.course != after.course and bool(before.course))


def _nothing_to_waive(before: ContractState, after: ContractState) -> bool:
    """A line that became unusable matters to the fee of a change or an end (W-12.6c): none is open or ahead."""
    return _off_the_line(before, after) and not any(each.state in OPEN for each in after.charges.values())


def _nothing_asked(before: ContractState, after: ContractState) -> bool:
    """It is over without a fee that a waiver could be granted for, a paid one included (W-12.6)."""
    _ = before
    return after.state in OVER and not waiver.waivable(after)


def _off_with_flets(before: ContractState, after: ContractState) -> bool:
    """The application or the move that article 21 asks for is there (W-21.2, W-21.3)."""
    return _off_the_line(before, after) or after.chapter != WITH_FLETS or is_applied_for(after)


def _used_by_statements(before: ContractState, after: ContractState) -> bool:
    """It is billed here again: the next statement uses what it is owed."""
    _ = before
    return not after.gets_refunds


def _nothing_to_compare(before: ContractState, after: ContractState) -> bool:
    """Of what was keyed in and what NTT told one has been corrected away or replaced."""
    _ = before
    return not differing(after)


_GONE: Mapping[About | None, Callable[[ContractState, ContractState], bool]] = {
    "application": _decided,
    "order": _decided,
    "line": _off_the_line,
    "course": _off_the_course,
    "fee": _nothing_to_waive,
    "waiver": _nothing_asked,
    "with_flets": _off_with_flets,
    "refund": _used_by_statements,
    "line_charges": _nothing_to_compare,
}
