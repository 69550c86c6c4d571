"""Versions of the workers' code as Temporal knows them: which is current, which still has executions, who serves them.

Executions are pinned: each stays with the version it began on, so an incompatible change of workflow code cannot break
one that runs. It goes on with the current version as a new run, from its state.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from temporalio.api.enums.v1 import RoutingConfigUpdateState, WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.common import OneTimeVersioningOverride, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode

from service.healing.executions import RUNNING

PROBLEMS = f"{RUNNING} AND TemporalReportedProblems IS NOT NULL"
"""Executions whose workflow task has failed several times in a row: their code does not fit their history."""


async def with_problems(client: Client) -> set[str]:
    """Workflow ids of those.

    Raises:
        RPCError: Temporal is away.
    """
    return {each.id async for each in client.list_workflows(PROBLEMS, page_size=1000)}


_PRESENCE = 5_220_160_000_000_000_000
"""Keys of the shared locks of workers, one a version; any range nobody else uses."""

_STATUS = {
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: "current",
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: "ramping",
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: "draining",
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: "drained",
}


@dataclass(frozen=True)
class Version:
    """One build of the code that has polled at some time."""

    build_id: str
    status: str
    """`current`, `ramping`, `draining`, `drained`, or `inactive`: it was never given anything."""
    has_served: bool
    """Whether it has ever been current or ramping."""


@dataclass(frozen=True)
class Routing:
    """Where new runs go."""

    current: str | None
    """None: to workers without a version."""
    ramping: str | None
    ramp_percent: float
    is_settled: bool
    """Whether every task queue has heard of it; before that an execution may be told in vain."""
    versions: tuple[Version, ...]


class Versions:
    """One deployment on the server."""

    def __init__(self, client: Client, deployment: str) -> None:
        """Bind Temporal and the deployment's name."""
        self._client = client
        self.deployment = deployment

    async def routing(self) -> Routing | None:
        """What the server knows; None where no worker of this deployment has polled yet.

        Raises:
            RPCError: Temporal is away.
        """
        request = DescribeWorkerDeploymentRequest(namespace=self._client.namespace, deployment_name=self.deployment)
        try:
            answer = await self._client.workflow_service.describe_worker_deployment(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None
        return _routing(answer)

    async def promote(self, build_id: str, ramp_percent: float | None = None) -> None:
        """Make a version current, or give it a share of what begins and wakes; an older one is a way back.

        Raises:
            RPCError: NOT_FOUND or FAILED_PRECONDITION where its workers do not poll every queue yet.
        """
        namespace, service = self._client.namespace, self._client.workflow_service
        if ramp_percent is None:
            await service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=namespace, deployment_name=self.deployment, build_id=build_id
                )
            )
        else:
            await service.set_worker_deployment_ramping_version(
                SetWorkerDeploymentRampingVersionRequest(
                    namespace=namespace, deployment_name=self.deployment, build_id=build_id, percentage=ramp_percent
                )
            )

    async def count(self, build_id: str) -> int:
        """Running executions pinned to a version, as visibility knows it."""
        return (await self._client.count_workflows(f"{RUNNING} AND {self._of(build_id)}")).count

    async def ids(self, build_id: str) -> AsyncIterator[str]:
        """Workflow ids of the running executions pinned to a version."""
        async for each in self._client.list_workflows(f"{RUNNING} AND {self._of(build_id)}", page_size=1000):
            yield each.id

    async def problems(self) -> list[str]:
        """As `with_problems`."""
        return sorted(await with_problems(self._client))

    async def replay_once_on(self, build_id: str, workflow_id: str) -> None:
        """Let another version replay one execution that has no worker, and go on from there.

        Raises:
            RPCError: Temporal is away, or it does not run any more.
        """
        override = OneTimeVersioningOverride(WorkerDeploymentVersion(self.deployment, build_id))
        request = UpdateWorkflowExecutionOptionsRequest(namespace=self._client.namespace)
        request.workflow_execution.workflow_id = workflow_id
        request.workflow_execution_options.versioning_override.CopyFrom(override._to_proto())  # noqa: SLF001 -- no public way
        request.update_mask.paths.append("versioning_override")
        await self._client.workflow_service.update_workflow_execution_options(request)

    def presence(self, build_id: str) -> int:
        """The key of the lock that every worker of a version holds, shared, as long as it lives."""
        return _PRESENCE + zlib.crc32(f"{self.deployment}.{build_id}".encode())

    def _of(self, build_id: str) -> str:
        quoted = f"{self.deployment}:{build_id}".replace("'", "''")
        return f"TemporalWorkerDeploymentVersion = '{quoted}'"


def _routing(answer: DescribeWorkerDeploymentResponse) -> Routing:
    info = answer.worker_deployment_info
    config = info.routing_config
    return Routing(
        current=config.current_deployment_version.build_id or None,
        ramping=config.ramping_deployment_version.build_id or None,
        ramp_percent=config.ramping_version_percentage,
        is_settled=info.routing_config_update_state != RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS,
        versions=tuple(
            Version(
                each.deployment_version.build_id,
                _STATUS.get(each.status, "inactive"),
                each.HasField("first_activation_time"),
            )
            for each in info.version_summaries
        ),
    )
