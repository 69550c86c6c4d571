"""What an entry may change of a membership's state: its fields by name and type, its collections by key.

A field misspelt, or given what it cannot hold, is seen by the type checker; a test compares the names with the state's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict, cast

from decisions import domain
from decisions.domain import RaisedTask
from models.messages.club.membership import Imported, LossNotice, NinenWariTold, Renewal, ServiceStep, Storage
from models.messages.entity import AgendaItem, Patch, Task

Told = Mapping[str, object]
"""A model as a rule or a command told it, in JSON."""

Drop = Mapping[str, Sequence[str]]
"""Collection → keys that go."""


class Values(TypedDict, total=False):
    """Fields of a membership's state that take a new value."""

    member_id: str
    person_id: str | None
    line_key: str | None
    former_member: bool
    registered_on: date | None
    service: Sequence[ServiceStep]
    in_use_since: date | None
    in_use_through: date | None
    ninen_wari: Sequence[NinenWariTold]
    ninen_wari_started_on: date | None
    ninen_wari_cancelled_on: date | None
    left_on: date | None
    losses: Sequence[LossNotice]
    usable_through: date | None
    ended_on: date | None
    end_state: str | None
    end_cause: str | None
    end_articles: Sequence[str]
    mail_club: bool
    mail_ntt_east: bool
    storage: Storage | Told
    imported: Imported | None
    closed: bool


class Put(TypedDict, total=False):
    """Collections of a membership's state that get or replace items, by key."""

    agenda: Mapping[str, AgendaItem]
    tasks: Mapping[str, RaisedTask | Task]
    renewals: Mapping[str, Renewal]


def patch(values: Values | None = None, *, put: Put | None = None, drop: Drop | None = None) -> Patch:
    """The patch of an entry of a membership; a field that its state does not have is no field of it."""
    # A typed dictionary knows its values one by one only.
    return domain.patch(values, put=cast("Mapping[str, Mapping[str, object]]", put or {}), drop=drop)
