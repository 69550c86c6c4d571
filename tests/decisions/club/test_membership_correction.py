"""A wrong entry of a membership is undone: the rest of its life follows as if it had never been told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from decisions.membership.parts import LEDGER
from rules.calendar import JST
from tests.decisions.club.member import Member

LINE = {
    "operator": "EAST",
    "service_type": "NEXT_FAMILY",
    "service_class": "FAMILY",
    "in_use_since": "2016-04-12",
    "ninen_wari_started_on": "2021-10-01",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.fixture
def life(new_life: Callable[..., Any]) -> Any:
    """A member since 2022-05-01 whose にねん割 renews in 2023-09."""
    made = new_life("membership")
    facts = {"member_id": "M1", "line_key": "L1", "applied_at": at("2022-05-01T09:00"), "line": LINE}
    made.ask("register", at("2022-05-01T09:00"), **facts)
    return made


def notice(life: Any, kind: str, on: str, keyed: str, **details: Any) -> Any:
    return life.ask("line_notice", at(keyed), notice_id=f"{kind}/{on}", kind=kind, effective_on=on, details=details)


def correct(life: Any, seq: int, keyed: str) -> Any:
    return life.ask("correct", at(keyed), voids=seq, reason_code="entry_error", approved=True)


def orders(outcome: Any) -> list[str]:
    return [order.name for _, order in outcome.outgoing if order.channel == LEDGER]


def test_an_end_by_a_wrong_notice_is_taken_back(life: Any) -> None:
    """Ineligible since 2023-06-10 by a conversion of another line: active again, points and renewal with it (X-05)."""
    notice(life, "conversion", "2023-06-10", "2023-06-01T09:00")
    ended = life.pass_to(at("2023-06-11T00:00"))
    assert (life.now.state, orders(ended)) == ("ineligible", ["close"])
    outcome = correct(life, 2, "2023-07-05T09:00")
    state = life.now
    assert (state.state, state.losses, state.in_use_through, state.ended_on) == ("active", [], None, None)
    assert (state.storage.state, state.agenda["end"].on) == ("on", date(2025, 3, 31))
    assert orders(outcome) == ["reopen", "grant"], "May was booked for the others on the very day"
    assert life.log[-1].decision["state"] == "active"
    booked = life.pass_to(at("2023-12-01T00:00"))
    assert (orders(booked), life.now.renewals["2023-09"].state) == (["grant"], "booked")
    assert life.on("2023-06-30").state == "active", "as known now it never ended"


def test_a_wrong_notice_before_its_day_leaves_no_trace_but_the_log(life: Any) -> None:
    """Corrected in time nothing had been closed, so nothing is given back."""
    before = life.now.model_dump(exclude={"seq", "latest"})
    notice(life, "conversion", "2023-06-10", "2023-06-01T09:00")
    outcome = correct(life, 2, "2023-06-02T09:00")
    after = life.now.model_dump(exclude={"seq", "latest"})
    after["agenda"]["end"]["caused_by"] = before["agenda"]["end"]["caused_by"]
    assert (after, orders(outcome)) == (before, [])
    assert len(life.log) == 4


def test_a_bonus_that_would_have_been_booked_meanwhile_is_a_task(life: Any) -> None:
    """Taken back in 2024 neither bonus nor months can be booked any more; an operator makes them good (M-02.5)."""
    notice(life, "conversion", "2023-11-10", "2023-11-01T09:00")
    life.pass_to(at("2023-11-11T00:00"))
    outcome = correct(life, 2, "2024-02-01T09:00")
    assert (life.now.state, orders(outcome)) == ("active", ["reopen"])
    assert (life.now.renewals["2023-09"].state, list(life.now.tasks)) == (
        "lapsed",
        ["BONUS_NOT_BOOKED", "POINTS_NOT_BOOKED"],
    )


def test_a_bonus_booked_on_a_wrong_start_goes_to_an_operator(new_life: Callable[..., Any]) -> None:
    """The points were granted on a wrong notice: they stay booked until somebody decides (M-03.6)."""
    life = new_life("membership")
    line = {**LINE, "ninen_wari_started_on": None}
    facts = {"member_id": "M1", "line_key": "L1", "applied_at": at("2022-05-01T09:00"), "line": line}
    life.ask("register", at("2022-05-01T09:00"), **facts)
    notice(life, "ninen_wari_started", "2020-06-01", "2022-05-10T09:00")
    life.pass_to(at("2022-08-02T00:00"))
    assert life.now.renewals["2022-05"].state == "booked"
    correct(life, 2, "2022-09-01T09:00")
    state = life.now
    assert state.ninen_wari_started_on is None
    assert (state.renewals["2022-05"].state, list(state.tasks)) == ("booked", ["RENEWAL_BOOKED_IN_ERROR"])
    assert set(state.agenda) == {"end"}


def test_capacity_that_was_lowered_is_raised_again(life: Any) -> None:
    """Left by mistake, storage lowered meanwhile: the perk is on, the storage service told; the files are a task."""
    life.ask("leave", at("2022-06-15T09:00"))
    life.pass_to(at("2022-08-01T00:00"))
    life.ask("effect_done", at("2022-08-01T00:05"), item_id="storage_reverting", data={"deleted": 2})
    assert life.now.storage.state == "reverted"
    correct(life, 2, "2022-08-10T09:00")
    assert (life.now.state, life.now.storage.state) == ("active", "on")
    assert [each.data["capacity_gb"] for each in life.now.agenda.values() if each.effect] == ["10"]
    assert list(life.now.tasks) == ["FILES_DELETED_IN_ERROR"]


@pytest.mark.parametrize(
    ("seq", "code"),
    [(1, "FIRST_ENTRY"), (9, "NO_SUCH_ENTRY"), (2, None), (3, None)],
)
def test_of_two_notices_either_is_taken_out_and_the_other_counts(life: Any, seq: int, code: str | None) -> None:
    """A conversion told twice: without the second the first stands again, without the first the second still (X-05)."""
    notice(life, "conversion", "2023-06-10", "2023-06-01T09:00")
    notice(life, "conversion", "2023-07-10", "2023-06-02T09:00")
    refused = correct(life, seq, "2023-06-03T09:00").refused
    assert (refused.code if refused else None) == code
    assert life.now.usable_through == (date(2023, 6, 9) if seq == 3 else date(2023, 7, 9))
    if code is None:
        assert correct(life, seq, "2023-06-03T10:00").refused.code == "ALREADY_VOIDED"


def test_what_a_corrected_notice_said_is_in_no_later_entry_either(life: Any) -> None:
    """A conversion, then an abolition: without the conversion the membership knows of the abolition alone (X-05)."""
    notice(life, "conversion", "2023-06-10", "2023-06-01T09:00")
    notice(life, "terminated", "2023-06-20", "2023-06-02T09:00")
    correct(life, 2, "2023-06-03T09:00")
    assert [each.cause for each in life.now.losses] == ["abolition"]
    assert life.now.usable_through == date(2023, 6, 19)


def test_in_a_log_of_an_earlier_release_what_rests_on_an_entry_is_corrected_first(life: Any) -> None:
    """It holds decisions only: the second conversion is undone before the first (X-05)."""
    notice(life, "conversion", "2023-06-10", "2023-06-01T09:00")
    notice(life, "conversion", "2023-07-10", "2023-06-02T09:00")
    life.log = [entry.model_copy(update={"fact": None}) for entry in life.log]
    assert correct(life, 2, "2023-06-03T09:00").refused.code == "LATER_ENTRY_RESTS_ON_IT"
    assert correct(life, 3, "2023-06-03T09:00").refused is None
    assert life.now.usable_through == date(2023, 6, 9)


def test_the_end_itself_is_not_undone_without_its_ground(life: Any) -> None:
    """The timer's entry follows from the notice: that one is to be corrected."""
    notice(life, "conversion", "2023-06-10", "2023-06-01T09:00")
    life.pass_to(at("2023-06-11T00:00"))
    assert correct(life, 3, "2023-07-05T09:00").refused.code == "NOT_CORRECTABLE"


def test_a_line_with_another_member_by_now_is_not_given_back(life: Any) -> None:
    """A line carries one membership: the wrong end stays where another person has registered on it (M-02.1)."""
    notice(life, "conversion", "2022-06-10", "2022-06-01T09:00")
    life.pass_to(at("2022-06-11T00:00"))
    life.facts = {"line_taken": True}
    assert correct(life, 2, "2022-07-05T09:00").refused.code == "LINE_TAKEN"


@pytest.mark.parametrize("keyed", ["2023-07-29T09:00", "2023-09-01T00:00"])
def test_a_support_told_while_it_was_wrongly_over_lowers_nothing_of_who_goes_on(member: Member, keyed: str) -> None:
    """Told of a service, the reversion was put anew; the end is taken back before it or on its day (M-07.3, X-05)."""
    member.join("2023-04-09T09:00").notice("conversion", "2023-04-17", "2023-07-09T09:00").approve("2023-07-09T09:01")
    wrong = next(entry.seq for entry in member.life.log if entry.event == "conversion")
    support = {"service": "REMOTE_SUPPORT", "active": False, "on": date(2023, 6, 19)}
    member.ask("change_support", "2023-07-20T09:00", **support).wait(keyed)
    member.ask("correct", keyed, voids=wrong, reason_code="entry_error").wait("2024-01-15T09:00")
    assert (member.now.state, member.now.storage.state, member.now.storage.perk_off_on) == ("active", "on", None)
    assert not {"storage_revert", "storage_reverting"} & set(member.now.agenda)
