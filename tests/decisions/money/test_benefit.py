"""Benefits: an obligation of their own beside the minimum term."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]


def add(life: Any, at: Any, **changes: Any) -> Any:
    """A benefit of twelve months from 2018-07-10 that costs 10,000."""
    values = {"benefit_id": "CAMPAIGN-1", "minimum_months": 12, "fee": 10000, "from_on": "2018-07-10", **changes}
    return life.ask("add_benefit", at, reason_code="other", **values)


def cancel(life: Any, at: Any) -> Any:
    """A cancellation sent online now."""
    return life.ask("cancel", at, channel="online", received_at=at.isoformat())


def benefit_fees(life: Any) -> list[tuple[str, int]]:
    """State and amount of the fees of benefits."""
    return [(each.state, each.amount) for each in life.now.charges.values() if each.code == "benefit_fee"]


def test_it_has_a_term_of_its_own(contract: Any, moment: Moment) -> None:
    """Twelve months from the month of its first day; the minimum term is untouched (W-12.2p, A-49)."""
    before = contract.now.minimum_term
    told = add(contract, moment("2018-07-10 10:00")).answer.decision
    term = {"start_on": "2018-07-01", "end_on": "2019-06-30", "source": "benefit"}
    assert (told["minimum_term"], told["fee"]["amount"]) == (term, 10000)
    assert contract.now.minimum_term == before
    assert benefit_fees(contract) == []


@pytest.mark.parametrize(("at", "fees"), [("2019-05-20 10:00", [("due", 10000)]), ("2019-06-20 10:00", [])])
def test_its_fee_is_due_when_the_contract_ends_inside(
    contract: Any, moment: Moment, at: str, fees: list[tuple[str, int]]
) -> None:
    """Ended on 2019-05-31 it costs beside the cancellation fee, on 2019-06-30 its term is complete."""
    add(contract, moment("2018-07-10 10:00"))
    cancel(contract, moment(at))
    assert benefit_fees(contract) == [("planned", amount) for _, amount in fees]
    contract.pass_to(moment("2019-07-01 00:00"))
    assert benefit_fees(contract) == fees
    own = [each.state for each in contract.now.charges.values() if each.code == "termination_fee"]
    assert own == ["due"]


def test_undoing_the_cancellation_takes_its_fee_back(contract: Any, moment: Moment) -> None:
    """Planned fees of benefits go with the notice."""
    add(contract, moment("2018-07-10 10:00"))
    before = contract.now.model_dump(exclude={"seq"})
    cancel(contract, moment("2019-05-20 10:00"))
    contract.ask("undo_cancellation", moment("2019-05-21 10:00"))
    assert contract.now.model_dump(exclude={"seq"}) == before


def test_an_initial_cancellation_does_not_reduce_it(contract: Any, moment: Moment) -> None:
    """The 3,000 yen of paragraph 4 do not reach benefit terms (A-30, A-49)."""
    add(contract, moment("2018-06-13 10:00"), from_on="2018-06-12")
    contract.ask(
        "initial_cancellation",
        moment("2018-06-15 10:00"),
        papers_received_on="2018-06-12",
        dispatched_on="2018-06-15",
    )
    charges = {each.code: (each.state, each.amount) for each in contract.now.charges.values()}
    assert charges == {"termination_fee": ("due", 3000), "benefit_fee": ("due", 10000)}


def test_a_change_to_another_course_asks_an_operator(contract: Any, moment: Moment) -> None:
    """Its terms decide what a change costs, so the fee waits; afterwards the benefit is over."""
    add(contract, moment("2018-07-10 10:00"))
    at = moment("2018-12-01 10:00")
    contract.ask("request_course_change", at, to_course="COLLABO", channel="online", received_at=at.isoformat())
    assert benefit_fees(contract) == [("needs_operator", 10000)]
    contract.pass_to(moment("2019-01-01 00:00"))
    (charge,) = contract.now.charges.values()
    contract.ask("decide_fee", moment("2019-01-02 10:00"), charge_id=charge.charge_id, due=True, reason_code="other")
    assert benefit_fees(contract) == [("due", 10000)]
    cancel(contract, moment("2019-01-10 10:00"))
    assert benefit_fees(contract) == [("due", 10000)]


def test_a_waiting_fee_is_decided_while_the_course_moves_with_the_line(contract: Any, moment: Moment) -> None:
    """A move with the line raises no fee, so it does not hold the decision on one that waits (W-09.3, W-12.2p)."""
    add(contract, moment("2018-07-10 10:00"))
    for asked_at, to_course in (("2018-12-01 10:00", "COLLABO"), ("2019-02-01 10:00", "W2_FAMILY")):
        at = moment(asked_at)
        contract.ask("request_course_change", at, to_course=to_course, channel="online", received_at=at.isoformat())
    contract.ask(
        "line_notice",
        moment("2019-03-05 10:00"),
        notice_id="N1",
        kind="service_type_changed",
        effective_on="2019-03-05",
        details={"service_type": "MANSION", "by": "customer"},
    )
    assert contract.now.pending_course_change.cause == "line_type"
    (charge,) = [each for each in contract.now.charges.values() if each.state == "needs_operator"]
    at = moment("2019-03-06 10:00")
    outcome = contract.ask("decide_fee", at, charge_id=charge.charge_id, due=True, reason_code="other")
    assert outcome.answer.decision["outcome"] == "due"
    assert benefit_fees(contract) == [("due", 10000)]


def test_recorded_after_the_application_for_a_change_it_still_waits(contract: Any, moment: Moment) -> None:
    """A benefit that the application could not know asks the operator on the day of the change."""
    at = moment("2018-12-01 10:00")
    contract.ask("request_course_change", at, to_course="COLLABO", channel="online", received_at=at.isoformat())
    add(contract, moment("2018-12-02 10:00"))
    assert benefit_fees(contract) == []
    contract.pass_to(moment("2019-01-01 00:00"))
    assert benefit_fees(contract) == [("needs_operator", 10000)]
    assert "FEE_DECISION" in contract.now.tasks


def test_recorded_while_ending_its_fee_is_due_at_the_end(contract: Any, moment: Moment) -> None:
    """An end that is notified already breaks the benefit's term too; taken back, it breaks nothing."""
    cancel(contract, moment("2018-12-10 10:00"))
    add(contract, moment("2018-12-11 10:00"))
    contract.ask("undo_cancellation", moment("2018-12-12 10:00"))
    assert contract.now.charges == {}
    cancel(contract, moment("2018-12-13 10:00"))
    contract.pass_to(moment("2019-01-01 00:00"))
    assert benefit_fees(contract) == [("due", 10000)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_on": "2018-06-11"}, "BEFORE_SERVICE_START"),
        ({"from_on": "2018-06-12"}, None),
    ],
)
def test_it_counts_from_the_service_start_at_the_earliest(
    contract: Any, moment: Moment, changes: dict[str, str], code: str | None
) -> None:
    """A benefit cannot begin before the service."""
    outcome = add(contract, moment("2018-07-10 10:00"), **changes)
    assert (outcome.refused.code if outcome.refused else None) == code


def test_the_same_benefit_is_recorded_once(contract: Any, moment: Moment) -> None:
    """A second record of one benefit would be a second obligation."""
    add(contract, moment("2018-07-10 10:00"))
    assert add(contract, moment("2018-07-11 10:00")).refused.code == "BENEFIT_EXISTS"
    assert contract.now.benefits["CAMPAIGN-1"].end_on == date(2019, 6, 30)
