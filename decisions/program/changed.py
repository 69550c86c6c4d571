"""What an entry may change of a programme's state: its fields by name and type, its collections by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from decisions import domain
from decisions.domain import Patching
from models.messages.entity import AgendaItem
from models.messages.program import RunDone


class Values(TypedDict, total=False):
    """Fields of a programme's state that take a new value."""

    code: str
    plan: Mapping[str, object]
    held: Sequence[AgendaItem]
    closed: bool


class Put(domain.Put, total=False):
    """Collections of a programme's state that get or replace items, by key."""

    runs: Mapping[str, RunDone]


patch: Patching[Values, Put] = domain.patch
