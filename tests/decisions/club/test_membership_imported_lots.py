"""What another system had booked before a membership was taken over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from decisions.membership.domain import MEMBERSHIP
from decisions.reading import as_of
from rules.calendar import end_of
from tests.decisions.club.member import LINE, NOTICE, Member, months
from tests.given import Standing


def test_of_an_imported_membership_what_another_system_booked_is_not_owed(member: Member) -> None:
    """Imported on 07-12 without the lot of June, over from 08-05 by mistake: July is ours to make good (M-02.1)."""
    line = {**LINE, "ninen_wari_started_on": None}
    member.ask("import", "2022-07-12T09:00", member_id="M1", line_key="L1", registered_on="2022-05-01", line=line)
    member.ask("leave", "2022-08-04T12:00").wait("2022-08-20T00:00").ask("correct", "2022-08-20T12:00", voids=2)
    assert (member.now.state, months(member)) == ("active", ["2022-07"])


def test_a_month_another_system_booked_is_compared_by_the_type_that_was_imported(member: Member) -> None:
    """Imported as FAMILY on 07-12; MANSION since 06-20 told later: June is looked at, until that is taken back."""
    line = {**LINE, "ninen_wari_started_on": None}
    member.ask("import", "2022-07-12T09:00", member_id="M1", line_key="L1", registered_on="2022-05-01", line=line)
    member.notice("service_type_changed", "2022-06-20", "2022-07-20T09:00", service_type="MANSION", **NOTICE)
    assert list(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE"]
    member.ask("correct", "2022-07-21T09:00", voids=2)
    assert list(member.now.tasks) == []


def imported(member: Member, lots: dict[str, int]) -> Member:
    """As FAMILY on 2022-07-12, with lots of another system by month of use; our table says 500 a month."""
    member.life.facts["months_imported"] = lots
    member.life.months_booked |= lots
    line = {**LINE, "ninen_wari_started_on": None}
    return member.ask(
        "import", "2022-07-12T09:00", member_id="M1", line_key="L1", registered_on="2022-05-01", line=line
    )


@pytest.mark.parametrize("how", ["a leave corrected", "a notice corrected", "a notice told again"])
@pytest.mark.parametrize("lots", [{}, {"2022-06": 300}, {"2022-05": 50, "2022-06": 600}])
def test_what_another_system_booked_is_not_compared_with_our_table(
    member: Member, how: str, lots: dict[str, int]
) -> None:
    """Of one type all its life: whatever its lots say, an end undone asks for no look at its type (M-02.2, A-02)."""
    imported(member, lots)
    if how == "a leave corrected":
        member.ask("leave", "2022-07-14T12:00").wait("2022-07-20T00:00")
    else:
        member.notice("conversion", "2022-07-15", "2022-07-14T12:00").wait("2022-07-20T00:00")
    assert member.now.state != "active"
    if how == "a notice told again":
        member.notice("conversion", "2022-12-01", "2022-07-20T12:00")
    else:
        member.ask("correct", "2022-07-20T12:00", voids=2)
    assert member.now.state == "active"
    assert "POINTS_BY_ANOTHER_TYPE" not in member.now.tasks


@pytest.mark.parametrize(
    ("lots", "told", "tasks"),
    [
        ({"2022-06": 300}, "MANSION", ["POINTS_BY_ANOTHER_TYPE"]),
        ({"2022-06": 300}, "NEXT_FAMILY", []),
        ({"2022-06": 250}, "MANSION", []),
    ],
)
def test_an_imported_lot_is_looked_at_where_another_type_is_told(
    member: Member, lots: dict[str, int], told: str, tasks: list[str]
) -> None:
    """A type since 06-20 told after the import: another one, the same one, one by which June was booked (M-02.2)."""
    imported(member, lots).notice("service_type_changed", "2022-06-20", "2022-07-20T09:00", service_type=told, **NOTICE)
    assert list(member.now.tasks) == tasks


@pytest.mark.parametrize("points", [200, 250])
def test_what_was_made_good_for_a_type_taken_back_asks_for_a_look(member: Member, points: int) -> None:
    """Imported as FAMILY with 300, its table's or not: 200 up to our 500 are no word of a type, more than that is."""
    imported(member, {"2022-06": 300})
    missing = {"granted_on": "2022-07-10", "usage_month": "2022-06", "reason_code": "other"}
    member.life.facts["granted"] = 0
    member.ask("adjust_points", "2022-07-13T09:00", points=points, **missing)
    assert member.refused is None
    member.notice("conversion", "2022-07-15", "2022-07-14T12:00").wait("2022-07-20T00:00")
    member.ask("correct", "2022-07-20T12:00", voids=3)
    assert ("POINTS_BY_ANOTHER_TYPE" in member.now.tasks) == (points > 200)


def test_a_membership_taken_over_reads_as_one_since_its_registration(member: Member) -> None:
    """Registered on 2022-05-01, imported on 07-12, converted on 06-20 as told later: a member in between (X-01)."""
    imported(member, {}).notice("conversion", "2022-06-20", "2022-07-20T09:00").approve("2022-07-20T09:01")
    first, over = date(2022, 5, 1), date(2022, 6, 20)
    days = [first - timedelta(days=1), first, over - timedelta(days=1), over, date(2022, 7, 11), date(2022, 7, 12)]
    read = [as_of(MEMBERSHIP, member.life.log, end_of(day), Standing()) for day in days]
    assert [each and each["state"] for each in read] == [None, "active", "active", *["ineligible"] * 3]
