"""Logs: plain lines for people, or one JSON object a line for machines, with the ids of what a line is about.

An object holds no text of an error, which may quote what somebody typed: its types and the places it passed are enough
to find it.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

from temporalio import activity, client, worker

from models.logged import ENTITY, OPERATION, REQUEST, printable
from models.messages.entity import RecordRequest

_CHATTY = ("httpx", "mail.log")
_EACH = ("keiyaku.requests", "keiyaku.commands")
"""A line for every request (`api.metrics`) and every decision (`activities.figures`): for machines only."""
_FRAMES_MAX = 40


def configure(form: Literal["plain", "json"], process: str) -> None:
    """Set the log of this process up.

    Args:
        form: `plain` or `json`.
        process: `api`, `worker`, …: the field `process` of each object.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(process) if form == "json" else PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for each in _EACH:
        logging.getLogger(each).setLevel(logging.INFO if form == "json" else logging.WARNING)


class PlainLines(logging.Formatter):
    """A line for people; whatever it quotes can neither steer their terminal nor pass for another line."""

    def __init__(self) -> None:
        """When, how bad, where, what."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """The line itself."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        """What follows it."""
        return printable(super().formatException(ei), lines=True)


class JsonLines(logging.Formatter):
    """One object a line."""

    def __init__(self, process: str) -> None:
        """Name the process."""
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line; absent ids have no field."""
        ids = {"request_id": REQUEST.get(), "operation": OPERATION.get(), "entity_id": ENTITY.get()}
        for name in ("temporal_workflow", "temporal_activity"):
            told = getattr(record, name, None)
            if isinstance(told, dict) and ids["entity_id"] is None:
                ids["entity_id"] = told.get("workflow_id")
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": self._process,
            "logger": record.name,
            "message": printable(record.getMessage(), lines=True),
            **{name: value for name, value in ids.items() if value is not None},
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = told_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def told_of(error: BaseException) -> list[dict[str, Any]]:
    """An error and what caused it, the first cause last: types and places, not a word of theirs."""
    told: list[dict[str, Any]] = []
    seen: BaseException | None = error
    while seen is not None and len(told) < _FRAMES_MAX:
        frames = traceback.extract_tb(seen.__traceback__)[-_FRAMES_MAX:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        told.append({"type": f"{type(seen).__module__}.{type(seen).__qualname__}", "at": places})
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return told


class Named(worker.Interceptor, client.Interceptor):
    """Tells the log what an activity, or a request of a door, is about."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:  # noqa: A002  # the SDK's name
        """Stand before every command that is sent."""
        return _Sending(next)

    def intercept_activity(self, next: worker.ActivityInboundInterceptor) -> worker.ActivityInboundInterceptor:  # noqa: A002  # the SDK's name
        """Stand before every activity, local ones too."""
        return _Working(next)


class _Sending(client.OutboundInterceptor):
    async def start_workflow_update(self, input: client.StartWorkflowUpdateInput) -> client.WorkflowUpdateHandle[Any]:  # noqa: A002  # the SDK's name
        ENTITY.set(input.id)
        OPERATION.set(input.update_id)
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self,
        input: client.StartWorkflowUpdateWithStartInput,  # noqa: A002  # the SDK's name
    ) -> client.WorkflowUpdateHandle[Any]:
        ENTITY.set(input.start_workflow_input.id)
        OPERATION.set(input.update_workflow_input.update_id)
        return await super().start_update_with_start_workflow(input)


class _Working(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
        entity, operation = activity.info().workflow_id, None
        if input.args and isinstance(input.args[0], RecordRequest):
            entity, operation = input.args[0].entity_id, input.args[0].command.get("op")
        ENTITY.set(entity)
        OPERATION.set(operation)
        return await super().execute_activity(input)
