"""An end that becomes known after points were spent, or that lies before the registration."""

from __future__ import annotations

from datetime import date

import pytest

from decisions.membership.ending.too_late import LOST_BEFORE_REGISTRATION, SPENT_AFTER_END
from models.messages.club.membership import Leave
from tests.decisions.club.test_membership import Member, at, joined, notice

SPENT = "2024-06-12"


def spent(*days: str) -> Member:
    """A member who spent points on those days."""
    member = joined()
    member.days_spent += [date.fromisoformat(day) for day in days or (SPENT,)]
    return member


@pytest.mark.parametrize(("effective", "asked"), [("2024-06-12", True), ("2024-06-13", False)])
@pytest.mark.parametrize("kind", ["conversion", "terminated"])
def test_points_spent_after_a_loss_are_an_operators_task(kind: str, effective: str, *, asked: bool) -> None:
    """Spent on the 12th: too late for a line lost from the 12th, in time for one lost from the 13th (M-05.1, A-11)."""
    member = spent().send("line_notice", notice(kind, effective), "2024-06-20T10:00")
    assert (SPENT_AFTER_END in member.state.tasks) is asked
    assert member.wait("2024-06-20T10:01").state.state == "ineligible"
    assert (SPENT_AFTER_END in member.state.tasks) is asked


@pytest.mark.parametrize(("left_on", "asked"), [("2024-06-11", True), ("2024-06-12", False)])
def test_points_spent_after_a_late_leave_are_an_operators_task(left_on: str, *, asked: bool) -> None:
    """A letter of the 11th keyed in later, points spent on the 12th: the last usable day was the 11th (M-05.7)."""
    member = spent().send("leave", Leave(received_at=at(f"{left_on}T10:00")), "2024-06-20T10:00")
    assert (SPENT_AFTER_END in member.state.tasks) is asked


def test_told_again_for_a_later_day_nothing_is_left_to_decide() -> None:
    """The second notice takes the place of the first, and its task."""
    member = spent().send("line_notice", notice("conversion", "2024-06-10"), "2024-06-09T10:00")
    assert SPENT_AFTER_END in member.state.tasks
    member.send("line_notice", notice("conversion", "2024-07-01"), "2024-06-09T11:00")
    assert SPENT_AFTER_END not in member.state.tasks


@pytest.mark.parametrize(("days", "asked"), [(0, True), (1, False)])
def test_a_line_lost_by_the_day_of_registration_is_an_operators_task(days: int, *, asked: bool) -> None:
    """Lost by the day of registration it should never have begun; a day later it simply ends (M-06.3)."""
    began = joined()
    assert began.state.registered_on is not None
    lost = began.state.registered_on.replace(day=began.state.registered_on.day + days)
    member = began.send("line_notice", notice("conversion", lost.isoformat()), "2024-06-20T10:00")
    assert (LOST_BEFORE_REGISTRATION in member.state.tasks) is asked
    assert member.wait("2024-06-20T10:01").state.state == "ineligible"
