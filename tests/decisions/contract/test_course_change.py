"""Course changes by application: dates, terms, fees, undo, and what a cancellation does to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pydantic_core import to_jsonable_python

from activities.notices import render

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]

SHOWN = {"seq"}
"""What an undo may change: the number of the last entry."""


def plain(state: Any) -> dict[str, Any]:
    """Everything of a state an undo has to bring back."""
    return dict(state.model_dump(mode="json", exclude=SHOWN))


def apply_for(life: Any, at: Any, to_course: str, **more: Any) -> Any:
    """An online application received now."""
    more.setdefault("received_at", at.isoformat())
    return life.ask("request_course_change", at, to_course=to_course, channel="online", **more)


def imported(new_life: Callable[[], Any], at: Any, course: str, end_on: str | None = None, **more: Any) -> Any:
    """A running contract in a course, taken over at a moment."""
    life = new_life()
    values = {
        "contract_id": "K1",
        "course": course,
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "minimum_term_end_on": end_on,
        "line": {"operator": "EAST"},
        **more,
    }
    assert life.ask("import", at, **values).refused is None
    return life


# The day of the change


def test_without_an_agreed_day_it_is_the_first_of_the_next_month(contract: Any, moment: Moment) -> None:
    """Applied on 2018-12-20, a change takes effect at 00:00 JST of 2019-01-01 (W-09.1)."""
    outcome = apply_for(contract, moment("2018-12-20 10:00"), "DOCOMO")
    assert outcome.answer.decision["effective_on"] == "2019-01-01"
    assert contract.now.pending_course_change.to_course == "DOCOMO"
    assert contract.now.agenda["course_change"].on == date(2019, 1, 1)
    contract.pass_to(moment("2018-12-31 23:59"))
    assert contract.now.course == "W2_FAMILY"
    contract.pass_to(moment("2019-01-01 00:00"))
    state = contract.now
    assert (state.state, state.course, state.chapter, state.pending_course_change) == ("active", "DOCOMO", 0, None)
    assert [line.course for line in state.course_history] == ["W2_FAMILY", "DOCOMO"]
    assert contract.on("2018-12-31").course == "W2_FAMILY"
    assert contract.on("2019-01-01").course == "DOCOMO"


def test_a_past_agreed_day_counts_retroactively(contract: Any, moment: Moment) -> None:
    """An application keyed in later moves the course at once, as of its day."""
    at = moment("2019-02-10 10:00")
    outcome = apply_for(
        contract, at, "DOCOMO", received_at=moment("2019-01-10 10:00").isoformat(), change_on="2019-01-15"
    )
    assert outcome.answer.decision["retroactive"] is True
    assert contract.now.course == "DOCOMO"
    assert contract.on("2019-01-14").course == "W2_FAMILY"
    assert contract.on("2019-01-15").course == "DOCOMO"


@pytest.mark.parametrize(
    ("to_course", "more", "code"),
    [
        ("W2_MANSION", {}, "COURSE_FOLLOWS_LINE_TYPE"),
        ("W1_FAMILY", {}, "NO_CHANGE_INTO_W1"),
        ("W2_FAMILY", {}, "SAME_COURSE"),
        ("NO_SUCH", {}, "UNKNOWN_COURSE"),
        ("DOCOMO", {"change_on": "2018-12-19"}, "CHANGE_ON_PAST"),
        ("DOCOMO", {"received_at": "2018-12-20T10:00:01+09:00"}, "IN_THE_FUTURE"),
        (
            "DOCOMO",
            {"received_at": "2018-06-01T10:00:00+09:00", "change_on": "2018-06-11"},
            "BEFORE_SERVICE_START",
        ),
    ],
)
def test_refused_changes_leave_nothing(
    contract: Any, moment: Moment, to_course: str, more: dict[str, Any], code: str
) -> None:
    """What the documents do not allow is refused with its articles."""
    before = contract.state
    outcome = apply_for(contract, moment("2018-12-20 10:00"), to_course, **more)
    assert outcome.refused.code == code
    assert outcome.refused.articles
    assert contract.state == before


def test_one_change_at_a_time(contract: Any, moment: Moment) -> None:
    """A second application while one is pending is a conflict."""
    apply_for(contract, moment("2018-12-20 10:00"), "DOCOMO")
    refused = apply_for(contract, moment("2018-12-21 10:00"), "COMSYS").refused
    assert (refused.status, refused.code) == (409, "COURSE_CHANGE_PENDING")


# Fees and terms


@pytest.mark.parametrize("to_course", ["DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A"])
def test_the_four_free_destinations_cost_nothing(contract: Any, moment: Moment, to_course: str) -> None:
    """The fee is waived and no term goes along (W-12.3a)."""
    told = apply_for(contract, moment("2018-12-20 10:00"), to_course).answer.decision
    assert (told["fee_outcome"], told["fee"]["total"]) == ("waived", 0)
    assert "W-12.3a" in told["articles"]
    contract.pass_to(moment("2019-01-01 00:00"))
    assert (contract.now.minimum_term, contract.now.charges) == (None, {})


@pytest.mark.parametrize("to_course", ["COLLABO", "HIKARI_PLUS"])
def test_the_rest_of_the_term_is_carried(contract: Any, moment: Moment, to_course: str) -> None:
    """A term to 2020-05-31 and a change in 2018-12 leave 2019-01 to 2020-05: 17 months (W-12.3b)."""
    told = apply_for(contract, moment("2018-12-01 10:00"), to_course, change_on="2018-12-15").answer.decision
    assert (told["fee_outcome"], told["carried"]) == ("carried", {"months": 17, "end_on": "2020-05-31"})
    contract.pass_to(moment("2018-12-15 00:00"))
    term = contract.now.minimum_term
    assert (term.start_on, term.end_on) == (date(2019, 1, 1), date(2020, 5, 31))
    assert contract.now.carried_term


def test_in_the_last_month_nothing_is_left_to_carry(contract: Any, moment: Moment) -> None:
    """A change in 2020-05 carries 0 months, and the new contract has no term (W-12.3b)."""
    told = apply_for(contract, moment("2020-05-10 10:00"), "COLLABO", change_on="2020-05-20").answer.decision
    assert told["carried"] == {"months": 0, "end_on": "2020-05-31"}
    contract.pass_to(moment("2020-05-20 00:00"))
    assert (contract.now.minimum_term, contract.now.carried_term) == (None, False)


def test_a_carried_contract_cancelled_inside_bears_the_fee_once(contract: Any, moment: Moment) -> None:
    """光コラボ ending inside the carried period costs 4,500; on its last day nothing (W-12.3b2, A-32, A-34)."""
    apply_for(contract, moment("2018-12-01 10:00"), "COLLABO")
    at = moment("2020-04-25 10:00")
    told = contract.ask("cancel", at, channel="paper", received_at=at.isoformat()).answer.decision
    assert (told["fee"]["amount"], told["fee_outcome"]) == (4500, "due")
    assert "W-12.3b2" in told["articles"]
    contract.ask("undo_cancellation", at)
    late = moment("2020-05-25 10:00")
    told = contract.ask("cancel", late, channel="paper", received_at=late.isoformat()).answer.decision
    assert (told["effective_on"], told["fee_outcome"]) == ("2020-05-31", "none")


def test_a_carried_contract_moves_on_free_to_docomo(contract: Any, moment: Moment) -> None:
    """From 光コラボ inside the carried period on to ドコモ光: waived (W-12.3b2); without one it is not ruled here."""
    apply_for(contract, moment("2018-12-01 10:00"), "COLLABO")
    told = apply_for(contract, moment("2019-02-10 10:00"), "DOCOMO").answer.decision
    assert told["fee_outcome"] == "waived"
    assert {"W-12.3a", "W-12.3b2"} <= set(told["articles"])
    contract.pass_to(moment("2019-03-01 00:00"))
    assert [line.course for line in contract.now.course_history] == ["W2_FAMILY", "COLLABO", "DOCOMO"]
    assert apply_for(contract, moment("2019-03-10 10:00"), "COMSYS").refused.code == "NOT_IN_THIS_BOOK"


def test_there_and_back_keeps_the_last_day(contract: Any, moment: Moment) -> None:
    """From with フレッツ II to 光コラボ and back the term still ends on 2020-05-31 (W-12.3b, W-12.2a)."""
    apply_for(contract, moment("2018-12-01 10:00"), "COLLABO")
    told = apply_for(contract, moment("2019-02-10 10:00"), "W2_FAMILY").answer.decision
    assert "W-12.2a" in told["articles"]
    contract.pass_to(moment("2019-03-01 00:00"))
    state = contract.now
    assert (state.chapter, state.minimum_term.source) == (1, "carried_from_collabo")
    assert (state.minimum_term.start_on, state.minimum_term.end_on) == (date(2019, 4, 1), date(2020, 5, 31))
    assert not state.carried_term
    assert [line.course for line in state.course_history] == ["W2_FAMILY", "COLLABO", "W2_FAMILY"]


@pytest.mark.parametrize(
    ("received", "change_on", "end_on", "months", "article"),
    [
        ("2018-04-05 10:00", "2018-04-10", "2019-08-31", "2018-05-01", "W-12.1b"),
        ("2018-07-01 10:00", "2018-07-10", "2019-08-31", "2018-08-01", "W-12.2a"),
    ],
)
def test_collabo_brings_its_own_term(
    new_life: Callable[[], Any],
    moment: Moment,
    received: str,
    change_on: str,
    end_on: str,
    months: str,
    article: str,
) -> None:
    """The last day stays, counted from the month after the change, on either side of 2018-06-01 (A-48)."""
    life = imported(new_life, moment("2018-04-01 09:00"), "COLLABO", end_on)
    told = apply_for(life, moment(received), "W2_FAMILY", change_on=change_on).answer.decision
    assert article in told["articles"]
    assert told["minimum_term"] == {"start_on": months, "end_on": end_on, "source": "carried_from_collabo"}


@pytest.mark.parametrize(
    ("received", "term"),
    [
        ("2018-05-31 10:00", {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "course_change"}),
        ("2018-06-01 10:00", None),
    ],
)
def test_other_courses_start_a_term_until_the_end_of_may(
    new_life: Callable[[], Any], moment: Moment, received: str, term: dict[str, str] | None
) -> None:
    """Applied for by 2018-05-31 a change starts 24 months with the change month; later none (W-12.1c, W-12.2b)."""
    life = imported(new_life, moment("2018-04-01 09:00"), "OTHER")
    told = apply_for(life, moment(received), "W2_FAMILY", change_on="2018-06-15").answer.decision
    assert told["minimum_term"] == term


def test_an_own_term_of_collabo_is_none_of_ours(new_life: Callable[[], Any], moment: Moment) -> None:
    """An imported 光コラボ contract ends under its own rules: no fee of this book (A-32)."""
    at = moment("2018-05-20 10:00")
    life = imported(new_life, at, "COLLABO", "2019-08-31")
    told = life.ask("cancel", at, channel="online", received_at=at.isoformat()).answer.decision
    assert told["fee_outcome"] == "none"


# Waiting for an operator


@pytest.mark.parametrize(("due", "state", "total"), [(True, "due", 4860), (False, "waived", 0)])
def test_an_unlisted_course_waits_for_an_operator(
    contract: Any, moment: Moment, *, due: bool, state: str, total: int
) -> None:
    """The default of 4,500 waits; the operator lets it stand or not (W-12.3d, A-33)."""
    apply_for(contract, moment("2018-12-20 10:00"), "OTHER")
    (charge,) = contract.now.charges.values()
    assert (charge.state, charge.amount) == ("needs_operator", 4500)
    assert "FEE_DECISION" in contract.now.tasks
    contract.pass_to(moment("2019-01-01 00:00"))
    at = moment("2019-01-05 10:00")
    outcome = contract.ask("decide_fee", at, charge_id=charge.charge_id, due=due, reason_code="other")
    assert {"W-12.3d", "X-05"} <= set(outcome.answer.decision["articles"])
    decided = contract.now.charges[charge.charge_id]
    assert (decided.state, decided.total, contract.now.tasks) == (state, total, {})
    assert decided.due_on == (date(2019, 2, 28) if due else None)
    again = contract.ask("decide_fee", at, charge_id=charge.charge_id, due=due, reason_code="other")
    assert (again.refused.status, again.refused.code) == (409, "FEE_NOT_WAITING")


@pytest.mark.parametrize("due", [True, False])
def test_the_letter_about_the_fee_of_a_change_names_the_change_and_no_end(
    contract: Any, moment: Moment, *, due: bool
) -> None:
    """The contract goes on: its contractor reads the day of the change and the last day on the old course (A-37)."""
    apply_for(contract, moment("2018-12-20 10:00"), "OTHER")
    (key,) = contract.now.charges
    outcome = contract.ask("decide_fee", moment("2019-01-05 10:00"), charge_id=key, due=due, reason_code="other")
    (letter,) = [message for _, message in outcome.outgoing if message.name in {"fee_due", "fee_waived"}]
    body = render(letter.name, to_jsonable_python(dict(letter.data)), None).body
    assert "コース変更日: 2019年1月1日" in body
    assert "変更前のコースの最終ご利用日: 2018年12月31日" in body
    assert "終了日" not in body


def test_a_fee_waived_after_a_change_names_the_change_also_where_the_contract_ends_later(
    contract: Any, moment: Moment
) -> None:
    """What an operator waives is the fee of the change, not of the cancellation that follows (W-12.6)."""
    apply_for(contract, moment("2018-12-20 10:00"), "OTHER")
    (key,) = contract.now.charges
    contract.ask("decide_fee", moment("2019-01-05 10:00"), charge_id=key, due=True, reason_code="other")
    at = moment("2019-02-05 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    outcome = contract.ask("waive", moment("2019-02-06 10:00"), case="death", reason_code="other")
    (told,) = [message.data for _, message in outcome.outgoing if message.name == "fee_waived"]
    assert (told["change_on"], told["last_on"]) == ("2019-01-01", "2018-12-31")
    assert "end_on" not in told


def test_a_fee_decided_before_the_day_is_due_from_it(contract: Any, moment: Moment) -> None:
    """Until the change it is planned, and the undo takes the operator's decision along."""
    before = plain(contract.now)
    at = moment("2018-12-20 10:00")
    apply_for(contract, at, "OTHER")
    (key,) = contract.now.charges
    contract.ask("decide_fee", at, charge_id=key, due=True, reason_code="other")
    assert contract.now.charges[key].state == "planned"
    contract.ask("undo_course_change", at)
    assert plain(contract.now) == before
    apply_for(contract, at, "OTHER")
    (key,) = contract.now.charges
    contract.ask("decide_fee", at, charge_id=key, due=True, reason_code="other")
    contract.pass_to(moment("2019-01-01 00:00"))
    assert (contract.now.charges[key].state, contract.now.charges[key].due_on) == ("due", date(2019, 2, 28))


def test_no_charge_no_decision(contract: Any, moment: Moment) -> None:
    """A charge that does not exist is refused."""
    refused = contract.ask("decide_fee", moment("2018-12-20 10:00"), charge_id="X", due=True, reason_code="other")
    assert refused.refused.code == "NO_SUCH_CHARGE"


def test_someone_else_than_the_holder_waits_for_acceptance(new_life: Callable[[], Any], moment: Moment) -> None:
    """Nothing is dated before an operator accepts; then the 1st of the next month counts (W-07.1, W-09.2)."""
    line = {"operator": "EAST", "holder_is_applicant": False}
    life = imported(new_life, moment("2018-05-01 09:00"), "OTHER", line=line)
    told = apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY").answer.decision
    assert (told["outcome"], told["effective_on"]) == ("needs_operator", None)
    assert (life.now.agenda, list(life.now.tasks)) == ({}, ["COURSE_CHANGE_NOT_LINE_HOLDER"])
    at = moment("2018-06-02 10:00")
    told = life.ask("decide_course_change", at, accept=True, reason_code="other").answer.decision
    assert (told["effective_on"], life.now.tasks) == ("2018-07-01", {})
    assert told["minimum_term"]["start_on"] == "2018-07-01"
    life.pass_to(moment("2018-07-01 00:00"))
    assert life.now.course == "W2_FAMILY"


def test_an_operator_may_refuse_a_change(new_life: Callable[[], Any], moment: Moment) -> None:
    """Refused, nothing is pending and nothing waits."""
    line = {"operator": "EAST", "holder_is_applicant": False}
    life = imported(new_life, moment("2018-05-01 09:00"), "OTHER", line=line)
    apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY")
    life.ask("decide_course_change", moment("2018-05-11 10:00"), accept=False, reason_code="not_line_holder")
    assert (life.now.pending_course_change, life.now.tasks, life.now.course) == (None, {}, "OTHER")
    refused = life.ask("decide_course_change", moment("2018-05-11 10:00"), accept=True, reason_code="other").refused
    assert refused.code == "NOTHING_PENDING"


def test_a_waiver_granted_before_suspends_the_fees_of_the_change(contract: Any, moment: Moment) -> None:
    """The line lost through no fault of the contractor: both fees are watched, then waived for good (W-12.6c, A-35)."""
    values = {"benefit_id": "B1", "minimum_months": 12, "fee": 10000, "from_on": "2018-07-10"}
    contract.ask("add_benefit", moment("2018-07-10 10:00"), reason_code="other", **values)
    contract.ask("waive", moment("2018-12-01 10:00"), case="line_unusable", reason_code="line_problem")
    told = apply_for(contract, moment("2018-12-20 10:00"), "OTHER").answer.decision
    assert told["fee_outcome"] == "watched"
    contract.pass_to(moment("2019-01-01 00:00"))
    charges = {each.code: (each.state, each.amount) for each in contract.now.charges.values()}
    assert charges == {"termination_fee": ("watched", 4500), "benefit_fee": ("watched", 10000)}
    assert contract.now.watch is not None
    contract.pass_to(moment("2020-06-01 00:00"))
    assert {each.state for each in contract.now.charges.values()} == {"waived"}


# Out of chapter 2


def test_leaving_with_flets_ends_payment_on_behalf(new_life: Callable[[], Any], moment: Moment) -> None:
    """NTT bills directly from the change date, and both hear of it; no term begins (W-24.4, W-12.1a)."""
    life = imported(new_life, moment("2018-05-01 09:00"), "W1_FAMILY", payment_agency=True)
    told = apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY", change_on="2018-05-20").answer.decision
    assert (told["minimum_term"], told["fee_outcome"]) == (None, "none")
    assert life.now.payment_agency.state == "on"
    outcome = life.pass_to(moment("2018-05-20 00:00"))
    state = life.now
    assert (state.chapter, state.course, state.minimum_term) == (1, "W2_FAMILY", None)
    assert (state.payment_agency.state, state.payment_agency.since) == ("off_ended", date(2018, 5, 20))
    sent = {(each.channel, each.name) for _, each in outcome.outgoing}
    assert sent == {("notice", "direct_billing"), ("carrier", "DIRECT_BILLING"), ("carrier", "CONTRACT")}


def test_moved_with_the_line_meanwhile_it_is_without_object(new_life: Callable[[], Any], moment: Moment) -> None:
    """A contract an operator has moved into chapter 1 meanwhile stays there (W-09.5)."""
    life = imported(new_life, moment("2018-05-01 09:00"), "W1_FAMILY")
    apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY", change_on="2018-05-20")
    told = {"kind": "service_type_changed", "details": {"service_type": "MANSION", "by": "ntt"}}
    life.ask("line_notice", moment("2018-05-14 10:00"), notice_id="N1", effective_on="2018-05-14", **told)
    life.ask("switch_course", moment("2018-05-15 10:00"), to_course="W2_MANSION", reason_code="ntt_changed_type")
    life.pass_to(moment("2018-05-20 00:00"))
    assert (life.now.course, life.now.pending_course_change) == ("W2_MANSION", None)


# Undo and cancellation


@pytest.mark.parametrize("to_course", ["DOCOMO", "COLLABO", "OTHER"])
def test_undo_brings_back_exactly_what_was(contract: Any, moment: Moment, to_course: str) -> None:
    """Up to the last moment before its day a change can be taken back, charges, tasks and agenda included."""
    before = plain(contract.now)
    apply_for(contract, moment("2018-12-20 10:00"), to_course)
    assert plain(contract.now) != before
    told = contract.ask("undo_course_change", moment("2018-12-31 23:59")).answer.decision
    assert told["outcome"] == "undone"
    assert plain(contract.now) == before


def test_from_its_day_on_it_cannot_be_taken_back(contract: Any, moment: Moment) -> None:
    """At 00:00 of the change date the change has happened."""
    apply_for(contract, moment("2018-12-20 10:00"), "DOCOMO")
    refused = contract.ask("undo_course_change", moment("2019-01-01 00:00")).refused
    assert (refused.status, refused.code) == (409, "NOTHING_PENDING")
    assert contract.now.course == "DOCOMO"


def test_undoing_an_accepted_change_takes_the_acceptance_along(new_life: Callable[[], Any], moment: Moment) -> None:
    """The operator's acceptance rests on the application."""
    line = {"operator": "EAST", "holder_is_applicant": False}
    life = imported(new_life, moment("2018-05-01 09:00"), "OTHER", line=line)
    before = plain(life.now)
    apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY")
    life.ask("decide_course_change", moment("2018-05-11 10:00"), accept=True, reason_code="other")
    life.ask("undo_course_change", moment("2018-05-12 10:00"))
    assert plain(life.now) == before


@pytest.mark.parametrize(("change_on", "happens"), [("2018-12-31", True), ("2019-01-01", False)])
def test_a_cancellation_drops_a_change_after_the_last_day(
    contract: Any, moment: Moment, change_on: str, *, happens: bool
) -> None:
    """Ending on 2018-12-31, a change of that day still happens; one of the next day is dropped with its fee."""
    apply_for(contract, moment("2018-12-10 10:00"), "OTHER", change_on=change_on)
    before = plain(contract.now)
    at = moment("2018-12-20 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at.isoformat())
    assert (contract.now.pending_course_change is not None) is happens
    assert ("course_change" in contract.now.agenda) is happens
    assert ("FEE_DECISION" in contract.now.tasks) is happens
    contract.ask("undo_cancellation", moment("2018-12-21 10:00"))
    assert plain(contract.now) == before
    contract.ask("cancel", at, channel="paper", received_at=at.isoformat())
    contract.pass_to(moment("2019-01-01 00:00"))
    assert (contract.now.state, contract.now.course) == ("ended", "OTHER" if happens else "W2_FAMILY")


def test_a_term_that_begins_while_ending_counts_at_the_end(new_life: Callable[[], Any], moment: Moment) -> None:
    """A change into with フレッツ II between notice and end brings its term; its fee is planned by the notice."""
    life = imported(new_life, moment("2018-05-01 09:00"), "OTHER")
    apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY", change_on="2018-05-20")
    at = moment("2018-05-15 10:00")
    life.ask("cancel", at, channel="paper", received_at=at.isoformat())
    assert [each.state for each in life.now.charges.values()] == ["planned"]
    life.pass_to(moment("2018-06-01 00:00"))
    (charge,) = life.now.charges.values()
    assert (life.now.state, charge.state, charge.total) == ("ended", "due", 4860)


def test_taking_the_cancellation_back_after_that_keeps_nothing_of_the_fee(
    new_life: Callable[[], Any], moment: Moment
) -> None:
    """The change stays, the end and its fee do not."""
    life = imported(new_life, moment("2018-05-01 09:00"), "OTHER")
    apply_for(life, moment("2018-05-10 10:00"), "W2_FAMILY", change_on="2018-05-20")
    at = moment("2018-05-15 10:00")
    life.ask("cancel", at, channel="paper", received_at=at.isoformat())
    life.ask("undo_cancellation", moment("2018-05-21 10:00"))
    assert (life.now.state, life.now.course, life.now.charges) == ("active", "W2_FAMILY", {})
