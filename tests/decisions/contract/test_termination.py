"""Termination by the company, on its own day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from decisions import revise
from decisions.contract.domain import CONTRACT
from tests.given import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]


def terminate(life: Any, at: Any, on: str, **more: Any) -> Any:
    """A termination with its last day."""
    return life.ask("terminate", at, effective_on=on, reason_code="breach", **more)


def test_it_ends_on_its_own_day_with_the_fee(contract: Any, moment: Moment) -> None:
    """In force to the end of the 15th, over from the 16th, and the fee is due (W-10.7, W-12.3c)."""
    told = terminate(contract, moment("2018-12-01 10:00"), "2018-12-15").answer.decision
    assert (told["effective_on"], told["fee"]["amount"]) == ("2018-12-15", 4500)
    assert {"W-12.3c", "W-10.7", "X-05"} <= set(told["articles"])
    assert (contract.now.state, contract.now.end_reason) == ("ending", "termination")
    contract.pass_to(moment("2018-12-15 23:59"))
    assert contract.now.state == "ending"
    contract.pass_to(moment("2018-12-16 00:00"))
    assert contract.now.state == "ended"
    assert [each.state for each in contract.now.charges.values()] == ["due"]


@pytest.mark.parametrize(("on", "amount"), [("2020-05-30", 4500), ("2020-05-31", 0)])
def test_the_last_day_of_the_term_is_free(contract: Any, moment: Moment, on: str, amount: int) -> None:
    """A contract that ends on the last day has completed its term (A-34)."""
    told = terminate(contract, moment("2020-05-01 10:00"), on).answer.decision
    assert told["fee"]["amount"] == amount


def test_the_contractor_cannot_take_it_back(contract: Any, moment: Moment) -> None:
    """Only a cancellation by the contractor can be undone."""
    terminate(contract, moment("2018-12-01 10:00"), "2018-12-15")
    assert contract.ask("undo_cancellation", moment("2018-12-02 10:00")).refused.status == 409


@pytest.mark.parametrize(("on", "code"), [("2018-12-31", "ENDS_EARLIER"), ("2018-12-30", None)])
def test_it_may_only_bring_an_end_forward(contract: Any, moment: Moment, on: str, code: str | None) -> None:
    """A contract that ends on the 31st anyway can be terminated for the 30th, with one fee."""
    at = moment("2018-12-10 10:00")
    contract.ask("cancel", at, channel="online", received_at=at.isoformat())
    outcome = terminate(contract, moment("2018-12-11 10:00"), on)
    assert (outcome.refused.code if outcome.refused else None) == code
    assert [each.state for each in contract.now.charges.values()] == ["planned"]


@pytest.mark.parametrize(("on", "code"), [("2018-06-11", "BEFORE_SERVICE_START"), ("2018-06-12", None)])
def test_not_before_the_service_start(contract: Any, moment: Moment, on: str, code: str | None) -> None:
    """The first day of service is the earliest last day; a past one ends the contract at once."""
    outcome = terminate(contract, moment("2018-12-01 10:00"), on)
    assert (outcome.refused.code if outcome.refused else None) == code
    assert contract.now.state == ("active" if code else "ended")
    if code is None:
        assert contract.now.end_on == date(2018, 6, 12)


@pytest.mark.parametrize(("on", "happens"), [("2018-12-31", False), ("2019-01-01", True)])
def test_a_change_after_its_day_is_dropped(contract: Any, moment: Moment, on: str, *, happens: bool) -> None:
    """A course change ahead happens only while the contract is in force."""
    at = moment("2018-12-01 10:00")
    contract.ask("request_course_change", at, to_course="DOCOMO", channel="online", received_at=at.isoformat())
    terminate(contract, moment("2018-12-02 10:00"), on)
    assert (contract.now.pending_course_change is not None) is happens


LAST_DAY = "2018-12-15"


def test_keyed_in_late_it_comes_before_a_change_that_has_happened(contract: Any, moment: Moment) -> None:
    """The change of January 1 falls: the contract had ended on December 15, inside its term, with the fee of that."""
    at = moment("2018-12-01 10:00")
    contract.ask("request_course_change", at, to_course="DOCOMO", channel="online", received_at=at.isoformat())
    contract.pass_to(moment("2019-01-10 10:00"))
    assert contract.now.course == "DOCOMO"
    told = terminate(contract, moment("2019-01-10 10:00"), LAST_DAY, approved=True).answer.decision
    assert "course_change" in {each["was"]["event"] for each in told["revises"] if each["was"]}
    assert (contract.now.state, contract.now.course, contract.now.end_on) == ("ended", "W2_FAMILY", date(2018, 12, 15))
    assert [(each.amount, each.state) for each in contract.now.charges.values()] == [(4500, "due")]


def test_keyed_in_late_it_comes_before_an_end_that_was_later(contract: Any, moment: Moment) -> None:
    """A contract that ended on December 31 by its own letter had ended on the 15th; taken back, the letter's end is."""
    at = moment("2018-12-10 10:00")
    contract.ask("cancel", at, channel="online", received_at=at.isoformat())
    contract.pass_to(moment("2019-01-05 10:00"))
    terminate(contract, moment("2019-01-05 10:00"), LAST_DAY, approved=True)
    assert (contract.now.end_on, contract.now.end_reason) == (date(2018, 12, 15), "termination")
    seq = next(each.seq for each in contract.log if each.event == "terminate")
    contract.ask("correct", moment("2019-01-06 10:00"), voids=seq, reason_code="other", approved=True)
    assert (contract.now.end_on, contract.now.end_reason) == (date(2018, 12, 31), "cancellation")
    assert [each.amount for each in contract.now.charges.values()] == [4500]


@pytest.mark.parametrize("late", [False, True])
def test_a_letter_that_arrived_before_it_ends_the_contract_no_later(
    contract: Any, moment: Moment, *, late: bool
) -> None:
    """Letter of December 10, termination of the 15th: it ends on the 15th whichever is keyed in first."""
    arrived = moment("2018-12-10 10:00")
    letter = {"channel": "paper", "received_at": arrived.isoformat(), "approved": True}
    if not late:
        contract.ask("cancel", arrived, **letter)
    terminate(contract, moment("2018-12-20 10:00"), LAST_DAY, approved=True)
    if late:
        contract.ask("cancel", moment("2018-12-21 10:00"), **letter)
    contract.pass_to(moment("2019-01-05 10:00"))
    assert (contract.now.end_on, contract.now.end_reason) == (date(2018, 12, 15), "termination")
    assert not contract.now.tasks


def test_with_flets_ends_without_a_fee_and_with_direct_billing(new_life: Callable[[], Any], moment: Moment) -> None:
    """Chapter 2 has no fee; NTT bills directly from the next day (W-23.4, W-24.4)."""
    life = new_life()
    values = {
        "contract_id": "K1",
        "course": "W1_FAMILY",
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "payment_agency": True,
        "line": {"operator": "EAST"},
    }
    life.ask("import", moment("2018-05-01 09:00"), **values)
    told = terminate(life, moment("2018-05-02 10:00"), "2018-05-15").answer.decision
    assert (told["fee_outcome"], life.now.charges) == ("none", {})
    outcome = life.pass_to(moment("2018-05-16 00:00"))
    assert (life.now.payment_agency.state, life.now.payment_agency.since) == ("off_ended", date(2018, 5, 16))
    assert ("carrier", "DIRECT_BILLING") in {(each.channel, each.name) for _, each in outcome.outgoing}


def test_a_life_that_was_corrected_after_its_end_is_decided_again_as_it_stands(contract: Any, moment: Moment) -> None:
    """The letter keeps the day it told for its fee, though the end that follows again names a later statement's."""
    at = moment("2018-12-05 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at.isoformat(), wanted_month="2019-01")
    terminate(contract, moment("2018-12-10 10:00"), LAST_DAY, approved=True)
    contract.pass_to(moment("2019-02-10 10:00"))
    seq = next(each.seq for each in contract.log if each.event == "terminate")
    contract.ask("correct", moment("2019-02-10 10:00"), voids=seq, reason_code="other", approved=True)
    assert (contract.now.end_on, contract.now.end_reason) == (date(2019, 1, 31), "cancellation")
    assert revise.differences(CONTRACT, contract.log, Standing()) == []
