"""What an entry may change of a membership's state: its fields by name and type, its collections by key.

A field misspelt, or given what it cannot hold, is seen by the type checker; a test compares the names with the state's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from decisions import domain
from decisions.domain import Patching
from models.messages.club.membership import Imported, LossNotice, NinenWariTold, Renewal, ServiceStep, Storage

Told = Mapping[str, object]
"""A model as a rule or a command told it, in JSON."""


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


class Put(domain.Put, total=False):
    """Collections of a membership's state that get or replace items, by key."""

    renewals: Mapping[str, Renewal]


patch: Patching[Values, Put] = domain.patch
