"""What an execution carries for Temporal's Web UI: what it is in one line, and the address of its page at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateWithStartInput,
    UpdateWithStartStartWorkflowInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)

from service.summaries import summary

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "contract": "contracts",
        "exchange": "exchanges",
        "filing": "filings",
        "membership": "members",
        "program": "programs",
        "rollout": "rollouts",
    }
)
"""Kind of entity → the word in the desk's addresses."""


def details(base: str, workflow_id: str) -> str | None:
    """The link, in Markdown; None for what has no page. It holds an id and nothing of a person."""
    kind, _, entity = workflow_id.partition("/")
    page = PAGES.get(kind)
    return f"[契約デスクで開く / Open at the desk]({base}/desk/{page}/{quote(entity, safe='')})" if page else None


class DeskLinks(Interceptor):
    """Adds both to everything a client starts, whichever door, starter or healer it stands in."""

    def __init__(self, base: str | None) -> None:
        """Base of the doors as browsers see them, without a closing slash; None: there is no page to lead to."""
        self._base = base

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - Temporal's name
        """The client with it."""
        return _Linking(next, self._base)


class _Linking(OutboundInterceptor):
    def __init__(self, then: OutboundInterceptor, base: str | None) -> None:
        super().__init__(then)
        self._base = base

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        self._say(input)
        return await super().start_workflow(input)

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        self._say(input.start_workflow_input)
        return await super().start_update_with_start_workflow(input)

    def _say(self, start: StartWorkflowInput | UpdateWithStartStartWorkflowInput) -> None:
        if start.static_summary is not None and start.args:
            start.static_summary = summary(start.static_summary, start.args[0])
        if self._base is not None:
            start.static_details = start.static_details or details(self._base, start.id)
