"""NTT's statements of line charges (W-24.1, W-25.1f)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


@pytest.fixture
def agency(new_life: Callable[[], Any], moment: Moment) -> Any:
    """A with フレッツ contract with payment on behalf."""
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
    return life


def told(life: Any, at: datetime, notice_id: str, *items: tuple[str, int]) -> str:
    """NTT's statement of June 2018; gives what became of it."""
    details = {"month": "2018-06", "items": [{"code": code, "amount": amount} for code, amount in items]}
    command = {"notice_id": notice_id, "kind": "line_statement", "effective_on": "2018-06-30", "details": details}
    outcome: str = life.ask("line_notice", at, **command).answer.decision["outcome"]
    return outcome


def test_the_same_statement_told_twice_counts_once(agency: Any, moment: Moment) -> None:
    """Another notice id, the same content in another order."""
    assert told(agency, moment("2018-07-02 10:00"), "S1", ("FLETS", 5200), ("TELEPHONE", 1700)) == "taken"
    assert told(agency, moment("2018-07-03 10:00"), "S2", ("TELEPHONE", 1700), ("FLETS", 5200)) == "nothing"
    assert agency.now.line_statements["2018-06"].replaced == []


def test_a_correction_replaces_the_statement(agency: Any, moment: Moment) -> None:
    """Another amount for the month: it stands in place of the first; taken back, the first counts again."""
    told(agency, moment("2018-07-02 10:00"), "S1", ("FLETS", 5200))
    first = agency.now.line_statements["2018-06"].seq
    assert told(agency, moment("2018-07-03 10:00"), "S2", ("FLETS", 5100)) == "taken"
    assert agency.now.line_statements["2018-06"].replaced == [first]
    agency.ask("correct", moment("2018-07-04 10:00"), voids=agency.now.line_statements["2018-06"].seq)
    assert (agency.now.line_statements["2018-06"].seq, agency.now.line_statements["2018-06"].replaced) == (first, [])
