"""Money is conserved whatever becomes known when: nothing owed is forgotten, nothing is paid twice (W-11.3, W-23.3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.tables.contract.billing import Statement
from tests.activities.club.months import Months
from tests.activities.conftest import emptied
from tests.activities.statements.book import Book

BEGUN = ("2018-04-20", "2018-05-10")


@pytest.fixture
def months(book: Book) -> Months:
    """A with フレッツ II contract since May 10, before its first statement."""
    book.active("K1", *BEGUN)
    return Months(book, "2018-05", "2018-06-01")


def cancel(months: Months, received_on: str) -> Any:
    """A letter, keyed in today."""
    return months.ask("cancel", channel="paper", received_at=f"{received_on}T10:00:00+09:00")


def paid(months: Months, *of: str) -> list[str | None]:
    """Statements paid in full today."""
    return [months.pay(f"K1-{month}", months.open()[month]) for month in of]


def test_a_month_taken_back_unpaid_leaves_its_debt_where_it_is_asked_for(months: Months) -> None:
    """An end keyed in late: August is settled, the fee is asked for in full, and reads paid once all of it is."""
    months.run()
    paid(months, "2018-05")
    months.run(3)
    months.wait(5)
    cancel(months, "2018-07-20")
    months.run(3)
    assert months.overdue() == {"2018-06": 1026, "2018-07": 1026, "2018-09": 4860}
    assert months.open() == months.overdue()
    paid(months, "2018-06", "2018-07")
    months.pay("K1-2018-09", 3834)
    assert [each.state for each in months.state.charges.values()] == ["due"]
    assert months.open() == {"2018-09": 1026}
    months.pay("K1-2018-09", 1026)
    assert [each.state for each in months.state.charges.values()] == ["paid"]
    months.run(12)
    assert (months.state.closed, months.open(), months.credit()) == (True, {}, 0)


def test_a_month_paid_counts_once_though_its_end_is_taken_back_and_it_is_billed_again(months: Months) -> None:
    """Paid to September, ended then by a late letter, which is corrected: what is owed is what it is without either."""
    months.run(5)
    paid(months, "2018-05", "2018-06", "2018-07", "2018-08", "2018-09")
    months.run()
    paid(months, "2018-10")
    months.wait(5)
    before = months.state.seq
    cancel(months, "2018-09-20")
    seq = months.first(before, "cancel")
    months.run()
    assert months.open() == {"2018-11": 3834}, "October, which was paid, pays for a part of the fee"
    months.ask("correct", voids=seq)
    months.run()
    assert months.open() == {"2018-12": 2052}, "November and December"
    months.run(2)
    assert sum(months.overdue().values()) == 2 * 1026 + 1026


@pytest.fixture
def refunding(months: Months) -> Months:
    """Two months paid, and the second taken back by a letter of the first."""
    months.run(2)
    paid(months, "2018-05", "2018-06")
    months.wait(5)
    cancel(months, "2018-05-20")
    (fee,) = months.state.charges
    months.book.timer("K1", f"{months.today}T09:00:00+09:00")
    months.ask("waive", case="death", charge_id=fee, evidence="x")
    months.run()
    assert (months.credit(), list(months.state.tasks)) == (1026, ["REFUND_DUE"])
    return months


def test_a_payment_that_never_was_leaves_nothing_to_refund(refunding: Months) -> None:
    """The month needs no money in either direction: no task, and a refund is refused."""
    (payment,) = [each.payment_id for each in refunding.payments() if each.statement_id == "K1-2018-06"]
    reversed_ = refunding.ask("reverse_payment", payment_id=payment)
    assert (reversed_.state["tasks"], refunding.credit(), refunding.open()) == ({}, 0, {})
    refused = refunding.ask("record_refund", amount=1026, paid_on=refunding.today.isoformat()).refused
    assert refused is not None
    assert refused.code == "NOTHING_TO_REFUND"
    refunding.run(2)
    assert (refunding.net(), refunding.open(), refunding.state.tasks) == (0, {}, {})


def test_a_refund_before_the_payment_turned_out_never_to_have_been_is_owed_again(refunding: Months) -> None:
    """Paid out, and then the payment is reversed: the month is open again and becomes overdue."""
    assert refunding.ask("record_refund", amount=1026, paid_on=refunding.today.isoformat()).refused is None
    (payment,) = [each.payment_id for each in refunding.payments() if each.statement_id == "K1-2018-06"]
    refunding.ask("reverse_payment", payment_id=payment)
    assert (refunding.open(), refunding.state.tasks) == ({"2018-06": 1026}, {})
    refunding.run()
    assert refunding.overdue() == {"2018-06": 1026}
    paid(refunding, "2018-06")
    assert (refunding.net(), refunding.open(), refunding.credit()) == (0, {}, 0)


def test_a_payment_keyed_in_again_rightly_is_owed_to_the_contractor(refunding: Months) -> None:
    """Reversed for its day or its sum, and keyed in again though the month is taken back: it waits to be paid out."""
    (payment,) = [each.payment_id for each in refunding.payments() if each.statement_id == "K1-2018-06"]
    refunding.ask("reverse_payment", payment_id=payment)
    assert refunding.pay("K1-2018-05", 1) is None, "paid already"
    assert refunding.pay("K1-2018-06", 1027) is None, "more than was ever billed"
    assert refunding.pay("K1-2018-06", 1000) is not None
    assert (refunding.credit(), list(refunding.state.tasks), refunding.open()) == (1000, ["REFUND_DUE"], {})


@pytest.mark.parametrize("runs", [1, 3])
def test_a_contract_that_goes_on_elsewhere_is_refunded(months: Months, runs: int) -> None:
    """Moved to a course without statements of ours: an operator is asked, and the refund is recorded while it runs."""
    months.run(2)
    paid(months, "2018-05", "2018-06")
    months.wait(5)
    change = {"to_course": "DOCOMO", "channel": "paper", "received_at": "2018-05-20T10:00:00+09:00"}
    assert months.ask("request_course_change", change_on="2018-06-01", **change).refused is None
    months.run(runs)
    assert (months.state.state, months.credit(), list(months.state.tasks)) == ("active", 1026, ["REFUND_DUE"])
    refunded = months.ask("record_refund", amount=1026, paid_on=months.today.isoformat())
    assert (refunded.refused, refunded.state["tasks"], months.credit()) == (None, {}, 0)


def test_a_contract_billed_here_keeps_its_credit_for_the_next_statement(months: Months) -> None:
    """A refund is no matter of a contract that goes on: the credit pays what comes (W-10.7)."""
    months.run(2)
    paid(months, "2018-05", "2018-06")
    refused = months.ask("record_refund", amount=1, paid_on=months.today.isoformat()).refused
    assert refused is not None
    assert refused.code == "ILLEGAL_TRANSITION"


ACTS = st.one_of(
    st.tuples(st.just("run"), st.just(0)),
    st.tuples(st.just("pay"), st.integers(0, 3)),
    st.tuples(st.just("part"), st.integers(0, 3)),
    st.tuples(st.just("reverse"), st.integers(0, 5)),
    st.tuples(st.just("refund"), st.integers(1, 2)),
    st.tuples(st.just("end"), st.integers(0, 3)),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("correct"), st.just(0)),
)


class Told:
    """What happens to a contract, act by act, with what must hold after each."""

    def __init__(self, engine: Engine) -> None:
        """Begin with two months billed."""
        book = Book(emptied(engine))
        book.active("K1", *BEGUN)
        self.months = Months(book, "2018-05", "2018-06-01")
        self.months.run(2)
        self.facts: list[int] = []
        self.payments: dict[str, tuple[str, int]] = {}

    def act(self, name: str, much: int) -> None:
        """One of them; what is refused changes nothing."""
        self.months.wait(1)
        getattr(self, f"_{name}")(much)
        self.holds()
        if name in {"run", "pay", "reverse", "refund"}:
            self.asked_for()

    def _run(self, much: int) -> None:
        _ = much
        self.months.run()

    def _pay(self, much: int, share: int = 1) -> None:
        payable = [each for each in self.months.statements() if self._payable(each)]
        if payable:
            chosen = payable[much % len(payable)]
            yen = -(-self._payable(chosen) // share)
            payment = self.months.pay(chosen.statement_id, yen)
            assert payment is not None
            self.payments[payment] = (chosen.statement_id, yen)

    def _payable(self, statement: Statement) -> int:
        return self.months.payable(statement.statement_id)

    def _part(self, much: int) -> None:
        self._pay(much, share=2)

    def _reverse(self, much: int) -> None:
        rows = [*self.months.payments(), *self.months.payments("refund")]
        gone = {each.payment_id.removeprefix("reversal/") for each in rows if each.payment_id.startswith("reversal/")}
        left = [each.payment_id for each in rows if each.amount > 0 and each.payment_id not in gone]
        if left:
            chosen = left[much % len(left)]
            reversed_ = self.months.ask("reverse_payment", payment_id=chosen)
            if reversed_.refused is None:
                self.payments.pop(chosen, None)

    def _refund(self, share: int) -> None:
        granted = self.months.credit() > 0 and self.months.state.gets_refunds and not self.months.state.closed
        yen = max(1, self.months.credit() // share)
        told = self.months.ask("record_refund", amount=yen, paid_on=self.months.today.isoformat())
        assert (told.refused is None) == granted

    def _end(self, back: int) -> None:
        self._fact("cancel", back, channel="paper")

    def _move(self, back: int) -> None:
        first = self._back(back)[:7] + "-01"
        self._fact("request_course_change", back + 1, to_course="DOCOMO", channel="paper", change_on=first)

    def _fact(self, name: str, back: int, **fields: Any) -> None:
        before = self.months.state.seq
        told = self.months.ask(name, received_at=f"{self._back(back)}T10:00:00+09:00", **fields)
        if told.refused is None:
            self.facts.append(self.months.first(before, name))

    def _back(self, months: int) -> str:
        day = self.months.next.plus(-months).first_day.replace(day=10)
        return min(day, self.months.today).isoformat()

    def _correct(self, much: int) -> None:
        _ = much
        if self.facts and self.months.ask("correct", voids=self.facts[-1]).refused is None:
            self.facts.pop()

    def holds(self) -> None:
        """Money is conserved, and nothing is owed both ways."""
        months = self.months
        owed, credit = sum(months.open().values()), months.credit()
        assert owed - credit == months.net()
        assert not (owed and credit)

    def asked_for(self) -> None:
        """An operator is asked for a refund exactly where one would be granted."""
        state = self.months.state
        granted = self.months.credit() > 0 and state.gets_refunds
        assert ("REFUND_DUE" in state.tasks) == granted

    def end(self) -> None:
        """Some months on, all that is owed is overdue, and a fee reads paid where money covered it."""
        self.months.run(3)
        months = self.months
        assert months.fallen() == 0
        before = {month: yen for month, yen in months.open().items() if month < str(months.next.plus(-2))}
        assert before.items() <= months.overdue().items()
        self.asked_for()
        for charge in months.state.charges.values():
            on = months.carries(charge.charge_id)
            if on is not None and charge.state in {"due", "paid"}:
                assert (charge.state == "paid") == (on not in months.open()), charge

    def stands(self) -> tuple[object, ...]:
        """Where the contractor stands."""
        state = self.months.state
        fees = sorted((each.code, each.state) for each in state.charges.values() if each.state in {"due", "paid"})
        return (self.months.net(), self.months.credit(), state.state, state.end_on, fees, "REFUND_DUE" in state.tasks)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=4, max_size=12))
def test_money_is_conserved_in_every_order(migrated: Engine, acts: list[tuple[str, int]]) -> None:
    """Payments, reversals, refunds, late ends and moves, their corrections and the runs, in any order."""
    told = Told(migrated)
    for name, much in acts:
        told.act(name, much)
    told.end()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(ACTS.filter(lambda act: act[0] != "refund"), min_size=4, max_size=10))
def test_what_cancels_out_leaves_no_trace(migrated: Engine, acts: list[tuple[str, int]]) -> None:
    """A payment reversed and an end corrected: in the end all stands as without them (X-05)."""
    told = Told(migrated)
    for name, much in acts:
        told.act(name, much)
    for _ in list(told.facts):
        told.act("correct", 0)
    assume(not told.facts)
    told.months.run()
    runs = told.months.next
    kept = dict(told.payments)
    told.end()
    left = told.stands()
    twin = Told(migrated)
    while twin.months.next < runs:
        twin.act("run", 0)
    left_to_pay = sum(yen for _, yen in kept.values())
    for statement in twin.months.statements():
        yen = min(left_to_pay, twin.months.payable(statement.statement_id))
        twin.months.pay(statement.statement_id, yen)
        left_to_pay -= yen
    assume(left_to_pay == 0)
    twin.end()
    assert left[2:] == twin.stands()[2:]
    assert left[0] == twin.stands()[0]
