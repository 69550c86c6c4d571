"""Executions whose code does not fit their history: noticed by the server, told to the operator, lost by nobody.

A workflow task that cannot be replayed fails and is tried again for ever, and the execution answers nobody meanwhile.
Its row, its letters and its dates stay as they are; the code it began with brings it back, as does starting it again.
"""

from __future__ import annotations

import asyncio
import logging

from prometheus_client import Gauge
from temporalio.client import Client
from temporalio.service import RPCError

from service.versions.known import with_problems

log = logging.getLogger(__name__)

EVERY_S = 5.0
SHOWN_MAX = 20
"""Ids in one line of the log; the figure counts them all."""

STUCK = Gauge("keiyaku_workflows_stuck", "Running executions whose workflow task fails again and again.")


class Problems:
    """Looks every few seconds; the same set is told once."""

    def __init__(self, client: Client) -> None:
        """Bind Temporal."""
        self._client = client
        self._known: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a Temporal server that is away is waited for."""
        while not stop.is_set():
            try:
                await self.look()
            except RPCError as error:
                log.warning("cannot look for executions that are stuck: %s", error.status.name)
            try:
                async with asyncio.timeout(EVERY_S):
                    await stop.wait()
            except TimeoutError:
                continue

    async def look(self) -> set[str]:
        """The workflow ids of those that are stuck now.

        Raises:
            RPCError: Temporal is away.
        """
        found = await with_problems(self._client)
        new = found - self._known
        if new:
            shown = ", ".join(sorted(new)[:SHOWN_MAX])
            log.error("WORKFLOW_STUCK: the code does not fit the history of %d executions, new: %s", len(found), shown)
        elif self._known and not found:
            log.info("no execution is stuck any more")
        self._known = found
        STUCK.set(len(found))
        return found
