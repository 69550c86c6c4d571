"""An entry taken back with all it caused; the log keeps it."""

from __future__ import annotations

from decisions.domain import Context, Step
from decisions.fold import consequences, voided
from models.messages.entity import Entry
from rules.calendar import japan_day
from rules.citation import Decision


def last_entry(log: tuple[Entry, ...], event: str) -> Entry | None:
    """The latest entry of an event that is not voided."""
    gone = voided(log)
    return next((entry for entry in reversed(log) if entry.event == event and entry.seq not in gone), None)


def voiding(event: str, log: tuple[Entry, ...], entry: Entry, context: Context, outcome: str) -> Step:
    """The step that voids an entry and all it caused; it repeats their articles."""
    gone = consequences(log, entry.seq)
    articles = tuple(dict.fromkeys(article for each in log if each.seq in gone for article in each.articles))
    decision = Decision(
        outcome=outcome,
        articles=articles,
        effective_on=japan_day(context.moment),
        edition=entry.edition,
        detail=f"Entry {entry.seq} ({entry.event}) no longer counts.",
        data={"voids": gone},
    )
    return Step(event, decision, voids=tuple(gone))
