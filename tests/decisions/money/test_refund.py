"""Money that goes back at the end of a life (W-11.3, W-23.3, X-05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


@pytest.fixture
def owed_back(contract: Any, moment: Moment) -> Any:
    """Ended on 2019-07-31; what was paid for August came back with a statement: 1,080 yen."""
    at = moment("2019-07-20 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2019-08-01 00:00"))
    contract.ask("waive", moment("2019-08-02 10:00"), case="death", reason_code="evidence_accepted")
    contract.facts["credit"] = 1080
    contract.ask("credit_left", moment("2019-09-05 10:00"), statement_id="K1-2019-08")
    return contract


def test_a_credit_waits_for_an_operator_and_keeps_the_record_open(owed_back: Any, moment: Moment) -> None:
    """Nothing closes while the contractor is owed money; only paying it out settles the task."""
    assert list(owed_back.now.tasks) == ["REFUND_DUE"]
    settled = owed_back.ask("settle_task", moment("2019-09-06 10:00"), why="REFUND_DUE", reason_code="other").refused
    assert settled.code == "DECIDED_ELSEWHERE"
    owed_back.pass_to(moment("2020-12-31 00:00"))
    assert (owed_back.now.closed, owed_back.now.past_correction) == (False, True)
    paid = {"amount": 1080, "paid_on": "2020-12-30", "reason_code": "other"}
    owed_back.ask("record_refund", moment("2020-12-31 10:00"), **paid)
    assert (owed_back.now.closed, owed_back.now.tasks) == (True, {})


@pytest.mark.parametrize(
    ("amount", "paid_on", "code"),
    [(1081, "2019-09-10", "REFUND_TOO_HIGH"), (1080, "2019-09-11", "IN_THE_FUTURE"), (1080, "2019-09-10", None)],
)
def test_a_refund_is_what_is_owed_and_was_paid_out(
    owed_back: Any, moment: Moment, amount: int, paid_on: str, code: str | None
) -> None:
    """Not a yen more, and not before it was paid."""
    refused = owed_back.ask("record_refund", moment("2019-09-10 10:00"), amount=amount, paid_on=paid_on).refused
    assert (refused.code if refused else None) == code
    assert list(owed_back.now.tasks) == (["REFUND_DUE"] if code else [])


def test_a_part_leaves_the_task(owed_back: Any, moment: Moment) -> None:
    """500 of 1,080 yen: 580 are still owed."""
    told = owed_back.ask("record_refund", moment("2019-09-10 10:00"), amount=500, paid_on="2019-09-10").answer.decision
    assert (told["outcome"], told["owed_back"]) == ("partly_refunded", 580)
    assert list(owed_back.now.tasks) == ["REFUND_DUE"]


def test_a_payment_that_never_was_makes_its_charges_due_again(contract: Any, moment: Moment) -> None:
    """Keyed in for the wrong contract: the fee it had settled is owed again; twice is refused."""
    at = moment("2019-07-20 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2019-08-01 00:00"))
    (fee,) = contract.now.charges
    about = {"contract_id": "K1", "charges": (fee,)}
    contract.facts["statement"] = {**about, "due_on": "2019-09-30", "settled_on": "2019-09-10", "combined": False}
    contract.ask("charge_paid", moment("2019-09-10 10:00"), statement_id="K1-2019-08")
    assert contract.now.charges[fee].state == "paid"
    row = {**about, "statement_id": "K1-2019-08", "kind": "payment", "amount": 4860, "reversed": False}
    contract.facts["payment"] = row
    contract.ask("reverse_payment", moment("2019-09-12 10:00"), payment_id="P1", reason_code="entry_error")
    assert contract.now.charges[fee].state == "due"
    contract.facts["payment"] = {**row, "reversed": True}
    again = contract.ask("reverse_payment", moment("2019-09-13 10:00"), payment_id="P1", reason_code="entry_error")
    assert again.refused.code == "ALREADY_REVERSED"


def test_money_that_moved_is_reversed_and_not_corrected(owed_back: Any, moment: Moment) -> None:
    """The entry of a refund stays; `reverse_payment` takes it back, and the refund is due again."""
    owed_back.ask("record_refund", moment("2019-09-10 10:00"), amount=1080, paid_on="2019-09-10")
    seq = next(entry.seq for entry in owed_back.log if entry.event == "record_refund")
    refused = owed_back.ask("correct", moment("2019-09-11 10:00"), voids=seq, reason_code="entry_error").refused
    assert refused.code == "REVERSE_IT"
    row = {"contract_id": "K1", "charges": (), "statement_id": "K1-2019-08", "kind": "refund", "amount": 1080}
    row |= {"uncovered": (), "credit": 1080}
    owed_back.facts["payment"] = {**row, "reversed": False}
    owed_back.ask("reverse_payment", moment("2019-09-12 10:00"), payment_id="refund/op-5", reason_code="entry_error")
    assert list(owed_back.now.tasks) == ["REFUND_DUE"]


def test_a_waiver_after_payment_gives_the_fee_back(contract: Any, moment: Moment) -> None:
    """The fee was paid, then the death is proved: it is waived, and the next statement gives it back (W-12.6a)."""
    at = moment("2019-07-20 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2019-08-01 00:00"))
    (fee,) = contract.now.charges
    about = {"contract_id": "K1", "charges": (fee,), "due_on": "2019-09-30", "settled_on": "2019-09-10"}
    contract.facts["statement"] = {**about, "combined": False}
    contract.ask("charge_paid", moment("2019-09-10 10:00"), statement_id="K1-2019-08")
    contract.ask("waive", moment("2019-10-02 10:00"), case="death", reason_code="evidence_accepted")
    assert contract.now.charges[fee].state == "waived"
    assert not contract.now.closed


@pytest.mark.parametrize("refunded", [True, False])
def test_with_the_end_taken_out_nothing_of_its_credit_is_left_to_do(
    owed_back: Any, moment: Moment, refunded: bool
) -> None:
    """Paid out, or used by the statements to come: a corrected cancellation asks no operator about it (X-05)."""
    if refunded:
        paid = {"amount": 1080, "paid_on": "2019-09-10", "reason_code": "other"}
        owed_back.ask("record_refund", moment("2019-09-10 10:00"), **paid)
        owed_back.facts["credit"] = 0
    seq = next(entry.seq for entry in owed_back.log if entry.event == "cancel")
    owed_back.ask("correct", moment("2019-09-11 10:00"), voids=seq, reason_code="entry_error", approved=True)
    assert (owed_back.now.state, owed_back.now.tasks) == ("active", {})
