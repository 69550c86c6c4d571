"""Set-based runs: page after page, each its own transaction, resumed after the last page a heartbeat told of."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

FIRST = ""
"""Before every key."""

LAST = "~"
"""After every key: an attempt that resumes here has no page left."""


@dataclass(frozen=True)
class Page:
    """One page done."""

    last: str | None
    """The key to go on after; None: this was the last one."""
    counts: Mapping[str, int] = field(default_factory=dict)


Work = Callable[[Session, str], Page]
"""Does the page after a key in one transaction. Idempotent by natural keys: a page may be done twice."""


async def run_pages(engine: Engine, work: Work) -> dict[str, int]:
    """All pages of a run, in order of their keys; gives what they did together.

    Inside an activity every page is a heartbeat with the place and the counts so far, so that an attempt after a
    crash goes on there. Cancelling it stops between two pages.
    """
    after, counts = _resumed()
    while True:
        page = await asyncio.to_thread(_in_transaction, engine, work, after)
        counts.update(page.counts)
        if page.last is None:
            return dict(counts)
        after = page.last
        if activity.in_activity():
            activity.heartbeat(after, dict(counts))


def _resumed() -> tuple[str, Counter[str]]:
    if not activity.in_activity() or len(activity.info().heartbeat_details) != 2:
        return FIRST, Counter()
    after, counts = activity.info().heartbeat_details
    return str(after), Counter({str(name): int(count) for name, count in counts.items()})


def _in_transaction(engine: Engine, work: Work, after: str) -> Page:
    with Session(engine) as session, session.begin():
        return work(session, after)
