"""Twelve months after its end a record closes, unless something still has to be paid, billed or answered (X-05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from decisions import revise
from decisions.contract.ending import closing

Moment = Callable[[str], datetime]

OTHER = {"reason_code": "other"}


@pytest.fixture
def ended(contract: Any, moment: Moment) -> Any:
    """Ended on 2018-08-31 with its fee of 4,860 yen waived; a dispute that is ours is open."""
    contract.ask("inquire", moment("2018-07-01 10:00"), topic="LINE_DISPUTE", attributable=True)
    at = moment("2018-08-10 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2018-09-01 00:00"))
    contract.ask("waive", moment("2018-09-02 10:00"), case="death", reason_code="evidence_accepted")
    assert list(contract.now.tasks) == ["LINE_DISPUTE_OURS"]
    return contract


def test_who_is_asked_keeps_the_record_open_until_the_answer(ended: Any, moment: Moment) -> None:
    """The dispute stays on the list beyond the twelve months, nothing is correctable then, and its answer closes."""
    ended.pass_to(moment("2020-01-01 00:00"))
    told = ended.log[-1].decision
    assert (told["outcome"], told["asked"]) == ("kept_open", ["LINE_DISPUTE_OURS"])
    assert (ended.now.closed, ended.now.past_correction, list(ended.now.tasks)) == (False, True, ["LINE_DISPUTE_OURS"])
    late = ended.ask("correct", moment("2020-01-02 10:00"), voids=2, reason_code="entry_error").refused
    assert late.code == "TOO_LATE_TO_CORRECT"
    ended.ask("settle_task", moment("2020-01-02 11:00"), why="LINE_DISPUTE_OURS", **OTHER)
    assert (ended.now.closed, ended.log[-1].event, ended.log[-1].decision["outcome"]) == (True, "close", "closed")
    again = ended.ask("settle_task", moment("2020-01-02 12:00"), why="LINE_DISPUTE_OURS", **OTHER).refused
    assert again.code == "CLOSED"


def test_what_an_earlier_release_closed_is_decided_as_it_was(
    ended: Any, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decided again from its log, a record that was closed without asking whom it still asks is no difference."""
    with monkeypatch.context() as earlier:
        earlier.setattr(closing, "_kept", lambda *asked: asked[1].credit() or None)
        ended.pass_to(moment("2020-01-01 00:00"))
    assert (ended.now.closed, ended.log[-1].known) == (True, {"credit": 0})
    assert list(revise.differences(ended.domain, ended.log, ended.standing)) == []


def test_an_answer_before_the_day_leaves_the_day(ended: Any, moment: Moment) -> None:
    """Answered in time, the record closes on its day as ever."""
    ended.ask("settle_task", moment("2019-08-31 11:00"), why="LINE_DISPUTE_OURS", **OTHER)
    assert not ended.now.closed
    ended.pass_to(moment("2019-09-01 00:00"))
    assert ended.now.closed


def test_the_last_of_answer_and_payment_closes(ended: Any, moment: Moment) -> None:
    """With a statement unpaid besides, the answer alone does not close it."""
    ended.facts["owed_statements"] = ["K1-2018-08"]
    ended.pass_to(moment("2020-01-01 00:00"))
    ended.ask("settle_task", moment("2020-01-02 11:00"), why="LINE_DISPUTE_OURS", **OTHER)
    assert (ended.now.closed, ended.log[-1].event) == (False, "settle_task")


@pytest.mark.parametrize("accept", [True, False])
def test_what_waits_for_an_approval_is_answered_first(contract: Any, moment: Moment, *, accept: bool) -> None:
    """A termination that is against the contractor waits; its refusal closes the record, its approval ends it anew."""
    at = moment("2018-08-10 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2018-09-01 00:00"))
    contract.ask("waive", moment("2018-09-02 10:00"), case="death", reason_code="evidence_accepted")
    contract.ask("terminate", moment("2018-09-03 10:00"), effective_on="2018-08-20", reason_code="breach")
    assert list(contract.now.tasks) == ["REVISION_APPROVAL"]
    contract.pass_to(moment("2020-01-01 00:00"))
    assert (contract.now.closed, list(contract.now.tasks)) == (False, ["REVISION_APPROVAL"])
    (held,) = contract.now.awaiting
    answered = contract.ask("decide_revision", moment("2020-01-02 10:00"), held_id=held, accept=accept, **OTHER)
    assert answered.refused is None
    assert contract.now.tasks == {}
    assert contract.now.closed is not accept
    assert [item.on.isoformat() for item in contract.now.agenda.values()] == (["2021-01-02"] if accept else [])


def test_what_the_next_statement_holds_is_waited_for(ended: Any, moment: Moment) -> None:
    """A record that a statement still has to bill or give back something of is looked at again a month later."""
    ended.ask("settle_task", moment("2018-09-03 11:00"), why="LINE_DISPUTE_OURS", **OTHER)
    ended.facts["unbilled"] = True
    ended.pass_to(moment("2019-09-01 00:00"))
    assert (ended.now.closed, ended.now.past_correction) == (False, True)
    assert ended.now.agenda["close"].on.isoformat() == "2019-09-30"
    ended.facts["unbilled"] = False
    ended.pass_to(moment("2019-10-01 00:00"))
    assert (ended.now.closed, ended.now.agenda) == (True, {})


def test_a_paid_fee_that_is_waived_late_is_given_back_before_the_record_closes(contract: Any, moment: Moment) -> None:
    """The waiver is the last answer, and the next statement gives the money back: the record waits for that one."""
    at = moment("2018-08-10 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2018-09-01 00:00"))
    (charge,) = contract.now.charges
    contract.facts["statement"] = {
        "contract_id": "K1",
        "due_on": "2018-10-31",
        "settled_on": "2018-10-20",
        "combined": False,
        "charges": [charge],
    }
    contract.ask("charge_paid", moment("2018-10-20 10:00"), statement_id="K1-2018-09")
    contract.ask("request_waiver", moment("2019-08-20 10:00"), case="death", reason_code="other")
    contract.pass_to(moment("2019-09-01 00:00"))
    assert (contract.now.closed, list(contract.now.tasks)) == (False, ["WAIVER_REQUESTED"])
    contract.ask("waive", moment("2019-09-02 10:00"), case="death", reason_code="evidence_accepted")
    assert (contract.now.closed, contract.now.charges[charge].state) == (False, "waived")
    contract.facts["credit"] = 4860
    contract.ask("credit_left", moment("2019-09-05 10:00"), statement_id="K1-2019-09")
    contract.ask("record_refund", moment("2019-09-06 10:00"), amount=4860, paid_on="2019-09-06")
    assert (contract.now.closed, contract.now.agenda) == (True, {})


def test_an_end_that_becomes_known_years_later_can_be_corrected(contract: Any, moment: Moment) -> None:
    """A letter with the wrong year ends the contract long ago; the mistake is put right the same day (A-57)."""
    wrong = contract.ask(
        "cancel",
        moment("2021-08-31 10:00"),
        channel="online",
        received_at=moment("2019-08-20 10:00"),
        approved=True,
    )
    assert (wrong.answer.state, contract.now.past_correction, contract.now.closed) == ("ended", False, False)
    assert contract.now.agenda["close"].on.isoformat() == "2022-08-31"
    seq = next(entry.seq for entry in contract.log if entry.event == "cancel")
    contract.ask("correct", moment("2021-08-31 11:00"), voids=seq, reason_code="entry_error", approved=True)
    assert (contract.now.state, contract.now.agenda) == ("active", {})


def test_it_closes_after_its_time(contract: Any, moment: Moment) -> None:
    """Twelve months after it became known nothing of it can be corrected any more."""
    at = moment("2019-08-20 10:00")
    contract.ask("cancel", moment("2021-08-31 10:00"), channel="online", received_at=at, approved=True)
    contract.ask("waive", moment("2021-09-01 10:00"), case="death", reason_code="evidence_accepted")
    contract.pass_to(moment("2022-09-01 00:00"))
    assert contract.now.closed
