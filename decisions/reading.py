"""What an entity is at a moment: with what is due carried out, or as of the end of a day that is past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from decisions import fold
from decisions.domain import Domain, S, T
from decisions.engine import Run
from models.messages.entity import Entry
from rules.calendar import japan_day


def project(domain: Domain[S, T], state: dict[str, Any], until: datetime, standing: T | None) -> dict[str, Any]:
    """The state with what is due by the moment carried out, whether or not its timer has been processed yet."""
    run = Run(domain, state, until, standing=standing)
    run.carry_out_due(until)
    return run.outcome.state


def as_of(
    domain: Domain[S, T],
    log: Sequence[Entry],
    end_of_day: datetime,
    standing: T | None,
    *,
    known_at: datetime | None = None,
) -> dict[str, Any] | None:
    """The state as of the end of a Japan day, by effective dates; None before the entity began.

    Args:
        domain: the kind of entity.
        log: its whole log.
        end_of_day: the exclusive end of the day, 00:00 JST of the next (X-01).
        standing: what any decision of the kind may ask.
        known_at: as it was known then, inclusive; None: as it is known now.
    """
    recorded = _recorded_by(log, known_at) if known_at is not None else log
    gone = fold.voided(recorded)
    known = [entry for entry in recorded if entry.seq not in gone and _shown(entry, end_of_day)]
    if not known:
        return None
    state = fold.fold(domain.state().model_dump(mode="json"), known)
    return project(domain, state, _just_before(end_of_day), standing)


def _recorded_by(log: Sequence[Entry], known_at: datetime) -> list[Entry]:
    """What had been recorded by a business moment: numbers follow the recording, moments need not."""
    by_number = sorted(log, key=lambda entry: entry.seq)
    later = (index for index, entry in enumerate(by_number) if entry.at > known_at)
    return by_number[: next(later, len(by_number))]


def _shown(entry: Entry, end_of_day: datetime) -> bool:
    return entry.state_from <= japan_day(_just_before(end_of_day))


def _just_before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)
