"""What NTT is told of the contract's contents and of payments, when its ground occurs (W-13.1c, W-13.1e, W-25.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


def told(life: Any, kind: str) -> list[dict[str, Any]]:
    """The messages of a kind, in the order in which they were decided."""
    return [each.data for entry in life.log for each in entry.told if (each.channel, each.name) == ("carrier", kind)]


BEGUN = {"change": "begun", "course": "W2_FAMILY", "on": "2018-06-12"}


def _cancelled(life: Any, moment: Moment) -> None:
    life.ask("cancel", moment("2019-07-20 10:00"), channel="online", received_at=moment("2019-07-20 10:00"))
    life.pass_to(moment("2019-08-01 00:00"))


def _cancelled_initially(life: Any, moment: Moment) -> None:
    days = {"papers_received_on": "2018-06-14", "dispatched_on": "2018-06-20"}
    life.ask("initial_cancellation", moment("2018-06-21 10:00"), **days)


def _terminated(life: Any, moment: Moment) -> None:
    life.ask("terminate", moment("2019-05-02 10:00"), effective_on="2019-05-15", ground="breach", reason_code="breach")
    life.pass_to(moment("2019-05-16 00:00"))


def _moved_with_the_line(life: Any, moment: Moment) -> None:
    said = {"kind": "service_type_changed", "details": {"service_type": "MANSION", "by": "customer"}}
    life.ask("line_notice", moment("2019-02-10 10:00"), notice_id="N1", effective_on="2019-02-10", **said)
    life.pass_to(moment("2019-03-01 00:00"))


def _left(life: Any, moment: Moment) -> None:
    """Changed to a course of neither chapter, which then ends: the end concerns NTT no more."""
    asked = {"to_course": "OTHER", "channel": "online", "received_at": moment("2019-02-10 10:00")}
    life.ask("request_course_change", moment("2019-02-10 10:00"), change_on="2019-03-10", **asked)
    life.pass_to(moment("2019-03-10 00:00"))
    _cancelled(life, moment)


def _switched(life: Any, moment: Moment) -> None:
    life.ask(
        "line_notice", moment("2019-02-10 10:00"), notice_id="N1", effective_on="2019-02-10",
        kind="service_type_changed", details={"service_type": "MANSION", "by": "ntt"},
    )  # fmt: skip
    life.ask("switch_course", moment("2019-02-12 10:00"), to_course="W2_MANSION", reason_code="ntt_changed_type")


@pytest.mark.parametrize(
    ("happens", "messages"),
    [
        (_cancelled, [{"change": "ended", "course": "W2_FAMILY", "on": "2019-07-31"}]),
        (_cancelled_initially, [{"change": "ended", "course": "W2_FAMILY", "on": "2018-06-20"}]),
        (_terminated, [{"change": "ended", "course": "W2_FAMILY", "on": "2019-05-15"}]),
        (
            _moved_with_the_line,
            [{"change": "course_changed", "course": "W2_FAMILY", "to_course": "W2_MANSION", "on": "2019-03-01"}],
        ),
        (_left, [{"change": "course_changed", "course": "W2_FAMILY", "to_course": "OTHER", "on": "2019-03-10"}]),
        (
            _switched,
            [{"change": "course_changed", "course": "W2_FAMILY", "to_course": "W2_MANSION", "on": "2019-02-12"}],
        ),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
def test_ntt_is_told_the_contents_of_the_contract(
    contract: Any, moment: Moment, happens: Callable[[Any, Moment], None], messages: list[dict[str, Any]]
) -> None:
    """Begun, on another course, over: once each, on the day it is so, in codes and days only (W-13.1c)."""
    happens(contract, moment)
    assert told(contract, "CONTRACT") == [BEGUN, *messages]


def test_a_start_that_is_withdrawn_is_told_too(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment
) -> None:
    """Between the announcement and the day the application is withdrawn: nothing has begun (W-12.1n, W-13.1c)."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **application)
    life.ask("start_service", moment("2018-06-10 09:00"), service_start_on="2018-07-12")
    life.ask("withdraw", moment("2018-07-11 23:59"))
    assert [each["change"] for each in told(life, "CONTRACT")] == ["begun", "withdrawn"]


def test_an_application_that_begins_nothing_is_not_told(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment
) -> None:
    """Accepted and withdrawn before any start: there were no contents."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **application)
    life.ask("withdraw", moment("2018-05-21 09:00"))
    assert told(life, "CONTRACT") == []


def test_what_was_told_wrongly_is_told_again(contract: Any, moment: Moment) -> None:
    """A start on another day than first keyed in: the first message is taken back, the right one sent."""
    seq = next(entry.seq for entry in contract.log if entry.event == "start_service")
    contract.ask("correct", moment("2018-06-20 10:00"), voids=seq, reason_code="entry_error")
    contract.ask("start_service", moment("2018-06-20 10:05"), service_start_on="2018-06-15")
    assert told(contract, "CONTRACT") == [BEGUN, {**BEGUN, "withdrawn": True}, {**BEGUN, "on": "2018-06-15"}]


@pytest.mark.parametrize(
    ("settled_on", "statuses"),
    [("2018-07-31", [("unpaid", False), ("unpaid", True)]), ("2018-08-10", [("unpaid", False), ("paid", False)])],
)
def test_ntt_is_told_what_becomes_of_an_unpaid_statement(
    new_life: Callable[[], Any], moment: Moment, settled_on: str, statuses: list[tuple[str, bool]]
) -> None:
    """Paid after its due date it is paid; found to have been paid in time it never was unpaid (W-13.1e, W-24.3)."""
    life = new_life()
    values = {"course": "W1_FAMILY", "applied_on": "2009-04-01", "service_start_on": "2009-04-20"}
    line = {"operator": "EAST"}
    life.ask("import", moment("2018-05-01 09:00"), contract_id="K1", payment_agency=True, line=line, **values)
    about = {"contract_id": "K1", "charges": (), "due_on": "2018-07-31", "combined": True}
    life.facts["statement"] = {**about, "settled_on": None}
    life.ask("withdraw_payment_agency", moment("2018-08-01 00:00"), statement_id="K1-2018-06")
    life.facts["statement"] = {**about, "settled_on": settled_on}
    life.ask("charge_paid", moment("2018-08-11 10:00"), statement_id="K1-2018-06")
    assert [(each["status"], "withdrawn" in each) for each in told(life, "PAYMENT_STATUS")] == statuses
