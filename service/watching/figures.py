"""What a health check wants to know of the motor: how many workers poll, and how many executions are missing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from models.messages.entity import CARRIER_QUEUE, CONTRACTS_QUEUE, RUNS_QUEUE
from service.healing.executions import Executions
from store.database import real_now

FRESH = timedelta(seconds=90)
"""A worker that has not polled for so long is gone: one poll lasts a minute."""

_QUEUES = (
    (CONTRACTS_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    (CARRIER_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    (RUNS_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
)


@dataclass(frozen=True)
class Figures:
    """Of one moment."""

    workers: dict[str, int]
    """Queue → workers that polled it lately."""
    missing: int
    """Open entities without an execution; more than are asked about may be counted wrongly for some seconds."""

    degraded: bool = False
    """Whether a queue has no worker, or something is missing."""
    surely: bool = False
    """Whether what is missing was asked about, one by one."""


PATIENCE_S = 45.0
"""A difference of two counts may be wrong for some seconds: in a large house it counts once it has lasted."""

ASKED_OPEN_MAX = 2_000
"""With more open entities than so many nobody looks which of them do not run."""
ASKED_MAX = 20
"""So many that seem missing are asked about; more at once are not a moment's difference."""


class Motor:
    """The figures as a health check asks for them: a gap counts once it has lasted."""

    def __init__(self, engine: Engine, client: Client) -> None:
        """Bind the servers."""
        self._engine = engine
        self._client = client
        self._since: float | None = None

    async def __call__(self) -> Figures:
        """As `figures`, degraded where a queue has no worker or a gap has lasted."""
        found = await figures(self._engine, self._client)
        now = time.monotonic()
        self._since = (self._since or now) if found.missing else None
        lasted = self._since is not None and now - self._since > PATIENCE_S
        return replace(found, degraded=lasted or found.surely or not all(found.workers.values()))


async def figures(engine: Engine, client: Client) -> Figures:
    """Ask the server and the database: six cheap questions, and where one seems missing, about that one.

    Raises:
        RPCError, SQLAlchemyError: one of them is away.
    """
    executions = Executions(engine, client)
    oldest = await asyncio.to_thread(_now, engine) - FRESH
    counts = await asyncio.gather(*(_pollers(client, name, kind, oldest) for name, kind in _QUEUES))
    running, should = await asyncio.gather(executions.count_running(), executions.count_open())
    workers = {name: count for (name, _), count in zip(_QUEUES, counts, strict=True)}
    if running >= should or should > ASKED_OPEN_MAX:
        return Figures(workers=workers, missing=max(0, should - running))
    gone = await _gone(executions)
    return Figures(workers=workers, missing=len(gone), surely=bool(gone))


async def _gone(executions: Executions) -> list[str]:
    """Which open entities have no execution, as the server itself knows it."""
    running = await executions.running()
    seem = [each for each in await executions.open_ids() if each not in running]
    if len(seem) > ASKED_MAX:
        return seem
    there = await asyncio.gather(*(executions.is_running(each) for each in seem))
    return [each for each, runs in zip(seem, there, strict=True) if not runs]


def _now(engine: Engine) -> datetime:
    with Session(engine) as session:
        return real_now(session)


async def _pollers(client: Client, queue: str, kind: TaskQueueType.ValueType, oldest: datetime) -> int:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=timedelta(seconds=3))
    fresh = {poller.identity for poller in answer.pollers if poller.last_access_time.ToDatetime(tzinfo=UTC) >= oldest}
    return len(fresh)
