"""Everything that can happen to a contract, by name."""

from __future__ import annotations

from decisions.contract import application, cancellation, correction, service
from decisions.effects import effect_done
from decisions.domain import Domain, Handler
from models.machines.contract import ContractMachine
from models.messages import contract as messages
from models.messages.entity import Command, EffectDone
from models.operations.contract import OPERATIONS
from models.operations.operation import allowed

CONTRACT: Domain[messages.ContractState] = Domain(
    kind="contract",
    state=messages.ContractState,
    machine=ContractMachine,
    commands={
        "apply": Handler(application.apply, messages.Apply),
        "request_identity": Handler(application.request_identity, Command),
        "show_identity": Handler(application.show_identity, messages.ShowIdentity),
        "accept": Handler(application.accept, Command),
        "refuse": Handler(application.refuse, Command),
        "withdraw": Handler(application.withdraw, messages.WithReceipt),
        "switch_course": Handler(application.switch_course, messages.SwitchCourse),
        "start_service": Handler(service.start_service, messages.StartService),
        "filing_report": Handler(service.filing_report, messages.FilingReport),
        "cancel": Handler(cancellation.cancel, messages.Cancel),
        "undo_cancellation": Handler(cancellation.undo, messages.UndoCancellation, needs_log=True),
        "correct": Handler(correction.correct, messages.Correct, needs_log=True),
        "effect_done": Handler(effect_done, EffectDone),
    },
    due={"end": cancellation.carry_out_end, "close": cancellation.carry_out_close},
    allowed=lambda state: allowed(OPERATIONS, state),
)
