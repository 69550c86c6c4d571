"""Exchanges, decided without a server: the form, the sending, NTT's answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from decisions.common import defects
from decisions.domain import Context, NotAllowedError
from decisions.engine import Run
from decisions.exchange import form as forms
from decisions.exchange.form import Form, Offer
from decisions.membership.ending.too_late import SPENT_AFTER_END
from models.messages.club.exchange import SEND_FEE_PAYMENT, TELL_MEMBERSHIP
from models.messages.club.exchange_facts import OpenSession, Purse, Request
from models.messages.entity import DecisionFailed
from pages import exchange as page
from rules.calendar import JST
from rules.club.points import LossCause, Lot, loss_of_use
from rules.club.program import notice_plan
from rules.refusal import Refusal

FAR = datetime(2099, 1, 1, tzinfo=UTC)
GIFT = Request("M1", "GIFT-100", "ギフトコード", "gift_code", 2, 200, "confirmed")
FEE = Request("M1", "FEE", "サービス料のお支払い", "fee_payment", 300, 300, "confirmed")
SEND = {"exchange_id": "X1", "session_id": "S1"}
OFFER = Offer("GIFT-100", "gift_code", 100)
FORM = Form("draft", 1, 100, "a@example.com", "03-0000-0001")


def lots() -> list[Lot]:
    """Usable through 2024-03-31 and 2025-03-31."""
    return [Lot("a", date(2022, 3, 1), 500, 150), Lot("b", date(2022, 4, 1), 400, 400)]


def facts(request: Request = GIFT, **more: Any) -> dict[str, Any]:
    """What the database says before a request is sent."""
    return {
        "request": request,
        "session": OpenSession("M1", "L1", FAR),
        "purse": Purse(lots(), "L1", "EAST"),
        "stock": 10,
        "item_name": request.item_name,
        **more,
    }


@pytest.fixture
def exchange(new_life: Callable[..., Any]) -> Any:
    """An exchange about to be sent."""
    life = new_life("exchange")
    life.facts = facts()
    return life


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


# --- the form ----------------------------------------------------------------------------------------------------


def test_a_draft_is_pre_filled_and_priced() -> None:
    """Three pieces of 100 points make a draft of 300 with the member's own contact fields (M-09.3, M-09.4)."""
    made = forms.begin(OFFER, 3, jst("2024-01-10 10:00"), email="a@example.com", phone="03")
    assert made == Form("draft", 3, 300, "a@example.com", "03")


@pytest.mark.parametrize(("units", "allowed"), [(0, False), (1, True), (5000, True), (5001, False)])
def test_a_fee_payment_takes_one_to_five_thousand_points(units: int, *, allowed: bool) -> None:
    """Points pay charges in units of one, up to 5,000 in a request (M-01.4, F-09)."""
    offer = Offer("FEE", "fee_payment", 1)
    if allowed:
        assert forms.begin(offer, units, jst("2024-01-10 10:00"), email="", phone="").points == units
    else:
        with pytest.raises(Refusal) as refused:
            forms.begin(offer, units, jst("2024-01-10 10:00"), email="", phone="")
        assert refused.value.code == "QUANTITY_OUT_OF_RANGE"


@pytest.mark.parametrize("missing", ["email", "phone"])
def test_a_missing_field_keeps_the_request_a_draft(missing: str) -> None:
    """E-mail and telephone must both be there before the confirmation screen (M-09.4)."""
    with pytest.raises(Refusal) as refused:
        forms.confirm(replace(FORM, **{missing: "  "}))
    assert refused.value.code == "FIELD_MISSING"
    assert forms.confirm(FORM).state == "confirmed"


def test_what_was_confirmed_and_is_edited_has_to_be_confirmed_again() -> None:
    """An edit takes a confirmed request back to a draft with the new price (M-09.5)."""
    confirmed = forms.confirm(FORM)
    edited = forms.edit(confirmed, OFFER, jst("2024-01-10 10:00"), quantity=2, email=None, phone="090")
    assert edited == Form("draft", 2, 200, "a@example.com", "090")


@pytest.mark.parametrize(
    ("state", "possible"),
    [("draft", {"edit", "confirm"}), ("confirmed", {"edit", "send"}), ("sent", set()), ("fulfilled", set())],
)
def test_what_the_member_may_do_is_what_the_machine_allows(state: str, possible: set[str]) -> None:
    """The steps shown are exactly those that are not refused (M-09.3 to M-09.5)."""
    form = replace(FORM, state=state)
    tries: dict[str, Callable[[], Any]] = {
        "edit": lambda: forms.edit(form, OFFER, jst("2024-01-10 10:00"), quantity=None, email=None, phone=None),
        "confirm": lambda: forms.confirm(form),
        "send": lambda: forms.check_sendable(form),
    }
    assert set(forms.steps(state)) == possible
    for name, attempt in tries.items():
        if name in possible:
            attempt()
        else:
            with pytest.raises(NotAllowedError, match=state):
                attempt()


def test_the_site_is_open_through_the_last_second_of_the_programme() -> None:
    """2025-03-31 23:59:59 is open, 2025-04-01 00:00:00 is closed (M-08.1, M-07.1)."""
    plan = notice_plan()
    forms.check_open(jst("2025-03-31 23:59:59"), loss=None, has_line=True, plan=plan)
    with pytest.raises(Refusal) as refused:
        forms.check_open(jst("2025-04-01 00:00:00"), loss=None, has_line=True, plan=plan)
    assert refused.value.code == "PAGE_CLOSED"


def test_the_site_is_open_through_the_day_before_a_conversion() -> None:
    """Conversion effective 2024-06-10: open on the 9th, refused on the 10th (M-05.1, A-11)."""
    loss = loss_of_use(LossCause.CONVERSION, date(2024, 6, 10))
    forms.check_open(jst("2024-06-09 23:59:59"), loss=loss, has_line=True, plan=notice_plan())
    with pytest.raises(Refusal) as refused:
        forms.check_open(jst("2024-06-10 00:00:00"), loss=loss, has_line=True, plan=notice_plan())
    assert refused.value.code == "POINTS_FORFEITED"


# --- sending -----------------------------------------------------------------------------------------------------


def test_a_gift_code_is_handed_over_with_the_sending(exchange: Any) -> None:
    """One command records the spending and the fulfilment, and the exchange is over (M-09.5, M-09.7)."""
    done = exchange.ask("send", jst("2024-01-10 10:15"), **SEND)
    assert [entry.event for entry in done.entries] == ["send", "fulfil"]
    assert [(use.lot_id, use.points) for use in exchange.now.uses] == [("a", 150), ("b", 50)]
    assert exchange.now.state == "fulfilled"
    assert exchange.now.closed
    assert [(each.channel, each.name) for _, each in done.outgoing] == [
        ("ledger", "spend"),
        ("stock", "issue"),
        ("notice", "exchange_done"),
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"session": None}, "NO_SESSION"),
        ({"session": OpenSession("M2", "L1", FAR)}, "NO_SESSION"),
        ({"session": OpenSession("M1", "L1", jst("2024-01-10 10:15"))}, "NO_SESSION"),
        ({"session": OpenSession("M1", "L2", FAR)}, "NOT_THE_MEMBERS_LINE"),
        ({"purse": Purse(lots(), "L2", "EAST")}, "NOT_THE_MEMBERS_LINE"),
        ({"purse": Purse(lots(), "L1", "EAST", has_line=False)}, "NO_ACTIVE_LINE"),
        ({"purse": Purse([Lot("b", date(2022, 4, 1), 400, 199)], "L1", "EAST")}, "INSUFFICIENT_POINTS"),
        ({"stock": 1}, "OUT_OF_STOCK"),
    ],
)
def test_a_refused_sending_leaves_no_trace(exchange: Any, changed: dict[str, Any], code: str) -> None:
    """Without the member's own live session and line, points or codes, nothing is recorded (M-09.9, M-09.10, A-17)."""
    exchange.facts |= changed
    done = exchange.ask("send", jst("2024-01-10 10:15"), **SEND)
    assert (done.refused.status, done.refused.code) == (422, code)
    assert exchange.log == []


def test_a_session_sends_through_its_last_moment(exchange: Any) -> None:
    """A session that ends at 10:15 still sends a microsecond before."""
    exchange.facts["session"] = OpenSession("M1", "L1", jst("2024-01-10 10:15"))
    exchange.ask("send", jst("2024-01-10 10:15") - timedelta(microseconds=1), **SEND)
    assert exchange.now.state == "fulfilled"


def test_the_last_point_can_be_sent(exchange: Any) -> None:
    """Exactly the balance is enough (M-04.6)."""
    exchange.facts["purse"] = Purse([Lot("b", date(2022, 4, 1), 400, 200)], "L1", "EAST")
    answer = exchange.ask("send", jst("2024-01-10 10:15"), **SEND).answer
    assert answer.decision["balance_after"] == 0


@pytest.mark.parametrize("state", ["draft", "sent", "fulfilled", "failed"])
def test_only_a_confirmed_request_is_sent(exchange: Any, state: str) -> None:
    """The request takes effect only from the confirmation screen, and once (M-09.5)."""
    exchange.facts["request"] = replace(GIFT, state=state)
    refused = exchange.ask("send", jst("2024-01-10 10:15"), **SEND).refused
    assert (refused.status, refused.code) == (409, "ILLEGAL_TRANSITION")


def test_the_programme_end_is_the_last_moment(exchange: Any, new_life: Callable[..., Any]) -> None:
    """Sent 2025-03-31 23:59:30 accepted, 2025-04-01 00:00:00 refused (M-09.13)."""
    late = new_life("exchange")
    late.facts = facts()
    refused = late.ask("send", jst("2025-04-01 00:00:00"), **SEND).refused
    assert (refused.status, refused.code) == (422, "PROGRAMME_ENDED")
    exchange.ask("send", jst("2025-03-31 23:59:30"), **SEND)
    assert exchange.now.state == "fulfilled"


def test_a_lots_own_expiry_is_the_last_moment(exchange: Any, new_life: Callable[..., Any]) -> None:
    """Lot a is spent on 2024-03-31 and passed over on 2024-04-01 (M-09.13, A-15)."""
    exchange.ask("send", jst("2024-03-31 23:59:59"), **SEND)
    assert [use.lot_id for use in exchange.now.uses] == ["a", "b"]
    after = new_life("exchange")
    after.facts = facts()
    after.ask("send", jst("2024-04-01 00:00:00"), **SEND)
    assert [(use.lot_id, use.points) for use in after.now.uses] == [("b", 200)]


# --- a fee payment -----------------------------------------------------------------------------------------------


def paid(life: Any, outcome: str, answered: str) -> Any:
    """NTT's answer, as the activity reports it at the moment of the sending."""
    data = {"outcome": outcome, "at": jst(answered).isoformat()}
    return life.ask("effect_done", life.now.agenda[SEND_FEE_PAYMENT].at, item_id=SEND_FEE_PAYMENT, data=data)


@pytest.fixture
def payment(new_life: Callable[..., Any]) -> Any:
    """A fee payment of 300 points, sent in the last minute of the programme."""
    life = new_life("exchange")
    life.facts = facts(FEE, purse=Purse([Lot("b", date(2022, 4, 1), 400, 400)], "L1", "EAST"))
    life.ask("send", jst("2025-03-31 23:59:30"), **SEND)
    life.facts["purse"] = Purse([Lot("b", date(2022, 4, 1), 400, 100)], "L1", "EAST")
    return life


def test_a_fee_payment_waits_for_ntt_and_lowers_the_next_months_bill(payment: Any) -> None:
    """It is sent, on its way as an effect, for the month after the request (M-09.6, F-09)."""
    assert payment.now.state == "sent"
    assert payment.now.billing_month == "2025-04"
    assert payment.now.agenda[SEND_FEE_PAYMENT].effect == SEND_FEE_PAYMENT
    assert "サービス料" in page.render(payment.now)


def test_what_was_sent_in_time_is_fulfilled_after_the_end(payment: Any) -> None:
    """NTT takes it on 2025-04-03: fulfilled, and the points stay spent (A-18)."""
    done = paid(payment, "accepted", "2025-04-03 09:00")
    assert payment.now.state == "fulfilled"
    assert payment.now.closed
    assert [(each.channel, each.name) for _, each in done.outgoing] == [("notice", "exchange_done")]


def test_a_definitive_refusal_returns_the_points(payment: Any) -> None:
    """Refused on the last day: all 300 points are usable again, and the member is told (M-09.5)."""
    done = paid(payment, "refused", "2025-03-31 23:59:40")
    assert payment.now.state == "failed"
    assert payment.now.failure == "CARRIER_REFUSED"
    assert done.answer.decision["usable_again"] == 300
    names = [(each.channel, each.name) for _, each in done.outgoing]
    assert names == [("ledger", "give_back"), ("notice", "exchange_failed")]
    assert "返還" in page.render(payment.now)


def test_the_membership_is_told_where_somebody_is_asked_about_what_was_spent(payment: Any) -> None:
    """The points return at once; told, the exchange is over, and told once (M-09.5, X-05)."""
    payment.facts["asked_of_member"] = frozenset({SPENT_AFTER_END, "LINE_NOTICE_AFTER_END"})
    done = paid(payment, "refused", "2025-03-31 23:59:40")
    assert [each.name for _, each in done.outgoing] == ["give_back", "exchange_failed"]
    assert (payment.now.state, payment.now.closed, list(payment.now.agenda)) == ("failed", False, [TELL_MEMBERSHIP])
    item = payment.now.agenda[TELL_MEMBERSHIP]
    assert (item.effect, item.at) == (TELL_MEMBERSHIP, jst("2025-03-31 23:59:40"))
    assert item.label in page.render(payment.now)
    told = payment.ask("effect_done", item.at, item_id=TELL_MEMBERSHIP)
    assert (payment.now.state, payment.now.closed, payment.now.agenda, told.outgoing) == ("failed", True, {}, [])
    assert payment.ask("effect_done", item.at, item_id=TELL_MEMBERSHIP).refused.code == "CLOSED"


@pytest.mark.parametrize("outcome", ["refused", "accepted"])
def test_nobody_is_told_where_nothing_is_asked_or_nothing_returns(payment: Any, outcome: str) -> None:
    """Asked about something else, or the payment taken: the exchange is over with NTT's answer (M-09.6)."""
    payment.facts["asked_of_member"] = frozenset(
        {"LINE_NOTICE_AFTER_END"} if outcome == "refused" else {SPENT_AFTER_END}
    )
    paid(payment, outcome, "2025-03-31 23:59:40")
    assert payment.now.closed


def test_points_returned_after_the_end_lapse_again(payment: Any) -> None:
    """Refused on 2025-04-01: the lot has expired meanwhile, none is usable (M-04.5, M-04.6)."""
    assert paid(payment, "refused", "2025-04-01 00:00:00").answer.decision["usable_again"] == 0


@pytest.mark.parametrize(("answered", "usable"), [("2025-03-31 23:59:59", 300), ("2025-04-01 00:00:00", 0)])
def test_points_returned_after_a_loss_of_use_are_forfeited(payment: Any, answered: str, usable: int) -> None:
    """Left on 2025-03-31: usable through that day, gone from the next (M-05.7)."""
    payment.facts["purse"] = replace(payment.facts["purse"], loss=loss_of_use(LossCause.LEFT, date(2025, 3, 31)))
    assert paid(payment, "refused", answered).answer.decision["usable_again"] == usable


def test_an_answer_comes_once(payment: Any) -> None:
    """A second answer finds the exchange closed."""
    at = payment.now.agenda[SEND_FEE_PAYMENT].at
    paid(payment, "accepted", "2025-04-03 09:00")
    refused = payment.ask("effect_done", at, item_id=SEND_FEE_PAYMENT, data={"outcome": "refused"}).refused
    assert refused.code == "CLOSED"


# --- what NTT said by telephone ------------------------------------------------------------------------------------


def by_hand(life: Any, outcome: str, at: str = "2025-03-31 23:59:50", told: str | None = None) -> Any:
    """An operator keys in what NTT said."""
    return life.ask("payment_told", jst(at), outcome=outcome, told_at=jst(told or at).isoformat(), reason_code="other")


def returned(life: Any) -> None:
    """The lot as the ledger leaves it after the points came back."""
    life.facts["purse"] = Purse(lots()[1:], "L1", "EAST")


@pytest.mark.parametrize(
    ("outcome", "state", "sent"),
    [("taken", "fulfilled", ["exchange_done"]), ("refused", "failed", ["give_back", "exchange_failed"])],
)
def test_what_ntt_said_by_telephone_counts_as_its_answer(
    payment: Any, outcome: str, state: str, sent: list[str]
) -> None:
    """The request is done or the points return, NTT is asked no more, and it can be taken back (M-09.6, M-09.5)."""
    done = by_hand(payment, outcome)
    assert (payment.now.state, payment.now.closed, list(payment.now.agenda)) == (state, False, ["close_exchange"])
    assert [each.name for _, each in done.outgoing] == sent
    assert by_hand(payment, outcome).refused.code == "ILLEGAL_TRANSITION"


@pytest.mark.parametrize(("day", "closed"), [("2025-05-31 23:59:59", False), ("2025-06-01 00:00:00", True)])
def test_what_was_keyed_in_stands_after_the_month_behind_the_bill(payment: Any, day: str, *, closed: bool) -> None:
    """The bill of April 2025: it can be taken back through 2025-05-31 (M-09.6)."""
    by_hand(payment, "taken")
    payment.pass_to(jst(day))
    assert payment.now.closed is closed


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("2025-03-31 23:59:29", "TOLD_BEFORE_SENT"),
        ("2025-04-02 10:00:01", "IN_THE_FUTURE"),
    ],
)
def test_ntt_tells_after_the_sending_and_not_later_than_now(payment: Any, told: str, code: str) -> None:
    """The moment is checked as every evidence is, and nothing is recorded (X-06)."""
    assert by_hand(payment, "taken", "2025-04-02 10:00:00", told).refused.code == code
    assert payment.now.state == "sent"


def test_points_returned_by_hand_lapse_by_what_is_known_now(payment: Any) -> None:
    """Said on the last day and keyed in on 2025-04-02: none is usable, and the ledger closes them (M-04.5)."""
    done = by_hand(payment, "refused", "2025-04-02 10:00:00", "2025-03-31 23:59:40")
    assert done.answer.decision["usable_again"] == 0
    (order,) = [each for _, each in done.outgoing if each.channel == "ledger"]
    assert str(order.data["on"]) == "2025-04-02"


def undo(life: Any, at: str = "2025-03-31 23:59:55") -> Any:
    """What was keyed in is taken back."""
    return life.ask("undo_payment_told", jst(at), reason_code="entry_error")


@pytest.mark.parametrize("outcome", ["taken", "refused"])
def test_a_wrong_entry_is_taken_back_and_ntt_asked_again(payment: Any, outcome: str) -> None:
    """Points that had come back are taken once more, the member is told, NTT's answer then ends it (M-04.6, X-05)."""
    by_hand(payment, outcome)
    returned(payment)
    done = undo(payment)
    order = ["spend"] if outcome == "refused" else []
    assert [each.name for _, each in done.outgoing] == [*order, "club_told_again"]
    assert (payment.now.state, list(payment.now.agenda)) == ("sent", [SEND_FEE_PAYMENT])
    assert payment.now.taking == (2 if outcome == "refused" else 1)
    assert undo(payment).refused.code == "ILLEGAL_TRANSITION"
    paid(payment, "accepted", "2025-04-01 09:00:00")
    assert (payment.now.state, payment.now.closed) == ("fulfilled", True)
    assert undo(payment).refused.code == "CLOSED"


def test_points_that_are_gone_are_not_taken_again(payment: Any) -> None:
    """Spent meanwhile: the failure stands, and whoever would take it back is told why (M-04.6)."""
    by_hand(payment, "refused")
    payment.facts["purse"] = Purse([Lot("b", date(2022, 4, 1), 400, 299)], "L1", "EAST")
    assert undo(payment).refused.code == "INSUFFICIENT_POINTS"
    assert payment.now.state == "failed"


def test_after_the_end_a_failure_is_taken_back_without_points(payment: Any) -> None:
    """What lapsed on its return is not asked for again, nor given back a second time (M-04.5, A-18)."""
    by_hand(payment, "refused", "2025-04-02 10:00:00")
    payment.facts["purse"] = Purse([], "L1", "EAST")
    done = undo(payment, "2025-04-02 11:00:00")
    assert [each.name for _, each in done.outgoing] == ["club_told_again"]
    again = by_hand(payment, "refused", "2025-04-02 12:00:00").answer.decision
    assert (again["returned"], again["usable_again"]) == (0, 0)


def late(life: Any, outcome: str) -> Any:
    """NTT's own answer, to the message that was on its way."""
    data = {"outcome": outcome, "at": jst("2025-03-31 23:59:58").isoformat()}
    return life.ask("effect_done", jst("2025-03-31 23:59:58"), item_id=SEND_FEE_PAYMENT, data=data)


@pytest.mark.parametrize(("said", "answered"), [("taken", "accepted"), ("refused", "refused")])
def test_an_own_answer_of_ntt_that_says_the_same_ends_it(payment: Any, said: str, answered: str) -> None:
    """Nothing goes out a second time, and nothing can be taken back any more (M-09.6)."""
    by_hand(payment, said)
    assert late(payment, answered).outgoing == []
    assert (payment.now.closed, payment.now.agenda, payment.now.tasks) == (True, {}, {})


@pytest.mark.parametrize(("said", "answered"), [("taken", "refused"), ("refused", "accepted")])
def test_an_own_answer_of_ntt_that_says_the_opposite_is_somebodys_task(payment: Any, said: str, answered: str) -> None:
    """Nothing moves by itself; it stays open while it is asked, and taken back NTT is asked again (X-05)."""
    by_hand(payment, said)
    returned(payment)
    assert late(payment, answered).outgoing == []
    assert list(payment.now.tasks) == ["PAYMENT_ANSWERED_OTHERWISE"]
    payment.pass_to(jst("2025-06-01 00:00:00"))
    assert (payment.now.closed, str(payment.now.agenda["close_exchange"].on)) == (False, "2025-06-30")
    payment.ask("settle_task", jst("2025-06-02 10:00:00"), why="PAYMENT_ANSWERED_OTHERWISE", reason_code="other")
    payment.pass_to(jst("2025-07-01 00:00:00"))
    assert payment.now.closed


def test_the_task_goes_with_what_was_keyed_in(payment: Any) -> None:
    """Taken back, nobody is asked any more."""
    by_hand(payment, "taken")
    late(payment, "refused")
    undo(payment)
    assert (payment.now.state, payment.now.tasks) == ("sent", {})


@pytest.mark.parametrize("undone", [False, True])
def test_an_attempt_that_found_nothing_to_ask_decides_nothing(payment: Any, *, undone: bool) -> None:
    """It was keyed in meanwhile, and perhaps taken back since: the message then goes out again (M-09.6)."""
    by_hand(payment, "taken")
    if undone:
        undo(payment)
    before = payment.now
    assert late(payment, "told_by_hand").refused.code == "NOTHING_TO_DO"
    assert payment.now == before


@pytest.mark.parametrize("given", [{}, {"failed": "SOME_CODE"}, {"data": {"outcome": "unheard_of"}}])
def test_what_is_no_answer_is_set_aside_and_moves_no_points(payment: Any, given: dict[str, Any]) -> None:
    """It does not count as paid: an operator tries it again, or keys in what NTT says (M-09.6, X-05)."""
    item = payment.now.agenda[SEND_FEE_PAYMENT]
    assert payment.ask("effect_done", item.at, item_id=SEND_FEE_PAYMENT, **given).outgoing == []
    assert (payment.now.state, list(payment.now.tasks)) == ("sent", ["DEFECT/send_fee_payment"])
    by_hand(payment, "refused")
    assert (payment.now.state, payment.now.tasks) == ("failed", {})


def test_ntts_own_answer_comes_first(payment: Any) -> None:
    """What is keyed in after it finds the exchange closed."""
    paid(payment, "refused", "2025-03-31 23:59:40")
    assert by_hand(payment, "taken").refused.code == "CLOSED"


def test_a_message_that_a_defect_set_aside_is_answered_by_hand(payment: Any) -> None:
    """The defect's task and its retries go with it (X-05)."""
    failed = {"what": SEND_FEE_PAYMENT, "error_id": "E-1", "item_id": SEND_FEE_PAYMENT}
    command, at = DecisionFailed(op="effect-failed/1", actor="worker", **failed), jst("2025-03-31 23:59:40")
    run = Run(payment.domain, payment.state, at, log=payment.log, standing=None)
    run.note(defects.failed(payment.now, command, Context(at, at)), command, caused_by=None)
    payment.state, payment.log = run.outcome.state, [*payment.log, *run.outcome.entries]
    assert [each.why for each in payment.now.tasks.values()] == ["DEFECT"]
    by_hand(payment, "taken")
    assert (payment.now.tasks, list(payment.now.agenda)) == ({}, ["close_exchange"])


# --- what NTT does not say -----------------------------------------------------------------------------------------


def silence(life: Any, at: str) -> Any:
    """Whoever asks NTT in vain says so."""
    item = life.now.agenda[SEND_FEE_PAYMENT]
    return life.ask("unanswered", jst(at), item_id=SEND_FEE_PAYMENT, asked_at=item.at.isoformat())


@pytest.mark.parametrize("end", ["taken", "refused", "accepted"])
def test_a_payment_without_an_answer_is_a_task_until_there_is_one(payment: Any, end: str) -> None:
    """One task however often it is said; what NTT answers, or says by telephone, takes it off (M-09.6, X-05)."""
    for at in ("2025-04-06 00:00:00", "2025-04-07 00:00:00"):
        said = silence(payment, at)
        assert json.loads(json.dumps(said.answer.decision))["asked_on"] == "2025-03-31"
        assert (payment.now.state, list(payment.now.tasks)) == ("sent", ["NOT_ANSWERED"])
    if end == "accepted":
        paid(payment, end, "2025-04-08 09:00")
    else:
        by_hand(payment, end, "2025-04-08 09:00:00")
    assert payment.now.tasks == {}


def test_a_settled_silence_leaves_ntt_asked_and_its_answer_counts(payment: Any) -> None:
    """Whoever has asked NTT settles the task; nothing of the payment is decided by that (X-05)."""
    silence(payment, "2025-04-06 00:00:00")
    payment.ask("settle_task", jst("2025-04-06 10:00:00"), why="NOT_ANSWERED", reason_code="other")
    assert (payment.now.tasks, list(payment.now.agenda)) == ({}, [SEND_FEE_PAYMENT])
    paid(payment, "accepted", "2025-04-08 09:00")
    assert payment.now.state == "fulfilled"


def test_what_is_no_answer_bears_an_error_id_of_its_own(payment: Any) -> None:
    """The id is like every other and stands beside the code, so that whoever records it can write both down."""
    item = payment.now.agenda[SEND_FEE_PAYMENT]
    done = payment.ask("effect_done", item.at, item_id=SEND_FEE_PAYMENT, failed="SOMETHING_ELSE")
    (entry,) = [each for each in done.entries if each.event == "decision_failed"]
    assert re.fullmatch("E-[0-9a-f]{10}", entry.decision["error_id"])
    assert entry.decision["code"] == "SOMETHING_ELSE"
    assert entry.decision["error_id"] in entry.decision["detail"]
