"""Decisions about memberships: joining, leaving, losing the line, renewals, points made good."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest

from decisions.engine import Run
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.parts import LEDGER
from models.messages.club.membership import (
    AdjustPoints,
    ImportMember,
    Leave,
    LineChange,
    MemberLine,
    MembershipState,
    Register,
    SetMailConsents,
)
from models.messages.entity import Command
from models.operations.membership import OPERATIONS
from pages.membership import render
from rules.calendar import JST
from rules.club.program import Plan, notice_plan, plan_of
from tests.given import Standing, looked_up


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


class Member:
    """One membership driven through the engine, without a database."""

    def __init__(self, plan: Plan | None = None) -> None:
        """Nothing has happened yet."""
        self.plan = plan or notice_plan()
        self.raw: dict[str, Any] = MembershipState().model_dump(mode="json")
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.refused: Any = None
        self.told: dict[str, Any] = {}
        self.days_spent: list[date] = []

    @property
    def state(self) -> MembershipState:
        """As folded so far."""
        return MembershipState.model_validate(self.raw)

    def send(self, name: str, command: Command, moment: str, **facts: Any) -> Member:
        """Decide a command at a moment."""
        run = Run(
            MEMBERSHIP,
            self.raw,
            at(moment),
            facts=looked_up(MEMBERSHIP, name, facts),
            standing=Standing(program=self.plan, days_spent=self.days_spent),
        )
        run.command(name, command.model_copy(update={"op": f"{name}/{moment}", "at": at(moment)}))
        self._take(run)
        return self

    def wait(self, moment: str) -> Member:
        """Carry out what is due by a moment."""
        run = Run(MEMBERSHIP, self.raw, at(moment), standing=Standing(program=self.plan))
        run.carry_out_due(at(moment))
        self._take(run)
        return self

    def _take(self, run: Run) -> None:
        self.raw, self.refused = run.outcome.state, run.outcome.refused
        self.told = run.outcome.answer.decision if run.outcome.answer else {}
        self.orders += [(order.name, order.data) for _, order in run.outcome.outgoing if order.channel == LEDGER]


def application(applied_at: str, **line: Any) -> Register:
    facts = {
        "operator": "EAST",
        "service_type": "NEXT_FAMILY",
        "service_class": "FAMILY",
        "in_use_since": date(2016, 4, 12),
        **line,
    }
    return Register(member_id="M1", person_id="P1", line_key="L1", applied_at=at(applied_at), line=MemberLine(**facts))


def joined(on: str = "2022-05-01", plan: Plan | None = None, **line: Any) -> Member:
    made = Member(plan).send("register", application(f"{on}T09:00", **line), f"{on}T09:00")
    assert made.refused is None
    return made


def notice(kind: str, effective_on: str, **details: Any) -> LineChange:
    return LineChange(notice_id="n1", kind=kind, effective_on=date.fromisoformat(effective_on), details=details)


# --- joining -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("applied_at", "code"),
    [("2023-09-30T23:59:59", None), ("2023-10-01T00:00:00", "REGISTRATION_CLOSED")],
)
def test_the_day_of_the_application_decides(applied_at: str, code: str | None) -> None:
    """2023-09-30 23:59:59 is accepted even when worked on in October; 00:00 of October 1 is not (M-06.1, A-14)."""
    member = Member().send("register", application(applied_at), "2023-10-05T10:00")
    assert (member.refused.code if member.refused else None) == code


@pytest.mark.parametrize(
    ("line", "facts", "code"),
    [
        ({"operator": "WEST"}, {}, "NOT_EAST_LINE"),
        ({"service_type": "BUSINESS"}, {}, "UNKNOWN_SERVICE_TYPE"),
        ({}, {"line_taken": True}, "LINE_TAKEN"),
        ({}, {"line_known": False}, "UNKNOWN_LINE"),
    ],
)
def test_who_cannot_join(line: dict[str, Any], facts: dict[str, Any], code: str) -> None:
    """A western line, a type outside the programme, a line with a membership: refused with articles."""
    member = Member().send("register", application("2022-05-01T09:00", **line), "2022-05-01T09:00", **facts)
    assert member.refused.code == code
    assert member.refused.articles
    assert member.state.seq == 0


def test_a_company_cannot_join() -> None:
    """The club is for individuals (M-01.1)."""
    command = application("2022-05-01T09:00").model_copy(update={"customer": "CORPORATE"})
    assert Member().send("register", command, "2022-05-01T09:00").refused.code == "NOT_INDIVIDUAL"


def test_a_former_member_begins_again() -> None:
    """A re-registration is its own event and its own membership (M-06.2, A-13)."""
    member = Member().send("register", application("2023-09-15T09:00"), "2023-09-15T09:00", former_member=True)
    assert (member.told["event"], member.state.former_member) == ("re_registered", True)


def test_the_end_of_the_programme_is_ahead_from_the_first_day() -> None:
    """The agenda carries the end with its articles; active through 2025-03-31, ended from April 1 (M-07.1)."""
    member = joined()
    assert member.state.agenda["end"].on == date(2025, 3, 31)
    assert member.wait("2025-03-31T23:59:59").state.state == "active"
    ended = member.wait("2025-04-01T00:00").state
    assert (ended.state, ended.ended_on, ended.usable_through) == (
        "ended_programme",
        date(2025, 3, 31),
        date(2025, 3, 31),
    )
    assert member.orders == [("close", {"on": date(2025, 4, 1)})]
    assert (ended.storage.state, ended.storage.reverts_on) == ("off_grace", date(2025, 4, 30))


def test_a_later_programme_end_keeps_members() -> None:
    """A plan replaced before its announcement by a later one: the old item finds the programme still open."""
    later = plan_of({**notice_plan().as_json(), "ends_on": "2026-03-31"})
    member = joined()
    member.plan = later
    member.wait("2025-04-01T00:00")
    assert member.state.state == "active"
    assert member.state.agenda["end"].on == date(2026, 3, 31)


# --- leaving and losing ------------------------------------------------------------------------------------------


def test_the_leave_day_is_the_last_usable_one() -> None:
    """Left on 2024-10-15: active that day, forfeited from the 16th, perk off on the 15th (M-05.7, M-07.3)."""
    member = joined().send("leave", Leave(), "2024-10-15T10:00", balance=1300)
    assert member.told["forfeited_points"] == 1300
    assert (member.told["usable_through"], member.told["reverts_on"]) == ("2024-10-15", "2024-11-30")
    assert member.wait("2024-10-15T23:59:59").state.state == "active"
    ended = member.wait("2024-10-16T00:00").state
    assert (ended.state, ended.ended_on) == ("left", date(2024, 10, 15))
    assert ended.storage.perk_off_on == date(2024, 10, 15)
    assert member.orders == [("close", {"on": date(2024, 10, 16)})]


def test_a_letter_keyed_in_late_counts_by_its_arrival() -> None:
    """Received on 2024-10-15, keyed in on the 20th: left since the 15th, at once."""
    member = joined().send("leave", Leave(received_at=at("2024-10-15T10:00")), "2024-10-20T10:00")
    assert (member.state.state, member.state.usable_through) == ("left", date(2024, 10, 15))


def test_nobody_leaves_twice_or_before_joining() -> None:
    """A second notice is 409; one that arrived before the registration is refused."""
    member = joined().send("leave", Leave(), "2024-10-15T10:00")
    assert member.send("leave", Leave(), "2024-10-15T11:00").refused.status == 409
    early = joined().send("leave", Leave(received_at=at("2022-04-30T10:00")), "2024-10-15T10:00")
    assert early.refused.code == "BEFORE_REGISTRATION"


@pytest.mark.parametrize(
    ("kind", "details", "cause", "article"),
    [
        ("conversion", {}, "conversion", "M-05.1"),
        ("terminated", {}, "abolition", "M-05.2"),
        ("moved_operator", {"operator": "WEST"}, "abolition", "M-12.1"),
        ("service_type_changed", {"service_type": "BUSINESS", "by": "customer"}, "ineligible_type", "M-05.3"),
    ],
)
def test_a_lost_line_blocks_from_its_day(kind: str, details: dict[str, Any], cause: str, article: str) -> None:
    """Effective 2024-06-10: usable through the 9th, ineligible from 00:00 of the 10th (A-11)."""
    member = joined().send("line_notice", notice(kind, "2024-06-10", **details), "2024-06-01T10:00")
    assert article in member.told["articles"]
    assert member.state.usable_through == date(2024, 6, 9)
    assert member.wait("2024-06-09T23:59:59").state.state == "active"
    ended = member.wait("2024-06-10T00:00").state
    assert (ended.state, ended.end_cause, ended.in_use_through) == ("ineligible", cause, date(2024, 6, 9))
    assert member.orders == [("close", {"on": date(2024, 6, 10)})]


def test_the_earliest_end_wins() -> None:
    """Leaving before a conversion that is ahead: left; a conversion before a leave known: ineligible (M-06.3)."""
    member = joined().send("line_notice", notice("conversion", "2024-06-10"), "2024-06-01T10:00")
    member.send("leave", Leave(), "2024-06-08T10:00").wait("2024-06-10T00:00")
    assert member.state.state == "left"
    late = joined().send("leave", Leave(), "2024-06-08T10:00")
    late.send("line_notice", notice("conversion", "2024-06-07"), "2024-06-08T12:00")
    assert (late.state.state, late.state.usable_through) == ("ineligible", date(2024, 6, 6))


def test_a_move_inside_east_or_to_another_listed_type_keeps_the_membership() -> None:
    """The type is kept by date, so that a month that lies back still knows its own (M-02.2)."""
    member = joined().send("line_notice", notice("moved_operator", "2024-06-10", operator="EAST"), "2024-06-01T10:00")
    member.send("line_notice", notice("service_type_changed", "2024-06-10", service_type="MANSION"), "2024-06-01T11:00")
    state = member.wait("2024-06-11T00:00").state
    assert state.state == "active"
    before, after = state.service_on(date(2024, 6, 9)), state.service_on(date(2024, 6, 10))
    assert before is not None
    assert after is not None
    assert (before.service_class, after.service_class) == ("FAMILY", "MANSION")


def test_a_class_nobody_said_is_that_of_the_type() -> None:
    """Of a type outside the programme none is made up: who has one is refused by the type."""
    assert joined(service_class=None).state.service[0].service_class == "FAMILY"
    assert joined(service_type="MANSION", service_class=None).state.service[0].service_class == "MANSION"
    told = Member().send(
        "register", application("2022-05-01T09:00", service_type="X", service_class=None), "2022-05-01T09:00"
    )
    assert told.refused.code == "UNKNOWN_SERVICE_TYPE"


# --- renewals ----------------------------------------------------------------------------------------------------


def test_the_last_cohort_is_booked_after_its_window() -> None:
    """A term from 2021-10-01 ends in 2023-09: nothing on 11-30, 1,000 points on 2023-12-01 (M-03.2, M-03.4, M-03.8)."""
    member = joined(ninen_wari_started_on=date(2021, 10, 1)).wait("2023-11-30T23:59:59")
    assert member.orders == []
    member.wait("2023-12-01T00:00")
    (order,) = member.orders
    assert order[0] == "grant"
    assert (order[1]["points"], order[1]["granted_on"], order[1]["term_end_month"]) == (
        1000,
        date(2023, 12, 1),
        "2023-09",
    )
    assert member.state.renewals["2023-09"].state == "booked"


def test_the_cohort_after_the_last_earns_nothing() -> None:
    """A term from 2021-11-01 ends in 2023-10: never (M-03.8)."""
    member = joined(ninen_wari_started_on=date(2021, 11, 1)).wait("2024-02-01T00:00")
    assert member.orders == []
    assert member.state.renewals["2023-10"].state == "after_last_cohort"


@pytest.mark.parametrize(
    ("cancelled_on", "state"),
    [("2023-07-01", "disqualified"), ("2023-09-30", "disqualified"), ("2023-10-01", "booked")],
)
def test_a_cancellation_inside_the_window_disqualifies(cancelled_on: str, state: str) -> None:
    """End month 2023-07, window to 2023-09-30: cancelled by then there is no bonus, later it stands (M-03.6, A-16)."""
    member = joined(ninen_wari_started_on=date(2021, 8, 1))
    member.send("line_notice", notice("ninen_wari_cancelled", cancelled_on), "2023-06-20T10:00")
    member.wait("2023-10-02T00:00")
    assert member.state.renewals["2023-07"].state == state
    assert [name for name, _ in member.orders] == (["grant"] if state == "booked" else [])


def test_a_cancellation_known_too_late_goes_to_an_operator() -> None:
    """The bonus was booked on the first day after the window; the notice of a cancellation inside it comes later."""
    member = joined(ninen_wari_started_on=date(2021, 8, 1)).wait("2023-10-01T00:00")
    member.send("line_notice", notice("ninen_wari_cancelled", "2023-09-30"), "2023-10-05T10:00")
    assert list(member.state.tasks) == ["RENEWAL_BOOKED_IN_ERROR"]


@pytest.mark.parametrize(("registered", "months"), [("2023-09-30", ["2023-07"]), ("2023-09-29", ["2023-07"])])
def test_registered_inside_the_window_is_in_time(registered: str, months: list[str]) -> None:
    """End month 2023-07: registered on 2023-09-30 is in time (M-03.7)."""
    member = joined(registered, ninen_wari_started_on=date(2021, 8, 1)).wait("2023-10-31T00:00")
    assert [key for key, each in member.state.renewals.items() if each.state == "booked"] == months


def test_registered_after_the_window_is_too_late() -> None:
    """End month 2023-06, window to 2023-08-31: registered on 2023-09-01 there is nothing for it (M-03.7)."""
    member = joined("2023-09-01", ninen_wari_started_on=date(2021, 7, 1)).wait("2024-01-01T00:00")
    assert "2023-06" not in member.state.renewals
    assert member.orders == []


def test_a_mansion_earns_no_bonus() -> None:
    """Only family types qualify; the class on the last day of the window counts (M-03.5)."""
    member = joined(ninen_wari_started_on=date(2021, 8, 1))
    member.send("line_notice", notice("service_type_changed", "2023-09-30", service_type="MANSION"), "2023-09-01T10:00")
    member.wait("2023-10-01T00:00")
    assert (member.state.renewals["2023-07"].state, member.state.renewals["2023-07"].reasons) == (
        "disqualified",
        ["MANSION_TYPE"],
    )


def test_leaving_lapses_what_was_not_decided() -> None:
    """Left inside the window: nobody is left to book for."""
    member = joined(ninen_wari_started_on=date(2021, 8, 1)).send("leave", Leave(), "2023-08-10T10:00")
    member.wait("2023-12-01T00:00")
    assert member.state.renewals["2023-07"].state == "lapsed"
    assert [name for name, _ in member.orders] == ["close"]


def test_a_worker_that_was_away_books_on_the_day_it_was_due() -> None:
    """Three months late the bonus still carries 2023-12-01 (effective dates, not processing times)."""
    member = joined(ninen_wari_started_on=date(2021, 10, 1)).wait("2024-03-01T00:00")
    assert member.orders[0][1]["granted_on"] == date(2023, 12, 1)


# --- imports -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "booked", "orders"),
    [("2023-12-05T09:00", (), 1), ("2023-12-05T09:00", ("2023-09",), 0), ("2024-01-01T09:00", (), 0)],
)
def test_an_import_books_what_is_still_due(today: str, booked: tuple[str, ...], orders: int) -> None:
    """The window is over and the booking is due by 2023-12-31: booked, unless the file brought its lot (M-03.4)."""
    line = MemberLine(
        service_type="NEXT_FAMILY",
        service_class="FAMILY",
        in_use_since=date(2016, 1, 1),
        ninen_wari_started_on=date(2021, 10, 1),
    )
    command = ImportMember(member_id="M1", line_key="L1", registered_on=date(2018, 4, 1), line=line)
    member = Member().send("import", command, today, booked_renewals=booked)
    assert len(member.orders) == orders


# --- consents, credentials, adjustments --------------------------------------------------------------------------


def test_two_consents_are_kept_apart() -> None:
    """The second magazine never follows from the first (A-19)."""
    state = joined().send("set_mail_consents", SetMailConsents(club=True, ntt_east=False), "2022-06-01T09:00").state
    assert (state.mail_club, state.mail_ntt_east) == (True, False)


@pytest.mark.parametrize(
    ("points", "granted_on", "month", "granted", "code"),
    [
        (300, "2023-12-31", "2023-11", 0, None),
        (300, "2024-01-01", "2023-11", 0, "GRANTS_ENDED"),
        (300, "2023-11-30", "2023-11", 0, "GRANT_DAY_OUTSIDE_BOOKING"),
        (300, "2023-12-01", "2023-12", 0, "NO_ENTITLEMENT"),
        (500, "2023-12-01", "2023-11", 0, None),
        (500, "2023-12-01", "2023-11", 1, "NO_ENTITLEMENT"),
        (300, "2022-05-01", "2022-04", 0, "NO_ENTITLEMENT"),
    ],
)
def test_an_adjustment_points_to_an_entitlement(
    points: int, granted_on: str, month: str, granted: int, code: str | None
) -> None:
    """With its original grant day, up to what the entitlement could have been, for a month of membership (A-09)."""
    command = AdjustPoints(
        points=points, granted_on=date.fromisoformat(granted_on), usage_month=month, reason_code="other"
    )
    member = joined().send("adjust_points", command, "2024-01-10T10:00", granted=granted)
    assert (member.refused.code if member.refused else None) == code
    assert [name for name, _ in member.orders] == ([] if code else ["adjust"])


def test_a_closed_record_takes_nothing() -> None:
    """Twelve months after the end and with the storage reverted, the record closes; before that it stays (X-05)."""
    member = joined().send("leave", Leave(), "2024-10-15T10:00").wait("2025-10-16T00:00")
    assert not member.state.closed
    member.raw["storage"]["state"] = "reverted"
    assert member.wait("2026-10-16T00:00").state.closed
    assert (
        member.send("set_mail_consents", SetMailConsents(club=False, ntt_east=False), "2026-10-17T00:00").refused.code
        == "CLOSED"
    )


def test_the_page_tells_state_and_what_is_ahead_without_personal_data() -> None:
    """The operator's page names the end, the renewal and the updates allowed now."""
    page = render(joined(ninen_wari_started_on=date(2021, 10, 1)).state)
    for text in ("会員", "2023年9月", "プログラム終了 2025年3月31日", "`leave`", "M-07.1"):
        assert text in page
    assert not re.search(r"\d{4}-\d{2}", page.split("## いま送れる更新")[0]), (
        "one form of day and month in what people read"
    )


def test_the_page_says_whose_day_the_end_of_the_programme_is() -> None:
    """M-08.4: of the plan that was told last, and where the present one stands; an own end needs no such word."""
    told_last = "最後に伝わった計画"
    assert told_last in render(joined().state)
    assert "program/flets-hikari-members-club" in render(joined().state)
    assert told_last not in render(joined().send("leave", Leave(), "2024-10-15T10:00").state)


def test_every_operation_has_a_handler() -> None:
    """What the doors and the Web UI may send can be decided."""
    assert set(OPERATIONS) <= set(MEMBERSHIP.commands)
