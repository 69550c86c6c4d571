"""One change of many entities: what becomes of each is kept, fifty at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import cast

from sqlalchemy import Engine

from activities.mass.change import KEEP_EVERY, MassChange, Outcome, Targets, own_id
from activities.mass.command import MassCommand, Told
from models.messages.entity import Answer, Command
from models.tables.club.program import WindDownTarget

MANY = [str(number) for number in range(3 * KEEP_EVERY - 10)]


class Recording(MassCommand):
    """Records everything at once; Temporal answers once more than fifty are recorded, or is away."""

    def __init__(self, failure: Exception | None = None) -> None:
        """What Temporal says to the first question."""
        self.failure = failure
        self.recorded: list[str] = []
        self.further = asyncio.Event()

    async def record(self, kind: str, ids: Iterable[str], name: str, command: Command) -> AsyncGenerator[Told, None]:
        """One after the other."""
        _ = (kind, name, command)
        for entity_id in ids:
            self.recorded.append(entity_id)
            if len(self.recorded) > KEEP_EVERY:
                self.further.set()
            await asyncio.sleep(0)
            yield Told(entity_id, Answer(state="active", decision={}), wake=True)

    async def missing(self, ids: Sequence[str]) -> set[str]:
        """None."""
        if self.failure is not None and ids:
            raise self.failure
        await self.further.wait()
        return set()


class Kept(MassChange):
    """Writes into a list."""

    def __init__(self, mass: MassCommand) -> None:
        """Nothing is kept yet."""
        targets = Targets(
            kind="membership",
            table=WindDownTarget,
            key="member_id",
            within={},
            told_at="told_at",
            outcome=lambda told: Outcome(own_id(told.entity_id), "told", "", ""),
            lost="",
        )
        super().__init__(cast("Engine", None), mass, targets)
        self.kept: list[list[str]] = []

    def _write(self, outcomes: Sequence[Outcome]) -> None:
        self.kept.append([each.target_id for each in outcomes])


def change(failure: Exception | None = None) -> tuple[Recording, Kept, BaseException | None]:
    """A page of many; what it raised, if anything."""

    async def run() -> tuple[Recording, Kept, BaseException | None]:
        mass = Recording(failure)
        kept = Kept(mass)
        try:
            await kept.record(MANY, "plan_announced", Command(op="x"))
        except ConnectionError as error:
            return mass, kept, error
        return mass, kept, None

    return asyncio.run(run())


def test_others_are_recorded_while_what_became_of_some_is_kept() -> None:
    """Fifty wait for Temporal and the next are recorded meanwhile; each is kept once, in order."""
    _, kept, raised = change()
    assert raised is None
    assert [len(some) for some in kept.kept] == [KEEP_EVERY, KEEP_EVERY, len(MANY) - 2 * KEEP_EVERY]
    assert [each for some in kept.kept for each in some] == MANY


def test_a_temporal_that_is_away_fails_the_page() -> None:
    """Nothing is kept of those it was asked about, and no more than a further fifty are recorded."""
    failure = ConnectionError("away")
    mass, kept, raised = change(failure)
    assert raised is failure
    assert kept.kept == []
    assert len(mass.recorded) <= 2 * KEEP_EVERY
