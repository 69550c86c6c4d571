"""Money that comes back: credits, refunds and payments that never counted."""

from __future__ import annotations

from sqlmodel import Session, col, select

from activities.billing.runs import ToTell, credits_left
from models.tables.contract.billing import Payment
from tests.activities.statements.book import Book, D


def test_a_month_taken_back_unpaid_is_settled_and_the_owed_ones_stay(book: Book) -> None:
    """What ended in August by a late letter takes September back: nobody paid it, so it is settled; August is owed."""
    book.active("K1", "2018-06-02", "2018-06-12")
    for month in ("2018-07", "2018-08", "2018-09"):
        book.issue(month)
    book.pay("K1-2018-07", "2018-08-20", 2052)
    book.record("K1", "cancel", "2018-10-10", channel="paper", received_at="2018-08-10T09:00:00+09:00")
    book.issue("2018-10")
    given = book.statement("K1", "2018-10")
    assert given is not None
    assert (given.total, given.state) == (-1026, "paid")
    august, september = book.statement("K1", "2018-08"), book.statement("K1", "2018-09")
    assert august is not None
    assert september is not None
    assert (september.state, september.settled_on) == ("paid", D("2018-11-05"))
    assert (august.state, august.settled_on) == ("issued", None)


def _payments(book: Book) -> list[tuple[str, int]]:
    with Session(book.engine) as session:
        rows = session.exec(select(Payment).order_by(col(Payment.recorded_at), col(Payment.payment_id)))
        return [(row.kind, row.amount) for row in rows]


def test_what_nothing_uses_any_more_is_paid_out(book: Book) -> None:
    """Paid for July and August, ended in July by a late letter: August comes back, is refunded, and counts once."""
    book.active("K1", "2018-06-12", "2018-06-12")
    for month in ("2018-06", "2018-07", "2018-08"):
        book.issue(month)
    for month, total in (("2018-06", 1026), ("2018-07", 1026), ("2018-08", 1026)):
        book.pay(f"K1-{month}", "2018-09-20", total)
    book.record("K1", "cancel", "2018-10-01", channel="paper", received_at="2018-07-10T09:00:00+09:00", approved=True)
    with Session(book.engine) as session:
        assert credits_left(session) == []
    book.issue("2018-09")
    with Session(book.engine) as session:
        assert credits_left(session) == [ToTell("K1-2018-09", "K1", 1)]
    told = book.record("K1", "credit_left", "2018-10-05", statement_id="K1-2018-09")
    assert list(told.state["tasks"]) == ["REFUND_DUE"]
    with Session(book.engine) as session:
        assert credits_left(session) == []
    paid = book.record("K1", "record_refund", "2018-10-10", amount=1026, paid_on="2018-10-10")
    assert paid.state["tasks"] == {}
    assert _payments(book)[-1] == ("refund", 1026)
    book.issue("2018-10")
    with Session(book.engine) as session:
        assert credits_left(session) == []
        refund = session.exec(select(Payment.payment_id).where(col(Payment.kind) == "refund")).one()
    again = book.record("K1", "reverse_payment", "2018-10-12", payment_id=refund, reason_code="entry_error")
    assert list(again.state["tasks"]) == ["REFUND_DUE"]
    assert sorted(_payments(book))[-2:] == [("refund", -1026), ("refund", 1026)]


def test_a_reversed_payment_never_counted(book: Book) -> None:
    """Keyed in for the wrong statement: the statement is open again, and a right payment settles it from its day."""
    book.active("K1", "2018-06-12", "2018-06-12")
    book.issue("2018-06")
    book.pay("K1-2018-06", "2018-07-20", 1026)
    with Session(book.engine) as session:
        wrong = session.exec(select(Payment.payment_id)).one()
    book.record("K1", "reverse_payment", "2018-07-25", payment_id=wrong, reason_code="entry_error")
    reopened = book.statement("K1", "2018-06")
    assert reopened is not None
    assert (reopened.state, reopened.settled_on) == ("issued", None)
    book.pay("K1-2018-06", "2018-07-31", 1026)
    settled = book.statement("K1", "2018-06")
    assert settled is not None
    assert (settled.state, settled.settled_on) == ("paid", D("2018-07-31"))
