"""Courses by date, and how a contract moves from one to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Month
from rules.courses import course
from rules.courses.course_catalogue import catalogue
from rules.dated import DatedError
from rules.line.eligibility import Line
from rules.refusal import Refusal

LINE = Line(carrier_area="EAST", brand="NEXT", service_type="FAMILY")
MANSION_LINE = replace(LINE, service_type="MANSION")
CODES = sorted(catalogue().courses)
CHAPTER_2 = ["W1_FAMILY", "W1_MANSION_MINI", "W1_MANSION_1", "W1_MANSION_2", "W1_WIRELESS_FAMILY"]
OTHERS = ["COLLABO", "HIKARI_PLUS", "DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A", "OTHER"]


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("code", "on", "now", "is_open", "row"),
    [
        ("W2_GIGA_FAMILY", "2017-05-31", "W2_GIGA_FAMILY", True, "W-C1.1"),
        ("W2_GIGA_FAMILY", "2017-06-01", "W2_FAMILY", True, "W-C1.1"),
        ("W2_FAMILY_OLD", "2017-05-31", "W2_FAMILY_OLD", True, "W-C1.1"),
        ("W2_FAMILY_OLD", "2017-06-01", "W2_FAMILY", True, "W-C1.1"),
        ("W2_FAMILY_LIGHT", "2017-05-31", "W2_FAMILY_LIGHT", True, "W-C1.1"),
        ("W2_FAMILY_LIGHT", "2017-06-01", "W2_FAMILY", True, "W-C1.1"),
        ("W2_MANSION_OLD", "2017-05-31", "W2_MANSION_OLD", True, "W-C1.2"),
        ("W2_MANSION_OLD", "2017-06-01", "W2_MANSION_H", False, "W-C1.2"),
        ("W2_MANSION_OLD", "2018-05-31", "W2_MANSION_H", False, "W-C1.2"),
        ("W2_MANSION_OLD", "2018-06-01", "W2_MANSION", True, "W-C1.5"),
        ("W2_MANSION_LIGHT", "2017-06-01", "W2_MANSION_H", False, "W-C1.2"),
        ("W2_MANSION_LIGHT", "2018-06-01", "W2_MANSION", True, "W-C1.5"),
        ("W2_MANSION_H", "2017-06-01", "W2_MANSION_H", False, "W-C1.3"),
        ("W2_MANSION_H", "2018-05-31", "W2_MANSION_H", False, "W-C1.3"),
        ("W2_MANSION_H", "2018-06-01", "W2_MANSION", True, "W-C1.5"),
        ("W2_GIGA_MANSION", "2017-05-31", "W2_GIGA_MANSION", True, "W-C1.4"),
        ("W2_GIGA_MANSION", "2017-06-01", "W2_MANSION", True, "W-C1.4"),
        ("W2_FAMILY", "2018-06-01", "W2_FAMILY", True, "W-01.1"),
        ("W2_MANSION", "2018-06-01", "W2_MANSION", True, "W-01.1"),
        ("W1_FAMILY", "2010-01-31", "W1_FAMILY", True, "W-C2.1"),
        ("W1_FAMILY", "2010-02-01", "W1_FAMILY", False, "W-C2.1"),
    ],
)
def test_a_contract_is_on_a_course_by_the_day(code: str, on: str, now: str, is_open: bool, row: str) -> None:
    """W-C1.1 to W-C1.5, W-C2.1: mergers, renames and sale windows, both sides of each day."""
    decision = course.course_on(code, _day(on))
    assert decision.data == {"course": now, "open_for_sale": is_open}
    assert row in decision.articles


def test_the_answer_says_how_the_course_came_about() -> None:
    """W-C1.1, W-C1.4: a merger, a rename, no change, and a code made only later are told apart."""
    assert course.course_on("W2_FAMILY_OLD", date(2018, 1, 1)).outcome == "merged"
    assert course.course_on("W2_GIGA_MANSION", date(2018, 1, 1)).outcome == "renamed"
    assert course.course_on("W2_FAMILY", date(2018, 1, 1)).outcome == "unchanged"
    early = course.course_on("W2_MANSION_H", date(2017, 5, 31))
    assert (early.outcome, early.data["open_for_sale"]) == ("not_yet", False)
    assert course.course_on("W2_FAMILY_OLD", date(2018, 1, 1)).effective_on == date(2017, 6, 1)


def test_edition_is_none_before_the_first() -> None:
    """W-99.1: a course of 2010-01-31 rests on no edition of this book."""
    assert course.course_on("W1_FAMILY", date(2010, 1, 31)).edition is None
    assert course.course_on("W1_FAMILY", date(2010, 2, 1)).edition == "2010-02-01"


def test_chapters_of_the_courses() -> None:
    """W-00.1, W-01.1, W-15.1: two courses are chapter 1 today, five are chapter 2, the rest is outside."""
    assert [code for code in CODES if course.chapter_of(code) == 2] == sorted(CHAPTER_2)
    assert [code for code in CODES if course.chapter_of(code) is None] == sorted(OTHERS)
    answers = [course.course_on(code, date(2018, 6, 1)) for code in CODES if course.chapter_of(code) == 1]
    today = {answer.data["course"] for answer in answers if answer.outcome != "not_yet"}
    assert today == {"W2_FAMILY", "W2_MANSION"}


def test_chapter_2_has_nine_combinations_of_course_and_area() -> None:
    """W-15.1: four courses in both areas, and ワイヤレス ファミリー in the West only."""
    combinations = [(code, operator) for code in CHAPTER_2 for operator in ("EAST", "WEST")]
    combinations.remove(("W1_WIRELESS_FAMILY", "EAST"))
    assert len(combinations) == 9
    for code, operator in combinations:
        course.check_area(code, operator)
    with pytest.raises(Refusal) as refused:
        course.check_area("W1_WIRELESS_FAMILY", "EAST")
    assert refused.value.articles == ("W-15.1",)


@pytest.mark.parametrize(
    ("code", "on", "row"),
    [
        ("W1_FAMILY", "2010-02-01", "W-C2.1"),
        ("W2_MANSION_H", "2017-06-01", "W-C1.3"),
        ("W2_MANSION_H", "2017-05-31", "W-C1.3"),
        ("W2_FAMILY_LIGHT", "2017-06-01", "W-C1.1"),
        ("W2_FAMILY", "2017-05-31", "W-C1.1"),
    ],
)
def test_a_closed_course_takes_no_application(code: str, on: str, row: str) -> None:
    """W-C1.3, W-C2.1, A-40: an order for a course that is not sold is refused."""
    with pytest.raises(Refusal) as refused:
        course.check_open_for_sale(code, _day(on))
    assert refused.value.code == "COURSE_CLOSED"
    assert row in refused.value.articles


@pytest.mark.parametrize(
    ("code", "on"), [("W1_FAMILY", "2010-01-31"), ("W2_FAMILY_LIGHT", "2017-05-31"), ("W2_FAMILY", "2017-06-01")]
)
def test_a_course_is_sold_on_the_edges_of_its_window(code: str, on: str) -> None:
    """W-C2.1, W-C1.1: the first and the last day of sale are included."""
    course.check_open_for_sale(code, _day(on))


@pytest.mark.parametrize("channel", ["phone", "PAPER", ""])
def test_a_change_is_applied_for_as_a_new_contract_is(channel: str) -> None:
    """W-09.1: on paper or online, as W-05.3 and W-05.4 say of any application; another way is refused by name."""
    assert [course.check_channel(each) for each in ("paper", "online")] == [None, None]
    with pytest.raises(Refusal, match="on paper or online") as refused:
        course.check_channel(channel)
    assert (refused.value.code, refused.value.articles) == ("CHANNEL_NOT_OFFERED", ("W-09.1",))


def test_an_unknown_course_is_refused() -> None:
    """W-04.1: only the courses of the annex exist."""
    with pytest.raises(Refusal, match="W3_FAMILY"):
        course.course_on("W3_FAMILY", date(2018, 1, 1))


@given(code=st.sampled_from(CODES), on=st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_every_course_resolves_on_every_day_within_its_chapter(code: str, on: date) -> None:
    """X-04: no day and no code is without an answer, the answer is settled, and no merger crosses a chapter."""
    decision = course.course_on(code, on)
    now = decision.data["course"]
    assert course.chapter_of(now) == course.chapter_of(code)
    assert course.course_on(now, on).data["course"] == now


@given(on=st.dates(date(2010, 2, 1), date(2200, 1, 1)), service_type=st.sampled_from(["FAMILY", "MANSION"]))
def test_every_listed_type_has_a_course_that_is_sold_on_every_day(on: date, service_type: str) -> None:
    """W-09.3, W-21.2: the matching course exists on each day and nothing else matches a business type."""
    code = course.matching_course(service_type, on)
    assert code is not None
    assert course.course_on(code, on).data == {"course": code, "open_for_sale": True}
    assert course.matching_course("BUSINESS", on) is None


# --- prices


def test_price_of_may_is_the_old_and_of_june_the_new() -> None:
    """W-C1.4: ギガマンション bills May 2017 at the old price and June 2017 at that of the new マンション."""
    assert course.monthly_basic("W2_GIGA_MANSION", Month(2017, 5)) == (900, "F-33")
    june = course.monthly_basic("W2_GIGA_MANSION", Month(2017, 6))
    assert june == course.monthly_basic("W2_MANSION", Month(2017, 6))
    assert june[1] == "sample"
    assert june[0] != 900


@pytest.mark.parametrize(
    ("code", "yen"),
    [("W2_FAMILY_OLD", 950), ("W2_GIGA_FAMILY", 950), ("W2_MANSION_OLD", 600), ("W2_MANSION_LIGHT", 600)],
)
def test_prices_before_the_revision_are_the_known_ones(code: str, yen: int) -> None:
    """F-33: house 950 and マンション 600 yen before 2017-06-01, with their status."""
    assert course.monthly_basic(code, Month(2017, 5)) == (yen, "F-33")


def test_courses_outside_the_book_have_no_price() -> None:
    """W-04.1: the annex prices with フレッツ and with フレッツ II only, from the first edition on."""
    with pytest.raises(Refusal, match="COLLABO"):
        course.monthly_basic("COLLABO", Month(2018, 1))
    with pytest.raises(DatedError):
        course.monthly_basic("W1_FAMILY", Month(2010, 1))
    assert course.monthly_basic("W1_FAMILY", Month(2010, 2))[1] == "sample"


# --- course change by application


def _change(source: str, target: str, received: str, on: str | None = None, line: Line = LINE) -> Any:
    return course.course_change(source, target, _day(received), _day(on) if on else None, line)


@pytest.mark.parametrize(
    ("source", "target", "received", "on", "effective", "now", "rows"),
    [
        ("OTHER", "W2_FAMILY", "2018-05-31", None, "2018-06-01", "W2_FAMILY", ("W-09.1", "W-09.2")),
        ("OTHER", "W2_FAMILY", "2018-06-01", None, "2018-07-01", "W2_FAMILY", ("W-09.1", "W-09.2")),
        ("OTHER", "W2_FAMILY", "2018-05-31", "2018-06-15", "2018-06-15", "W2_FAMILY", ("W-09.1", "W-09.2")),
        ("COLLABO", "W2_FAMILY", "2018-04-10", "2018-04-10", "2018-04-10", "W2_FAMILY", ("W-09.1", "W-09.2")),
        ("W2_FAMILY", "DOCOMO", "2018-12-31", None, "2019-01-01", "DOCOMO", ("W-09.1",)),
        ("W1_FAMILY", "W2_FAMILY", "2018-04-02", None, "2018-05-01", "W2_FAMILY", ("W-09.1", "W-09.2", "W-21.1")),
        ("W1_FAMILY", "COLLABO", "2018-04-02", "2018-04-10", "2018-04-10", "COLLABO", ("W-21.1",)),
        # agreed before the merger, in force after it
        ("OTHER", "W2_FAMILY_OLD", "2017-05-20", None, "2017-06-01", "W2_FAMILY", ("W-09.1", "W-09.2", "W-C1.1")),
    ],
)
def test_a_course_change_takes_effect_on_the_agreed_day_or_the_next_first(
    source: str, target: str, received: str, on: str | None, effective: str, now: str, rows: tuple[str, ...]
) -> None:
    """W-09.1, W-09.2, W-21.1: by application, on the agreed day, else on the first of the next month."""
    decision = _change(source, target, received, on)
    assert decision.outcome == "accepted"
    assert decision.effective_on == _day(effective)
    assert decision.data["course"] == now
    assert decision.articles == rows


def test_a_later_acceptance_moves_the_default_day() -> None:
    """W-09.1: the month after acceptance counts, not the month after the application."""
    decision = course.course_change("OTHER", "W2_FAMILY", date(2018, 5, 31), None, LINE, accepted_on=date(2018, 6, 2))
    assert decision.effective_on == date(2018, 7, 1)


@pytest.mark.parametrize(
    ("accepted", "effective"),
    [("2018-06-09", "2018-06-10"), ("2018-06-10", "2018-06-10"), ("2018-06-11", "2018-06-11")],
)
def test_an_agreed_day_that_has_passed_is_the_day_of_acceptance(accepted: str, effective: str) -> None:
    """W-09.1: an operator's answer moves no contract in the past."""
    decision = course.course_change(
        "OTHER", "W2_FAMILY", date(2018, 6, 8), date(2018, 6, 10), LINE, accepted_on=_day(accepted)
    )
    assert decision.effective_on == _day(effective)


@pytest.mark.parametrize(
    ("source", "target", "received", "on", "code", "row"),
    [
        ("W2_FAMILY", "W2_MANSION", "2018-06-01", None, "COURSE_FOLLOWS_LINE_TYPE", "W-09.5"),
        ("W2_MANSION", "W2_FAMILY", "2018-06-01", None, "COURSE_FOLLOWS_LINE_TYPE", "W-09.5"),
        ("W2_FAMILY", "W1_FAMILY", "2018-06-01", None, "NO_CHANGE_INTO_W1", "W-C2.2"),
        ("COLLABO", "W1_FAMILY", "2018-06-01", None, "NO_CHANGE_INTO_W1", "W-C2.2"),
        ("W1_MANSION_1", "W1_FAMILY", "2018-06-01", None, "NO_CHANGE_INTO_W1", "W-C2.2"),
        ("COLLABO", "W2_MANSION_H", "2017-06-01", None, "COURSE_CLOSED", "W-C1.3"),
        ("COLLABO", "W2_FAMILY_LIGHT", "2017-06-01", None, "COURSE_CLOSED", "W-C1.1"),
        ("COLLABO", "W2_FAMILY", "2018-06-01", "2018-05-31", "CHANGE_ON_PAST", "W-09.1"),
        ("W2_FAMILY_OLD", "W2_FAMILY", "2018-06-01", None, "SAME_COURSE", "W-09.1"),
        ("COLLABO", "DOCOMO", "2018-06-01", None, "NOT_IN_THIS_BOOK", "W-09.1"),
        ("COLLABO", "W2_MANSION", "2018-06-01", None, "COURSE_DOES_NOT_MATCH_LINE", "W-04.1"),
    ],
)
def test_a_course_change_the_book_does_not_know_is_refused(
    source: str, target: str, received: str, on: str | None, code: str, row: str
) -> None:
    """W-09.5, W-C2.2, W-C1.3: each refusal has its code and its row."""
    with pytest.raises(Refusal) as refused:
        _change(source, target, received, on)
    assert refused.value.code == code
    assert row in refused.value.articles


@pytest.mark.parametrize(
    ("on", "effective"),
    [(None, "2019-01-01"), ("2018-12-20", "2018-12-20"), ("2018-12-31", "2018-12-31")],
)
def test_a_carried_term_goes_on_to_a_further_service(on: str | None, effective: str) -> None:
    """W-12.3b2: from 光コラボ to ドコモ光, which no line rule reads, on the agreed day or the month after."""
    decision = course.further_change("COLLABO", "DOCOMO", date(2018, 12, 20), _day(on) if on else None)
    assert (decision.outcome, decision.articles, decision.effective_on) == ("accepted", ("W-12.3b2",), _day(effective))


def test_a_further_change_is_not_agreed_for_a_day_before_its_application() -> None:
    """W-12.3b2, W-09.1: the day before is refused as for every change."""
    with pytest.raises(Refusal) as refused:
        course.further_change("COLLABO", "DOCOMO", date(2018, 12, 20), date(2018, 12, 19))
    assert refused.value.code == "CHANGE_ON_PAST"


def test_a_change_into_w2_meets_the_acceptance_rules_of_w2() -> None:
    """W-09.2, W-21.1, A-42: an excluded line is refused into W2, with all grounds, and does not matter out of it."""
    excluded = replace(LINE, carrier_area="WEST", billing=("MY_BILLING", "GROUP_LUMP"))
    with pytest.raises(Refusal) as refused:
        _change("W1_FAMILY", "W2_FAMILY", "2018-04-02", line=excluded)
    assert refused.value.reasons == ("WEST_GROUP_LUMP", "WEST_MY_BILLING")
    assert refused.value.code == "WEST_GROUP_LUMP"
    assert _change("W2_FAMILY", "COLLABO", "2018-04-02", line=excluded).outcome == "accepted"


def test_a_change_by_one_who_does_not_hold_the_line_needs_an_operator() -> None:
    """W-07.1, W-09.2: the discretionary ground refuses nobody by itself."""
    decision = _change("OTHER", "W2_FAMILY", "2018-04-02", line=replace(LINE, holder_is_applicant=False))
    assert decision.outcome == "needs_operator"
    assert decision.articles == ("W-09.1", "W-09.2", "W-07.1")


@given(
    source=st.sampled_from(CODES),
    target=st.sampled_from(CODES),
    received=st.dates(date(2010, 2, 1), date(2200, 1, 1)),
    ahead=st.none() | st.integers(-40, 400),
)
def test_no_course_change_leads_into_chapter_2_or_backwards(
    source: str, target: str, received: date, ahead: int | None
) -> None:
    """W-C2.2, W-09.5: whatever is asked, the answer is a refusal or a later day outside chapter 2."""
    change_on = None if ahead is None else received + timedelta(days=ahead)
    try:
        decision = course.course_change(source, target, received, change_on, LINE)
    except Refusal:
        return
    assert decision.effective_on is not None
    assert decision.effective_on >= received
    assert course.chapter_of(decision.data["course"]) != 2
    assert (course.chapter_of(source), course.chapter_of(target)) not in {(1, 1), (None, None)}


# --- line type changes, switches, relocation, initial cancellation


@pytest.mark.parametrize(
    ("code", "service_type", "changed", "outcome", "now", "moves_on", "row"),
    [
        ("W2_FAMILY", "MANSION", "2019-02-10", "moved", "W2_MANSION", "2019-03-01", "W-09.3"),
        ("W2_FAMILY", "MANSION", "2019-02-01", "moved", "W2_MANSION", "2019-03-01", "W-09.3"),
        ("W2_FAMILY", "MANSION", "2019-12-31", "moved", "W2_MANSION", "2020-01-01", "W-09.3"),
        ("W2_FAMILY", "FAMILY", "2019-02-10", "unchanged", "W2_FAMILY", None, "W-09.3"),
        ("W2_MANSION_H", "MANSION", "2018-05-10", "unchanged", "W2_MANSION", None, "W-09.3"),
        ("W2_FAMILY", "BUSINESS", "2019-02-10", "choice", None, None, "W-09.4"),
        ("W2_FAMILY_OLD", "MANSION", "2017-05-15", "moved", "W2_MANSION", "2017-06-01", "W-09.3"),
        ("W2_FAMILY_OLD", "MANSION", "2017-04-15", "moved", "W2_MANSION_OLD", "2017-05-01", "W-09.3"),
        ("W1_MANSION_1", "FAMILY", "2015-08-03", "moved", "W2_FAMILY_OLD", "2015-09-01", "W-21.2"),
        ("W1_MANSION_1", "MANSION", "2018-08-03", "moved", "W2_MANSION", "2018-09-01", "W-21.2"),
        ("W1_FAMILY", "BUSINESS", "2018-08-03", "choice", None, None, "W-23.1"),
    ],
)
def test_a_type_change_by_the_contractor_moves_the_course(
    code: str, service_type: str, changed: str, outcome: str, now: str | None, moves_on: str | None, row: str
) -> None:
    """W-09.3, W-09.4, W-21.2: on the first of the month after NTT's change date, or a choice if nothing matches."""
    decision = course.course_after_type_change(code, service_type, _day(changed), _day(changed), "customer")
    assert (decision.outcome, decision.data["course"]) == (outcome, now)
    assert decision.effective_on == (_day(moves_on) if moves_on else None)
    assert row in decision.articles


def test_a_type_change_by_ntt_waits_for_an_operator() -> None:
    """A-38, W-04.2: NTT's own change proposes the move and an operator decides on it."""
    day = date(2025, 4, 1)
    decision = course.course_after_type_change("W2_FAMILY", "MANSION", day, day, "ntt")
    assert (decision.outcome, decision.data["course"]) == ("needs_operator", "W2_MANSION")
    with pytest.raises(ValueError, match="nobody"):
        course.course_after_type_change("W2_FAMILY", "MANSION", day, day, "nobody")
    with pytest.raises(Refusal, match="COLLABO"):
        course.course_after_type_change("COLLABO", "MANSION", day, day, "customer")


def test_the_change_date_counts_and_not_the_day_of_the_notice() -> None:
    """W-09.3: NTT's notice of March about a change in February moves the course on March 1."""
    decision = course.course_after_type_change("W2_FAMILY", "MANSION", date(2019, 3, 5), date(2019, 2, 10), "customer")
    assert decision.effective_on == date(2019, 3, 1)


def test_an_operator_may_switch_the_course_of_an_application() -> None:
    """W-04.2: applied FAMILY, NTT says mansion type: it may become MANSION."""
    decision = course.course_switch("W2_FAMILY", "W2_MANSION", date(2018, 6, 5))
    assert (decision.data["course"], decision.effective_on) == ("W2_MANSION", date(2018, 6, 5))
    later = course.course_switch("W1_FAMILY", "W2_MANSION", date(2018, 6, 5), takes_effect_on=date(2018, 7, 1))
    assert (later.articles, later.effective_on) == (("W-04.2", "W-21.2"), date(2018, 7, 1))


@pytest.mark.parametrize(
    ("applied", "to", "code"),
    [
        ("W2_FAMILY", "COLLABO", "NOT_IN_THIS_BOOK"),
        ("W2_FAMILY", "W1_FAMILY", "NOT_IN_THIS_BOOK"),
        ("COLLABO", "W2_FAMILY", "NOT_IN_THIS_BOOK"),
        ("W2_FAMILY", "W2_FAMILY", "SAME_COURSE"),
        ("W2_FAMILY", "W2_MANSION_H", "COURSE_CLOSED"),
    ],
)
def test_a_switch_stays_within_what_is_sold_of_chapter_1(applied: str, to: str, code: str) -> None:
    """W-04.2: only into another W2 course."""
    with pytest.raises(Refusal) as refused:
        course.course_switch(applied, to, date(2018, 6, 5))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("code", "operator", "to_operator", "outcome"),
    [
        ("W1_FAMILY", "EAST", "WEST", "application_required"),
        ("W1_FAMILY", "WEST", "EAST", "application_required"),
        ("W1_FAMILY", "EAST", "EAST", "stays"),
        ("W2_FAMILY", "EAST", "WEST", "stays"),
    ],
)
def test_moving_across_the_areas_needs_an_application_in_chapter_2_only(
    code: str, operator: str, to_operator: str, outcome: str
) -> None:
    """W-21.3: East to West in 2016-03 needs an application for W2, East to East does not."""
    decision = course.relocation(code, operator, to_operator, date(2016, 3, 10))
    assert (decision.outcome, decision.articles, decision.edition) == (outcome, ("W-21.3",), "2016-03-01")


def test_moving_house_outside_the_book_is_not_ruled() -> None:
    """W-21.3: another course's removal has no rule here."""
    with pytest.raises(Refusal, match="COLLABO"):
        course.relocation("COLLABO", "EAST", "WEST", date(2016, 3, 10))


def test_an_initial_cancellation_never_returns_to_w1() -> None:
    """W-21.4, A-50: W1 to 光コラボ, cancelled at once, becomes W2 or ends, and never W1 again."""
    on = date(2018, 4, 15)
    becomes = course.course_after_initial_cancellation("W1_FAMILY", "COLLABO", "W2_FAMILY", on)
    assert (becomes.outcome, becomes.data["course"], becomes.articles) == ("becomes_w2", "W2_FAMILY", ("W-21.4",))
    assert course.course_after_initial_cancellation("W1_FAMILY", "COLLABO", "end", on).outcome == "ends"
    stays = course.course_after_initial_cancellation("W1_FAMILY", "W2_FAMILY", "W2_FAMILY", on)
    assert stays.data["course"] == "W2_FAMILY"
    with pytest.raises(Refusal) as refused:
        course.course_after_initial_cancellation("W1_FAMILY", "COLLABO", "W1_FAMILY", on)
    assert refused.value.code == "NO_RETURN_TO_W1"


@pytest.mark.parametrize(
    ("previous", "now", "then", "code"),
    [
        (None, "W2_FAMILY", "W2_FAMILY", "NOT_IN_THIS_BOOK"),
        ("COLLABO", "W2_FAMILY", "W2_FAMILY", "NOT_IN_THIS_BOOK"),
        ("W1_FAMILY", "W2_FAMILY", "W2_MANSION", "COURSE_FOLLOWS_LINE_TYPE"),
        ("W1_FAMILY", "COLLABO", "W2_MANSION_H", "COURSE_CLOSED"),
        ("W1_FAMILY", "COLLABO", "DOCOMO", "NOT_IN_THIS_BOOK"),
    ],
)
def test_only_a_contract_from_w1_becomes_w2(previous: str | None, now: str, then: str, code: str) -> None:
    """W-21.4: without a change out of W1 an initial cancellation can only end the contract."""
    on = date(2018, 4, 15)
    with pytest.raises(Refusal) as refused:
        course.course_after_initial_cancellation(previous, now, then, on)
    assert refused.value.code == code
    ended = course.course_after_initial_cancellation(previous, now, "end", on)
    assert (ended.data["course"], ended.effective_on) == (None, on)
