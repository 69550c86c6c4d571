"""Set-based runs: page after page, each its own transaction, resumed after the last page a heartbeat told of."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio import activity

from activities.failures import is_away
from decisions.program.schedule import MORE, UNNOTED

log = logging.getLogger(__name__)

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


Sized = Callable[[Session, str, int], Page]
"""Does the page after a key, of so many rows at most."""

Failed = Callable[[str, Exception], None]
"""Is told what could not be done by a defect, and by which."""


def noted(note: Failed, key: str, error: Exception) -> bool:
    """Note what could not be done; false where even that cannot be written, which the log says then."""
    try:
        note(key, error)
    except Exception as again:
        if is_away(again):
            raise
        log.error("%r could not be done", key, exc_info=error)  # noqa: TRY400  # the other error, the one before
        log.exception("%r has no task of it either", key)
        return False
    return True


class LeftOut:
    """What a run could not do: each is noted where an operator sees it, and the run goes on.

    Where even the note cannot be written, the run counts it: its programme has the task, and the log names it.
    """

    def __init__(self, note: Failed) -> None:
        """Note each so."""
        self._note = note
        self.unnoted = 0
        """How many could not be noted."""

    def __call__(self, key: str, error: Exception) -> None:
        """One that could not be done."""
        self.unnoted += not noted(self._note, key, error)

    def counts(self) -> dict[str, int]:
        """For what the run gives: how many could not be noted, where there were any."""
        return {UNNOTED: self.unnoted} if self.unnoted else {}


def never(counts: Mapping[str, int]) -> bool:
    """A run that goes on to its last page."""
    _ = counts
    return False


def not_spared(key: str, error: Exception) -> None:
    """Whoever asks by hand hears it."""
    _ = key
    raise error


def together(
    session: Session,
    rows: Sequence[str],
    work: Callable[[Sequence[str]], None],
    failed: Failed,
    *,
    spares: type[Exception] = Exception,
) -> None:
    """Do something for rows at once; where that fails by a defect, for each half, down to the one that cannot be done.

    Args:
        session: in a transaction; what failed is undone.
        rows: their keys, some.
        work: does it for some of them.
        failed: is told each that cannot be done.
        spares: the errors that are looked for; others are nobody's row.
    """
    try:
        with _apart(session):
            work(rows)
    except spares as error:
        if is_away(error):
            raise
        if not rows:
            raise
        if len(rows) == 1:
            failed(rows[0], error)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            together(session, half, work, failed, spares=spares)


def sparing(work: Sized, size: int, next_key: Callable[[Session, str], str | None], failed: Failed) -> Work:
    """A run in which a row that cannot be done costs itself alone: its page is done row by row, and leaves it out.

    Args:
        work: does a page.
        size: rows of a page.
        next_key: the key of the first row after one; None: there is none.
        failed: is told the rows left out.
    """

    def page(session: Session, after: str) -> Page:
        try:
            with _apart(session):
                return work(session, after, size)
        except Exception as error:
            if is_away(error):
                raise
            log.warning("a page after %r failed (%s): its rows one by one", after, type(error).__name__)
        counts = Counter[str]()
        for _ in range(size):
            key = next_key(session, after)
            if key is None:
                return Page(None, counts)
            try:
                with _apart(session):
                    counts.update(work(session, after, 1).counts)
            except Exception as error:
                if is_away(error):
                    raise
                failed(key, error)
                counts["failed"] += 1
            after = key
        return Page(after, counts)

    return page


@contextmanager
def _apart(session: Session) -> Iterator[None]:
    """What fails in it is undone alone; what is checked at the end of a transaction is checked at its end."""
    with session.begin_nested():
        yield
        session.execute(text("set constraints all immediate"))
        session.execute(text("set constraints all deferred"))


async def run_pages(
    engine: Engine, work: Work, enough: Callable[[Mapping[str, int]], bool] = never, *, resumes: bool = True
) -> dict[str, int]:
    """The pages of a run, in order of their keys; gives what they did together, and `more` where it stopped before.

    Args:
        engine: the database.
        work: does a page.
        enough: by what was done so far, whether to stop before the last page: what is left is another run's.
        resumes: whether an attempt goes on where another was cut off; only one of the runs of an activity may.

    Inside an activity every page is a heartbeat with the place and the counts so far, so that an attempt after a
    crash goes on there. Cancelling it stops between two pages.
    """
    after, counts = _resumed() if resumes else (FIRST, Counter[str]())
    while True:
        page = await asyncio.to_thread(_in_transaction, engine, work, after)
        counts.update(page.counts)
        if page.last is None:
            return dict(counts)
        if enough(counts):
            return {**counts, MORE: 1}
        after = page.last
        if activity.in_activity():
            activity.heartbeat(*((after, dict(counts)) if resumes else ()))


def _resumed() -> tuple[str, Counter[str]]:
    if not activity.in_activity() or len(activity.info().heartbeat_details) != 2:
        return FIRST, Counter()
    after, counts = activity.info().heartbeat_details
    return str(after), Counter({str(name): int(count) for name, count in counts.items()})


def _in_transaction(engine: Engine, work: Work, after: str) -> Page:
    with Session(engine) as session, session.begin():
        return work(session, after)
