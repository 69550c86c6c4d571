"""What is due, read from the rows; and whether it has been done, which only the rows can tell."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from models.messages.program import END_MEMBERSHIPS
from models.tables.clock import MOVED_NOW

PROGRAMME = "program/"
"""Workflow ids of set-based runs begin with it; they go last at one moment."""

_POLL_S = 0.01

Kind = Literal["timer", "effect", "unfiled"]
"""`timer`: a pure decision the execution's timer stands for. `effect`: an activity of the workflow's own, under way.
`unfiled`: a contract waits for a filing that is being started and has no rows of its own yet."""


@dataclass(frozen=True)
class Item:
    """One thing due."""

    kind: Kind
    entity_id: str
    """The workflow id."""
    item_id: str
    due_at: datetime
    offset_s: float
    """Business time minus the execution's clock, in seconds."""

    @property
    def is_program(self) -> bool:
        """Whether it is a set-based run, which sees what everything else at its moment has left."""
        return self.entity_id.startswith(PROGRAMME)

    @property
    def goes_first(self) -> bool:
        """Whether it is the run that ends memberships: at its moment their own timers have what it leaves."""
        return self.is_program and self.item_id.partition("/")[0] == END_MEMBERSHIPS

    def __str__(self) -> str:
        """For logs and errors."""
        name = {"timer": "item", "effect": "outside effect", "unfiled": "start"}[self.kind]
        return f"{name} {self.item_id} of {self.entity_id}, due at {self.due_at.isoformat()}"


@dataclass(frozen=True)
class Due:
    """The clock row and the things due at the earliest moment, in one look."""

    now: datetime
    """Business now."""
    advance_to: datetime | None
    items: tuple[Item, ...]
    """All due at the same moment; empty: nothing is due."""

    @property
    def moment(self) -> datetime | None:
        """The earliest due moment."""
        return self.items[0].due_at if self.items else None


_UNFILED = """
    from contract c
    where c.state = 'filing' and c.filing_id is not null
      and not exists (select from filing f where f.filing_id = c.filing_id)
"""

_LOOK = text(f"""
    with clock_now as (
      select now, advance_to, coalesce(advance_to, now) as until
      from clock, lateral (select {MOVED_NOW} as now) as moment where id = 1
    ), first as (
      select a.due_at from agenda a
      where a.due_at <= (select until from clock_now)
        and (:effects or a.effect is null) and a.entity_id <> all(cast(:resting as text[]))
      order by a.due_at limit 1
    ), unfiled as (
      select 'filing/' || c.filing_id as entity_id {_UNFILED} and :effects
        and 'filing/' || c.filing_id <> all(cast(:resting as text[]))
    ), earliest as (
      select min(due_at) as due_at from (
        select due_at from first union all select now from clock_now where exists (select from unfiled)
      ) as moments
    ), ahead as (
      select case when a.effect is null then 'timer' else 'effect' end as kind, a.entity_id, a.item_id, a.due_at,
        e.offset_s
      from agenda a join earliest using (due_at) join entity e using (entity_id)
      where (:effects or a.effect is null) and a.entity_id <> all(cast(:resting as text[]))
      union all
      select 'unfiled', u.entity_id, 'filed', n.now, 0
      from unfiled u cross join clock_now n join earliest on earliest.due_at = n.now
    )
    select n.now, n.advance_to, x.kind, x.entity_id, x.item_id, x.due_at, x.offset_s
    from clock_now n left join ahead x on true
    order by x.entity_id, x.item_id
""")


def look(connection: Connection, *, effects: bool = True, resting: Collection[str] = ()) -> Due | None:
    """What is due at the earliest moment up to where a running advance goes, else up to business now, inclusive.

    Contracts whose filing is being started count as due now, before anything that lies ahead of now: NTT's answers
    to it are not known yet, and time must not pass them by.
    None: there is no clock.

    Args:
        connection: to the database.
        effects: whether what the workflows carry out by themselves counts.
        resting: workflow ids to leave out.
    """
    values = {"effects": effects, "resting": list(resting)}
    rows = connection.execute(_LOOK, values).all()
    if not rows:
        return None
    items = tuple(
        Item(row.kind, row.entity_id, row.item_id, row.due_at.astimezone(UTC), row.offset_s)
        for row in rows
        if row.kind is not None
    )
    return Due(rows[0].now.astimezone(UTC), rows[0].advance_to, items)


def still_there(connection: Connection, items: Collection[Item]) -> set[Item]:
    """Those of the items that have not been done yet."""
    found = connection.execute(
        text("select entity_id, item_id, due_at from agenda where entity_id = any(:ids)"),
        {"ids": list({item.entity_id for item in items})},
    )
    rows = {(row.entity_id, row.item_id, row.due_at.astimezone(UTC)) for row in found}
    left = {item for item in items if (item.entity_id, item.item_id, item.due_at) in rows}
    unfiled = {item.entity_id: item for item in items if item.kind == "unfiled"}
    if unfiled:
        waiting = connection.execute(
            text(f"select 'filing/' || c.filing_id as entity_id {_UNFILED} and 'filing/' || c.filing_id = any(:ids)"),
            {"ids": list(unfiled)},
        )
        left |= {unfiled[row.entity_id] for row in waiting}
    return left


def partners(connection: Connection, entity_id: str) -> list[str]:
    """The workflow ids that have to settle together: a filing and its contract, or the entity alone."""
    found = connection.execute(
        text("""
            select e.kind, e.state ->> 'contract_id' as contract_id, e.state ->> 'filing_id' as filing_id
            from entity e where e.entity_id = :id
        """),
        {"id": entity_id},
    ).first()
    if found is None:
        return [entity_id]
    other = {"filing": ("contract/", found.contract_id), "contract": ("filing/", found.filing_id)}.get(found.kind)
    if other is None or not other[1]:
        return [entity_id]
    known = connection.execute(
        text("select entity_id from entity where entity_id = :id"), {"id": f"{other[0]}{other[1]}"}
    ).scalar()
    return [entity_id, known] if known else [entity_id]


def seq(connection: Connection, entity_id: str) -> int:
    """The last entry the database has of an entity; 0 before the first."""
    found = connection.execute(text("select seq from entity where entity_id = :id"), {"id": entity_id}).scalar()
    return int(found or 0)


def effects_left(connection: Connection, entity_ids: Collection[str]) -> list[str]:
    """The outside effects these entities still have to carry out, for an error or a wait."""
    found = connection.execute(
        text("select entity_id, item_id from agenda where effect is not null and entity_id = any(:ids)"),
        {"ids": list(entity_ids)},
    )
    return [f"{row.item_id} of {row.entity_id}" for row in found]


def has_undelivered(connection: Connection) -> bool:
    """Whether a message is waiting that nobody has tried to deliver yet."""
    found = connection.execute(
        text("select 1 from outbox where delivered_at is null and failed_at is null and attempts = 0 limit 1")
    )
    return found.first() is not None


class Watch:
    """Waits for items to be gone; one query serves all who wait."""

    def __init__(self, engine: Engine) -> None:
        """Watch this database."""
        self._engine = engine
        self._waiting: dict[Item, asyncio.Future[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def gone(self, item: Item, within_s: float) -> bool:
        """Whether the item was done within so many seconds.

        Raises:
            OperationalError: the database is away.
        """
        future = self._waiting.get(item)
        if future is None or future.done():
            future = self._waiting[item] = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(asyncio.shield(future), within_s)
        except TimeoutError:
            return False
        finally:
            if self._waiting.get(item) is future:
                del self._waiting[item]
        return True

    async def _look(self) -> None:
        """Until nobody waits; a failure is everybody's."""
        while self._waiting:
            asked = dict(self._waiting)
            try:
                left = await asyncio.to_thread(self._left, list(asked))
            except SQLAlchemyError as error:
                for future in asked.values():
                    if not future.done():
                        future.set_exception(error)
                        future.exception()  # nobody else reads it where the waiter has given up
                return
            for item, future in asked.items():
                if item not in left and not future.done():
                    future.set_result(None)
            await asyncio.sleep(_POLL_S)

    def _left(self, items: list[Item]) -> set[Item]:
        with self._engine.connect() as connection:
            return still_there(connection, items)
