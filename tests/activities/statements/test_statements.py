"""Statements on a real PostgreSQL: which months one bears, and what is never done twice or edited."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from temporalio.testing import ActivityEnvironment

from activities.billing.runs import issue_page
from activities.runs import Page, run_pages
from models.tables.contract.billing import Statement, StatementItem
from rules.calendar import Month
from tests.activities.statements.book import Book, D, moment


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
