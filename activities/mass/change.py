"""One change of many entities: outcomes are kept in rows, fifty at a time, and workflows told after that."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, bindparam, select, update
from sqlmodel import Session, SQLModel
from temporalio import activity

from activities.mass.command import MassCommand, Told
from models.messages.entity import Answer, Command
from store.database import business_now

KEEP_EVERY = 50
"""Outcomes written in one statement; what was not written when a worker died is asked again and done once."""


@dataclass(frozen=True)
class Outcome:
    """What became of one entity."""

    target_id: str
    """Its own id, not the workflow's."""
    state: str
    """`failed`, `skipped`, or the word of the change for one that took it."""
    outcome: str
    detail: str
    articles: Sequence[str] = ()
    wake: bool = False
    """Whether its workflow is still to be told."""


async def _nothing_to_start(_target_id: str) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The rows of one change, and how its outcomes read."""

    kind: str
    """Of the entities; their workflow ids begin with it."""
    table: type[SQLModel]
    key: str
    """The column with an entity's own id."""
    within: Mapping[str, str]
    """Column → value: which rows are this change's."""
    told_at: str
    """The column of the business moment of an outcome."""
    outcome: Callable[[Told], Outcome]
    lost: str
    """What is said of an entity that Temporal does not run."""
    start: Callable[[str], Awaitable[bool]] = field(default=_nothing_to_start)
    """Starts the workflow of an entity that never had one; gives whether it did."""

    @property
    def columns(self) -> Any:
        """The table's columns."""
        return self.table.__table__.c  # type: ignore[attr-defined]  # SQLModel gives every table one

    def mine(self) -> ColumnElement[bool]:
        """Rows of this change."""
        return and_(*(self.columns[name] == value for name, value in self.within.items()))

    def page(self, session: Session, condition: ColumnElement[bool], size: int) -> list[str]:
        """Own ids of the next entities, in order."""
        key = self.columns[self.key]
        return list(session.execute(select(key).where(self.mine(), condition).order_by(key).limit(size)).scalars())

    def planned(self, session: Session, size: int) -> list[str]:
        """The next entities of which nothing is recorded yet."""
        return self.page(session, self.columns.state == "planned", size)


class MassChange:
    """Records a change for its targets, each once, and tells their workflows."""

    def __init__(self, engine: Engine, mass: MassCommand, targets: Targets) -> None:
        """Bind the database, the way many entities are told, and the rows."""
        self._engine = engine
        self._mass = mass
        self._targets = targets

    async def record(self, ids: Sequence[str], name: str, command: Command) -> None:
        """Record the command for a page of targets; a repeat finds what is done already.

        Raises:
            RPCError: Temporal is away; the page is tried again.
        """
        workflows = [self._workflow_id(each) for each in ids]
        some: list[Told] = []
        # What became of some is kept while the next are recorded: the one waits for Temporal, the other does not.
        keeping = asyncio.create_task(self._keep([]))
        try:
            recording = self._mass.record(self._targets.kind, workflows, name, command)
            async with contextlib.aclosing(recording) as recorded:
                async for told in recorded:
                    beat()
                    some.append(told)
                    if len(some) >= KEEP_EVERY:
                        await keeping
                        keeping, some = asyncio.create_task(self._keep(some)), []
            await keeping
            await self._keep(some)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def wake(self, size: int) -> int:
        """Tell the next workflows that do not know yet what was recorded; gives how many.

        Raises:
            RPCError: Temporal is away; told twice does no harm.
        """
        ids = await asyncio.to_thread(self._asleep, size)
        for start in range(0, len(ids), KEEP_EVERY):
            some = ids[start : start + KEEP_EVERY]
            await self._mass.wake([self._workflow_id(each) for each in some])
            beat()
            await asyncio.to_thread(self._woken, some)
        return len(ids)

    def _workflow_id(self, target_id: str) -> str:
        return f"{self._targets.kind}/{target_id}"

    def _asleep(self, size: int) -> list[str]:
        with Session(self._engine) as session:
            return self._targets.page(session, self._targets.columns.wake, size)

    def _woken(self, ids: Sequence[str]) -> None:
        targets = self._targets
        statement = update(targets.table).where(targets.mine(), targets.columns[targets.key].in_(ids))
        with Session(self._engine) as session, session.begin():
            session.execute(statement.values(wake=False))

    async def _keep(self, some: Sequence[Told]) -> None:
        """Write what became of some; one that Temporal lost is recorded, and left to an operator."""
        if not some:
            return
        absent = await self._mass.missing([told.entity_id for told in some if isinstance(told.answer, Answer)])
        # One that was never started is, with what has just been recorded.
        idle = [each for each in absent if not await self._targets.start(own_id(each))]
        # Asked again: whoever starts imports may have started it between the two looks.
        lost = await self._mass.missing(idle) if idle else set()
        outcomes = [self._lost(told) if told.entity_id in lost else self._targets.outcome(told) for told in some]
        await asyncio.to_thread(self._write, outcomes)

    def _lost(self, told: Told) -> Outcome:
        return Outcome(own_id(told.entity_id), "failed", "NO_WORKFLOW", self._targets.lost)

    def _write(self, outcomes: Sequence[Outcome]) -> None:
        targets = self._targets
        table = targets.table.__table__  # type: ignore[attr-defined]  # SQLModel gives every table one
        statement = (
            update(table)
            .where(targets.mine(), targets.columns[targets.key] == bindparam("of_target"))
            .values(
                {
                    "state": bindparam("new_state"),
                    "outcome": bindparam("new_outcome"),
                    "detail": bindparam("new_detail"),
                    "articles": bindparam("new_articles"),
                    "wake": bindparam("new_wake"),
                    targets.told_at: bindparam("new_told_at"),
                }
            )
        )
        with self._engine.begin() as connection:
            with Session(connection) as session:
                at = business_now(session)
            rows = [
                {
                    "of_target": each.target_id,
                    "new_state": each.state,
                    "new_outcome": each.outcome,
                    "new_detail": each.detail,
                    "new_articles": list(each.articles),
                    "new_wake": each.wake,
                    "new_told_at": at,
                }
                for each in outcomes
            ]
            connection.execute(statement, rows)


def own_id(workflow_id: str) -> str:
    """The id an entity has within its kind."""
    return workflow_id.partition("/")[2]


def beat() -> None:
    """A sign of life of the activity, where this runs inside one."""
    if activity.in_activity():
        activity.heartbeat()
