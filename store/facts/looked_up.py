"""One way to look up what a decision needs: by the type its handler names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from decisions.contract import facts as of_contract
from decisions.domain import AnyDomain
from decisions.exchange.facts import OutcomeKnown, SendKnown
from decisions.membership import facts as of_membership
from decisions.rollout.facts import RolloutKnown
from models.messages.entity import Command
from store import rollouts
from store.facts import contract, exchange, membership

LookUp = Callable[[Session, Mapping[str, Any], Command, datetime], object]


def _rollout(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> RolloutKnown:
    _ = (command, moment)
    rollout_id = str(state["rollout_id"])
    return RolloutKnown(
        counts=rollouts.counts(session, rollout_id),
        unnoticed=rollouts.unnoticed(session, rollout_id),
        to_wake=rollouts.to_wake(session, rollout_id),
    )


LOOK_UPS: Mapping[type, LookUp] = {
    of_contract.LineKnown: contract.line_known,
    of_contract.ImportKnown: contract.import_known,
    of_contract.WorkDayKnown: contract.work_day,
    of_contract.StatementsKnown: contract.statement,
    of_contract.PaymentsKnown: contract.payment,
    of_contract.InquiryKnown: contract.inquiry,
    of_membership.BalanceKnown: membership.balance_known,
    of_membership.GrantedKnown: membership.granted,
    of_membership.EntryKnown: membership.entry,
    of_membership.LineKnown: membership.line_known,
    RolloutKnown: _rollout,
    SendKnown: exchange.send_facts,
    OutcomeKnown: exchange.outcome_facts,
}


def look_up(
    session: Session, domain: AnyDomain, state: Mapping[str, Any], name: str, command: Command, moment: datetime
) -> object | None:
    """The facts of one command; None for one that needs none.

    Raises:
        KeyError: a handler names a type that nothing looks up.
    """
    wanted = domain.commands[name].facts
    return None if wanted is None else LOOK_UPS[wanted](session, state, command, moment)


def standing(session: Session, kind: str, state: Mapping[str, Any], *, records: bool = False) -> object | None:
    """What any decision about that kind of entity may ask, timers' included; None where it asks nothing.

    `records`: what is decided is written in the same transaction.
    """
    if kind == "contract":
        return contract.Standing(session, state, records=records)
    if kind == "membership":
        return membership.Standing(session)
    return None
