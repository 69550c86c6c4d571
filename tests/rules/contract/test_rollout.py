"""Articles 14 and 26, and the mergers of the header notes: what may be announced, and when it may take effect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.courses.rollout import notice_period, plan
from rules.refusal import Refusal

D = date.fromisoformat
ANNOUNCED = D("2018-01-11")


def refused(kind: str, courses: list[str], to_course: str | None, announced: str, effective: str) -> str:
    """The code with which a plan is refused."""
    with pytest.raises(Refusal) as refusal:
        plan(kind, courses, to_course, D(announced), D(effective))
    return refusal.value.code


def test_notice_of_2018() -> None:
    """Announced 2018-01-11 for 2018-06-01: 141 days (W-14.1)."""
    decision = notice_period(ANNOUNCED, D("2018-06-01"))
    assert (decision.outcome, decision.data, decision.articles) == ("accepted", {"notice_days": 141}, ("W-14.1",))
    assert decision.edition == "2018-06-01"
    assert notice_period(ANNOUNCED, D("2018-06-01"), chapters=(1, 2)).articles == ("W-14.1", "W-26.1")


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (-1, "EFFECTIVE_BEFORE_NOTICE"),
        (0, "EFFECTIVE_BEFORE_NOTICE"),
        (1, "NOTICE_TOO_SHORT"),
        (29, "NOTICE_TOO_SHORT"),
    ],
)
def test_short_notices_are_refused(days: int, code: str) -> None:
    """A change takes effect after its notice and not within 30 days of it (A-51)."""
    with pytest.raises(Refusal) as refusal:
        notice_period(ANNOUNCED, ANNOUNCED + timedelta(days=days))
    assert refusal.value.code == code


def test_thirty_days_are_enough() -> None:
    """The thirtieth day is the first allowed (A-51)."""
    assert notice_period(ANNOUNCED, ANNOUNCED + timedelta(days=30)).outcome == "accepted"


@pytest.mark.parametrize(
    ("courses", "to_course", "effective", "article"),
    [
        (["W2_GIGA_FAMILY", "W2_FAMILY_OLD", "W2_FAMILY_LIGHT"], "W2_FAMILY", "2017-06-01", "W-C1.1"),
        (["W2_MANSION_OLD", "W2_MANSION_LIGHT"], "W2_MANSION_H", "2017-06-01", "W-C1.2"),
        (["W2_GIGA_MANSION"], "W2_MANSION", "2017-06-01", "W-C1.4"),
        (["W2_MANSION_H"], "W2_MANSION", "2018-06-01", "W-C1.5"),
    ],
)
def test_mergers_of_the_catalogue(courses: list[str], to_course: str, effective: str, article: str) -> None:
    """The four changes of the header notes rest on their own rows and leave the minimum term alone (A-41)."""
    decision = plan("course_merge", courses, to_course, D("2017-01-11"), D(effective))
    assert decision.articles == (article, "W-14.1")
    assert decision.data["minimum_term_unchanged"] is True


def test_a_new_merger_rests_on_the_notice_alone() -> None:
    """A merger the book does not know is possible after due notice, in either chapter (W-14.1, W-26.1)."""
    decision = plan("course_merge", ["W2_MANSION_H"], "W2_MANSION", D("2030-01-01"), D("2030-04-01"))
    assert decision.articles == ("W-14.1",)
    chapter_two = plan("course_merge", ["W1_MANSION_MINI"], "W1_MANSION_1", D("2030-01-01"), D("2030-04-01"))
    assert chapter_two.articles == ("W-26.1",)


@pytest.mark.parametrize("kind", ["discontinue", "terms_change"])
def test_other_kinds_lead_nowhere(kind: str) -> None:
    """A discontinuation or a change of terms reaches both chapters and names no destination."""
    decision = plan(kind, ["W2_FAMILY", "W1_FAMILY"], None, D("2030-01-01"), D("2030-04-01"))
    assert decision.articles == ("W-14.1", "W-26.1")
    assert refused(kind, ["W2_FAMILY"], "W2_MANSION", "2030-01-01", "2030-04-01") == "TO_COURSE_NOT_ASKED"


@pytest.mark.parametrize(
    ("kind", "courses", "to_course", "code"),
    [
        ("sale", ["W2_FAMILY"], None, "UNKNOWN_ROLLOUT_KIND"),
        ("course_merge", [], "W2_FAMILY", "NO_COURSES"),
        ("course_merge", ["W2_NONE"], "W2_FAMILY", "UNKNOWN_COURSE"),
        ("course_merge", ["W2_MANSION"], "W2_NONE", "UNKNOWN_COURSE"),
        ("course_merge", ["COLLABO"], "W2_FAMILY", "NOT_OUR_COURSE"),
        ("course_merge", ["W2_MANSION"], "COLLABO", "NOT_OUR_COURSE"),
        ("course_merge", ["W2_MANSION"], None, "TO_COURSE_MISSING"),
        ("course_merge", ["W2_MANSION"], "W2_MANSION", "MERGED_INTO_ITSELF"),
        ("course_merge", ["W2_MANSION"], "W1_FAMILY", "OTHER_CHAPTER"),
        ("course_merge", ["W2_MANSION", "W1_FAMILY"], "W2_FAMILY", "OTHER_CHAPTER"),
        ("course_merge", ["W2_MANSION"], "W2_FAMILY", "OTHER_LINE_TYPE"),
        ("course_merge", ["W2_FAMILY"], "W2_MANSION", "OTHER_LINE_TYPE"),
        ("course_merge", ["W2_FAMILY"], "W2_FAMILY_OLD", "CLOSED_BEFORE"),
    ],
)
def test_impossible_plans_are_refused(kind: str, courses: list[str], to_course: str | None, code: str) -> None:
    """A plan names known courses of one chapter and, for a merger, a living destination among them (W-00.1)."""
    assert refused(kind, courses, to_course, "2030-01-01", "2030-04-01") == code


@given(announced=st.dates(D("2010-02-01"), D("2100-01-01")), days=st.integers(-100, 400))
def test_notice_is_accepted_exactly_from_thirty_days(announced: date, days: int) -> None:
    """Every pair of dates is accepted or refused, by the number of days between them alone."""
    effective = announced + timedelta(days=days)
    try:
        accepted = notice_period(announced, effective).data["notice_days"] == days
    except Refusal:
        accepted = False
    assert accepted == (days >= 30)
