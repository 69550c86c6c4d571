"""Everything that can happen to a filing, by name."""

from __future__ import annotations

from decisions.common import closing, defects, settling, unanswered
from decisions.domain import Domain, Handler
from decisions.filing import status
from models.machines.filing import FilingMachine
from models.messages import filing as messages
from models.messages.entity import UNANSWERED, EffectDone, Unanswered
from models.operations.filing import OPERATIONS

FILING: Domain[messages.FilingState, object] = Domain(
    kind="filing",
    state=messages.FilingState,
    machine=FilingMachine,
    commands={
        "filed": Handler(status.filed, messages.FileWithCarrier),
        "carrier_status": Handler(status.carrier_status, messages.CarrierStatus),
        "correct_filing": Handler(status.correct, messages.CorrectFiling),
        "withdraw_filing": Handler(status.withdraw, messages.WithdrawFiling),
        "effect_done": closing.while_asked(Handler(unanswered.heard(status.effect_done), EffectDone)),
        UNANSWERED: Handler(status.unanswered, Unanswered, lasting=True),
        **defects.COMMANDS,
        **settling.COMMANDS,
    },
    due={"late_accepted": status.late, "late_work_date": status.late, "late_opened": status.late, **defects.DUE},
    operations=OPERATIONS,
    closes=closing.once_answered(status.FINAL),
)
