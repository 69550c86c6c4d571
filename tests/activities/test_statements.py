"""Statements on a real PostgreSQL: what a month bears, what is taken back later, what is never done twice."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, SQLModel, col, select
from temporalio.testing import ActivityEnvironment

from activities.billing.runs import credits_left, issue_page, left_alone, overdue_page, settled_charges, unpaid_combined
from activities.record import Recorder
from activities.rows.billing import take_line_charges
from activities.rows.contract import ContractRows
from activities.runs import FIRST, Page, run_pages
from models.messages.contract import workflow_id
from models.messages.entity import Recorded, RecordRequest
from models.tables.billing import LineCharge, NttPayable, Payment, Statement, StatementItem
from models.tables.log import Entity
from rules.billing import statement_dates
from rules.calendar import Month, start_of
from rules.citation import edition
from store.statements import billed, settle

D = date.fromisoformat
LINE = {"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}


class Book:
    """Contracts recorded as the worker records them, and the runs on them."""

    def __init__(self, engine: Engine) -> None:
        """Begin with empty tables."""
        self.engine = engine
        self._recorder = Recorder(engine, {"contract": ContractRows()})
        self._ops = 0

    def record(self, entity: str, name: str, at: str, /, **command: Any) -> Recorded:
        """Decide one command at a business moment; a refusal fails the test."""
        self._ops += 1
        made = {"op": f"op-{self._ops}", "at": moment(at).isoformat(), "actor": "test", **command}
        request = RecordRequest(
            kind="contract", entity_id=workflow_id(entity), seq=0, name=name, command=made, offset_s=0.0
        )
        recorded = self._recorder.record(request)
        assert recorded.refused is None, recorded.refused
        return recorded

    def timer(self, contract_id: str, until: str) -> Recorded:
        """Carry out what is due by a moment, as the contract's timer does."""
        request = RecordRequest(
            kind="contract", entity_id=workflow_id(contract_id), seq=0, until=moment(until), offset_s=0.0
        )
        return self._recorder.record(request)

    def active(self, contract_id: str, applied: str, start: str, *, told: str | None = None) -> None:
        """A with フレッツ II contract on a line of its own; the service start is recorded on `told`."""
        terms = edition(D(applied))
        self.record(
            contract_id,
            "apply",
            applied,
            contract_id=contract_id,
            course="W2_FAMILY",
            channel="online",
            received_at=moment(applied).isoformat(),
            line=LINE,
            consents={"general_terms": terms, "course_terms": terms, "carrier_terms": "EAST-2017"},
        )
        self.record(contract_id, "start_service", told or start, service_start_on=start)

    def imported(self, contract_id: str, at: str, start: str = "2009-04-01", *, agency: bool = True) -> None:
        """A with フレッツ contract taken over from elsewhere."""
        self.record(
            contract_id,
            "import",
            at,
            contract_id=contract_id,
            course="W1_FAMILY",
            applied_on=start,
            service_start_on=start,
            payment_agency=agency,
            line=LINE,
        )

    def run(self, work: Any) -> dict[str, int]:
        """A run outside an activity."""
        return asyncio.run(run_pages(self.engine, work))

    def issue(self, month: str, size: int = 1_000) -> dict[str, int]:
        """The statements of a month, on the day they are issued."""
        of = Month.parse(month)
        at = start_of(statement_dates(of).issued_on)
        return self.run(lambda session, after: issue_page(session, of, at, after, size))

    def items(self, contract_id: str, month: str) -> list[tuple[str, str | None, int]]:
        """(code, month, total) of one statement's items, what is taken back first."""
        with Session(self.engine) as session:
            query = select(StatementItem).where(col(StatementItem.statement_id) == f"{contract_id}-{month}")
            found = sorted(session.exec(query), key=lambda item: int(item.item_id.rpartition("-")[2]))
            return [(item.code, item.month, item.total) for item in found]

    def statement(self, contract_id: str, month: str) -> Statement | None:
        """One statement."""
        with Session(self.engine) as session:
            return session.get(Statement, f"{contract_id}-{month}")

    def pay(self, statement_id: str, paid_on: str, amount: int) -> None:
        """Book a payment."""
        self._ops += 1
        with Session(self.engine) as session, session.begin():
            statement = session.get_one(Statement, statement_id)
            session.add(
                Payment(
                    payment_id=f"pay-{self._ops}",
                    statement_id=statement_id,
                    contract_id=statement.contract_id,
                    paid_on=D(paid_on),
                    amount=amount,
                    actor="test",
                    recorded_at=datetime.now(UTC),
                )
            )
            session.flush()
            found = billed(session, statement_id)
            assert found is not None
            settle(session, *found)


@pytest.fixture
def book(migrated: Engine) -> Book:
    """Empty tables."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with migrated.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    return Book(migrated)


def moment(at: str) -> datetime:
    """A day's 09:00 JST, or the moment itself."""
    return datetime.fromisoformat(at) if "T" in at else start_of(D(at)) + timedelta(hours=9)


def test_the_month_of_the_start_is_billed_whole_and_the_one_before_not(book: Book) -> None:
    """W-10.7: a contract that starts on a month's last day owes that month in full, and nothing before it."""
    book.active("K1", "2018-06-02", "2018-06-30")
    assert book.issue("2018-05")["issued"] == 0
    book.issue("2018-06")
    assert book.items("K1", "2018-06") == [("monthly_basic", "2018-06", 1026)]
    statement = book.statement("K1", "2018-06")
    assert statement is not None
    assert (statement.due_on, statement.amount, statement.tax) == (D("2018-07-31"), 950, 76)


def test_the_month_of_the_end_is_billed_whole_and_the_one_after_not(book: Book) -> None:
    """W-10.7: a contract that ends with August owes August in full and nothing for September."""
    book.active("K1", "2018-06-02", "2018-06-12")
    book.issue("2018-06")
    book.issue("2018-07")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.timer("K1", "2018-09-01T00:00:00+09:00")
    book.issue("2018-08")
    book.issue("2018-09")
    assert book.items("K1", "2018-08") == [("monthly_basic", "2018-08", 1026)]
    assert book.statement("K1", "2018-09") is None


def test_a_planned_end_that_has_not_been_carried_out_yet_counts(book: Book) -> None:
    """An end by its date: whether or not the contract's timer has fired, September is not billed."""
    book.active("K1", "2018-06-02", "2018-06-12")
    book.record("K1", "cancel", "2018-08-10", channel="online", received_at="2018-08-10T09:00:00+09:00")
    book.issue("2018-08")
    book.issue("2018-09")
    assert book.items("K1", "2018-08")[-1] == ("monthly_basic", "2018-08", 1026)
    assert book.statement("K1", "2018-09") is None


def test_a_start_that_becomes_known_late_is_billed_with_the_next_statement(book: Book) -> None:
    """A service start in June recorded in July puts both months on July's statement, each named."""
    book.active("K1", "2018-06-02", "2018-06-12", told="2018-07-20")
    book.issue("2018-07")
    assert book.items("K1", "2018-07") == [("monthly_basic", "2018-06", 1026), ("monthly_basic", "2018-07", 1026)]


def test_an_end_recorded_late_takes_back_what_was_billed_after_it(book: Book) -> None:
    """A letter of August keyed in on October 10 reverses September; the old statement keeps its amounts."""
    book.active("K1", "2018-06-02", "2018-06-12")
    for month in ("2018-06", "2018-07", "2018-08", "2018-09"):
        book.issue(month)
    book.record("K1", "cancel", "2018-10-10", channel="paper", received_at="2018-08-10T09:00:00+09:00")
    book.issue("2018-10")
    assert book.items("K1", "2018-10") == [("monthly_basic", "2018-09", -1026)]
    with Session(book.engine) as session:
        item = session.exec(select(StatementItem).where(col(StatementItem.reverses).is_not(None))).one()
        assert item.reverses == "K1-2018-09-1"
        assert session.get_one(Statement, "K1-2018-09").total == 1026
    book.issue("2018-11")
    assert book.statement("K1", "2018-11") is None


def test_what_is_given_back_pays_the_oldest_open_statement(book: Book) -> None:
    """A negative statement is paid at once, and its yen settle the open ones before it, the oldest first."""
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
    assert (august.state, august.settled_on) == ("paid", D("2018-11-05"))
    assert (september.state, september.settled_on) == ("issued", None)


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
        assert credits_left(session) == [("K1-2018-09", "K1")]
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


CANCELLED = {"papers_received_on": "2018-05-10", "dispatched_on": "2018-05-17", "then": "end"}


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


def test_tax_is_that_of_the_month_supplied(book: Book) -> None:
    """X-07: September 2019 bears 8 percent, October 10, though both are billed after the change."""
    book.active("K1", "2018-06-02", "2018-06-12")
    book.issue("2019-08")
    book.issue("2019-09")
    book.issue("2019-10")
    assert book.items("K1", "2019-09") == [("monthly_basic", "2019-09", 1026)]
    assert book.items("K1", "2019-10") == [("monthly_basic", "2019-10", 1045)]


def test_an_imported_contract_is_billed_from_the_month_it_came_to_us(book: Book) -> None:
    """What lies before the import was billed elsewhere; the month of the import is ours."""
    book.imported("K1", "2012-05-20")
    assert book.issue("2012-04")["issued"] == 0
    book.issue("2012-05")
    assert book.items("K1", "2012-05") == [("monthly_basic", "2012-05", 1050)]


def test_a_second_run_adds_nothing(book: Book) -> None:
    """The month is the natural key: repeated, even after something has changed, it writes nothing."""
    book.active("K1", "2018-06-02", "2018-06-12")
    assert book.issue("2018-07") == {"contracts": 1, "issued": 1, "items": 2}
    assert book.issue("2018-07") == {"contracts": 1, "issued": 0, "items": 0}
    book.record("K1", "cancel", "2018-08-10", channel="paper", received_at="2018-06-20T09:00:00+09:00")
    assert book.issue("2018-07") == {"contracts": 1, "issued": 0, "items": 0}
    book.issue("2018-08")
    assert ("monthly_basic", "2018-07", -1026) in book.items("K1", "2018-08")


def test_a_run_cut_off_goes_on_after_its_last_page(book: Book) -> None:
    """An attempt with a heartbeat after K1 begins with K2, and adds to the counts it was told."""
    for number in (1, 2, 3):
        book.imported(f"K{number}", "2012-05-20", agency=False)
    seen: list[str] = []

    def page(session: Session, after: str) -> Page:
        seen.append(after)
        return issue_page(session, Month.parse("2012-05"), moment("2012-06-05"), after, 1)

    environment = ActivityEnvironment()
    heartbeats: list[tuple[Any, ...]] = []
    environment.on_heartbeat = lambda *details: heartbeats.append(details)
    environment.info = environment.default_info().__class__(
        **{**environment.info.__dict__, "heartbeat_details": ["K1", {"issued": 1}]}
    )
    counts = asyncio.run(environment.run(run_pages, book.engine, page))
    assert seen == ["K1", "K2", "K3"]
    assert counts["issued"] == 3
    assert [details[0] for details in heartbeats] == ["K2", "K3"]
    assert book.statement("K1", "2012-05") is None
    assert book.statement("K3", "2012-05") is not None


def test_pages_cover_every_contract_once(book: Book) -> None:
    """Pages of one and of two contracts give the same statements as one page of all."""
    for number in (1, 2, 3):
        book.imported(f"K{number}", "2012-05-20", agency=False)
    assert book.issue("2012-05", size=1)["issued"] == 3
    assert book.issue("2012-06", size=2)["issued"] == 3
    assert book.issue("2012-07", size=3)["issued"] == 3


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


def test_line_charges_are_kept_once_and_only_where_they_are_ours(book: Book) -> None:
    """The same notice twice is kept once; a contract without payment on behalf keeps none."""
    book.imported("K1", "2012-05-20")
    book.imported("K2", "2012-05-20", agency=False)
    items = [{"code": "FLETS", "amount": 5200}, {"code": "FLETS", "amount": 5200}]
    with Session(book.engine) as session, session.begin():
        for _ in range(2):
            split = take_line_charges(session, "K1", "2012-05", items, moment("2012-06-02"))
            assert split is not None
            assert len(split.passed_through) == 2
        assert take_line_charges(session, "K2", "2012-05", items, moment("2012-06-02")) is None
        assert len(session.exec(select(LineCharge)).all()) == 2


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
        assert unpaid_combined(session, D("2012-07-01"), FIRST) == ([("K1-2012-05", "K1")], None)


def test_paid_a_day_late_still_counts_as_unpaid_when_the_due_date_passed(book: Book) -> None:
    """W-24.3: a check that runs late decides by the due date; paid on the day itself keeps payment on behalf."""
    for number, paid_on in ((1, "2012-06-30"), (2, "2012-07-01")):
        book.imported(f"K{number}", "2012-05-20")
        book.issue("2012-05")
        book.pay(f"K{number}-2012-05", paid_on, 1050)
    with Session(book.engine) as session:
        assert unpaid_combined(session, D("2012-07-20"), FIRST) == ([("K2-2012-05", "K2")], None)


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


@pytest.mark.parametrize(("short", "unpaid"), [(0, []), (1, [("K1-2012-05", "K1")])])
def test_payment_on_behalf_goes_on_where_what_is_owed_was_paid(
    book: Book, short: int, unpaid: list[tuple[str, str]]
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


def total(book: Book, statement_id: str) -> int:
    """What a statement comes to."""
    with Session(book.engine) as session:
        return session.get_one(Statement, statement_id).total


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
        assert settled_charges(session) == [("K1-2018-08", "K1")]
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


@pytest.mark.parametrize(
    "change",
    [
        "update statement set total = 1, amount = 1, tax = 0",
        "delete from statement",
        "update statement_item set amount = 0",
        "delete from statement_item",
    ],
)
def test_a_statement_is_never_edited(book: Book, change: str) -> None:
    """The database itself refuses it; only whether it is paid may change."""
    book.active("K1", "2018-06-02", "2018-06-12")
    book.issue("2018-06")
    with book.engine.connect() as connection:
        with pytest.raises(IntegrityError, match="append-only"):
            connection.execute(text(change))
        connection.rollback()
        connection.execute(text("update statement set state = 'overdue'"))
        connection.rollback()


def _lost_and_chosen(book: Book) -> list[int]:
    """The line is lost on 2019-02-20, the contractor goes on on 04-10: how many fees of its own each month bears."""
    book.active("K1", "2018-05-20", "2018-06-12")
    own = []
    for month in ("2019-02", "2019-03", "2019-04", "2019-05"):
        if month == "2019-02":
            notice = {"notice_id": "N1", "kind": "end_notified", "effective_on": "2019-02-20"}
            book.record("K1", "line_notice", "2019-02-21", **notice, details={"reason": "name_change"})
        if month == "2019-04":
            answer = {"choice": "continue", "received_at": moment("2019-04-10").isoformat()}
            book.record("K1", "choose", "2019-04-10", **answer, holder_is_applicant=True)
        book.issue(month)
        own.append(len([item for item in book.items("K1", month) if item[1] == month]))
    return own


def test_fees_go_on_while_a_choice_is_open(book: Book) -> None:
    """The owner's reading: a choice pauses nothing (A-28)."""
    assert _lost_and_chosen(book) == [1, 1, 1, 1]


def test_months_that_begin_while_a_choice_is_open_bear_no_fee(book: Book, set_term: Any) -> None:
    """Read otherwise: March and April begin before the answer of 04-10 and bear none (A-28)."""
    set_term("line_notice.billed_while_choosing", value=False)
    assert _lost_and_chosen(book) == [1, 0, 0, 1]


def test_a_thousand_contracts_take_seconds_at_most(book: Book) -> None:
    """A month of 1,000 contracts is set-based work: their statements, all of them, in far less than ten seconds."""
    book.active("K0", "2018-06-02", "2018-06-12")
    with book.engine.begin() as connection:
        for number in range(1, 1_000):
            connection.execute(
                text("""
                    insert into contract (contract_id, state, chapter, course, needs_operator, created_at)
                    select :id, state, chapter, course, false, created_at from contract where contract_id = 'K0'
                """),
                {"id": f"K{number}"},
            )
            connection.execute(
                text("""
                    insert into entity (entity_id, kind, seq, state, offset_s, closed, created_at, recorded_at)
                    select 'contract/' || :id, kind, seq, state || cast(:own as jsonb), 0, false, created_at,
                      recorded_at
                    from entity where entity_id = 'contract/K0'
                """),
                {"id": f"K{number}", "own": json.dumps({"contract_id": f"K{number}"})},
            )
    begun = datetime.now(UTC)
    assert book.issue("2018-06") == {"contracts": 1_000, "issued": 1_000, "items": 1_000}
    assert book.issue("2018-07") == {"contracts": 1_000, "issued": 1_000, "items": 1_000}
    assert (datetime.now(UTC) - begun).total_seconds() < 10
