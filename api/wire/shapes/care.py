"""People, letters on their way again, and the events of the house."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from api.wire.shapes.common import Shown


class LogProof(Shown):
    """Whether the log of everything decided about in a month is as it was written."""

    month: str
    holds: bool
    entities: int
    entries: int
    broken: list[dict[str, Any]]
    anchors: list[dict[str, Any]]


class Person(Shown):
    """A person, with what is theirs; an auditor sees personal data in outline."""

    person_id: str


class PersonExport(Shown):
    """All that is held of a person: table → its rows."""

    person_id: str
    held: dict[str, list[dict[str, Any]]]


class PersonErased(Shown):
    """A person of whom ids are left."""

    outcome: Literal["erased"]
    person_id: str
    change_id: str
    erased_at: str


class Resent(Shown):
    """A letter on its way again."""

    notice_id: str


class TriedAgain(Shown):
    """A message that was given up, on its way again under its own id."""

    outcome: Literal["queued"]
    message_id: str
    channel: str
    entity_id: str


class EventData(Shown):
    """The entry of a log that an event tells; `from` and `to` are states."""

    seq: int
    event: str
    from_: str | None = Field(alias="from")
    to: str | None
    effective_on: date
    articles: list[str]
    edition: str | None
    voids: list[int]


class Event(Shown):
    """Something that happened, as a CloudEvent; its `id` is the cursor behind it."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"]
    data: EventData


class Events(Shown):
    """Events after a cursor; `next_after` goes on from the last one."""

    items: list[Event]
    next_after: str | None
