"""Waivers of article 12 paragraph 6: asked for, granted before and after the end, refused where no case is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Moment = Callable[[str], Any]


def cancelled(life: Any, at: Any) -> Any:
    """A cancellation inside the term: a fee of 4,500 yen is planned."""
    life.ask("cancel", at, channel="paper", received_at=at)
    return life


def only_charge(life: Any) -> Any:
    """The one charge there is."""
    (charge,) = life.now.charges.values()
    return charge


@pytest.mark.parametrize("granted", ["2019-04-10 10:00", "2019-05-10 10:00"])
def test_death_waives_before_and_after_the_end(contract: Any, moment: Moment, granted: str) -> None:
    """Planned or due, the fee becomes nothing to pay, and stays so past the end on 2019-04-30 (W-12.6a)."""
    cancelled(contract, moment("2019-04-05 10:00"))
    outcome = contract.ask("waive", moment(granted), case="death", reason_code="evidence_accepted")
    assert outcome.answer.decision["outcome"] == "waived"
    assert {"W-12.6a", "W-12.6", "W-12.3c", "X-05"} <= set(outcome.answer.decision["articles"])
    assert outcome.answer.decision["fee"]["amount"] == 4500
    assert outcome.outgoing[-1][1].name == "fee_waived"
    contract.pass_to(moment("2019-06-01 00:00"))
    assert (contract.now.state, only_charge(contract).state, only_charge(contract).due_on) == ("ended", "waived", None)


def test_a_waiver_granted_ahead_holds_for_the_end_that_follows(contract: Any, moment: Moment) -> None:
    """The contractor has died, the heirs cancel later: no fee is planned (W-12.6a)."""
    outcome = contract.ask("waive", moment("2019-04-01 10:00"), case="death", reason_code="evidence_accepted")
    assert outcome.answer.decision["charges"] == []
    cancelled(contract, moment("2019-04-05 10:00"))
    contract.pass_to(moment("2019-05-01 00:00"))
    assert contract.now.charges == {}


@pytest.mark.parametrize(("reason", "admissible"), [("name_change", True), ("other", False), (None, False)])
def test_a_change_of_name_waives_only_where_ntt_notified_it(
    contract: Any, moment: Moment, reason: str | None, *, admissible: bool
) -> None:
    """Case 2 rests on NTT's end notice because of a name change, on no other (W-12.6b)."""
    if reason is not None:
        contract.ask(
            "line_notice",
            moment("2019-03-13 10:00"),
            notice_id="N1",
            kind="end_notified",
            effective_on="2019-03-12",
            details={"reason": reason},
        )
    cancelled(contract, moment("2019-04-05 10:00"))
    outcome = contract.ask("waive", moment("2019-04-10 10:00"), case="line_name_change", reason_code="other")
    if admissible:
        assert "W-12.6b" in outcome.answer.decision["articles"]
        assert only_charge(contract).state == "waived"
    else:
        assert (outcome.refused.status, outcome.refused.code) == (422, "WAIVER_NOT_ADMISSIBLE")
        assert only_charge(contract).state == "planned"


def test_an_unusable_line_waives_no_cancellation(contract: Any, moment: Moment) -> None:
    """Case 3 asks for a change to another course (W-12.6c)."""
    cancelled(contract, moment("2019-04-05 10:00"))
    refused = contract.ask("waive", moment("2019-04-10 10:00"), case="line_unusable", reason_code="other").refused
    assert (refused.code, "W-12.6c" in refused.articles) == ("WAIVER_NOT_ADMISSIBLE", True)


@pytest.mark.parametrize("attributable", [True, False])
def test_a_loss_the_contractor_caused_is_no_case(contract: Any, moment: Moment, *, attributable: bool) -> None:
    """NTT's notice says whose fault it was; the operator cannot waive against it (W-12.6c)."""
    contract.ask(
        "line_notice",
        moment("2019-03-13 10:00"),
        notice_id="N1",
        kind="unusable",
        effective_on="2019-03-12",
        details={"attributable": attributable},
    )
    outcome = contract.ask("waive", moment("2019-03-20 10:00"), case="line_unusable", reason_code="other")
    assert (outcome.refused is not None) == attributable


def test_nothing_owed_is_nothing_to_waive(contract: Any, moment: Moment) -> None:
    """A contract that ended after its term has no fee (W-12.6)."""
    cancelled(contract, moment("2020-05-10 10:00"))
    contract.pass_to(moment("2020-06-01 00:00"))
    refused = contract.ask("waive", moment("2020-06-10 10:00"), case="death", reason_code="other").refused
    assert refused.code == "NOTHING_TO_WAIVE"


def test_evidence_waits_for_an_operator(contract: Any, moment: Moment) -> None:
    """A request leaves the fee as it is and asks an operator; the grant settles both (A-36)."""
    cancelled(contract, moment("2019-04-05 10:00"))
    outcome = contract.ask("request_waiver", moment("2019-04-08 10:00"), case="death", note_id="N123")
    assert outcome.answer.decision["outcome"] == "requested"
    assert "WAIVER_REQUESTED" in contract.now.tasks
    (request,) = contract.now.waiver_requests.values()
    assert (request.state, request.note_id, only_charge(contract).state) == ("pending", "N123", "planned")
    contract.ask("waive", moment("2019-04-10 10:00"), case="death", reason_code="evidence_accepted")
    (request,) = contract.now.waiver_requests.values()
    assert (request.state, contract.now.tasks) == ("granted", {})


def test_a_request_not_granted_leaves_the_fee(contract: Any, moment: Moment) -> None:
    """Settled without a grant, the request is rejected and the fee falls due as planned (A-36)."""
    cancelled(contract, moment("2019-04-05 10:00"))
    contract.ask("request_waiver", moment("2019-04-08 10:00"), case="death")
    contract.ask("settle_task", moment("2019-04-10 10:00"), why="WAIVER_REQUESTED", reason_code="evidence_rejected")
    (request,) = contract.now.waiver_requests.values()
    assert request.state == "rejected"
    contract.pass_to(moment("2019-05-01 00:00"))
    assert only_charge(contract).state == "due"


def test_no_fee_is_waived_before_service(new_life: Any, application: Any, moment: Moment) -> None:
    """Before service no fee can arise."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **application)
    for name in ("waive", "request_waiver"):
        assert life.ask(name, moment("2018-05-21 09:00"), case="death").refused.status == 409
