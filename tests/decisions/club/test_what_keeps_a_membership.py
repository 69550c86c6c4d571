"""The record of a membership closes twelve months after its end, unless an operator is still asked (X-05)."""

from __future__ import annotations

from datetime import date

from tests.decisions.club.member import Member, at


def test_who_is_asked_keeps_the_record_open_until_the_answer(member: Member) -> None:
    """Points were spent before a loss of the line became known: the task outlives the twelve months and is answered."""
    member.join()
    member.life.facts["days_spent"] = [date(2022, 9, 1)]
    member.notice("conversion", "2022-08-10", "2022-10-01T10:00")
    assert list(member.now.tasks) == ["POINTS_SPENT_AFTER_END"]
    member.wait("2022-12-01T00:00")
    for item in [each for each in member.now.agenda.values() if each.effect is not None]:
        member.ask("effect_done", "2022-12-01T00:01", item_id=item.item_id, data={"deleted": 0})
    member.wait("2023-08-20T00:00")
    assert (member.now.closed, list(member.now.tasks)) == (False, ["POINTS_SPENT_AFTER_END"])
    assert member.life.log[-1].decision["asked"] == ["POINTS_SPENT_AFTER_END"]
    member.ask("settle_task", "2023-09-01T10:00", why="POINTS_SPENT_AFTER_END", reason_code="other")
    assert (member.now.closed, member.now.agenda, member.life.log[-1].decision["outcome"]) == (True, {}, "closed")
    assert member.ask("settle_task", "2023-09-01T11:00", why="POINTS_SPENT_AFTER_END").refused.code == "CLOSED"


def test_an_end_that_becomes_known_years_later_can_be_corrected(member: Member) -> None:
    """A letter keyed in with the wrong year: the record stays open for the correction."""
    member.join().ask("leave", "2024-06-01T10:00", received_at=at("2022-06-01T10:00"))
    assert (member.now.state, member.now.closed) == ("left", False)
    assert member.now.agenda["close"].on == date(2025, 6, 1)
    member.ask("correct", "2024-06-01T11:00", voids=2)
    assert member.now.state == "active"
