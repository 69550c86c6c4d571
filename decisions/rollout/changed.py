"""What an entry may change of a rollout's state: its fields by name and type, its collections by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from decisions import domain
from decisions.domain import Patching, Put
from models.messages.contract.rollout import Kind


class Values(TypedDict, total=False):
    """Fields of a rollout's state that take a new value."""

    rollout_id: str
    kind: Kind
    courses: Sequence[str]
    to_course: str | None
    announced_on: date
    effective_on: date
    text_id: str | None
    articles: Sequence[str]
    begun: bool
    notified: bool
    accept_failed: bool
    page: int
    counts: Mapping[str, int]
    closed: bool


patch: Patching[Values, Put] = domain.patch
