"""Articles 9, 11, 13, 21, 23 and 25: what NTT's notices mean, what a contractor may choose, what may cross."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import terms
from rules.citation import Decision
from rules.line.choice_grounds import STRENGTH
from rules.line.eligibility import Line
from rules.line.line_notice import (
    BEFORE_SERVICE,
    OVER,
    Subject,
    choice_schedule,
    decide_choice,
    effect_of,
    line_after,
    may_exchange,
)
from rules.refusal import Refusal

D = date.fromisoformat
SetTerm = Callable[..., None]
EAST = Line("EAST", "NEXT", "FAMILY")
WEST = Line("WEST", "NEXT", "FAMILY", discounts=("ATTO",))
W2 = Subject(1, "W2_FAMILY", "active", EAST)
W1 = Subject(2, "W1_FAMILY", "active", EAST)
LOST = ["course_change", "cancel"]
ALL = ["continue", "course_change", "cancel"]
DETAILS: dict[str, dict[str, Any]] = {
    "service_type_changed": {"service_type": "MANSION", "by": "customer"},
    "terminated": {},
    "conversion": {},
    "end_notified": {"reason": "name_change"},
    "name_changed": {},
    "unusable": {"attributable": False},
    "excluded": {"billing": [], "discounts": ["SCHOOL"]},
    "moved_operator": {"operator": "WEST"},
    "ninen_wari_started": {},
    "ninen_wari_cancelled": {},
    "line_statement": {"month": "2019-02", "items": []},
    "brand_changed": {"brand": "NEXT", "by": "customer"},
    "discounts_changed": {"discounts": ["ATTO"]},
    "tax_status_changed": {"tax_exempt_embassy": False},
}


def effect(kind: str, subject: Subject, on: str = "2019-02-10", **details: Any) -> Decision:
    """What the notice means when it arrives the day after it holds."""
    return effect_of(kind, details or DETAILS[kind], D(on), subject, notified_on=D("2019-02-11"))


@pytest.mark.parametrize("kind", ["terminated", "conversion"])
@pytest.mark.parametrize(("subject", "article"), [(W2, "W-11.1"), (W1, "W-23.1")])
def test_a_lost_line_offers_change_or_cancel(kind: str, subject: Subject, article: str) -> None:
    """A terminated or converted line leaves a course change or cancellation, in both chapters (W-11.1, W-23.1)."""
    decision = effect(kind, subject)
    assert (decision.outcome, decision.data["offered"], decision.articles) == ("choice_opened", LOST, (article,))


@pytest.mark.parametrize(
    ("subject", "reason", "article", "case"),
    [
        (W2, "name_change", "W-11.2", "line_name_change"),
        (W2, "other", "W-11.2", None),
        (W1, "name_change", "W-23.2", None),
    ],
)
def test_an_end_notice_also_offers_to_continue(subject: Subject, reason: str, article: str, case: str | None) -> None:
    """NTT's end notice leaves three choices; only a name change is evidence for a waiver (W-11.2, W-12.6b)."""
    decision = effect("end_notified", subject, reason=reason)
    assert (decision.outcome, decision.data["offered"], decision.articles) == ("choice_opened", ALL, (article,))
    assert decision.data["waiver_case"] == case


@pytest.mark.parametrize("kind", ["terminated", "conversion", "end_notified", "excluded"])
def test_a_line_lost_while_ending_stays_ending(kind: str) -> None:
    """A contract that ends already is not asked to choose."""
    subject = replace(W2, state="ending", line=WEST)
    assert effect(kind, subject).outcome == "nothing"


def test_a_line_lost_while_choosing_narrows_the_choice() -> None:
    """A termination takes `continue` away; a second end notice changes nothing."""
    choosing = replace(W2, state="choosing", offered=tuple(ALL), choice_opened_by="end_notified")
    assert effect("end_notified", choosing).outcome == "nothing"
    narrowed = effect("terminated", choosing)
    assert (narrowed.outcome, narrowed.data["offered"]) == ("choice_narrowed", LOST)
    assert effect("terminated", replace(choosing, offered=tuple(LOST))).outcome == "nothing"


@pytest.mark.parametrize("state", sorted(BEFORE_SERVICE))
@pytest.mark.parametrize("kind", ["terminated", "end_notified", "service_type_changed", "name_changed"])
def test_a_notice_before_the_service_needs_an_operator(state: str, kind: str) -> None:
    """During an application nothing is chosen or moved by itself (W-04.2)."""
    assert effect(kind, replace(W2, state=state)).outcome == "needs_operator"


@pytest.mark.parametrize("state", sorted(OVER))
@pytest.mark.parametrize("kind", sorted(DETAILS))
def test_a_notice_after_the_end_changes_nothing(state: str, kind: str) -> None:
    """What is over is over; the notice is only kept."""
    assert effect(kind, replace(W2, state=state)).outcome == "nothing"


def test_contractor_changes_the_line_type() -> None:
    """Family to mansion, notified for 2019-02-10: W2_MANSION from 2019-03-01 (W-09.3)."""
    decision = effect("service_type_changed", W2)
    assert (decision.outcome, decision.data["to_course"]) == ("course_moves", "W2_MANSION")
    assert (decision.effective_on, decision.articles) == (D("2019-03-01"), ("W-09.3",))


def test_same_line_type_moves_nothing_in_chapter_one() -> None:
    """A type that matches the course leaves it (W-09.3)."""
    assert effect("service_type_changed", W2, service_type="FAMILY", by="customer").outcome == "nothing"


def test_any_type_change_moves_chapter_two_into_chapter_one() -> None:
    """W1 mansion, line changed to family 2015-08-03: family of that time from 2015-09-01 (W-21.2, W-24.4)."""
    subject = replace(W1, course="W1_MANSION_1")
    decision = effect("service_type_changed", subject, "2015-08-03", service_type="FAMILY", by="customer")
    assert (decision.outcome, decision.data["to_course"]) == ("course_moves", "W2_FAMILY_OLD")
    assert (decision.effective_on, decision.articles) == (D("2015-09-01"), ("W-21.2", "W-24.4"))


def test_a_type_change_by_ntt_needs_an_operator() -> None:
    """What NTT changed for its own reasons is moved by an operator only (A-38, X-05)."""
    decision = effect("service_type_changed", W2, service_type="MANSION", by="ntt")
    assert (decision.outcome, decision.data["to_course"]) == ("needs_operator", "W2_MANSION")
    assert "X-05" in decision.articles


@pytest.mark.parametrize("subject", [W2, W1])
def test_a_type_without_a_course_opens_the_choice(subject: Subject) -> None:
    """A business type matches no course: change or cancel (W-09.4, A-46)."""
    decision = effect("service_type_changed", subject, service_type="BUSINESS", by="customer")
    assert (decision.outcome, decision.data["offered"]) == ("choice_opened", LOST)
    assert "W-06.1" in decision.articles


@pytest.mark.parametrize(
    ("subject", "details", "outcome", "article"),
    [
        (replace(W2, line=WEST), {"billing": ["MY_BILLING"], "discounts": []}, "choice_opened", "W-06.2c"),
        (W2, {"billing": ["AT_BILLING"], "discounts": []}, "nothing", "W-13.1b"),
        (W1, {"billing": ["AT_BILLING"], "discounts": []}, "choice_opened", "W-19.2f"),
        (replace(W1, line=WEST), {"billing": [], "discounts": []}, "choice_opened", "W-19.3"),
        (replace(W1, line=WEST), {"billing": [], "discounts": ["ATTO"]}, "nothing", "W-25.1"),
    ],
)
def test_an_exclusion_that_arises_later(subject: Subject, details: dict[str, Any], outcome: str, article: str) -> None:
    """The line is tested again by its chapter's own list; an exclusion opens the choice (A-46)."""
    decision = effect("excluded", subject, **details)
    assert decision.outcome == outcome
    assert article in decision.articles


def test_an_exclusion_that_ends_closes_its_choice() -> None:
    """A line that fits again ends the choice an exclusion opened, never one from a lost line."""
    choosing = replace(W2, state="choosing", offered=tuple(LOST), choice_opened_by="excluded")
    assert effect("excluded", choosing, billing=[], discounts=[]).outcome == "ends_choice"
    lost = replace(choosing, choice_opened_by="terminated")
    assert effect("excluded", lost, billing=[], discounts=[]).outcome == "nothing"


def test_moving_across_the_areas() -> None:
    """Chapter 2 needs an application to with フレッツ II, the same area and chapter 1 nothing (W-21.3)."""
    assert effect("moved_operator", W1, operator="WEST").articles[0] == "W-21.3"
    assert effect("moved_operator", W1, operator="EAST").outcome == "nothing"
    assert effect("moved_operator", W2, operator="WEST").outcome == "nothing"
    excluded_in_the_west = replace(W2, line=replace(EAST, discounts=("SCHOOL",)))
    assert effect("moved_operator", excluded_in_the_west, operator="WEST").outcome == "choice_opened"


def test_unusable_line() -> None:
    """Only a loss the contractor did not cause is evidence for case 3, and only chapter 1 has a fee (W-12.6c)."""
    decision = effect("unusable", W2, attributable=False)
    assert (decision.outcome, decision.data["waiver_case"]) == ("needs_operator", "line_unusable")
    assert effect("unusable", W2, attributable=True).outcome == "nothing"
    assert effect("unusable", W1, attributable=False).outcome == "nothing"


def test_name_change_alone_needs_an_operator() -> None:
    """A new holder's name without an end notice is looked at by an operator (W-07.1, A-47)."""
    assert effect("name_changed", W2).outcome == "needs_operator"


@pytest.mark.parametrize("kind", ["ninen_wari_started", "ninen_wari_cancelled"])
def test_ninen_wari_means_nothing_to_a_contract(kind: str) -> None:
    """にねん割 concerns the club only."""
    assert effect(kind, W2).outcome == effect(kind, W1).outcome == "nothing"


def test_line_statements_are_taken_only_with_payment_on_behalf() -> None:
    """Chapter 2 while on: taken; off, or chapter 1: not (W-25.1f)."""
    assert effect("line_statement", replace(W1, payment_agency_on=True)).outcome == "line_charges"
    assert effect("line_statement", W1).outcome == "nothing"
    assert effect("line_statement", replace(W2, payment_agency_on=True)).outcome == "nothing"


@pytest.mark.parametrize(
    ("kind", "details", "code"),
    [
        ("burnt_down", {}, "UNKNOWN_NOTICE"),
        ("service_type_changed", {"by": "customer"}, "NOTICE_INCOMPLETE"),
        ("service_type_changed", {"service_type": "MANSION"}, "NOTICE_INCOMPLETE"),
        ("service_type_changed", {"service_type": "MANSION", "by": "nobody"}, "NOTICE_INCOMPLETE"),
        ("end_notified", {}, "NOTICE_INCOMPLETE"),
    ],
)
def test_ill_formed_notices_are_refused(kind: str, details: dict[str, Any], code: str) -> None:
    """A notice of no known kind, or without what its kind says, is refused."""
    with pytest.raises(Refusal) as refusal:
        effect_of(kind, details, D("2019-02-10"), W2, notified_on=D("2019-02-11"))
    assert refusal.value.code == code


def test_line_after_a_notice() -> None:
    """A notice replaces exactly the facts it is about."""
    assert line_after("service_type_changed", {"service_type": "MANSION"}, EAST) == replace(
        EAST, service_type="MANSION"
    )
    assert line_after("moved_operator", {"operator": "WEST"}, EAST).carrier_area == "WEST"
    assert line_after("excluded", {"billing": ["AT_BILLING"], "discounts": []}, WEST).discounts == ()
    assert line_after("terminated", {}, EAST) == EAST


def test_reminders_and_escalation() -> None:
    """Reminders after 10 and 20 days, an operator after 30; silence never cancels (A-28)."""
    schedule = choice_schedule(D("2019-03-13"), "terminated")
    assert schedule.remind_on == (D("2019-03-23"), D("2019-04-02"))
    assert schedule.escalate_on == D("2019-04-12")


def test_the_days_of_one_ground_change_from_a_day_and_the_others_stay(set_term: SetTerm) -> None:
    """45 days after a lost line opened from 2019-04-01; one of the day before, and any other ground, keeps 30."""
    days = {"lost": 45, "line": 30, "discontinued": 30, "end_notice": 30}
    set_term("line_notice.escalation_days", days, D("2019-04-01"))
    asked = [("2019-03-31", "terminated"), ("2019-04-01", "terminated"), ("2019-04-01", "end_notified")]
    after = [(choice_schedule(D(day), by).escalate_on - D(day)).days for day, by in asked]
    assert after == [30, 45, 30]


def test_every_ground_of_a_choice_has_its_days() -> None:
    """Each period of the days names every group of grounds (X-04)."""
    for name, of in (
        ("line_notice.reminder_days", dict[str, list[int]]),
        ("line_notice.escalation_days", dict[str, int]),
    ):
        for period in terms.dated(name, of).periods:
            assert set(period.value) == set(STRENGTH), f"{name} from {period.from_on}"


@pytest.mark.parametrize(
    ("choice", "chapter", "offered", "holder", "outcome", "articles"),
    [
        ("continue", 1, ALL, True, "continue", ("W-11.2", "W-07.1")),
        ("continue", 2, ALL, True, "continue", ("W-23.2", "W-07.1")),
        ("continue", 1, ALL, False, "needs_operator", ("W-11.2", "W-07.1", "X-05")),
        ("continue", 1, ALL, None, "needs_operator", ("W-11.2", "W-07.1", "X-05")),
        ("cancel", 1, LOST, None, "cancel", ("W-11.1", "W-11.4")),
        ("cancel", 2, LOST, None, "cancel", ("W-23.1", "W-23.4")),
        ("course_change", 1, LOST, None, "course_change", ("W-11.1", "W-09.1")),
        ("course_change", 2, ALL, None, "course_change", ("W-23.2", "W-21.1")),
    ],
)
def test_choices(
    choice: str, chapter: int, offered: list[str], outcome: str, articles: tuple[str, ...], *, holder: bool | None
) -> None:
    """Each choice rests on its chapter's paragraph; to continue, the line has to be the contractor's again (A-47)."""
    decision = decide_choice(
        choice, chapter=chapter, offered=tuple(offered), received_on=D("2019-03-20"), holder_is_applicant=holder
    )
    assert (decision.outcome, decision.articles) == (outcome, articles)


@pytest.mark.parametrize("choice", ["continue", "nothing"])
def test_what_is_not_offered_cannot_be_chosen(choice: str) -> None:
    """A lost line cannot continue (W-11.1)."""
    with pytest.raises(Refusal) as refusal:
        decide_choice(choice, chapter=1, offered=tuple(LOST), received_on=D("2019-03-20"))
    assert (refusal.value.code, refusal.value.articles) == ("CHOICE_NOT_OFFERED", ("W-11.1",))


@pytest.mark.parametrize(
    ("information", "article"),
    [
        ("filing_status", "W-13.1a"),
        ("line_change", "W-13.1b"),
        ("contract_content", "W-13.1c"),
        ("inquiry", "W-13.1d"),
        ("payment_status", "W-13.1e"),
    ],
)
def test_five_kinds_may_cross_in_both_chapters(information: str, article: str) -> None:
    """The five kinds of article 13 may cross, in chapter 2 by article 25 (W-13.1, W-25.1)."""
    on = D("2019-03-01")
    assert may_exchange(information, chapter=1, on=on).articles == (article,)
    chapter_two = may_exchange(information, chapter=2, on=on)
    assert (chapter_two.outcome, chapter_two.articles) == ("allowed", (article, "W-25.1"))


@pytest.mark.parametrize(
    ("information", "chapter", "agency_on", "outcome"),
    [
        ("line_charges", 2, True, "allowed"),
        ("line_charges", 2, False, "refused"),
        ("line_charges", 1, True, "refused"),
        ("birthday", 1, False, "refused"),
        ("birthday", 2, True, "refused"),
    ],
)
def test_nothing_else_may_cross(information: str, chapter: int, outcome: str, *, agency_on: bool) -> None:
    """The sixth kind crosses in chapter 2 while payment on behalf is on; nothing else ever does (W-25.1f)."""
    decision = may_exchange(information, chapter=chapter, on=D("2012-08-01"), payment_agency_on=agency_on)
    assert decision.outcome == outcome


@given(
    kind=st.sampled_from(sorted(DETAILS)),
    subject=st.builds(
        Subject,
        chapter=st.just(1),
        course=st.sampled_from(["W2_FAMILY", "W2_MANSION"]),
        state=st.sampled_from(["applied", "filing", "accepted", "active", "ending", "ended"]),
        line=st.sampled_from([EAST, WEST]),
    ),
    on=st.dates(D("2017-06-01"), D("2100-01-01")),
)
def test_a_choice_never_opens_outside_a_running_contract(kind: str, subject: Subject, on: date) -> None:
    """Only an active contract can be moved by itself or asked to choose, whatever the notice."""
    decision = effect_of(kind, DETAILS[kind], on, subject, notified_on=on)
    if decision.outcome == "choice_opened":
        assert subject.state == "active"
    if decision.outcome == "course_moves":
        assert subject.state in {"active", "ending"}
        assert decision.effective_on is not None
        assert decision.effective_on > on


# --- brand, discounts, tax status --------------------------------------------------------------------------------

LIGHT = Line("EAST", "LIGHT", "FAMILY")


@pytest.mark.parametrize(("subject", "rule"), [(W2, "W-09.3"), (W1, "W-21.2")])
def test_a_brand_ntt_changed_goes_to_an_operator(subject: Subject, rule: str) -> None:
    """光ライト lines became ネクスト on 2025-04-01: no choice, an operator confirms the course (A-38, F-26)."""
    on_light = replace(subject, line=LIGHT)
    decision = effect("brand_changed", on_light, "2025-04-01", brand="NEXT", by="ntt")
    assert (decision.outcome, decision.data["to_course"]) == ("needs_operator", "W2_FAMILY")
    assert {"W-04.2", rule, "X-05"} <= set(decision.articles)
    choosing = replace(on_light, state="choosing", offered=tuple(LOST), choice_opened_by="excluded")
    assert effect("brand_changed", choosing, "2025-04-01", brand="NEXT", by="ntt").outcome == "ends_choice"


def test_a_brand_the_contractor_changed_leaves_the_course() -> None:
    """The course follows the service type, so an eligible line stays as it is (W-09.3)."""
    decision = effect("brand_changed", replace(W2, line=LIGHT), "2025-03-20", brand="NEXT", by="customer")
    assert decision.outcome == "nothing"


@pytest.mark.parametrize("by", ["customer", "ntt"])
@pytest.mark.parametrize(("on", "outcome"), [("2025-03-31", None), ("2025-04-01", "choice_opened")])
def test_a_brand_that_is_not_listed_opens_the_choice(by: str, on: str, outcome: str | None) -> None:
    """LIGHT is listed through 2025-03-31; from the next day nobody's move makes such a line fit (W-00.2, A-46)."""
    kept = "nothing" if by == "customer" else "needs_operator"
    assert effect("brand_changed", W2, on, brand="LIGHT", by=by).outcome == (outcome or kept)


@pytest.mark.parametrize(
    ("discounts", "months", "outcome"),
    [
        (["ATTO"], None, "nothing"),
        (["ZUTTO"], 25, "nothing"),
        (["ZUTTO"], 24, "choice_opened"),
        (["ZUTTO"], None, "choice_opened"),
        ([], 25, "choice_opened"),
    ],
)
def test_a_western_line_keeps_its_required_discount(discounts: list[str], months: int | None, outcome: str) -> None:
    """ずっと割引 applied for more than 24 months, carries with フレッツ; without it, a choice (W-19.3)."""
    subject = replace(W1, line=WEST)
    decision = effect("discounts_changed", subject, discounts=discounts, zutto_months=months)
    assert decision.outcome == outcome
    assert ("W-19.3" in decision.articles) == (outcome != "nothing")


@pytest.mark.parametrize(("subject", "article"), [(W2, "W-06.2a"), (W1, "W-19.2a")])
def test_an_exemption_that_begins_later(subject: Subject, article: str) -> None:
    """A line that becomes an embassy's is excluded from that day; when it ends, the choice ends (A-46)."""
    decision = effect("tax_status_changed", subject, tax_exempt_embassy=True)
    assert (decision.outcome, article in decision.articles) == ("choice_opened", True)
    line = replace(subject.line, tax_exempt_embassy=True)
    choosing = replace(subject, line=line, state="choosing", offered=tuple(LOST), choice_opened_by="tax_status_changed")
    assert effect("tax_status_changed", choosing, tax_exempt_embassy=False).outcome == "ends_choice"
    discounted = effect("discounts_changed", choosing, discounts=[])
    assert discounted.outcome == "nothing", "the line is still an embassy's"


def test_the_line_after_such_a_notice() -> None:
    """Each kind replaces what it tells and nothing else; months without the discount are not kept."""
    assert line_after("brand_changed", {"brand": "LIGHT", "by": "ntt"}, EAST) == LIGHT
    told = line_after("discounts_changed", {"discounts": ["ZUTTO"], "zutto_months": 36}, WEST)
    assert (told.discounts, told.zutto_months) == (("ZUTTO",), 36)
    assert line_after("discounts_changed", {"discounts": [], "zutto_months": 36}, told).zutto_months is None
    assert line_after("tax_status_changed", {"tax_exempt_embassy": True}, EAST).tax_exempt_embassy
