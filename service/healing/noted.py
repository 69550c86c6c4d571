"""What somebody did to an execution by hand becomes an operator's task with its entity, once for each time.

It is healed all the same; but whoever ended it may have had a reason, which the record does not know.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Engine, text
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHistoryEventFilterType
from temporalio.service import RPCError, RPCStatusCode

from activities.failures import is_away
from models.actors import WORKER
from models.messages.entity import Restarted
from service.healing.executions import FOREIGN
from service.healing.recover import REASON as ADOPTED
from service.versions.upgrades import REASON as MOVED

log = logging.getLogger(__name__)

NOTED_MAX = 20
"""So many at once are no click but a tool or a lost store: one alarm (`ExecutionsRestarted`), not as many tasks."""

ASKED_MAX = 500
"""Of so many it is asked who ended them."""

_OURS = frozenset({FOREIGN, ADOPTED, MOVED})
"""Why this service ends executions itself."""

_HOW = {
    WorkflowExecutionStatus.TERMINATED: "terminated",
    WorkflowExecutionStatus.CANCELED: "canceled",
    WorkflowExecutionStatus.FAILED: "failed",
    WorkflowExecutionStatus.TIMED_OUT: "timed_out",
}

# An application that was refused has failed under this id before anything was decided: that is no end of this entity.
_BEGUN = text("""
select a.run_id from unnest(cast(:ids as text[]), cast(:runs as text[]), cast(:closed as timestamptz[]))
    as a (entity_id, run_id, closed_at)
join entity e on e.entity_id = a.entity_id and not e.closed
join transition t on t.entity_id = a.entity_id and t.seq = 1 and t.recorded_at < a.closed_at
where not exists (select from transition n where n.entity_id = a.entity_id and n.op = 'restarted/' || a.run_id)
""")


def _how(each: WorkflowExecution) -> str:
    return _HOW[each.status] if each.status is not None else "missing"


class Notes(Protocol):
    """What records a task with its entity."""

    def note_restarted(self, entity_id: str, message: Restarted) -> bool:
        """Once for its operation id; false where nobody can act on it."""


class Noted:
    """The executions of which an operator has been told."""

    def __init__(self, engine: Engine, client: Client, notes: Notes) -> None:
        """Bind the servers and what records."""
        self._engine = engine
        self._client = client
        self._notes = notes
        self._passed: set[str] = set()
        """Runs that ended lately and are nobody's task."""

    async def ended(self, executions: Sequence[WorkflowExecution]) -> list[str]:
        """Note those that ended otherwise than by their own end or by this service; gives their workflow ids.

        Raises:
            RPCError, SQLAlchemyError: Temporal or the database is away; nothing is lost, the next round asks again.
        """
        found = {each.run_id: each for each in executions if each.close_time is not None and each.status in _HOW}
        self._passed &= found.keys()
        new = [each for each in await asyncio.to_thread(self._begun, found) if each not in self._passed]
        by_hand = []
        if len(new) <= ASKED_MAX:
            by_hand = [each for each in new if await self._reason(found[each]) not in _OURS]
        if len(by_hand) > NOTED_MAX or len(new) > ASKED_MAX:
            log.warning("%d executions were ended at once: no operator is given as many tasks", len(by_hand or new))
            by_hand = []
        # Asked about once: a later round sees fewer of the same, which are no clicks for all that.
        self._passed |= set(new) - set(by_hand)
        noted = [found[each].id for each in by_hand if await self._note(found[each].id, each, _how(found[each]))]
        return list(dict.fromkeys(noted))

    async def missing(self, entity_ids: Sequence[str]) -> list[str]:
        """Note those that were started again, of whose execution Temporal knew nothing any more; as `ended`."""
        if len(entity_ids) > NOTED_MAX:
            return []
        noted = []
        for entity_id in entity_ids:
            described = await self._client.get_workflow_handle(entity_id).describe()
            if await self._note(entity_id, described.run_id, "missing"):
                noted.append(entity_id)
        return noted

    async def _note(self, entity_id: str, run_id: str, how: str) -> bool:
        message = Restarted.model_validate({"op": f"restarted/{run_id}", "actor": WORKER, "run_id": run_id, "how": how})
        try:
            return await asyncio.to_thread(self._notes.note_restarted, entity_id, message)
        except Exception as error:
            # One that is locked or cannot be read costs its own task: it and the others are healed all the same.
            log.warning("no operator can be told that %s was gone now", entity_id, exc_info=not is_away(error))
            return False

    def _begun(self, found: Mapping[str, WorkflowExecution]) -> list[str]:
        if not found:
            return []
        values = {
            "ids": [each.id for each in found.values()],
            "runs": list(found),
            "closed": [each.close_time for each in found.values()],
        }
        with self._engine.connect() as connection:
            return list(connection.execute(_BEGUN, values).scalars())

    async def _reason(self, each: WorkflowExecution) -> str | None:
        """Why it was terminated, in the words of whoever did; None where its history is gone."""
        handle = self._client.get_workflow_handle(each.id, run_id=each.run_id)
        try:
            history = await handle.fetch_history(event_filter_type=WorkflowHistoryEventFilterType.CLOSE_EVENT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None
        closing = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED
        return next(
            (
                event.workflow_execution_terminated_event_attributes.reason
                for event in history.events
                if event.event_type == closing
            ),
            None,
        )
