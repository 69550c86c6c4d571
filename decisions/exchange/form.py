"""The request while the member fills it in: steps 2 to 4 of the procedure (M-09.3 to M-09.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from decisions.domain import NotAllowedError, move
from decisions.exchange.domain import EXCHANGE
from models.messages.club.exchange import ExchangeState, Kind
from models.operations.exchange import MEMBER_STEPS
from rules.calendar import japan_day
from rules.club import exchange as rules
from rules.club.points import Loss, check_right_of_use
from rules.club.program import Plan, check_page_request

EXCHANGE_TYPE: dict[Kind, rules.ExchangeType] = {
    "gift_code": rules.ExchangeType.ITEM,
    "fee_payment": rules.ExchangeType.FEE_PAYMENT,
}
"""How the rules call each kind of item (M-01.4)."""


@dataclass(frozen=True)
class Offer:
    """An item as it is offered."""

    item_id: str
    kind: Kind
    points: int
    """Of one piece."""


@dataclass(frozen=True)
class Form:
    """What the member has filled in."""

    state: str
    quantity: int
    points: int
    email: str
    phone: str


def check_open(at: datetime, *, loss: Loss | None, has_line: bool, plan: Plan) -> None:
    """Whether the member may use the site at a moment at all (M-08.1, M-07.1, M-05).

    Raises:
        Refusal: `PAGE_CLOSED` after the programme end, `POINTS_FORFEITED` after the end of the membership,
            `NO_ACTIVE_LINE`.
    """
    check_page_request(at, plan)
    check_right_of_use(japan_day(at), loss, has_line=has_line)


def begin(offer: Offer, quantity: int, at: datetime, *, email: str, phone: str) -> Form:
    """A draft, its contact fields pre-filled from the member's record (M-09.3, M-09.4).

    Raises:
        Refusal: `QUANTITY_OUT_OF_RANGE`.
    """
    return Form("draft", quantity, _price(offer, quantity, at), email, phone)


def edit(form: Form, offer: Offer, at: datetime, *, quantity: int | None, email: str | None, phone: str | None) -> Form:
    """Change fields, for this request only; what was confirmed has to be confirmed again (M-09.4, M-09.5).

    Args:
        form: as it stands.
        offer: the item.
        at: the business moment.
        quantity: None leaves it.
        email: None leaves it.
        phone: None leaves it.

    Raises:
        Refusal: `QUANTITY_OUT_OF_RANGE`.
        NotAllowedError: it has been sent.
    """
    after = _moved(form, "edit")
    pieces = form.quantity if quantity is None else quantity
    return replace(
        after,
        quantity=pieces,
        points=_price(offer, pieces, at),
        email=form.email if email is None else email,
        phone=form.phone if phone is None else phone,
    )


def confirm(form: Form) -> Form:
    """The confirmation screen; nothing is deducted yet (M-09.4, M-09.5).

    Raises:
        Refusal: `FIELD_MISSING`.
        NotAllowedError: it is confirmed or sent already.
    """
    after = _moved(form, "confirm")
    rules.check_form(email=form.email, phone=form.phone)
    return after


def check_sendable(form: Form) -> None:
    """Whether `send` is possible now (M-09.5).

    Raises:
        NotAllowedError: it is not confirmed, or sent already.
    """
    _moved(form, "dispatch", "send")


def steps(state: str) -> list[str]:
    """What the member may do next."""
    return list(MEMBER_STEPS.get(state, ()))


def not_possible(state: str, step: str) -> NotAllowedError:
    """The refusal of a step of the member's in a state."""
    return NotAllowedError(f"'{step}' is not possible while the exchange is {state}.", articles=("M-09.5",))


def _moved(form: Form, event: str, step: str | None = None) -> Form:
    try:
        return replace(form, state=move(EXCHANGE, ExchangeState(state=form.state), event))
    except NotAllowedError:
        raise not_possible(form.state, step or event) from None


def _price(offer: Offer, quantity: int, at: datetime) -> int:
    return rules.price(EXCHANGE_TYPE[offer.kind], offer.points, quantity, japan_day(at))
