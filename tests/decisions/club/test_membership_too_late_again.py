"""What an end came too late for, decided again when the end is told again, approved or taken back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.decisions.club.member import NOTICE, Member, at

SPENT, LOST = "POINTS_SPENT_AFTER_END", "LINE_LOST_BEFORE_REGISTRATION"


def too_late(member: Member) -> list[str]:
    """The tasks about it."""
    return sorted({SPENT, LOST} & member.now.tasks.keys())


def who_spent(member: Member, *days: str) -> Member:
    """Joined on 2022-05-01, and spent points on those days."""
    member.join("2022-05-01T10:00", ninen_wari_started_on=None)
    member.life.facts["days_spent"] = [date.fromisoformat(day) for day in days]
    return member


@pytest.mark.parametrize(
    ("first", "again", "before", "after"),
    [
        ("2024-06-05", "2024-06-20", [SPENT], []),
        ("2024-06-05", "2024-06-10", [SPENT], [SPENT]),
        ("2024-06-05", "2024-06-11", [SPENT], []),
        ("2024-06-11", "2024-06-10", [], [SPENT]),
        ("2022-05-01", "2024-06-20", [LOST, SPENT], []),
        ("2022-05-01", "2022-05-02", [LOST, SPENT], [SPENT]),
        ("2022-05-02", "2022-05-01", [SPENT], [LOST, SPENT]),
    ],
)
def test_what_an_end_came_too_late_for_is_decided_again_when_the_end_is_told_again(
    member: Member, first: str, again: str, before: list[str], after: list[str]
) -> None:
    """Spent on 2024-06-10; over by the first word, the second one leaves only what it came too late for (X-05)."""
    who_spent(member, "2024-06-10").notice("conversion", first, "2024-06-12T09:00").approve("2024-06-12T09:30")
    member.wait("2024-06-12T10:00")
    assert (member.now.state, too_late(member)) == ("ineligible", before)
    member.notice("conversion", again, "2024-06-13T09:00").approve("2024-06-13T10:00")
    assert too_late(member) == after


@pytest.mark.parametrize(("undone", "left"), [("leave_notice", "conversion"), ("conversion", "leave_notice")])
def test_of_two_ends_the_one_that_stands_says_what_came_too_late(member: Member, undone: str, left: str) -> None:
    """Left on 06-08 and converted on 06-05, spent on 06-07 and 06-10: without either the other is asked (M-06.3)."""
    who_spent(member, "2024-06-07", "2024-06-10").ask("leave", "2024-06-12T09:00", received_at=at("2024-06-08T12:00"))
    member.wait("2024-06-12T10:00").notice("conversion", "2024-06-05", "2024-06-13T09:00").approve("2024-06-13T10:00")
    assert (member.now.state, too_late(member)) == ("ineligible", [SPENT])
    for number, (event, tasks) in enumerate(((undone, [SPENT]), (left, []))):
        seq = next(entry.seq for entry in reversed(member.life.log) if entry.event == event)
        member.ask("correct", f"2024-06-1{4 + number}T09:00", voids=seq, approved=True)
        assert (member.refused, too_late(member)) == (None, tasks)
    assert member.now.state == "active"


def test_a_type_that_is_of_the_programme_after_all_came_too_late_for_nothing(member: Member) -> None:
    """BUSINESS from 06-12 told ahead, then from 06-05, spent on 06-10: as FAMILY nothing ends (M-05.3)."""
    who_spent(member, "2024-06-10").notice(
        "service_type_changed", "2024-06-05", "2024-06-12T09:00", service_type="BUSINESS", **NOTICE
    )
    member.approve("2024-06-12T10:00").wait("2024-06-12T11:00")
    assert (member.now.state, too_late(member)) == ("ineligible", [SPENT])
    member.notice("service_type_changed", "2024-06-05", "2024-06-13T09:00", service_type="FAMILY", **NOTICE)
    assert (member.now.state, too_late(member)) == ("active", [])


def test_what_came_too_late_and_was_settled_comes_back_for_other_days_only(member: Member) -> None:
    """Spent on 06-07 and 06-10: the 10th was looked at; an end before the 7th asks again, one between does not."""
    who_spent(member, "2024-06-07", "2024-06-10").notice("conversion", "2024-06-09", "2024-06-12T09:00")
    member.approve("2024-06-12T10:00").wait("2024-06-12T11:00")
    member.ask("settle_task", "2024-06-12T12:00", why=SPENT, reason_code="other")
    for day, asked in (("2024-06-08", []), ("2024-06-05", [SPENT])):
        member.notice("conversion", day, "2024-06-13T09:00").approve("2024-06-13T10:00")
        assert (member.now.state, too_late(member)) == ("ineligible", asked)


def test_a_notice_held_for_approval_is_decided_by_what_is_spent_when_it_is_approved(member: Member) -> None:
    """Spent on 06-10 and on its way when the notice came; refused meanwhile, nothing came too late (X-05)."""
    who_spent(member, "2024-06-10").notice("conversion", "2024-06-20", "2024-06-12T09:00").wait("2024-06-21T00:00")
    member.notice("conversion", "2024-06-05", "2024-06-21T09:00")
    assert member.now.awaiting
    member.life.facts["days_spent"] = []
    member.approve("2024-06-22T09:00")
    assert (str(member.now.usable_through), too_late(member)) == ("2024-06-04", [])


def test_points_that_came_back_were_not_spent_too_late(member: Member) -> None:
    """Two exchanges on their way at its end; the first fails, then the second: nothing is asked any more (M-09.5)."""
    who_spent(member, "2024-06-08", "2024-06-10").notice("conversion", "2024-06-05", "2024-06-12T09:00")
    member.approve("2024-06-12T10:00").wait("2024-06-12T11:00")
    for number, (left, outcome) in enumerate(((["2024-06-08"], "kept"), ([], "looked_again"), ([], "kept"))):
        member.life.facts["days_spent"] = [date.fromisoformat(day) for day in left]
        member.ask("exchange_failed", f"2024-06-1{3 + number}T09:00", exchange_id=f"X{number}")
        assert (member.told["outcome"], too_late(member)) == (outcome, [SPENT] if left else [])
    assert member.now.state == "ineligible"
    member.ask("correct", "2024-06-17T09:00", voids=member.now.seq)
    assert member.refused.code == "NOT_CORRECTABLE"
    converted = next(entry.seq for entry in member.life.log if entry.event == "conversion" and not entry.voids)
    member.ask("correct", "2024-06-18T09:00", voids=converted)
    assert (member.refused, member.now.state, too_late(member)) == (None, "active", [])
