"""Moving one execution's own clock, by the Temporal server's time skipping (rehearsal servers only)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import TimeSkippingConfig as WireConfig
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

CALL_S = 5.0
"""One fast-forward: an execution with work under way does not skip, so the call may hang until that is done."""


@dataclass(frozen=True)
class Place:
    """Where an execution stands."""

    running: bool
    busy: bool
    """Whether a workflow task or an activity is pending: it does not skip now, and it is about to change."""
    clock: datetime
    """Its own."""
    queue: str = ""
    """Where its work waits for a worker."""
    in_vain: frozenset[str] = frozenset()
    """Activities under way that have failed and are tried again."""


def real_now() -> datetime:
    """The Temporal server's clock, which stands on this machine: that of an execution that has never skipped."""
    return datetime.now(UTC)  # noqa: TID251  # no clock of business


class Mover:
    """Moves executions, one call each; the caller sees to it that no execution is moved twice at once."""

    def __init__(self, client: Client) -> None:
        """Use this client. Nothing skips by itself, and no child inherits skipping."""
        self._client = client
        config = TimeSkippingConfig(enabled=False, disable_propagation=True)
        self._skipper = TimeSkipper(client, config=config)

    async def place(self, workflow_id: str) -> Place:
        """Where the latest run stands; one the server does not know counts as not running."""
        try:
            description = await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return Place(running=False, busy=False, clock=real_now())
        raw = description.raw_description
        info = raw.workflow_extended_info
        clock = real_now()
        if info.HasField("time_skipping_info"):
            clock = info.time_skipping_info.current_time.ToDatetime(tzinfo=UTC)
        running = description.status == WorkflowExecutionStatus.RUNNING
        busy = running and (raw.HasField("pending_workflow_task") or len(raw.pending_activities) > 0)
        failed = (each.activity_type.name for each in raw.pending_activities if each.HasField("last_failure"))
        in_vain = frozenset(failed if running else ())
        return Place(running=running, busy=busy, clock=clock, queue=description.task_queue, in_vain=in_vain)

    async def knows_more(self, workflow_id: str, seq: int) -> bool:
        """Whether an execution knows a later entry than this one; false where nobody answers for it."""
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            state: dict[str, Any] = await handle.query("state", result_type=dict, rpc_timeout=timedelta(seconds=CALL_S))
        except (RPCError, WorkflowQueryFailedError):
            return False
        return int(state.get("seq", 0)) > seq

    async def is_served(self, task_queue: str, since: datetime) -> bool:
        """Whether a worker has asked for work of a queue since a moment: it lives, whatever one execution waits for."""
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        described = await self._client.workflow_service.describe_task_queue(request)
        return any(each.last_access_time.ToDatetime(tzinfo=UTC) >= since for each in described.pollers)

    async def move(self, workflow_id: str, by: timedelta) -> None:
        """Fast-forward; return when the server says so, or after five seconds.

        The server's word is no proof: it says so with every worker dead. Only the caller's row tells.
        """
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            await asyncio.wait_for(self._skipper.fast_forward(handle, by), CALL_S)
        except TimeoutError:
            return  # the target stands: it skips once its work is done
        except RuntimeError:
            return  # a later fast-forward took this one's place
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise

    async def stop(self, workflow_id: str) -> None:
        """Switch skipping off: a target that was never reached would otherwise make it jump much later."""
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=self._client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            workflow_execution_options=WorkflowExecutionOptions(
                time_skipping_config=WireConfig(enabled=False, disable_propagation=True)
            ),
            update_mask=FieldMask(paths=["time_skipping_config"]),
            identity=self._client.identity,
        )
        try:
            await self._client.workflow_service.update_workflow_execution_options(
                request, timeout=timedelta(seconds=CALL_S)
            )
        except RPCError as error:
            if error.status not in {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION}:
                raise  # those two: it is closed, and skips no more
