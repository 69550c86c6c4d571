"""Fees on statements: billed when due, taken back, waived, paid, and what keeps a record open (articles 11, 12)."""

from __future__ import annotations

from sqlmodel import Session

from activities.billing.runs import ToTell, left_alone, overdue_page, settled_charges
from models.messages.contract.contract import workflow_id
from models.tables.log import Entity
from tests.activities.statements.book import Book, D

CANCELLED = {"papers_received_on": "2018-05-10", "dispatched_on": "2018-05-17", "then": "end"}


def test_an_initial_cancellation_before_the_first_statement_bills_no_month(book: Book) -> None:
    """W-12.5: start May 12, cancelled May 17: no May fee; the reduced fee of W-12.4 alone is billed."""
    book.active("K1", "2018-05-01", "2018-05-12")
    book.record("K1", "initial_cancellation", "2018-05-18", **CANCELLED)
    book.issue("2018-05")
    assert book.items("K1", "2018-05") == [("termination_fee", None, 3240)]


def test_months_voided_under_an_earlier_release_are_not_billed_either(book: Book) -> None:
    """W-12.5: a row that keeps the months among `facts`, as earlier releases wrote it, voids the same month."""
    book.active("K1", "2018-05-01", "2018-05-12")
    book.record("K1", "initial_cancellation", "2018-05-18", **CANCELLED)
    with Session(book.engine) as session, session.begin():
        entity = session.get_one(Entity, workflow_id("K1"))
        kept = {name: value for name, value in entity.state.items() if name != "voided_months"}
        entity.state = {**kept, "facts": {"voided_months": {"from": None, "through": "2018-05"}}}
    book.issue("2018-05")
    assert book.items("K1", "2018-05") == [("termination_fee", None, 3240)]


def test_an_initial_cancellation_after_the_first_statement_takes_the_month_back(book: Book) -> None:
    """W-12.5: recorded in June, after May was billed, it reverses May on June's statement."""
    book.active("K1", "2018-05-01", "2018-05-12")
    book.issue("2018-05")
    assert book.items("K1", "2018-05") == [("monthly_basic", "2018-05", 1026)]
    told = book.record("K1", "initial_cancellation", "2018-06-10", **CANCELLED).answer
    assert told is not None
    assert told.decision["voided_charges"] == ["K1-2018-05-1"]
    book.issue("2018-06")
    assert book.items("K1", "2018-06") == [("monthly_basic", "2018-05", -1026), ("termination_fee", None, 3240)]


def test_a_fee_is_billed_when_due_and_taken_back_when_its_cancellation_is_corrected(book: Book) -> None:
    """W-12.3c: the fee stands on the statement of the last month; the correction reverses it and bills on."""
    book.active("K1", "2018-05-02", "2018-05-12")
    book.issue("2018-07")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.timer("K1", "2018-09-01T00:00:00+09:00")
    book.issue("2018-08")
    assert book.items("K1", "2018-08") == [("monthly_basic", "2018-08", 1026), ("termination_fee", None, 4860)]
    book.record("K1", "correct", "2018-09-20", voids=4, reason_code="entry_error")
    book.issue("2018-09")
    assert book.items("K1", "2018-09") == [("termination_fee", None, -4860), ("monthly_basic", "2018-09", 1026)]


def test_a_fee_whose_waiver_is_asked_for_is_on_no_statement(book: Book) -> None:
    """A-36: while the request is pending the fee is not billed; refused, it goes onto the next statement."""
    book.active("K1", "2018-05-02", "2018-05-12")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.timer("K1", "2018-09-01T00:00:00+09:00")
    _ask_for_waiver(book, "pending")
    book.issue("2018-08")
    assert {code for code, _, _ in book.items("K1", "2018-08")} == {"monthly_basic"}
    _ask_for_waiver(book, "rejected")
    book.issue("2018-09")
    assert book.items("K1", "2018-09") == [("termination_fee", None, 4860)]


def test_dunning_rests_while_a_waiver_is_asked_for(book: Book) -> None:
    """A-36: a billed fee whose waiver is asked for afterwards is left alone; answered, its statement is overdue."""
    book.active("K1", "2018-05-02", "2018-05-12")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.timer("K1", "2018-09-01T00:00:00+09:00")
    book.issue("2018-08")
    _ask_for_waiver(book, "pending")
    assert book.run(lambda session, after: overdue_page(session, D("2018-10-01"), after)) == {"overdue": 0}
    with Session(book.engine) as session:
        assert left_alone(session, D("2018-10-01")) == 1
    _ask_for_waiver(book, "rejected")
    assert book.run(lambda session, after: overdue_page(session, D("2018-10-01"), after)) == {"overdue": 1}


def _ask_for_waiver(book: Book, state: str) -> None:
    """The request as the contract's state holds it; the log has moved."""
    with Session(book.engine) as session, session.begin():
        entity = session.get_one(Entity, workflow_id("K1"))
        entity.state = {**entity.state, "waiver_requests": {"W1": {"case": "death", "state": state}}}
        entity.seq += 1


def test_a_fee_is_paid_with_its_statement(book: Book) -> None:
    """W-11.3: the statement's payment pays the charge; until then the run knows it has to tell the contract nothing."""
    book.active("K1", "2018-05-02", "2018-05-12")
    book.issue("2018-07")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.timer("K1", "2018-09-01T00:00:00+09:00")
    book.issue("2018-08")
    with Session(book.engine) as session:
        assert settled_charges(session) == []
    book.pay("K1-2018-08", "2018-09-20", 5886)
    with Session(book.engine) as session:
        assert settled_charges(session) == [ToTell("K1-2018-08", "K1", 1)]
    paid = book.record("K1", "charge_paid", "2018-09-20", statement_id="K1-2018-08")
    assert [charge["state"] for charge in paid.state["charges"].values()] == ["paid"]
    with Session(book.engine) as session:
        assert settled_charges(session) == []


def test_the_last_payment_closes_a_contract_that_waited_for_it(book: Book) -> None:
    """W-11.3: past the time for corrections the record stays open for its debt, and closes with the payment."""
    book.active("K1", "2018-05-02", "2018-05-12")
    book.issue("2018-07")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.timer("K1", "2018-09-01T00:00:00+09:00")
    book.issue("2018-08")
    kept = book.timer("K1", "2019-09-01T00:00:00+09:00")
    assert not kept.state["closed"]
    book.pay("K1-2018-08", "2019-09-20", 5886)
    first = book.record("K1", "charge_paid", "2019-09-20", statement_id="K1-2018-08")
    assert not first.state["closed"], "July's statement is still owed"
    book.pay("K1-2018-07", "2019-09-21", 3078)
    last = book.record("K1", "charge_paid", "2019-09-21", statement_id="K1-2018-07")
    assert last.state["closed"]


def test_an_unpaid_month_keeps_an_ended_contract_open(book: Book) -> None:
    """W-11.3: without any fee the last month alone is a debt; paid, the record closes, on its day or after it."""
    for number in (1, 2):
        book.active(f"K{number}", "2018-06-02", "2018-06-12")
        book.record(f"K{number}", "cancel", "2018-06-20", channel="online", received_at="2018-06-20T09:00:00+09:00")
        book.timer(f"K{number}", "2018-07-01T00:00:00+09:00")
    book.issue("2018-06")
    book.pay("K2-2018-06", "2018-07-20", 1026)
    assert not book.timer("K1", "2019-07-01T00:00:00+09:00").state["closed"]
    assert book.timer("K2", "2019-07-01T00:00:00+09:00").state["closed"]
    book.pay("K1-2018-06", "2019-07-20", 1026)
    assert book.record("K1", "charge_paid", "2019-07-20", statement_id="K1-2018-06").state["closed"]
