"""Exchanging points: what may be sent until when, for how many points (ポイント交換, M-01.4, M-09; A-17, A-18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules import terms
from rules.calendar import Month, japan_day
from rules.club.points import Loss, Lot, Spending, check_right_of_use, spend
from rules.club.program import Plan, notice_plan
from rules.refusal import Refusal


class ExchangeType(StrEnum):
    """The two ways to use points (M-01.4); neither moves them elsewhere or pays them out (M-05.5, M-05.6)."""

    FEE_PAYMENT = "FEE_PAYMENT"
    """サービス料のお支払い."""
    ITEM = "ITEM"
    """アイテム交換."""


def check_line(source_line: str, member_line: str) -> None:
    """The access must come from the member's own line, Wi-Fi on it included (契約回線認証, M-09.2, M-09.8, A-17).

    Raises:
        Refusal: `NOT_THE_MEMBERS_LINE`.
    """
    if source_line != member_line:
        detail = "The access does not come from the line on which the member is registered."
        raise Refusal("NOT_THE_MEMBERS_LINE", detail, ("M-09.2", "M-09.8"))


def compared_at_sending(on: date) -> bool:
    """Whether the session's line is compared with the member's again when a request is sent (M-09.2, A-17)."""
    return terms.dated("club.line_compared", str).on(on) == "at_login_and_sending"


def check_form(*, email: str, phone: str) -> None:
    """Both pre-filled fields must still be there; they are editable for this request only (M-09.4).

    Raises:
        Refusal: `FIELD_MISSING`.
    """
    missing = [name for name, value in (("email", email), ("phone", phone)) if not value.strip()]
    if missing:
        raise Refusal("FIELD_MISSING", f"Fill in: {', '.join(missing)}.", ("M-09.4",), values={"missing": missing})


def price(kind: ExchangeType, points_each: int, quantity: int, on: date) -> int:
    """Points a request costs.

    Args:
        kind: an item, or the payment of charges.
        points_each: points of one piece; for a fee payment the unit, one point (F-09).
        quantity: pieces; for a fee payment the number of units.
        on: the Japan day of the request.

    Raises:
        Refusal: `QUANTITY_OUT_OF_RANGE` (an item: 1 to the most in one request; a fee payment: 1 to 5,000 points,
            F-09).
        ValueError: an item below one point, or a fee payment in another unit.
    """
    if kind is ExchangeType.FEE_PAYMENT:
        limits = terms.dated("club.fee_payment", dict[str, int]).on(on)
        unit, most, row = int(limits["unit"]), int(limits["max"]) // int(limits["unit"]), "M-01.4"
    else:
        unit, most, row = points_each, terms.constant("club.item_quantity_max", int), "M-09.4"
    if points_each < 1 or points_each != unit:
        message = f"{kind} cannot cost {points_each} points a piece"
        raise ValueError(message)
    if not 1 <= quantity <= most:
        raise Refusal(
            "QUANTITY_OUT_OF_RANGE",
            f"From 1 to {most} in one request, not {quantity}.",
            (row,),
            values={"most": most, "quantity": quantity},
        )
    return points_each * quantity


def send(
    lots: Sequence[Lot],
    points: int,
    sent_at: datetime,
    *,
    loss: Loss | None = None,
    has_line: bool = True,
    plan: Plan | None = None,
) -> Spending:
    """Take the points of an exchange at the moment of sending, never earlier (M-09.5, M-09.13).

    Fulfilment may go on after the programme end; only this moment counts (A-18).

    Raises:
        Refusal: `PROGRAMME_ENDED`, `NO_ACTIVE_LINE`, `POINTS_FORFEITED` or `INSUFFICIENT_POINTS`.
        ValueError: `sent_at` has no offset, or `points` is below 1.
    """
    plan = plan or notice_plan()
    day = japan_day(sent_at)
    if day > plan.ends_on:
        raise Refusal(
            "PROGRAMME_ENDED",
            f"Points could be exchanged through {plan.ends_on}.",
            ("M-09.13", "M-07.1"),
            values={"last": plan.ends_on},
        )
    check_right_of_use(day, loss, has_line=has_line)
    return spend(lots, points, day, loss=loss, plan=plan)


def billing_month(sent_at: datetime) -> Month:
    """The month whose NTT East bill a fee payment lowers: the one after the request (M-09.6, F-09)."""
    return Month.of(japan_day(sent_at)).plus(1)


def answer_by(sent_on: date) -> date:
    """The Japan day by whose end NTT should have said what became of a fee payment (M-09.6, X-05)."""
    return sent_on + timedelta(days=terms.dated("club.fee_payment_answer_days", int).on(sent_on))


def check_told(told_at: datetime, sent_at: datetime) -> None:
    """NTT can say what became of a payment from its sending on (M-09.6).

    Raises:
        Refusal: `TOLD_BEFORE_SENT`.
    """
    if told_at < sent_at:
        detail = f"It was sent at {sent_at.isoformat()}; NTT cannot have told of it at {told_at.isoformat()}."
        raise Refusal("TOLD_BEFORE_SENT", detail, ("M-09.6",), values={"on": told_at, "sent_on": sent_at})


def told_open_through(bill: Month, keyed_on: date) -> date:
    """The last day on which what was keyed in of NTT's answer can be taken back (M-09.6).

    By then the bill has shown whether it was lowered. Counted from the month of the bill or, where it was keyed in
    later, from the month of that day.
    """
    months = terms.constant("club.fee_payment_told_open_months", int)
    return max(bill, Month.of(keyed_on)).plus(months).last_day


@dataclass(frozen=True)
class IssuedCode:
    """A row of ポイント交換済みコード一覧 (M-09.7)."""

    code: str
    exchanged_at: datetime
    url: str
    expires_on: date
    """The last day on which the code is good; it may lie after the programme end (A-18)."""


def issue_code(code: str, url: str, exchanged_at: datetime) -> IssuedCode:
    """A gift code as handed over at send; good to the end of the sixth month after (M-09.7, a sample term)."""
    months = terms.constant("club.gift_code_validity_months", int)
    return IssuedCode(code, exchanged_at, url, Month.of(japan_day(exchanged_at)).plus(months).last_day)
