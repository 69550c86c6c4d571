"""Facts of decisions about rollouts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from decisions.rollout.facts import RolloutKnown
from models.messages.entity import Command
from store import rollouts
from store.facts.shape import LookUps


def pages(session: Session, state: Mapping[str, Any], command: Command, moment: datetime) -> RolloutKnown:
    """How far the pages of a rollout have come."""
    _ = (command, moment)
    rollout_id = str(state["rollout_id"])
    return RolloutKnown(
        counts=rollouts.counts(session, rollout_id),
        unnoticed=rollouts.unnoticed(session, rollout_id),
        to_wake=rollouts.to_wake(session, rollout_id),
    )


LOOK_UPS: LookUps = {RolloutKnown: pages}
"""What decisions about a rollout name, and what looks it up."""
