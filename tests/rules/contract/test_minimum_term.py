"""Article 12 paragraphs 1 and 2: which contracts have a minimum term, and from when to when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Month
from rules.contract.minimum_term import (
    MinimumTerm,
    after_move_within_chapter,
    announced_at,
    binding_end,
    for_application,
    for_benefit,
    for_course_change,
    is_inside,
)
from rules.refusal import Refusal

D = date.fromisoformat
LAST_WITH, FIRST_WITHOUT = D("2018-05-31"), D("2018-06-01")
DAYS = st.dates(D("1990-01-01"), D("2200-12-31"))


@pytest.mark.parametrize(
    ("applied", "start", "term"),
    [
        ("2018-05-31", "2018-06-12", ("2018-06-01", "2020-05-31")),
        ("2018-05-01", "2018-05-20", ("2018-05-01", "2020-04-30")),
        ("2018-03-01", "2018-04-01", ("2018-04-01", "2020-03-31")),
        ("2018-03-31", "2018-03-31", ("2018-03-01", "2020-02-29")),
        ("2018-06-01", "2018-06-12", None),
    ],
)
def test_term_of_an_application(applied: str, start: str, term: tuple[str, str] | None) -> None:
    """Applied by 2018-05-31: 24 months from the first of the start month; from 2018-06-01: none (W-12.1, W-12.2)."""
    decision = for_application(D(applied), D(start))
    expected = None if term is None else {"start_on": term[0], "end_on": term[1], "source": "application"}
    assert decision.data["minimum_term"] == expected
    assert decision.articles == (("W-12.1",) if term else ("W-12.2",))
    assert decision.edition == ("2018-06-01" if applied >= "2018-06-01" else "2017-06-01")


def test_application_date_decides_not_the_start_date() -> None:
    """The same start date has a term or none by one day of application."""
    start = D("2018-06-12")
    assert for_application(LAST_WITH, start).outcome == "set"
    assert for_application(FIRST_WITHOUT, start).outcome == "none"


@pytest.mark.parametrize(("applied", "article"), [(LAST_WITH, "W-12.1a"), (FIRST_WITHOUT, "W-12.2b")])
def test_change_from_chapter_two_has_no_term(applied: date, article: str) -> None:
    """Whoever comes from with フレッツ has no term, before and after 2018-06-01 (W-12.1a, W-12.2b)."""
    decision = for_course_change(applied, D("2018-06-15"), "W1_FAMILY", D("2019-08-31"))
    assert (decision.outcome, decision.articles, decision.data) == ("none", (article,), {"minimum_term": None})


@pytest.mark.parametrize(
    ("applied", "change", "end", "start", "months", "article"),
    [
        ("2018-04-01", "2018-04-10", "2019-08-31", "2018-05-01", 16, "W-12.1b"),
        ("2018-07-01", "2018-07-10", "2019-08-31", "2018-08-01", 13, "W-12.2a"),
        ("2018-05-31", "2019-07-31", "2019-08-31", "2019-08-01", 1, "W-12.1b"),
        ("2018-06-01", "2018-12-31", "2019-01-31", "2019-01-01", 1, "W-12.2a"),
        ("2018-06-01", "2018-12-31", "2019-01-01", "2019-01-01", 1, "W-12.2a"),
    ],
)
def test_rest_of_collabo_is_taken_over(
    applied: str, change: str, end: str, start: str, months: int, article: str
) -> None:
    """The end date of 光コラボ stays; months count from the month after the change (W-12.1b, W-12.2a, A-48)."""
    decision = for_course_change(D(applied), D(change), "COLLABO", D(end))
    assert decision.outcome == "carried"
    assert decision.articles == (article,)
    assert decision.data["minimum_term"] == {"start_on": start, "end_on": end, "source": "carried_from_collabo"}
    assert MinimumTerm(D(start), D(end), "carried_from_collabo").months == months


@pytest.mark.parametrize(("applied", "article"), [(LAST_WITH, "W-12.1b"), (FIRST_WITHOUT, "W-12.2b")])
@pytest.mark.parametrize("end", [None, D("2019-07-31"), D("2019-08-31")])
def test_nothing_left_of_collabo_leaves_no_term(applied: date, article: str, end: date | None) -> None:
    """No term, one that is over, or one that ends in the change month itself leaves nothing to take over."""
    decision = for_course_change(applied, D("2019-08-01"), "COLLABO", end)
    assert (decision.outcome, decision.articles) == ("none", (article,))


@pytest.mark.parametrize("course", ["OTHER", "DOCOMO", "HIKARI_PLUS"])
def test_change_from_any_other_course(course: str) -> None:
    """Applied by 2018-05-31: 24 months from the first of the change month; later: none (W-12.1c, W-12.2b)."""
    with_term = for_course_change(LAST_WITH, D("2018-06-15"), course, D("2030-01-31"))
    assert with_term.data["minimum_term"] == {
        "start_on": "2018-06-01",
        "end_on": "2020-05-31",
        "source": "course_change",
    }
    assert with_term.articles == ("W-12.1c", "W-12.1")
    without = for_course_change(FIRST_WITHOUT, D("2018-06-15"), course, D("2030-01-31"))
    assert (without.outcome, without.articles) == ("none", ("W-12.2b",))


def test_move_within_the_chapter_is_no_course_change() -> None:
    """A move within with フレッツ II is refused as a course change and keeps its term (A-41, W-09.3)."""
    with pytest.raises(Refusal) as refusal:
        for_course_change(LAST_WITH, D("2018-06-15"), "W2_MANSION")
    assert refusal.value.code == "NOT_A_COURSE_CHANGE"
    term = MinimumTerm(D("2018-04-01"), D("2020-03-31"), "application")
    kept = after_move_within_chapter(term, FIRST_WITHOUT)
    assert kept.outcome == "unchanged"
    assert kept.data == {"minimum_term": term.as_json()}
    assert after_move_within_chapter(None, FIRST_WITHOUT).data == {"minimum_term": None}


def test_unknown_course_is_refused() -> None:
    """A code that is no course is refused."""
    with pytest.raises(Refusal) as refusal:
        for_course_change(LAST_WITH, D("2018-06-15"), "W2_NONE")
    assert refusal.value.code == "UNKNOWN_COURSE"


@pytest.mark.parametrize(
    ("end", "ended", "inside"),
    [("2020-04-30", "2020-04-29", True), ("2020-04-30", "2020-04-30", False), ("2020-04-30", "2020-05-01", False)],
)
def test_last_day_is_complete(end: str, ended: str, *, inside: bool) -> None:
    """A contract that ends on the last day of its term has completed it (A-34)."""
    assert is_inside(D(end), D(ended)) is inside


def test_no_term_is_never_broken() -> None:
    """Without a term there is nothing to be inside of (W-12.2)."""
    assert not is_inside(None, LAST_WITH)


def test_benefit_has_its_own_term() -> None:
    """A benefit with 12 months counts them from the first of its month; fewer than one is refused (W-12.2p)."""
    assert for_benefit(12, D("2018-06-15")) == MinimumTerm(D("2018-06-01"), D("2019-05-31"), "benefit")
    assert for_benefit(1, D("2024-02-29")).end_on == D("2024-02-29")
    with pytest.raises(Refusal):
        for_benefit(0, D("2018-06-15"))


def test_a_date_is_announced_once_both_notices_are_out() -> None:
    """E-mail and portal post: the later of the two counts, one alone does not (W-12.1n, A-52)."""
    mail = datetime(2018, 6, 13, 1, tzinfo=UTC)
    post = mail + timedelta(minutes=5)
    on = D("2018-06-12")
    assert announced_at(mail, post, on) == post == announced_at(post, mail, on)
    assert announced_at(mail, None, on) is None
    assert announced_at(None, post, on) is None


@given(applied=st.dates(D("1990-01-01"), LAST_WITH), start=DAYS)
def test_every_term_is_24_whole_months(applied: date, start: date) -> None:
    """Any application to 2018-05-31 gives a term from a first to a month end, 24 months, holding the start day."""
    term = for_application(applied, start).data["minimum_term"]
    first, last = D(term["start_on"]), D(term["end_on"])
    assert first <= start <= last
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert MinimumTerm(first, last, "application").months == 24


@given(applied=st.dates(FIRST_WITHOUT, D("2200-12-31")), start=DAYS)
def test_no_application_from_june_2018_has_a_term(applied: date, start: date) -> None:
    """No application from 2018-06-01 on has a term (W-12.2)."""
    assert for_application(applied, start).data["minimum_term"] is None


@given(applied=DAYS, change=DAYS, end=DAYS)
def test_a_carried_term_never_moves_its_end(applied: date, change: date, end: date) -> None:
    """What is carried in ends where it ended, and is there exactly when a month after the change is left."""
    term = for_course_change(applied, change, "COLLABO", end).data["minimum_term"]
    assert (term is not None) == (Month.of(end) > Month.of(change))
    if term is not None:
        assert D(term["end_on"]) == end
        assert Month.of(D(term["start_on"])) == Month.of(change).plus(1)


@pytest.mark.parametrize(
    ("start", "ended", "binds"),
    [("2018-07-12", "2018-06-14", False), ("2018-07-12", "2018-07-11", False), ("2018-07-12", "2018-07-12", True)],
)
def test_a_term_binds_from_the_first_day_of_service(start: str, ended: str, binds: bool) -> None:
    """Over before the announced start, by initial cancellation on 2018-06-14: no term is broken (W-12.1n, W-12.3)."""
    end_on = date(2020, 6, 30)
    found = binding_end(end_on, date.fromisoformat(start), date.fromisoformat(ended))
    assert found == (end_on if binds else None)
    assert binding_end(end_on, None, date.fromisoformat(ended)) is None, "no start is announced yet"
