"""What was to be booked by a day and is keyed in after it: months, bonuses, and what an operator makes good."""

from __future__ import annotations

from datetime import date

import pytest

from tests.decisions.club.member import Member


@pytest.mark.parametrize(("keyed", "booked"), [("2023-12-31T23:59", True), ("2024-01-01T00:00", False)])
def test_a_registration_keyed_in_after_granting_ended(member: Member, keyed: str, *, booked: bool) -> None:
    """Applied in September 2023: keyed in by 2023-12-31 the bonus is booked for 12-01, later nothing is (M-02.5)."""
    member.join("2023-09-15T09:00", keyed, ninen_wari_started_on="2021-10-01")
    bonus = [order["granted_on"] for _, order in member.orders if "term_end_month" in order]
    assert bonus == ([date(2023, 12, 1)] if booked else [])
    assert member.renewals()["2023-09"] == (("booked", []) if booked else ("lapsed", ["GRANTS_ENDED"]))
    assert ("BONUS_NOT_BOOKED" in member.now.tasks) == (not booked)


def test_a_start_told_after_granting_ended(member: Member) -> None:
    """にねん割 from 2021-10-01 told in February 2024: no points then, but an adjustment with its own day (M-03.8)."""
    member.join().notice("ninen_wari_started", "2021-10-01", "2024-02-01T09:00")
    assert member.orders == []
    assert member.now.tasks["BONUS_NOT_BOOKED"].articles == ["M-02.5", "M-03.4"]
    member.ask(
        "adjust_points",
        "2024-02-02T09:00",
        points=1000,
        granted_on="2023-12-01",
        term_end_month="2023-09",
        reason_code="other",
    )
    assert [name for name, _ in member.orders] == ["adjust"]


@pytest.mark.parametrize(
    ("kind", "on", "details", "became"),
    [
        ("service_type_changed", "2022-08-01", {"service_type": "NEXT_MANSION", "by": "customer"}, "MANSION_TYPE"),
        ("ninen_wari_cancelled", "2023-05-10", {}, "NINEN_WARI_CANCELLED"),
        ("ninen_wari_started", "2022-10-01", {}, "NINEN_WARI_REPLACED"),
    ],
    ids=["a mansion", "cancelled", "started anew"],
)
@pytest.mark.parametrize("first", [True, False], ids=["told first", "told second"])
def test_what_costs_a_bonus_commutes_with_its_ground(
    member: Member, kind: str, on: str, details: dict[str, str], became: str, *, first: bool
) -> None:
    """Both told in February 2024: nothing is to be made good, whichever of them NTT tells first (M-02.5, M-03.5)."""
    told = [("ninen_wari_started", "2021-10-01", {}), (kind, on, details)]
    member.join()
    for day, (name, holds_from, said) in enumerate(told[::-1] if first else told, start=1):
        member.notice(name, holds_from, f"2024-02-0{day}T09:00", **said)
    assert member.renewals()["2023-09"] == ("disqualified", [became])
    assert "BONUS_NOT_BOOKED" not in member.now.tasks


def test_what_earned_nothing_anyway_is_no_task(member: Member) -> None:
    """Keyed in late for a mansion line: there was no bonus to miss (M-03.5)."""
    member.join(
        "2023-09-15T09:00",
        "2024-02-01T09:00",
        ninen_wari_started_on="2021-10-01",
        service_type="NEXT_MANSION",
        service_class="MANSION",
    )
    assert member.renewals()["2023-09"] == ("disqualified", ["MANSION_TYPE"])
    assert "BONUS_NOT_BOOKED" not in member.now.tasks


@pytest.mark.parametrize("keyed", ["2023-02-01T09:00", "2023-03-01T00:00", "2023-04-20T09:00"])
def test_a_bonus_has_the_same_day_whenever_its_ground_is_keyed_in(member: Member, keyed: str) -> None:
    """Window to 2023-02-28: booked for 2023-03-01, so that the fiscal year of its expiry is the same (M-04.1)."""
    member.join().notice("ninen_wari_started", "2021-01-01", keyed).wait("2023-05-01T00:00")
    (order,) = member.orders
    assert (order[0], order[1]["granted_on"], order[1]["term_end_month"]) == ("grant", date(2023, 3, 1), "2022-12")


@pytest.mark.parametrize(
    ("keyed", "months"),
    [
        ("2023-09-15T09:00", []),
        ("2023-10-09T23:59", []),
        ("2023-10-10T00:00", ["2023-09"]),
        ("2023-12-31T09:00", ["2023-09", "2023-10", "2023-11"]),
    ],
)
def test_a_registration_keyed_in_late_gets_the_months_others_got(member: Member, keyed: str, months: list[str]) -> None:
    """Applied on 2023-09-15: the months whose booking has passed come at once, with its day (M-02.1, A-14)."""
    member.join("2023-09-15T09:00", keyed)
    assert [order["usage_month"] for _, order in member.orders] == months
    assert [order["granted_on"].isoformat()[:7] for _, order in member.orders] == ["2023-10", "2023-11", "2023-12"][
        : len(months)
    ]
    assert {order["points"] for _, order in member.orders} <= {500}


def test_months_known_after_granting_ended_are_a_task(member: Member) -> None:
    """Keyed in on 2024-01-01 nothing is granted; an operator makes the three months good (M-02.5)."""
    member.join("2023-09-15T09:00", "2024-01-01T00:00")
    assert (member.orders, list(member.now.tasks)) == ([], ["POINTS_NOT_BOOKED"])


@pytest.mark.parametrize(
    ("start", "code"), [(None, "NO_ENTITLEMENT"), ("2021-11-01", "NO_ENTITLEMENT"), ("2021-10-01", None)]
)
def test_an_adjustment_of_a_bonus_needs_a_discount(member: Member, start: str | None, code: str | None) -> None:
    """Without にねん割, or with terms that end in other months, there is no renewal to make good (M-03.1, M-02.5)."""
    member.join(ninen_wari_started_on=start)
    fields = {"points": 1000, "granted_on": "2023-12-10", "term_end_month": "2023-09", "reason_code": "other"}
    refused = member.ask("adjust_points", "2024-01-10T09:00", **fields).refused
    assert (refused.code if refused else None) == code
