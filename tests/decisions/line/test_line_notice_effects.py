"""What NTT's notices about a line do to a contract, as recorded: moves, choices, tasks, order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Moment = Callable[[str], Any]

TO_MANSION = {"service_type": "MANSION", "by": "customer"}
TO_FAMILY = {"service_type": "FAMILY", "by": "customer"}
TO_BUSINESS = {"service_type": "BUSINESS", "by": "customer"}


def notify(life: Any, at: Any, kind: str, effective_on: str, details: dict[str, Any] | None = None) -> Any:
    """NTT's notice arrives; its id is new each time."""
    return life.ask(
        "line_notice",
        at,
        notice_id=f"N{len(life.log)}",
        kind=kind,
        effective_on=effective_on,
        details=details or {},
    )


@pytest.fixture
def with_flets(new_life: Callable[..., Any], moment: Moment) -> Any:
    """A chapter 2 contract with payment on behalf, in force since 2008-04-01, seen in 2015."""
    life = new_life()
    life.ask(
        "import",
        moment("2015-07-01 09:00"),
        contract_id="K2",
        person_id="P2",
        line_key="L2",
        course="W1_MANSION_1",
        applied_on="2008-03-10",
        service_start_on="2008-04-01",
        payment_agency=True,
        line={"operator": "EAST", "service_type": "MANSION"},
    )
    assert life.now.payment_agency.state == "on"
    return life


@pytest.mark.parametrize(
    ("changed_on", "moves_on", "eve"),
    [
        ("2019-02-10", "2019-03-01", "2019-02-28"),
        ("2019-02-28", "2019-03-01", "2019-02-28"),
        ("2019-03-01", "2019-04-01", "2019-03-31"),
    ],
)
def test_the_course_follows_the_line_on_the_first_of_the_next_month(
    contract: Any, moment: Moment, changed_on: str, moves_on: str, eve: str
) -> None:
    """A type changed by the contractor moves the course on the first day of the month after the change (W-09.3)."""
    outcome = notify(contract, moment("2019-02-12 10:00"), "service_type_changed", changed_on, TO_MANSION)
    assert outcome.answer.decision["outcome"] == "course_moves"
    assert contract.now.pending_course_change.to_course == "W2_MANSION"
    assert str(contract.now.pending_course_change.change_on) == moves_on
    assert contract.now.course == "W2_FAMILY"
    contract.pass_to(moment(f"{moves_on} 00:00"))
    assert contract.now.course == "W2_MANSION"
    assert contract.now.pending_course_change is None
    assert contract.now.course_history[-1].from_on.isoformat() == moves_on
    assert contract.on(eve).course == "W2_FAMILY"
    assert contract.on(moves_on).course == "W2_MANSION"
    assert contract.now.minimum_term.end_on.isoformat() == "2020-05-31"


def test_the_contractor_cannot_take_a_move_with_the_line_back(contract: Any, moment: Moment) -> None:
    """The move is mandatory: no cancellation of a course change undoes it (W-09.3)."""
    notify(contract, moment("2019-02-12 10:00"), "service_type_changed", "2019-02-10", TO_MANSION)
    outcome = contract.ask("undo_course_change", moment("2019-02-13 10:00"))
    assert outcome.refused.status == 409
    assert [item.undo_until for item in contract.now.agenda.values()] == [None]


def test_a_notice_that_comes_months_late_moves_the_course_as_of_its_day(contract: Any, moment: Moment) -> None:
    """Told in May of a change of February, the contract has been in the new course since March (W-09.3)."""
    notify(contract, moment("2019-05-20 10:00"), "service_type_changed", "2019-02-10", TO_MANSION)
    assert contract.now.course == "W2_MANSION"
    assert contract.on("2019-02-28").course == "W2_FAMILY"
    assert contract.on("2019-03-01").course == "W2_MANSION"


NOTICES = [
    ("2019-02-10", TO_MANSION),
    ("2019-02-20", TO_FAMILY),
    ("2019-03-15", TO_MANSION),
]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2)])
def test_the_order_of_arrival_does_not_matter(contract: Any, moment: Moment, order: tuple[int, ...]) -> None:
    """Whatever comes first, the last change of each month decides: FAMILY in March, MANSION from April."""
    for index, which in enumerate(order):
        changed_on, details = NOTICES[which]
        notify(contract, moment(f"2019-02-{22 + index} 10:00"), "service_type_changed", changed_on, details)
    assert contract.now.line.service_type == "MANSION"
    contract.pass_to(moment("2019-05-01 00:00"))
    assert contract.on("2019-03-31").course == "W2_FAMILY"
    assert contract.on("2019-04-01").course == "W2_MANSION"


@pytest.mark.parametrize("older_first", [True, False])
def test_a_month_between_two_changes_is_moved_too(contract: Any, moment: Moment, *, older_first: bool) -> None:
    """MANSION in February and FAMILY again in March: mansion for March only, in either order of arrival."""
    told = [("2019-02-10", TO_MANSION), ("2019-03-15", TO_FAMILY)]
    for index, (changed_on, details) in enumerate(told if older_first else reversed(told)):
        notify(contract, moment(f"2019-02-{20 + index} 10:00"), "service_type_changed", changed_on, details)
    contract.pass_to(moment("2019-05-01 00:00"))
    assert [contract.on(day).course for day in ("2019-02-28", "2019-03-01", "2019-03-31", "2019-04-01")] == [
        "W2_FAMILY",
        "W2_MANSION",
        "W2_MANSION",
        "W2_FAMILY",
    ]


def test_a_change_already_overtaken_by_a_move_changes_nothing(contract: Any, moment: Moment) -> None:
    """An older notice that arrives after the newer one has moved the course is kept in the log, and that is all."""
    notify(contract, moment("2019-02-12 10:00"), "service_type_changed", "2019-02-10", TO_MANSION)
    contract.pass_to(moment("2019-03-01 00:00"))
    outcome = notify(contract, moment("2019-03-05 10:00"), "service_type_changed", "2019-01-20", TO_FAMILY)
    assert outcome.answer.decision["outcome"] == "nothing"
    contract.pass_to(moment("2019-06-01 00:00"))
    assert contract.now.course == "W2_MANSION"
    assert contract.now.line.service_type == "MANSION"


def test_a_line_changed_back_in_the_same_month_moves_nothing(contract: Any, moment: Moment) -> None:
    """The planned move disappears when the contractor has the line changed back before the month ends."""
    notify(contract, moment("2019-02-12 10:00"), "service_type_changed", "2019-02-10", TO_MANSION)
    notify(contract, moment("2019-02-21 10:00"), "service_type_changed", "2019-02-20", TO_FAMILY)
    assert contract.now.agenda == {}
    assert contract.now.pending_course_change is None


def test_with_flets_becomes_with_flets_two_and_ntt_bills_directly(with_flets: Any, moment: Moment) -> None:
    """W1 MANSION, line changed to family type on 2015-08-03: chapter 1 from 2015-09-01, no term (W-21.2, W-24.4)."""
    outcome = notify(with_flets, moment("2015-08-04 10:00"), "service_type_changed", "2015-08-03", TO_FAMILY)
    assert {"W-21.2", "W-24.4"} <= set(outcome.answer.decision["articles"])
    done = with_flets.pass_to(moment("2015-09-01 00:00"))
    now = with_flets.now
    assert (now.chapter, now.minimum_term) == (1, None)
    assert now.course == "W2_FAMILY_OLD"
    assert (now.payment_agency.state, now.payment_agency.since.isoformat()) == ("off_ended", "2015-09-01")
    assert with_flets.on("2015-08-31").payment_agency.state == "on"
    sent = [(message.channel, message.name) for _, message in done.outgoing]
    assert ("notice", "direct_billing") in sent
    assert ("carrier", "DIRECT_BILLING") in sent
    assert "W-24.4" in done.entries[-1].articles


def test_a_type_ntt_changed_itself_is_for_an_operator(contract: Any, moment: Moment) -> None:
    """NTT's own change moves nothing by itself; the operator switches the course (W-04.2, A-38)."""
    outcome = notify(
        contract, moment("2019-02-12 10:00"), "service_type_changed", "2019-02-10", {**TO_MANSION, "by": "ntt"}
    )
    assert outcome.answer.decision["outcome"] == "needs_operator"
    assert "LINE_TYPE_CHANGED" in contract.now.tasks
    assert contract.now.agenda == {}
    contract.ask("switch_course", moment("2019-02-13 10:00"), to_course="W2_MANSION", reason_code="ntt_changed_type")
    assert contract.now.course == "W2_MANSION"
    assert contract.now.tasks == {}


@pytest.mark.parametrize(
    ("kind", "details", "offered", "article"),
    [
        ("terminated", {}, ["course_change", "cancel"], "W-11.1"),
        ("conversion", {}, ["course_change", "cancel"], "W-11.1"),
        ("end_notified", {"reason": "name_change"}, ["continue", "course_change", "cancel"], "W-11.2"),
        ("end_notified", {"reason": "other"}, ["continue", "course_change", "cancel"], "W-11.2"),
        ("service_type_changed", TO_BUSINESS, ["course_change", "cancel"], "W-09.4"),
    ],
)
def test_what_ends_the_line_opens_the_choice(
    contract: Any, moment: Moment, kind: str, details: dict[str, Any], offered: list[str], article: str
) -> None:
    """A lost line offers a course change or cancelling; NTT's end notice also offers to continue."""
    outcome = notify(contract, moment("2019-03-13 10:00"), kind, "2019-03-12", details)
    assert outcome.answer.decision["outcome"] == "choice_opened"
    assert contract.now.state == "choosing"
    assert contract.now.choice.offered == offered
    assert str(contract.now.choice.opened_on) == "2019-03-13"
    assert article in contract.now.choice.articles
    assert contract.on("2019-03-12").state == "active"
    assert [message.name for _, message in outcome.outgoing] == ["choice_request"]


def test_an_exclusion_opens_the_choice_and_its_end_closes_it(new_life: Any, application: Any, moment: Moment) -> None:
    """My ビリング on a West line excludes it (W-06.2c); without it the contract goes on as before (A-46)."""
    west = {**application, "line": {"operator": "WEST"}}
    west["consents"] = {**application["consents"], "carrier_terms": "WEST-2017"}
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **west)
    life.ask("start_service", moment("2018-06-13 09:00"), service_start_on="2018-06-12")
    on = {"billing": ["MY_BILLING"], "discounts": []}
    notify(life, moment("2018-09-03 10:00"), "excluded", "2018-09-01", on)
    assert life.now.state == "choosing"
    assert "W-06.2c" in life.now.choice.articles
    late = notify(life, moment("2018-09-05 10:00"), "excluded", "2018-08-01", {"billing": [], "discounts": []})
    assert late.answer.decision["outcome"] == "nothing"
    assert life.now.state == "choosing"
    notify(life, moment("2018-09-10 10:00"), "excluded", "2018-09-09", {"billing": [], "discounts": []})
    assert (life.now.state, life.now.choice, life.now.agenda) == ("active", None, {})


EMBASSY = ("tax_status_changed", {"tax_exempt_embassy": True})
NOTHING_NEW = [
    ("brand_changed", {"brand": "NEXT", "by": "customer"}),
    ("brand_changed", {"brand": "PREMIUM", "by": "customer"}),
    ("discounts_changed", {"discounts": []}),
    ("excluded", {"billing": [], "discounts": []}),
    ("moved_operator", {"operator": "EAST"}),
    ("service_type_changed", TO_FAMILY),
    ("tax_status_changed", {"tax_exempt_embassy": True}),
]
"""Notices after which the line lacks what it lacked before."""


@pytest.mark.parametrize("told_first", [False, True])
@pytest.mark.parametrize(("kind", "details"), NOTHING_NEW)
def test_a_notice_without_a_ground_of_its_own_leaves_the_open_choice_as_it_is(
    contract: Any, moment: Moment, kind: str, details: dict[str, Any], *, told_first: bool
) -> None:
    """What asked for the choice still does, under its own day and rows, told before the other or after (A-46)."""
    if told_first and kind != EMBASSY[0]:
        notify(contract, moment("2019-02-03 10:00"), kind, "2019-02-02", details)
    notify(contract, moment("2019-03-13 10:00"), EMBASSY[0], "2019-03-12", EMBASSY[1])
    before = contract.now.choice
    assert (before.reason, str(before.effective_on), len(before.grounds)) == ("tax_status_changed", "2019-03-12", 1)
    if not told_first:
        later = notify(contract, moment("2019-03-20 10:00"), kind, "2019-03-19", details)
        assert later.outgoing == []
    assert contract.now.choice == before


def test_of_two_grounds_of_the_line_the_one_that_is_left_goes_on_asking(
    new_life: Any, application: Any, moment: Moment
) -> None:
    """The school discount and an embassy both exclude a West line: without the discount the embassy still does."""
    west = {**application, "line": {"operator": "WEST"}}
    west["consents"] = {**application["consents"], "carrier_terms": "WEST-2017"}
    school = ("discounts_changed", {"discounts": ["SCHOOL"]})
    seen = []
    for first, second in ((school, EMBASSY), (EMBASSY, school)):
        life = new_life()
        life.ask("apply", moment("2018-05-20 09:00"), **west)
        life.ask("start_service", moment("2018-06-13 09:00"), service_start_on="2018-06-12")
        notify(life, moment("2019-03-13 10:00"), first[0], "2019-03-12", first[1])
        notify(life, moment("2019-03-14 10:00"), second[0], "2019-03-12", second[1])
        assert [each.reason for each in life.now.choice.grounds] == [first[0], second[0]]
        notify(life, moment("2019-03-20 10:00"), "discounts_changed", "2019-03-19", {"discounts": []})
        assert life.now.state == "choosing"
        seen.append([life.now.choice.reason, life.now.choice.articles, str(life.now.choice.effective_on)])
        notify(life, moment("2019-03-25 10:00"), EMBASSY[0], "2019-03-24", {"tax_exempt_embassy": False})
        assert (life.now.state, life.now.choice) == ("active", None)
    assert seen == [["tax_status_changed", ["W-06.2a", "W-11.1"], "2019-03-12"]] * 2


def test_a_line_that_fits_again_does_not_undo_its_termination(contract: Any, moment: Moment) -> None:
    """A choice opened by a type stays open once the line itself has ended (W-11.1)."""
    notify(contract, moment("2019-03-02 10:00"), "service_type_changed", "2019-03-01", TO_BUSINESS)
    notify(contract, moment("2019-03-13 10:00"), "terminated", "2019-03-12")
    notify(contract, moment("2019-03-15 10:00"), "service_type_changed", "2019-03-14", TO_FAMILY)
    assert contract.now.state == "choosing"
    assert contract.now.choice.opened_by == "terminated"


def test_a_lost_line_narrows_a_choice_that_offered_to_continue(contract: Any, moment: Moment) -> None:
    """After NTT's end notice the line ends too: nothing is left to continue (W-11.1, W-11.2)."""
    notify(contract, moment("2019-03-13 10:00"), "end_notified", "2019-03-12", {"reason": "other"})
    notify(contract, moment("2019-03-20 10:00"), "terminated", "2019-03-19")
    assert contract.now.choice.offered == ["course_change", "cancel"]
    assert str(contract.now.choice.opened_on) == "2019-03-13"


def test_the_same_end_told_twice_opens_no_second_choice(contract: Any, moment: Moment) -> None:
    """Once the contractor has chosen, a second notice of the same end changes nothing."""
    notify(contract, moment("2019-03-13 10:00"), "terminated", "2019-03-12")
    at = moment("2019-03-20 10:00")
    contract.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    assert contract.now.state == "active"
    notify(contract, moment("2019-03-21 10:00"), "conversion", "2019-03-12")
    notify(contract, moment("2019-03-22 10:00"), "terminated", "2019-03-01")
    assert contract.now.state == "active"


def test_a_line_lost_while_ending_stays_ending(contract: Any, moment: Moment) -> None:
    """The end stands as notified; taken back, the choice is open as of the day NTT's notice arrived (W-11.1)."""
    at = moment("2019-03-02 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    outcome = notify(contract, moment("2019-03-13 10:00"), "terminated", "2019-03-12")
    assert outcome.answer.decision["outcome"] == "nothing"
    assert contract.now.state == "ending"
    assert list(contract.now.agenda) == ["end"]
    undone = contract.ask("undo_cancellation", moment("2019-03-15 10:00"))
    assert undone.answer.decision["outcome"] == "undone"
    assert contract.now.state == "choosing"
    assert str(contract.now.choice.opened_on) == "2019-03-13"
    assert sorted(contract.now.agenda) == ["choice_overdue", "choice_reminder_10", "choice_reminder_20"]


def test_a_choice_owed_is_not_asked_for_in_a_course_outside_the_book(contract: Any, moment: Moment) -> None:
    """Without the cancellation the choice opens in with フレッツ II, and the change to 光コラボ closes it by itself."""
    asked, at = moment("2019-02-10 10:00"), moment("2019-02-12 10:00")
    contract.ask("request_course_change", asked, to_course="COLLABO", channel="online", received_at=asked)
    contract.ask("cancel", at, channel="online", received_at=at, wanted_month="2019-04")
    notify(contract, moment("2019-02-20 10:00"), "terminated", "2019-02-20")
    told = contract.ask("undo_cancellation", moment("2019-03-05 10:00"))
    now = contract.now
    assert (now.state, now.course, now.choice.state) == ("active", "COLLABO", "course_change")
    assert (now.owed_choice, now.agenda) == (None, {})
    assert "choice_request" not in [message.name for _, message in told.outgoing]


@pytest.mark.parametrize(
    ("kind", "details", "task", "article"),
    [
        ("name_changed", {}, "LINE_HOLDER_CHANGED", "W-07.1"),
        ("unusable", {"attributable": False}, "LINE_UNUSABLE", "W-12.6c"),
    ],
)
def test_what_needs_judgement_waits_for_an_operator(
    contract: Any, moment: Moment, kind: str, details: dict[str, Any], task: str, article: str
) -> None:
    """A new name or an unusable line moves nothing; an operator deals with it and says why (X-05)."""
    notify(contract, moment("2019-03-13 10:00"), kind, "2019-03-12", details)
    assert contract.now.state == "active"
    assert article in contract.now.tasks[task].articles
    contract.ask("settle_task", moment("2019-03-14 10:00"), why=task, reason_code="other")
    assert contract.now.tasks == {}


def test_a_notice_before_service_waits_for_an_operator(new_life: Any, application: Any, moment: Moment) -> None:
    """An accepted contract whose line ends opens no choice: nothing has begun."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **application)
    notify(life, moment("2018-05-25 09:00"), "terminated", "2018-05-24")
    assert life.now.state == "accepted"
    assert "LINE_NOTICE_BEFORE_SERVICE" in life.now.tasks


def test_a_notice_from_before_the_rule_book_is_kept_for_an_operator(contract: Any, moment: Moment) -> None:
    """A day before 2010-02-01 has no rule to decide by (W-99.1): nobody is refused, an operator sees it."""
    outcome = notify(contract, moment("2019-03-13 10:00"), "service_type_changed", "2010-01-10", TO_MANSION)
    assert outcome.answer.decision["outcome"] == "needs_operator"
    assert "LINE_NOTICE_OUTSIDE_TERMS" in contract.now.tasks


def test_an_ended_contract_only_keeps_notices(contract: Any, moment: Moment) -> None:
    """After the end nothing about the line matters any more."""
    at = moment("2019-03-02 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    outcome = notify(contract, moment("2019-04-02 10:00"), "terminated", "2019-04-01")
    assert outcome.answer.decision["outcome"] == "nothing"
    assert contract.now.state == "ended"


STATEMENT = {"month": "2015-08", "items": [{"code": "FLETS", "amount": 5000}, {"code": "TELEPHONE", "amount": 1700}]}


def test_a_statement_is_taken_while_payment_on_behalf_is_on(with_flets: Any, moment: Moment) -> None:
    """The sixth kind crosses in chapter 2 only, for months with payment on behalf (W-25.1f)."""
    outcome = notify(with_flets, moment("2015-09-05 10:00"), "line_statement", "2015-08-31", STATEMENT)
    (entry,) = outcome.entries
    assert entry.event == "line_statement"
    assert entry.decision["items"] == STATEMENT["items"]


def test_the_statement_of_the_last_month_follows_the_move(with_flets: Any, moment: Moment) -> None:
    """August was still paid on behalf, September was not (W-24.4, A-44)."""
    notify(with_flets, moment("2015-08-04 10:00"), "service_type_changed", "2015-08-03", TO_FAMILY)
    with_flets.pass_to(moment("2015-09-01 00:00"))
    august = notify(with_flets, moment("2015-09-05 10:00"), "line_statement", "2015-08-31", STATEMENT)
    assert august.entries[-1].event == "line_statement"
    september = notify(
        with_flets, moment("2015-10-05 10:00"), "line_statement", "2015-09-30", {**STATEMENT, "month": "2015-09"}
    )
    assert september.entries[-1].event == "line_notice"
    assert "items" not in september.entries[-1].decision


def test_chapter_one_takes_no_statement(contract: Any, moment: Moment) -> None:
    """NTT bills the lines of chapter 1 itself: its statement is none of ours (W-24.1)."""
    outcome = notify(
        contract, moment("2019-03-05 10:00"), "line_statement", "2019-02-28", {**STATEMENT, "month": "2019-02"}
    )
    assert outcome.answer.decision["outcome"] == "nothing"
    assert "items" not in outcome.answer.decision


def test_a_wrong_notice_is_corrected_with_all_it_caused(contract: Any, moment: Moment) -> None:
    """Voiding the notice takes back the choice and its reminders, and the line is what it was (X-05)."""
    notify(contract, moment("2019-03-13 10:00"), "service_type_changed", "2019-03-12", TO_BUSINESS)
    contract.pass_to(moment("2019-03-24 00:00"))
    seq = next(entry.seq for entry in contract.log if entry.event == "line_notice")
    contract.ask("correct", moment("2019-03-25 10:00"), voids=seq, reason_code="entry_error")
    now = contract.now
    assert (now.state, now.choice, now.agenda, now.line.service_type) == ("active", None, {}, "FAMILY")
