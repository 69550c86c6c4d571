"""After a store was lost or restored older: everything open runs again, and where the stores disagree, one is adopted.

Temporal's store lost or older: every open entity is started again from its row. PostgreSQL older than Temporal: an
entity whose execution knows more than the database is held (`LOG_IS_BEHIND`); adopting the database starts it again
from its row, and ends what the database does not know at all.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from decisions.fold import fold
from decisions.registry import DOMAINS
from models.said import tell
from models.tables.log import Entity
from service.connect import connect
from service.exits import Exit
from service.healing.executions import Executions
from service.programs import ensure_programs
from settings import Settings
from store.database import engine as database_engine
from store.log import entries

T = TypeVar("T")

AT_ONCE = 24
ASK_S = 5.0
"""How long an execution may take to say what it knows; the worker has to be running."""

REASON = "keiyaku recover: the database's record is adopted"


@dataclass
class Found:
    """What a recovery found and did, by workflow id."""

    started: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    """Their executions know entries the database does not, or other ones."""
    unknown: list[str] = field(default_factory=list)
    """They run and have recorded something, and the database has no row of them."""
    adopted: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """They did not say what they know: no worker, or one that is busy."""
    not_adopted: list[str] = field(default_factory=list)
    """Named to be adopted, and not different from the database."""
    not_known_there: list[str] = field(default_factory=list)
    """Named to be adopted, and in neither store: typed wrongly."""

    @property
    def is_whole(self) -> bool:
        """Whether both stores agree now, as far as could be asked."""
        return not (set(self.behind) | set(self.unknown)) - set(self.adopted) and not self.silent


class Recovery:
    """One pass over both stores; harmless when repeated, also beside running workers."""

    def __init__(self, engine: Engine, client: Client) -> None:
        """Bind the database and Temporal."""
        self._engine = engine
        self._client = client
        self._executions = Executions(engine, client)

    async def run(self, adopt: Callable[[str], bool], named: Collection[str] = ()) -> Found:
        """Start what does not run, and adopt the database's record of those entities that `adopt` says.

        Args:
            adopt: by workflow id.
            named: ids that were typed one by one: what becomes of each is told.

        Raises:
            RPCError, SQLAlchemyError: a server is away.
        """
        found = Found()
        await ensure_programs(self._client, self._engine)
        known = await self._executions.open_ids()
        unfiled = await self._executions.unfiled()
        await _each([*known, *unfiled], lambda each: self._start(each, found))
        there = [each for each in known if each not in found.started]
        await _each(there, lambda each: self._compare(each, found.behind, found))
        recorded = await asyncio.to_thread(self._recorded)
        foreign = [each for each in await self._executions.running() if each not in recorded]
        await _each(foreign, lambda each: self._compare(each, found.unknown, found))
        for entity_id in filter(adopt, [*found.behind, *found.unknown]):
            await self._adopt(entity_id)
            found.adopted.append(entity_id)
        left = set(named) - set(found.adopted) - set(found.silent)
        found.not_adopted = sorted(left & recorded)
        found.not_known_there = sorted(left - recorded)
        return found

    async def _start(self, entity_id: str, found: Found) -> None:
        if not await self._executions.is_running(entity_id) and await self._executions.start_again(entity_id):
            found.started.append(entity_id)

    async def _compare(self, entity_id: str, further: list[str], found: Found) -> None:
        """Note one whose execution knows what the database does not; it is asked first, as both may be going on."""
        try:
            state = await self._client.get_workflow_handle(entity_id).query(
                "state", result_type=dict, rpc_timeout=timedelta(seconds=ASK_S)
            )
        except WorkflowQueryFailedError:
            found.silent.append(entity_id)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                found.silent.append(entity_id)
        else:
            if await asyncio.to_thread(self._knows_more, entity_id, state):
                further.append(entity_id)

    def _knows_more(self, entity_id: str, held: Mapping[str, Any]) -> bool:
        """Whether an execution's state is none that the log has come to, its number or what stands under it.

        Runs record past executions: after an older database was restored, its log may have as many entries as an
        execution knows, and others.
        """
        with Session(self._engine) as session:
            row, seq = session.get(Entity, entity_id), int(held.get("seq", 0))
            if row is None or seq > row.seq:
                return seq > 0
            if not seq:
                return False
            domain, recorded = DOMAINS[row.kind], row.state
            if seq < row.seq:
                inside = [each for each in entries(session, entity_id) if each.seq <= seq]
                recorded = fold(domain.state().model_dump(mode="json"), inside)
            read = domain.state.model_validate
            return bool(read(recorded) != read(held))

    async def _adopt(self, entity_id: str) -> None:
        await self._executions.end(entity_id, REASON)
        await self._executions.start_again(entity_id)

    def _recorded(self) -> set[str]:
        with self._engine.connect() as connection:
            return set(connection.execute(text("select entity_id from entity")).scalars())


async def _each(ids: Iterable[str], work: Callable[[str], Awaitable[None]]) -> None:
    waiting = iter(ids)

    async def some() -> None:
        for entity_id in waiting:
            await work(entity_id)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(some())


def main(settings: Settings, adopt: Collection[str], *, adopt_all: bool, as_json: bool = False) -> int:
    """Recover, and print what was found and done, in words or as JSON.

    Returns:
        0 when both stores agree, 1 when something is left for a person to say or to ask again; 4 when an id that was
        typed is nobody's, and all else is as it should be.
    """

    async def work() -> Found:
        client = await connect(settings)
        engine = database_engine(settings.require_database_url(), pool_size=4)
        return await Recovery(engine, client).run(lambda each: adopt_all or each in adopt, adopt)

    found = asyncio.run(work())
    if as_json:
        told = {name: sorted(ids) for name, ids in asdict(found).items()}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return _code(found)
    sys.stdout.write(tell("started_again", count=len(found.started)) + "\n")
    for name in ("behind", "unknown", "adopted", "silent", "not_adopted", "not_known_there"):
        for entity_id in sorted(getattr(found, name)):
            sys.stdout.write(tell(name, id=entity_id) + "\n")
    if (set(found.behind) | set(found.unknown)) - set(found.adopted):
        sys.stdout.write(tell("database_older") + "\n")
    return _code(found)


def _code(found: Found) -> Exit:
    if not found.is_whole:
        return Exit.SETUP
    return Exit.NOT_FOUND if found.not_known_there else Exit.DONE
