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


class Health(Shown):
    """Whether the service can answer."""

    status: str
    temporal: str
    database: str


class Alive(Shown):
    """The process answers."""

    status: str
