"""Exchanges: their row, the points they take or give back, the codes they hand over, and what goes out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from activities.batch import Batch
from activities.outbox.outgoing import Recipient, write_outgoing
from decisions.domain import Outgoing
from decisions.engine import Outcome
from decisions.exchange.sending import LEDGER, STOCK
from models.messages.club.exchange import SEND_FEE_PAYMENT, ExchangeState
from models.tables.club.club import Member
from models.tables.club.exchange import CodeStock, Exchange
from models.tables.contract.filing import CarrierMessage
from models.tables.people import Line
from rules.calendar import japan_day
from rules.club.exchange import issue_code
from store.club import ledger
from store.database import recorded_at

_OURS = (LEDGER, STOCK)


def spending_ref(exchange_id: str, taking: int = 1) -> str:
    """The ledger's key of what an exchange took; giving back names it again. What was taken once more has its own."""
    return f"exchange/{exchange_id}" if taking == 1 else f"exchange/{exchange_id}/{taking}"


def payment_message_id(exchange_id: str) -> str:
    """The id under which NTT East knows a fee payment, however often it is sent."""
    return f"fee-payment.{exchange_id}"


class ExchangeRows:
    """The read side of exchanges. What it reads is locked: the facts of the same decision were read under lock."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """Orders to the ledger and the stock first, then the row, then what goes out."""
        if not outcome.entries:
            return
        state = ExchangeState.model_validate(outcome.state)
        row = session.get_one(Exchange, state.exchange_id)
        # An answer of NTT is decided for the moment of the sending; what follows from it happens when it came.
        at = max(moment, outcome.entries[-1].received_at)
        for _, order in outcome.outgoing:
            if order.channel == LEDGER:
                _move_points(session, row, state, order, moment)
            elif order.channel == STOCK:
                _hand_over(session, row, int(order.data["quantity"]), moment)
        row.state = state.state
        row.uses = [use.model_dump(mode="json") for use in state.uses]
        row.sent_at = state.sent_at
        row.closed_at = at if state.closed else None
        if SEND_FEE_PAYMENT in state.agenda:
            _keep_payment(session, entity_id, state, moment)
        self._send(session, entity_id, outcome, state, at)

    def _send(self, session: Session, entity_id: str, outcome: Outcome, state: ExchangeState, at: datetime) -> None:
        others = [(seq, message) for seq, message in outcome.outgoing if message.channel not in _OURS]
        if not others:
            return
        member = session.get_one(Member, state.member_id)
        line = session.get_one(Line, member.line_key)
        recipient = Recipient(
            person_id=member.person_id,
            line_id=line.line_id,
            carrier_area=line.operator,
            # Notices of the club name the member, not the request.
            defaults={"reference": state.member_id},
        )
        write_outgoing(session, entity_id, others, recipient, at)


def _move_points(session: Session, row: Exchange, state: ExchangeState, order: Outgoing, moment: datetime) -> None:
    """Take the points, or give them back; the ledger must do exactly what was decided.

    Raises:
        RuntimeError: it did something else, and the transaction fails with it.
    """
    ref = spending_ref(row.exchange_id, state.taking)
    if order.name == "give_back":
        ledger.give_back(session, ref, _day(order.data["on"]))
        return
    spent = ledger.spend(
        session, row.member_id, int(order.data["points"]), japan_day(moment), ref, exchange_id=row.exchange_id
    )
    row.balance_after = spent.balance_after
    decided = [(use.lot_id, use.points) for use in state.uses]
    if [(use.lot_id, use.points) for use in spent.uses] != decided:
        message = f"exchange {row.exchange_id}: the ledger took other points than were decided"
        raise RuntimeError(message)


def _hand_over(session: Session, row: Exchange, quantity: int, moment: datetime) -> None:
    """Give the request its codes, the oldest first; the item's lock is held since the stock was counted.

    Raises:
        RuntimeError: there are fewer than were counted, and the transaction fails with it.
    """
    query = (
        select(CodeStock)
        .where(col(CodeStock.item_id) == row.item_id, col(CodeStock.exchange_id).is_(None))
        .order_by(col(CodeStock.code_id))
        .limit(quantity)
        .with_for_update(skip_locked=True)
    )
    codes = list(session.execute(query).scalars())
    if len(codes) != quantity:
        message = f"exchange {row.exchange_id}: {len(codes)} codes where {quantity} were counted"
        raise RuntimeError(message)
    for each in codes:
        issued = issue_code(each.code, each.url, moment)
        each.exchange_id, each.issued_at, each.expires_on = row.exchange_id, moment, issued.expires_on


def _keep_payment(session: Session, entity_id: str, state: ExchangeState, moment: datetime) -> None:
    """The message to NTT East is kept with the decision; an activity sends it, since its answer decides (M-09.6)."""
    message_id = payment_message_id(state.exchange_id)
    if session.get(CarrierMessage, message_id) is not None:
        return
    Batch.of(session).insert(
        CarrierMessage,
        message_id=message_id,
        direction="out",
        kind="FEE_PAYMENT",
        entity_id=entity_id,
        line_key=state.line_key,
        body=payment_body(state),
        at=moment,
        recorded_at=recorded_at(session),
    )


def payment_body(state: ExchangeState) -> dict[str, int | str | None]:
    """What NTT East learns: the points, and the month whose bill they lower (F-09)."""
    return {"points": state.points, "billing_month": state.billing_month}


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
