"""Starting the workflow of an entity: once, however often it is tried."""

from __future__ import annotations

from typing import Any

from temporalio.client import Client
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from models.messages.entity import CONTRACTS_QUEUE


async def start_once(
    client: Client,
    workflow: str,
    start: Any,
    *,
    workflow_id: str,
    summary: str,
    search_attributes: TypedSearchAttributes | None = None,
    start_signal: str | None = None,
) -> bool:
    """Start the workflow; one that runs already is left alone, and gets the signal where there is one.

    Returns:
        False where it ran and is over: an entity has one workflow.

    Raises:
        RPCError: Temporal is away; try again.
    """
    try:
        await client.start_workflow(
            workflow,
            start,
            id=workflow_id,
            task_queue=CONTRACTS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=summary,
            search_attributes=search_attributes,
            start_signal=start_signal,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True
