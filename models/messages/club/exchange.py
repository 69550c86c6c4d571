"""An exchange's public messages: input, state, the send command, ids. No personal data and no gift code anywhere here.

A request is a row while the member fills it in; its workflow begins when it is sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from models.messages.entity import Command, EntityState, Message

WORKFLOW = "ExchangeWorkflow"

SEND_FEE_PAYMENT = "send_fee_payment"
"""The activity that tells NTT East of a fee payment, and the item of the agenda that asks for it."""

TELL_MEMBERSHIP = "tell_membership_of_exchange"
"""The activity that tells the membership of points that came back, and the item of the agenda that asks for it."""

PAYMENT_TOLD = "payment_told"
UNDO_PAYMENT_TOLD = "undo_payment_told"
"""What NTT said of a fee payment is keyed in, and taken out again."""

TOLD_BY_HAND = "told_by_hand"
"""What the activity gives back where it had nothing to ask any more: an operator has keyed in what NTT said."""

Kind = Literal["gift_code", "fee_payment"]


def workflow_id(exchange_id: str) -> str:
    """`exchange/{exchange_id}`."""
    return f"exchange/{exchange_id}"


class Use(Message):
    """Points taken from one lot."""

    lot_id: str
    points: int


class ExchangeState(EntityState):
    """The folded state of one exchange; its log begins with `send`, from the confirmed request."""

    state: str = "confirmed"
    exchange_id: str = ""
    member_id: str = ""
    line_key: str | None = None
    carrier_area: str = Field(default="EAST", alias="operator")
    item_id: str = ""
    kind: Kind = "gift_code"
    quantity: int = 0
    points: int = 0
    uses: list[Use] = Field(default_factory=list)
    """The lots that paid."""
    billing_month: str | None = None
    """`YYYY-MM`: the month whose bill a fee payment lowers (M-09.6, F-09)."""
    sent_at: datetime | None = None
    failure: str | None = None
    """Why it failed, as a code."""
    told_by_hand: bool = False
    """How it stands was keyed in by an operator: NTT's own answer may still come, and what was keyed in be undone."""
    usable_again: int = 0
    """Of the points that a failure gave back, those that could be used again: undoing it takes no others."""
    taking: int = 1
    """How often points were taken for it: again where a failure that was keyed in is undone."""


class SendExchange(Command):
    """The member pressed "send" (M-09.5). Without a live session of the member's own it is refused (M-09.9)."""

    exchange_id: str = ""
    session_id: str = ""


class PaymentTold(Command):
    """NTT East has said what became of a fee payment, by telephone or letter; an operator keys it in (M-09.6)."""

    outcome: Literal["taken", "refused"]
    told_at: datetime
    """The moment at which NTT said it."""


class ExchangeInput(Message):
    """Starts an exchange's workflow, or continues it."""

    exchange_id: str
    send: SendExchange | None = None
    offset_s: float | None = None
    """Business time minus this execution's clock, in seconds; None: asked of the database."""
    state: dict[str, Any] | None = None
    """Carried over by continue-as-new."""
    done: list[str] = Field(default_factory=list)
    """Operation ids answered by earlier runs, the latest last."""
