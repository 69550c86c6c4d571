"""What a dry run says falls, moves and is told is what the answer says, and what then happens (X-05)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, col, select

from api.contracts.billing import PaymentBody, try_payment
from api.contracts.billing_view import charge_items
from api.doors.dry_run import dry_decision
from api.services import Caller
from api.wire.spoken import revised
from decisions.registry import DOMAINS
from models.messages.contract.contract import workflow_id
from models.tables.contract.billing import Payment, Statement
from rules.calendar import Month
from store.billing.owed import no_longer_owed
from store.billing.statements import credit
from tests.activities.statements.book import Book, D, at_now, written

NOW = "2012-09-20"
"""Statements to August are out; the one of July was not paid by 08-31, so payment on behalf is off from 09-01."""

LISTS = ("revises", "money", "tells")

CHARGE = {"code": "FLETS", "amount": 5200}

LATE: dict[str, tuple[str, dict[str, Any]]] = {
    "cancel": ("cancel", {"channel": "paper", "received_at": "2012-06-20T10:00:00+09:00", "approved": True}),
    "cancel, held": ("cancel", {"channel": "paper", "received_at": "2012-06-20T10:00:00+09:00"}),
    "cancel last month": ("cancel", {"channel": "paper", "received_at": "2012-08-20T10:00:00+09:00"}),
    "terminate": ("terminate", {"effective_on": "2012-06-15", "reason_code": "other"}),
    "change out of the book": (
        "request_course_change",
        {"to_course": "DOCOMO", "channel": "paper", "received_at": "2012-06-20T10:00:00+09:00",
         "change_on": "2012-07-01", "approved": True},
    ),
    "change into chapter 1": (
        "request_course_change",
        {"to_course": "W2_GIGA_FAMILY", "channel": "paper", "received_at": "2012-06-20T10:00:00+09:00",
         "change_on": "2012-07-01", "approved": True},
    ),
    "move with the line": (
        "line_notice",
        {"kind": "service_type_changed", "notice_id": "N1", "effective_on": "2012-06-20",
         "details": {"service_type": "MANSION", "by": "customer"}},
    ),
    "line ended": (
        "line_notice",
        {"kind": "terminated", "notice_id": "N2", "effective_on": "2012-06-20", "details": {}},
    ),
    "relocate": ("relocate", {"to_operator": "WEST", "received_at": "2012-06-20T10:00:00+09:00"}),
    "benefit": ("add_benefit", {"benefit_id": "B1", "minimum_months": 12, "fee": 3000, "from_on": "2012-06-01"}),
    "line charges": ("take_line_charges", {"month": "2012-08", "items": [{"code": "FLETS", "amount": 70}]}),
    "correct line charges": ("correct", {"voids": 2, "reason_code": "entry_error"}),
    "correct the withdrawal": ("correct", {"voids": 3, "reason_code": "entry_error"}),
}  # fmt: skip


@pytest.fixture
def flets(book: Book) -> Book:
    """A with フレッツ contract: June is paid, July was not by its due day, NTT's charges of May were keyed in."""
    book.imported("K1", "2012-05-20")
    book.record("K1", "take_line_charges", "2012-06-01", month="2012-05", items=[{"code": "FLETS", "amount": 5200}])
    for month in ("2012-05", "2012-06", "2012-07"):
        book.issue(month)
    book.record("K1", "withdraw_payment_agency", "2012-09-01T00:00:00+09:00", statement_id="K1-2012-07")
    book.issue("2012-08")
    book.pay("K1-2012-06", "2012-07-20", 1050)
    return book


def dry(book: Book, name: str, said: dict[str, Any]) -> dict[str, Any]:
    """The answer of a dry run."""
    with Session(book.engine) as session:
        at_now(session, NOW)
        command = DOMAINS["contract"].commands[name].command.model_validate({"actor": "test", **said})
        answer = dry_decision(session, "contract", workflow_id("K1"), name, command)
        session.rollback()
    return answer.decision


def named(tells: list[dict[str, str]], how: str) -> set[tuple[str, str]]:
    """Those of the list."""
    return {(each["what"], each["channel"]) for each in tells if each["how"] == how}


@pytest.mark.parametrize("case", LATE)
def test_a_late_command_is_answered_as_its_dry_run_said(flets: Book, case: str) -> None:
    """The same falls, the same money moves, the same people are told, and each thing is named once."""
    name, said = LATE[case]
    tried = dry(flets, name, said)
    with Session(flets.engine) as session:
        billed = {each["charge_id"]: each for each in charge_items(session, "K1", voided=False)}
    before = written(flets)
    recorded = flets.record("K1", name, NOW, **said)
    assert recorded.answer is not None
    told = recorded.answer.decision
    assert {key: tried.get(key) for key in ("revises", "money")} == {key: told.get(key) for key in ("revises", "money")}
    if "tells" in told:
        assert tried["tells"] == told["tells"]
        assert len({tuple(each.values()) for each in told["tells"]}) == len(told["tells"])
    if told["outcome"] != "needs_approval":
        assert named(tried["tells"], "sent") == set(written(flets) - before)
    for each in told.get("money", []):
        if each["was"] is not None and "month" in each["was"]:
            shown = billed[each["charge_id"]]
            assert each["was"] == {key: shown[key] for key in ("code", "state", "month", "due_on", "money")}
    flets.issue("2012-09")
    back = {(each["was"]["month"], -each["was"]["money"]["total"]) for each in told.get("money", []) if each["was"]}
    if told["outcome"] != "needs_approval":
        assert {(month, money) for _, month, money in flets.items("K1", "2012-09") if money < 0} == back


@pytest.mark.parametrize("ended_on", [None, "2012-09-05", "2012-09-09"])
def test_a_payment_found_to_be_in_time_shows_what_it_takes_back(flets: Book, ended_on: str | None) -> None:
    """The withdrawal falls, in dry run and answer, in the reader's words; NTT is told, also after an end (W-24.3)."""
    body = PaymentBody(statement_id="K1-2012-07", paid_on=D("2012-08-30"), amount=1050)
    if ended_on is not None:
        flets.record("K1", "terminate", "2012-09-10", effective_on=ended_on, reason_code="other", approved=True)
    with Session(flets.engine) as session:
        at_now(session, NOW)
        _, answer = try_payment(session, Caller("test", "backoffice"), "K1", body)
        session.rollback()
        at_now(session, NOW)
        _, in_japanese = try_payment(session, Caller("test", "backoffice"), "K1", body, "ja")
        session.rollback()
    assert answer is not None
    assert in_japanese is not None
    tried = answer.decision
    with Session(flets.engine) as session:
        assert session.exec(select(Payment).where(col(Payment.statement_id) == "K1-2012-07")).first() is None
    before = written(flets)
    flets.pay("K1-2012-07", "2012-08-30", 1050)
    recorded = flets.record("K1", "charge_paid", NOW, statement_id="K1-2012-07")
    assert recorded.answer is not None
    told = recorded.answer.decision
    assert {key: tried.get(key) for key in LISTS} == {key: told.get(key) for key in LISTS}
    with Session(flets.engine) as session:
        rows = revised(session, "contract/K1", told["revises"], "ja")
        assert revised(session, "contract/K1", told["revises"], "en") == tried["revises"]
    assert rows == in_japanese.decision["revises"]
    said = [row[side]["detail"] for row in rows for side in ("was", "becomes") if row[side]]
    assert said
    assert all("ました" in each for each in said)
    assert [each["was"]["event"] for each in tried["revises"] if each["was"]][:1] == ["withdraw_payment_agency"]
    assert ("PAYMENT_STATUS", "carrier") in named(tried["tells"], "sent")
    assert ("DIRECT_BILLING_WITHDRAWN", "carrier") in named(tried["tells"], "sent")
    assert (("DIRECT_BILLING", "carrier") in named(tried["tells"], "sent")) == (ended_on is not None)
    assert named(tried["tells"], "sent") == set(written(flets) - before)


def test_what_is_asked_for_of_a_statement_is_paid_before_the_rest_is_taken_back(book: Book) -> None:
    """The next statement takes the line charges back: without them it is a payment in full, and settles with that."""
    book.imported("K1", "2012-05-20")
    book.issue("2012-05")
    for at, month, code in (("2012-07-02", "2012-06", "FLETS"), ("2012-07-03", "2012-05", "CONSTRUCTION")):
        items = [{"code": code, "amount": 5200}]
        book.record("K1", "take_line_charges", at, month=month, items=items)
    book.issue("2012-06")
    changed = {"kind": "service_type_changed", "notice_id": "N1", "effective_on": "2012-05-25"}
    book.record("K1", "line_notice", "2012-07-10", details={"service_type": "MANSION", "by": "customer"}, **changed)
    with Session(book.engine) as session:
        at_now(session, "2012-07-26")
        total = session.get_one(Statement, "K1-2012-06").total
        asked = total - no_longer_owed(session, ["K1"], Month(2012, 7))["K1-2012-06"]
        assert 0 < asked < total
        body = PaymentBody(statement_id="K1-2012-06", paid_on=D("2012-07-25"), amount=asked)
        paid, told = try_payment(session, Caller("test", "backoffice"), "K1", body)
        session.rollback()
    assert (paid.decision.outcome, paid.tell, told) == ("paid", False, None)


@pytest.mark.parametrize(("paid_on", "in_time"), [("2012-08-30", True), ("2012-09-03", False)])
def test_what_a_credit_has_settled_is_still_paid_in_whole(book: Book, paid_on: str, *, in_time: bool) -> None:
    """July was paid before September's run gave line charges back: the credit is the contractor's again (W-24.3)."""
    book.imported("K1", "2012-05-20")
    charges = book.record("K1", "take_line_charges", "2012-07-02", month="2012-06", items=[CHARGE]).state["seq"]
    for month in ("2012-05", "2012-06", "2012-07"):
        book.issue(month)
    book.pay("K1-2012-05", "2012-06-20", 1050)
    book.pay("K1-2012-06", "2012-07-20", 6250)
    book.record("K1", "correct", "2012-08-25", voids=charges, reason_code="entry_error", approved=True)
    book.issue("2012-08")
    body = PaymentBody(statement_id="K1-2012-07", paid_on=D(paid_on), amount=1050)
    with Session(book.engine) as session:
        at_now(session, "2012-09-10")
        assert (session.get_one(Statement, "K1-2012-07").state, credit(session, "K1")) == ("paid", 3100)
        paid, _ = try_payment(session, Caller("test", "backoffice"), "K1", body)
        session.rollback()
    assert (paid.decision.outcome, paid.decision.data["owed"]) == ("paid", 0)
    book.pay("K1-2012-07", paid_on, 1050, keyed="2012-09-10")
    with Session(book.engine) as session:
        july = session.get_one(Statement, "K1-2012-07")
        assert (july.state, july.settled_on == D(paid_on), credit(session, "K1")) == ("paid", True, 4150)
        assert (july.settled_on <= july.due_on) is in_time
