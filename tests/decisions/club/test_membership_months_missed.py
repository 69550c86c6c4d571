"""Months whose day of booking came while a membership was wrongly over."""

from __future__ import annotations

from datetime import date

import pytest

from tests.decisions.club.member import NOTICE, Member, at, months


def over_by(member: Member, how: str) -> None:
    """Over before 2022-07-10, and going on again on 07-20 by that way."""
    if how == "a leave corrected":
        member.ask("leave", "2022-07-04T12:00").wait("2022-07-20T00:00")
        member.ask("correct", "2022-07-20T12:00", voids=2)
    elif how == "a leave keyed in late and corrected":
        member.ask("leave", "2022-07-08T12:00", received_at=at("2022-07-04T12:00")).wait("2022-07-20T00:00")
        member.ask("correct", "2022-07-20T12:00", voids=2)
    elif how == "a type told again":
        member.notice("service_type_changed", "2022-07-05", "2022-07-01T12:00", service_type="BUSINESS", **NOTICE)
        member.wait("2022-07-20T00:00")
        member.notice("service_type_changed", "2022-07-05", "2022-07-20T12:00", service_type="FAMILY", **NOTICE)
    else:
        member.notice("conversion", "2022-07-05", "2022-07-01T12:00").wait("2022-07-20T00:00")
        if how == "a notice corrected":
            member.ask("correct", "2022-07-20T12:00", voids=2)
        else:
            member.notice("conversion", "2022-12-01", "2022-07-20T12:00")


@pytest.mark.parametrize(
    "how",
    [
        "a leave corrected",
        "a leave keyed in late and corrected",
        "a type told again",
        "a notice corrected",
        "a notice told again",
    ],
)
def test_a_month_booked_while_it_was_wrongly_over_is_owed_again(member: Member, how: str) -> None:
    """Over from 07-05 by mistake, June is booked on 07-10: it comes with that day, once, by whatever way (M-02.1)."""
    member.join("2022-06-11T10:00", ninen_wari_started_on=None)
    over_by(member, how)
    assert (member.now.state, months(member)) == ("active", ["2022-06"])
    granted = [order["granted_on"] for name, order in member.orders if name == "grant"]
    assert granted == [date(2022, 7, 10)]
    assert member.wait("2022-08-11T00:00").life.months_booked.keys() == {"2022-06", "2022-07"}


def test_who_was_there_on_the_day_of_booking_is_owed_nothing(member: Member) -> None:
    """Left on 07-15, after the booking of June: taken back, there is nothing to make good (M-02.1)."""
    member.join("2022-06-11T10:00", ninen_wari_started_on=None).wait("2022-07-14T00:00")
    member.ask("leave", "2022-07-15T12:00").wait("2022-07-20T00:00").ask("correct", "2022-07-20T12:00", voids=2)
    assert (member.now.state, months(member)) == ("active", [])


def test_months_missed_under_a_former_wrong_end_are_owed_as_well(member: Member) -> None:
    """Over from 07-05, by a second word from 08-15, then not at all: three days of booking were missed (M-02.1)."""
    member.join("2022-06-11T10:00", ninen_wari_started_on=None)
    member.notice("conversion", "2022-07-05", "2022-07-01T12:00").wait("2022-07-20T00:00")
    member.notice("conversion", "2022-08-15", "2022-08-20T12:00").wait("2022-09-14T00:00")
    assert member.now.state == "ineligible"
    member.notice("conversion", "2022-12-01", "2022-09-15T12:00")
    assert (member.now.state, months(member)) == ("active", ["2022-06", "2022-07", "2022-08"])


def test_it_is_owed_once_however_often_an_end_is_taken_back(member: Member) -> None:
    """Over from 07-05 and again from 08-05, each taken back: June comes the first time, July the second (M-02.1)."""
    member.join("2022-06-11T10:00", ninen_wari_started_on=None)
    member.ask("leave", "2022-07-04T12:00").wait("2022-07-20T00:00").ask("correct", "2022-07-20T12:00", voids=2)
    left = member.ask("leave", "2022-08-04T12:00").now.seq
    member.wait("2022-08-20T00:00").ask("correct", "2022-08-20T12:00", voids=left)
    assert months(member) == ["2022-06", "2022-07"]


@pytest.mark.parametrize(
    ("over_from", "again", "owed", "tasks"),
    [
        ("2023-12-01", "2023-12-15T12:00", ["2023-11"], []),
        ("2023-12-01", "2024-01-05T12:00", [], ["POINTS_NOT_BOOKED"]),
        ("2023-12-11", "2024-01-05T12:00", [], []),
    ],
)
def test_the_last_cycle_is_owed_again_or_a_task(
    member: Member, over_from: str, again: str, owed: list[str], tasks: list[str]
) -> None:
    """Booked on 12-10: a line wrongly told as abolished before it gets November in December, or by hand (M-02.5)."""
    member.join("2023-08-01T10:00", ninen_wari_started_on=None).wait("2023-11-11T00:00")
    member.notice("terminated", over_from, "2023-11-28T12:00").wait("2023-12-14T00:00")
    member.notice("terminated", "2024-06-10", again)
    assert (member.now.state, months(member)) == ("active", owed)
    assert [each for each in member.now.tasks if each != "LINE_NOTICE_AFTER_END"] == tasks
