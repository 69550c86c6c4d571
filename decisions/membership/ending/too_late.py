"""Tasks about an end that becomes known after what it should have kept from happening (M-05, M-06.3, X-05).

Nothing is taken back by itself: what points were exchanged for is with the member. Each task is there while its ground
is, whether the membership is over or not (`decisions.membership.compared`): an end told again for another day, undone
or corrected takes it away, and so does an exchange that fails and gives its points back.
"""

from __future__ import annotations

from datetime import date

from decisions.domain import Context, RaisedTask, Step, operator_task
from decisions.membership import compared
from decisions.membership.changed import patch
from decisions.membership.compared import Compared, Tasks
from decisions.membership.facts import asking
from decisions.membership.parts import plan_of, planned_end
from models.messages.club.membership import EXCHANGE_FAILED, ExchangeFailed, MembershipState
from rules.calendar import japan_day
from rules.citation import Decision

SPENT_AFTER_END = "POINTS_SPENT_AFTER_END"
"""Points were spent on a day on which, as is known now, they could not be used any more: a person decides (X-05)."""

LOST_BEFORE_REGISTRATION = "LINE_LOST_BEFORE_REGISTRATION"
"""The line had left the programme before the member registered: a person looks at what was granted (X-05)."""


def tasks(before: MembershipState, after: MembershipState, context: Context) -> Tasks:
    """The tasks as a fact, one less, or what became of an exchange leaves them.

    Args:
        before: the membership as it stood.
        after: by all that is known now, with the tasks that are left of it.
        context: of the command.
    """
    return compared.tasks(_TOO_LATE, before, after, context)


def exchange_failed(state: MembershipState, command: ExchangeFailed, context: Context) -> list[Step]:
    """An exchange gave its points back: what was asked because they were spent is asked no more (M-09.5, X-05)."""
    found, day = tasks(state, state, context), japan_day(context.moment)
    detail = "Its points came back; what is asked for otherwise stays." if not found.drop else "Its points came back."
    data = {"exchange_id": command.exchange_id, "no_longer_asked": found.drop}
    outcome = "looked_again" if found.drop else "kept"
    decision = Decision(outcome, ("M-09.5", "X-05"), day, plan_of(context).edition(day), detail, data)
    change = patch(put=found.there(), drop=found.gone())
    return [Step(EXCHANGE_FAILED, decision, change)]


def _spent_after(state: MembershipState, context: Context) -> frozenset[date]:
    """The Japan days after the last usable one on which points were spent that did not come back."""
    standing = asking(context)
    through = planned_end(state, plan_of(context)).usable_through
    return frozenset(day for day in standing.spent_on(state.member_id) if day > through)


def _spent_task(state: MembershipState, context: Context) -> dict[str, RaisedTask]:
    rows = planned_end(state, plan_of(context)).articles
    return operator_task(SPENT_AFTER_END, context.moment, *rows, "X-05")


def _lost_before(state: MembershipState, context: Context) -> frozenset[date]:
    """The days by which the line was lost already when the member registered, that day included."""
    _ = context
    began = state.registered_on
    return frozenset(each.effective_on for each in state.losses if began is not None and each.effective_on <= began)


def _lost_task(state: MembershipState, context: Context) -> dict[str, RaisedTask]:
    _ = state
    return operator_task(LOST_BEFORE_REGISTRATION, context.moment, "M-06.3", "X-05")


_TOO_LATE = (
    Compared(SPENT_AFTER_END, _spent_after, _spent_task),
    Compared(LOST_BEFORE_REGISTRATION, _lost_before, _lost_task),
)
