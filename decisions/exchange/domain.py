"""Everything that can happen to an exchange once it is sent, by name."""

from __future__ import annotations

from decisions import defects
from decisions.domain import Domain, Handler
from decisions.exchange import sending
from models.machines.exchange import ExchangeMachine
from models.messages.entity import EffectDone
from models.messages.exchange import ExchangeState, SendExchange
from models.operations.exchange import OPERATIONS
from models.operations.operation import allowed

EXCHANGE: Domain[ExchangeState] = Domain(
    kind="exchange",
    state=ExchangeState,
    machine=ExchangeMachine,
    commands={
        "send": Handler(sending.send, SendExchange),
        "effect_done": Handler(sending.effect_done, EffectDone),
        **defects.COMMANDS,
    },
    due={**defects.DUE},
    allowed=lambda state: allowed(OPERATIONS, state),
)
"""`edit` and `confirm` move the machine too, but of a row that has no log yet: `decisions.exchange.form`."""
