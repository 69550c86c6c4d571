"""Everything that can happen to a membership, by name."""

from __future__ import annotations

from dataclasses import replace

from decisions.common import defects, settling, unanswered
from decisions.common.checks import check_dates
from decisions.domain import Context, Domain, Handler, Step, by_the_engine
from decisions.membership import correction, facts, line, member, registration, told
from decisions.membership.ending import announcement, closing, ending, too_late
from decisions.membership.points import booked, renewal
from decisions.membership.revision import REVISION
from decisions.membership.storage import in_line, storage
from decisions.membership.storage.perk import REVERT
from models.machines.membership import MembershipMachine
from models.messages.club import membership as messages
from models.messages.entity import Command, DecideRevision, EffectDone
from models.operations.membership import OPERATIONS


def _bounded(handler: Handler[messages.MembershipState]) -> Handler[messages.MembershipState]:
    """The handler, asked only about plausible dates (X-01)."""

    def decide(state: messages.MembershipState, command: Command, context: Context) -> list[Step]:
        check_dates(command)
        return handler.decide(state, command, context)

    return replace(handler, decide=decide)


_COMMANDS: dict[str, Handler[messages.MembershipState]] = {
    "register": Handler(registration.register, messages.Register, facts=facts.EntryKnown),
    "import": Handler(registration.enter, messages.ImportMember, facts=facts.EntryKnown),
    "leave": Handler(ending.leave, messages.Leave, needs_log=True, facts=facts.BalanceKnown),
    "line_notice": Handler(line.line_notice, messages.LineChange, needs_log=True, facts=facts.LineKnown),
    "set_mail_consents": Handler(member.set_mail_consents, messages.SetMailConsents),
    "change_credentials": Handler(member.change_credentials, Command),
    "adjust_points": Handler(member.adjust_points, messages.AdjustPoints, facts=facts.GrantedKnown),
    messages.EXCHANGE_FAILED: Handler(too_late.exchange_failed, messages.ExchangeFailed),
    "plan_changed": Handler(ending.plan_changed, messages.PlanChanged),
    messages.PLAN_ANNOUNCED: Handler(announcement.plan_announced, messages.PlanAnnounced),
    "correct": Handler(correction.correct, messages.Correct, needs_log=True, facts=facts.LineKnown, lasting=True),
    "change_support": Handler(storage.change_support, messages.ChangeSupport),
    "change_storage_plan": Handler(storage.change_storage_plan, messages.ChangeStoragePlan),
    "decide_revision": Handler(by_the_engine, DecideRevision, lasting=True),
    "effect_done": Handler(unanswered.heard(storage.carried_out), EffectDone),
}

MEMBERSHIP: Domain[messages.MembershipState, facts.MembershipStanding] = Domain(
    kind="membership",
    state=messages.MembershipState,
    machine=MembershipMachine,
    commands={
        **{name: _bounded(handler) for name, handler in _COMMANDS.items()},
        **defects.COMMANDS,
        **settling.COMMANDS,
        **unanswered.COMMANDS,
    },
    due={
        "end": ending.carry_out_end,
        "close": closing.carry_out_close,
        "renewal": renewal.carry_out,
        "service_type": line.service_type_begins,
        REVERT: storage.carry_out_reversion,
        in_line.PLAN_BEGINS: in_line.plan_begins,
        **defects.DUE,
    },
    operations=OPERATIONS,
    keeps_facts=True,
    revision=REVISION,
    differences=told.differences,
    correctable=correction.correctable,
    moot_tasks=booked.moot_tasks,
    closes=closing.closes,
)
