"""Which courses a contract could be moved to now: what its read lists is what the commands grant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from decisions.contract.course import choosable
from decisions.contract.domain import CONTRACT
from decisions.contract.facts import LineKnown
from models.messages.contract.contract import ContractState
from rules.courses.course_catalogue import catalogue

Moment = Callable[[str], Any]


def to(life: Any, moment: Moment, course: str | None) -> None:
    """On another course since September."""
    if course is not None:
        at = moment("2018-08-10 10:00")
        life.ask("request_course_change", at, to_course=course, channel="paper", received_at=at)
        life.pass_to(moment("2018-09-02 00:00"))


@pytest.mark.parametrize("course", [None, "COLLABO", "DOCOMO", "OTHER"])
def test_what_is_listed_is_granted_and_nothing_else_is(contract: Any, moment: Moment, course: str | None) -> None:
    """Of each course of the catalogue, asked of the engine itself; on a line that fits there is nothing to switch."""
    to(contract, moment, course)
    at = moment("2018-10-01 10:00")
    state = ContractState.model_validate(contract.state)
    listed = choosable.courses(state, CONTRACT.allowed(state), at, LineKnown(line_taken=False, from_on=None))
    assert listed["switch_course"] == []
    kept, log = contract.state, list(contract.log)
    granted = []
    for code in catalogue().courses:
        contract.state, contract.log = kept, list(log)
        asked = contract.ask("request_course_change", at, to_course=code, channel="paper", received_at=at)
        if asked.refused is None:
            granted.append(code)
    assert listed["request_course_change"] == granted
    assert granted


def test_a_line_of_another_type_leads_to_the_course_that_fits(contract: Any, moment: Moment) -> None:
    """NTT changed the type by itself: one course is left, the one that an operator may switch to (W-04.2)."""
    contract.ask("line_notice", moment("2018-08-10 10:00"), notice_id="N1", kind="service_type_changed",
                 effective_on="2018-08-31", details={"service_type": "MANSION", "by": "ntt"})  # fmt: skip
    state = ContractState.model_validate(contract.state)
    at = moment("2018-10-01 10:00")
    listed = choosable.courses(state, CONTRACT.allowed(state), at, LineKnown(line_taken=False, from_on=None))
    assert listed["switch_course"] == ["W2_MANSION"]


def test_nothing_is_listed_for_what_the_state_does_not_allow(contract: Any, moment: Moment) -> None:
    """A contract that ends is moved nowhere."""
    at = moment("2018-08-10 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    state = ContractState.model_validate(contract.state)
    assert choosable.courses(state, CONTRACT.allowed(state), at, LineKnown(line_taken=False, from_on=None)) == {}
