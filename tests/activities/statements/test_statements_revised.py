"""Statements of lives that are decided again: what was billed, given back and counts after all (W-24.1, W-12.3c)."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import Session

from activities.billing.runs import (
    ToTell,
    billed_again,
    credits_left,
    issue_page,
    next_contract,
    overdue_page,
    settled_charges,
    unpaid_combined,
)
from activities.defects import note_of_run
from activities.runs import FIRST, sparing
from api.contracts.billing_view import with_due_days
from api.contracts.view import charges
from models.messages.contract.contract import ContractState, workflow_id
from models.messages.entity import Recorded, RecordRequest
from models.tables.log import Entity
from rules.calendar import Month, start_of
from rules.charges.billing import statement_dates
from store.billing.statements import credit
from tests.activities.refusing import refused
from tests.activities.statements.book import Book, D

LETTER = {"channel": "paper", "received_at": "2022-06-15T10:00:00+09:00"}


def ntt_says(book: Book, at: str, amount: int, month: str = "2022-06") -> Recorded:
    """NTT's statement of a month, whole."""
    details = {"month": month, "items": [{"code": "FLETS", "amount": amount}]}
    told = {"notice_id": f"{at}/{amount}", "kind": "line_statement", "effective_on": at, "details": details}
    return book.record("K1", "line_notice", at, **told)


def passed_through(book: Book) -> list[int]:
    """Yen of NTT's charges on all statements, in the order of billing."""
    with Session(book.engine) as session:
        found = session.execute(
            text("""select i.total from statement_item i join statement s using (statement_id)
            where i.code = 'line_pass_through' order by s.month, split_part(i.item_id, '-', 4)::int""")
        )
        return list(found.scalars())


def owed_to_ntt(book: Book) -> int:
    """Yen of the ledger of what is owed to NTT."""
    with Session(book.engine) as session:
        return int(session.execute(text("select sum(amount) from ntt_payable")).scalar_one())


def seq_of(recorded: Recorded) -> int:
    """The number of the last entry."""
    return int(recorded.state["seq"])


def test_a_line_charge_that_counts_again_is_billed_again_and_holds_nobody_up(book: Book) -> None:
    """W-24.1: 5,000 billed, corrected to 4,000, and 5,000 after all; W-10.7: others are billed as ever."""
    book.imported("K1", "2022-06-12")
    book.imported("K2", "2022-06-12")
    ntt_says(book, "2022-06-20", 5000)
    book.issue("2022-06")
    wrong = ntt_says(book, "2022-07-07", 4000)
    book.issue("2022-07")
    book.record("K1", "correct", "2022-08-07", voids=seq_of(wrong), reason_code="entry_error")
    book.issue("2022-08")
    assert passed_through(book) == [5000, -5000, 4000, -4000, 5000]
    assert [book.statement("K2", month) is not None for month in ("2022-06", "2022-07", "2022-08")] == [True] * 3
    assert owed_to_ntt(book) == 5000
    book.issue("2022-09")
    assert sum(passed_through(book)) == 5000


def test_a_statement_of_ntt_is_billed_once_though_a_late_letter_has_it_decided_again(book: Book) -> None:
    """W-24.1: told 5,000, a letter keyed in late, then corrected to 4,000: 4,000 are billed and owed."""
    book.imported("K1", "2022-06-12")
    ntt_says(book, "2022-06-20", 5000)
    book.record("K1", "cancel", "2022-06-22", **LETTER)
    book.issue("2022-06")
    ntt_says(book, "2022-07-07", 4000)
    book.issue("2022-07")
    assert sum(passed_through(book)) == 4000
    assert owed_to_ntt(book) == 4000


def test_of_two_statements_before_a_late_letter_the_last_counts(book: Book) -> None:
    """W-24.1: both are decided again by the letter; the first stays replaced, and comes back with the second's undo."""
    book.imported("K1", "2022-06-12")
    ntt_says(book, "2022-06-20", 5000)
    ntt_says(book, "2022-06-21", 4000)
    book.record("K1", "cancel", "2022-06-22", **LETTER)
    book.issue("2022-06")
    assert passed_through(book) == [4000]
    with Session(book.engine) as session:
        newest = session.execute(text("select max(seq) from transition where event = 'line_statement'")).scalar_one()
    book.record("K1", "correct", "2022-06-23", voids=newest, reason_code="entry_error")
    book.issue("2022-07")
    assert sum(passed_through(book)) == owed_to_ntt(book) == 5000


def test_a_contract_that_cannot_be_billed_costs_itself_alone(book: Book) -> None:
    """Its row holds no date where one belongs: the others of its page are billed and dunned; it has a task, once."""
    for number in (1, 2, 3):
        book.imported(f"K{number}", "2020-07-01")
    book.issue("2020-07")
    with Session(book.engine) as session, session.begin():
        spoilt = session.get_one(Entity, workflow_id("K2"))
        spoilt.state = {**spoilt.state, "service_start_on": "sometime"}
        kept = {**spoilt.state, "service_start_on": "2009-04-01"}
    failed: list[tuple[str, Exception]] = []
    at = start_of(statement_dates(Month.parse("2020-08")).issued_on)

    def note(contract_id: str, error: Exception) -> None:
        failed.append((contract_id, error))

    work = sparing(
        lambda session, after, size: issue_page(session, Month.parse("2020-08"), at, after, size),
        2,
        next_contract,
        note,
    )
    assert book.run(work)["failed"] == 1
    assert [book.statement(f"K{number}", "2020-08") is not None for number in (1, 2, 3)] == [True, False, True]
    overdue = book.run(lambda session, after: overdue_page(session, D("2020-09-01"), after, failed=note))
    assert overdue == {"overdue": 2}
    assert {contract_id for contract_id, _ in failed} == {"K2"}
    with Session(book.engine) as session, session.begin():
        session.get_one(Entity, workflow_id("K2")).state = kept
    for _ in range(2):
        note_of_run(book.recorder, workflow_id("K2"), "issue_statements", "issue_statements/2020-08", failed[0][1])
    with Session(book.engine) as session:
        assert list(session.get_one(Entity, workflow_id("K2")).state["tasks"]) == ["DEFECT"]
    book.issue("2020-09")
    assert [month for _, month, _ in book.items("K2", "2020-09")] == ["2020-08", "2020-09"], "nothing is left out"


def test_a_statement_that_cannot_be_marked_overdue_costs_itself_alone(book: Book) -> None:
    """W-24.3: the others of its page are marked, and its contract is an operator's."""
    for number in (1, 2, 3):
        book.imported(f"K{number}", "2020-07-01", agency=False)
    book.issue("2020-07")
    failed: list[str] = []
    with refused(book.engine, "statement", "contract_id", "K2", on="update"):
        counts = book.run(
            lambda session, after: overdue_page(
                session, D("2020-09-01"), after, failed=lambda contract_id, _: failed.append(contract_id)
            )
        )
    assert (counts, failed) == ({"overdue": 2}, ["K2"])
    states = {number: book.statement(f"K{number}", "2020-07") for number in (1, 2, 3)}
    assert [state and state.state for state in states.values()] == ["overdue", "issued", "overdue"]


def cancelled_and_paid(book: Book) -> str:
    """A contract that ended inside its term on August 31, its last statement of 5,886 yen paid: the fee's id."""
    book.active("K1", "2018-05-02", "2018-05-12")
    book.issue("2018-07")
    book.pay("K1-2018-07", "2018-08-20", 3078)
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    ended = book.timer("K1", "2018-09-01T00:00:00+09:00")
    book.issue("2018-08")
    book.pay("K1-2018-08", "2018-09-20", 5886)
    book.record("K1", "charge_paid", "2018-09-20", statement_id="K1-2018-08")
    return str(next(iter(ended.state["charges"])))


def reads(book: Book, on: str) -> list[tuple[str, str | None]]:
    """State and day of each charge as the contract's charges are read on a day."""
    with Session(book.engine) as session:
        state = ContractState.model_validate(session.get_one(Entity, workflow_id("K1")).state)
        found = with_due_days(session, "K1", charges(session, state, voided=False), D(on))
    return [(each["state"], each["due_on"]) for each in found]


def waived_by_mistake(book: Book, fee: str, *, paid_out: bool) -> None:
    """The fee is waived after it was paid, given back by September's statement, and the waiver corrected."""
    waived = book.record("K1", "waive", "2018-09-25", case="death", charge_id=fee, evidence="x", reason_code="other")
    book.issue("2018-09")
    assert book.items("K1", "2018-09") == [("termination_fee", None, -4860)]
    with Session(book.engine) as session:
        assert credits_left(session) == [ToTell("K1-2018-09", "K1", 1)]
    book.record("K1", "credit_left", "2018-10-05", statement_id="K1-2018-09")
    if paid_out:
        book.record("K1", "record_refund", "2018-10-06", amount=4860, paid_on="2018-10-06", reason_code="other")
    assert reads(book, "2018-10-09") == [("waived", None)], "it stands on no statement"
    book.record("K1", "correct", "2018-10-10", voids=seq_of(waived), reason_code="entry_error", approved=True)
    assert reads(book, "2018-10-10") == [("due", "2018-11-30")], "with the statement that is to bill it again"
    book.issue("2018-10")
    assert book.items("K1", "2018-10") == [("termination_fee", None, 4860)]
    with Session(book.engine) as session:
        assert billed_again(session, Month.parse("2018-10")) == [ToTell("K1-2018-10", "K1", 1)]


def test_what_the_next_statement_uses_is_not_paid_out(book: Book) -> None:
    """W-11.3: the waiver was a mistake, so the fee is asked for again; until then its credit is no refund."""
    fee = cancelled_and_paid(book)
    waived = book.record("K1", "waive", "2018-09-25", case="death", charge_id=fee, evidence="x", reason_code="other")
    book.issue("2018-09")
    book.record("K1", "credit_left", "2018-10-05", statement_id="K1-2018-09")
    book.record("K1", "correct", "2018-10-10", voids=seq_of(waived), reason_code="entry_error", approved=True)
    told = {"op": "refund", "at": "2018-10-11T09:00:00+09:00", "actor": "test", "amount": 4860, "paid_on": "2018-10-11"}
    request = RecordRequest(kind="contract", entity_id=workflow_id("K1"), seq=0, name="record_refund", command=told)
    refused = book.recorder.record(request).refused
    assert refused is not None
    assert refused.code == "NOTHING_TO_REFUND"
    with Session(book.engine) as session:
        assert credit(session, "K1") == 4860
    book.issue("2018-10")
    with Session(book.engine) as session:
        assert credit(session, "K1") == 0


def test_a_fee_given_back_and_owed_after_all_is_set_off_against_what_was_not_paid_out(book: Book) -> None:
    """W-12.3c, W-12.6: billed again, paid by the credit of its own reversal; nothing is left to refund."""
    fee = cancelled_and_paid(book)
    waived_by_mistake(book, fee, paid_out=False)
    owed = book.record("K1", "charge_owed", "2018-11-05", statement_id="K1-2018-10", op="owed/K1-2018-10")
    assert owed.state["charges"][fee]["state"] == "due"
    with Session(book.engine) as session:
        assert settled_charges(session) == [ToTell("K1-2018-10", "K1", 1)]
    paid = book.record("K1", "charge_paid", "2018-11-05", statement_id="K1-2018-10")
    assert paid.state["charges"][fee]["state"] == "paid"
    assert "REFUND_DUE" not in paid.state["tasks"]
    with Session(book.engine) as session:
        assert (credits_left(session), billed_again(session, Month.parse("2018-10"))) == ([], [])


def test_a_fee_paid_out_to_the_contractor_and_owed_after_all_is_due_again(book: Book) -> None:
    """W-12.3c: the refund was made, so the fee waits for the payment of the new statement."""
    fee = cancelled_and_paid(book)
    waived_by_mistake(book, fee, paid_out=True)
    owed = book.record("K1", "charge_owed", "2018-11-05", statement_id="K1-2018-10").state["charges"][fee]
    assert (owed["state"], owed["due_on"]) == ("due", "2018-11-30")
    book.issue("2018-11")
    assert book.statement("K1", "2018-11") is None, "billed once"
    assert not book.timer("K1", "2019-09-01T00:00:00+09:00").state["closed"]
    book.pay("K1-2018-10", "2019-09-10", 4860)
    paid = book.record("K1", "charge_paid", "2019-09-10", statement_id="K1-2018-10").state
    assert (paid["charges"][fee]["state"], paid["closed"]) == ("paid", True)


def test_a_payment_that_never_was_withdraws_payment_on_behalf_again(book: Book) -> None:
    """W-24.3: withdrawn, voided by a payment said to be in time, and that payment reversed: withdrawn once more."""
    book.imported("K1", "2020-07-01")
    book.issue("2020-07")
    assert unpaid(book) == [ToTell("K1-2020-07", "K1", 1, D("2020-09-01"))]
    once = {"statement_id": "K1-2020-07", "op": "withdraw/K1-2020-07", "decided_on": "2020-09-01"}
    withdrawn = book.record("K1", "withdraw_payment_agency", "2020-09-01", **once)
    assert withdrawn.state["payment_agency"]["state"] == "off_unpaid"
    payment = book.pay("K1-2020-07", "2020-08-30", 1100)
    restored = book.record("K1", "charge_paid", "2020-09-02", statement_id="K1-2020-07")
    assert restored.state["payment_agency"]["state"] == "on"
    assert unpaid(book) == []
    book.record("K1", "reverse_payment", "2020-09-10", payment_id=payment, reason_code="entry_error")
    assert unpaid(book) == [ToTell("K1-2020-07", "K1", 2, D("2020-09-01"))]
    again = {**once, "op": "withdraw/K1-2020-07/2"}
    agency = book.record("K1", "withdraw_payment_agency", "2020-10-01", **again).state["payment_agency"]
    assert (agency["state"], agency["since"]) == ("off_unpaid", "2020-09-01")
    assert unpaid(book) == []


def test_a_payment_keyed_in_again_with_its_right_day_voids_the_withdrawal(book: Book) -> None:
    """Said to have been paid on September 2, taken back, paid on August 30 in truth: in time (W-24.3)."""
    book.imported("K1", "2020-07-01")
    book.issue("2020-07")
    once = {"statement_id": "K1-2020-07", "op": "withdraw/K1-2020-07", "decided_on": "2020-09-01"}
    book.record("K1", "withdraw_payment_agency", "2020-09-01", **once)
    wrong = book.pay("K1-2020-07", "2020-09-02", 1100)
    late = book.record("K1", "charge_paid", "2020-09-02", statement_id="K1-2020-07")
    assert late.state["payment_agency"]["state"] == "off_unpaid"
    book.record("K1", "reverse_payment", "2020-09-03", payment_id=wrong, reason_code="entry_error")
    book.pay("K1-2020-07", "2020-08-30", 1100)
    again = book.record("K1", "charge_paid", "2020-09-03", statement_id="K1-2020-07", op="again")
    assert again.state["payment_agency"]["state"] == "on"


@pytest.mark.parametrize("last_day", ["2020-08-31", "2020-09-01", "2020-09-20"])
def test_a_payment_that_never_was_withdraws_also_where_payment_on_behalf_has_ended_since(
    book: Book, last_day: str
) -> None:
    """It was in force on the day after the due date, unless it ended before: NTT bills from the end on (W-24.3)."""
    book.imported("K1", "2020-07-01")
    book.issue("2020-07")
    payment = book.pay("K1-2020-07", "2020-08-30", 1100)
    said = {"effective_on": last_day, "reason_code": "other", "approved": True}
    agency = book.record("K1", "terminate", "2020-09-25", **said).state["payment_agency"]
    assert unpaid(book) == []
    book.record("K1", "reverse_payment", "2020-09-28", payment_id=payment, reason_code="entry_error")
    expected = [] if last_day == "2020-08-31" else [ToTell("K1-2020-07", "K1", 1, D("2020-09-01"))]
    assert unpaid(book) == expected
    for each in expected:
        told = {"statement_id": each.statement_id, "decided_on": each.decided_on, "op": "withdraw/K1-2020-07"}
        agency = book.record("K1", "withdraw_payment_agency", "2020-10-01", **told).state["payment_agency"]
    since = {"state": "off_unpaid" if expected else "off_ended", "since": "2020-09-01"}
    assert agency == since
    assert unpaid(book) == []


def unpaid(book: Book) -> list[ToTell]:
    """What the run on October 1 would withdraw payment on behalf for."""
    with Session(book.engine) as session:
        return list(unpaid_combined(session, D("2020-10-01"), FIRST)[0])
