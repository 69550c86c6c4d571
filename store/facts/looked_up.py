"""One way to look up what a decision needs: by the type its handler names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from decisions.domain import AnyDomain
from models.messages.entity import Command
from store.facts import contract, exchange, membership, rollout
from store.facts.shape import LookUps

LOOK_UPS: LookUps = {
    **contract.LOOK_UPS,
    **membership.LOOK_UPS,
    **exchange.LOOK_UPS,
    **rollout.LOOK_UPS,
}
"""By the type that a handler names; each kind of entity says its own."""


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
