"""A programme's calendar: which run comes when, and what it is for. A further programme is a further `Programme`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.messages.entity import AgendaItem
from models.messages.program import ProgramState
from rules.calendar import start_of

RUN_S = 6 * 3600
"""How long one attempt at a run may take."""

HEARTBEAT_S = 30
"""After so long a silence another worker takes the run up; twice the longest statement."""


UNNOTED = "unnoted"
"""The count of what a run could neither do nor note where it belongs."""

LEFT_OUT = "ROWS_LEFT_OUT"
"""The task of the programme about them."""


@dataclass(frozen=True)
class Slot:
    """One run ahead."""

    period: str
    """What it is for, such as `2018-05`; the natural key of the run."""
    on: date
    """The Japan day at whose 00:00 it runs."""


@dataclass(frozen=True)
class Run:
    """One kind of run of a programme."""

    event: str
    """Of the agenda item."""
    activity: str
    """The effect, on the queue of set-based work: `fn(program_id, item) -> counts`."""
    label: str
    """Japanese, for the operator's timer."""
    articles: tuple[str, ...]
    first: Callable[[ProgramState, date], Slot | None]
    """The first run of a programme that begins on a day; None: another run puts it on the calendar."""
    following: Callable[[ProgramState, Slot], Slot | None]
    """The run after one that has begun; None: it does not repeat by itself."""
    when_done: Callable[[ProgramState, str, Mapping[str, int]], Mapping[str, Slot]] = lambda *_: {}
    """Runs of other kinds to put on the calendar when one for a period is done: event → slot, from its counts."""
    alerts: Mapping[str, str] = field(default_factory=dict)
    """Count → why it becomes an operator's task where it is not 0."""
    retried: str | None = None
    """The task whose rest is tried again when a paused programme is resumed."""


@dataclass(frozen=True)
class Program:
    """All runs of one programme."""

    code: str
    runs: tuple[Run, ...]
    default_plan: Callable[[], dict[str, Any]] = dict
    """What it runs by where its beginning names no plan."""

    def run(self, event: str) -> Run:
        """The run of an event.

        Raises:
            KeyError: there is none.
        """
        for run in self.runs:
            if run.event == event:
                return run
        raise KeyError(event)


def scheduled(run: Run, slot: Slot) -> AgendaItem:
    """A run on the calendar: a plain due item, which puts the work itself on the agenda when its moment comes."""
    return AgendaItem(
        item_id=run.event,
        event=run.event,
        at=start_of(slot.on),
        on=slot.on,
        articles=list(run.articles),
        label=f"{run.label} {slot.period}",
        data={"period": slot.period},
    )


MORE = "more"
"""A run that gives this count other than 0 has done one page of its work: the rest is another item."""


def under_way(run: Run, item: AgendaItem) -> AgendaItem:
    """The work of a run whose moment has come."""
    period = str(item.data["period"])
    return AgendaItem(
        item_id=f"{run.event}/{period}",
        event=run.event,
        at=item.at,
        on=item.on,
        articles=item.articles,
        label=item.label,
        effect=run.activity,
        data={**item.data, "timeout_s": RUN_S, "heartbeat_s": HEARTBEAT_S},
    )


def page_of(item: AgendaItem) -> int:
    """Which page of its run an item is, from 1; the first one names none."""
    return int(item.data["page"]) if "page" in item.data else 1


def next_page(item: AgendaItem, at: datetime) -> AgendaItem:
    """The rest of a run whose page is done; a pause falls between two pages."""
    number = page_of(item) + 1
    first = item.item_id.partition("#")[0]
    return item.model_copy(
        update={"item_id": f"{first}#{number}", "at": max(item.at, at), "data": {**item.data, "page": number}}
    )
