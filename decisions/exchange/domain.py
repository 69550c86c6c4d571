"""Everything that can happen to an exchange once it is sent, by name."""

from __future__ import annotations

from decisions.common import closing, defects, settling, unanswered
from decisions.domain import Domain, Handler
from decisions.exchange import answer, by_hand, sending
from decisions.exchange.facts import OutcomeKnown, SendKnown
from models.machines.exchange import ExchangeMachine
from models.messages.club.exchange import PAYMENT_TOLD, UNDO_PAYMENT_TOLD, ExchangeState, PaymentTold, SendExchange
from models.messages.entity import Command, EffectDone
from models.operations.exchange import OPERATIONS

EXCHANGE: Domain[ExchangeState, object] = Domain(
    kind="exchange",
    state=ExchangeState,
    machine=ExchangeMachine,
    commands={
        "send": Handler(sending.send, SendExchange, facts=SendKnown),
        "effect_done": closing.while_asked(
            Handler(unanswered.heard(answer.effect_done), EffectDone, facts=OutcomeKnown)
        ),
        PAYMENT_TOLD: Handler(unanswered.heard(by_hand.told), PaymentTold, facts=OutcomeKnown),
        UNDO_PAYMENT_TOLD: Handler(by_hand.undo, Command, facts=OutcomeKnown),
        **defects.COMMANDS,
        **settling.COMMANDS,
        **unanswered.COMMANDS,
    },
    due={answer.CLOSE: by_hand.close, **defects.DUE},
    operations=OPERATIONS,
    closes=closing.once_answered({"fulfilled", "failed"}),
)
"""`edit` and `confirm` move the machine too, but of a row that has no log yet: `decisions.exchange.form`."""
