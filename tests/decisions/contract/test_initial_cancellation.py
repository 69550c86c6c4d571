"""Initial cancellation: its window, its fee, its voided months, and never back to with フレッツ."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]


def started(new_life: Callable[[], Any], application: dict[str, Any], moment: Moment, received: str) -> Any:
    """A contract applied for at a moment, in service from the 12th of the month after."""
    life = new_life()
    at = moment(received)
    edition = "2018-06-01" if at.date() >= date(2018, 6, 1) else "2017-06-01"
    consents = {**application["consents"], "general_terms": edition, "course_terms": edition}
    life.ask("apply", at, **application | {"received_at": at.isoformat(), "consents": consents})
    life.ask("start_service", moment("2018-06-12 09:00"), service_start_on="2018-06-12")
    return life


def cancel(life: Any, at: Any, papers: str, sent: str, then: str = "end") -> Any:
    """An initial cancellation keyed in at a moment."""
    return life.ask("initial_cancellation", at, papers_received_on=papers, dispatched_on=sent, then=then)


def test_inside_a_term_the_fee_is_reduced(new_life: Callable[..., Any], application: Any, moment: Moment) -> None:
    """3,000 instead of 4,500, due at once, and the months up to the dispatch are void (W-12.4, W-12.5)."""
    life = started(new_life, application, moment, "2018-05-31 10:00")
    told = cancel(life, moment("2018-06-20 10:00"), "2018-06-12", "2018-06-19").answer.decision
    assert (told["outcome"], told["effective_on"], told["course"]) == ("ends", "2018-06-19", None)
    assert (told["fee"], told["fee_outcome"]) == ({"amount": 3000, "tax": 240, "total": 3240}, "reduced")
    assert told["voided_months"] == {"from": None, "through": "2018-06"}
    assert {"W-12.4", "W-12.5", "W-10.7"} <= set(told["articles"])
    state = life.now
    assert (state.state, state.end_on, state.end_reason) == ("ended", date(2018, 6, 19), "initial_cancellation")
    (charge,) = state.charges.values()
    assert (charge.state, charge.due_on) == ("due", date(2018, 7, 31))
    assert (state.voided_months.first, state.voided_months.last) == (None, "2018-06")
    assert list(state.agenda) == ["close"]
    assert life.on("2018-06-18").state == "active"
    assert life.on("2018-06-19").state == "ended"


def test_without_a_term_there_is_nothing_to_reduce(
    new_life: Callable[..., Any], application: Any, moment: Moment
) -> None:
    """Applied from 2018-06-01 the fee is 0; the months are void all the same (A-31)."""
    life = started(new_life, application, moment, "2018-06-01 10:00")
    told = cancel(life, moment("2018-06-20 10:00"), "2018-06-12", "2018-06-15").answer.decision
    assert (told["fee"]["total"], told["fee_outcome"], life.now.charges) == (0, "none", {})
    assert told["voided_months"]["through"] == "2018-06"


@pytest.mark.parametrize(("sent", "refused"), [("2018-06-19", False), ("2018-06-20", True)])
def test_the_eighth_day_is_the_last(
    new_life: Callable[..., Any], application: Any, moment: Moment, sent: str, *, refused: bool
) -> None:
    """The day the papers came is day 1 (A-54)."""
    life = started(new_life, application, moment, "2018-05-31 10:00")
    outcome = cancel(life, moment("2018-06-20 10:00"), "2018-06-12", sent)
    assert (outcome.refused is not None) is refused
    if refused:
        assert outcome.refused.code == "INITIAL_CANCELLATION_TOO_LATE"
        assert "2018-06-19" in outcome.refused.detail


@pytest.mark.parametrize(
    ("papers", "sent", "code"),
    [
        ("2018-06-12", "2018-06-14", "IN_THE_FUTURE"),
        ("2018-06-14", "2018-06-13", "IN_THE_FUTURE"),
        ("2018-05-25", "2018-05-30", "BEFORE_SERVICE_START"),
    ],
)
def test_impossible_days_are_refused(
    new_life: Callable[..., Any], application: Any, moment: Moment, papers: str, sent: str, code: str
) -> None:
    """Nothing sent tomorrow, nothing cancelled before it was applied for."""
    life = started(new_life, application, moment, "2018-05-31 10:00")
    assert cancel(life, moment("2018-06-13 10:00"), papers, sent).refused.code == code


def test_it_replaces_what_a_cancellation_planned(
    new_life: Callable[..., Any], application: Any, moment: Moment
) -> None:
    """Sent while ending, the reduced fee takes the place of the planned one."""
    life = started(new_life, application, moment, "2018-05-31 10:00")
    at = moment("2018-06-14 10:00")
    life.ask("cancel", at, channel="online", received_at=at.isoformat())
    cancel(life, moment("2018-06-15 10:00"), "2018-06-12", "2018-06-15")
    assert [(each.state, each.amount) for each in life.now.charges.values()] == [("due", 3000)]
    assert life.now.end_on == date(2018, 6, 15)


def moved(new_life: Callable[..., Any], moment: Moment, to_course: str, change_on: str = "2018-05-10") -> Any:
    """A with フレッツ contract that changed its course on that day of May 2018."""
    life = new_life()
    values = {
        "contract_id": "K1",
        "course": "W1_FAMILY",
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "payment_agency": True,
        "line": {"operator": "EAST"},
    }
    life.ask("import", moment("2018-05-01 09:00"), **values)
    at = moment("2018-05-02 10:00")
    life.ask(
        "request_course_change",
        at,
        to_course=to_course,
        channel="online",
        received_at=at.isoformat(),
        change_on=change_on,
    )
    life.pass_to(moment(f"{change_on} 00:00"))
    assert life.now.course == to_course
    return life


def test_from_collabo_it_becomes_with_flets_two(new_life: Callable[..., Any], moment: Moment) -> None:
    """Never back to with フレッツ: the contract is with フレッツ II without a term (W-21.4)."""
    life = moved(new_life, moment, "COLLABO")
    told = cancel(life, moment("2018-05-15 10:00"), "2018-05-10", "2018-05-15", "W2_FAMILY").answer.decision
    assert (told["outcome"], told["course"], told["fee"]["total"]) == ("becomes_w2", "W2_FAMILY", 0)
    assert told["voided_months"] is None
    state = life.now
    assert (state.state, state.chapter, state.course, state.minimum_term) == ("active", 1, "W2_FAMILY", None)
    assert [line.course for line in state.course_history] == ["W1_FAMILY", "COLLABO", "W2_FAMILY"]
    assert state.payment_agency.state == "off_ended"


@pytest.mark.parametrize(("then", "state", "course"), [("end", "ended", None), ("W2_FAMILY", "active", "W2_FAMILY")])
def test_with_flets_two_itself_ends_or_stays(
    new_life: Callable[..., Any], moment: Moment, then: str, state: str, course: str | None
) -> None:
    """Cancelled is the contract since the change of 06-01: its months are void, not those before (A-50)."""
    life = moved(new_life, moment, "W2_FAMILY", "2018-06-01")
    told = cancel(life, moment("2018-06-05 10:00"), "2018-06-01", "2018-06-05", then).answer.decision
    assert (life.now.state, told["course"], told["fee"]["total"]) == (state, course, 0)
    assert told["voided_months"] == {"from": "2018-06", "through": "2018-06"}


def test_the_month_of_the_course_before_stays_billed(new_life: Callable[..., Any], moment: Moment) -> None:
    """Changed in mid-May, cancelled in May: May is a month of with フレッツ and is billed (W-12.5)."""
    life = moved(new_life, moment, "W2_FAMILY")
    told = cancel(life, moment("2018-05-15 10:00"), "2018-05-10", "2018-05-15", "end").answer.decision
    assert (told["voided_months"], life.now.voided_months) == (None, None)


@pytest.mark.parametrize(
    ("to_course", "state", "course"), [("COLLABO", "active", "W2_FAMILY"), ("W2_FAMILY", "ended", "W2_FAMILY")]
)
def test_what_follows_where_nothing_is_said(
    new_life: Callable[..., Any], moment: Moment, to_course: str, state: str, course: str
) -> None:
    """From another course it becomes with フレッツ II by itself (W-21.4); cancelling that very course ends (A-50)."""
    life = moved(new_life, moment, to_course)
    cancel(life, moment("2018-05-15 10:00"), "2018-05-10", "2018-05-15", None)
    assert (life.now.state, life.now.course) == (state, course)


@pytest.mark.parametrize(
    ("came", "sent", "code"),
    [
        ("2019-09-12", "2019-09-15", "NOT_OF_THIS_CONTRACT"),
        ("2018-08-11", "2018-08-11", None),
        ("2018-08-12", "2018-08-12", "NOT_OF_THIS_CONTRACT"),
    ],
)
def test_papers_are_those_of_the_conclusion(
    contract: Any, moment: Moment, came: str, sent: str, code: str | None
) -> None:
    """Applied 2018-05-20, begun 06-12: papers of more than 60 days later are not those of this contract."""
    refused = cancel(contract, moment(f"{sent} 10:00"), came, sent).refused
    assert (refused.code if refused else None) == code


def test_papers_of_a_change_ahead_cancel_the_change_alone(contract: Any, moment: Moment) -> None:
    """A change to OTHER asked for 2019-09-10: its papers take its fee, its task and its agenda item away (W-21.4)."""
    before = contract.now
    at = moment("2019-09-10 10:00")
    contract.ask("request_course_change", at, to_course="OTHER", channel="online", received_at=at.isoformat())
    assert (len(contract.now.charges), list(contract.now.tasks)) == (1, ["FEE_DECISION"])
    told = cancel(contract, moment("2019-09-15 10:00"), "2019-09-12", "2019-09-15", "W2_MANSION").answer.decision
    assert (told["outcome"], told["cancelled_change"]) == ("change_cancelled", "OTHER")
    left = {"seq", "latest"}
    assert contract.now.model_dump(exclude=left) == before.model_dump(exclude=left)


@pytest.mark.parametrize(
    ("then", "code"), [("W1_FAMILY", "NO_RETURN_TO_W1"), ("W2_MANSION", "COURSE_FOLLOWS_LINE_TYPE")]
)
def test_where_it_cannot_lead(new_life: Callable[..., Any], moment: Moment, then: str, code: str) -> None:
    """Not back to with フレッツ, and not to a course of another line type."""
    life = moved(new_life, moment, "W2_FAMILY")
    assert cancel(life, moment("2018-05-15 10:00"), "2018-05-10", "2018-05-15", then).refused.code == code


def test_without_a_past_in_with_flets_it_can_only_end(
    new_life: Callable[..., Any], application: Any, moment: Moment
) -> None:
    """A contract that began with フレッツ II does not become it by cancelling."""
    life = started(new_life, application, moment, "2018-05-31 10:00")
    outcome = cancel(life, moment("2018-06-15 10:00"), "2018-06-12", "2018-06-15", "W2_FAMILY")
    assert outcome.refused.code == "NOT_IN_THIS_BOOK"


def test_going_on_asks_for_a_contract_that_goes_on(new_life: Callable[..., Any], moment: Moment) -> None:
    """While ending, the cancellation has to be taken back first."""
    life = moved(new_life, moment, "W2_FAMILY")
    at = moment("2018-05-12 10:00")
    life.ask("cancel", at, channel="online", received_at=at.isoformat())
    outcome = cancel(life, moment("2018-05-15 10:00"), "2018-05-10", "2018-05-15", "W2_FAMILY")
    assert outcome.refused.status == 409


def test_a_carried_term_is_not_reduced(contract: Any, moment: Moment) -> None:
    """光コラボ inside the carried period costs 4,500 also on an initial cancellation: paragraph 4 names W2 (A-32)."""
    at = moment("2018-12-01 10:00")
    contract.ask("request_course_change", at, to_course="COLLABO", channel="online", received_at=at.isoformat())
    told = cancel(contract, moment("2019-01-05 10:00"), "2019-01-01", "2019-01-05").answer.decision
    assert (told["fee"]["amount"], told["voided_months"]) == (4500, None)


def test_a_correction_brings_the_contract_back(new_life: Callable[..., Any], application: Any, moment: Moment) -> None:
    """An initial cancellation entered by mistake is undone with its fee and its voided months (X-05)."""
    life = started(new_life, application, moment, "2018-05-31 10:00")
    before = life.now.model_dump(exclude={"seq"})
    cancel(life, moment("2018-06-15 10:00"), "2018-06-12", "2018-06-15")
    life.ask("correct", moment("2018-06-16 10:00"), voids=life.now.seq, reason_code="entry_error")
    assert life.now.model_dump(exclude={"seq"}) == before


def test_an_end_ahead_is_told_again_with_its_fee_when_the_change_before_it_falls(contract: Any, moment: Moment) -> None:
    """Cancelled for November behind a change to DOCOMO: 0 yen; without the change 4,950 on the W2 contract."""
    at = moment("2019-10-11 10:00")
    contract.ask("request_course_change", at, to_course="DOCOMO", channel="online", received_at=at.isoformat())
    at = moment("2019-10-13 10:00")
    told = contract.ask("cancel", at, channel="paper", received_at=at.isoformat(), wanted_month="2019-11")
    assert told.answer.decision["fee"]["total"] == 0
    sent = cancel(contract, moment("2019-10-28 10:00"), "2019-10-24", "2019-10-28").outgoing
    assert [(each.name, each.data["fee"]["total"]) for _, each in sent] == [
        ("initial_cancellation_accepted", 0),
        ("cancellation_accepted", 4950),
    ]
    assert [(each.total, each.state) for each in contract.now.charges.values()] == [(4950, "planned")]
