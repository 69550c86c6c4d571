"""Payment on behalf ends once: with the withdrawal for non-payment, or with with フレッツ, whichever day is earlier."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]

D = date.fromisoformat
UNPAID_FROM = "2018-08-01"
"""The first day without payment on behalf by the statement due on 2018-07-31."""


@pytest.fixture
def flets(new_life: Callable[[], Any], moment: Moment) -> Any:
    """A with フレッツ contract with payment on behalf, whose statement due on 2018-07-31 is not paid."""
    life = new_life()
    values = {"course": "W1_FAMILY", "applied_on": "2009-04-01", "service_start_on": "2009-04-20"}
    line = {"operator": "EAST"}
    life.ask("import", moment("2018-05-01 09:00"), contract_id="K1", payment_agency=True, line=line, **values)
    about = {"contract_id": "K1", "charges": (), "due_on": "2018-07-31", "combined": True}
    life.facts["statement"] = {**about, "settled_on": None}
    return life


def terminate(life: Any, at: Any) -> Any:
    """By NTT-ME, after 2018-07-15."""
    return life.ask("terminate", at, effective_on="2018-07-15", reason_code="other", approved=True)


def cancel(life: Any, at: Any) -> Any:
    """By a letter that arrived on 2018-06-20: after 2018-06-30."""
    return life.ask("cancel", at, channel="paper", received_at=min(at, at.replace(month=6, day=20)))


def change(life: Any, at: Any) -> Any:
    """Out of the book on 2018-07-10, by an application of 2018-06-20."""
    received_at = min(at, at.replace(month=6, day=20))
    values = {"to_course": "COLLABO", "change_on": "2018-07-10"}
    return life.ask("request_course_change", at, channel="paper", received_at=received_at, **values)


def move(life: Any, at: Any) -> Any:
    """Into with フレッツ II with the line, on 2018-07-01."""
    said = {"kind": "service_type_changed", "notice_id": "N1", "effective_on": "2018-06-20"}
    return life.ask("line_notice", at, details={"service_type": "MANSION", "by": "customer"}, **said)


ENDS = [(terminate, "2018-07-16"), (cancel, "2018-07-01"), (change, "2018-07-10"), (move, "2018-07-01")]


def billed_by_ntt(life: Any) -> list[str]:
    """The days from which NTT bills directly, as it has been told so far."""
    days: Counter[str] = Counter()
    for entry in sorted(life.log, key=lambda each: each.seq):
        for each in entry.told:
            if each.channel == "carrier" and each.name in {"DIRECT_BILLING", "DIRECT_BILLING_WITHDRAWN"}:
                days[each.data["from_on"]] += 1 if each.name == "DIRECT_BILLING" else -1
    return [day for day, told in days.items() if told]


@pytest.mark.parametrize(("end", "from_on"), ENDS, ids=lambda each: getattr(each, "__name__", None))
@pytest.mark.parametrize("late", [False, True])
def test_an_end_before_the_withdrawal_takes_its_place(
    flets: Any, moment: Moment, end: Callable[[Any, Any], Any], from_on: str, *, late: bool
) -> None:
    """NTT bills from the day after the end, told before the statement was unpaid or long after it (W-24.4, A-44)."""
    if not late:
        end(flets, moment("2018-06-25 10:00"))
        flets.pass_to(moment("2018-08-01 00:00"))
    unpaid = flets.ask("withdraw_payment_agency", moment("2018-08-01 00:10"), statement_id="K1-2018-06")
    assert (unpaid.refused is not None) is not late
    if late:
        assert billed_by_ntt(flets) == [UNPAID_FROM]
        told = end(flets, moment("2018-08-20 10:00"))
        if told.answer.decision["outcome"] == "needs_approval":
            # It takes a recorded withdrawal away and ends the contract: an operator sees it first.
            held = told.answer.decision["held_id"]
            at = moment("2018-08-20 11:00")
            told = flets.ask("decide_revision", at, held_id=held, accept=True, reason_code="other")
        letters = [each.data for _, each in told.outgoing if each.name == "direct_billing"]
        assert [str(each["from_on"]) for each in letters] == [from_on]
    agency = flets.now.payment_agency
    assert (agency.state, agency.since) == ("off_ended", D(from_on))
    assert billed_by_ntt(flets) == [from_on]


@pytest.mark.parametrize("on", ["2018-07-31", "2018-08-01", "2018-08-10"])
def test_an_end_on_or_after_the_first_day_of_the_withdrawal_tells_ntt_nothing_new(
    flets: Any, moment: Moment, on: str
) -> None:
    """What NTT was told from that day on holds (W-24.3); with both on one day the end is the reason, as on time."""
    flets.ask("withdraw_payment_agency", moment("2018-08-01 00:10"), statement_id="K1-2018-06")
    flets.ask("terminate", moment("2018-08-20 10:00"), effective_on=on, reason_code="other", approved=True)
    agency = flets.now.payment_agency
    expected = "off_ended" if on == "2018-07-31" else "off_unpaid"
    assert (flets.now.state, agency.state, agency.since) == ("ended", expected, D(UNPAID_FROM))
    assert billed_by_ntt(flets) == [UNPAID_FROM]


def test_an_end_that_is_corrected_brings_the_withdrawal_back(flets: Any, moment: Moment) -> None:
    """NTT bills from the day of the withdrawal again, and is told so (W-24.3, W-24.5)."""
    flets.ask("withdraw_payment_agency", moment("2018-08-01 00:10"), statement_id="K1-2018-06")
    terminate(flets, moment("2018-08-20 10:00"))
    seq = next(entry.seq for entry in flets.log if entry.event == "terminate")
    flets.ask("correct", moment("2018-08-21 10:00"), voids=seq, reason_code="other")
    agency = flets.now.payment_agency
    assert (flets.now.state, agency.state, agency.since) == ("active", "off_unpaid", D(UNPAID_FROM))
    assert billed_by_ntt(flets) == [UNPAID_FROM]
