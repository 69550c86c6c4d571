"""Everything that can happen to a membership, by name."""

from __future__ import annotations

from decisions import defects
from decisions.domain import Domain, Handler
from decisions.membership import announcement, ending, facts, line, member, registration, renewal, storage
from decisions.membership.perk import REVERT
from models.machines.membership import MembershipMachine
from models.messages import membership as messages
from models.messages.entity import Command, EffectDone
from models.operations.membership import OPERATIONS

MEMBERSHIP: Domain[messages.MembershipState] = Domain(
    kind="membership",
    state=messages.MembershipState,
    machine=MembershipMachine,
    commands={
        "register": Handler(registration.register, messages.Register, facts=facts.EntryKnown),
        "import": Handler(registration.enter, messages.ImportMember, facts=facts.EntryKnown),
        "leave": Handler(ending.leave, messages.Leave, facts=facts.BalanceKnown),
        "line_notice": Handler(line.line_notice, messages.LineChange),
        "set_mail_consents": Handler(member.set_mail_consents, messages.SetMailConsents),
        "change_credentials": Handler(member.change_credentials, Command),
        "adjust_points": Handler(member.adjust_points, messages.AdjustPoints, facts=facts.GrantedKnown),
        "plan_changed": Handler(ending.plan_changed, messages.PlanChanged),
        messages.PLAN_ANNOUNCED: Handler(announcement.plan_announced, messages.PlanAnnounced),
        "change_support": Handler(storage.change_support, messages.ChangeSupport),
        "change_storage_plan": Handler(storage.change_storage_plan, messages.ChangeStoragePlan),
        "effect_done": Handler(storage.carried_out, EffectDone),
        **defects.COMMANDS,
    },
    due={
        "end": ending.carry_out_end,
        "close": ending.carry_out_close,
        "renewal": renewal.carry_out,
        "service_type": line.service_type_begins,
        REVERT: storage.carry_out_reversion,
        **defects.DUE,
    },
    operations=OPERATIONS,
)
