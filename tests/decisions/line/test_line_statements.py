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


def test_the_same_charges_keyed_in_twice_are_billed_once(agency: Any, moment: Moment) -> None:
    """W-24.1: whoever keys in the paper that a colleague has keyed in, or NTT has told, hears which entry it is."""
    flets, phone = {"code": "FLETS", "amount": 5200}, {"code": "TELEPHONE", "amount": 1700}
    agency.ask("take_line_charges", moment("2018-07-02 10:00"), month="2018-06", items=[flets, phone])
    again = agency.ask("take_line_charges", moment("2018-07-03 10:00"), month="2018-06", items=[phone, flets])
    assert (again.refused.code, again.refused.values) == ("LINE_CHARGES_TAKEN", {"month": "2018-06", "seq": 2})
    for month, items in (("2018-05", [flets, phone]), ("2018-06", [phone])):
        asked = agency.ask("take_line_charges", moment("2018-07-04 10:00"), month=month, items=items)
        assert asked.refused is None
    assert told(agency, moment("2018-07-05 10:00"), "S1", ("FLETS", 4000)) == "taken"
    late = agency.ask(
        "take_line_charges", moment("2018-07-06 10:00"), month="2018-06", items=[{"code": "FLETS", "amount": 4000}]
    )
    assert late.refused.code == "LINE_CHARGES_TAKEN"
    agency.ask("correct", moment("2018-07-07 10:00"), voids=2, reason_code="entry_error")
    keyed = agency.ask("take_line_charges", moment("2018-07-07 11:00"), month="2018-06", items=[flets, phone])
    assert keyed.refused is None


def keyed(life: Any, at: datetime, *items: tuple[str, int]) -> str | None:
    """Charges of June 2018 keyed in; gives the code of a refusal."""
    charges = [{"code": code, "amount": amount} for code, amount in items]
    refused = life.ask("take_line_charges", at, month="2018-06", items=charges).refused
    return refused.code if refused else None


def test_a_line_that_ntt_bills_itself_makes_no_other_charges_of_them(agency: Any, moment: Moment) -> None:
    """W-24.1, W-24.2a: keyed in with the telephone and told by NTT without it, they count once, in any order."""
    assert keyed(agency, moment("2018-07-02 10:00"), ("FLETS", 5000), ("TELEPHONE", 900)) is None
    assert told(agency, moment("2018-07-03 10:00"), "S1", ("FLETS", 5000)) == "nothing"
    assert told(agency, moment("2018-07-04 10:00"), "S2", ("FLETS", 4000)) == "taken"
    assert keyed(agency, moment("2018-07-05 10:00"), ("TELEPHONE", 900), ("FLETS", 4000)) == "LINE_CHARGES_TAKEN"
    assert agency.now.tasks == {}


@pytest.mark.parametrize("first", ["keyed", "told"])
@pytest.mark.parametrize("gone", ["keyed", "told", "replaced", "settled"])
def test_what_was_keyed_in_and_told_with_other_sums_is_compared_by_a_person(
    agency: Any, moment: Moment, first: str, gone: str
) -> None:
    """W-24.1: both count and a task asks, in both orders, until one is corrected away or replaced, or it is settled."""
    entries = {}
    for day, how in enumerate([first, "told" if first == "keyed" else "keyed"], 2):
        at = moment(f"2018-07-0{day} 10:00")
        entries[how] = agency.now.seq + 1
        if how == "keyed":
            assert keyed(agency, at, ("FLETS", 5200)) is None
        else:
            assert told(agency, at, "S1", ("FLETS", 5300)) == "taken"
    assert list(agency.now.tasks) == ["LINE_CHARGES_DIFFER"]
    if gone == "replaced":
        assert told(agency, moment("2018-07-05 10:00"), "S2", ("FLETS", 5200)) == "nothing"
    elif gone == "settled":
        agency.ask("settle_task", moment("2018-07-05 10:00"), why="LINE_CHARGES_DIFFER", reason_code="other")
    else:
        agency.ask("correct", moment("2018-07-05 10:00"), voids=entries[gone], reason_code="entry_error")
    assert agency.now.tasks == {}


def test_two_lists_of_which_nothing_is_billed_ask_nobody(agency: Any, moment: Moment) -> None:
    """W-24.2a: NTT bills the telephone itself, so there is nothing to compare."""
    assert keyed(agency, moment("2018-07-02 10:00"), ("TELEPHONE", 900)) is None
    assert told(agency, moment("2018-07-03 10:00"), "S1", ("FLETS", 5300)) == "taken"
    assert agency.now.tasks == {}
