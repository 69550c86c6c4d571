"""What NTT tells of the line's brand, discounts and tax status (W-06.2a, W-19.3, A-38, A-46, F-26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


def notify(life: Any, at: datetime, kind: str, details: dict[str, Any]) -> str:
    """Take a notice of that day; gives what became of it."""
    told = {"notice_id": f"N-{at.isoformat()}", "kind": kind, "effective_on": at.date().isoformat()}
    outcome: str = life.ask("line_notice", at, **told, details=details).answer.decision["outcome"]
    return outcome


def test_an_exemption_that_begins_later_opens_a_choice_and_its_end_closes_it(contract: Any, moment: Moment) -> None:
    """An embassy's line carries no with フレッツ II while it is exempt (W-06.2a)."""
    assert notify(contract, moment("2019-03-01 10:00"), "tax_status_changed", {"tax_exempt_embassy": True}) == (
        "choice_opened"
    )
    assert contract.now.state == "choosing"
    assert notify(contract, moment("2019-03-05 10:00"), "tax_status_changed", {"tax_exempt_embassy": False}) == (
        "ends_choice"
    )
    assert contract.now.state == "active"


@pytest.mark.parametrize(("by", "tasks"), [("ntt", ["LINE_BRAND_CHANGED"]), ("customer", [])])
def test_a_brand_that_ntt_changes_is_an_operators_to_confirm(
    contract: Any, moment: Moment, by: str, tasks: list[str]
) -> None:
    """The contract runs on; nobody is asked to choose (A-38, F-26)."""
    notify(contract, moment("2019-04-01 10:00"), "brand_changed", {"brand": "PREMIUM", "by": by})
    assert (contract.now.state, contract.now.line.brand, list(contract.now.tasks)) == ("active", "PREMIUM", tasks)


_ASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "LINE_TYPE_CHANGED": ("service_type_changed", {"service_type": "MANSION", "by": "ntt"}),
    "LINE_UNUSABLE": ("unusable", {"attributable": False}),
    "LINE_HOLDER_CHANGED": ("name_changed", {}),
}


@pytest.mark.parametrize("why", _ASKS)
@pytest.mark.parametrize("left", ["ended", "COLLABO"])
def test_what_is_asked_about_the_line_goes_with_the_contract_that_needs_it(
    contract: Any, moment: Any, why: str, left: str
) -> None:
    """Ended, or on a course that depends on no line, nothing is left for an operator to do."""
    kind, details = _ASKS[why]
    at = moment("2019-03-05 10:00")
    contract.ask("line_notice", at, notice_id="N1", kind=kind, effective_on="2019-03-04", details=details)
    assert list(contract.now.tasks) == [why]
    if left == "ended":
        contract.ask("terminate", moment("2019-03-06 10:00"), effective_on="2019-03-31", reason_code="breach")
        contract.ask("waive", moment("2019-03-06 11:00"), case="death", reason_code="evidence_accepted")
    else:
        asked = {"to_course": "COLLABO", "channel": "online", "received_at": moment("2019-03-06 10:00")}
        contract.ask("request_course_change", moment("2019-03-06 10:00"), **asked)
    assert list(contract.now.tasks) == [why]
    contract.pass_to(moment("2019-04-01 00:00"))
    assert contract.now.tasks == {}


def test_an_unusable_line_matters_while_a_fee_of_the_end_is_open(contract: Any, moment: Any) -> None:
    """The waiver of paragraph 6 is about that fee: the task stays while it is due (W-12.6c)."""
    told = {"kind": "unusable", "effective_on": "2019-03-04", "details": {"attributable": False}}
    contract.ask("line_notice", moment("2019-03-05 10:00"), notice_id="N1", **told)
    contract.ask("terminate", moment("2019-03-06 10:00"), effective_on="2019-03-31", reason_code="breach")
    contract.pass_to(moment("2019-04-01 00:00"))
    assert list(contract.now.tasks) == ["LINE_UNUSABLE"]


def test_a_line_that_moved_is_of_the_other_area(contract: Any, moment: Any) -> None:
    """Tested from then on as a line of NTT West: my ビリング excludes it there (W-06.2c, W-13.1b)."""
    moved = {"kind": "moved_operator", "effective_on": "2019-03-04", "details": {"operator": "WEST"}}
    contract.ask("line_notice", moment("2019-03-05 10:00"), notice_id="N1", **moved)
    assert contract.now.line.carrier_area == "WEST"
    billed = {"kind": "excluded", "effective_on": "2019-03-06", "details": {"billing": ["MY_BILLING"], "discounts": []}}
    contract.ask("line_notice", moment("2019-03-07 10:00"), notice_id="N2", **billed)
    assert contract.now.state == "choosing"


@pytest.mark.parametrize(("effective_on", "asks"), [("2019-03-31", True), ("2019-04-01", False)])
def test_an_unusable_line_told_after_the_end_is_looked_at_while_the_fee_is_open(
    contract: Any, moment: Any, effective_on: str, *, asks: bool
) -> None:
    """Unusable by the last day, the waiver of paragraph 6 may be asked for; a day later it may not (W-12.6c)."""
    contract.ask("terminate", moment("2019-03-06 10:00"), effective_on="2019-03-31", reason_code="breach")
    contract.pass_to(moment("2019-04-01 00:00"))
    told = {"kind": "unusable", "effective_on": effective_on, "details": {"attributable": False}}
    contract.ask("line_notice", moment("2019-04-03 10:00"), notice_id="N1", **told)
    assert list(contract.now.tasks) == (["LINE_UNUSABLE"] if asks else [])


@pytest.mark.parametrize("attributable", [True, False])
@pytest.mark.parametrize(("effective_on", "of_us"), [("2019-03-09", True), ("2019-03-10", False)])
@pytest.mark.parametrize("to_course", ["OTHER", "COLLABO"])
def test_an_unusable_line_told_after_a_change_is_looked_at_as_if_told_before(
    contract: Any, moment: Any, to_course: str, effective_on: str, *, of_us: bool, attributable: bool
) -> None:
    """Unusable by the last day on our course, an operator looks while the fee of the change is open (W-12.6c)."""
    asked = {"to_course": to_course, "channel": "online", "received_at": moment("2019-03-06 10:00")}
    contract.ask("request_course_change", moment("2019-03-06 10:00"), change_on="2019-03-10", **asked)
    contract.pass_to(moment("2019-03-10 00:00"))
    assert contract.now.course == to_course
    waits = list(contract.now.tasks)
    assert waits == (["FEE_DECISION"] if to_course == "OTHER" else [])
    told = {"kind": "unusable", "effective_on": effective_on, "details": {"attributable": attributable}}
    asked_for = contract.ask("line_notice", moment("2019-03-12 10:00"), notice_id="N1", **told).answer.decision
    asks = of_us and not attributable and to_course == "OTHER"
    assert asked_for["outcome"] == ("needs_operator" if asks else "nothing")
    assert list(contract.now.tasks) == [*waits, *(["LINE_UNUSABLE"] if asks else [])]
    if to_course == "OTHER":
        waived = contract.ask("waive", moment("2019-03-13 10:00"), case="line_unusable", reason_code="line_problem")
        assert (waived.refused is None) is not (of_us and attributable), "a loss of the contractor's own admits none"
        assert "LINE_UNUSABLE" not in contract.now.tasks


def test_an_unusable_line_told_after_the_waiver_asks_for_nothing_more(contract: Any, moment: Any) -> None:
    """The fee is suspended already on the operator's evidence: the late notice is kept and no task is raised."""
    asked = {"to_course": "OTHER", "channel": "online", "received_at": moment("2019-03-06 10:00")}
    contract.ask("request_course_change", moment("2019-03-06 10:00"), change_on="2019-03-10", **asked)
    contract.pass_to(moment("2019-03-10 00:00"))
    contract.ask("waive", moment("2019-03-11 10:00"), case="line_unusable", reason_code="line_problem")
    told = {"kind": "unusable", "effective_on": "2019-03-04", "details": {"attributable": False}}
    contract.ask("line_notice", moment("2019-03-12 10:00"), notice_id="N1", **told)
    assert contract.now.tasks == {}


def test_the_task_about_an_unusable_line_goes_with_the_waiver_after_the_end_too(contract: Any, moment: Any) -> None:
    """The fee of a change outlived the contract; once it is suspended nothing is left to look at (W-12.6c)."""
    asked = {"to_course": "OTHER", "channel": "online", "received_at": moment("2019-03-06 10:00")}
    contract.ask("request_course_change", moment("2019-03-06 10:00"), change_on="2019-03-10", **asked)
    contract.ask("terminate", moment("2019-03-20 10:00"), effective_on="2019-03-31", reason_code="breach")
    contract.pass_to(moment("2019-04-01 00:00"))
    told = {"kind": "unusable", "effective_on": "2019-03-04", "details": {"attributable": False}}
    contract.ask("line_notice", moment("2019-04-03 10:00"), notice_id="N1", **told)
    assert contract.now.state == "ended"
    assert "LINE_UNUSABLE" in contract.now.tasks
    outcome = contract.ask("waive", moment("2019-04-05 10:00"), case="line_unusable", reason_code="line_problem")
    assert outcome.refused is None, outcome.refused
    assert "LINE_UNUSABLE" not in contract.now.tasks


@pytest.mark.parametrize(("effective_on", "granted"), [("2019-03-09", True), ("2019-03-10", False)])
def test_an_end_that_ntt_notified_after_a_change_admits_the_waiver(
    contract: Any, moment: Any, effective_on: str, *, granted: bool
) -> None:
    """The line ended by a change of name while the contract rested on it: the fee of the change may be waived."""
    asked = {"to_course": "OTHER", "channel": "online", "received_at": moment("2019-03-06 10:00")}
    contract.ask("request_course_change", moment("2019-03-06 10:00"), change_on="2019-03-10", **asked)
    contract.pass_to(moment("2019-03-10 00:00"))
    told = {"kind": "end_notified", "effective_on": effective_on, "details": {"reason": "name_change"}}
    contract.ask("line_notice", moment("2019-03-12 10:00"), notice_id="N1", **told)
    assert (contract.now.state, contract.now.choice) == ("active", None)
    outcome = contract.ask("waive", moment("2019-03-13 10:00"), case="line_name_change", reason_code="other")
    assert (outcome.refused is None) is granted


@pytest.mark.parametrize(("effective_on", "granted"), [("2019-03-31", True), ("2019-04-01", False)])
def test_an_end_that_ntt_notified_after_the_contracts_end_admits_the_waiver(
    contract: Any, moment: Any, effective_on: str, *, granted: bool
) -> None:
    """The line ended by a change of name while the contract lasted: the fee may be waived (W-12.6b)."""
    arrived = moment("2019-03-06 10:00")
    contract.ask("cancel", arrived, channel="online", received_at=arrived.isoformat())
    contract.pass_to(moment("2019-04-01 00:00"))
    told = {"kind": "end_notified", "effective_on": effective_on, "details": {"reason": "name_change"}}
    contract.ask("line_notice", moment("2019-04-03 10:00"), notice_id="N1", **told)
    assert contract.now.state == "ended"
    outcome = contract.ask("waive", moment("2019-04-05 10:00"), case="line_name_change", reason_code="other")
    assert (outcome.refused is None) is granted
