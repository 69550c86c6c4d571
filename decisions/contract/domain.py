"""Everything that can happen to a contract, by name."""

from __future__ import annotations

from dataclasses import replace

from decisions.common import defects
from decisions.common.effects import effect_done
from decisions.contract import answers, correction, facts, inquiry, settle
from decisions.contract.beginning import application, imports, service
from decisions.contract.course import course_change, pending
from decisions.contract.ending import cancellation, closing, end, initial_cancellation, termination
from decisions.contract.line import choice, choosing, hold, line_notice, line_types, moot, relocation
from decisions.contract.money import benefit, billing, due, fee_decision, refund, waiver, watch
from decisions.contract.revision import REVISION
from decisions.contract.rollout import ROLLOUTS, carry_out_rollout
from decisions.domain import Domain, Handler, Keeping, by_the_engine
from models.machines.contract import ContractMachine
from models.messages.contract import billing as bills
from models.messages.contract import changes, notices
from models.messages.contract import contract as messages
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import Command, DecideRevision, EffectDone
from models.operations.contract import OPERATIONS

CONTRACT: Domain[messages.ContractState, facts.ContractStanding] = Domain(
    kind="contract",
    state=messages.ContractState,
    machine=ContractMachine,
    commands={
        "apply": Handler(application.apply, messages.Apply, facts=facts.LineKnown, rank=10),
        "request_identity": Handler(application.request_identity, Command),
        "show_identity": Handler(application.show_identity, messages.ShowIdentity),
        "accept": Handler(application.accept, Command),
        "refuse": Handler(application.refuse, Command),
        "withdraw": Handler(application.withdraw, messages.WithReceipt, facts=facts.WorkDayKnown),
        "switch_course": Handler(application.switch_course, messages.SwitchCourse),
        "start_service": Handler(service.start_service, messages.StartService, rank=20, waits=True),
        "filing_report": Handler(
            service.filing_report,
            messages.FilingReport,
            facts=facts.LineKnown,
            rank=20,
            waits=True,
            no_room=hold.no_room,
        ),
        "cancel": Handler(cancellation.cancel, messages.Cancel),
        "undo_cancellation": Handler(
            cancellation.undo, messages.UndoCancellation, needs_log=True, takes_out=cancellation.undone
        ),
        "import": Handler(imports.enter, messages.Import, facts=facts.ImportKnown, rank=10),
        "request_course_change": Handler(course_change.request, changes.RequestCourseChange, facts=facts.LineKnown),
        "undo_course_change": Handler(
            course_change.undo, changes.UndoCourseChange, needs_log=True, takes_out=course_change.undone
        ),
        "decide_course_change": Handler(course_change.decide, changes.DecideCourseChange, about=answers.about_change),
        "relocate": Handler(relocation.relocate, changes.Relocate),
        "initial_cancellation": Handler(initial_cancellation.cancel_initially, changes.InitialCancellation),
        "terminate": Handler(termination.terminate, changes.Terminate),
        "add_benefit": Handler(benefit.add_benefit, changes.AddBenefit),
        "decide_fee": Handler(fee_decision.decide_fee, changes.DecideFee, about=answers.about_charge),
        "line_notice": Handler(line_notice.take, notices.TakeLineNotice, rank=40, no_room=hold.no_room),
        "choose": Handler(choosing.choose, notices.Choose),
        "waive": Handler(waiver.waive, notices.Waive, needs_log=True),
        "request_waiver": Handler(waiver.request_waiver, notices.RequestWaiver),
        "inquire": Handler(inquiry.inquire, notices.Inquire, facts=facts.InquiryKnown, lasting=True),
        "settle_task": Handler(settle.settle, notices.SettleTask, about=answers.about_task),
        "correct": Handler(correction.correct, messages.Correct, needs_log=True, takes_out=correction.corrected),
        "decide_revision": Handler(by_the_engine, DecideRevision, lasting=True),
        "rollout": Handler(carry_out_rollout, RolloutStep, rank=30),
        "take_line_charges": Handler(billing.take_line_charges, bills.TakeLineCharges),
        "withdraw_payment_agency": Handler(
            billing.withdraw_payment_agency, bills.WithdrawPaymentAgency, facts=facts.StatementsKnown
        ),
        "charge_paid": Handler(
            billing.charge_paid, bills.ChargePaid, needs_log=True, facts=facts.StatementsKnown, refutes=billing.refuted
        ),
        "charge_owed": Handler(billing.charge_owed, bills.ChargeOwed, facts=facts.StatementsKnown),
        "credit_left": Handler(refund.credit_left, bills.CreditLeft, about=answers.about_end),
        "record_refund": Handler(refund.record_refund, bills.RecordRefund, lasting=True),
        "reverse_payment": Handler(
            refund.reverse_payment, bills.ReversePayment, facts=facts.PaymentsKnown, lasting=True
        ),
        "effect_done": Handler(effect_done, EffectDone, about=answers.about_effect),
        **defects.COMMANDS,
    },
    due={
        pending.ITEM: course_change.carry_out,
        "end": end.carry_out_end,
        "close": closing.carry_out_close,
        line_types.MOVE: line_types.carry_out,
        choice.REMINDER: choice.remind,
        choice.OVERDUE: choice.escalate,
        choice.OWED: line_notice.carry_out_owed,
        watch.WATCH_END: watch.carry_out_end,
        **defects.DUE,
    },
    operations=OPERATIONS,
    revisable=True,
    revision=replace(REVISION, once=choice.told_once),
    shared=ROLLOUTS,
    correctable=correction.correctable,
    room=hold.room,
    moot_tasks=moot.moot_tasks,
    too_early=service.check_begun,
    keeping=Keeping(facts.AskedStanding, due.with_statement),
    closes=closing.closes,
)
