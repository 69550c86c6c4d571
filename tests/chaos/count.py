"""What came of a run: everything that was granted is there once, and everything runs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from models.tables.clock import BUSINESS_NOW
from service.verify import missing
from settings import Settings
from store.database import engine
from tests.chaos.client import Asked, NoAnswerError

if TYPE_CHECKING:
    from embedded.stack import EmbeddedStack
    from tests.chaos.drive import Drive

SHOWN_MAX = 12
PAUSE_S = 0.5


@dataclass
class Counts:
    """The counts of a run, each line of a list one thing that must not be."""

    asked: int = 0
    answered: int = 0
    granted: int = 0
    sent: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    transitions: int = 0
    unanswered: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Granted, and not in the log."""
    doubled: list[str] = field(default_factory=list)
    """One key recorded twice, or something in the database that nobody asked for."""
    wrong: list[str] = field(default_factory=list)
    """A state or an answer that is not what the life demands, or not what the same key is told again."""
    unhealed: list[str] = field(default_factory=list)
    outbox: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    not_back: list[str] = field(default_factory=list)
    verify: str = ""
    verified: bool = False

    @property
    def errors(self) -> int:
        """5xx that are no 503."""
        return sum(times for name, times in self.failures.items() if name.startswith("5") and name != "503")

    @property
    def failed(self) -> dict[str, list[str]]:
        """What makes the run fail, by name."""
        return {
            "unanswered": self.unanswered,
            "lost": self.lost,
            "doubled": self.doubled,
            "answered wrongly": self.wrong,
            "unhealed": self.unhealed,
            "outbox rows left": self.outbox,
            "overdue": self.overdue,
            "not back": self.not_back,
            "5xx other than 503": [f"{name}: {times}" for name, times in self.failures.items()
                                   if name.startswith("5") and name != "503"],
            "verify": [] if self.verified else self.verify.splitlines() or ["nothing said"],
        }  # fmt: skip

    @property
    def well(self) -> bool:
        """Whether nothing stopped the service."""
        return not any(self.failed.values())

    def lines(self) -> Iterator[str]:
        """As a person reads it."""
        faults = ", ".join(f"{name} {times}" for name, times in sorted(self.faults.items()))
        failures = ", ".join(f"{name}: {times}" for name, times in sorted(self.failures.items()))
        yield f"{self.faults.total()} faults ({faults or 'none'})"
        yield f"{self.asked} operations asked, {self.answered} answered, {self.granted} granted"
        yield f"{self.sent} requests sent ({failures or 'no failures'}); slowest answer {self.slowest_s:.1f} s"
        yield f"{self.transitions} entries in the log"
        yield ", ".join(
            f"{name} {self.errors if name.startswith('5xx') else len(found)}"
            for name, found in self.failed.items()
            if name != "verify"
        )
        yield f"keiyaku verify: {'ok' if self.verified else 'FAILED'}"
        for name, found in self.failed.items():
            yield from (f"  {name}: {line}" for line in found[:SHOWN_MAX])
            if len(found) > SHOWN_MAX:
                yield f"  {name}: and {len(found) - SHOWN_MAX} more"


def settle(stack: EmbeddedStack, seconds: float) -> dict[str, list[str]]:
    """Wait until everything runs, everything due is done and everything told is delivered; gives what is left."""
    database = engine(stack.database_url, pool_size=2)
    settings = Settings.load(home=stack.home, database_url=stack.database_url, temporal_address=stack.urls.temporal)
    deadline = time.monotonic() + seconds
    try:
        while True:
            left = _left(database, settings)
            if not any(left.values()) or time.monotonic() > deadline:
                return left
            time.sleep(PAUSE_S)
    finally:
        database.dispose()


def _left(database: Engine, settings: Settings) -> dict[str, list[str]]:
    try:
        return {
            "unhealed": asyncio.run(missing(settings)),
            "outbox": _rows(database, """
                select message_id || ' (' || channel || ', attempts ' || attempts || ', '
                       || coalesce(last_error, 'no error')
                       || case when failed_at is null then ')' else ', failed)' end
                from outbox where delivered_at is null order by id
            """),
            "overdue": _rows(database, f"""
                select entity_id || ' ' || item_id from agenda where due_at < {BUSINESS_NOW} order by 1
            """),
        }  # fmt: skip
    except (SQLAlchemyError, RPCError, RuntimeError) as error:
        return {"unhealed": [f"cannot be looked at: {type(error).__name__} {error}"], "outbox": [], "overdue": []}


def _rows(database: Engine, sql: str, **values: Any) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(text(sql), values).scalars())


def count(drive: Drive, patience_s: float, say: Callable[[str], None]) -> Counts:
    """Wait until the house is settled, then look at everything that was asked."""
    stack, counts = drive.stack, Counts()
    say("settling")
    left = settle(stack, patience_s)
    counts.unhealed, counts.outbox, counts.overdue = left["unhealed"], left["outbox"], left["overdue"]
    counts.wrong, counts.unanswered = drive.wrong(), drive.unanswered()
    asked = drive.asked()
    counts.asked, counts.answered = len(asked), sum(each.status is not None for each in asked)
    counts.granted = sum(each.granted for each in asked)
    say("counting")
    _log(stack, asked, counts)
    _states(drive, counts)
    _replays(drive, counts)
    for client in drive.clients():
        counts.sent += client.sent
        counts.failures += client.failures
        counts.slowest_s = max(counts.slowest_s, client.slowest_s)
    said = verified(stack)
    counts.verify, counts.verified = said.stdout + said.stderr, said.returncode == 0
    return counts


def _log(stack: EmbeddedStack, asked: list[Asked], counts: Counts) -> None:
    """Each key that was granted is recorded once, of the entity it was about; nothing else is there."""
    database = engine(stack.database_url, pool_size=2)
    with database.connect() as connection:
        found: dict[str, list[str]] = {}
        for row in connection.execute(text("select entity_id, op from transition")):
            found.setdefault(row.op, []).append(row.entity_id)
            counts.transitions += 1
        there = set(
            connection.execute(text("select entity_id from entity where kind in ('contract', 'membership')")).scalars()
        )
    database.dispose()
    known = {each.entity_id for each in asked if each.entity_id is not None}
    counts.doubled += [f"{each}: nobody asked for it" for each in sorted(there - known)]
    for each in asked:
        recorded = found.get(each.op, [])
        if len(recorded) > 1:
            counts.doubled.append(f"{each}: recorded of {recorded}")
        if each.dry_run and recorded:
            counts.wrong.append(f"{each}: recorded of {recorded}")
        if each.granted and not each.dry_run and each.entity_id is not None and recorded != [each.entity_id]:
            counts.lost.append(f"{each}: {each.status} {each.answer}; recorded of {recorded}, not {each.entity_id}")


def _states(drive: Drive, counts: Counts) -> None:
    """Every life reads as it must be after what was asked and the days that passed."""
    try:
        today = drive.today()
        for life in drive.lives():
            life.pass_to(today)
            state = drive.reader().read(life.path)["state"]
            if state != life.state:
                counts.wrong.append(f"{life.entity_id} is {state}, not {life.state}; {life}")
    except NoAnswerError as error:
        counts.unanswered.append(str(error))


def _replays(drive: Drive, counts: Counts) -> None:
    """The same request under the same key is told the same."""
    try:
        for asked, status, answer in drive.replays():
            if (status, answer) != (asked.status, asked.answer):
                counts.wrong.append(f"{asked}: {asked.status} {asked.answer}; told again: {status} {answer}")
    except NoAnswerError as error:
        counts.unanswered.append(str(error))


def verified(stack: EmbeddedStack) -> subprocess.CompletedProcess[str]:
    """`keiyaku verify` on the home."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KEIYAKU_")}
    return subprocess.run(
        [sys.executable, "-m", "cli", "verify"],
        env={**env, "KEIYAKU_HOME": str(stack.home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
