"""Cancellation as recorded: dates, fee, end, undo, as-of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


@pytest.mark.parametrize(
    ("channel", "received", "end_on", "article"),
    [
        ("paper", "2019-04-25 23:59", "2019-04-30", "W-10.2"),
        ("paper", "2019-04-26 00:00", "2019-05-31", "W-10.3"),
        ("online", "2019-04-25 23:59", "2019-04-30", "W-10.4"),
        ("online", "2019-04-26 00:00", "2019-05-31", "W-10.5"),
        ("paper", "2019-12-26 09:00", "2020-01-31", "W-10.3"),
    ],
)
def test_the_25th_is_the_last_day_for_the_same_month_end(
    contract: Any, moment: Moment, channel: str, received: str, end_on: str, article: str
) -> None:
    """A notice received on the 25th ends the contract that month, one of the 26th the next."""
    at = moment(received)
    outcome = contract.ask("cancel", at, channel=channel, received_at=at)
    assert outcome.answer.decision["effective_on"] == end_on
    assert article in outcome.answer.decision["articles"]
    assert contract.now.state == "ending"
    assert contract.now.agenda["end"].on.isoformat() == end_on


@pytest.mark.parametrize(
    ("received", "amount", "total"), [("2020-04-25 10:00", 4500, 4950), ("2020-04-26 10:00", 0, 0)]
)
def test_a_contract_that_ends_on_the_last_day_of_its_term_owes_nothing(
    contract: Any, moment: Moment, received: str, amount: int, total: int
) -> None:
    """Ending on 2020-04-30 breaks the term to 2020-05-31; ending on 2020-05-31 completes it (A-34)."""
    at = moment(received)
    contract.ask("cancel", at, channel="paper", received_at=at)
    contract.pass_to(moment("2020-06-02 00:00"))
    charges = list(contract.now.charges.values())
    assert [(each.amount, each.total, each.state) for each in charges] == ([(amount, total, "due")] if amount else [])


def test_the_planned_fee_becomes_due_on_the_end_with_the_tax_of_that_day(contract: Any, moment: Moment) -> None:
    """4,500 yen are planned by the notice and due, with 10 % tax, when the contract has ended on 2019-10-31."""
    at = moment("2019-09-26 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    (planned,) = contract.now.charges.values()
    assert (planned.state, planned.total) == ("planned", 4950)
    contract.pass_to(moment("2019-11-01 00:00"))
    (due,) = contract.now.charges.values()
    assert (due.state, due.amount, due.tax, due.total) == ("due", 4500, 450, 4950)
    assert due.charge_id == planned.charge_id


def test_on_its_last_day_a_contract_is_in_force_and_from_the_next_it_is_ended(contract: Any, moment: Moment) -> None:
    """As of 2019-04-30 it is ending, as of 2019-05-01 ended, whether or not the timer has fired."""
    at = moment("2019-04-25 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    assert contract.projected(moment("2019-04-30 23:59")).state == "ending"
    assert contract.projected(moment("2019-05-01 00:00")).state == "ended"
    before = (contract.on("2019-04-24").state, contract.on("2019-04-30").state, contract.on("2019-05-01").state)
    contract.pass_to(moment("2019-07-01 00:00"))
    after = (contract.on("2019-04-24").state, contract.on("2019-04-30").state, contract.on("2019-05-01").state)
    assert before == after == ("active", "ending", "ended")


def test_before_the_application_there_is_nothing(contract: Any) -> None:
    """As of the day before the application the contract does not exist."""
    assert contract.on("2018-05-19") is None
    assert contract.on("2018-05-20").state == "accepted"


def test_an_undone_cancellation_leaves_everything_as_it_was(contract: Any, moment: Moment) -> None:
    """State, agenda, charges, tasks and facts before the notice and after its undo are equal."""
    before = {key: value for key, value in contract.state.items() if key != "seq"}
    at = moment("2019-04-25 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    outcome = contract.ask("undo_cancellation", moment("2019-04-30 23:59"))
    assert outcome.answer.state == "active"
    assert {key: value for key, value in contract.state.items() if key != "seq"} == before


def test_an_undo_after_the_month_end_is_refused_though_no_timer_has_fired(contract: Any, moment: Moment) -> None:
    """The due end is carried out first, so the undo finds an ended contract."""
    at = moment("2019-04-25 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    outcome = contract.ask("undo_cancellation", moment("2019-05-01 00:00"))
    assert (outcome.refused.status, outcome.refused.state) == (409, "ended")
    assert contract.now.state == "ended"


def test_a_letter_keyed_in_late_ends_the_contract_retroactively(contract: Any, moment: Moment) -> None:
    """A letter that arrived on 2019-04-25 and is keyed in on 2019-05-10 ends the contract on 2019-04-30."""
    outcome = contract.ask(
        "cancel", moment("2019-05-10 09:00"), channel="paper", received_at="2019-04-25T10:00:00+09:00"
    )
    assert outcome.answer.decision["retroactive"] is True
    assert outcome.answer.state == "ended"
    assert contract.now.end_on == date(2019, 4, 30)
    assert contract.on("2019-05-01").state == "ended"


def test_a_notice_of_tomorrow_is_refused(contract: Any, moment: Moment) -> None:
    """Evidence cannot be dated later than the business now."""
    outcome = contract.ask(
        "cancel", moment("2019-04-25 10:00"), channel="paper", received_at="2019-04-25T10:00:01+09:00"
    )
    assert (outcome.refused.status, outcome.refused.code) == (422, "IN_THE_FUTURE")


def test_a_contract_stays_open_for_corrections_and_closes_when_nothing_is_owed(contract: Any, moment: Moment) -> None:
    """After twelve months a contract without debts is closed; one that owes its fee is kept open (W-11.3)."""
    at = moment("2019-04-25 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    contract.pass_to(moment("2020-05-01 00:00"))
    assert contract.now.closed is False
    assert contract.log[-1].decision["outcome"] == "kept_open"


def test_a_corrected_cancellation_takes_its_end_and_fee_with_it(contract: Any, moment: Moment) -> None:
    """Voiding the notice voids the end it caused; the log keeps both and the charge is gone."""
    at = moment("2019-04-25 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    contract.pass_to(moment("2019-05-01 00:00"))
    seq = next(entry.seq for entry in contract.log if entry.event == "cancel")
    outcome = contract.ask("correct", moment("2019-05-03 09:00"), voids=seq, reason_code="entry_error")
    assert outcome.answer.state == "active"
    assert contract.now.charges == {}
    assert contract.on("2019-05-02").state == "active"
    voided = {number for entry in contract.log for number in entry.voids}
    assert {entry.event for entry in contract.log if entry.seq in voided} == {"cancel", "end"}


def test_what_rests_on_a_corrected_entry_becomes_a_task(contract: Any, moment: Moment) -> None:
    """Without its service start the contract is accepted only, and the cancellation keyed in waits for an operator."""
    at = moment("2019-04-25 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    seq = next(entry.seq for entry in contract.log if entry.event == "start_service")
    outcome = contract.ask("correct", moment("2019-04-26 09:00"), voids=seq, reason_code="entry_error")
    assert outcome.answer.decision["outcome"] == "corrected"
    assert (contract.now.state, list(contract.now.agenda)) == ("accepted", [])
    assert list(contract.now.tasks) == ["GROUND_GONE"]
    assert [each["was"]["event"] for each in outcome.answer.decision["revises"]] == ["start_service", "cancel"]
