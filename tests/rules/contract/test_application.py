"""Applications: the day they count for, consents, acceptance and filing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import JST
from rules.citation import edition
from rules.contract import application
from rules.contract.application import Consents
from rules.line.eligibility import Line
from rules.refusal import Refusal

ON = date(2018, 5, 20)
LINE = Line(carrier_area="EAST", brand="NEXT", service_type="FAMILY")
CONSENTS = Consents(general_terms="2017-06-01", course_terms="2017-06-01", carrier_terms="EAST-2017")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("received", "applied", "book"),
    [
        ("2018-05-31T23:58:00", date(2018, 5, 31), "2017-06-01"),
        ("2018-05-31T23:59:59", date(2018, 5, 31), "2017-06-01"),
        ("2018-06-01T00:00:00", date(2018, 6, 1), "2018-06-01"),
    ],
)
def test_an_online_application_counts_for_the_japan_day_of_sending(received: str, applied: date, book: str) -> None:
    """W-05.3: sent on 2018-05-31 at 23:58 it is an application of that day."""
    decision = application.application_day("online", _at(received))
    assert (decision.effective_on, decision.edition, decision.articles) == (applied, book, ("W-05.3",))


def test_the_offset_of_the_sender_does_not_matter() -> None:
    """X-01: 15:00 UTC of May 31 is June 1 in Japan."""
    decision = application.application_day("online", datetime(2018, 5, 31, 15, 0, tzinfo=UTC))
    assert decision.data["applied_on"] == "2018-06-01"


def test_a_paper_application_counts_for_its_arrival_and_keeps_the_other_days() -> None:
    """W-05.4, A-55: dated 2018-05-30, arrived 2018-06-01: arrival counts and the conflict is told."""
    decision = application.application_day(
        "paper", _at("2018-06-01T10:00:00"), written_on=date(2018, 5, 30), posted_on=date(2018, 5, 31)
    )
    assert decision.articles == ("W-05.4",)
    assert decision.data == {
        "applied_on": "2018-06-01",
        "written_on": "2018-05-30",
        "posted_on": "2018-05-31",
        "date_conflict": True,
    }
    same_side = application.application_day("paper", _at("2018-05-31T10:00:00"), written_on=date(2018, 5, 30))
    assert same_side.data["date_conflict"] is False


@pytest.mark.parametrize(
    ("channel", "written", "posted", "code"),
    [
        ("phone", None, None, "CHANNEL_NOT_OFFERED"),
        ("online", date(2018, 5, 1), None, "EVIDENCE_DATES"),
        ("paper", date(2018, 5, 21), None, "EVIDENCE_DATES"),
        ("paper", None, date(2018, 5, 21), "EVIDENCE_DATES"),
        ("paper", date(2018, 5, 19), date(2018, 5, 18), "EVIDENCE_DATES"),
    ],
)
def test_impossible_channels_and_days_are_refused(
    channel: str, written: date | None, posted: date | None, code: str
) -> None:
    """W-05.3, W-05.4: two channels, and a form is written, posted and received in this order."""
    with pytest.raises(Refusal) as refused:
        application.application_day(channel, _at("2018-05-20T10:00:00"), written_on=written, posted_on=posted)
    assert refused.value.code == code


def test_a_form_may_be_written_posted_and_received_on_one_day() -> None:
    """A-55: equal days are in order."""
    decision = application.application_day("paper", _at("2018-05-20T10:00:00"), written_on=ON, posted_on=ON)
    assert decision.effective_on == ON


@pytest.mark.parametrize(
    ("consents", "operator", "on"),
    [
        (CONSENTS, "EAST", ON),
        (CONSENTS, "EAST", date(2018, 5, 31)),
        (replace(CONSENTS, course_terms="2018-06-01"), "EAST", date(2018, 6, 1)),
        (replace(CONSENTS, course_terms="2018-06-01", general_terms="2018-06-01"), "EAST", date(2018, 6, 1)),
        (replace(CONSENTS, carrier_terms="WEST-2018"), "WEST", ON),
    ],
)
def test_consents_to_three_documents_in_force_pass(consents: Consents, operator: str, on: date) -> None:
    """W-05.1, W-00.4: three documents, each in an edition in force on the application day."""
    application.check_consents(consents, operator, on)


@pytest.mark.parametrize(
    ("consents", "on", "code"),
    [
        (replace(CONSENTS, carrier_terms=""), ON, "CONSENT_MISSING"),
        (replace(CONSENTS, general_terms=" "), ON, "CONSENT_MISSING"),
        (replace(CONSENTS, course_terms=""), ON, "CONSENT_MISSING"),
        (CONSENTS, date(2018, 6, 1), "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, course_terms="2018-06-01"), date(2018, 5, 31), "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, course_terms="2017-02-01"), ON, "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, general_terms="2018-06-01"), date(2018, 5, 31), "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, general_terms="2017-05-31"), ON, "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, carrier_terms="EAST-2019"), ON, "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, carrier_terms="EAST"), ON, "CONSENT_NOT_IN_FORCE"),
        (replace(CONSENTS, carrier_terms="WEST-2017"), ON, "CONSENT_WRONG_OPERATOR"),
        (CONSENTS, date(2010, 1, 31), "OUTSIDE_TERMS"),
    ],
)
def test_a_missing_or_wrong_consent_is_refused(consents: Consents, on: date, code: str) -> None:
    """W-05.1, W-00.4: two of three ticked, another edition, or the other company's terms: refused."""
    with pytest.raises(Refusal) as refused:
        application.check_consents(consents, "EAST", on)
    assert refused.value.code == code


@given(on=st.dates(date(2010, 2, 1), date(2200, 1, 1)))
def test_exactly_one_edition_of_the_course_terms_is_in_force_each_day(on: date) -> None:
    """W-99.3: the edition of the day passes, and any other edition does not."""
    current = edition(on)
    assert current is not None
    application.check_consents(Consents(current, current, "EAST-2010"), "EAST", on)
    other = "2011-03-25" if current != "2011-03-25" else "2010-02-01"
    with pytest.raises(Refusal):
        application.check_consents(Consents(current, other, "EAST-2010"), "EAST", on)


def test_a_taken_line_is_refused() -> None:
    """W-03.1, W-17.1: one line, one contract, in either chapter."""
    application.check_line_free("W2_FAMILY", line_taken=False)
    for code, row in (("W2_FAMILY", "W-03.1"), ("W1_FAMILY", "W-17.1")):
        with pytest.raises(Refusal) as refused:
            application.check_line_free(code, line_taken=True)
        assert (refused.value.code, refused.value.articles) == ("LINE_TAKEN", (row,))


@pytest.mark.parametrize(
    ("holds", "start_line", "opened", "outcome"),
    [
        (True, False, False, "passed"),
        (False, False, False, "needs_operator"),
        (True, True, False, "deferred"),
        (False, True, False, "deferred"),
        (False, True, True, "needs_operator"),
        (True, True, True, "passed"),
    ],
)
def test_the_holder_test_waits_for_a_line_ordered_at_the_same_time(
    holds: bool,
    start_line: bool,
    opened: bool,
    outcome: str,
) -> None:
    """W-07.1, A-21: a child on a parent's line goes to an operator; a new line is tested at NTT's acceptance."""
    line = replace(LINE, holder_is_applicant=holds)
    decision = application.holder_test(line, ON, start_line=start_line, line_opened=opened)
    assert (decision.outcome, decision.articles) == (outcome, ("W-07.1",))


@pytest.mark.parametrize(
    ("ground", "row"),
    [("REFUSE_NOT_LINE_HOLDER", "W-07.1"), ("REFUSE_OPERATIONAL", "W-07.2"), ("REFUSE_GENERAL_TERMS", "W-07.3")],
)
def test_an_operator_refuses_on_a_ground_of_article_7(ground: str, row: str) -> None:
    """W-07.1 to W-07.3, W-00.3: this book's refusals stand beside those of the general terms."""
    decision = application.operator_refusal(ground, ON)
    assert (decision.outcome, decision.articles[0]) == ("refused", row)


def test_an_operator_cannot_refuse_on_any_other_ground() -> None:
    """W-07.3: a ground outside article 7 is none."""
    with pytest.raises(Refusal, match="DISLIKE"):
        application.operator_refusal("DISLIKE", ON)


def test_only_a_new_line_is_filed_and_to_the_right_company() -> None:
    """W-08.1: started together with the line, it is filed with that line's NTT; with a line there is no filing."""
    filed = application.filing(1, "NEW", "EAST", ON, start_line=True)
    assert (filed.outcome, filed.data["operator"]) == ("file", "EAST")
    assert application.filing(1, "NEW", "WEST", ON, start_line=True).data["operator"] == "WEST"
    assert application.filing(1, "NEW", "EAST", ON, start_line=False).outcome == "no_filing"


@pytest.mark.parametrize(
    ("chapter", "kind", "row"),
    [
        (1, "CHANGE", "W-08.5"),
        (1, "CANCEL", "W-08.5"),
        (2, "NEW", "W-20.1"),
        (2, "CHANGE", "W-20.1"),
        (2, "CANCEL", "W-20.1"),
    ],
)
def test_changes_and_cancellations_of_the_line_are_never_filed(chapter: int, kind: str, row: str) -> None:
    """W-08.5, W-20.1: the contractor files them; the refusal names the company."""
    with pytest.raises(Refusal, match="NTT WEST") as refused:
        application.filing(chapter, kind, "WEST", ON, start_line=True)
    assert refused.value.articles == (row,)


@pytest.mark.parametrize(
    ("topic", "attributable", "outcome", "row_1"),
    [
        ("CONSTRUCTION_DATE", False, "answer", "W-08.2"),
        ("FAULT", False, "refer", "W-08.2"),
        ("LINE_DISPUTE", False, "refer", "W-08.4"),
        ("LINE_DISPUTE", True, "ours", "W-08.4"),
    ],
)
def test_line_questions_are_answered_or_referred(topic: str, attributable: bool, outcome: str, row_1: str) -> None:
    """W-08.2, W-08.4, W-20.2: a construction date is answered, a fault referred, our own mistake is ours."""
    for chapter, row in ((1, row_1), (2, "W-20.2")):
        decision = application.line_inquiry(chapter, topic, ON, attributable=attributable)
        assert (decision.outcome, decision.articles) == (outcome, (row,))


@pytest.mark.parametrize(
    ("line", "start_line", "identity", "outcome", "row"),
    [
        (LINE, False, False, "accepted", "W-07.3"),
        (replace(LINE, holder_is_applicant=False), False, False, "needs_operator", "W-07.1"),
        (replace(LINE, holder_is_applicant=False), True, False, "filing", "W-08.1"),
        (LINE, True, False, "filing", "W-08.1"),
        (LINE, False, True, "identity_requested", "W-05.2"),
        (LINE, True, True, "identity_requested", "W-05.2"),
        (
            replace(LINE, billing=("GROUP_LUMP", "AT_BILLING"), discounts=("SCHOOL",)),
            False,
            False,
            "accepted",
            "W-07.3",
        ),
    ],
)
def test_an_application_nothing_refuses_goes_on(
    line: Line,
    start_line: bool,
    identity: bool,
    outcome: str,
    row: str,
) -> None:
    """W-05.2, W-07.1, W-07.3, W-08.1: accepted at once, filed, or waiting for a document or an operator."""
    decision = application.accept("W2_FAMILY", line, ON, start_line=start_line, identity_required=identity)
    assert decision.outcome == outcome
    assert row in decision.articles
    assert decision.edition == "2017-06-01"


@pytest.mark.parametrize(
    ("code", "line", "on", "refusal", "row"),
    [
        ("W2_FAMILY", replace(LINE, service_type="BUSINESS"), ON, "LINE_TYPE_NOT_LISTED", "W-06.1"),
        ("W2_FAMILY", replace(LINE, tax_exempt_embassy=True), ON, "EMBASSY", "W-06.2a"),
        ("W2_MANSION", LINE, ON, "COURSE_DOES_NOT_MATCH_LINE", "W-04.1"),
        ("W2_FAMILY", LINE, date(2017, 5, 31), "COURSE_CLOSED", "W-C1.1"),
        ("W2_MANSION_H", replace(LINE, service_type="MANSION"), date(2017, 6, 1), "COURSE_CLOSED", "W-C1.3"),
        ("W1_FAMILY", LINE, date(2010, 2, 1), "COURSE_CLOSED", "W-C2.1"),
        ("W1_WIRELESS_FAMILY", LINE, date(2010, 1, 31), "COURSE_NOT_IN_AREA", "W-15.1"),
        ("COLLABO", LINE, ON, "NOT_IN_THIS_BOOK", "W-01.1"),
        ("W3", LINE, ON, "UNKNOWN_COURSE", "W-04.1"),
    ],
)
def test_an_application_is_refused_with_its_ground(code: str, line: Line, on: date, refusal: str, row: str) -> None:
    """W-06.1, W-06.2a, W-C1.3, W-C2.1, W-15.1: each automatic refusal has its code and its row."""
    with pytest.raises(Refusal) as refused:
        application.accept(code, line, on)
    assert refused.value.code == refusal
    assert row in refused.value.articles
