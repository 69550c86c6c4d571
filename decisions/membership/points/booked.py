"""Tasks about points that were booked: each is there while what was booked differs from what is due (M-02.2, M-03.5).

What was booked stays, since it may be spent; what is due follows from all that is known, in whatever order and however
late it was told. A fact told later, a correction or an undo raises such a task and takes it away again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from decisions.domain import Context, operator_task
from decisions.membership.points import monthly, renewal
from models.messages.club.membership import MembershipState

IN_ERROR = "RENEWAL_BOOKED_IN_ERROR"
"""A renewal bonus was booked though none is earned, as is known now: an operator decides (M-03.5, M-03.6)."""

BY_ANOTHER_TYPE = "POINTS_BY_ANOTHER_TYPE"
"""Months were booked by another type than the line's: an operator compares what was granted (M-02.2, M-02.5)."""

_WRONG: Mapping[str, tuple[Callable[[MembershipState, Context], frozenset[str]], tuple[str, ...]]] = MappingProxyType(
    {
        IN_ERROR: (renewal.booked_in_error, ("M-03.5", "M-03.6", "X-05")),
        BY_ANOTHER_TYPE: (monthly.booked_otherwise, ("M-02.2", "M-02.5")),
    }
)
"""Which months differ, and the rows."""


@dataclass
class Tasks:
    """What becomes of them."""

    put: dict[str, Any] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)

    def gone(self) -> dict[str, list[str]]:
        """As part of the `drop` of a patch."""
        return {"tasks": self.drop} if self.drop else {}


def tasks(
    before: MembershipState, after: MembershipState, context: Context, *, goes_on: bool, afresh: bool = False
) -> Tasks:
    """The tasks as a fact, or one less, leaves them.

    One that an operator has settled comes back for other months only: what was looked at stays looked at. Nobody
    looks at what a membership booked that is over: its points are gone (M-05).

    Args:
        before: the membership as it stood.
        after: by all that is known now, with the tasks that are left of it.
        context: with the log.
        goes_on: whether points may still be used.
        afresh: the membership was over and goes on again: whatever differs has to be looked at.
    """
    found = Tasks()
    for code, (wrong, rows) in _WRONG.items():
        differs = wrong(after, context)
        if not differs:
            found.drop += [code] if code in after.tasks else []
        elif code not in after.tasks:
            if code in before.tasks:
                found.put[code] = before.tasks[code]
            elif goes_on and (afresh or differs - wrong(before, context)):
                found.put |= operator_task(code, context.moment, *rows)
    return found
