"""A membership is the same whenever and in whatever order its facts are keyed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import permutations
from typing import Any

import pytest
from pydantic import ValidationError

from decisions.membership.parts import LEDGER
from decisions.revision_summary import LISTS
from models.messages.club.membership import MembershipState
from rules.calendar import JST

LINE = {
    "operator": "EAST",
    "service_type": "NEXT_FAMILY",
    "service_class": "FAMILY",
    "in_use_since": "2016-04-12",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


class Member:
    """One membership and the orders it gave to the ledger."""

    def __init__(self, life: Any) -> None:
        """Nothing has happened yet."""
        self.life = life
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.letters: list[tuple[str, dict[str, Any]]] = []
        self.refused: Any = None
        self.told: dict[str, Any] = {}

    def join(self, applied: str = "2022-05-01T09:00", keyed: str | None = None, **line: Any) -> Member:
        """Apply, and key it in then or later."""
        facts = {"member_id": "M1", "line_key": "L1", "applied_at": at(applied), "line": {**LINE, **line}}
        return self.ask("register", keyed or applied, **facts)

    def notice(self, kind: str, on: str, keyed: str, **details: Any) -> Member:
        """NTT tells something of the line."""
        return self.ask("line_notice", keyed, notice_id=f"{kind}/{on}", kind=kind, effective_on=on, details=details)

    def ask(self, name: str, moment: str, **fields: Any) -> Member:
        """Any command."""
        return self._keep(self.life.ask(name, at(moment), **fields))

    def approve(self, moment: str) -> Member:
        """An operator approves what waits, if anything does."""
        for held_id in list(self.now.awaiting):
            self.ask("decide_revision", moment, held_id=held_id, accept=True)
        return self

    def wait(self, moment: str) -> Member:
        """Let timers fire."""
        return self._keep(self.life.pass_to(at(moment)))

    def _keep(self, outcome: Any) -> Member:
        self.refused = outcome.refused
        self.told = outcome.answer.decision if outcome.answer else {}
        self.letters += [
            (letter.name, {key: value for key, value in letter.data.items() if key not in {"member_id", "ends_on"}})
            for _, letter in outcome.outgoing
            if letter.channel == "notice"
        ]
        self.orders += [(order.name, order.data) for _, order in outcome.outgoing if order.channel == LEDGER]
        return self

    @property
    def now(self) -> MembershipState:
        """The typed state."""
        state: MembershipState = self.life.now
        return state

    def renewals(self) -> dict[str, tuple[str, list[str]]]:
        """State and reasons by term end month."""
        return {key: (each.state, each.reasons) for key, each in self.now.renewals.items()}


@pytest.fixture
def member(new_life: Callable[..., Any]) -> Member:
    """A membership about to begin."""
    return Member(new_life("membership"))


@pytest.fixture
def another(new_life: Callable[..., Any]) -> Callable[[], Member]:
    """Makes further ones."""
    return lambda: Member(new_life("membership"))


# --- after the last day of booking -------------------------------------------------------------------------------


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


# --- adjustments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "code"), [(None, "NO_ENTITLEMENT"), ("2021-11-01", "NO_ENTITLEMENT"), ("2021-10-01", None)]
)
def test_an_adjustment_of_a_bonus_needs_a_discount(member: Member, start: str | None, code: str | None) -> None:
    """Without にねん割, or with terms that end in other months, there is no renewal to make good (M-03.1, M-02.5)."""
    member.join(ninen_wari_started_on=start)
    fields = {"points": 1000, "granted_on": "2023-12-10", "term_end_month": "2023-09", "reason_code": "other"}
    refused = member.ask("adjust_points", "2024-01-10T09:00", **fields).refused
    assert (refused.code if refused else None) == code


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


def test_a_cancellation_taken_for_the_wrong_one_opens_the_renewal_again(member: Member) -> None:
    """A start told later shows that the cancellation ended another discount: the bonus is open again (M-03.6)."""
    member.join(ninen_wari_started_on="2019-08-01")
    member.notice("ninen_wari_cancelled", "2021-07-10", "2023-06-01T09:00")
    assert member.renewals()["2023-07"] == ("disqualified", ["NINEN_WARI_CANCELLED"])
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


# --- against the member ------------------------------------------------------------------------------------------


def test_an_earlier_end_told_after_the_end_waits_for_an_operator(member: Member) -> None:
    """Left on 06-10, the line told on 06-15 as lost on 06-05: nothing changes before an operator approves (X-05)."""
    member.join().ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    member.notice("terminated", "2024-06-05", "2024-06-15T09:00")
    (held_id,) = member.now.awaiting
    assert (member.told["outcome"], member.told["against"]) == ("needs_approval", ["EARLIER_END"])
    assert [(each["was"] or {}).get("event") for each in member.told["revises"]] == ["end", None]
    assert next((each["what"], each["how"]) for each in member.told["tells"]) == ("club_told_again", "sent")
    held = member.told
    assert (member.now.state, member.now.ended_on, list(member.now.tasks)) == (
        "left",
        date(2024, 6, 10),
        ["REVISION_APPROVAL"],
    )
    member.ask("decide_revision", "2024-06-16T09:00", held_id=held_id, accept=True)
    assert (member.now.state, member.now.ended_on) == ("ineligible", date(2024, 6, 5))
    assert (list(member.now.tasks), member.now.awaiting) == (["LINE_NOTICE_AFTER_END"], {})
    assert member.life.log[-1].because is None
    assert {name: held[name] for name in LISTS} == {name: member.told[name] for name in LISTS}
    own = {name: each for name, each in held["if_approved"].items() if name not in {"event", "effective_on"}}
    assert own == {name: member.told[name] for name in own}, "what is decided is told before"


def test_what_is_refused_leaves_the_membership_as_it_was(member: Member) -> None:
    """Refused, the notice counts for nothing; another answer to it finds nothing that waits (X-05)."""
    member.join().ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    before = member.now
    member.notice("terminated", "2024-06-05", "2024-06-15T09:00")
    (held_id,) = member.now.awaiting
    member.ask("decide_revision", "2024-06-16T09:00", held_id=held_id, accept=False)
    same = {"state", "ended_on", "usable_through", "agenda", "tasks", "losses", "renewals", "storage"}
    assert member.now.model_dump(include=same) == before.model_dump(include=same)
    member.ask("decide_revision", "2024-06-17T09:00", held_id=held_id, accept=True)
    assert member.refused.code == "NOTHING_HELD"


def test_a_later_end_does_not_wait(member: Member) -> None:
    """Converted on 06-10, told again as 07-01: for the member, so at once, and the letter of the end is taken back."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    member.notice("conversion", "2024-07-01", "2024-06-12T09:00")
    assert (member.now.state, member.now.awaiting) == ("active", {})
    assert {"what": "club_told_again", "channel": "notice", "how": "sent"} in member.told["tells"]
    assert [each["was"]["event"] for each in member.told["revises"] if each["was"]] == ["end"]


def test_who_joins_leaves_or_loses_the_line_is_told(member: Member, another: Callable[[], Member]) -> None:
    """A letter on joining (M-06.1), on leaving with what is left (M-05.7), and when a lost line has ended it (M-05)."""
    joined = member.join("2023-09-15T09:00")
    assert joined.letters == [("registration_done", {"registered_on": date(2023, 9, 15), "again": False})]
    left = joined.ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    assert [name for name, _ in left.letters] == ["registration_done", "left", "storage_advice"]
    assert left.letters[1][1] == {"ended_on": date(2024, 6, 10), "points": 0, "reverts_on": date(2024, 7, 31)}
    lost = another().join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    assert lost.letters[1] == (
        "membership_ended",
        {
            "ended_on": date(2024, 6, 10),
            "usable_through": date(2024, 6, 9),
            "reason": "conversion",
            "reverts_on": date(2024, 7, 31),
        },
    )
    programme = another().join().wait("2025-04-01T00:00")
    assert [name for name, _ in programme.letters] == ["registration_done"]


# --- a type told late --------------------------------------------------------------------------------------------


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


NOTICE = {"by": "customer"}


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


def test_a_task_goes_after_the_end_as_well(member: Member) -> None:
    """Wrong by a type told late, then left; that it was FAMILY on the day is told after the end (M-03.5)."""
    wrong_bonus(member, ("2022-07-10", "2022-08-12T09:00", "MANSION")).ask("leave", "2022-08-13T09:00")
    member.wait("2022-08-14T00:00")
    assert sorted(member.now.tasks) == ["POINTS_BY_ANOTHER_TYPE", "RENEWAL_BOOKED_IN_ERROR"]
    member.notice("service_type_changed", "2022-07-25", "2022-08-15T09:00", service_type="FAMILY", **NOTICE)
    assert list(member.now.tasks) == []


# --- months whose day of booking came while it was wrongly over ----------------------------------------------------


def months(member: Member) -> list[str]:
    """Usage months that were ordered, in their order."""
    return [order["usage_month"] for name, order in member.orders if name == "grant" and "usage_month" in order]


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


# --- what an end came too late for ---------------------------------------------------------------------------------

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


# --- what the answer says -----------------------------------------------------------------------------------------


def test_the_answer_says_what_a_read_then_says(member: Member) -> None:
    """M-06.3: a leave of the day before the loss that had ended it: the answer says left, and its own day."""
    member.join().notice("terminated", "2024-10-02", "2024-10-06T09:00").wait("2024-10-06T09:01")
    member.ask("leave", "2024-10-07T09:00", received_at=at("2024-10-01T10:00"))
    assert (member.now.state, member.now.ended_on) == ("left", date(2024, 10, 1))
    assert member.told["detail"] == "The membership is left; it ended on 2024-10-01."
    assert (member.told["state"], member.told["ends_on"]) == ("left", "2024-10-01")


def test_the_answer_of_an_end_taken_back_says_that_it_goes_on(member: Member) -> None:
    """X-05: without the notice the membership is active until the programme ends."""
    member.join().notice("terminated", "2024-10-02", "2024-10-06T09:00").wait("2024-10-06T09:01")
    member.ask("correct", "2024-10-08T09:00", voids=2)
    assert member.now.state == "active"
    assert member.told["detail"] == "The membership is active; it ends on 2025-03-31."


# --- the storage of an end that becomes known late ----------------------------------------------------------------


def test_a_late_end_approved_later_counts_from_the_approval(member: Member) -> None:
    """M-07.6, A-05: an end of 2024-01-05 told on 05-15 and approved on 06-03: the files stay to the end of July."""
    member.join().ask("leave", "2024-05-10T09:00").wait("2024-05-11T00:00")
    member.notice("terminated", "2024-01-06", "2024-05-15T09:00")
    assert member.now.storage.reverts_on == date(2024, 6, 30), "nothing is decided yet"
    member.approve("2024-06-03T09:00")
    storage = member.now.storage
    assert (storage.state, storage.perk_off_on, storage.reverts_on) == (
        "off_grace",
        date(2024, 1, 6),
        date(2024, 7, 31),
    )
    advised = [letter["advise_by"] for name, letter in member.letters if name == "storage_advice"]
    assert advised == [date(2024, 6, 30), date(2024, 7, 31)]


def test_another_end_of_the_same_reversion_leaves_its_day(member: Member) -> None:
    """A-05: left on 2024-01-15, keyed in on 03-10: a loss of 01-10 told on 04-05 leaves the deletion on 04-30."""
    member.join().ask("leave", "2024-03-10T09:00", received_at=at("2024-01-15T10:00"))
    assert member.now.storage.reverts_on == date(2024, 4, 30)
    member.notice("terminated", "2024-01-10", "2024-04-05T09:00").approve("2024-04-05T10:00")
    assert (member.now.storage.perk_off_on, member.now.storage.reverts_on) == (date(2024, 1, 10), date(2024, 4, 30))


def test_correcting_a_late_end_before_the_deletion_stops_it(member: Member) -> None:
    """A-05, X-05: taken back on the last day, the perk is on again and nothing is asked of the storage service."""
    member.join().ask("leave", "2024-03-10T09:00", received_at=at("2024-01-15T10:00"))
    member.ask("correct", "2024-04-30T23:00", voids=2).wait("2024-05-01T00:00")
    assert (member.now.state, member.now.storage.state) == ("active", "on")
    assert not {"storage_revert", "storage_reverting"} & set(member.now.agenda)


def test_a_support_service_that_never_ran_is_corrected_late(member: Member) -> None:
    """M-07.6: kept whole by an entry that was wrong, the member hears of the day a grace before it."""
    member.join().ask("leave", "2024-01-15T09:00").wait("2024-01-16T00:00")
    member.ask("change_support", "2024-02-01T09:00", service="REMOTE_SUPPORT", active=True, on="2024-02-01")
    wrong = member.now.seq
    member.wait("2024-06-10T08:00").ask("correct", "2024-06-10T09:00", voids=wrong)
    assert member.now.storage.reverts_on == date(2024, 7, 31)
    advised = [letter["advise_by"] for name, letter in member.letters if name == "storage_advice"]
    assert advised == [date(2024, 2, 29), date(2024, 7, 31)]


def test_nobody_is_advised_of_what_is_gone(member: Member) -> None:
    """M-07.6: left, but keyed in after the files went with another end of the same month: no letter asks to save."""
    member.join().notice("terminated", "2024-01-20", "2024-01-20T09:00").wait("2024-03-01T00:00")
    member.ask("effect_done", "2024-03-01T00:01", item_id="storage_reverting", data={"deleted": 2})
    before = len(member.letters)
    member.ask("leave", "2024-03-10T09:00", received_at=at("2024-01-15T10:00")).approve("2024-03-11T09:00")
    storage = member.now.storage
    assert (storage.state, storage.perk_off_on, storage.reverts_on) == (
        "reverted",
        date(2024, 1, 15),
        date(2024, 2, 29),
    )
    assert "storage_advice" not in [name for name, _ in member.letters[before:]]
