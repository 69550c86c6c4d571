"""The watch over a suspended fee (W-12.6c, A-35): months by itself, broken by a notice, restored by its undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Moment = Callable[[str], Any]

UNTIL = "2020-05-31"
"""The original end of the term."""


def change(life: Any, at: Any, to_course: str = "OTHER") -> Any:
    """A change to a course named in neither list: from the next month, its fee waits for an operator."""
    return life.ask("request_course_change", at, to_course=to_course, channel="online", received_at=at)


def waive(life: Any, at: Any) -> Any:
    """An operator accepts that the line was lost through no fault of the contractor."""
    return life.ask("waive", at, case="line_unusable", reason_code="evidence_accepted")


def fee_of(life: Any) -> Any:
    """The fee of the change."""
    (charge,) = [each for each in life.now.charges.values() if each.code == "termination_fee"]
    return charge


@pytest.fixture
def watched(contract: Any, moment: Moment) -> Any:
    """Changed on 2018-11-01, the waiver granted afterwards: watched to 2020-05-31."""
    change(contract, moment("2018-10-10 10:00"))
    contract.pass_to(moment("2018-11-01 00:00"))
    assert fee_of(contract).state == "needs_operator"
    outcome = waive(contract, moment("2018-11-05 10:00"))
    assert outcome.answer.decision["outcome"] == "watched"
    assert outcome.answer.decision["watch_until"] == UNTIL
    return contract


def test_the_fee_is_suspended_to_the_original_end_of_the_term(watched: Any) -> None:
    """The watch runs to the last day of the broken term and stands on the agenda for the day after (A-35)."""
    assert (fee_of(watched).state, fee_of(watched).due_on) == ("watched", None)
    assert str(watched.now.watch.until) == UNTIL
    assert watched.now.watch.charge_id == fee_of(watched).charge_id
    (item,) = watched.now.agenda.values()
    assert (item.event, item.on.isoformat(), item.undo_until) == ("watch_end", UNTIL, None)
    assert "FEE_DECISION" not in watched.now.tasks


@pytest.mark.parametrize("moment_of_grant", ["2018-10-12 10:00", "2018-10-05 10:00"])
def test_a_waiver_granted_before_the_change_suspends_its_fee_as_well(
    contract: Any, moment: Moment, moment_of_grant: str
) -> None:
    """Granted while the change is pending, or ahead of it, the watch is the same."""
    grant, asked = moment(moment_of_grant), moment("2018-10-10 10:00")
    for step in sorted([(grant, waive), (asked, change)], key=lambda each: each[0]):
        step[1](contract, step[0])
    contract.pass_to(moment("2018-11-01 00:00"))
    assert (contract.now.course, fee_of(contract).state) == ("OTHER", "watched")
    assert str(contract.now.watch.until) == UNTIL
    assert [item.event for item in contract.now.agenda.values()] == ["watch_end"]


def test_a_change_taken_back_takes_the_waiver_of_its_fee_along(contract: Any, moment: Moment) -> None:
    """Without the change there is no fee, so nothing is watched."""
    change(contract, moment("2018-10-10 10:00"))
    waive(contract, moment("2018-10-12 10:00"))
    contract.ask("undo_course_change", moment("2018-10-15 10:00"))
    assert (contract.now.watch, contract.now.charges, contract.now.agenda) == (None, {}, {})


def test_a_cancellation_before_the_change_leaves_nothing_to_watch(contract: Any, moment: Moment) -> None:
    """The contract ends on 2018-10-31, before the change: no fee of a change, only that of the cancellation."""
    change(contract, moment("2018-10-10 10:00"))
    waive(contract, moment("2018-10-12 10:00"))
    at = moment("2018-10-15 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    assert (contract.now.watch, list(contract.now.agenda)) == (None, ["end"])
    assert fee_of(contract).state == "planned"
    contract.ask("undo_cancellation", moment("2018-10-16 10:00"))
    assert (contract.now.watch, fee_of(contract).state) == (None, "watched")


def test_still_there_on_the_last_day_means_waived_for_good(watched: Any, moment: Moment) -> None:
    """On 2020-05-31 the fee is still suspended, on 2020-06-01 it is waived (W-12.6c)."""
    watched.pass_to(moment("2020-05-31 23:59"))
    assert fee_of(watched).state == "watched"
    outcome = watched.pass_to(moment("2020-06-01 00:00"))
    assert (fee_of(watched).state, watched.now.watch.state, watched.now.agenda) == ("waived", "waived", {})
    assert [message.name for _, message in outcome.outgoing] == ["fee_waived"]


@pytest.mark.parametrize(
    ("received", "state"),
    [
        ("2018-11-06 10:00", "due"),
        ("2019-12-10 10:00", "due"),
        ("2020-05-31 23:59", "due"),
        ("2020-06-01 00:00", "waived"),
    ],
)
def test_a_cancellation_notified_inside_the_watch_makes_the_fee_due(
    watched: Any, moment: Moment, received: str, state: str
) -> None:
    """The day the notice is received decides, not the day it takes effect (A-35): 05-31 ends on 06-30 and still is."""
    at = moment(received)
    watched.ask("cancel", at, channel="paper", received_at=at)
    assert fee_of(watched).state == state
    assert watched.now.watch.state == state
    assert not [item for item in watched.now.agenda.values() if item.event == "watch_end"]
    watched.pass_to(moment("2020-08-01 00:00"))
    assert (watched.now.state, fee_of(watched).state) == ("ended", state)


@pytest.mark.parametrize(
    ("received", "outcome", "total"), [("2020-05-31 23:59", "due", 4860), ("2020-06-01 00:00", "none", 0)]
)
def test_the_answer_to_a_notice_names_the_suspended_fee(
    watched: Any, moment: Moment, received: str, outcome: str, total: int
) -> None:
    """Whoever cancels hears what falls due by it, though the course the contract is on asks no fee of its own."""
    at = moment(received)
    told = watched.ask("cancel", at, channel="paper", received_at=at).answer.decision
    assert (told["fee_outcome"], told["fee"]["total"]) == (outcome, total)
    assert ("suspended" in told["detail"], len(told.get("suspended_fees", []))) == ((True, 1) if total else (False, 0))


def test_a_letter_keyed_in_after_the_watch_counts_by_its_arrival(watched: Any, moment: Moment) -> None:
    """Received on the last day, entered two days later, when the fee had been waived already: due all the same."""
    watched.pass_to(moment("2020-06-01 00:00"))
    assert fee_of(watched).state == "waived"
    late = {"channel": "paper", "received_at": moment("2020-05-31 10:00")}
    watched.ask("cancel", moment("2020-06-02 10:00"), **late, approved=True)
    assert (fee_of(watched).state, watched.now.watch.state) == ("due", "due")
    watched.ask("undo_cancellation", moment("2020-06-03 10:00"))
    assert (fee_of(watched).state, watched.now.watch.state) == ("waived", "waived")


def test_a_cancellation_taken_back_restores_the_watch(watched: Any, moment: Moment) -> None:
    """Withdrawn notices do not count: the watch is as before, agenda and charge included."""
    before = watched.now.model_dump(exclude={"seq"})
    at = moment("2019-12-10 10:00")
    watched.ask("cancel", at, channel="paper", received_at=at)
    watched.ask("undo_cancellation", moment("2019-12-20 10:00"))
    assert watched.now.model_dump(exclude={"seq"}) == before


def test_a_notice_taken_back_after_the_watch_has_ended_leaves_the_fee_waived(watched: Any, moment: Moment) -> None:
    """Notified on 2020-05-28 for 2020-06-30 and withdrawn on 06-10: nobody cancelled inside the watch."""
    at = moment("2020-05-28 10:00")
    watched.ask("cancel", at, channel="paper", received_at=at)
    watched.pass_to(moment("2020-06-05 00:00"))
    assert fee_of(watched).state == "due"
    watched.ask("undo_cancellation", moment("2020-06-10 10:00"))
    assert (watched.now.state, fee_of(watched).state) == ("active", "waived")


def test_a_termination_by_the_company_does_not_break_the_watch(watched: Any, moment: Moment) -> None:
    """Only the contractor's notice counts; the watch goes on after the end and keeps the contract open (W-12.6c)."""
    watched.ask("terminate", moment("2019-01-10 10:00"), effective_on="2019-01-15", reason_code="breach")
    watched.pass_to(moment("2020-01-31 00:00"))
    assert (watched.now.state, watched.now.closed, fee_of(watched).state) == ("ended", False, "watched")
    watched.pass_to(moment("2020-06-01 00:00"))
    assert (fee_of(watched).state, watched.now.closed) == ("waived", True)


def test_death_ends_a_watch_at_once(watched: Any, moment: Moment) -> None:
    """Waived in another way, nothing is left to watch, and a later cancellation does not bring the fee back."""
    watched.ask("waive", moment("2019-05-01 10:00"), case="death", reason_code="evidence_accepted")
    assert (fee_of(watched).state, watched.now.watch.state, watched.now.agenda) == ("waived", "lifted", {})
    at = moment("2019-12-10 10:00")
    watched.ask("cancel", at, channel="paper", received_at=at)
    assert fee_of(watched).state == "waived"


def test_a_waiver_asked_for_after_cancelling_inside_the_watch_comes_too_late(contract: Any, moment: Moment) -> None:
    """Who notified cancellation inside the time he had to stay has no case (W-12.6c)."""
    change(contract, moment("2018-10-10 10:00"))
    at = moment("2019-03-10 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    refused = waive(contract, moment("2019-03-12 10:00")).refused
    assert refused.code == "WAIVER_NOT_ADMISSIBLE"


def test_a_waiver_granted_after_the_watch_is_final_at_once(contract: Any, moment: Moment) -> None:
    """Decided on 2020-07-01 about a change of 2018: the contractor stayed, so the fee is waived for good."""
    change(contract, moment("2018-10-10 10:00"))
    waive(contract, moment("2020-07-01 10:00"))
    assert (fee_of(contract).state, contract.now.watch.state) == ("waived", "waived")


def test_the_suspended_fee_keeps_the_tax_of_the_change(watched: Any, moment: Moment) -> None:
    """Changed in 2018 at 8 %, due in 2019 at 10 %: 4,860 yen (A-37)."""
    at = moment("2019-12-10 10:00")
    watched.ask("cancel", at, channel="paper", received_at=at)
    assert (fee_of(watched).amount, fee_of(watched).total) == (4500, 4860)
    assert fee_of(watched).due_on.isoformat() == "2020-01-31"
