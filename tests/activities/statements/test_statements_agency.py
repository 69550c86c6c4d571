"""Payment on behalf: line charges, what is owed to NTT, what is overdue, and its end (articles 24, 25)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from activities.billing.runs import ToTell, overdue_page, unpaid_combined
from activities.runs import FIRST
from models.tables.contract.billing import LineCharge, NttPayable
from models.tables.log import Transition
from tests.activities.statements.book import Book, D, moment, total


def test_of_two_statements_of_ntt_for_a_month_the_last_counts(book: Book) -> None:
    """A correction of 5,200 to 5,100 yen before the run: one item of 5,100; told again it is taken once (W-24.1)."""
    book.imported("K1", "2018-06-01")
    for notice_id, amount in (("S1", 5200), ("S2", 5100), ("S3", 5100)):
        details = {"month": "2018-06", "items": [{"code": "FLETS", "amount": amount}]}
        told = {"notice_id": notice_id, "kind": "line_statement", "effective_on": "2018-06-30", "details": details}
        book.record("K1", "line_notice", "2018-07-02", **told)
    book.issue("2018-06")
    assert [each for each in book.items("K1", "2018-06") if each[0] == "line_pass_through"] == [
        ("line_pass_through", "2018-06", 5100)
    ]


def test_line_charges_pass_through_untaxed_and_direct_ones_stay_out(book: Book) -> None:
    """W-24.1, W-24.2a: NTT's 5,200 yen are billed as they are, the telephone charge is not ours at all."""
    book.imported("K1", "2012-05-20")
    items = [{"code": "FLETS", "amount": 5200}, {"code": "TELEPHONE", "amount": 1700}]
    told = book.record("K1", "take_line_charges", "2012-06-02", month="2012-05", items=items)
    assert told.answer is not None
    assert [each["code"] for each in told.answer.decision["direct"]] == ["TELEPHONE"]
    assert "W-24.2a" in told.answer.decision["articles"]
    book.issue("2012-05")
    assert book.items("K1", "2012-05") == [
        ("line_pass_through", "2012-05", 5200),
        ("monthly_basic", "2012-05", 1050),
    ]
    statement = book.statement("K1", "2012-05")
    assert statement is not None
    assert (statement.total, statement.tax, statement.combined) == (6250, 50, True)


def test_a_line_charge_that_comes_late_goes_onto_the_next_statement(book: Book) -> None:
    """Charges of May that arrive after May's statement stand on June's under their own month."""
    book.imported("K1", "2012-05-20")
    book.issue("2012-05")
    book.record("K1", "take_line_charges", "2012-06-20", month="2012-05", items=[{"code": "FLETS", "amount": 5200}])
    book.issue("2012-06")
    assert ("line_pass_through", "2012-05", 5200) in book.items("K1", "2012-06")
    book.issue("2012-07")
    assert book.items("K1", "2012-07") == [("monthly_basic", "2012-07", 1050)]


def test_line_charges_whose_entry_is_voided_are_taken_back(book: Book) -> None:
    """A wrong line statement corrected after it was billed is reversed on the next statement."""
    book.imported("K1", "2012-05-20")
    book.record("K1", "take_line_charges", "2012-06-02", month="2012-05", items=[{"code": "FLETS", "amount": 5200}])
    book.issue("2012-05")
    book.record("K1", "correct", "2012-06-20", voids=2, reason_code="entry_error")
    book.issue("2012-06")
    assert ("line_pass_through", "2012-05", -5200) in book.items("K1", "2012-06")
    with Session(book.engine) as session:
        rows = session.exec(select(NttPayable).order_by(col(NttPayable.entry_id))).all()
    assert [(row.amount, row.turn, row.operator, row.month) for row in rows] == [
        (5200, 1, "EAST", "2012-05"),
        (-5200, 2, "EAST", "2012-05"),
    ]
    assert (rows[0].reverses, rows[1].reverses) == (None, rows[0].entry_id)
    with Session(book.engine) as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("update ntt_payable set amount = 1"))


def test_what_was_keyed_in_before_ntt_told_it_is_ntts_statement(book: Book) -> None:
    """The same sums count once, a correction of NTT replaces them, and without it they count again (W-24.1)."""
    book.imported("K1", "2012-05-20")
    book.record("K1", "take_line_charges", "2012-06-01", month="2012-05", items=[{"code": "FLETS", "amount": 5200}])
    book.record("K1", "take_line_charges", "2012-06-01", month="2012-05", items=[{"code": "FLETS", "amount": 80}])

    def say(at: str, amount: int) -> int:
        details = {"month": "2012-05", "items": [{"code": "FLETS", "amount": amount}]}
        said = {"kind": "line_statement", "notice_id": at, "effective_on": at, "details": details}
        book.record("K1", "line_notice", at, **said)
        with Session(book.engine) as session:
            own = select(Transition.seq).where(
                col(Transition.entity_id) == "contract/K1", col(Transition.event).in_(["line_statement", "line_notice"])
            )
            return max(session.exec(own).all())

    def owed() -> int:
        with Session(book.engine) as session:
            return sum(row.amount for row in session.exec(select(NttPayable)).all())

    told = say("2012-06-02", 5200)
    assert owed() == 5280
    corrected = say("2012-06-03", 5000)
    assert owed() == 5080
    book.record("K1", "correct", "2012-06-04", voids=corrected, reason_code="entry_error")
    assert owed() == 5280
    book.record("K1", "correct", "2012-06-04", voids=told, reason_code="entry_error")
    assert owed() == 5280
    say("2012-06-04", 5200)
    book.record("K1", "correct", "2012-06-05", voids=2, reason_code="entry_error")
    assert owed() == 5280, "keyed in by mistake, but NTT told it as well"
    book.issue("2012-05")
    billed = [money for code, _, money in book.items("K1", "2012-05") if code == "line_pass_through"]
    assert sorted(billed) == [80, 5200]


@pytest.mark.parametrize("wrong", [0, 1])
def test_of_two_lists_that_differ_the_right_one_stays_as_it_was_billed(book: Book, wrong: int) -> None:
    """W-24.1, W-24.3: correcting the other away moves no money of it, and its due day holds."""
    book.imported("K1", "2012-05-20")
    items = [{"code": "FLETS", "amount": 5200}]
    details = {"month": "2012-05", "items": [{"code": "FLETS", "amount": 5300}]}
    book.record("K1", "take_line_charges", "2012-06-01", month="2012-05", items=items)
    told = {"kind": "line_statement", "notice_id": "N1", "effective_on": "2012-06-02", "details": details}
    asked = book.record("K1", "line_notice", "2012-06-02", **told)
    assert "LINE_CHARGES_DIFFER" in asked.state["tasks"]
    book.issue("2012-05")
    voids = (2, 3)[wrong]
    corrected = book.record("K1", "correct", "2012-06-20", voids=voids, reason_code="entry_error")
    assert "LINE_CHARGES_DIFFER" not in corrected.state["tasks"]
    book.issue("2012-06")
    moved = [(month, money) for code, month, money in book.items("K1", "2012-06") if code == "line_pass_through"]
    assert moved == [("2012-05", (-5200, -5300)[wrong])]


def test_what_is_owed_to_ntt_follows_its_statement(book: Book) -> None:
    """Told twice it is owed once; another statement replaces it; withdrawn, the former counts again (W-24.1)."""
    book.imported("K1", "2012-05-20")

    def say(at: str, notice_id: str, *amounts: int) -> None:
        items = [{"code": "FLETS", "amount": amount} for amount in amounts] + [{"code": "TELEPHONE", "amount": 1700}]
        details = {"month": "2012-05", "items": items}
        said = {"kind": "line_statement", "notice_id": notice_id, "effective_on": at, "details": details}
        book.record("K1", "line_notice", at, **said)

    def owed() -> list[int]:
        with Session(book.engine) as session:
            return [row.amount for row in session.exec(select(NttPayable).order_by(col(NttPayable.entry_id))).all()]

    say("2012-06-02", "N1", 5200, 300)
    say("2012-06-03", "N2", 5200, 300)
    assert owed() == [5200, 300]
    say("2012-06-04", "N3", 5000)
    assert sorted(owed()) == sorted([5200, 300, -5200, -300, 5000])
    book.record("K1", "correct", "2012-06-05", voids=4, reason_code="entry_error")
    assert sum(owed()) == 5500
    book.issue("2012-05")
    assert sum(total for code, _, total in book.items("K1", "2012-05") if code == "line_pass_through") == sum(owed())


def test_line_charges_are_kept_only_where_they_are_ours(book: Book) -> None:
    """W-24.1: two equal charges are two, and a contract that never had payment on behalf keeps none."""
    book.imported("K1", "2012-05-20")
    book.imported("K2", "2012-05-20", agency=False)
    items = [{"code": "FLETS", "amount": 5200}, {"code": "FLETS", "amount": 5200}]
    said = {"kind": "line_statement", "notice_id": "S1", "effective_on": "2012-05-31"}
    for contract_id in ("K1", "K2"):
        book.record(contract_id, "line_notice", "2012-06-02", **said, details={"month": "2012-05", "items": items})
    with Session(book.engine) as session:
        rows = session.exec(select(LineCharge)).all()
    assert [(row.contract_id, row.amount) for row in rows] == [("K1", 5200), ("K1", 5200)]


def test_a_statement_is_overdue_from_the_day_after_its_due_date(book: Book) -> None:
    """W-24.3: on the due date it is not; the day after it is, unless it was paid."""
    book.imported("K1", "2012-05-20")
    book.imported("K2", "2012-05-20")
    book.issue("2012-05")
    book.pay("K2-2012-05", "2012-06-30", 1050)
    assert book.run(lambda session, after: overdue_page(session, D("2012-06-30"), after)) == {"overdue": 0}
    assert book.run(lambda session, after: overdue_page(session, D("2012-07-01"), after)) == {"overdue": 1}
    with Session(book.engine) as session:
        assert unpaid_combined(session, D("2012-06-30"), FIRST) == ([], None)
        assert unpaid_combined(session, D("2012-07-01"), FIRST) == (
            [ToTell("K1-2012-05", "K1", 1, D("2012-07-01"))],
            None,
        )


def test_paid_a_day_late_still_counts_as_unpaid_when_the_due_date_passed(book: Book) -> None:
    """W-24.3: a check that runs late decides by the due date; paid on the day itself keeps payment on behalf."""
    for number, paid_on in ((1, "2012-06-30"), (2, "2012-07-01")):
        book.imported(f"K{number}", "2012-05-20")
        book.issue("2012-05")
        book.pay(f"K{number}-2012-05", paid_on, 1050)
    with Session(book.engine) as session:
        assert unpaid_combined(session, D("2012-07-20"), FIRST) == (
            [ToTell("K2-2012-05", "K2", 1, D("2012-07-01"))],
            None,
        )


@pytest.mark.parametrize(("arrived", "overdue"), [("2012-04-25", 0), ("2012-04-26", 1)])
def test_what_is_owed_no_more_is_not_overdue(book: Book, arrived: str, overdue: int) -> None:
    """A letter keyed in after the May statement ended the contract in April, or in May: only the latter owes May."""
    book.imported("K1", "2012-03-20")
    book.issue("2012-04")
    book.pay("K1-2012-04", "2012-05-20", total(book, "K1-2012-04"))
    book.issue("2012-05")
    letter = {"channel": "paper", "received_at": moment(arrived).isoformat(), "approved": True, "reason_code": "other"}
    book.record("K1", "cancel", "2012-06-20", **letter)
    counts = book.run(lambda session, after: overdue_page(session, D("2012-07-01"), after))
    assert counts == {"overdue": overdue}


@pytest.mark.parametrize(("short", "unpaid"), [(0, []), (1, [("K1-2012-05", "K1", 1, D("2012-07-01"))])])
def test_payment_on_behalf_goes_on_where_what_is_owed_was_paid(
    book: Book, short: int, unpaid: list[tuple[str, str, int, date]]
) -> None:
    """NTT takes 3,000 yen of its charges back after the statement: who paid the rest in time owes nothing (W-24.3)."""
    book.imported("K1", "2012-05-20")
    for at, notice_id, amount in (("2012-06-02", "N1", 5200), ("2012-06-20", "N2", 2200)):
        details = {"month": "2012-05", "items": [{"code": "FLETS", "amount": amount}]}
        told = {"kind": "line_statement", "notice_id": notice_id, "effective_on": at, "details": details}
        book.record("K1", "line_notice", at, **told)
        if notice_id == "N1":
            book.issue("2012-05")
    basic = total(book, "K1-2012-05") - 5200
    book.pay("K1-2012-05", "2012-06-25", basic - short)
    for _ in ("before the correcting statement", "after it"):
        with Session(book.engine) as session:
            assert unpaid_combined(session, D("2012-07-01"), FIRST)[0] == unpaid
        book.issue("2012-06")


def test_withdrawing_takes_effect_on_the_first_of_the_next_month_and_never_twice(book: Book) -> None:
    """W-24.3: due 06-30, off from 07-01; NTT and the contractor are told, and the run has nothing left to do."""
    book.imported("K1", "2012-05-20")
    book.issue("2012-05")
    told = book.record(
        "K1",
        "withdraw_payment_agency",
        "2012-07-01T00:00:00+09:00",
        statement_id="K1-2012-05",
        op="withdraw/K1-2012-05",
    )
    assert told.state["payment_agency"] == {"state": "off_unpaid", "since": "2012-07-01"}
    assert told.answer is not None
    assert told.answer.decision["effective_on"] == "2012-07-01"
    assert "W-24.3" in told.answer.decision["articles"]
    with Session(book.engine) as session:
        assert unpaid_combined(session, D("2012-08-01"), FIRST) == ([], None)
        kinds = session.execute(text("select kind from notice union all select kind from carrier_message")).scalars()
        assert sorted(kinds) == ["DIRECT_BILLING", "PAYMENT_STATUS", "direct_billing"]


def test_a_payment_that_never_was_takes_the_line_charges_of_later_months_off_both_ledgers(book: Book) -> None:
    """Withdrawn from 07-01 whenever that shows: NTT bills July itself, so neither we nor NTT's account do (W-24.3)."""
    for contract in ("K1", "K2"):
        book.imported(contract, "2012-05-20")
    book.issue("2012-05")
    book.record("K2", "withdraw_payment_agency", "2012-07-01T00:00:00+09:00", statement_id="K2-2012-05")
    payment = book.pay("K1-2012-05", "2012-06-29", 1050)
    for contract in ("K1", "K2"):
        details = {"month": "2012-07", "items": [{"code": "FLETS", "amount": 5200}]}
        told = {"notice_id": f"S-{contract}", "kind": "line_statement", "effective_on": "2012-07-31"}
        book.record(contract, "line_notice", "2012-08-02", details=details, **told)
    for month in ("2012-06", "2012-07"):
        book.issue(month)
    assert ("line_pass_through", "2012-07", 5200) in book.items("K1", "2012-07")
    book.record("K1", "reverse_payment", "2012-08-20", payment_id=payment, reason_code="entry_error")
    with Session(book.engine) as session:
        found = [
            each for each in unpaid_combined(session, D("2012-09-01"), FIRST)[0] if each.statement_id == "K1-2012-05"
        ]
    assert [(each.contract_id, each.decided_on) for each in found] == [("K1", D("2012-07-01"))]
    late = {"statement_id": found[0].statement_id, "decided_on": found[0].decided_on}
    told_late = book.record("K1", "withdraw_payment_agency", "2012-09-01T00:00:00+09:00", **late)
    assert told_late.state["payment_agency"] == {"state": "off_unpaid", "since": "2012-07-01"}
    book.issue("2012-08")
    for contract in ("K1", "K2"):
        lines = [book.items(contract, month) for month in ("2012-05", "2012-06", "2012-07", "2012-08")]
        assert sum(yen for each in lines for code, _, yen in each if code == "line_pass_through") == 0
        with Session(book.engine) as session:
            owed = session.exec(select(NttPayable).where(col(NttPayable.contract_id) == contract)).all()
        assert sum(each.amount for each in owed) == 0


def test_a_payment_made_in_time_and_told_late_voids_the_withdrawal(book: Book) -> None:
    """`paid_on` is evidence: a withdrawal that rested on its absence is voided, one paid late is not."""
    for number, paid_on, state in ((1, "2012-06-29", "on"), (2, "2012-07-02", "off_unpaid")):
        contract, statement = f"K{number}", f"K{number}-2012-05"
        book.imported(contract, "2012-05-20")
        book.issue("2012-05")
        book.record(contract, "withdraw_payment_agency", "2012-07-01T00:00:00+09:00", statement_id=statement)
        book.pay(statement, paid_on, 1050)
        paid = book.record(contract, "charge_paid", "2012-07-05", statement_id=statement)
        assert paid.state["payment_agency"]["state"] == state
