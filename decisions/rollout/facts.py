"""What decisions about a rollout are told besides its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RolloutKnown:
    """How far it has come."""

    counts: Mapping[str, int]
    """Outcome → contracts."""
    unnoticed: int
    """Contracts whose contractors have not been told yet."""
    to_wake: int
    """Contracts whose workflows have not been told yet."""
