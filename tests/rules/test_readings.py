"""Every reading of unclear text is a parameter: the other value, set as an owner would, decides otherwise."""
# ruff: noqa: E731 - each test asks one question twice, before and after

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules import terms
from rules.calendar import JST, Month
from rules.charges import fee, payment_agency
from rules.charges.billing import is_paused, pauses_while_choosing
from rules.charges.fee_amount import last_day_on_contract
from rules.club import booking, exchange, points, renewal, reversion, storage
from rules.club.club_runs import books_on, next_booking
from rules.club.points import LossCause, Lot
from rules.club.program import notice_plan
from rules.club.registration import CarrierArea, Customer, registration
from rules.club.renewal import ServiceClass, renewal_bonus
from rules.contract.application import application_day
from rules.contract.cancellation import cancellation_date
from rules.contract.minimum_term import MinimumTerm, after_move_within_chapter, announced_at, for_course_change
from rules.line.eligibility import Line
from rules.line.line_notice import Subject, effect_of
from rules.money import with_tax
from rules.refusal import Refusal

SetTerm = Callable[..., None]
D = date.fromisoformat
END = D("2020-04-30")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def ended(on: str, **more: Any) -> dict[str, Any]:
    """What ending with フレッツ II costs, with the term to 2020-04-30."""
    facts: dict[str, Any] = {"applied_on": D("2018-05-20"), "minimum_term_end_on": END, "cause": "cancellation", **more}
    decision = fee.termination_fee(ended_on=D(on), **facts)
    return {"outcome": decision.outcome, **decision.data["fee"]}


# --- the club ----------------------------------------------------------------------------------------------------


def test_monthly_points_booked_two_months_later(set_term: SetTerm) -> None:
    """Booked in the second month after, the last usage month of the plan is October 2023 (A-03)."""
    assert (booking.booking_month(Month(2023, 11)), notice_plan().last_usage_month) == (
        Month(2023, 12),
        Month(2023, 11),
    )
    set_term("club.monthly_booking_months", 2)
    assert booking.booking_month(Month(2023, 10)) == Month(2023, 12)
    assert notice_plan().last_usage_month == Month(2023, 10)
    assert (books_on(Month(2023, 10)), next_booking(D("2023-12-01"), notice_plan())) == (
        D("2023-12-10"),
        Month(2023, 10),
    )


def test_the_other_figure_of_the_bonus(set_term: SetTerm) -> None:
    """1,000 points by the sentence; the lone 100 of the notice where the owner takes that for the amount (A-01)."""
    ask = lambda: renewal_bonus(Month(2023, 9), ServiceClass.FAMILY, D("2015-01-01")).data["points"]
    assert ask() == 1000
    set_term("club.renewal_bonus", 100)
    assert ask() == 100


def test_bonus_booked_after_the_first_renewal_month(set_term: SetTerm) -> None:
    """Counted from the first renewal month 2023-09 is booked by October, and 2023-11 is the last month (A-04)."""
    assert (booking.book_by(Month(2023, 9)), renewal.decided_on(Month(2023, 9))) == (D("2023-12-31"), D("2023-12-01"))
    set_term("club.bonus_booked_after", "first_renewal_month")
    assert (booking.book_by(Month(2023, 9)), renewal.decided_on(Month(2023, 9))) == (D("2023-10-31"), D("2023-10-01"))
    assert notice_plan().last_term_end_month == Month(2023, 11)


@pytest.mark.parametrize(("cancelled_on", "outcome"), [("2023-12-31", "disqualified"), ("2024-01-01", "due")])
def test_bonus_lost_until_it_is_booked(set_term: SetTerm, cancelled_on: str, outcome: str) -> None:
    """A cancellation after the window costs the bonus up to the deadline where the owner reads it so (A-16)."""
    ask = lambda: (
        renewal_bonus(
            Month(2023, 9), ServiceClass.FAMILY, D("2015-01-01"), ninen_wari_cancelled_on=D(cancelled_on)
        ).outcome
    )
    assert ask() == "due"
    set_term("club.bonus_lost_until", "booking_deadline")
    assert ask() == outcome


def test_storage_reverts_on_the_end_date(set_term: SetTerm) -> None:
    """The answers of the FAQ instead of the body: 2025-03-31 itself (A-05)."""
    assert reversion.reverts_on(D("2025-03-31")) == D("2025-04-30")
    set_term("club.storage_reverts", "same_day")
    assert reversion.reverts_on(D("2025-03-31")) == D("2025-03-31")


def test_a_late_end_deletes_on_the_legal_day(set_term: SetTerm) -> None:
    """The day of the rule, though nobody could be told the usual 14 days before, where the owner reads it so (A-05)."""
    ask = lambda known: reversion.is_late(D("2019-02-28"), D(known))
    assert (ask("2019-02-14"), ask("2019-02-15")) == (False, True)
    assert reversion.returns_on(D("2019-01-15"), late_on=D("2019-02-15")) == D("2019-03-31")
    set_term("club.storage_late_end", "legal_day")
    assert not ask("2019-03-10")


def test_the_limit_falls_with_the_perk(set_term: SetTerm) -> None:
    """Nothing more can be stored from the end date on, though nothing is deleted before the reversion (A-06)."""
    ask = lambda day: storage.capacity_gb(Decimal(5), D(day), reversion.limit_falls_on(D("2024-10-15")))
    assert (ask("2024-10-16"), ask("2024-12-01")) == (10, 5)
    set_term("club.storage_limit_falls", "with_the_perk")
    assert (ask("2024-10-15"), ask("2024-10-16")) == (10, 5)


def test_support_tested_at_the_end(set_term: SetTerm) -> None:
    """The service has to run on the end date itself, not only on the reversion day (A-08)."""
    ask = lambda since: reversion.returns_on(D("2025-03-31"), [reversion.Running(D(since), None)])
    assert [ask(day) for day in ("2025-03-31", "2025-04-30", "2025-05-01")] == [None, None, D("2025-04-30")]
    set_term("club.support_tested", "at_end")
    assert [ask(day) for day in ("2025-03-31", "2025-04-01")] == [None, D("2025-04-30")]


def test_reversion_counted_from_the_end_alone(set_term: SetTerm) -> None:
    """A support service that ends later moves nothing (A-08)."""
    assert reversion.reverts_on(D("2025-03-31"), D("2025-06-10")) == D("2025-07-31")
    set_term("club.storage_counts_from", "end")
    assert reversion.reverts_on(D("2025-03-31"), D("2025-06-10")) == D("2025-04-30")


def test_points_usable_on_the_day_of_a_conversion(set_term: SetTerm) -> None:
    """Blocked from the day after, where "after" is read so; leaving is not touched (A-11)."""
    assert points.loss_of_use(LossCause.CONVERSION, D("2024-06-10")).usable_through == D("2024-06-09")
    set_term("club.loss_blocks_from", "day_after")
    assert points.loss_of_use(LossCause.CONVERSION, D("2024-06-10")).usable_through == D("2024-06-10")
    assert points.loss_of_use(LossCause.LEFT, D("2024-06-10")).usable_through == D("2024-06-10")


def test_registration_judged_on_the_day_of_the_work(set_term: SetTerm) -> None:
    """Applied on 2023-09-30 and worked on in October: too late where the work decides (A-14)."""
    ask = lambda: (
        registration(
            at("2023-09-30T23:59"), CarrierArea.EAST, Customer.INDIVIDUAL, processed_on=D("2023-10-02")
        ).outcome
    )
    assert ask() == "accepted"
    set_term("club.registration_judged_on", "processing")
    assert ask() == "refused"


def test_lots_spent_in_the_order_of_their_grants(set_term: SetTerm) -> None:
    """The lot granted later expires earlier by such a plan: it goes first, or last where grants decide (A-15)."""
    redated = replace(notice_plan().points_redated, expires_on=D("2024-12-31"))
    plan = replace(notice_plan(), points_redated=redated)
    lots = [Lot("early", D("2022-05-01"), 100, 100), Lot("late", D("2023-05-01"), 100, 100)]
    ask = lambda: [lot.lot_id for lot in points.usable(lots, D("2024-01-01"), plan)]
    assert ask() == ["late", "early"]
    set_term("club.spending_order", "earliest_grant")
    assert ask() == ["early", "late"]


def test_the_line_compared_at_login_only(set_term: SetTerm) -> None:
    """A session that moved to another line may still send where the owner asks at the login alone (A-17)."""
    assert exchange.compared_at_sending(D("2024-01-01"))
    set_term("club.line_compared", "at_login")
    assert not exchange.compared_at_sending(D("2024-01-01"))


# --- cancellation and application --------------------------------------------------------------------------------


def test_online_after_the_cut_off_refused(set_term: SetTerm) -> None:
    """On the 26th an online notice is refused, a letter is not, where the owner reads it so (A-25)."""
    assert cancellation_date("online", at("2019-04-26T09:00")).effective_on == D("2019-05-31")
    set_term("cancellation.online_after_cutoff", "refused")
    with pytest.raises(Refusal, match="day 25") as refused:
        cancellation_date("online", at("2019-04-26T09:00"))
    assert (refused.value.code, refused.value.articles) == ("AFTER_CUTOFF", ("W-10.5",))
    assert cancellation_date("online", at("2019-04-25T09:00")).effective_on == D("2019-04-30")
    assert cancellation_date("paper", at("2019-04-26T09:00")).effective_on == D("2019-05-31")


def test_a_letter_counted_by_its_postmark(set_term: SetTerm) -> None:
    """Posted on the 25th and arrived on the 27th: in time where the postmark counts (A-26)."""
    ask = lambda: cancellation_date("paper", at("2019-04-27T09:00"), posted_on=D("2019-04-25"))
    assert ask().effective_on == D("2019-05-31")
    set_term("cancellation.paper_counts_from", "postmark")
    assert (ask().effective_on, ask().articles) == (D("2019-04-30"), ("W-10.2",))


@pytest.mark.parametrize(("arrived", "ends"), [("2019-05-27", "2019-05-31"), ("2019-05-28", "2019-06-30")])
def test_a_cut_off_moved_by_the_weekend(set_term: SetTerm, arrived: str, ends: str) -> None:
    """2019-05-25 is a Saturday: the Monday after it is the last day in time where weekends move it (A-26)."""
    assert cancellation_date("paper", at(f"{arrived}T09:00")).effective_on == D("2019-06-30")
    set_term("cancellation.cutoff_on_weekend", "next_monday")
    assert cancellation_date("paper", at(f"{arrived}T09:00")).effective_on == D(ends)


def test_a_wish_for_a_later_month_left_aside(set_term: SetTerm) -> None:
    """The earliest month end counts whatever month is wished for (A-26, A-27)."""
    ask = lambda: cancellation_date("online", at("2019-04-10T09:00"), Month(2019, 8)).effective_on
    assert ask() == D("2019-08-31")
    set_term("cancellation.wanted_month_counts", False)
    assert ask() == D("2019-04-30")


@pytest.mark.parametrize(
    ("reading", "applied_on"), [("arrival", "2018-06-01"), ("postmark", "2018-05-31"), ("writing", "2018-05-30")]
)
def test_a_paper_application_counted_by_another_day(set_term: SetTerm, reading: str, applied_on: str) -> None:
    """Written 05-30, posted 05-31, arrived 06-01: the term of 24 months hangs on the reading (A-55)."""
    set_term("application.paper_counts_from", reading)
    decision = application_day("paper", at("2018-06-01T09:00"), written_on=D("2018-05-30"), posted_on=D("2018-05-31"))
    assert (decision.data["applied_on"], decision.data["date_conflict"]) == (applied_on, True)
    assert application_day("online", at("2018-06-01T09:00")).effective_on == D("2018-06-01")


# --- fees --------------------------------------------------------------------------------------------------------


def test_the_amount_for_an_initial_cancellation_added(set_term: SetTerm) -> None:
    """3,000 yen beside the 4,500 instead of in their place (A-30)."""
    assert ended("2019-04-30", initial_cancellation=True)["amount"] == 3000
    set_term("fee.initial_cancellation_effect", "added_to_fee")
    assert ended("2019-04-30", initial_cancellation=True)["amount"] == 7500
    assert ended("2019-04-30")["amount"] == 4500


def test_an_initial_cancellation_that_costs_without_a_term(set_term: SetTerm) -> None:
    """3,000 yen also where there is no term to break (A-31)."""
    asked = {"initial_cancellation": True, "minimum_term_end_on": None, "applied_on": D("2018-06-01")}
    assert ended("2018-07-02", **asked) == {"outcome": "none", "amount": 0, "tax": 0, "total": 0}
    set_term("fee.initial_cancellation_without_term", "reduced_amount")
    assert ended("2018-07-02", **asked) == {"outcome": "reduced", "amount": 3000, "tax": 240, "total": 3240}


@pytest.mark.parametrize(("cause", "last_day"), [("course_change", "2019-09-30"), ("cancellation", "2019-10-01")])
def test_the_last_day_on_the_old_course_decides_the_tax(set_term: SetTerm, cause: str, last_day: str) -> None:
    """A change on 2019-10-01 is taxed with 8 %, an end on that day with 10; or by the change day (A-37)."""
    change = cause == "course_change"
    assert last_day_on_contract(D("2019-10-01"), change=change) == D(last_day)
    money = ended("2019-10-01", cause=cause, to_course="OTHER" if change else None)
    assert money["total"] == (4860 if change else 4950)
    set_term("fee.last_day_of_change", "change_day")
    assert ended("2019-10-01", cause=cause, to_course="OTHER" if change else None)["total"] == 4950


def test_fees_without_tax(set_term: SetTerm) -> None:
    """Where cancellation fees are no consideration for a supply they bear no tax, from the owner's day on (A-37)."""
    set_term("fee.taxed", False, D("2019-05-01"))
    assert (ended("2019-04-30")["total"], ended("2019-05-01")["total"]) == (4860, 4500)


@pytest.mark.parametrize(("rounding", "tax"), [("floor", 80), ("half_up", 80), ("ceiling", 81)])
def test_the_rounding_of_tax(set_term: SetTerm, rounding: str, tax: int) -> None:
    """8 % of 1,005 yen are 80.4: rounded down, or as the owner says (A-37, X-07)."""
    set_term("tax.rounding", rounding)
    assert with_tax(1005, D("2019-04-30")).tax == tax
    assert with_tax(-1005, D("2019-04-30")).tax == -tax


@pytest.mark.parametrize(
    ("cause", "name"),
    [
        ("cancellation", "minimum_term.last_day_complete"),
        ("course_change", "minimum_term.change_on_last_day_complete"),
    ],
)
def test_the_last_day_of_a_term_counted_inside(set_term: SetTerm, cause: str, name: str) -> None:
    """Ended, or changed, on the last day itself: complete, unless the owner reads it otherwise (A-34)."""
    to_course = "OTHER" if cause == "course_change" else None
    assert ended("2020-04-30", cause=cause, to_course=to_course)["outcome"] == "none"
    set_term(name, False)
    assert ended("2020-04-30", cause=cause, to_course=to_course)["amount"] == 4500
    assert ended("2020-05-01", cause=cause, to_course=to_course)["outcome"] == "none"


def test_the_fee_of_a_benefit_reduced(set_term: SetTerm) -> None:
    """An initial cancellation leaves a benefit's own fee whole, unless the owner lets it reduce that too (A-49)."""
    ask = lambda: fee.benefit_fee(9000, END, D("2019-04-30"), "cancellation", initial_cancellation=True)
    assert (ask().outcome, ask().data["fee"]["amount"]) == ("due", 9000)
    set_term("fee.benefit_reduced", True)
    assert (ask().outcome, ask().data["fee"]["amount"]) == ("reduced", 3000)


def test_the_fee_of_a_benefit_never_waived(set_term: SetTerm) -> None:
    """Paragraph 6 names benefit fees; an owner who reads the benefit terms otherwise switches that off (A-49)."""
    ask = lambda: fee.benefit_fee(9000, END, D("2019-04-30"), "cancellation", waiver="death").outcome
    assert ask() == "waived"
    set_term("fee.benefit_waivable", False)
    assert ask() == "due"


# --- terms -------------------------------------------------------------------------------------------------------


def test_a_merger_that_begins_the_term_anew(set_term: SetTerm) -> None:
    """The term stays as it is, unless the owner reads a move as a new contract (A-41)."""
    term = MinimumTerm(D("2017-06-01"), D("2019-05-31"), "application")
    ask = lambda: after_move_within_chapter(term, D("2018-06-01")).data["minimum_term"]
    assert ask()["end_on"] == "2019-05-31"
    set_term("minimum_term.after_move", "begins_anew")
    assert (ask()["start_on"], ask()["end_on"]) == ("2018-06-01", "2020-05-31")
    assert after_move_within_chapter(None, D("2018-06-01")).data["minimum_term"] is None


def test_a_day_announced_by_one_letter(set_term: SetTerm) -> None:
    """The later of e-mail and portal post announces a day, unless the owner lets the first of them do (A-52)."""
    mail, post, on = at("2018-06-13T09:00"), at("2018-06-13T10:00"), D("2018-06-12")
    assert (announced_at(mail, post, on), announced_at(mail, None, on)) == (post, None)
    set_term("minimum_term.announced_by", "either_letter", on)
    assert (announced_at(mail, post, on), announced_at(mail, None, on)) == (mail, mail)
    assert announced_at(mail, None, D("2018-06-11")) is None
    assert announced_at(None, None, on) is None


def test_a_carried_term_counted_from_the_change_month(set_term: SetTerm) -> None:
    """The end stays; the month of the change counts too where the owner reads it so (A-48)."""
    ask = lambda: for_course_change(D("2018-05-20"), D("2018-06-10"), "COLLABO", D("2019-03-31"))
    assert ask().data["minimum_term"] == {
        "start_on": "2018-07-01",
        "end_on": "2019-03-31",
        "source": "carried_from_collabo",
    }
    set_term("minimum_term.carried_counts_from", "change_month")
    assert ask().data["minimum_term"]["start_on"] == "2018-06-01"


# --- payment on behalf and lost lines ----------------------------------------------------------------------------


def test_grace_before_payment_on_behalf_is_withdrawn(set_term: SetTerm) -> None:
    """Seven days of grace: paid on the seventh it is kept, on the eighth it is not (A-43)."""
    due, on = D("2012-07-31"), D("2012-08-10")
    assert payment_agency.withdrawal(due, on, settled_on=D("2012-08-07")).outcome == "withdrawn"
    set_term("payment_agency.grace_days", 7)
    assert payment_agency.withdrawal(due, on, settled_on=D("2012-08-07")).outcome == "kept"
    assert payment_agency.withdrawal(due, on, settled_on=D("2012-08-08")).outcome == "withdrawn"
    assert payment_agency.withdrawal(due, D("2012-08-07")).outcome == "not_yet"


def test_withdrawn_a_month_later(set_term: SetTerm) -> None:
    """Off from the first month after the due date, or from the second (A-43)."""
    ask = lambda: payment_agency.withdrawal(D("2012-07-31"), D("2012-08-01")).effective_on
    assert ask() == D("2012-08-01")
    set_term("payment_agency.off_months_after_due", 2)
    assert ask() == D("2012-09-01")


def test_payment_on_behalf_restored_by_a_payment(set_term: SetTerm) -> None:
    """A later payment restores nothing, unless the owner wants it from the next month on (A-43)."""
    assert payment_agency.restoration(D("2012-09-10")).outcome == "stays_off"
    set_term("payment_agency.restored_by_payment", True)
    decision = payment_agency.restoration(D("2012-09-10"))
    assert (decision.outcome, decision.effective_on) == ("restored", D("2012-10-01"))


def test_direct_billing_from_the_next_month(set_term: SetTerm) -> None:
    """NTT bills from the day after the end, or from the month after it (A-44)."""
    assert payment_agency.end_with_contract(D("2015-08-14")).effective_on == D("2015-08-15")
    set_term("payment_agency.direct_from", "next_month")
    assert payment_agency.end_with_contract(D("2015-08-14")).effective_on == D("2015-09-01")


def test_a_later_exclusion_left_to_an_operator(set_term: SetTerm) -> None:
    """No choice is opened; an operator is asked what becomes of the contract (A-46)."""
    subject = Subject(1, "W2_FAMILY", "active", Line("EAST", "NEXT", "FAMILY"))
    details = {"tax_exempt_embassy": True}
    ask = lambda: (
        effect_of("tax_status_changed", details, D("2019-02-10"), subject, notified_on=D("2019-02-11")).outcome
    )
    assert ask() == "choice_opened"
    set_term("line_notice.later_exclusion", "operator")
    assert ask() == "needs_operator"


def test_no_fees_while_a_choice_is_open(set_term: SetTerm) -> None:
    """Fees go on until the contractor has chosen, unless the owner lets them pause from the next month on (A-28)."""
    opened_on = D("2019-02-10")
    assert not pauses_while_choosing(opened_on)
    set_term("line_notice.billed_while_choosing", False)
    assert pauses_while_choosing(opened_on)
    assert [is_paused(Month(2019, month), opened_on, None) for month in (2, 3)] == [False, True]
    closed = [is_paused(Month(2019, 4), opened_on, D(day)) for day in ("2019-03-31", "2019-04-01")]
    assert closed == [False, True]


# --- the parameters themselves -----------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
BY_PATTERN = ("points.", "course.monthly_basic_", "eligibility.exclusions_chapter_", "retention.")
"""Entries whose names the code puts together."""


def test_every_term_is_read() -> None:
    """A number nobody reads is a promise nobody keeps: each entry's name stands in the code."""
    rooms = ("rules", "decisions", "activities", "models", "api", "reference")
    code = "\n".join(file.read_text(encoding="utf-8") for room in rooms for file in (ROOT / room).rglob("*.py"))
    unread = [name for name in terms.catalogue() if not name.startswith(BY_PATTERN) and f'"{name}"' not in code]
    assert unread == []


def test_a_reading_no_rule_knows_is_refused() -> None:
    """An owner who writes another word learns it when the file is read, not when a contract ends."""
    text = "x:\n  unit: y\n  options: [a, b]\n  values:\n    - {value: c, from: 2010-02-01, articles: [W-12.3]}\n"
    with pytest.raises(ValueError, match="not one of the readings built: a, b"):
        terms.load(text, "z")


def test_a_value_of_another_type_is_refused(set_term: SetTerm) -> None:
    """`"4500"` among numbers is refused when the file is read; alone, by the rule that asks for a number (X-04)."""
    row = "    - {{value: {}, from: {}, {}articles: [W-12.3c]}}\n"
    periods = (row.format(3000, "2010-02-01", "to: 2018-05-31, "), row.format("'4500'", "2018-06-01", ""))
    with pytest.raises(ValueError, match="of one type, not int and str"):
        terms.load(f"fee:\n  unit: yen\n  values:\n{''.join(periods)}", "z")
    set_term("fee.amount", "4500")
    with pytest.raises(TypeError, match=r"fee\.amount: '4500' is not of <class 'int'>"):
        ended("2019-04-30")


def test_only_ascii_digits_make_a_month() -> None:
    """Full-width or Arabic digits, a new line at the end: no month, so one month has one name (M-02.5)."""
    assert str(Month.parse("2023-05")) == "2023-05"
    for text in ("20２３-05", "٢٠٢٣-05", "2023-05\n", "2023-13", "0000-01"):
        with pytest.raises(ValueError, match="not a month"):
            Month.parse(text)


def test_no_pattern_takes_the_digits_of_other_scripts() -> None:
    r"""`\d` matches every script's digits in patterns; rules and messages write `[0-9]`."""
    wrong = [
        f"{file.relative_to(ROOT)}:{number}"
        for room in ("rules", "decisions/membership", "decisions/program", "models/messages/carrier.py")
        for file in ([ROOT / room] if room.endswith(".py") else (ROOT / room).rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if "\\d" in line and "# Not `" not in line
    ]
    assert wrong == []
