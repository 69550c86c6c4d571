"""The choice after the line's end or NTT's notice: reminders, escalation, and each way to choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from decisions.contract.facts import InquiryKnown
from decisions.contract.inquiry import inquire
from decisions.domain import Context, NotAllowedError

Moment = Callable[[str], Any]


def lose_line(life: Any, at: Any, kind: str = "terminated", **details: Any) -> Any:
    """NTT ends the line, or notifies the end of the service, the day before."""
    return life.ask(
        "line_notice",
        at,
        notice_id=f"N{len(life.log)}",
        kind=kind,
        effective_on="2019-03-12",
        details=details,
    )


@pytest.fixture
def choosing(contract: Any, moment: Moment) -> Any:
    """A line lost on 2019-03-12, told on 2019-03-13: course change or cancel."""
    lose_line(contract, moment("2019-03-13 10:00"))
    return contract


@pytest.fixture
def renamed(contract: Any, moment: Moment) -> Any:
    """The line's name changed and NTT ended the service: continue, course change or cancel."""
    lose_line(contract, moment("2019-03-13 10:00"), "end_notified", reason="name_change")
    return contract


@pytest.mark.parametrize(
    ("eve", "day", "event"),
    [
        ("2019-03-22 23:59", "2019-03-23 00:00", "choice_reminder"),
        ("2019-04-01 23:59", "2019-04-02 00:00", "choice_reminder"),
        ("2019-04-11 23:59", "2019-04-12 00:00", "choice_overdue"),
    ],
)
def test_the_contractor_is_reminded_after_10_and_20_days_and_an_operator_asked_after_30(
    choosing: Any, moment: Moment, eve: str, day: str, event: str
) -> None:
    """Opened on 2019-03-13: reminders on 03-23 and 04-02, escalation on 04-12, each from 00:00 Japan time (A-28)."""
    before = [entry.event for entry in choosing.pass_to(moment(eve)).entries]
    outcome = choosing.pass_to(moment(day))
    assert event not in before or event == "choice_reminder"
    assert [entry.event for entry in outcome.entries] == [event]
    sent = [message.name for _, message in outcome.outgoing]
    assert sent == (["choice_reminder"] if event == "choice_reminder" else [])


def test_silence_never_cancels(choosing: Any, moment: Moment) -> None:
    """A year later the contract still waits, an operator with it, and the choice can still be sent (A-28)."""
    choosing.pass_to(moment("2020-03-13 00:00"))
    assert (choosing.now.state, choosing.now.choice.state) == ("choosing", "escalated")
    assert "CHOICE_OVERDUE" in choosing.now.tasks
    assert choosing.now.agenda == {}
    at = moment("2020-03-13 10:00")
    choosing.ask("choose", at, choice="cancel", received_at=at)
    assert (choosing.now.state, choosing.now.choice.state, choosing.now.tasks) == ("ending", "cancel", {})


@pytest.mark.parametrize(
    ("received", "end_on", "article"),
    [("2019-03-25 23:59", "2019-03-31", "W-10.4"), ("2019-03-26 00:00", "2019-04-30", "W-10.5")],
)
def test_choosing_to_cancel_follows_the_day_it_was_received(
    choosing: Any, moment: Moment, received: str, end_on: str, article: str
) -> None:
    """A cancellation chosen is dated by article 10 and bears the fee of article 12 (W-11.1, W-11.4)."""
    at = moment(received)
    decision = choosing.ask("choose", at, choice="cancel", received_at=at).answer.decision
    assert decision["effective_on"] == end_on
    assert decision["fee"]["amount"] == 4500
    assert {"W-11.1", "W-11.4", article, "W-12.3c"} <= set(decision["articles"])
    assert list(choosing.now.agenda) == ["end"]


def test_a_letter_of_cancellation_is_the_choice_to_cancel(choosing: Any, moment: Moment) -> None:
    """Whoever writes a letter while choosing has chosen; reminders stop."""
    at = moment("2019-03-20 10:00")
    choosing.ask("cancel", at, channel="paper", received_at=at)
    assert choosing.now.choice.state == "cancel"
    assert choosing.now.end_on.isoformat() == "2019-03-31"
    assert list(choosing.now.agenda) == ["end"]


def test_undoing_a_chosen_cancellation_returns_to_the_choice(choosing: Any, moment: Moment) -> None:
    """The choice is open again exactly as before, its reminders with it."""
    before = choosing.now.model_dump(exclude={"seq"})
    at = moment("2019-03-20 10:00")
    choosing.ask("choose", at, choice="cancel", received_at=at)
    choosing.ask("undo_cancellation", moment("2019-03-21 10:00"))
    assert choosing.now.model_dump(exclude={"seq"}) == before
    assert sorted(choosing.now.agenda) == ["choice_overdue", "choice_reminder_10", "choice_reminder_20"]


def test_what_is_not_offered_is_refused(choosing: Any, moment: Moment) -> None:
    """A lost line cannot be continued (W-11.1), and a choice in the future is no evidence."""
    at = moment("2019-03-20 10:00")
    refused = choosing.ask("choose", at, choice="continue", received_at=at).refused
    assert (refused.status, refused.code, refused.articles) == (422, "CHOICE_NOT_OFFERED", ["W-11.1"])
    later = choosing.ask("choose", at, choice="cancel", received_at=moment("2019-03-20 10:01")).refused
    assert later.code == "IN_THE_FUTURE"
    nowhere = choosing.ask("choose", at, choice="course_change", received_at=at).refused
    assert (nowhere.status, nowhere.code) == (422, "TO_COURSE_MISSING")


def test_without_an_open_choice_there_is_nothing_to_choose(contract: Any, moment: Moment) -> None:
    """An active contract answers 409."""
    at = moment("2019-03-20 10:00")
    assert contract.ask("choose", at, choice="cancel", received_at=at).refused.status == 409


def test_a_chosen_course_change_is_planned_like_an_application(choosing: Any, moment: Moment) -> None:
    """Chosen on 2019-03-20, the contract is 光コラボ from 2019-04-01 and carries its term (W-09.1, W-12.3b)."""
    at = moment("2019-03-20 10:00")
    decision = choosing.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at).answer.decision
    assert {"W-11.1", "W-09.1", "W-12.3b"} <= set(decision["articles"])
    assert choosing.now.state == "active"
    assert choosing.now.choice.state == "course_change"
    assert list(choosing.now.agenda) == ["course_change"]
    choosing.pass_to(moment("2019-04-01 00:00"))
    assert choosing.now.course == "COLLABO"
    assert choosing.now.minimum_term.end_on.isoformat() == "2020-05-31"


def test_taking_a_chosen_course_change_back_returns_to_the_choice(choosing: Any, moment: Moment) -> None:
    """Before its day the change can be taken back; the line is still lost, so the choice is open again."""
    before = choosing.now.model_dump(exclude={"seq"})
    at = moment("2019-03-20 10:00")
    choosing.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    choosing.ask("undo_course_change", moment("2019-03-21 10:00"))
    assert choosing.now.model_dump(exclude={"seq"}) == before


def test_the_holder_may_continue_with_the_term_unchanged(renamed: Any, moment: Moment) -> None:
    """The line is the contractor's again: no fee, the term stays (W-11.2, A-47)."""
    at = moment("2019-03-20 10:00")
    outcome = renamed.ask("choose", at, choice="continue", holder_is_applicant=True, received_at=at)
    assert outcome.answer.decision["outcome"] == "continue"
    assert {"W-11.2", "W-07.1"} <= set(outcome.answer.decision["articles"])
    now = renamed.now
    assert (now.state, now.choice.state, now.agenda, now.charges) == ("active", "continue", {}, {})
    assert now.minimum_term.end_on.isoformat() == "2020-05-31"


@pytest.mark.parametrize("holder", [False, None])
def test_whoever_does_not_hold_the_line_cannot_simply_continue(
    renamed: Any, moment: Moment, *, holder: bool | None
) -> None:
    """After a change of name an operator decides whether the contract is taken over; the choice stays open (A-47)."""
    at = moment("2019-03-20 10:00")
    outcome = renamed.ask("choose", at, choice="continue", holder_is_applicant=holder, received_at=at)
    assert outcome.answer.decision["outcome"] == "needs_operator"
    assert renamed.now.state == "choosing"
    assert renamed.now.choice.state == "open"
    assert "CONTINUE_NOT_LINE_HOLDER" in renamed.now.tasks
    assert "choice_overdue" in renamed.now.agenda
    elsewhere = renamed.ask("settle_task", at, why="CONTINUE_NOT_LINE_HOLDER", reason_code="other").refused
    assert elsewhere.code == "DECIDED_ELSEWHERE"
    renamed.ask("choose", at, choice="continue", holder_is_applicant=True, received_at=at)
    assert (renamed.now.state, renamed.now.tasks) == ("active", {})


def test_another_reason_of_ntt_leaves_the_holder_as_known(contract: Any, moment: Moment) -> None:
    """Where the name did not change, the holder is who it was at the application (W-11.2)."""
    lose_line(contract, moment("2019-03-13 10:00"), "end_notified", reason="other")
    at = moment("2019-03-20 10:00")
    assert contract.ask("choose", at, choice="continue", received_at=at).answer.decision["outcome"] == "continue"


def test_chapter_two_chooses_by_article_23_and_owes_nothing(new_life: Any, moment: Moment) -> None:
    """With フレッツ has neither term nor fee (W-23.1, W-23.4)."""
    life = new_life()
    life.ask(
        "import",
        moment("2019-01-10 09:00"),
        contract_id="K2",
        line_key="L2",
        course="W1_FAMILY",
        applied_on="2008-03-10",
        service_start_on="2008-04-01",
        line={"operator": "EAST"},
    )
    lose_line(life, moment("2019-03-13 10:00"))
    assert "W-23.1" in life.now.choice.articles
    at = moment("2019-03-20 10:00")
    decision = life.ask("choose", at, choice="cancel", received_at=at).answer.decision
    assert {"W-23.1", "W-23.4", "W-22.1"} <= set(decision["articles"])
    assert decision["fee"]["total"] == 0


def test_a_contract_terminated_while_choosing_is_reminded_of_nothing(choosing: Any, moment: Moment) -> None:
    """The company ended it: no letter about a choice goes out any more."""
    choosing.ask("terminate", moment("2019-03-20 10:00"), effective_on="2019-04-20", reason_code="breach")
    outcome = choosing.pass_to(moment("2019-04-15 00:00"))
    assert [message.name for _, message in outcome.outgoing] == []
    assert "CHOICE_OVERDUE" not in choosing.now.tasks


@pytest.mark.parametrize(
    ("topic", "attributable", "filing", "outcome", "article"),
    [
        (
            "CONSTRUCTION_DATE",
            False,
            {"filing_state": "waiting_work", "work_on": "2018-05-20", "opened_on": None},
            "answer",
            "W-08.2",
        ),
        ("CONSTRUCTION_DATE", False, None, "refer", "W-08.2"),
        (
            "FAULT",
            False,
            {"filing_state": "waiting_work", "work_on": "2018-05-20", "opened_on": None},
            "refer",
            "W-08.2",
        ),
        ("LINE_DISPUTE", False, None, "refer", "W-08.4"),
        ("LINE_DISPUTE", True, None, "ours", "W-08.4"),
    ],
)
def test_inquiries_are_answered_taken_on_or_referred(
    contract: Any, moment: Moment, *, topic: str, attributable: bool, filing: Any, outcome: str, article: str
) -> None:
    """What the filing tells is answered; a dispute of our making is ours; all else is for NTT (W-08.2, W-08.4)."""
    contract.facts = {"filing": filing, "note": "工事日はいつですか。"}
    ran = contract.ask("inquire", moment("2019-03-13 10:00"), topic=topic, attributable=attributable)
    assert ran.answer.decision["outcome"] == outcome
    assert article in ran.answer.decision["articles"]
    assert contract.now.state == "active"
    sent = [(message.name, message.data) for _, message in ran.outgoing]
    assert sent == ([("INQUIRY", {"topic": topic, "text": "工事日はいつですか。"})] if outcome == "refer" else [])
    assert ("LINE_DISPUTE_OURS" in contract.now.tasks) == (outcome == "ours")
    assert "工事日" not in contract.log[-1].model_dump_json()


def test_where_nothing_says_which_ntt_an_inquiry_is_not_referred(contract: Any, moment: Moment) -> None:
    """Without a line nothing says whether East or West would answer: refused, never sent to a guessed one."""
    command = contract.domain.commands["inquire"].command(topic="FAULT")
    with pytest.raises(NotAllowedError):
        inquire(
            contract.now.model_copy(update={"line": None}),
            command,
            Context(moment("2019-03-13 10:00"), moment("2019-03-13 10:00"), facts=InquiryKnown(filing=None, note=None)),
        )


@pytest.mark.parametrize(("topic", "attributable"), [("FAULT", False), ("LINE_DISPUTE", True)])
def test_a_corrected_inquiry_is_gone_and_the_life_stays_as_it_was(
    contract: Any, moment: Moment, topic: str, *, attributable: bool
) -> None:
    """Its task goes with it; decided again whole, or without a later fact, the life still has it voided."""
    contract.ask("cancel", moment("2019-03-10 10:00"), channel="online", received_at="2019-03-10T09:00:00+09:00")
    cancelled = contract.now.seq
    contract.ask("inquire", moment("2019-03-13 10:00"), topic=topic, attributable=attributable)
    seq = contract.now.seq
    asked = len(contract.now.tasks)
    outcome = contract.ask("correct", moment("2019-03-13 11:00"), voids=seq, reason_code="entry_error")
    assert (outcome.answer.decision["outcome"], outcome.answer.decision["voids"]) == ("corrected", [seq])
    assert (asked, len(contract.now.tasks)) == (int(attributable), 0)
    again = contract.ask("correct", moment("2019-03-13 12:00"), voids=seq, reason_code="entry_error")
    assert again.refused.code == "ALREADY_VOIDED"
    contract.ask("correct", moment("2019-03-14 10:00"), voids=cancelled, reason_code="entry_error", approved=True)
    assert (contract.now.state, contract.now.tasks) == ("active", {})
    assert seq in {each for entry in contract.log for each in entry.voids}


@pytest.mark.parametrize("kind", ["terminated", "end_notified", "excluded"])
@pytest.mark.parametrize("way", ["initial_cancellation", "undo_course_change"])
def test_a_choice_is_open_again_once_the_change_that_answered_it_falls(
    contract: Any, moment: Moment, kind: str, way: str
) -> None:
    """By papers in time or taken back: the ground stands, so the contractor is asked again (W-11.1, W-11.2, W-21.4)."""
    contract.ask(
        "line_notice",
        moment("2019-03-11 10:00"),
        notice_id="M",
        kind="moved_operator",
        effective_on="2019-03-11",
        details={"operator": "WEST"},
    )
    details = {"end_notified": {"reason": "other"}, "excluded": {"billing": ["MY_BILLING"], "discounts": []}}
    lose_line(contract, moment("2019-03-13 10:00"), kind, **details.get(kind, {}))
    offered = contract.now.choice.offered
    at = moment("2019-03-15 10:00")
    contract.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    assert (contract.now.state, contract.now.pending_course_change.to_course) == ("active", "COLLABO")
    papers = {"papers_received_on": "2019-03-16", "dispatched_on": "2019-03-20", "then": "end"}
    said = papers if way == "initial_cancellation" else {}
    told = contract.ask(way, moment("2019-03-20 10:00"), **said)
    state = contract.now
    assert (state.state, state.choice.state, state.choice.offered) == ("choosing", "open", offered)
    assert state.pending_course_change is None
    assert "choice_overdue" in state.agenda
    if way == "initial_cancellation":
        assert state.choice.opened_on == moment("2019-03-20 10:00").date()
        assert "choice_request" in [message.name for _, message in told.outgoing]


def test_a_line_that_fits_again_meanwhile_asks_nothing_when_the_change_falls(contract: Any, moment: Moment) -> None:
    """The exclusion that was answered is gone by the time the change is cancelled (A-46)."""
    contract.ask(
        "line_notice",
        moment("2019-03-11 10:00"),
        notice_id="M",
        kind="moved_operator",
        effective_on="2019-03-11",
        details={"operator": "WEST"},
    )
    lose_line(contract, moment("2019-03-13 10:00"), "excluded", billing=["MY_BILLING"], discounts=[])
    at = moment("2019-03-15 10:00")
    contract.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    again = {"kind": "excluded", "effective_on": "2019-03-17", "details": {"billing": [], "discounts": []}}
    contract.ask("line_notice", moment("2019-03-17 10:00"), notice_id="F", **again)
    papers = {"papers_received_on": "2019-03-16", "dispatched_on": "2019-03-20"}
    contract.ask("initial_cancellation", moment("2019-03-20 10:00"), **papers, then="end")
    assert (contract.now.state, contract.now.pending_course_change) == ("active", None)


def test_a_course_left_for_a_lost_line_is_asked_about_once_it_is_back_in_the_book(
    new_life: Any, moment: Moment
) -> None:
    """W1, line ended, コラボ chosen and begun; cancelled, it is W2 on a line that is gone (W-21.4, W-11.1)."""
    life = new_life()
    values = {"applied_on": "2009-04-01", "service_start_on": "2009-04-20", "line": {"operator": "EAST"}}
    life.ask("import", moment("2018-04-01 09:00"), contract_id="K1", course="W1_FAMILY", **values)
    life.ask("line_notice", moment("2018-04-05 10:00"), notice_id="N", kind="terminated", effective_on="2018-04-04")
    at = moment("2018-04-10 10:00")
    life.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    life.pass_to(moment("2018-05-01 00:00"))
    papers = {"papers_received_on": "2018-05-01", "dispatched_on": "2018-05-02", "then": "W2_FAMILY"}
    life.ask("initial_cancellation", moment("2018-05-02 10:00"), **papers)
    assert (life.now.state, life.now.course, life.now.choice.articles) == ("choosing", "W2_FAMILY", ["W-11.1"])


def test_a_choice_that_is_open_again_is_answered_once(renamed: Any, moment: Moment) -> None:
    """The change chosen first was cancelled; to continue then is the answer, and nothing is asked any more (W-11.2)."""
    at = moment("2019-03-15 10:00")
    renamed.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    papers = {"papers_received_on": "2019-03-16", "dispatched_on": "2019-03-20", "then": "end"}
    renamed.ask("initial_cancellation", moment("2019-03-20 10:00"), **papers)
    later = moment("2019-03-25 10:00")
    renamed.ask("choose", later, choice="continue", received_at=later, holder_is_applicant=True)
    assert (renamed.now.state, renamed.now.choice.state, renamed.now.agenda) == ("active", "continue", {})


def asked(outcome: Any) -> list[tuple[str, Any]]:
    """What goes out that asks for the choice, with the day each names."""
    return [
        (message.name, message.data["deadline_on"])
        for _, message in outcome.outgoing
        if message.name in {"choice_request", "choice_reminder"}
    ]


def said(outcome: Any) -> list[str]:
    """What the answer says goes out of that."""
    told = outcome.answer.decision.get("tells", [])
    return [each["what"] for each in told if each["how"] == "sent" and each["what"].startswith("choice_")]


def answered_late(life: Any, moment: Moment) -> int:
    """A letter to cancel that came before both reminders, keyed in after them; gives the entry of the choice."""
    life.pass_to(moment("2019-04-03 00:00"))
    life.ask(
        "choose", moment("2019-04-05 10:00"), choice="cancel", received_at=moment("2019-03-16 09:00"), approved=True
    )
    return next(entry.seq for entry in reversed(life.log) if entry.event == "cancel")


@pytest.mark.parametrize(
    ("at", "deadline"),
    [("2019-04-08 10:00", "2019-04-12"), ("2019-05-20 10:00", None)],
)
def test_a_choice_that_a_correction_opens_again_is_told_once_with_the_day_that_holds(
    renamed: Any, moment: Moment, at: str, deadline: str | None
) -> None:
    """Both reminders fall due again in the past: one letter goes out, and names no day that is over (A-28)."""
    choice = answered_late(renamed, moment)
    outcome = renamed.ask("correct", moment(at), voids=choice, approved=True)
    assert renamed.now.state == "choosing"
    assert [(name, day and str(day)) for name, day in asked(outcome)] == [("choice_reminder", deadline)]
    assert said(outcome) == ["choice_reminder"]
    again = renamed.ask("correct", moment("2019-05-21 10:00"), voids=renamed.log[-1].seq, approved=True)
    assert asked(again) == []


def test_a_choice_open_again_before_any_reminder_is_told_too(renamed: Any, moment: Moment) -> None:
    """The contractor was told of a cancellation: that it counts no more, and by when to choose, are two letters."""
    renamed.ask("choose", moment("2019-03-15 10:00"), choice="cancel", received_at=moment("2019-03-15 09:00"))
    outcome = renamed.ask("undo_cancellation", moment("2019-03-18 10:00"))
    assert renamed.now.state == "choosing"
    assert [(name, str(day)) for name, day in asked(outcome)] == [("choice_reminder", "2019-04-12")]


def test_reminders_that_nobody_carried_out_in_time_go_out_as_one(renamed: Any, moment: Moment) -> None:
    """A worker that was away for both days sends one letter, not two alike; after the deadline it names no day."""
    assert [(name, str(day)) for name, day in asked(renamed.pass_to(moment("2019-04-03 00:00")))] == [
        ("choice_reminder", "2019-04-12")
    ]


def test_reminders_and_the_deadline_carried_out_at_once_name_no_day(renamed: Any, moment: Moment) -> None:
    """Everything of the choice falls due in one run: the customer reads of no day that is over."""
    assert asked(renamed.pass_to(moment("2019-05-01 00:00"))) == [("choice_reminder", None)]


def test_who_has_chosen_meanwhile_is_not_reminded(renamed: Any, moment: Moment) -> None:
    """The choice is keyed in before the reminders that were due are carried out: none of them goes out."""
    outcome = renamed.ask(
        "choose", moment("2019-04-05 10:00"), choice="cancel", received_at=moment("2019-04-05 09:00"), approved=True
    )
    assert asked(outcome) == []
