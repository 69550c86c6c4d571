"""Exchanging points, sentence by sentence (M-09)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.calendar import JST, Month
from rules.club.exchange import (
    ExchangeType,
    billing_month,
    check_form,
    check_line,
    issue_code,
    price,
    send,
)
from rules.club.points import LossCause, Lot, loss_of_use
from rules.refusal import Refusal

FY21 = Lot("fy21", date(2021, 5, 1), 1200, 1200)
FY23 = Lot("fy23", date(2023, 5, 1), 700, 700)
DAY = date(2024, 1, 10)
SECOND = timedelta(seconds=1)


def jst(*parts: int) -> datetime:
    """A Japan moment."""
    return datetime(*parts, tzinfo=JST)  # type: ignore[misc,arg-type]


def test_the_last_half_minute_counts() -> None:
    """Sent at 23:59:30 on 2025-03-31 is in time, at 00:00:00 of the next day it is not (M-09.13)."""
    assert send([FY23], 700, jst(2025, 3, 31, 23, 59, 30)).balance_after == 0
    for late in (jst(2025, 4, 1), datetime(2025, 3, 31, 15, 0, tzinfo=UTC)):
        with pytest.raises(Refusal) as refused:
            send([FY23], 1, late)
        assert (refused.value.code, refused.value.articles[0]) == ("PROGRAMME_ENDED", "M-09.13")


def test_a_lot_may_end_before_the_programme() -> None:
    """Points of fiscal year 2021 can be sent through 2024-03-31 (M-09.13, M-04.2)."""
    assert send([FY21], 1, jst(2024, 3, 31, 23, 59, 59)).balance_after == 1199
    with pytest.raises(Refusal) as refused:
        send([FY21], 1, jst(2024, 4, 1))
    assert refused.value.code == "INSUFFICIENT_POINTS"


@pytest.mark.parametrize(
    ("lot", "until", "code"),
    [(FY21, jst(2024, 4, 1), "INSUFFICIENT_POINTS"), (FY23, jst(2025, 4, 1), "PROGRAMME_ENDED")],
)
def test_the_end_of_a_lot_is_an_exclusive_midnight(lot: Lot, until: datetime, code: str) -> None:
    """The earlier of lot expiry and programme end, to its last second (M-09.13, M-04.4)."""
    assert send([lot], 1, until - SECOND).uses
    with pytest.raises(Refusal) as refused:
        send([lot], 1, until)
    assert refused.value.code == code


def test_a_loss_ends_it_earlier() -> None:
    """After a conversion on 2024-06-10 the last sending is 2024-06-09 23:59:59 (M-05.1)."""
    loss = loss_of_use(LossCause.CONVERSION, date(2024, 6, 10))
    until = jst(2024, 6, 10)
    assert send([FY23], 1, until - SECOND, loss=loss).uses
    with pytest.raises(Refusal) as refused:
        send([FY23], 1, until, loss=loss)
    assert refused.value.articles == ("M-05.1",)


def test_without_a_line_nothing_is_sent() -> None:
    """A former user without a line cannot exchange (M-05.4)."""
    with pytest.raises(Refusal) as refused:
        send([FY23], 1, jst(2024, 1, 10), has_line=False)
    assert refused.value.code == "NO_ACTIVE_LINE"


@pytest.mark.parametrize(("quantity", "points"), [(1, 1), (500, 500), (5000, 5000)])
def test_charges_are_paid_point_by_point(quantity: int, points: int) -> None:
    """A fee payment has units of one point, up to 5,000 (M-01.4, F-09)."""
    assert price(ExchangeType.FEE_PAYMENT, 1, quantity, DAY) == points


@pytest.mark.parametrize(("quantity", "points"), [(1, 300), (100, 30_000)])
def test_items_are_counted(quantity: int, points: int) -> None:
    """An item costs its points times the pieces (M-01.4)."""
    assert price(ExchangeType.ITEM, 300, quantity, DAY) == points


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [
        (ExchangeType.FEE_PAYMENT, 0),
        (ExchangeType.FEE_PAYMENT, 5001),
        (ExchangeType.ITEM, 0),
        (ExchangeType.ITEM, 101),
        (ExchangeType.ITEM, -1),
    ],
)
def test_quantities_have_limits(kind: ExchangeType, quantity: int) -> None:
    """Nothing below one, and nothing above the most, is a request (F-09)."""
    with pytest.raises(Refusal) as refused:
        price(kind, 1, quantity, DAY)
    assert refused.value.code == "QUANTITY_OUT_OF_RANGE"


def test_the_unit_of_a_fee_payment_is_fixed() -> None:
    """A fee payment by tens, or an item for nothing, is an error of the catalogue."""
    for kind, each in ((ExchangeType.FEE_PAYMENT, 10), (ExchangeType.ITEM, 0)):
        with pytest.raises(ValueError, match="cannot cost"):
            price(kind, each, 1, DAY)


def test_the_line_must_be_the_members() -> None:
    """Home Wi-Fi is the member's line, an office line or a mobile network is not (M-09.2, M-09.8, A-17)."""
    check_line("CAF1", "CAF1")
    with pytest.raises(Refusal) as refused:
        check_line("CAF2", "CAF1")
    assert refused.value.articles == ("M-09.2", "M-09.8")


@pytest.mark.parametrize(("email", "phone"), [("", "03"), ("a@example.jp", " "), ("", "")])
def test_a_missing_field_stays_on_the_form(email: str, phone: str) -> None:
    """E-mail and telephone must both be filled in (M-09.4)."""
    with pytest.raises(Refusal) as refused:
        check_form(email=email, phone=phone)
    assert refused.value.articles == ("M-09.4",)
    check_form(email="a@example.jp", phone="0312345678")


def test_a_fee_payment_lowers_the_next_bill() -> None:
    """A request on the last second of December lowers January's bill (M-09.6, F-09)."""
    assert billing_month(jst(2024, 12, 31, 23, 59, 59)) == Month(2025, 1)
    assert billing_month(jst(2025, 1, 1)) == Month(2025, 2)


def test_a_code_may_outlive_the_programme() -> None:
    """A code of 2024-12-01 10:15 is good through 2025-06-30 (M-09.7, A-18)."""
    code = issue_code("GIFT-1", "https://example.jp/1", jst(2024, 12, 1, 10, 15))
    assert code.expires_on == date(2025, 6, 30)
    assert code.exchanged_at == jst(2024, 12, 1, 10, 15)
