"""A membership is the same whenever and in whatever order its notices are keyed in, also after its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from pydantic import ValidationError

from tests.decisions.club.member import Member, at

# --- orders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notices", "states"),
    [
        ([("ninen_wari_started", "2021-08-01"), ("ninen_wari_cancelled", "2021-07-20")], {"2023-07": ("booked", [])}),
        (
            [("ninen_wari_started", "2021-08-15"), ("ninen_wari_cancelled", "2023-10-31")],
            {"2023-08": ("disqualified", ["NINEN_WARI_CANCELLED"])},
        ),
        (
            [
                ("ninen_wari_started", "2021-06-01"),
                ("ninen_wari_cancelled", "2023-04-10"),
                ("ninen_wari_started", "2023-05-01"),
            ],
            {"2023-05": ("disqualified", ["NINEN_WARI_CANCELLED"])},
        ),
    ],
)
def test_notices_of_the_discount_commute(
    another: Callable[[], Member], notices: list[tuple[str, str]], states: dict[str, tuple[str, list[str]]]
) -> None:
    """Started and cancelled, told in any order, give one life: an earlier end ends no later start (M-03.6)."""
    lives = []
    for order in permutations(notices):
        member = another().join()
        for minute, (kind, on) in enumerate(order):
            member.notice(kind, on, f"2023-06-20T09:0{minute}")
        member.wait("2024-01-31T00:00")
        assert {key: each for key, each in member.renewals().items() if key in states} == states
        lives.append(
            (member.now.ninen_wari_started_on, member.now.ninen_wari_cancelled_on, member.orders, member.now.agenda)
        )
    assert all(life[:3] == lives[0][:3] and life[3].keys() == lives[0][3].keys() for life in lives)


@pytest.mark.parametrize(
    ("left", "notices", "renewals"),
    [
        # What にねん割 is told to be while the member was one counts, whenever it is told.
        ("2022-07-12", [("ninen_wari_started", "2022-05-12")], {"2024-05": ("lapsed", ["MEMBERSHIP_ENDED"])}),
        (
            "2022-07-12",
            [("ninen_wari_cancelled", "2022-07-12")],
            {"2023-07": ("disqualified", ["NINEN_WARI_CANCELLED"])},
        ),
        # From a later day on it concerns no member.
        ("2022-07-12", [("ninen_wari_cancelled", "2022-07-13")], {"2023-07": ("lapsed", ["MEMBERSHIP_ENDED"])}),
        (
            "2022-06-14",
            [("ninen_wari_started", "2022-06-01"), ("ninen_wari_started", "2022-08-01")],
            {
                "2023-07": ("disqualified", ["NINEN_WARI_REPLACED"]),
                "2024-05": ("lapsed", ["MEMBERSHIP_ENDED"]),
            },
        ),
    ],
)
def test_what_is_told_of_the_discount_and_the_leaving_commute(
    another: Callable[[], Member],
    left: str,
    notices: list[tuple[str, str]],
    renewals: dict[str, tuple[str, list[str]]],
) -> None:
    """NTT's notices or the leaving first: a former member's entitlements read the same (M-03.6, M-06.3)."""
    facts = [("leave", left), *notices]
    for order in permutations(facts):
        member = another().join(**({"ninen_wari_started_on": "2021-08-01"} if "2023-07" in renewals else {}))
        for minute, (kind, on) in enumerate(order):
            keyed = f"2022-08-31T09:0{minute}"
            if kind == "leave":
                member.ask("leave", keyed, received_at=at(f"{on}T10:00"))
            else:
                member.notice(kind, on, keyed)
        member.wait("2022-09-30T00:00")
        assert (member.now.state, member.renewals()) == ("left", renewals), order


def test_a_cancellation_taken_for_the_wrong_one_opens_the_renewal_again(member: Member) -> None:
    """A start told later shows that the cancellation ended another discount: the bonus is open again (M-03.6)."""
    member.join(ninen_wari_started_on="2019-08-01")
    member.notice("ninen_wari_cancelled", "2021-07-10", "2023-06-01T09:00")
    assert member.told["disqualified"] == ["2023-07"]
    assert "2023-07" not in member.renewals()
    member.notice("ninen_wari_started", "2021-07-20", "2023-06-02T09:00").wait("2023-10-01T00:00")
    assert member.renewals()["2023-07"] == ("booked", [])


def test_a_mid_month_start_counts_from_the_next_month(member: Member) -> None:
    """Told for 2021-09-15 the term begins on 10-01 and ends in 2023-09, the last cohort (M-03.8)."""
    member.join().notice("ninen_wari_started", "2021-09-15", "2022-06-01T09:00")
    assert (member.now.ninen_wari_started_on, list(member.now.renewals)) == (date(2021, 10, 1), ["2023-09"])


def test_a_conversion_told_again_for_a_later_day(member: Member) -> None:
    """The second notice takes the place of the first, as long as that has not taken effect (M-05.1, A-11)."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00")
    member.notice("conversion", "2024-07-01", "2024-06-05T09:00")
    assert member.told["supersedes"] == ["2024-06-10"]
    assert (member.now.usable_through, member.now.in_use_through) == (date(2024, 6, 30), date(2024, 6, 30))
    assert member.wait("2024-06-10T00:00").now.state == "active"
    ended = member.wait("2024-07-01T00:00").now
    assert (ended.state, ended.ended_on, ended.end_cause) == ("ineligible", date(2024, 7, 1), "conversion")


def test_another_loss_stays_beside_it(member: Member) -> None:
    """A conversion told again moves the conversion alone; an abolition before it still ends the membership (M-06.3)."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00")
    member.notice("terminated", "2024-06-20", "2024-06-02T09:00").notice("conversion", "2024-07-01", "2024-06-05T09:00")
    assert (member.now.usable_through, member.now.end_cause) == (date(2024, 6, 19), "abolition")


def test_a_type_told_again_for_the_same_day_takes_the_loss_back(member: Member) -> None:
    """First BUSINESS, then MANSION for 2024-06-10: the line stays in the programme (M-05.3, M-02.2)."""
    member.join().notice("service_type_changed", "2024-06-10", "2024-06-01T09:00", service_type="BUSINESS")
    member.notice("service_type_changed", "2024-06-10", "2024-06-02T09:00", service_type="MANSION")
    state = member.wait("2024-06-11T00:00").now
    assert (state.state, state.usable_through, state.in_use_through) == ("active", None, None)


# --- after the end -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("leave", {}),
        (
            "adjust_points",
            {"points": 300, "granted_on": "2023-12-01", "usage_month": "2023-11", "reason_code": "other"},
        ),
    ],
)
def test_an_ended_membership_refuses_and_says_why(member: Member, name: str, fields: dict[str, Any]) -> None:
    """Nobody leaves, and nothing is made good, after the line was lost: 409, no crash (M-06.3)."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    refused = member.ask(name, "2024-06-12T09:00", **fields).refused
    assert (refused.status, refused.state) == (409, "ineligible")


@pytest.mark.parametrize(
    ("again", "state", "ended_on", "orders"),
    [
        ("2024-06-10", "ineligible", "2024-06-10", ["close"]),
        ("2024-06-05", "ineligible", "2024-06-05", ["close", "close"]),
        ("2024-06-11", "ineligible", "2024-06-11", ["close", "close"]),
        ("2024-06-13", "active", "2024-06-13", ["close", "reopen"]),
        ("2024-07-01", "active", "2024-07-01", ["close", "reopen"]),
    ],
)
def test_a_notice_told_again_after_the_end_moves_it(
    member: Member, again: str, state: str, ended_on: str, orders: list[str]
) -> None:
    """Converted on 06-10, told again on 06-12 for another day: that day ends it, also one still ahead (M-06.3)."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    member.notice("conversion", again, "2024-06-12T09:00").approve("2024-06-12T10:00")
    assert (member.now.state, member.now.ended_on) == (state, date.fromisoformat(ended_on))
    assert [name for name, _ in member.orders] == orders
    assert list(member.now.tasks) == ([] if again == "2024-06-10" else ["LINE_NOTICE_AFTER_END"])


@pytest.mark.parametrize(
    ("effective_on", "state", "ended_on"),
    [
        ("2024-06-10", "ineligible", "2024-06-10"),
        ("2024-06-11", "left", "2024-06-10"),
        ("2024-06-20", "left", "2024-06-10"),
    ],
)
def test_a_loss_told_after_leaving_counts_from_its_day(
    member: Member, effective_on: str, state: str, ended_on: str
) -> None:
    """Left on 06-10: a line lost on that day ended the right the day before, a later loss changes nothing."""
    member.join().ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    member.notice("terminated", effective_on, "2024-06-15T09:00").approve("2024-06-15T10:00")
    assert (member.now.state, member.now.ended_on) == (state, date.fromisoformat(ended_on))


@pytest.mark.parametrize(
    ("arrived", "state", "code"),
    [("2024-06-09T23:59", "left", None), ("2024-06-10T00:00", "ineligible", "ILLEGAL_TRANSITION")],
)
def test_a_letter_of_leaving_keyed_in_after_another_end(
    member: Member, arrived: str, state: str, code: str | None
) -> None:
    """The line was lost on 06-10: a letter of the day before still ends the membership itself (M-05.7, M-06.3)."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    member.ask("leave", "2024-06-20T09:00", received_at=at(arrived))
    assert (member.now.state, member.refused.code if member.refused else None) == (state, code)


def test_a_line_of_another_member_takes_no_notice_back(member: Member) -> None:
    """Told again for a later day while somebody else has the line: kept, for an operator (M-02.1, X-05)."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    member.life.facts = {"line_taken": True}
    member.notice("conversion", "2024-07-01", "2024-06-12T09:00")
    assert (member.now.state, member.now.ended_on) == ("ineligible", date(2024, 6, 10))
    assert (member.told["outcome"], list(member.now.tasks)) == ("of_another_membership", ["LINE_NOTICE_AFTER_END"])


# --- implausible dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01"])
def test_dates_without_neighbours_are_no_command(member: Member, on: str) -> None:
    """A notice for 9999-12-31 is not even a command: no calculation ever meets it (X-01)."""
    with pytest.raises(ValidationError, match="year"):
        member.join().notice("ninen_wari_started", on, "2022-06-01T09:00")


@pytest.mark.parametrize("on", ["2101-01-01"])
def test_dates_of_no_membership_are_refused(member: Member, on: str) -> None:
    """A notice for a day no membership can reach is refused by the name of its field (X-01)."""
    refused = member.join().notice("ninen_wari_started", on, "2022-06-01T09:00").refused
    assert (refused.status, refused.code) == (422, "DATE_OUT_OF_RANGE")
    assert "effective_on" in refused.detail


@pytest.mark.parametrize(
    ("started", "facts", "keyed", "renewals"),
    [
        pytest.param(
            None,
            [("ninen_wari_started", "2023-11-01"), ("terminated", "2025-03-30")],
            "2025-03-30",
            {"2025-10": ("after_last_cohort", ["AFTER_LAST_COHORT"])},
            id="a term beyond the last cohort",
        ),
        pytest.param(
            None,
            [("ninen_wari_started", "2021-09-04"), ("terminated", "2022-06-19")],
            "2025-03-20",
            {"2023-09": ("lapsed", ["MEMBERSHIP_ENDED"])},
            id="a term that ended after the member had",
        ),
        pytest.param(
            "2020-08-01",
            [("ninen_wari_started", "2023-11-01"), ("moved_operator", "2024-09-28")],
            "2024-09-28",
            {
                "2022-07": ("booked", []),
                "2024-07": ("after_last_cohort", ["AFTER_LAST_COHORT"]),
                "2025-10": ("after_last_cohort", ["AFTER_LAST_COHORT"]),
            },
            id="one taken anew",
        ),
        pytest.param(
            None,
            [("ninen_wari_started", "2024-05-01"), ("terminated", "2022-06-19")],
            "2024-03-29",
            {},
            id="one that begins when nobody is a member",
        ),
        pytest.param(
            None,
            [("ninen_wari_started", "2021-05-01"), ("terminated", "2023-12-10")],
            "2024-02-20",
            {
                "2023-04": ("lapsed", ["MEMBERSHIP_ENDED"]),
                "2025-04": ("after_last_cohort", ["AFTER_LAST_COHORT"]),
            },
            id="one due while a member, known too late",
        ),
    ],
)
def test_what_a_former_member_had_to_earn_follows_from_the_facts(
    another: Callable[[], Member],
    started: str | None,
    facts: list[tuple[str, str]],
    keyed: str,
    renewals: dict[str, tuple[str, list[str]]],
) -> None:
    """Keyed in on one day, whichever of にねん割 and the end is told first: the same renewals (M-03, M-06.3)."""
    for order in permutations(facts):
        member = another().join(ninen_wari_started_on=started)
        for minute, (kind, on) in enumerate(order):
            details = {"operator": "WEST"} if kind == "moved_operator" else {}
            member.notice(kind, on, f"{keyed}T09:0{minute}", **details).approve(f"{keyed}T09:0{minute}")
        assert member.now.state == "ineligible", order
        assert member.renewals() == renewals, order


def test_a_term_that_was_never_told_rightly_leaves_nothing(member: Member) -> None:
    """Told, lost by an end, and taken back: nothing of it is left among the renewals (M-03.1, X-05)."""
    member.join().notice("ninen_wari_started", "2021-05-01", "2024-02-20T09:00")
    wrong = member.now.seq
    member.ask("leave", "2024-02-20T09:01", received_at=at("2024-02-10T09:00"))
    member.ask("correct", "2024-02-20T09:02", voids=wrong, reason_code="entry_error").approve("2024-02-20T09:03")
    assert (member.now.state, member.renewals()) == ("left", {})


def test_a_record_closes_a_year_after_its_end_became_known_whatever_keeps_the_storage(
    another: Callable[[], Member],
) -> None:
    """Left on 2022-06-09, keyed in two years later, a support service since then told first or last: 2025-07 (X-05)."""
    for order in permutations(("leave", "support")):
        member = another().join()
        for minute, fact in enumerate(order):
            keyed = f"2024-07-14T09:0{minute}"
            if fact == "leave":
                member.ask("leave", keyed, received_at=at("2022-06-09T10:00")).approve(keyed)
            else:
                told = {"service": "OFFICE_SUPPORT", "active": True, "on": date(2022, 6, 9)}
                member.ask("change_support", keyed, **told)
        assert member.now.agenda["close"].on == date(2025, 7, 14), order


def test_a_term_of_a_mansion_line_that_was_cancelled_reads_the_same_in_any_order(another: Callable[[], Member]) -> None:
    """A family line from 2022-07-27, cancelled on 08-16, both told in 2024: the cancellation says why (M-03.6)."""
    told = [("service_type_changed", "2022-07-27"), ("ninen_wari_cancelled", "2022-08-16")]
    for order in permutations(told):
        member = another().join("2022-01-08T09:00", service_type="NEXT_MANSION", service_class="MANSION",
                                ninen_wari_started_on="2019-08-01")  # fmt: skip
        for minute, (kind, on) in enumerate(order):
            details = {"service_type": "LIGHT_FAMILY", "by": "customer"} if kind == "service_type_changed" else {}
            member.notice(kind, on, f"2024-01-15T09:0{minute}", **details)
        assert member.renewals() == {"2023-07": ("disqualified", ["NINEN_WARI_CANCELLED"])}, order


def test_a_leaving_taken_back_after_the_programme_leaves_its_renewals_as_the_end_does(
    another: Callable[[], Member],
) -> None:
    """にねん割 from 2021-04-01 and a wrong leaving, all told in 2025-07: nobody is left to book for (M-06.3, X-05)."""
    for order in permutations(("start", "leave")):
        member = another().join("2021-01-21T09:00")
        for minute, fact in enumerate(order):
            keyed = f"2025-07-01T09:0{minute}"
            if fact == "start":
                member.notice("ninen_wari_started", "2021-04-01", keyed).approve(keyed)
            else:
                member.ask("leave", keyed, received_at=at("2021-02-10T11:00")).approve(keyed)
        wrong = next(entry.seq for entry in member.life.log if entry.event == "leave_notice")
        member.ask("correct", "2025-07-01T09:05", voids=wrong, reason_code="entry_error").approve("2025-07-01T09:06")
        assert member.now.state == "ended_programme", order
        assert member.renewals()["2023-03"] == ("lapsed", ["MEMBERSHIP_ENDED"]), order
