"""An entity as of a day, and as it was known then (X-01, X-05)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from sqlmodel import Session

from api.doors.fields import Day, Moment
from api.doors.problems import Problem
from decisions.domain import Domain, S, T
from decisions.reading import as_of
from rules.calendar import end_of
from store.database import business_now
from store.log import entries

AsOf = Annotated[Day | None, Query(description="As of the end of this Japan day, by the days things take effect.")]
"""Every read that takes it takes `KnownAt` too."""

KnownAt = Annotated[
    Moment | None,
    Query(
        description="As it was known at this moment, inclusive: without what was keyed in, corrected or undone later. "
        "Beside `as_of`: what was known then of that day."
    ),
]


def end_of_reading(session: Session, day: date | None, known_at: datetime | None) -> datetime:
    """The moment a reading of the past stands for, exclusive: the end of its Japan day, or when it was known (X-01)."""
    return end_of(day) if day is not None else (known_at or business_now(session)) + timedelta(microseconds=1)


def state_as_of(
    session: Session, domain: Domain[S, T], entity_id: str, about: T | None, end: datetime, *, known_at: datetime | None
) -> dict[str, Any]:
    """The state of an entity before a moment, by effective dates, as it is known now or was known then (X-05).

    Raises:
        Problem: 404, also for a day before its beginning.
    """
    log = entries(session, entity_id)
    state = as_of(domain, log, end, about, known_at=known_at) if log else None
    if state is None:
        raise Problem(404, "NOT_FOUND", f"The {domain.kind} does not exist, did not exist yet, or was not known.")
    return state
