"""Everything that can happen to an exchange once it is sent, by name."""

from __future__ import annotations

from decisions.common import defects, settling
from decisions.domain import Domain, Handler
from decisions.exchange import sending
from decisions.exchange.facts import OutcomeKnown, SendKnown
from models.machines.exchange import ExchangeMachine
from models.messages.club.exchange import ExchangeState, SendExchange
from models.messages.entity import EffectDone
from models.operations.exchange import OPERATIONS

EXCHANGE: Domain[ExchangeState] = Domain(
    kind="exchange",
    state=ExchangeState,
    machine=ExchangeMachine,
    commands={
        "send": Handler(sending.send, SendExchange, facts=SendKnown),
        "effect_done": Handler(sending.effect_done, EffectDone, facts=OutcomeKnown),
        **defects.COMMANDS,
        **settling.COMMANDS,
    },
    due={**defects.DUE},
    operations=OPERATIONS,
)
"""`edit` and `confirm` move the machine too, but of a row that has no log yet: `decisions.exchange.form`."""
