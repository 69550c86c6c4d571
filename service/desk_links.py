"""From an execution to the desk: whatever is started carries the address of its page, as Temporal's Web UI shows it."""

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
    WorkflowHandle,
    WorkflowUpdateHandle,
)

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "contract": "contracts",
        "filing": "filings",
        "membership": "members",
        "program": "programs",
        "rollout": "rollouts",
    }
)
"""Kind of entity → the word in the desk's addresses; an exchange is its member's own and has no page."""


def details(base: str, workflow_id: str) -> str | None:
    """The link, in Markdown; None for what has no page. It holds an id and nothing of a person."""
    kind, _, entity = workflow_id.partition("/")
    page = PAGES.get(kind)
    return f"[契約デスクで開く / Open at the desk]({base}/desk/{page}/{quote(entity, safe='')})" if page else None


class DeskLinks(Interceptor):
    """Adds the link to everything a client starts."""

    def __init__(self, base: str) -> None:
        """Base of the doors as browsers see them, without a closing slash."""
        self._base = base

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - Temporal's name
        """The client with it."""
        return _Linking(next, self._base)


class _Linking(OutboundInterceptor):
    def __init__(self, then: OutboundInterceptor, base: str) -> None:
        super().__init__(then)
        self._base = base

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        input.static_details = input.static_details or details(self._base, input.id)
        return await super().start_workflow(input)

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        start = input.start_workflow_input
        start.static_details = start.static_details or details(self._base, start.id)
        return await super().start_update_with_start_workflow(input)
