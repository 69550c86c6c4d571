"""A type of the line told after points were booked by another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest

from tests.decisions.club.member import NOTICE, Member


@pytest.mark.parametrize(
    ("keyed", "state", "tasks"),
    [
        ("2023-10-01T11:00", "booked", ["POINTS_BY_ANOTHER_TYPE"]),
        ("2024-01-04T11:00", "lapsed", ["BONUS_NOT_BOOKED", "POINTS_BY_ANOTHER_TYPE"]),
    ],
)
def test_a_family_type_told_after_the_bonus_was_denied_earns_it(
    member: Member, keyed: str, state: str, tasks: list[str]
) -> None:
    """Window through 2023-09-30, FAMILY since 08-22 told later: booked for 10-01, or made good (M-03.5)."""
    member.join("2021-07-11T10:00", service_type="NEXT_MANSION", service_class="MANSION", ninen_wari_started_on=None)
    member.notice("ninen_wari_started", "2021-08-01", "2021-07-16T11:00").wait("2023-10-01T00:00")
    assert member.renewals()["2023-07"] == ("disqualified", ["MANSION_TYPE"])
    member.notice("service_type_changed", "2023-08-22", keyed, service_type="NEXT_FAMILY", by="customer")
    assert member.renewals()["2023-07"][0] == state
    bonus = [order["granted_on"] for _, order in member.orders if "term_end_month" in order]
    assert bonus == ([date(2023, 10, 1)] if state == "booked" else [])
    assert sorted(member.now.tasks) == tasks


def test_a_mansion_type_told_after_the_bonus_was_booked_goes_to_an_operator(member: Member) -> None:
    """The points stay until somebody decides; a type from after the window changes nothing (M-03.5)."""
    member.join("2021-07-11T10:00", ninen_wari_started_on="2021-08-01").wait("2023-10-01T00:00")
    assert member.renewals()["2023-07"][0] == "booked"
    member.notice("service_type_changed", "2023-10-01", "2023-10-11T09:00", service_type="NEXT_MANSION", by="customer")
    assert list(member.now.tasks) == []
    member.notice("service_type_changed", "2023-09-30", "2023-10-11T10:00", service_type="NEXT_MANSION", by="customer")
    assert sorted(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE", "RENEWAL_BOOKED_IN_ERROR"]
    assert member.renewals()["2023-07"][0] == "booked"


@pytest.mark.parametrize(
    ("since", "keyed", "tasks"),
    [
        ("2023-09-30", "2023-10-09T09:00", []),
        ("2023-09-30", "2023-10-10T09:00", ["POINTS_BY_ANOTHER_TYPE"]),
        ("2023-10-01", "2023-10-10T09:00", []),
    ],
)
def test_a_type_of_a_month_already_booked_goes_to_an_operator(
    member: Member, since: str, keyed: str, tasks: list[str]
) -> None:
    """September is booked on 10-10 by the type of its last day: another one told from then on is compared (M-02.2)."""
    member.join("2022-05-01T10:00", ninen_wari_started_on=None).wait("2023-10-01T00:00")
    member.notice("service_type_changed", since, keyed, service_type="LIGHT_FAMILY", by="customer")
    assert list(member.now.tasks) == tasks


def test_a_type_taken_back_after_a_month_was_booked_by_it(member: Member) -> None:
    """The notice was of another line: corrected, its months are compared (M-02.2, X-05)."""
    member.join("2022-05-01T10:00", ninen_wari_started_on=None)
    member.notice("service_type_changed", "2023-08-20", "2023-08-21T09:00", service_type="LIGHT_FAMILY", by="customer")
    member.ask("correct", "2023-10-01T09:00", voids=2, approved=True)
    assert list(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE"]


def wrong_bonus(member: Member, *notices: tuple[str, str, str]) -> Member:
    """Window to 2022-07-31, booked on 08-01; then types told: effective day, moment of keying in, type."""
    member.join("2022-06-11T10:00", ninen_wari_started_on="2020-06-01").wait("2022-08-01T00:00")
    assert member.renewals()["2022-05"][0] == "booked"
    for on, keyed, service_type in notices:
        member.notice("service_type_changed", on, keyed, service_type=service_type, **NOTICE)
    return member


@pytest.mark.parametrize("order", list(permutations((0, 1))))
def test_types_told_after_the_bonus_ask_for_a_look_only_while_it_is_wrong(
    another: Callable[[], Member], order: tuple[int, ...]
) -> None:
    """MANSION from 07-10 and FAMILY from 07-25, told in either order: its last day is of FAMILY (M-03.5)."""
    told = [("2022-07-10", "MANSION"), ("2022-07-25", "FAMILY")]
    member = wrong_bonus(another(), *((*told[each][:1], f"2022-08-0{5 + place}T09:00", told[each][1])
                                      for place, each in enumerate(order)))  # fmt: skip
    assert (list(member.now.tasks), member.renewals()["2022-05"]) == ([], ("booked", []))


def test_a_bonus_and_months_are_right_again_once_a_type_is_taken_back(member: Member) -> None:
    """MANSION from 07-10 told on 08-12 asks for both to be looked at; corrected, what was booked is due (X-05)."""
    wrong_bonus(member, ("2022-07-10", "2022-08-12T09:00", "MANSION"))
    assert sorted(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE", "RENEWAL_BOOKED_IN_ERROR"]
    member.ask("correct", "2022-08-13T09:00", voids=member.now.seq, approved=True)
    assert list(member.now.tasks) == []


def test_what_is_still_wrong_without_one_of_two_facts_stays_a_task(member: Member) -> None:
    """MANSION from 07-10 and again from 07-20: without the first July is still booked by another type (M-02.2)."""
    wrong_bonus(member, ("2022-07-10", "2022-08-12T09:00", "MANSION"), ("2022-07-20", "2022-08-12T10:00", "MANSION"))
    member.ask("correct", "2022-08-13T09:00", voids=member.now.seq - 1, approved=True)
    assert sorted(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE", "RENEWAL_BOOKED_IN_ERROR"]


def test_a_cancellation_that_never_was_leaves_the_bonus_right(member: Member) -> None:
    """Cancelled on 07-20, told after the booking, asks for a look; corrected, nothing does (M-03.6, X-05)."""
    wrong_bonus(member).notice("ninen_wari_cancelled", "2022-07-20", "2022-08-05T09:00")
    assert list(member.now.tasks) == ["RENEWAL_BOOKED_IN_ERROR"]
    member.ask("correct", "2022-08-06T09:00", voids=member.now.seq, approved=True)
    assert list(member.now.tasks) == []


@pytest.mark.parametrize(
    ("on", "comes_back"),
    [("2022-09-20", False), ("2022-08-05", True)],
)
def test_what_was_settled_comes_back_for_another_month_only(member: Member, on: str, *, comes_back: bool) -> None:
    """July was looked at and left: LIGHT for later asks nothing new, for August it does (X-05)."""
    wrong_bonus(member, ("2022-07-10", "2022-08-12T09:00", "MANSION")).wait("2022-09-10T00:00")
    for why in list(member.now.tasks):
        member.ask("settle_task", "2022-09-11T09:00", why=why, reason_code="other")
    member.notice("service_type_changed", on, "2022-09-20T09:00", service_type="MANSION", **NOTICE)
    assert list(member.now.tasks) == []
    member.notice("service_type_changed", on, "2022-09-21T09:00", service_type="LIGHT_FAMILY", **NOTICE)
    assert ("POINTS_BY_ANOTHER_TYPE" in member.now.tasks) == comes_back


def test_an_adjustment_counts_as_booked(member: Member) -> None:
    """Booked by MANSION and made good for FAMILY: a later word of another day finds nothing to compare (M-02.5)."""
    member.join("2022-05-01T10:00", ninen_wari_started_on=None, service_type="MANSION", service_class="MANSION")
    member.wait("2022-08-11T00:00")
    member.notice("service_type_changed", "2022-07-31", "2022-08-12T09:00", service_type="FAMILY", **NOTICE)
    assert list(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE"]
    missing = {"granted_on": "2022-08-10", "usage_month": "2022-07", "reason_code": "other"}
    member.ask("adjust_points", "2022-08-13T09:00", points=250, **missing)
    member.notice("service_type_changed", "2022-08-20", "2022-08-21T09:00", service_type="LIGHT_FAMILY", **NOTICE)
    assert list(member.now.tasks) == []


def test_a_type_told_while_it_was_wrongly_over_is_looked_at_once_it_goes_on(member: Member) -> None:
    """Left by mistake; MANSION from 07-10 told meanwhile: nobody looks while it is over, both are looked at then."""
    wrong_bonus(member).wait("2022-08-11T00:00").ask("leave", "2022-08-12T09:00")
    left = member.now.seq
    member.wait("2022-08-13T00:00")
    member.notice("service_type_changed", "2022-07-10", "2022-08-14T09:00", service_type="MANSION", **NOTICE)
    assert (member.now.state, list(member.now.tasks)) == ("left", [])
    member.ask("correct", "2022-08-20T09:00", voids=left, approved=True)
    assert member.now.state == "active"
    assert sorted(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE", "RENEWAL_BOOKED_IN_ERROR"]


def test_what_asks_about_points_goes_with_the_membership_and_comes_back_with_it(member: Member) -> None:
    """Wrong by a type told late, then left: the points are gone (M-05); left by mistake, they are looked at again."""
    asked = ["POINTS_BY_ANOTHER_TYPE", "RENEWAL_BOOKED_IN_ERROR"]
    wrong_bonus(member, ("2022-07-10", "2022-08-12T09:00", "MANSION")).ask("leave", "2022-08-13T09:00")
    left = member.now.seq
    assert sorted(member.now.tasks) == asked, "usable through the day of leaving (M-05.7)"
    member.wait("2022-08-14T00:00")
    assert member.now.tasks == {}
    member.ask("correct", "2022-08-20T09:00", voids=left, approved=True)
    assert (member.now.state, sorted(member.now.tasks)) == ("active", asked)
