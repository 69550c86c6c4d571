"""Everything that can happen to a contract, by name."""

from __future__ import annotations

from decisions import defects
from decisions.contract import (
    application,
    benefit,
    cancellation,
    choice,
    choosing,
    correction,
    course_change,
    fee_decision,
    imports,
    initial_cancellation,
    inquiry,
    line_notice,
    line_types,
    pending,
    relocation,
    service,
    settle,
    termination,
    waiver,
    watch,
)
from decisions.contract import billing as money
from decisions.contract.rollout import carry_out_rollout
from decisions.domain import Domain, Handler
from decisions.effects import effect_done
from models.machines.contract import ContractMachine
from models.messages import billing as bills
from models.messages import contract as messages
from models.messages import contract_changes as changes
from models.messages import contract_notices as notices
from models.messages.contract_rollout import RolloutStep
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
        "import": Handler(imports.enter, messages.Import),
        "request_course_change": Handler(course_change.request, changes.RequestCourseChange),
        "undo_course_change": Handler(course_change.undo, changes.UndoCourseChange, needs_log=True),
        "decide_course_change": Handler(course_change.decide, changes.DecideCourseChange),
        "relocate": Handler(relocation.relocate, changes.Relocate),
        "initial_cancellation": Handler(initial_cancellation.cancel_initially, changes.InitialCancellation),
        "terminate": Handler(termination.terminate, changes.Terminate),
        "add_benefit": Handler(benefit.add_benefit, changes.AddBenefit),
        "decide_fee": Handler(fee_decision.decide_fee, changes.DecideFee),
        "line_notice": Handler(line_notice.take, notices.TakeLineNotice),
        "choose": Handler(choosing.choose, notices.Choose),
        "waive": Handler(waiver.waive, notices.Waive, needs_log=True),
        "request_waiver": Handler(waiver.request_waiver, notices.RequestWaiver),
        "inquire": Handler(inquiry.inquire, notices.Inquire),
        "settle_task": Handler(settle.settle, notices.SettleTask),
        "correct": Handler(correction.correct, messages.Correct, needs_log=True),
        "rollout": Handler(carry_out_rollout, RolloutStep),
        "take_line_charges": Handler(money.take_line_charges, bills.TakeLineCharges),
        "withdraw_payment_agency": Handler(money.withdraw_payment_agency, bills.WithdrawPaymentAgency),
        "charge_paid": Handler(money.charge_paid, bills.ChargePaid, needs_log=True),
        "effect_done": Handler(effect_done, EffectDone),
        **defects.COMMANDS,
    },
    due={
        pending.ITEM: course_change.carry_out,
        "end": cancellation.carry_out_end,
        "close": money.carry_out_close,
        line_types.MOVE: line_types.carry_out,
        choice.REMINDER: choice.remind,
        choice.OVERDUE: choice.escalate,
        choice.OWED: line_notice.carry_out_owed,
        watch.WATCH_END: watch.carry_out_end,
        **defects.DUE,
    },
    allowed=lambda state: allowed(OPERATIONS, state),
)
