"""A reading that the owner changes reaches the decisions, not the rule alone: one life, decided both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from decisions.program.billing import BILLING
from models.messages.program import ISSUE_STATEMENTS, ProgramState

Moment = Callable[[str], datetime]
SetTerm = Callable[..., None]
D = date.fromisoformat


@pytest.mark.parametrize(("reading", "ends"), [("arrival", "2019-05-31"), ("postmark", "2019-04-30")])
def test_a_letter_by_its_arrival_or_its_postmark(
    contract: Any, moment: Moment, set_term: SetTerm, reading: str, ends: str
) -> None:
    """Posted on the 25th, arrived on the 27th (A-26)."""
    set_term("cancellation.paper_counts_from", reading)
    at = moment("2019-04-27 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at, posted_on="2019-04-25")
    assert contract.now.end_on == D(ends)


@pytest.mark.parametrize(("reading", "begins"), [("month_after_change", "2019-04-01"), ("change_month", "2019-03-01")])
def test_a_term_carried_out_of_the_book(
    contract: Any, moment: Moment, set_term: SetTerm, reading: str, begins: str
) -> None:
    """To WAKWAK 光コラボ on 2019-03-10: the end stays, the first month hangs on the reading (A-48)."""
    set_term("minimum_term.carried_counts_from", reading)
    at = moment("2019-02-10 10:00")
    asked = {"to_course": "COLLABO", "channel": "online", "received_at": at, "change_on": "2019-03-10"}
    contract.ask("request_course_change", at, **asked)
    contract.pass_to(moment("2019-03-10 00:00"))
    term = contract.now.minimum_term
    assert (term.start_on, term.end_on) == (D(begins), D("2020-05-31"))


@pytest.mark.parametrize(("reading", "ends"), [("unchanged", "2020-05-31"), ("begins_anew", "2021-02-28")])
def test_a_move_with_the_line_and_the_term(
    contract: Any, moment: Moment, set_term: SetTerm, reading: str, ends: str
) -> None:
    """On 2019-03-01 the course follows the line: the term stays, or 24 months begin (A-41)."""
    set_term("minimum_term.after_move", reading)
    details = {"service_type": "MANSION", "by": "customer"}
    said = {"kind": "service_type_changed", "notice_id": "N1", "effective_on": "2019-02-10", "details": details}
    contract.ask("line_notice", moment("2019-02-10 10:00"), **said)
    contract.pass_to(moment("2019-03-01 00:00"))
    assert (contract.now.course, contract.now.minimum_term.end_on) == ("W2_MANSION", D(ends))


@pytest.mark.parametrize(("reading", "code"), [("end_of_next_month", None), ("refused", "AFTER_CUTOFF")])
def test_online_after_the_cut_off(
    contract: Any, moment: Moment, set_term: SetTerm, reading: str, code: str | None
) -> None:
    """On the 26th an online notice ends the contract with the next month, or is refused (A-25)."""
    set_term("cancellation.online_after_cutoff", reading)
    at = moment("2019-04-26 09:00")
    refused = contract.ask("cancel", at, channel="online", received_at=at).refused
    assert (refused.code if refused else None) == code


@pytest.mark.parametrize(("effect", "total"), [("replaces_fee", 3240), ("added_to_fee", 8100)])
def test_what_an_initial_cancellation_costs(
    contract: Any, moment: Moment, set_term: SetTerm, effect: str, total: int
) -> None:
    """3,000 yen instead of the 4,500, or beside them (A-30)."""
    set_term("fee.initial_cancellation_effect", effect)
    days = {"papers_received_on": "2018-06-14", "dispatched_on": "2018-06-20"}
    contract.ask("initial_cancellation", moment("2018-06-21 10:00"), **days)
    assert [each.total for each in contract.now.charges.values()] == [total]


@pytest.mark.parametrize(("taxed", "total"), [(True, 4860), (False, 4500)])
def test_a_fee_with_and_without_tax(contract: Any, moment: Moment, set_term: SetTerm, taxed: bool, total: int) -> None:
    """The fee of article 12 as a supply, or as none (A-37)."""
    set_term("fee.taxed", taxed)
    at = moment("2019-04-20 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    assert [each.total for each in contract.now.charges.values()] == [total]


@pytest.mark.parametrize(("outcome", "state"), [("choice", "choosing"), ("operator", "active")])
def test_an_exclusion_that_arises_later(
    contract: Any, moment: Moment, set_term: SetTerm, outcome: str, state: str
) -> None:
    """A line that no longer fits opens a choice, or is an operator's (A-46)."""
    if outcome == "operator":
        set_term("line_notice.later_exclusion", outcome)
    said = {"kind": "tax_status_changed", "notice_id": "N1", "effective_on": "2019-02-10"}
    contract.ask("line_notice", moment("2019-02-11 10:00"), details={"tax_exempt_embassy": True}, **said)
    assert (contract.now.state, bool(contract.now.tasks)) == (state, outcome == "operator")


@pytest.fixture
def unpaid(new_life: Callable[[], Any], moment: Moment) -> Any:
    """A with フレッツ contract whose statement, due 2018-07-31, was not paid in time."""
    life = new_life()
    values = {"course": "W1_FAMILY", "applied_on": "2009-04-01", "service_start_on": "2009-04-20"}
    life.ask(
        "import", moment("2018-05-01 09:00"), contract_id="K1", payment_agency=True, line={"operator": "EAST"}, **values
    )
    life.facts["statement"] = {
        "contract_id": "K1", "charges": (), "due_on": "2018-07-31", "combined": True, "settled_on": None,
    }  # fmt: skip
    return life


@pytest.mark.parametrize(("restored", "state"), [(False, "off_unpaid"), (True, "on")])
def test_payment_on_behalf_after_a_late_payment(
    unpaid: Any, moment: Moment, set_term: SetTerm, restored: bool, state: str
) -> None:
    """Paid on 08-10 nothing comes back by itself, or it is on again from 09-01 and NTT is told (A-43)."""
    set_term("payment_agency.restored_by_payment", restored)
    unpaid.ask("withdraw_payment_agency", moment("2018-08-01 00:00"), statement_id="K1-2018-06")
    unpaid.facts["statement"] = {**unpaid.facts["statement"], "settled_on": "2018-08-10"}
    sent = unpaid.ask("charge_paid", moment("2018-08-11 10:00"), statement_id="K1-2018-06").outgoing
    agency = unpaid.now.payment_agency
    assert (agency.state, agency.since) == (state, D("2018-09-01" if restored else "2018-08-01"))
    assert ("DIRECT_BILLING_WITHDRAWN" in [each.name for _, each in sent]) is restored


@pytest.mark.parametrize(("days", "checked_on"), [(0, "2018-08-01"), (7, "2018-08-08")])
def test_grace_before_the_withdrawal(
    unpaid: Any, moment: Moment, set_term: SetTerm, days: int, checked_on: str
) -> None:
    """The check comes after the grace, and a payment within it is in time (A-43)."""
    set_term("payment_agency.grace_days", days)
    run = next(each for each in BILLING.runs if each.event == ISSUE_STATEMENTS)
    slots = run.when_done(ProgramState(), "2018-06", {"open": 1})
    assert [slot.on for slot in slots.values()] == [D(checked_on)]
    unpaid.facts["statement"] = {**unpaid.facts["statement"], "settled_on": "2018-08-07"}
    at = moment(f"{checked_on} 00:00")
    refused = unpaid.ask("withdraw_payment_agency", at, statement_id="K1-2018-06").refused
    assert (refused.code if refused else None) == ("PAID_IN_TIME" if days else None)
