"""Sending an exchange (M-09.5 to M-09.7, M-09.13, A-17, A-18)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from decisions.domain import Context, NotAllowedError, Outgoing, Put, Step, known
from decisions.exchange.changed import Values, patch
from decisions.exchange.facts import SendKnown
from models.messages.club.exchange import SEND_FEE_PAYMENT, ExchangeState, SendExchange, Use
from models.messages.club.exchange_facts import OpenSession, Purse, Request
from models.messages.entity import AgendaItem
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club import exchange as rules
from rules.club.points import Spending
from rules.club.program import Plan
from rules.refusal import Refusal

LEDGER = "ledger"
"""Orders to the points ledger: `spend`, `give_back`; the projection carries them out in the deciding transaction."""
STOCK = "stock"
"""Orders to the stock of gift codes: `issue`."""


def send(state: ExchangeState, command: SendExchange, context: Context) -> list[Step]:
    """Points leave at this moment; a gift code is handed over with it, a fee payment goes to NTT East (M-09.5).

    Raises:
        Refusal: `PROGRAMME_ENDED`, `POINTS_FORFEITED`, `NO_ACTIVE_LINE`, `INSUFFICIENT_POINTS`, `OUT_OF_STOCK`,
            `NOT_THE_MEMBERS_LINE`, `NO_SESSION`: nothing has changed.
        NotAllowedError: the request is not confirmed, or sent already.
    """
    asked = known(context, SendKnown)
    request = asked.request
    if request is None or request.state != "confirmed" or state.seq:
        found = request.state if request else "unknown"
        message = f"Only a confirmed request can be sent; this one is {found if not state.seq else state.state}."
        raise NotAllowedError(message, articles=("M-09.5",))
    purse, plan = asked.purse, asked.plan
    if purse is None:
        message = "a request was looked up without its member's points"
        raise TypeError(message)
    _check_session(asked.session, request, purse, context.moment)
    spending = rules.send(
        purse.lots, request.points, context.moment, loss=purse.loss, has_line=purse.has_line, plan=plan
    )
    if request.kind == "gift_code" and (asked.stock or 0) < request.quantity:
        raise Refusal("OUT_OF_STOCK", "There are not enough codes of this item left.", ("M-09.3",))
    sent = _sent(command, request, purse, spending, context, plan)
    return [sent, _handed_over(request, spending, command, context, plan)] if request.kind == "gift_code" else [sent]


def _check_session(session: OpenSession | None, request: Request, purse: Purse, at: datetime) -> None:
    """Only the member's own session, from the member's own line, sends (M-09.2, M-09.9, M-09.10, A-17)."""
    if session is None or session.member_id != request.member_id or at >= session.expires_at:
        detail = "Only a live session of the member sends a request; no key and no operator does."
        raise Refusal("NO_SESSION", detail, ("M-09.9", "M-09.10"))
    if rules.compared_at_sending(japan_day(at)):
        rules.check_line(session.line_key, purse.line_key)


def _sent(
    command: SendExchange, request: Request, purse: Purse, spending: Spending, context: Context, plan: Plan
) -> Step:
    day = japan_day(context.moment)
    month = str(rules.billing_month(context.moment)) if request.kind == "fee_payment" else None
    uses = [Use(lot_id=use.lot_id, points=use.points) for use in spending.uses]
    values: Values = {
        "exchange_id": command.exchange_id,
        "member_id": request.member_id,
        "line_key": purse.line_key,
        "operator": purse.carrier_area,
        "item_id": request.item_id,
        "kind": request.kind,
        "quantity": request.quantity,
        "points": request.points,
        "uses": uses,
        "billing_month": month,
        "sent_at": context.moment,
    }
    articles = ("M-09.5", "M-04.6", "M-09.13")
    shown = [use.model_dump() for use in uses]
    told = {"points": request.points, "uses": shown, "balance_after": spending.balance_after, "billing_month": month}
    detail = f"{request.points} points were taken, earliest expiry first; {spending.balance_after} remain."
    decision = Decision("sent", articles, day, plan.edition(day), detail, told)
    put: Put = {"agenda": {SEND_FEE_PAYMENT: payment(month, context)}} if month is not None else {}
    order = Outgoing(LEDGER, "spend", {"points": request.points, "balance_after": spending.balance_after})
    return Step("send", decision, patch(values, put=put), move="dispatch", outgoing=(order,))


def payment(month: str, context: Context) -> AgendaItem:
    """NTT East is told; fulfilment goes on after the programme end, however long it takes (A-18)."""
    return AgendaItem(
        item_id=SEND_FEE_PAYMENT,
        event="fulfil",
        at=context.moment,
        on=japan_day(context.moment),
        articles=["M-09.6", "M-01.4"],
        label=f"サービス料への充当 {month}",
        effect=SEND_FEE_PAYMENT,
        data={"month": month},
    )


def _handed_over(request: Request, spending: Spending, command: SendExchange, context: Context, plan: Plan) -> Step:
    day = japan_day(context.moment)
    detail = f"{request.quantity} gift codes were handed over."
    data = {"points": request.points, "quantity": request.quantity, "balance_after": spending.balance_after}
    decision = Decision("fulfilled", ("M-09.7", "M-09.5"), day, plan.edition(day), detail, data)
    outgoing = (
        Outgoing(STOCK, "issue", {"quantity": request.quantity}),
        _done(command.exchange_id, request.item_name, request.quantity, data, context, plan),
    )
    return Step("fulfil", decision, patch({"closed": True}), move="fulfil", outgoing=outgoing)


def _done(exchange_id: str, name: str, quantity: int, data: dict[str, Any], context: Context, plan: Plan) -> Outgoing:
    """The member learns of it, and until when the list of codes can be read (A-18)."""
    shown = {
        "exchange_id": exchange_id,
        "item": name,
        "quantity": quantity,
        "exchanged_on": japan_day(context.moment),
        "list_until": plan.ends_on if plan.known_on(japan_day(context.moment)) else None,
    }
    return Outgoing("notice", "exchange_done", {**shown, **data})
