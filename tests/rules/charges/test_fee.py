"""Article 12 paragraphs 3 to 6: what ending inside the minimum term costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Month
from rules.charges.fee import (
    Waiver,
    benefit_fee,
    fee_due_on,
    no_fee_in_chapter_two,
    operator_decision,
    termination_fee,
    waiver_admissible,
    watch_outcome,
    watch_until,
)
from rules.citation import Decision
from rules.dated import DatedError
from rules.money import Money, with_tax
from rules.refusal import Refusal

D = date.fromisoformat
END = D("2020-04-30")
FULL_10 = {"amount": 4500, "tax": 450, "total": 4950}
FULL_8 = {"amount": 4500, "tax": 360, "total": 4860}
ZERO = {"amount": 0, "tax": 0, "total": 0}
DAYS = st.dates(D("2010-02-01"), D("2100-12-31"))


def fee(ended: str, cause: Any = "cancellation", end: str | None = "2020-04-30", **more: Any) -> Decision:
    """The fee of a contract applied for on 2018-04-20."""
    return termination_fee(
        applied_on=more.pop("applied_on", D("2018-04-20")),
        minimum_term_end_on=D(end) if end else None,
        ended_on=D(ended),
        cause=cause,
        **more,
    )


@pytest.mark.parametrize("cause", ["cancellation", "termination"])
@pytest.mark.parametrize(
    ("ended", "outcome", "money"),
    [
        ("2019-09-30", "due", FULL_8),
        ("2019-10-01", "due", FULL_10),
        ("2020-03-31", "due", FULL_10),
        ("2020-04-29", "due", FULL_10),
        ("2020-04-30", "none", ZERO),
        ("2020-05-31", "none", ZERO),
    ],
)
def test_cancellation_or_termination_inside_the_term(
    cause: str, ended: str, outcome: str, money: dict[str, int]
) -> None:
    """4,500 yen with the tax of the end date inside the term; nothing from its last day on (W-12.3c, A-34, A-37)."""
    decision = fee(ended, cause)
    assert decision.outcome == outcome
    assert decision.data["fee"] == money
    assert decision.data["carried"] is None
    assert decision.articles == (("W-12.3c", "W-99.4", "X-07") if outcome == "due" else ("W-12.3",))
    assert decision.effective_on == D(ended)


def test_fee_is_due_at_the_end_of_the_next_month() -> None:
    """The company's date for the fee is the last day of the month after the end, a parameter (W-12.3c)."""
    assert fee("2020-03-31").data["due_on"] == "2020-04-30"
    assert fee_due_on(D("2019-01-31")) == D("2019-02-28")


@pytest.mark.parametrize(
    ("applied", "article"), [("2018-05-31", "W-12.3"), ("2018-06-01", "W-12.2"), ("2018-06-05", "W-12.2")]
)
def test_without_a_term_there_is_no_fee(applied: str, article: str) -> None:
    """No minimum term, no fee, whatever the cause (W-12.2, W-12.3)."""
    decision = fee("2018-06-30", end=None, applied_on=D(applied))
    assert (decision.outcome, decision.articles, decision.data["fee"]) == ("none", (article,), ZERO)


def test_initial_cancellation_reduces_a_fee() -> None:
    """Applied 2018-05-01, notice of 2018-05-17: 3,000 yen instead of 4,500 (W-12.4, A-30)."""
    decision = fee("2018-05-17", initial_cancellation=True, applied_on=D("2018-05-01"))
    assert decision.outcome == "reduced"
    assert decision.data["fee"] == {"amount": 3000, "tax": 240, "total": 3240}
    assert decision.articles == ("W-12.4", "W-12.3c", "W-99.4", "X-07")
    assert fee("2019-10-01", initial_cancellation=True).data["fee"] == {"amount": 3000, "tax": 300, "total": 3300}


def test_initial_cancellation_never_makes_a_fee() -> None:
    """Without a term, or after it, an initial cancellation costs nothing (A-31)."""
    none = fee("2018-06-12", end=None, initial_cancellation=True, applied_on=D("2018-06-05"))
    assert (none.outcome, none.data["fee"], none.articles) == ("none", ZERO, ("W-12.4", "W-12.2"))
    assert fee("2020-04-30", initial_cancellation=True).outcome == "none"


@pytest.mark.parametrize("to_course", ["DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A"])
def test_listed_destinations_are_free(to_course: str) -> None:
    """A change to one of the four courses waives the fee and carries nothing (W-12.3a)."""
    decision = fee("2019-01-15", "course_change", to_course=to_course)
    assert (decision.outcome, decision.articles) == ("waived", ("W-12.3a",))
    assert decision.data == {"fee": ZERO, "carried": None}


@pytest.mark.parametrize("to_course", ["COLLABO", "HIKARI_PLUS"])
@pytest.mark.parametrize(
    ("changed", "months"),
    [
        ("2018-12-01", 10),
        ("2018-12-31", 10),
        ("2019-01-01", 9),
        ("2019-09-30", 1),
        ("2019-10-01", 0),
        ("2019-10-15", 0),
    ],
)
def test_carrying_destinations(to_course: str, changed: str, months: int) -> None:
    """The months after the change month move to the new contract, none in the last one (W-12.3b)."""
    decision = fee(changed, "course_change", end="2019-10-31", to_course=to_course)
    assert (decision.outcome, decision.articles) == ("carried", ("W-12.3b",))
    assert decision.data == {"fee": ZERO, "carried": {"months": months, "end_on": "2019-10-31"}}


@pytest.mark.parametrize("to_course", ["DOCOMO", "COLLABO", "W2_MANSION", "OTHER"])
@pytest.mark.parametrize("changed", ["2019-10-31", "2019-11-01"])
def test_change_from_the_last_day_on_has_no_consequence(to_course: str, changed: str) -> None:
    """On the last day the term is complete, so no destination matters (A-34)."""
    decision = fee(changed, "course_change", end="2019-10-31", to_course=to_course)
    assert (decision.outcome, decision.data) == ("none", {"fee": ZERO, "carried": None})


def test_moves_within_the_chapter_cost_nothing() -> None:
    """A move to another with フレッツ II course keeps the term and has no fee (A-41, W-09.3)."""
    decision = fee("2019-01-01", "course_change", to_course="W2_MANSION")
    assert (decision.outcome, decision.data["fee"]) == ("none", ZERO)
    assert decision.articles == ("W-09.3", "W-12.3")


def test_change_to_a_course_in_neither_list_waits_for_an_operator() -> None:
    """An unlisted destination bears 4,500 yen by default, which an operator confirms or drops (W-12.3d, A-33)."""
    decision = fee("2019-01-01", "course_change", to_course="OTHER", initial_cancellation=True)
    assert (decision.outcome, decision.data["fee"]) == ("needs_operator", FULL_8)
    assert decision.articles[0] == "W-12.3d"
    stands = operator_decision(Money(4500, 360, 4860), D("2019-01-01"), due=True)
    assert (stands.outcome, stands.data["fee"], stands.data["due_on"]) == ("due", FULL_8, "2019-02-28")
    assert operator_decision(Money(4500, 360, 4860), D("2019-01-01"), due=False).outcome == "waived"


@pytest.mark.parametrize(
    ("to_course", "code"),
    [("W1_FAMILY", "NO_CHANGE_INTO_W1"), ("NOWHERE", "UNKNOWN_COURSE"), (None, "TO_COURSE_MISSING")],
)
@pytest.mark.parametrize("end", ["2020-04-30", None])
def test_impossible_destinations_are_refused(to_course: str | None, code: str, end: str | None) -> None:
    """A change into chapter 2, to no course or to an unknown one is refused, with a term and without (W-C2.2)."""
    with pytest.raises(Refusal) as refusal:
        fee("2019-01-01", "course_change", end=end, to_course=to_course)
    assert refusal.value.code == code


@pytest.mark.parametrize(("waiver", "article"), [("death", "W-12.6a"), ("line_name_change", "W-12.6b")])
@pytest.mark.parametrize("more", [{}, {"initial_cancellation": True}, {"cause": "course_change", "to_course": "OTHER"}])
def test_granted_waivers(waiver: Waiver, article: str, more: dict[str, Any]) -> None:
    """Death and a changed name of the line holder waive full, reduced and default fees (W-12.6a, W-12.6b)."""
    decision = fee("2019-01-31", waiver=waiver, **more)
    assert (decision.outcome, decision.data["fee"], decision.articles[0]) == ("waived", ZERO, article)


def test_unusable_line_with_a_course_change_is_watched() -> None:
    """The fee is suspended until the original end date (W-12.6c, A-35)."""
    decision = fee("2018-11-01", "course_change", to_course="OTHER", waiver="line_unusable")
    assert decision.outcome == "watched"
    assert decision.data == {"fee": FULL_8, "carried": None, "watch_until": "2020-04-30"}
    assert decision.articles[0] == "W-12.6c"


@pytest.mark.parametrize("cause", ["cancellation", "termination"])
def test_unusable_line_without_a_course_change_stays_due(cause: str) -> None:
    """Case 3 asks for a change to another course; whoever cancels owes the fee (W-12.6c)."""
    decision = fee("2018-11-30", cause, waiver="line_unusable")
    assert (decision.outcome, decision.data["fee"]) == ("due", FULL_8)


def test_carried_contract_follows_the_same_items() -> None:
    """光コラボ ended inside its carried period: 4,500; on to ドコモ光: waived; never 3,000 (W-12.3b2, A-32)."""
    due = fee("2019-06-30", end="2019-10-31", in_carried_contract=True, initial_cancellation=True)
    assert (due.outcome, due.data["fee"], due.articles[-1]) == ("due", FULL_8, "W-12.3b2")
    waived = fee("2019-06-30", "course_change", end="2019-10-31", to_course="DOCOMO", in_carried_contract=True)
    assert (waived.outcome, waived.articles) == ("waived", ("W-12.3a", "W-12.3b2"))
    back = fee("2019-06-30", "course_change", end="2019-10-31", to_course="W2_FAMILY", in_carried_contract=True)
    assert (back.outcome, back.data["carried"]) == ("carried", {"months": 4, "end_on": "2019-10-31"})


def test_chapter_two_has_no_fee() -> None:
    """A with フレッツ contract ends free of charge in any month (W-23.4)."""
    decision = no_fee_in_chapter_two(D("2012-06-30"))
    assert (decision.outcome, decision.data["fee"], decision.articles) == ("none", ZERO, ("W-23.4",))


def test_a_fee_before_the_rule_book_is_unknown() -> None:
    """No amount is known before 2010-02-01; the first day has one (W-99.1)."""
    assert fee("2010-02-01").data["fee"] == {"amount": 4500, "tax": 225, "total": 4725}
    with pytest.raises(DatedError):
        fee("2010-01-31")


@pytest.mark.parametrize(
    ("on", "notice", "withdrawn", "outcome"),
    [
        ("2019-12-10", "2019-12-10", False, "due"),
        ("2020-05-01", "2020-04-30", False, "due"),
        ("2020-05-01", "2020-05-01", False, "waived"),
        ("2020-05-01", "2019-12-10", True, "waived"),
        ("2020-04-30", "2019-12-10", True, "watched"),
        ("2020-04-30", None, False, "watched"),
        ("2020-05-01", None, False, "waived"),
    ],
)
def test_outcome_of_a_watch(on: str, notice: str | None, outcome: str, *, withdrawn: bool) -> None:
    """A notice by the watch end, not withdrawn, makes the fee due; otherwise it is waived for good (W-12.6c)."""
    received = D(notice) if notice else None
    decision = watch_outcome(
        with_tax(4500, D("2018-11-01")), END, D(on), notice_received_on=received, withdrawn=withdrawn
    )
    assert decision.outcome == outcome
    assert decision.data["fee"] == (ZERO if outcome == "waived" else FULL_8)


def test_watch_end_is_a_parameter(set_term: Callable[..., None]) -> None:
    """The other reading of case 3 watches 24 months from the change month, or as many as the owner says (A-35)."""
    assert watch_until(END, D("2018-11-15")) == END
    set_term("fee.watch_rule", "months_from_change")
    assert watch_until(END, D("2018-11-15")) == D("2020-10-31")
    set_term("fee.watch_months", 12)
    assert watch_until(END, D("2018-11-15")) == D("2019-10-31")


def test_the_fee_of_a_carried_contract_is_a_parameter(set_term: Callable[..., None]) -> None:
    """Where the service that carries the term has a fee of its own, the owner leaves this one to it (A-32)."""
    assert fee("2019-03-31", in_carried_contract=True).data["fee"] == FULL_8
    set_term("fee.carried_contract_fee", False)
    assert fee("2019-03-31", in_carried_contract=True).outcome == "none"


@pytest.mark.parametrize(
    ("case", "cause", "reason", "attributable", "outcome"),
    [
        ("death", "cancellation", None, None, "admissible"),
        ("line_name_change", "cancellation", "name_change", None, "admissible"),
        ("line_name_change", "cancellation", "other", None, "not_admissible"),
        ("line_name_change", "cancellation", None, None, "not_admissible"),
        ("line_unusable", "course_change", None, False, "admissible"),
        ("line_unusable", "course_change", None, True, "not_admissible"),
        ("line_unusable", "course_change", None, None, "not_admissible"),
        ("line_unusable", "cancellation", None, False, "not_admissible"),
    ],
)
def test_which_waivers_may_be_granted(
    case: Waiver,
    cause: Any,
    reason: str | None,
    outcome: str,
    *,
    attributable: bool | None,
) -> None:
    """Each case has its own condition; NTT's other reasons do not open case 2 (W-12.6a to W-12.6c)."""
    decision = waiver_admissible(
        case, cause=cause, end_notice_reason=reason, attributable=attributable, decided_on=D("2019-01-31")
    )
    assert decision.outcome == outcome


def test_benefit_fee_is_separate() -> None:
    """A benefit's fee is its own: complete on the last day, waivable, watched, unsettled by course changes (A-49)."""
    end, day = D("2019-05-31"), D("2019-01-31")
    assert benefit_fee(10000, end, day, "cancellation").data["fee"] == {"amount": 10000, "tax": 800, "total": 10800}
    assert benefit_fee(10000, end, end, "cancellation").outcome == "none"
    assert benefit_fee(10000, end, day, "cancellation", waiver="death").articles[:2] == ("W-12.6a", "W-12.6")
    assert benefit_fee(10000, end, day, "course_change", to_course="W2_MANSION").outcome == "none"
    assert benefit_fee(10000, end, day, "course_change", to_course="DOCOMO").outcome == "needs_operator"
    watched = benefit_fee(10000, end, day, "course_change", to_course="OTHER", waiver="line_unusable")
    assert (watched.outcome, watched.data["watch_until"]) == ("watched", "2019-05-31")


@given(end=DAYS, ended=DAYS)
def test_a_fee_is_due_exactly_before_the_last_day(end: date, ended: date) -> None:
    """Whatever the dates, a cancellation costs 4,500 before the last day of the term and nothing from it on."""
    decision = termination_fee(
        applied_on=D("2018-05-01"), minimum_term_end_on=end, ended_on=ended, cause="cancellation"
    )
    assert (decision.outcome == "due") == (ended < end)
    assert decision.data["fee"]["amount"] == (4500 if ended < end else 0)


@given(
    end=st.none() | DAYS,
    ended=DAYS,
    cause=st.sampled_from(["cancellation", "termination", "course_change"]),
    to_course=st.sampled_from(["DOCOMO", "COLLABO", "W2_FAMILY", "OTHER"]),
    initial=st.booleans(),
    waiver=st.sampled_from([None, "death", "line_name_change", "line_unusable"]),
)
def test_every_answer_is_consistent(
    end: date | None, ended: date, cause: Any, to_course: str, waiver: Any, *, initial: bool
) -> None:
    """Money appears exactly in the four outcomes that show some, months only when carried, never below zero."""
    decision = termination_fee(
        applied_on=D("2018-05-01"),
        minimum_term_end_on=end,
        ended_on=ended,
        cause=cause,
        to_course=to_course,
        initial_cancellation=initial,
        waiver=waiver,
    )
    shown = decision.data["fee"]
    assert (shown["total"] > 0) == (decision.outcome in {"due", "reduced", "watched", "needs_operator"})
    assert shown["total"] == shown["amount"] + shown["tax"]
    assert (decision.data["carried"] is not None) == (decision.outcome == "carried")
    assert decision.outcome != "carried" or decision.data["carried"]["months"] >= 0
    assert end is not None or decision.outcome == "none"
    assert len(set(decision.articles)) == len(decision.articles)


@given(end=DAYS, changed=DAYS)
def test_carried_months_reach_the_end_month(end: date, changed: date) -> None:
    """Counting the carried months on from the change month lands in the end month (W-12.3b)."""
    if changed >= end:
        changed, end = end, changed + timedelta(days=1)
    decision = termination_fee(
        applied_on=D("2018-05-01"),
        minimum_term_end_on=end,
        ended_on=changed,
        cause="course_change",
        to_course="COLLABO",
    )
    assert Month.of(changed).plus(decision.data["carried"]["months"]) == Month.of(end)


def test_a_change_on_the_first_day_of_a_new_rate() -> None:
    """Changed on 2019-10-01 the old contract ended on 09-30: its fee bears 8 %, waiting, watched or of a benefit."""
    for decision in (
        fee("2019-10-01", "course_change", to_course="OTHER"),
        fee("2019-10-01", "course_change", to_course="OTHER", waiver="line_unusable"),
        benefit_fee(4500, END, D("2019-10-01"), "course_change", to_course="OTHER"),
    ):
        assert decision.data["fee"] == FULL_8
        assert decision.effective_on == D("2019-10-01")
    assert fee("2019-10-01").data["fee"] == FULL_10
