"""Whether the service answers, and what time it is."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from api.wire.shapes.common import Shown


class Clock(Shown):
    """Business time."""

    now: AwareDatetime
    today: date
    real: AwareDatetime
    """Real time, which does not move with business time."""
    rehearsal: bool


class StillWaiting(Shown):
    """One thing due that somebody outside has not answered, or that an operator has to settle first."""

    entity_id: str
    what: str
    since: AwareDatetime


class Moved(Clock):
    """Business time after it was moved."""

    waiting: list[StillWaiting]
    """What is due and not done, the longest first, a hundred at most; time went on without it."""


class Health(Shown):
    """Whether the service can answer."""

    status: str
    temporal: str
    database: str


class Alive(Shown):
    """The process answers."""

    status: str
