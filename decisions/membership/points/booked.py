"""Tasks about points that were booked: each is there while what was booked differs from what is due (M-02.2, M-03.5).

What was booked stays, since it may be spent; what is due follows from all that is known. How a task comes and goes:
`decisions.membership.compared`.
"""

from __future__ import annotations

from decisions.domain import Context, RaisedTask, operator_task
from decisions.membership import compared
from decisions.membership.changed import patch
from decisions.membership.compared import Compared, Tasks
from decisions.membership.points import monthly, renewal
from models.machines.membership import OVER
from models.messages.club.membership import MembershipState
from models.messages.entity import Patch
from models.tasks import TASKS

IN_ERROR = "RENEWAL_BOOKED_IN_ERROR"
"""A renewal bonus was booked though none is earned, as is known now: an operator decides (M-03.5, M-03.6)."""

BY_ANOTHER_TYPE = "POINTS_BY_ANOTHER_TYPE"
"""Months were booked by another type than the line's: an operator compares what was granted (M-02.2, M-02.5)."""


def tasks(
    before: MembershipState, after: MembershipState, context: Context, *, goes_on: bool, afresh: bool = False
) -> Tasks:
    """The tasks as a fact, or one less, leaves them.

    Nobody looks at what a membership booked that is over: its points are gone (M-05).

    Args:
        before: the membership as it stood.
        after: by all that is known now, with the tasks that are left of it.
        context: with the log.
        goes_on: whether points may still be used.
        afresh: the membership was over and goes on again: whatever differs has to be looked at.
    """
    return compared.tasks(_BOOKED, before, after, context, raises=goes_on, afresh=afresh)


def moot_tasks(before: MembershipState, after: MembershipState) -> Patch | None:
    """What asks about points goes with the membership: they are gone, and nothing can be made good (M-05, M-02.5)."""
    _ = before
    if after.state not in OVER:
        return None
    gone = [key for key, each in after.tasks.items() if each.why in TASKS and TASKS[each.why].about == "points"]
    return patch(drop={"tasks": gone}) if gone else None


def _in_error(after: MembershipState, context: Context) -> dict[str, RaisedTask]:
    _ = after
    return operator_task(IN_ERROR, context.moment, "M-03.5", "M-03.6", "X-05")


def _by_another_type(after: MembershipState, context: Context) -> dict[str, RaisedTask]:
    _ = after
    return operator_task(BY_ANOTHER_TYPE, context.moment, "M-02.2", "M-02.5")


_BOOKED = (
    Compared(IN_ERROR, renewal.booked_in_error, _in_error),
    Compared(BY_ANOTHER_TYPE, monthly.booked_otherwise, _by_another_type),
)
"""By months."""
